"""What upstream's documentation lists as deprecated and as removed, heading by heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..facts.folders import find_hypervisor
from ..model import Element
from .history import History
from .ledger import Atom

_TOLD = re.compile(r"(?P<how>deprecated since|removed in) (?P<release>[\d.]+): (?P<section>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """One heading of upstream's lists, in its own words, with what the lists said of it.

    `elements` are what it names, where its words can be read; `is_current` says that the newest release lists
    it as deprecated.
    """

    heading: str
    section: str
    deprecated: str | None
    removed: str | None
    is_current: bool
    elements: tuple[Element, ...]


def find_documented(hypervisor: str, history: History) -> Iterator[Documented]:
    """Every heading of upstream's lists of deprecated and removed features; none without that ledger."""
    ledger = history.ledger("documented")
    rows: dict[str, list[Atom]] = {}
    for atom in ledger or ():
        rows.setdefault(atom.name, []).append(atom)
    for heading, atoms in rows.items():
        yield _read_heading(hypervisor, heading, atoms, history)


def read_deprecated(hypervisor: str, history: History) -> Mapping[Element, str]:
    """Since which branch an element is deprecated, by the newest release's documentation: `6.2`."""
    return {
        element: one.deprecated.removesuffix(".0")
        for one in find_documented(hypervisor, history)
        if one.is_current and one.deprecated is not None
        for element in one.elements
    }


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
    )
