"""What follows from a name that is gone is told with that, and not as refusals of their own before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .claims import Remark

_MOST = 6


def fold_consequences(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks, causes first; a name that is gone and that others still have refuses the change."""
    told = list(remarks)
    causes = [one for one in told if one.gone is not None]
    places: dict[Remark, list[str]] = {}
    kept = [one for one in told if one.gone is None]
    for one in list(kept):
        cause = next((cause for cause in causes if _follows(one, cause)), None)
        if cause is not None:
            kept.remove(one)
            places.setdefault(cause, []).append(str(one.where))
    found = [_with_places(cause, places.get(cause, [])) for cause in causes]
    return tuple(sorted((*found, *kept), key=_order))


def _follows(one: Remark, cause: Remark) -> bool:
    """Whether a file cannot be read because it has a name that is gone."""
    return one.rule == "unreadable" and f"'{cause.gone}'" in one.message and " no " in one.message


def _with_places(cause: Remark, places: list[str]) -> Remark:
    if not places:
        return cause
    count = f"{len(places)} places still name it" if len(places) > 1 else "one place still names it"
    more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
    told = ", ".join(places[:_MOST])
    return replace(cause, level="error", message=f"{cause.message}; {count}: {told}{more}")


def _order(remark: Remark) -> tuple[int, bool, str, int]:
    level = ("error", "warning", "note").index(remark.level)
    return level, remark.gone is None, remark.where.file, remark.where.line
