"""What a move of a guest is about: its two ends, the guest's parts, and what speaks for or against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..conditions import KINDS, View
from ..model import NOTHING, Element, Host
from ..upstream.history import History
from ..versions import Version

State = Literal["yes", "no", "unknown"]
Which = Literal["source", "destination"]
ENDS: tuple[Which, Which] = ("source", "destination")
# What to set, by the end that it is set on.
Settings = Mapping[str, tuple[str, ...]]


def on_both(text: str) -> Settings:
    """The same setting on both ends."""
    return dict.fromkeys(ENDS, (text,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a guest: `device virtio-net-pci` with its options, in the words of a command line."""

    kind: str
    name: str
    options: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest's parts, each in the order in which it was given."""

    parts: tuple[Part, ...] = ()

    def of(self, *kinds: str) -> Iterator[Part]:
        """The parts of some kinds."""
        return (one for one in self.parts if one.kind in kinds)

    def first(self, kind: str) -> Part | None:
        """The first part of a kind."""
        return next(self.of(kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a move: a host with what it said, or an upstream release, of which `view` is None."""

    which: Which
    text: str
    host: Host
    history: History
    view: View | None

    @property
    def version(self) -> Version | None:
        """The release that this end is judged by."""
        return self.history.version_of(self.host.release) if self.host.release else None

    @property
    def title(self) -> str:
        """The end in a sentence."""
        return f"the {self.which} ({self.host.version or self.text})"

    def has(self, kind: str, name: str) -> bool | None:
        """Whether a condition of a kind holds here; None where nobody can tell."""
        terms = {"name": name}
        # What a host says counts more than what its release had: a build leaves things out.
        if self.view is not None:
            return KINDS[kind].look(self.view, terms)
        return self.had(KINDS[kind].elements(terms))

    def had(self, elements: Iterable[Element]) -> bool | None:
        """Whether the release had all of these elements; None where no ledger tells."""
        # One that the release lacks decides, whatever is not known of the others.
        version = self.version
        found = [None if version is None else self.history.has(one, version) for one in elements]
        return False if False in found else None if None in found or not found else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one thing says about a move: `machine pc-q35-7.2` is on both ends.

    `settings` are what to set on which end so that it may be.
    """

    about: str
    name: str
    state: State
    sentence: str
    settings: Settings = field(default_factory=lambda: NOTHING)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What there is of a kind of thing to choose from: the names both ends have, or one alone."""

    about: str
    both: tuple[str, ...]
    source: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """How one hypervisor's guests are moved.

    `read_guest` reads a guest's command line or its description; it raises UsageError for what is neither.
    `questions` are what a host must be asked for a guest. `settle` puts what the source makes of it in place
    of what the guest's own words leave open. `judge` gives the points of a guest's move, `choose` what both
    ends have, `machine_version` the release that a machine type keeps to. `capability` is the kind of
    condition that names a migration capability; `has_option` is whether a part has an option at a value.
    """

    read_guest: Callable[[str], Guest]
    questions: Callable[[Guest], tuple[str, ...]]
    judge: Callable[[End, End, Guest], Iterable[Point]]
    choose: Callable[[End, End], Iterable[Choice]]
    settle: Callable[[End, Guest], Guest] = lambda _source, guest: guest
    machine_version: Callable[[str], str | None] = lambda _name: None
    capability: str = ""
    has_option: Callable[[Part, str, str], bool] = lambda part, name, value: part.options.get(name) == value
