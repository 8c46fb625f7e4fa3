"""Which release of a hypervisor the releases of distributions ship, from one file's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Shipped
from .forms import (
    DATE,
    FILE,
    TEXT,
    TEXTS,
    Desk,
    Field,
    Form,
    schema_of,
    take_form,
    take_list,
    take_map,
    take_pattern,
    take_text,
    take_texts,
)
from .yaml import Block


def _text(help_text: str) -> Field:
    return Field(take=take_text, schema=TEXT, required=True, help=help_text)


def _day(help_text: str) -> Field:
    schema = {"type": "string", "pattern": f"^(?:{DATE.pattern})$"}
    return Field(take=take_pattern(DATE, "YYYY-MM-DD"), schema=schema, help=help_text)


SHIPPED: Form = {
    "release": _text("the distribution's own release"),
    "ships": _text("the newest upstream release that it ships"),
    "first": Field(take=take_text, schema=TEXT, help="the one that it began with, where it moved since"),
    "until": _day("the last day on which everybody gets updates"),
    "extended": _day("the last day on which some do"),
    "evidence": Field(take=take_texts, schema=TEXTS, required=True, help="where version and days were seen"),
}


def _take_shipped(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    taken = take_form(desk, what, value, SHIPPED)
    return None if taken is None else {**taken, "where": desk.where(value)}


DISTRIBUTION: Form = {
    "title": _text("its name"),
    "releases": Field(
        take=take_list(_take_shipped),
        schema={"type": "array", "items": schema_of(SHIPPED), "minItems": 1},
        required=True,
        help="oldest first",
    ),
}


def _take_distribution(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    return take_form(desk, what, value, DISTRIBUTION)


DISTRIBUTIONS_FILE: Form = {
    "hypervisor": _text("the product that they ship"),
    "distributions": Field(
        take=take_map(_take_distribution),
        schema={"type": "object", "additionalProperties": schema_of(DISTRIBUTION)},
        required=True,
    ),
}


def read_distributions(desk: Desk, block: Block) -> tuple[str, tuple[Shipped, ...]]:
    """The hypervisor, and which of its releases the releases of distributions ship."""
    taken = take_form(desk, FILE, block, DISTRIBUTIONS_FILE) or {}
    return taken.get("hypervisor", ""), tuple(
        _build_shipped(name, one.get("title", name), row)
        for name, one in taken.get("distributions", {}).items()
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
