"""Who ships a hypervisor changed, from one file's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..model import NOTHING, Backport, Built, Downstream
from .forms import FILE, Desk, Field, Form, schema_of, take_form
from .records import _choice, _commits, _condition, _list, _map, _nested, _text, _texts
from .yaml import Block, Text

BACKPORT: Form = {
    "capability": _text(required=True),
    "path": _text(),
    "from": _text(required=True, help="the package version that first has it"),
    "evidence": _commits(required=True),
}
BUILT: Form = {
    "paths": _texts(required=True, help="capabilities, or CAPABILITY/PATH"),
    "releases": _texts(help="the package versions of which it is true, as ranges; all without"),
    "because": _text(required=True, help="the downstream's own line that says so, and where it stands"),
    "evidence": _commits(required=True),
}


def _take_built(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    """One claim; a bare name is taken, so that lint can say of it what is missing."""
    if isinstance(value, Text):
        return {"paths": (value,), "because": "", "where": desk.where(value)}
    return _nested(BUILT).take(desk, what, value)  # type: ignore[no-any-return]


_BUILT = Field(take=_take_built, schema=schema_of(BUILT))
DOWNSTREAM: Form = {
    "kind": _choice("distribution", "fork", "product", required=True),
    "title": _text(required=True),
    "package": _texts(help="regular expressions on the binary's package string, with a group evr"),
    "markers": _list(_condition(), help="conditions any of which tells the host"),
    "elements": _list(_condition(), help="what else only it has; for whoever reads a driver's source"),
    "os-release": _map(_texts(), help="what supports the others; it never decides"),
    "versions": _choice("deb", "rpm"),
    "machines": _texts(help="its machine types, as regular expressions"),
    "packages": _map(_text(), help="the package that brings a module"),
    "backports": _list(_nested(BACKPORT)),
    "builds": _list(_BUILT, help="what its build has, of what a build may lack and no probe sees"),
    "denies": _list(_BUILT, help="what it takes out, though its upstream release has it"),
    "driver": _text(help="the driver that a separate product wants"),
    "says": _map(_texts(), help="what else such a host says of itself"),
    "notes": _text(),
    "evidence": _commits(),
}
DOWNSTREAMS_FILE: Form = {
    "hypervisor": _text(required=True),
    "downstreams": _map(_nested(DOWNSTREAM), required=True),
}


def read_downstreams(desk: Desk, block: Block) -> list[Downstream]:
    """Who ships one hypervisor changed."""
    taken = take_form(desk, FILE, block, DOWNSTREAMS_FILE) or {}
    return [
        _build_downstream(desk, name, taken.get("hypervisor", ""), row)
        for name, row in taken.get("downstreams", {}).items()
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
