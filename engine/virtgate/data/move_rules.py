"""What a guest's migration needs of both its ends, and what is known to break it, from one file's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..model import NOTHING, Breakage, Carried, Moves
from ..versions import Constraint
from .taking import Desk, take_choice, take_map, take_row, take_text, take_texts
from .yaml import Block

_CARRIED = take_row(
    {"ends": take_choice("both", "source", "destination")},
    {"known": take_choice("both"), "also": take_texts},
)
_END = take_row({}, {"release": take_text, "kernel": take_text, "packages": take_map(take_text)})
_SETTINGS = take_row({}, {"source": take_texts, "destination": take_texts})
_BREAKAGE = take_row(
    {"title": take_text, "guest": take_map(take_texts), "evidence": take_texts},
    {"source": _END, "destination": _END, "settings": _SETTINGS, "happens": take_choice("sometimes")},
)
_MOVES = take_row({"capabilities": take_map(_CARRIED), "breakages": take_map(_BREAKAGE)})
_FILE = take_row({"hypervisor": take_text, "moves": _MOVES})
_ENDS = ("source", "destination")


def read_moves(desk: Desk, block: Block) -> tuple[str, Moves]:
    """The hypervisor, and what a migration of its guests needs."""
    taken = _FILE(desk, block)
    held = taken.get("moves", NOTHING)
    return taken.get("hypervisor", ""), Moves(
        carried=MappingProxyType(dict(_build_carried(held.get("capabilities", NOTHING)))),
        breakages=MappingProxyType(dict(_build_breakages(desk, held.get("breakages", NOTHING)))),
    )


def _build_carried(rows: Mapping[str, Any]) -> Iterator[tuple[str, Carried]]:
    for name, row in rows.items():
        if "ends" in row:
            known, also = "known" in row, row.get("also", ())
            yield name, Carried(ends=str(row["ends"]), known=known, also=also, where=row["where"])  # type: ignore[arg-type]


def _build_breakages(desk: Desk, rows: Mapping[str, Any]) -> Iterator[tuple[str, Breakage]]:
    for name, row in rows.items():
        if not {"title", "guest", "evidence"} <= set(row):
            continue
        ends = {key: _without_place(row[key]) for key in _ENDS if key in row}
        for text in _constraints(ends, row["guest"]):
            try:
                Constraint.parse(text)
            except ValueError as error:
                desk.report(text, str(error))
        yield (
            name,
            Breakage(
                title=row["title"],
                ends=MappingProxyType(ends),
                guest=MappingProxyType(row["guest"]),
                settings=MappingProxyType(_without_place(row.get("settings", NOTHING))),
                may="happens" in row,
                evidence=row["evidence"],
                where=row["where"],
            ),
        )


def _without_place(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({key: one for key, one in row.items() if key != "where"})


def _constraints(ends: Mapping[str, Mapping[str, Any]], guest: Mapping[str, Any]) -> Iterator[str]:
    for terms in ends.values():
        yield from (terms[key] for key in ("release", "kernel") if key in terms)
    yield from guest.get("machine-version", ())
