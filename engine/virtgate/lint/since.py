"""`since` is typed only where no ledger can tell it, and never against one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..conditions import alternatives
from ..decide.standing import is_visible, spell_uses, upstream_mask
from ..history import History
from ..model import Element, Path
from ..reader import Problem
from ..versions import Version
from .data import Data, elements_of, locate, positive_leaves
from .releases import version_of


def find(data: Data) -> Iterator[Problem]:
    """Typed releases that the ledger tells too, or that it contradicts."""
    for path in data.paths():
        if path.fork and path.since:
            problem = f"'{path.name}' is only in {path.fork} and has a 'since' of upstream"
            yield locate(path.where, path.since.release, problem)
    for path in data.accepted():
        if path.since is not None:
            yield from _compare(path, data.history(path.hypervisor))


def _compare(path: Path, history: History) -> Iterator[Problem]:
    assert path.since is not None
    typed = version_of(history, path.since.release)
    first = _first_release(path, history)
    if typed is None or first is None:
        return
    name = history.name_of(first)
    said = f"'since' of '{path.name}' is {path.since.release}"
    if typed < first:
        if not _is_bounded(path, history):
            problem = f"{said}, the ledger has what it names only since {name}"
            yield locate(path.where, path.since.release, problem)
    elif _is_told(path, history):
        if typed == first:
            hint = "leave it out: what is computed cannot go stale"
            yield locate(path.where, path.since.release, f"{said} and typed; the ledger tells it", hint)
        else:
            hint = f"leave it out, or let 'when' name what came with {path.since.release}"
            yield locate(path.where, path.since.release, f"{said}, the ledger says {name}", hint)


def _first_release(path: Path, history: History) -> Version | None:
    """The first release that the complete ledgers allow; None where they say nothing."""
    bare = replace(path, since=None, until=None)
    firsts: list[Version] = []
    for named in alternatives(path.when):
        used = (Element(kind="qmp", name=name) for name in spell_uses(path, named))
        known = [one for one in (*named, *used) if history.covers(one.kind) == "complete"]
        first = history.first_in(upstream_mask(bare, known, history) or 0) if known else None
        firsts += [first] if first is not None else []
    return min(firsts, default=None)


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
