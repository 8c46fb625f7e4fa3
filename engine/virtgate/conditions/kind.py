"""What a kind of condition is, and the host that it is looked for on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeVar

from ..facts import Facts
from ..facts.folders import find_hypervisor
from ..facts.lookups import Lookups
from ..interface import Difference
from ..model import Element, Leaf
from ..versions import Constraint, parse_release
from .obstacle import Obstacle

Terms = Mapping[str, Any]


Found = TypeVar("Found", bound=Lookups)


class View:
    """One host as conditions see it: its facts, indexed, and the release that it says it is.

    `machine` is the machine type that machine properties are looked for on, in place of the one they name.
    """

    def __init__(self, facts: Facts, release: str | None = None, machine: str | None = None) -> None:
        self.facts = facts
        self.release = release
        self.machine = machine
        self.seen: dict[int, tuple[Leaf, bool | None]] = {}
        self._made: dict[type[Lookups], Lookups] = {}

    def as_of(self, release: str | None) -> View:
        """The same host as one of another release; what is looked up in its facts is looked up once."""
        other = View(self.facts, release, self.machine)
        other._made = self._made
        return other

    def on(self, lookups: type[Found]) -> Found:
        """The look-ups of this kind in the host's facts, made when first asked for."""
        if lookups not in self._made:
            self._made[lookups] = lookups(self.facts)
        found = self._made[lookups]
        assert isinstance(found, lookups)
        return found

    @cached_property
    def own(self) -> Lookups:
        """The look-ups of the host's own hypervisor."""
        lookups: type[Lookups] = find_hypervisor(self.facts.hypervisor).lookups
        return self.on(lookups)


def always(_view: View | None) -> bool:
    """For what a probe can see on any host."""
    return True


def never(_view: View | None) -> bool:
    """For what no probe can see."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of condition.

    `look` answers from a view; `ask` gives the questions that takes; `elements` what of upstream's interface
    is meant (ledger's kind and name); `differ` what a host has otherwise than a path needs it, where no graph
    tells; `lack` is what a False means; `many` is how a list of names joins; `visible` is whether a probe can
    see it, on this host or, with None, on any. A `circumstance` says where the host stands (its release, its
    architecture, its kernel) and shows nothing of the interface; a term that `narrows` asks for more than the
    element's name does, so that the element may be older than what is asked. `implies` gives what must hold
    besides wherever the kind is used. `hypervisors` are those whose paths may name it; empty for any.
    `obstacle` says of what is not there what on the machine keeps it away, where that can be told.
    """

    look: Callable[[View, Terms], bool | None]
    ask: Callable[[Terms], tuple[str, ...]] = lambda _terms: ()
    elements: Callable[[Terms], tuple[Element, ...]] = lambda _terms: ()
    differ: Callable[[View, Terms], tuple[Difference, ...]] = lambda _view, _terms: ()
    lack: Literal["build", "host"] = "build"
    many: Literal["all", "any"] = "all"
    keys: tuple[str, ...] = ("name",)
    optional: tuple[str, ...] = ()
    hypervisors: tuple[str, ...] = ()
    visible: Callable[[View | None], bool] = always
    circumstance: bool = False
    narrows: tuple[str, ...] = ()
    implies: Callable[[Terms], Leaf] | None = None
    obstacle: Callable[[View, Terms], Obstacle | None] = lambda _view, _terms: None


def look_never(_view: View, _terms: Terms) -> bool | None:
    """What is said of something that no probe can see."""
    return None


def look_release(view: View, terms: Terms) -> bool | None:
    """Whether the release that the host says it is is in a range; None where it says none."""
    return (
        None if view.release is None else Constraint.parse(terms["name"]).accepts(parse_release(view.release))
    )


def is_one_of(value: Any, wanted: Any) -> bool:
    """Whether a value, spelt as YAML does, is the wanted one or among them."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text in (wanted if isinstance(wanted, tuple) else (wanted,))


def named(kind: str) -> Callable[[Terms], tuple[Element, ...]]:
    """The element of this ledger that a condition's name is."""
    return lambda terms: (Element(kind=kind, name=terms["name"]),)


def ledger_only(
    ledger: str,
    *hypervisors: str,
    elements: Callable[[Terms], tuple[Element, ...]] | None = None,
    implies: Callable[[Terms], Leaf] | None = None,
) -> Kind:
    """A kind that stands in a ledger, and that no probe can see."""
    return Kind(
        look=look_never,
        elements=elements or named(ledger),
        hypervisors=hypervisors,
        visible=never,
        implies=implies,
    )


def asks(*fixed: str) -> Callable[[Terms], tuple[str, ...]]:
    """The same questions whatever is named."""
    return lambda _terms: fixed


def shown_in(
    names: Callable[[View], Collection[str] | None], ledger: str, *questions: str, **more: Any
) -> Kind:
    """A kind of which a host lists all there is: what is not listed is not there; None tells nothing."""

    def look(view: View, terms: Terms) -> bool | None:
        known = names(view)
        return None if known is None else terms["name"] in known

    return Kind(look=look, ask=asks(*questions), elements=named(ledger), **more)


def where_told(names: Callable[[View], object]) -> Callable[[View | None], bool]:
    """For what a probe can see on a host that tells these names."""
    return lambda view: view is None or names(view) is not None
