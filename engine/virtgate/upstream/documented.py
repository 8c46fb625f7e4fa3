"""What upstream's documentation lists as deprecated and as removed, heading by heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..facts.folders import find_hypervisor
from ..model import Element
from ..versions import Version
from .history import History
from .ledger import Atom

_TOLD = re.compile(r"(?P<how>deprecated since|removed in) (?P<release>[\d.]+): (?P<section>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One heading of upstream's lists, in its own words, with what the lists said of it.

    `elements` are what it names, where its words can be read; `is_current` says that the newest release lists
    it as deprecated. `dropped` is the first release whose lists lack it.
    """

    heading: str
    section: str
    deprecated: str | None
    removed: str | None
    is_current: bool
    elements: tuple[Element, ...]
    dropped: Version | None


def find_documented(hypervisor: str, history: History) -> Iterator[Documented]:
    """Every heading of upstream's lists of deprecated and removed features; none without that ledger."""
    ledger = history.ledger("documented")
    rows: dict[str, list[Atom]] = {}
    for atom in ledger or ():
        rows.setdefault(atom.name, []).append(atom)
    for heading, atoms in rows.items():
        yield _read_heading(hypervisor, heading, atoms, history)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What the lists say of an element: since when it is deprecated, and the first release without it.

    Both are the branches that upstream names: `6.2`. An element that the newest lists call deprecated is not
    `removed`; one that they dropped without a word went with the release that did so.
    """

    deprecated: str | None
    removed: str | None


@lru_cache(maxsize=8)
def read_ends(hypervisor: str, history: History) -> Mapping[Element, End]:
    """What upstream's lists say of each element that their headings name."""
    told: dict[Element, list[Documented]] = {}
    for one in find_documented(hypervisor, history):
        for element in one.elements:
            told.setdefault(element, []).append(one)
    return {element: _read_end(headings, history) for element, headings in told.items()}


def _read_end(headings: Iterable[Documented], history: History) -> End:
    dated = [history.version_of(one.deprecated) for one in headings if one.deprecated]
    gone = [history.version_of(one.removed) for one in headings if one.removed]
    if any(one.is_current for one in headings):
        gone = []
    elif not gone:
        gone = [one.dropped for one in headings if one.dropped is not None]
    return End(
        deprecated=_branch(min(dated)) if dated else None, removed=_branch(max(gone)) if gone else None
    )


def _branch(version: Version) -> str:
    return str(version).removesuffix(".0")


def _read_heading(hypervisor: str, heading: str, atoms: Iterable[Atom], history: History) -> Documented:
    told = [(atom, match) for atom in atoms if (match := _TOLD.match(atom.type)) is not None]
    dated = {
        how: [history.version_of(match["release"]) for _, match in told if match["how"] == how]
        for how in ("deprecated since", "removed in")
    }
    first = min(dated["deprecated since"], default=None)
    gone = max(dated["removed in"], default=None)
    is_current = any(
        history.last in atom.parsed_ranges and match["how"] == "deprecated since"
        for atom, match in told
        if history.last is not None
    )
    sections = [match["section"] for _, match in told]
    read = find_hypervisor(hypervisor).read_heading
    elements = (element for section in sections for element in read(heading, section))
    return Documented(
        heading=heading,
        section=sections[-1] if sections else "",
        deprecated=str(first) if first else None,
        removed=str(gone) if gone and not is_current else None,
        is_current=is_current,
        elements=tuple(dict.fromkeys(elements)),
        dropped=_dropped(atoms, history),
    )


def _dropped(atoms: Iterable[Atom], history: History) -> Version | None:
    listing = [
        place
        for place, one in enumerate(history.versions)
        if any(one in atom.parsed_ranges for atom in atoms)
    ]
    after = max(listing, default=-1) + 1
    return history.versions[after] if 0 < after < len(history.versions) else None
