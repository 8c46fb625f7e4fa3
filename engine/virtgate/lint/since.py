"""`since` is typed only where no ledger can tell it, and never against one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..conditions import alternatives
from ..data.yaml import Problem
from ..model import Element, Path
from ..upstream.history import History
from ..upstream.status import find_used, is_visible
from ..versions import Version
from .data import Data, elements_of, locate, positive_leaves
from .releases import version_of


def find(data: Data) -> Iterator[Problem]:
    """Typed releases that the ledger tells too, or that it contradicts."""
    for path in data.paths():
        if path.fork and path.since:
            problem = f"'{path.name}' is only in {path.fork} and has a 'since' of upstream"
            yield locate(path.where, path.since.release, problem)
    for path in data.accepted:
        if path.since is not None:
            yield from _compare(path, data.history(path.hypervisor))


def _compare(path: Path, history: History) -> Iterator[Problem]:
    assert path.since is not None
    release = path.since.release
    typed = version_of(history, release)
    told = _first_release(path, history)
    if typed is None or told is None:
        return
    first, element = told
    ledger = f"matrix/{path.hypervisor}/ledger/{element.kind}.txt"
    problem = (
        f"'since' of '{path.name}' is {release}; {ledger} has '{element}' since {history.name_of(first)}"
    )
    if typed < first:
        if not _is_bounded(path, history):
            yield locate(path.where, release, problem)
    elif _is_told(path, history):
        hint = "leave it out: what the ledger tells is not typed"
        if typed > first:
            hint = f"leave it out, or let 'when' name what came with {release}"
        yield locate(path.where, release, problem, hint)


def _first_release(path: Path, history: History) -> tuple[Version, Element] | None:
    """The first release that complete ledgers allow, and the element that came last; None without any."""
    told = []
    for named in alternatives(path.when):
        known = [one for one in (*named, *find_used(path, named)) if history.covers(one.kind) == "complete"]
        firsts = [(history.first_in(history.mask(one) or 0), one) for one in known]
        first = history.first_in(history.common_mask(known) or 0)
        last = next((one for at, one in firsts if first is not None and at == first), None)
        if first is not None:
            told.append((first, last or known[0]))
    return min(told, default=None)


def _is_told(path: Path, history: History) -> bool:
    """Whether nothing but what complete ledgers cover, and a host shows, makes the path."""
    if not is_visible(path):
        return False
    named = [elements_of(leaf) for leaf in positive_leaves(path.when)]
    return all(found and _are_covered(found, history) for found in named)


def _are_covered(elements: Iterable[Element], history: History) -> bool:
    return all(history.covers(one.kind) == "complete" for one in elements)


def _is_bounded(path: Path, history: History) -> bool:
    """Whether a ledger knows only "that release or earlier" of something here."""
    for leaf in positive_leaves(path.when):
        for element in elements_of(leaf):
            ledger = history.ledger(element.kind)
            if ledger and any(atom.ranges.startswith("<=") for atom in ledger.atoms(element.name)):
                return True
    return False
