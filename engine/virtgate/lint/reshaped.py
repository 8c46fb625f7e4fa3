"""An interface that changed incompatibly from one upstream release to a later one is two paths."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..interface import Difference, Graph, parse_element, same_shape, walk
from ..interface.walk import kinds
from ..model import Path
from ..upstream.history import History
from ..upstream.ledger import Ledger
from ..upstream.status import UpstreamStatus, path_footprint
from .data import Data, locate

_REFERRING = frozenset({"object", "enum", "alternate"})


def find(data: Data) -> Iterator[Problem]:
    """Paths of which a release does not take what the one before took, or does not give what it gave."""
    for hypervisor in data.catalog.paths:
        history = data.history(hypervisor)
        if data.ledger_problems(hypervisor) or (ledger := history.ledger("qmp")) is None:
            continue
        changes = _Changes(ledger, history)
        for path in data.accepted:
            if path.hypervisor == hypervisor:
                yield from _compare(path, data.standing(path), history, changes)


def _compare(path: Path, standing: UpstreamStatus, history: History, changes: _Changes) -> Iterator[Problem]:
    heads = {parse_element(one.name)[0] for one in standing.footprint if one.kind == "qmp"}
    suspect = standing.mask & (standing.mask << 1) & changes.of_heads(heads)
    said: set[str] = set()
    for at in _places(suspect):
        before, after = history.versions[at - 1 : at + 1]
        old, new = history.graph(before), history.graph(after)
        if old is None or new is None:
            continue
        footprint = path_footprint(path, history, before, None)
        names = [one.name for one in footprint if one.kind == "qmp"]
        for one in same_shape(names, new, old):
            if one.element in said or _is_untold(one, new):
                continue
            said.add(one.element)
            problem = f"'{path.name}' changed from {history.name_of(before)} to {history.name_of(after)}"
            hint = "two paths, the newer first, with what tells them apart in 'when'"
            yield locate(path.where, None, f"{problem}: {_say(one)}", hint)


def _places(mask: int) -> Iterator[int]:
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def _is_untold(one: Difference, graph: Graph) -> bool:
    """Whether a release's documentation does not say of what kind it is: that is no change."""
    seen = walk(graph, one.element)
    return seen is not None and kinds(graph, seen.reference) == {"any"}


def _say(one: Difference) -> str:
    """A difference in words about two releases: the later one is the host, the earlier one upstream."""
    text = one.text.replace("the host has no", "there is no")
    return (
        text.replace("upstream's is", "was").replace("upstream's takes", "took").replace("upstream's", "it")
    )


class _Changes:
    """In which releases something that a command reaches may have changed incompatibly.

    That is little, so that the exact comparison, which costs much, is for few: a part that ends while its
    owner stays, and a mandatory part that comes to an owner that was there.
    """

    def __init__(self, ledger: Ledger, history: History) -> None:
        self._ledger = ledger
        self._history = history
        self._own: dict[str, tuple[int, frozenset[str]]] = {}

    def of_heads(self, heads: set[str]) -> int:
        """The releases, as a mask, that may differ from the one before in what these heads reach."""
        mask, known, waiting = 0, set(heads), list(heads)
        while waiting:
            changed, reached = self._of_owner(waiting.pop())
            mask |= changed
            waiting.extend(reached - known)
            known |= reached
        return mask

    def _of_owner(self, name: str) -> tuple[int, frozenset[str]]:
        if name not in self._own:
            atoms = self._ledger.atoms(name)
            there = 0
            for atom in atoms:
                there |= self._history.mask_of_ranges(atom.ranges)
            mask, reached = 0, set()
            for _, _, atom in self._ledger.inside(name):
                held = self._history.mask_of_ranges(atom.ranges)
                mask |= (held << 1) & ~held & there
                mask |= 0 if atom.optional else held & ~(held << 1) & (there << 1)
                sort, _, inner = atom.type.strip("[]").partition(" ")
                if sort in _REFERRING:
                    reached.add(inner)
            self._own[name] = mask, frozenset(reached)
        return self._own[name]
