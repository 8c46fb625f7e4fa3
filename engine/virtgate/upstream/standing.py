"""Where paths stand upstream, in a form that can be kept: it hangs on the data alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Element, Path
from ..versions import Version
from .history import History
from .status import Status, UpstreamStatus

Row = tuple[Status, int, tuple[Element, ...], int | None, bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one hypervisor's history: its memo, and where each path stands in some `releases`.

    `runs` are by path, in the order that both sides have them: the places in `releases` from which on it
    stands otherwise, and how; None where a host is asked too.
    """

    memo: Mapping[str, Any]
    releases: tuple[str, ...] = ()
    runs: tuple[tuple[Sequence[int], Sequence[Row | None]], ...] = ()

    def rows(self, release: str) -> Iterator[Row | None]:
        """How each path stands in one of the releases."""
        place = self.releases.index(release)
        return (rows[bisect_right(starts, place) - 1] for starts, rows in self.runs)


# In the place of a release: the one that is asked about, and the state of upstream's branch, which is none.
_SAME, _HEAD = -2, -1


def pack_statuses(paths: Iterable[Path], history: History, known: Found | None, *, most: int) -> Found:
    """What is known already and what was found since: the `most` releases that were asked for last."""
    order = tuple(paths)
    rows = {one: tuple(known.rows(one)) for one in known.releases} if known is not None else {}
    asked = {release: None for _, release in history.statuses if release is not None}
    rows |= {str(one): tuple(_pack(path, one, history) for path in order) for one in asked}
    last = dict([*rows.items()][-most:])
    runs = tuple(map(_find_runs, zip(*last.values(), strict=True)))
    return Found(memo=history.memo(), releases=tuple(last), runs=runs)


def _find_runs(rows: Sequence[Row | None]) -> tuple[Sequence[int], Sequence[Row | None]]:
    starts = [at for at, row in enumerate(rows) if at == 0 or row != rows[at - 1]]
    return tuple(starts), tuple(rows[at] for at in starts)


def _pack(path: Path, release: Version, history: History) -> Row | None:
    known = history.statuses.get((id(path), release))
    if known is None or known[0] is not path:
        return None
    one: UpstreamStatus = known[1]
    place = None
    if one.reference == release:
        place = _SAME
    elif one.reference is not None:
        place = history.place_of(one.reference)
        if history.versions[place : place + 1] != (one.reference,):
            place = _HEAD
    return one.status, one.mask, one.footprint, place, one.complete, one.bounded


def recall_statuses(
    paths: Iterable[Path], history: History, known: Found | None, release: Version | None
) -> None:
    """Take over what was kept of a release; without it, or for what it lacks, it is found when asked for."""
    if known is None or release is None or str(release) not in known.releases:
        return
    for path, row in zip(paths, known.rows(str(release)), strict=False):
        if row is not None and (id(path), release) not in history.statuses:
            history.statuses[id(path), release] = path, _unpack(row, release, history)


def _unpack(row: Row, release: Version, history: History) -> UpstreamStatus:
    status, mask, footprint, place, complete, bounded = row
    reference = release if place == _SAME else None
    if place is not None and place != _SAME:
        ahead = history.ahead or history
        reference = ahead.versions[-1] if place == _HEAD else history.versions[place]
    return UpstreamStatus(
        status=status,
        mask=mask,
        since=history.first_in(mask),
        last=history.last_in(mask),
        footprint=footprint,
        reference=reference,
        complete=complete,
        bounded=bounded,
    )
