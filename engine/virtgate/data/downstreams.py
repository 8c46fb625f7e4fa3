"""Who ships a hypervisor changed, from one file's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..model import NOTHING, Backport, Built, Downstream
from .taking import (
    Desk,
    take_choice,
    take_condition,
    take_list,
    take_map,
    take_row,
    take_text,
    take_texts,
)
from .yaml import Block, Text

_BACKPORT = take_row(
    {"capability": take_text, "from": take_text, "evidence": take_texts}, {"path": take_text}
)
_BUILT = take_row(
    {"paths": take_texts, "because": take_text, "evidence": take_texts}, {"releases": take_texts}
)


def _take_claim(desk: Desk, value: Any) -> dict[str, Any] | None:
    """One claim; a bare name is taken, so that lint can say of it what is missing."""
    if isinstance(value, Text):
        return {"paths": (value,), "because": "", "where": desk.where(value)}
    return _BUILT(desk, value)  # type: ignore[no-any-return]


_DOWNSTREAM = take_row(
    {"kind": take_choice("distribution", "fork", "product"), "title": take_text},
    {
        "package": take_texts,
        "markers": take_list(take_condition),
        "elements": take_list(take_condition),
        "os-release": take_map(take_texts),
        "versions": take_choice("deb", "rpm"),
        "machines": take_texts,
        "packages": take_map(take_text),
        "backports": take_list(_BACKPORT),
        "builds": take_list(_take_claim),
        "denies": take_list(_take_claim),
        "driver": take_text,
        "says": take_map(take_texts),
        "notes": take_text,
        "evidence": take_texts,
    },
)
_FILE = take_row({"hypervisor": take_text, "downstreams": take_map(_DOWNSTREAM)})


def read_downstreams(desk: Desk, block: Block) -> list[Downstream]:
    """Who ships one hypervisor changed."""
    taken = _FILE(desk, block)
    return [
        _build_downstream(desk, name, taken.get("hypervisor", ""), row)
        for name, row in taken.get("downstreams", NOTHING).items()
    ]


def _build_downstream(desk: Desk, name: str, hypervisor: str, row: Mapping[str, Any]) -> Downstream:
    _check_patterns(desk, row)
    backports = (
        Backport(
            capability=one["capability"],
            path=one.get("path"),
            since=one["from"],
            evidence=one.get("evidence", ()),
        )
        for one in row.get("backports", ())
        if {"capability", "from"} <= set(one)
    )
    return Downstream(
        name=name,
        hypervisor=hypervisor,
        kind=row.get("kind", "distribution"),
        title=row.get("title", name),
        package=row.get("package", ()),
        markers=row.get("markers", ()),
        elements=row.get("elements", ()),
        machines=row.get("machines", ()),
        os_release=row.get("os-release", NOTHING),
        says=row.get("says", NOTHING),
        versions=row.get("versions"),
        packages=row.get("packages", NOTHING),
        backports=tuple(backports),
        builds=_build_claims(row.get("builds", ())),
        denies=_build_claims(row.get("denies", ())),
        driver=row.get("driver"),
        where=row["where"],
    )


def _build_claims(rows: Iterable[Mapping[str, Any]]) -> tuple[Built, ...]:
    return tuple(
        Built(
            paths=row["paths"],
            releases=row.get("releases", ()),
            because=row["because"],
            evidence=row.get("evidence", ()),
            where=row["where"],
        )
        for row in rows
        if {"paths", "because"} <= set(row)
    )


def _check_patterns(desk: Desk, row: Mapping[str, Any]) -> None:
    says = (pattern for patterns in row.get("says", {}).values() for pattern in patterns)
    for pattern in (*row.get("package", ()), *row.get("machines", ()), *says):
        try:
            re.compile(pattern)
        except re.error as error:
            desk.report(pattern, f"'{pattern}' is not a regular expression: {error}")
