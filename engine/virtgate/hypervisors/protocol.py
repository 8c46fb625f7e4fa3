"""What a hypervisor's folder gives to the engine, which knows no hypervisor by its name.

Everything but the name has a default that is true of any: a folder says what is otherwise with its own.
`tests/made_hypervisor` is a complete one, and small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from ..conditions.kind import Kind, View
from ..data import Catalog
from ..facts import Answer, Facts
from ..facts.forms import Form
from ..facts.lookups import Lookups
from ..model import Element
from ..upstream.history import History
from ..versions import Version, parse_release, stand_in

if TYPE_CHECKING:
    from .moves import Mover
    from .uses import Audit, Scanner

Progress = Callable[[int, int], None]
Prints = Iterable[tuple[str, str]]
Fit = Literal["release", "snapshot", "misfit"]
# Each name with its parts: whether a call can do without one, or None for what is no argument.
Names = Mapping[str, Mapping[str, bool | None]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One asking of a target: the questions, and how they are put.

    `whole` asks all that there is, for a recording; `accel` the accelerator to start with. `begun` is what
    the folder's `start.py`, where it has one, started already; `answers` takes what comes, as it comes.
    """

    target: str
    questions: tuple[str, ...]
    accel: str | None = None
    whole: bool = False
    on_progress: Progress | None = None
    begun: Any = None
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of TARGET: which texts name one, where this machine has them, and how one is asked.

    `name` is how facts of it were come by; `identity` what is asked whatever else is wanted, for it tells who
    built the host. `prints` are the kinds and places of what its answers hang on, for `take_prints`. A
    `fallback` takes what no other sort claims.
    """

    name: str
    identity: tuple[str, ...]
    claims: Callable[[str], bool]
    ask: Callable[[Asking], Mapping[str, Answer]]
    find: Callable[[], Iterable[str]] = tuple
    prints: Callable[[str], Prints] = lambda _target: ()
    is_remote: Callable[[str], bool] = lambda _target: False
    fallback: bool = False
    computed_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The names of one ledger's kind that a host shows; of a `whole` list nothing else is there.

    The values of a name among the `echoes`, `NAME=VALUE`, are another name's.
    """

    ledger: str
    kind: str
    names: Names
    whole: bool = False
    echoes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypervisor:
    """One hypervisor: its targets, the forms of its answers, look-ups, kinds of conditions, who it is.

    `identify` gives the version that a host says and its builder's package string; `parse` reads a version
    that somebody claims. `stand_in` is the release that judges a version, `spell` how a version is written.
    `fields` are what a host says of itself in words of its own, `fit` whether a package string can be of that
    version. `tells_build` is False where a package string proves nothing, for nobody saw the interface.
    `find_foreign` names something that upstream never had. `is_control_domain` is whether the operating
    system asked is part of the host, `note` what else to know of it, `refusal` why there is nothing to drive.
    `endings` are of files that another program records, each with its reader; `takes` knows a JSON or
    YAML document that says nothing of where it is from, `read_document` reads it with what its owner claims,
    as `parse_claims` takes it. `beside` are questions for what no gate asks and a driver reads.
    `machine_types` is the question for a list of machine types, `of_machine` begins one that ends with one.
    `list_shown` gives a host's interface by name where it has no graph, `scanner` finds it in the source of a
    driver. `elements` are what no condition names by its ledger's name, by the word before the
    slash of `machine/microvm`; `mover` judges a guest's move. `read_heading` gives the elements that a
    heading of a section of upstream's documentation names.
    `keeps_deprecated` is how many releases upstream keeps what it deprecates, where it has such a rule.
    `audit` reads what was sent to it, `harvest` upstream's history; `harvest_options` are those of the
    command's that it takes. `package` is what archives and Debian's packages of its source are called, where
    that is not its name.
    """

    name: str
    sorts: tuple[Sort, ...] = ()
    lookups: type[Lookups] = Lookups
    forms: Mapping[str, Form] = field(default_factory=lambda: NOTHING)
    kinds: Mapping[str, Kind] = field(default_factory=lambda: NOTHING)
    parse: Callable[[str], Version] = parse_release
    identify: Callable[[View, Catalog, History], tuple[Version | None, str | None]] = lambda *_host: (
        None,
        None,
    )
    fields: Callable[[View], Mapping[str, str]] = lambda view: view.own.fields
    stand_in: Callable[[Version, History], Version] = lambda version, history: stand_in(
        version, history.versions
    )
    spell: Callable[[Version, History], str] = lambda version, _history: str(version)
    fit: Callable[[Version | None, Version | None, str | None], Fit] = lambda *_told: "release"
    tells_build: Callable[[View, Version | None], bool] = lambda _view, _version: True
    find_foreign: Callable[[View, History, Version, bool], str | None] = lambda *_host: None
    is_control_domain: Callable[[View], bool] = lambda _view: False
    note: Callable[[View], str] = lambda _view: ""
    refusal: Callable[[View, str | None], str | None] = lambda _view, _version: None
    accel: Callable[[View], str | None] = lambda _view: None
    arch: Callable[[View], str | None] = lambda _view: None
    list_shown: Callable[[View, History, Version], Iterator[Listed]] = lambda *_host: iter(())
    endings: Mapping[str, Callable[[str], Facts]] = field(default_factory=lambda: NOTHING)
    takes: Callable[[Any], bool] = lambda _document: False
    read_document: Callable[[str, Any, Mapping[str, str]], Facts] | None = None
    parse_claims: Callable[[str], dict[str, str] | None] = lambda _text: None
    beside: tuple[str, ...] = ()
    machine_types: str | None = None
    of_machine: str | None = None
    scanner: Callable[[], Scanner] | None = None
    elements: Mapping[str, Callable[[str], Element]] = field(default_factory=lambda: NOTHING)
    mover: Callable[[], Mover] | None = None
    read_heading: Callable[[str, str], Iterable[Element]] = lambda _heading, _section: ()
    audit: Callable[[], Audit] | None = None
    keeps_deprecated: int | None = None
    harvest: Callable[..., Any] | None = None
    harvest_options: frozenset[str] = frozenset()
    package: str = ""


# The folder is loaded wherever a host is judged; reading sources needs much more than that.
def harvest_of(package: str) -> Callable[..., Any]:
    """`harvest` in a hypervisor's folder, which is not loaded until upstream's source is read."""

    def harvest(*words: Any, **options: Any) -> Any:
        return import_module(f"{package}.harvest").harvest(*words, **options)

    return harvest


def headings_of(package: str) -> Callable[[str, str], Iterable[Element]]:
    """`read_heading` in a hypervisor's folder, which is not loaded until upstream's documentation is read."""
    return lambda heading, section: import_module(f"{package}.headings").read_heading(heading, section)


def scanner_of(package: str) -> Callable[[], Scanner]:
    """`SCANNER` in a hypervisor's folder, which is not loaded until a driver's source is read."""
    return lambda: import_module(f"{package}.scan").SCANNER


def mover_of(package: str) -> Callable[[], Mover]:
    """`MOVER` in a hypervisor's folder, which is not loaded until a guest is to be moved."""
    return lambda: import_module(f"{package}.moving").MOVER


def audit_of(package: str) -> Callable[[], Audit]:
    """`AUDIT` in a hypervisor's folder, which is not loaded until what was sent is read."""
    return lambda: import_module(f"{package}.audit").AUDIT


UNKNOWN = Hypervisor(name="")
