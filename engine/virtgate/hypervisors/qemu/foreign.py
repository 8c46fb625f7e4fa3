"""What a QEMU has and no upstream release had so: who says that it is upstream's own is asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from ...interface import Graph, parse_element, same_shape, walk
from ...interface.structure import ABSENT, EXTRA, Comparer, Raw, is_same_level, signature
from ...model import Element
from ...upstream.history import History
from ...versions import Version
from .view import QemuView

NEVER = "which no upstream release has had"
UNSTABLE = "x-"


def find_foreign(view: QemuView, history: History, release: Version, *, is_snapshot: bool) -> str | None:
    """The first thing that a host has besides upstream's release, or otherwise, in words; None for nothing.

    What a later release has in the same shape is no stranger: upstream's stable branches take such things.
    """
    ledger = history.ledger("qmp")
    if ledger is None or ledger.covers != "complete":
        return None
    judge = _Judge(view, history, release, is_snapshot)
    return next(judge.foreign(), None)


class _Judge:
    """Tells what is foreign of a host that one release judges."""

    def __init__(self, view: QemuView, history: History, release: Version, is_snapshot: bool) -> None:
        self._view = view
        self._history = history
        self._place = history.place_of(release)
        self._theirs = history.graph(release)
        self._is_snapshot = is_snapshot

    def foreign(self) -> Iterator[str]:
        """Everything foreign, in words; of a host without a schema the names of commands and events."""
        mine = self._view.graph
        if mine is None or self._theirs is None:
            names = (self._view.commands or frozenset()) | (self._view.events or frozenset())
            yield from (f"{name}, {NEVER}" for name in sorted(names) if self._is_unheard_of(name))
            return
        for raw in self._differences(mine, self._theirs):
            told = self._extra(raw.name, mine) if raw.side == EXTRA else self._changed(raw, mine)
            if told is not None:
                yield told

    def _differences(self, mine: Graph, theirs: Graph) -> Iterator[Raw]:
        # Up to 2.12 a schema told the commands of all targets.
        listed, names = self._view.commands or (), mine.roots()
        hidden = frozenset(one for one in names if listed and one not in listed and _is_command(mine, one))
        return (raw for raw in Comparer(mine, theirs).compare(hidden) if raw.side != ABSENT)

    def _extra(self, name: str, mine: Graph) -> str | None:
        """What is foreign of something that the release lacks."""
        mask = self._history.mask(Element(kind="qmp", name=name))
        if not mask:
            return f"{name}, {NEVER}" if self._is_unheard_of(name) else None
        # A snapshot still has what goes before the release that it leads to.
        is_leaving = self._is_snapshot and mask >> self._place - 1 & 1
        is_known = is_leaving or any(_has_same(name, mine, theirs) for theirs in self._later(name))
        return None if is_known else f"{name}, which no later upstream release has in this shape"

    def _changed(self, raw: Raw, mine: Graph) -> str | None:
        is_known = self._is_snapshot or any(
            is_same_level(mine, theirs, raw.name) for theirs in self._later(raw.name)
        )
        return None if is_known else f"another shape: {raw.text}"

    def _later(self, name: str) -> Iterator[Graph]:
        """The later releases that have an element."""
        mask = self._history.mask(Element(kind="qmp", name=name)) or 0
        for at in range(self._place + 1, len(self._history.versions)):
            theirs = self._history.graph(self._history.versions[at]) if mask >> at & 1 else None
            if theirs is not None:
                yield theirs

    def _is_unheard_of(self, name: str) -> bool:
        """Whether upstream never had an element; a snapshot may have what was on its way, or taken back."""
        if self._history.mask(Element(kind="qmp", name=name)):
            return False
        if not self._is_snapshot:
            return True
        head, steps = parse_element(name)
        words = (head, *(step.name for step in steps))
        if name in self._history.reverted or any(word.startswith(UNSTABLE) for word in words):
            return False
        return self._theirs is None or not steps or not _reaches(self._theirs, head, words[-1])


def _is_command(graph: Graph, name: str) -> bool:
    root = graph.root(name)
    return root is not None and root.kind == "command"


def _has_same(name: str, mine: Graph, theirs: Graph) -> bool:
    """Whether a release has an element as the host has it, but for what may be left out of it."""
    if (step := parse_element(name)[1][-1:]) and step[0].sort == "value":
        return True
    raws = Comparer(mine, theirs).compare_from(name, frozenset())
    lacks = (walk(theirs, raw.name) if raw.side == ABSENT else None for raw in raws)
    return not same_shape(signature(theirs, name), mine, theirs) and all(
        seen is not None and seen.optional for seen in lacks
    )


def _reaches(graph: Graph, head: str, word: str) -> bool:
    """Whether a command or event has a member, a branch or a value of this name, wherever it is in it."""
    root, seen = graph.root(head), set[str]()
    todo = [root.arguments, root.returns] if root is not None else []
    while todo:
        reference = todo.pop()
        if reference is None or reference in seen:
            continue
        seen.add(reference)
        known = graph.type(reference)
        if word in known.members or word in known.branches or word in known.values:
            return True
        todo += [known.element or None, *(one.type for one in known.members.values())]
        todo += known.branches.values()
    return False
