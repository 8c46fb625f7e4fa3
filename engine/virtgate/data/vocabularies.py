"""What the releases of somebody's who names what a host has call it, from one file's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..model import NOTHING, Edition
from ..versions import Constraint, parse_release
from .taking import Desk, take_list, take_map, take_row, take_text, take_texts
from .yaml import Block

_CONDITIONS = ("assumed", "by", "unless", "without")


_ASSUMED = take_row({}, {"arch": take_texts, "release": take_text})


def _take_assumed(desk: Desk, value: Any) -> Mapping[str, Any]:
    return {key: one for key, one in (_ASSUMED(desk, value) or NOTHING).items() if key != "where"}


_EDITION = take_row(
    {"edition": take_text, "drives": take_text},
    {
        "new": take_texts,
        "gone": take_texts,
        "assumed": take_map(_take_assumed),
        "seen": take_texts,
        "by": take_map(take_text),
        "unless": take_map(take_text),
        "without": take_map(take_text),
    },
)
_FILE = take_row({"hypervisor": take_text, "vocabularies": take_map(take_list(_EDITION))})


def read_vocabularies(desk: Desk, block: Block) -> tuple[str, tuple[Edition, ...]]:
    """The hypervisor, and every edition of everybody who names what its hosts have."""
    taken = _FILE(desk, block)
    rows = taken.get("vocabularies", NOTHING).items()
    return taken.get("hypervisor", ""), tuple(
        one for who, editions in rows for one in _build_editions(desk, who, editions)
    )


def _build_editions(desk: Desk, who: str, rows: tuple[Mapping[str, Any], ...]) -> Iterator[Edition]:
    """Each edition with all its names, which are those of the one before but for its own changes."""
    before: Edition | None = None
    for row in rows:
        if not {"edition", "drives"} <= set(row) or not _is_in_order(desk, row, before):
            continue
        known = before.names if before else frozenset()
        new, gone = (row.get(key, ()) for key in ("new", "gone"))
        names = (known | frozenset(new)) - frozenset(gone)
        told = f"edition {row['edition']} of {who}"
        for name in known.intersection(new):
            desk.report(row["where"], f"{told} has '{name}' as new, and the one before has it")
        for name in frozenset(gone) - known:
            desk.report(row["where"], f"{told} has '{name}' as gone, and the one before lacks it")
        for key in _CONDITIONS:
            for name in row.get(key, NOTHING).keys() - names:
                desk.report(row["where"], f"'{key}' of {told} has '{name}', which is none of its names")
        before = Edition(
            who=who,
            release=row["edition"],
            drives=row["drives"],
            names=names,
            where=row["where"],
            **{key: _inherit(getattr(before, key, NOTHING), row, key) for key in _CONDITIONS},
        )
        yield before


def _inherit(before: Mapping[str, Any], row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    changed = {**before, **row.get(key, NOTHING)}
    seen = row.get("seen", ()) if key == "assumed" else ()
    return MappingProxyType({name: value for name, value in changed.items() if name not in seen})


def _is_in_order(desk: Desk, row: Mapping[str, Any], before: Edition | None) -> bool:
    try:
        Constraint.parse(row["drives"])
        release = parse_release(row["edition"])
    except ValueError as error:
        desk.report(row["where"], str(error))
        return False
    if before and not parse_release(before.release) < release:
        desk.report(row["edition"], f"edition {release} stands after {before.release}; oldest first")
        return False
    return True
