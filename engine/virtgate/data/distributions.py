"""Which release of a hypervisor the releases of distributions ship, from one file's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import NOTHING, Shipped
from .taking import Desk, take_list, take_map, take_row, take_text, take_texts
from .yaml import Block

_SHIPPED = take_row(
    {"release": take_text, "ships": take_text, "evidence": take_texts},
    {"first": take_text, "until": take_text, "extended": take_text},
)
_DISTRIBUTION = take_row({"title": take_text, "releases": take_list(_SHIPPED)})
_FILE = take_row({"hypervisor": take_text, "distributions": take_map(_DISTRIBUTION)})


def read_distributions(desk: Desk, block: Block) -> tuple[str, tuple[Shipped, ...]]:
    """The hypervisor, and which of its releases the releases of distributions ship."""
    taken = _FILE(desk, block)
    return taken.get("hypervisor", ""), tuple(
        _build_shipped(name, one.get("title", name), row)
        for name, one in taken.get("distributions", NOTHING).items()
        for row in one.get("releases", ())
        if {"release", "ships"} <= set(row)
    )


def _build_shipped(name: str, title: str, row: Mapping[str, Any]) -> Shipped:
    return Shipped(
        distribution=name,
        title=title,
        release=row["release"],
        ships=row["ships"],
        first=row.get("first"),
        until=row.get("until"),
        extended=row.get("extended"),
        evidence=row.get("evidence", ()),
        where=row["where"],
    )
