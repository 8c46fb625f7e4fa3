"""Under which build condition upstream's source has an element, and what stands under none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..conditions import KINDS
from ..interface import Graph, parse_element, walk
from ..interface.walk import enter, places_of
from ..model import Element, Host, Leaf
from ..upstream.history import History
from ..upstream.ledger import Ledger
from ..versions import Version, parse_release

# From then on the schema itself says what a target or an option leaves out (qemu@61eb9e80d5ac).
_CONDITIONS_TOLD = parse_release("4.0")
_SPELT = {"member": ".", "branch": ":", "value": ".", "kind": "|"}


def build_condition(history: History, element: Element, version: Version) -> str | None:
    """The condition of an element itself; what is around it is there where it can be missed.

    A branch has its tag's value's too. None where there is none.
    """
    ledger, graph = history.ledger(element.kind), history.graph(version)
    if ledger is None:
        return None
    if element.kind != "qmp" or graph is None or not parse_element(element.name)[1]:
        return _read(ledger, element.name, version)
    told = (_read(ledger, name, version) for name in _lines(graph, element.name))
    return next((condition for condition in told if condition is not None), None)


def is_in_every_build(history: History, element: Element, version: Version | None) -> bool:
    """Whether upstream's source has a command or an event under no condition in a release."""
    is_whole = element.kind == "qmp" and not parse_element(element.name)[1]
    if not is_whole or version is None or version < _CONDITIONS_TOLD:
        return False
    return history.build_condition(element, version) is None


def is_taken_out(history: History, gone: Iterable[Leaf], host: Host, version: Version | None) -> bool:
    """Whether all that a host lacks is in every build of upstream's release, of which this is none."""
    named = [tuple(KINDS[leaf.kind].elements(leaf.terms)) for leaf in gone]
    in_all = (bool(one) and all(is_in_every_build(history, each, version) for each in one) for one in named)
    return bool(named) and host.kind != "upstream" and all(in_all)


def _lines(graph: Graph, name: str) -> Iterator[str]:
    """The ledger's names of an element inside another; types have their own."""
    step = parse_element(name)[1][-1]
    around = walk(graph, places_of(name)[-2])
    if around is None or step.sort not in _SPELT:
        return
    reference, known = enter(graph, around.reference)
    owner = (reference or "").partition(" ")[2]
    yield f"{owner}{_SPELT[step.sort]}{step.name}"
    tag = known.members.get(known.tag or "") if step.sort == "branch" else None
    if tag is not None:
        yield f"{tag.type.partition(' ')[2]}.{step.name}"


def _read(ledger: Ledger, name: str, version: Version) -> str | None:
    mark = f"{name}[if="
    for atom in ledger.under(name):
        if atom.name.startswith(mark) and version in atom.parsed_ranges:
            return atom.name[len(mark) : -1]
    return None
