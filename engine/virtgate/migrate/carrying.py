"""Migration's own capabilities: which end switches each on, and whether it can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..conditions import KINDS
from ..conditions.language import all_of
from ..data import Catalog
from ..hypervisors.moves import End, Guest, Mover, Part, Point, Settings, State
from ..model import Carried
from .breaking import applies

_SWITCHED = {
    "both": "both ends switch it on",
    "source": "the source alone switches it on",
    "destination": "the destination alone switches it on",
}


def carried_points(
    catalog: Catalog, mover: Mover, source: End, destination: End, guest: Guest
) -> Iterator[Point]:
    """Each capability that the data know: whether a move may use it, and where to switch it on."""
    moves = catalog.moves.get(source.host.hypervisor)
    ends = (source, destination)
    for name, one in moves.carried.items() if moves else ():
        point = _point(mover, name, one, ends)
        wanted = replace(guest, parts=(*guest.parts, Part(kind="capability", name=name)))
        broken = (
            (row for row in moves.breakages.values() if name in row.guest.get("capability", ()))
            if moves
            else ()
        )
        for row in broken if point.state == "yes" else ():
            hits = applies(catalog, mover, row, ends, wanted)
            # A breakage that may be of this move outweighs that both ends have the capability.
            if hits is not False:
                state: State = "no" if hits and not row.may else "unknown"
                point = replace(point, state=state, sentence=row.title, settings={}, evidence=row.evidence)
        yield point


def _point(mover: Mover, name: str, one: Carried, ends: tuple[End, End]) -> Point:
    setters = [end for end in ends if one.ends in {"both", end.which}]
    words = (name, *one.also)
    wanted = ends if one.known else setters
    found = [all_of(end.has(mover.capability, each) for each in words) for end in wanted]
    lacking = [end for end, has in zip(wanted, found, strict=True) if has is False]
    state: State
    if lacking:
        state, told = (
            "no",
            f"{' and '.join(end.title for end in lacking)} cannot{_when(mover, name, lacking[0])}",
        )
    elif None in found:
        state, told = "unknown", "one end was not asked for it"
    else:
        state, told = "yes", _SWITCHED[one.ends]
        if one.also:
            told += f", with {', '.join(one.also)}"
    settings: Settings = {end.which: (f"migrate-set-capabilities {','.join(words)}",) for end in setters}
    return Point(
        about="capability", name=name, state=state, sentence=told, settings=settings if state == "yes" else {}
    )


def _when(mover: Mover, name: str, end: End) -> str:
    mask = end.history.common_mask(KINDS[mover.capability].elements({"name": name}))
    return f": upstream has it in {end.history.spell(mask)}" if mask else ""
