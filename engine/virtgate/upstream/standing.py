"""Where paths stand upstream, in a form that can be kept: it hangs on the data alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model import Element, Path
from ..versions import Version
from .history import History
from .status import Status, UpstreamStatus

Row = tuple[Status, int, tuple[Element, ...], int | None, bool, bool]
Kept = Mapping[str, Sequence[Row | None]]
"""By release, then by path in the order that both sides have them; None where a host is asked too."""

# In the place of a release: the state of upstream's branch, which is none.
_HEAD = -1


def pack_statuses(paths: Iterable[Path], history: History, kept: Kept, *, most: int) -> dict[str, Any]:
    """What is kept already and what was found since: the `most` releases that were asked for last."""
    order = tuple(paths)
    found: dict[Version, None] = {release: None for _, release in history.statuses if release is not None}
    packed = {str(one): tuple(_pack(path, one, history) for path in order) for one in found}
    return dict([*{**kept, **packed}.items()][-most:])


def _pack(path: Path, release: Version, history: History) -> Row | None:
    known = history.statuses.get((id(path), release))
    if known is None or known[0] is not path:
        return None
    one: UpstreamStatus = known[1]
    place = None
    if one.reference is not None:
        place = history.place_of(one.reference) if one.reference in history.versions else _HEAD
    return one.status, one.mask, one.footprint, place, one.complete, one.bounded


def recall_statuses(paths: Iterable[Path], history: History, kept: Kept, release: Version | None) -> None:
    """Take over what was kept of a release; without it, or for what it lacks, it is found when asked for."""
    for path, row in zip(paths, kept.get(str(release), ()), strict=False):
        if row is not None:
            history.statuses.setdefault((id(path), release), (path, _unpack(row, history)))


def _unpack(row: Row, history: History) -> UpstreamStatus:
    status, mask, footprint, place, complete, bounded = row
    reference = None
    if place is not None:
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
