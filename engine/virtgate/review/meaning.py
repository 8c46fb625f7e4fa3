"""What an edit means: every effect of it, over all hypervisors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..driver.errors import DataError
from ..model import Path
from .compare import Comparison, ReadHosts
from .effect import Effect, Move, Pairs, Sort, Told, Upstream
from .said import is_same, path_edits, row_edits
from .states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """All of them; `unjudged` are the hypervisors of which nothing could be decided, each with why."""

    effects: tuple[Effect, ...]
    upstream: tuple[Upstream, ...]
    told: tuple[Told, ...]
    unjudged: Mapping[str, str]


def find_effects(base: State, head: State, pairs: Pairs, hosts: ReadHosts) -> Effects:
    """Every change of a verdict; `hosts` gives the recorded hosts of a hypervisor."""
    moves: dict[str, list[Move]] = {}
    upstream: list[Upstream] = []
    told: list[Told] = []
    unjudged: dict[str, str] = {}
    for hypervisor in head.catalog.paths:
        history = head.history(hypervisor)
        if history is None:
            continue  # the newer side's problems say why
        comparison = Comparison(hypervisor, base, head, pairs, history)
        try:
            for name, found in comparison.moves(hosts).items():
                moves.setdefault(name, []).extend(found)
            upstream += comparison.upstream()
        except DataError as error:
            unjudged[hypervisor] = str(error)
        told += comparison.told
    effects = (_effect(old, new, base, head, tuple(moves.get(new or "", ()))) for old, new in pairs)
    return Effects(
        effects=tuple(sorted(filter(None, effects), key=lambda one: one.id)),
        upstream=tuple(upstream),
        told=tuple(told),
        unjudged=MappingProxyType(unjudged),
    )


def _effect(
    old: str | None, new: str | None, base: State, head: State, moves: tuple[Move, ...]
) -> Effect | None:
    """What became of one capability; None for nothing."""
    if new is None:
        return Effect(id=old or "", was=old, sort="removed", where=base.catalog.capabilities[old or ""].where)
    row = head.catalog.capabilities[new]
    if old is None:
        return Effect(id=new, was=None, sort="new", where=row.where, moves=moves)
    before = base.catalog.capabilities[old]
    edits = list(row_edits(before, row)) if before != row else []
    edited = [row.where] if edits else []
    for hypervisor in sorted({*base.catalog.paths, *head.catalog.paths}):
        then, now = base.catalog.paths_of(hypervisor, old), head.catalog.paths_of(hypervisor, new)
        texts = [f"{hypervisor} {text}" for text in path_edits(then, now)] if then != now else []
        edits += texts
        edited += [path.where for path in _edited_paths(then, now)] if texts else []
    if not edits and not moves:
        return None
    sort: Sort = "renamed" if old != new else "changed" if edits else "follows"
    where = edited[0] if edited else row.where
    return Effect(id=new, was=old, sort=sort, where=where, edits=tuple(edits), moves=moves)


def _edited_paths(then: tuple[Path, ...], now: tuple[Path, ...]) -> Iterator[Path]:
    old = {path.name: path for path in then}
    edited = [path for path in now if path.name not in old or not is_same(old[path.name], path)]
    yield from edited or now[:1]
