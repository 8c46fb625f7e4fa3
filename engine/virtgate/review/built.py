"""Under which build condition upstream's source has an element."""

from __future__ import annotations

from collections.abc import Iterator

from ..history import History
from ..interface import Graph, parse_element, walk
from ..interface.walk import enter, places_of
from ..ledger import Ledger
from ..model import Element
from ..versions import Version

_SPELT = {"member": ".", "branch": ":", "value": ".", "kind": "|"}


def build_condition(history: History, element: Element, version: Version) -> str | None:
    """The condition of an element or of the innermost thing around it that has one; None where none has."""
    ledger, graph = history.ledger(element.kind), history.graph(version)
    if ledger is None:
        return None
    if element.kind != "qmp" or graph is None:
        return _read(ledger, element.name, version)
    return next(
        (found for name in _lines(graph, element.name) if (found := _read(ledger, name, version))), None
    )


def _lines(graph: Graph, name: str) -> Iterator[str]:
    """The ledger's names of an element and of all around it, from the inside out; types have their own."""
    head, steps = parse_element(name)
    places = places_of(name)
    for at in range(len(steps), 0, -1):
        around = walk(graph, places[at - 1])
        if around is None:
            continue
        reference, known = enter(graph, around.reference)
        owner = (reference or "").partition(" ")[2]
        step = steps[at - 1]
        if step.sort in _SPELT and owner:
            yield f"{owner}{_SPELT[step.sort]}{step.name}"
            tag = known.members.get(known.tag or "") if step.sort == "branch" else None
            if tag is not None:
                yield f"{tag.type.partition(' ')[2]}.{step.name}"
            yield owner
    yield head


def _read(ledger: Ledger, name: str, version: Version) -> str | None:
    mark = f"{name}[if="
    for atom in ledger.under(name):
        if atom.name.startswith(mark) and version in atom.parsed_ranges:
            return atom.name[len(mark) : -1]
    return None
