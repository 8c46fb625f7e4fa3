"""What the releases of somebody's who names what a host has call it, from one file's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..model import NOTHING, Edition
from ..versions import Constraint, parse_release
from .forms import (
    FILE,
    TEXT,
    TEXTS,
    Desk,
    Field,
    Form,
    Take,
    schema_of,
    take_form,
    take_list,
    take_map,
    take_text,
    take_texts,
)
from .yaml import Block

ASSUMED: Form = {
    "arch": Field(take=take_texts, schema=TEXTS, help="the hosts' architectures, as QEMU calls them"),
    "release": Field(take=take_text, schema=TEXT, help="their releases, as comparisons"),
}


def _take_assumed(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    return take_form(desk, what, value, ASSUMED)


def _by_name(take: Take, schema: Mapping[str, Any], help_text: str) -> Field:
    return Field(
        take=take_map(take), schema={"type": "object", "additionalProperties": schema}, help=help_text
    )


EDITION: Form = {
    "edition": Field(take=take_text, schema=TEXT, required=True, help="the release of theirs"),
    "drives": Field(
        take=take_text,
        schema=TEXT,
        required=True,
        help="the hosts that it drives, as comparisons of releases",
    ),
    "new": Field(take=take_texts, schema=TEXTS, help="names that the edition before did not have"),
    "gone": Field(take=take_texts, schema=TEXTS, help="names of the edition before that it does not have"),
    "assumed": _by_name(
        _take_assumed, schema_of(ASSUMED), "names that from here on it gives by these alone, without a look"
    ),
    "seen": Field(take=take_texts, schema=TEXTS, help="names that from here on it assumes no longer"),
    "by": _by_name(
        take_text, TEXT, "by name, which of its paths it goes by from here on, where it has several"
    ),
    "unless": _by_name(take_text, TEXT, "by name, the other name that takes its place from here on"),
}
_CONDITIONS = ("assumed", "by", "unless")


def _take_edition(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    taken = take_form(desk, what, value, EDITION)
    return None if taken is None else {**taken, "where": desk.where(value)}


VOCABULARIES_FILE: Form = {
    "hypervisor": Field(take=take_text, schema=TEXT, required=True),
    "vocabularies": Field(
        take=take_map(take_list(_take_edition)),
        schema={
            "type": "object",
            "additionalProperties": {"type": "array", "items": schema_of(EDITION), "minItems": 1},
        },
        required=True,
        help="by who gives the names; oldest edition first, each told by what it changed",
    ),
}


def read_vocabularies(desk: Desk, block: Block) -> tuple[str, tuple[Edition, ...]]:
    """The hypervisor, and every edition of everybody who names what its hosts have."""
    taken = take_form(desk, FILE, block, VOCABULARIES_FILE) or {}
    rows = taken.get("vocabularies", {}).items()
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
