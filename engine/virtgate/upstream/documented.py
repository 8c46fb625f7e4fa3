"""What upstream's documentation lists as deprecated and as removed, heading by heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..facts.folders import find_hypervisor
from ..model import Element
from ..versions import Version
from .history import History
from .ledger import Atom

_TOLD = re.compile(
    r"(?P<how>deprecated|removed)(?: (?:since|in) (?:[\d.]+ up to )?(?P<release>[\d.]+))?: (?P<section>.+)"
)
_HEADINGS = "headings.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One heading of upstream's lists, in its own words, with what the lists said of it.

    Without a release of its own, that of the first list with it counts. `elements` are what it names; where
    it names none, `about` says what it is about, and is None where nobody has read it. `is_current` says that
    the newest release lists it as deprecated. `dropped` is the first release whose lists lack it.
    """

    heading: str
    section: str
    deprecated: str | None
    removed: str | None
    is_current: bool
    elements: tuple[Element, ...]
    about: str | None
    dropped: Version | None


def find_documented(hypervisor: str, history: History) -> Iterator[Documented]:
    """Every heading of upstream's lists of deprecated and removed features; none without that ledger."""
    ledger = history.ledger("documented")
    rows: dict[str, list[Atom]] = {}
    for atom in ledger or ():
        rows.setdefault(atom.name, []).append(atom)
    table = read_headings(history.folder.parent / _HEADINGS) if rows else {}
    for heading, atoms in rows.items():
        for some in [atoms] if heading in table else _tell_apart(hypervisor, atoms):
            yield _read_heading(hypervisor, heading, some, history, table.get(heading))


def _tell_apart(hypervisor: str, atoms: list[Atom]) -> Iterable[list[Atom]]:
    """The rows of one heading, by what it names in each section: QMP and the monitor have namesakes."""
    read = find_hypervisor(hypervisor).read_heading
    named: dict[tuple[Element, ...], list[Atom]] = {}
    for atom in atoms:
        match = _TOLD.match(atom.type)
        named.setdefault(tuple(read(atom.name, match["section"])) if match else (), []).append(atom)
    return named.values() if () not in named else [atoms]


def read_headings(path: Path) -> Mapping[str, tuple[Element, ...] | str]:
    """What somebody read in each heading of a file: elements, or a text on what it is about."""
    found: dict[str, tuple[Element, ...] | str] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        heading, _, told = line.partition("  ")
        if told.startswith("- "):
            found[heading] = told[2:]
        elif told and not line.startswith("#"):
            found[heading] = tuple(map(_parse_element, told.split(", ")))
    return found


def _parse_element(text: str) -> Element:
    kind, _, name = text.strip().partition(":")
    return Element(kind=kind, name=name)


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


def _read_heading(
    hypervisor: str,
    heading: str,
    atoms: Iterable[Atom],
    history: History,
    known: tuple[Element, ...] | str | None,
) -> Documented:
    told = [(atom, match) for atom in atoms if (match := _TOLD.match(atom.type)) is not None]
    first = min(_dates(told, "deprecated", history), default=None)
    gone = max(_dates(told, "removed", history), default=None)
    is_current = any(
        history.last in atom.parsed_ranges and match["how"] == "deprecated"
        for atom, match in told
        if history.last is not None
    )
    sections = [match["section"] for _, match in told]
    read = find_hypervisor(hypervisor).read_heading
    words = (element for section in sections for element in read(heading, section))
    return Documented(
        heading=heading,
        section=sections[-1] if sections else "",
        deprecated=str(first) if first else None,
        removed=str(gone) if gone and not is_current else None,
        is_current=is_current,
        elements=tuple(dict.fromkeys(words)) if known is None else known if isinstance(known, tuple) else (),
        about=known if isinstance(known, str) else None,
        dropped=_dropped(atoms, history),
    )


def _dates(told: Iterable[tuple[Atom, re.Match[str]]], how: str, history: History) -> Iterator[Version]:
    """The releases that lists say of one way to end."""
    for atom, match in told:
        first = history.version_of(match["release"]) if match["release"] else atom.parsed_ranges.first
        if match["how"] == how and first is not None:
            yield first


def _dropped(atoms: Iterable[Atom], history: History) -> Version | None:
    after = max(history.mask_of_ranges(atom.ranges).bit_length() for atom in atoms)
    return history.versions[after] if 0 < after < len(history.versions) else None
