"""From one file's values to the frozen nouns: capabilities, paths, upstreams, downstreams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..model import NOTHING, Backport, Capability, Defect, Deprecation, Downstream, Early, Path, Stated, Upstream
from ..reader import Block
from .forms import (
    DATE,
    ID,
    KEBAB,
    Desk,
    Field,
    Form,
    Take,
    take_choice,
    take_condition,
    take_flag,
    take_form,
    take_list,
    take_map,
    take_pattern,
    take_text,
    take_texts,
)

_TEXT = {"type": "string"}
_TEXTS = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_CONDITION = {"$ref": "#/$defs/condition"}
_take_id = take_pattern(ID, "area.name in lower case with dashes")
_take_name = take_pattern(KEBAB, "a name with dashes")


def _text(**more: Any) -> Field:
    return Field(take=take_text, schema=_TEXT, **more)


def _texts(**more: Any) -> Field:
    return Field(take=take_texts, schema=_TEXTS, **more)


def _condition(**more: Any) -> Field:
    return Field(take=take_condition, schema=_CONDITION, **more)


def _choice(*choices: str, **more: Any) -> Field:
    return Field(take=take_choice(*choices), schema={"enum": list(choices)}, **more)


def schema_of(form: Form) -> dict[str, Any]:
    """The JSON Schema of a form, as an editor needs it."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {**one.schema, **({"description": one.help} if one.help else {})} for key, one in form.items()
        },
        "required": [key for key, one in form.items() if one.required],
    }


def _nested(form: Form, *, lists: bool = False, **more: Any) -> Field:
    inner = schema_of(form)
    take: Take = lambda desk, what, value: _take_located(desk, what, value, form)  # noqa: E731
    if lists:
        return Field(take=take_list(take), schema={"type": "array", "items": inner}, **more)
    return Field(take=take, schema=inner, **more)


def _take_located(desk: Desk, what: str, value: Any, form: Form) -> dict[str, Any] | None:
    taken = take_form(desk, what, value, form)
    if taken is not None:
        taken["where"] = desk.where(value)
    return taken


STATED: Form = {
    "release": _text(required=True, help="the first upstream release that has it"),
    "evidence": _texts(required=True, help="repository@hash of the commit that brought it"),
    "accepted": Field(take=take_pattern(DATE, "YYYY-MM-DD"), schema=_TEXT, help="the day of that commit"),
}
EARLY: Form = {
    "when": _condition(required=True),
    "in": _texts(required=True, help="the downstreams that shipped this shape"),
    "releases": _texts(help="the downstream's releases that have it, as ranges"),
    "differs": _text(required=True, help="how it differs from what upstream did"),
    "evidence": _texts(),
}
BROKEN: Form = {
    "releases": _text(required=True, help="the upstream releases in which it does not work, as ranges"),
    "fixed": _text(help="the first release that works"),
    "witness": _condition(help="a condition that shows the fix"),
    "packages": Field(take=take_map(take_text), help="the fixed package version, by distribution"),
    "evidence": _texts(required=True),
}
DEPRECATED: Form = {
    "since": _text(help="the release that deprecated it"),
    "removed": _text(help="the release announced to remove it, or that did"),
    "evidence": _texts(),
}
PATH: Form = {
    "path": Field(take=_take_name, schema=_TEXT, required=True, help="its name, unique in the capability"),
    "when": _condition(required=True, help="what must be seen for it to be there"),
    "usable": _condition(help="what must hold besides before it can be relied on"),
    "uses": _texts(help="what a driver sends or reads beyond `when`, relative to its command"),
    "aliases": Field(take=take_map(take_texts), help="names that others give it, by whom"),
    "upstream": _choice("rejected", "unstable", help="what upstream says where no ledger can"),
    "fork": _text(help="the only downstream that has it"),
    "since": _nested(STATED, help="only where no ledger can tell"),
    "until": _nested(STATED, help="the first release without it, only where no ledger can tell"),
    "early": _nested(EARLY, lists=True, help="shapes that shipped first elsewhere"),
    "broken": _nested(BROKEN, lists=True),
    "deprecated": _nested(DEPRECATED, help="where documentation, not a feature flag, says so"),
    "successor": _text(help="the path or capability to use instead"),
    "marker": _choice("none", help="no probe can ever see it"),
    "evidence": _texts(),
}
CAPABILITY: Form = {
    "title": _text(required=True, help="what it is, for a reviewer who does not know the hypervisor"),
    "needs": _texts(help="capabilities without which this makes no sense"),
}
REPOSITORY: Form = {"url": _text(required=True), "accepted": _text(required=True, help="where acceptance is seen")}
UPSTREAM: Form = {
    "hypervisor": _text(required=True),
    "title": _text(required=True),
    "upstream": _text(required=True, help="who may accept"),
    "repositories": Field(take=take_map(_nested(REPOSITORY).take), required=True),
    "versions": _choice("qemu", "linux", "xen", "xapi", required=True),
    "unstable-prefix": _text(),
    "package": _texts(help="what upstream's own build calls itself, as regular expressions"),
    "states": Field(take=take_map(take_texts)),
}
BACKPORT: Form = {
    "capability": _text(required=True),
    "path": _text(),
    "from": _text(required=True, help="the package version that first has it"),
    "evidence": _texts(required=True),
}
DOWNSTREAM: Form = {
    "kind": _choice("distribution", "fork", "product", required=True),
    "title": _text(required=True),
    "package": _texts(help="regular expressions on the binary's package string, with a group evr"),
    "markers": Field(take=take_list(take_condition), help="conditions any of which tells the host"),
    "os-release": Field(take=take_map(take_texts)),
    "versions": _choice("deb", "rpm"),
    "machines": _texts(help="its machine types, as regular expressions"),
    "packages": Field(take=take_map(take_text), help="the package that brings a module"),
    "backports": _nested(BACKPORT, lists=True),
    "denies": _texts(),
    "driver": _text(help="the driver that a separate product wants"),
    "says": Field(take=take_map(take_texts), help="what else such a host says of itself"),
    "notes": _text(),
    "evidence": _texts(),
}


def read_capabilities(desk: Desk, block: Block) -> list[Capability]:
    """The rows of one file of `capabilities/`."""
    form = {"area": _text(required=True), "capabilities": Field(take=_take_rows, required=True)}
    taken = take_form(desk, "the file", block, form) or {}
    area = taken.get("area", "")
    rows = []
    for key, row in taken.get("capabilities", {}).items():
        if _take_id(desk, "a capability's id", key) is None:
            continue
        if key.split(".")[0] != area:
            desk.report(key, f"'{key}' does not belong to area '{area}'")
        if "title" in row:
            rows.append(
                Capability(
                    id=str(key), area=area, title=row["title"], needs=row.get("needs", ()), where=desk.where(key)
                )
            )
    return rows


def _take_rows(desk: Desk, what: str, value: Any) -> Mapping[Any, dict[str, Any]] | None:
    if not isinstance(value, Block):
        desk.report(value, f"{what} must be a mapping")
        return None
    return {key: take_form(desk, f"'{key}'", row, CAPABILITY) or {} for key, row in value.items()}


def read_support(desk: Desk, block: Block) -> tuple[str, dict[str, tuple[Path, ...]]]:
    """The hypervisor and the paths by capability of one support file."""
    form = {"hypervisor": _text(required=True), "support": Field(take=_take_support, required=True)}
    taken = take_form(desk, "the file", block, form) or {}
    hypervisor = taken.get("hypervisor", "")
    support: dict[str, tuple[Path, ...]] = {}
    for key, rows in taken.get("support", {}).items():
        paths = [_build_path(str(key), hypervisor, row) for row in rows if "path" in row and "when" in row]
        names = [path.name for path in paths]
        for path in paths:
            if names.count(path.name) > 1 and names.index(path.name) < paths.index(path):
                desk.report(path.where, f"'{key}' has two paths '{path.name}'")
        support[key] = tuple(paths)
    return hypervisor, support


def _take_support(desk: Desk, what: str, value: Any) -> Mapping[Any, Any] | None:
    if not isinstance(value, Block):
        desk.report(value, f"{what} must be a mapping")
        return None
    row = _nested(PATH, lists=True).take
    return {key: row(desk, f"'{key}'", rows) or () for key, rows in value.items()}


def _build_path(capability: str, hypervisor: str, row: Mapping[str, Any]) -> Path:
    stated = {key: Stated(**row[key]) for key in ("since", "until") if "release" in row.get(key, {})}
    deprecated = row.get("deprecated")
    return Path(
        name=row["path"],
        capability=capability,
        hypervisor=hypervisor,
        when=row["when"],
        usable=row.get("usable"),
        uses=row.get("uses", ()),
        aliases=MappingProxyType(row.get("aliases", NOTHING)),
        rejected=row.get("upstream") == "rejected",
        unstable=row.get("upstream") == "unstable",
        fork=row.get("fork"),
        since=stated.get("since"),
        until=stated.get("until"),
        early=tuple(_build_early(one) for one in row.get("early", ()) if "when" in one),
        broken=tuple(_build_defect(one) for one in row.get("broken", ()) if "releases" in one),
        deprecated=None if deprecated is None else _build_deprecation(deprecated),
        successor=row.get("successor"),
        marker=row.get("marker") != "none",
        evidence=row.get("evidence", ()),
        where=row["where"],
    )


def _build_early(row: Mapping[str, Any]) -> Early:
    return Early(
        when=row["when"],
        by=row.get("in", ()),
        releases=row.get("releases", ()),
        differs=row.get("differs", ""),
        evidence=row.get("evidence", ()),
        where=row["where"],
    )


def _build_defect(row: Mapping[str, Any]) -> Defect:
    return Defect(
        releases=row["releases"],
        fixed=row.get("fixed"),
        witness=row.get("witness"),
        packages=row.get("packages", NOTHING),
        evidence=row.get("evidence", ()),
        where=row["where"],
    )


def _build_deprecation(row: Mapping[str, Any]) -> Deprecation:
    return Deprecation(since=row.get("since"), removed=row.get("removed"), evidence=row.get("evidence", ()))


def read_upstream(desk: Desk, block: Block) -> Upstream | None:
    """The authority that one `upstream.yaml` names."""
    taken = take_form(desk, "the file", block, UPSTREAM) or {}
    if not {"hypervisor", "title", "upstream", "repositories", "versions"} <= set(taken):
        return None
    return Upstream(
        hypervisor=taken["hypervisor"],
        title=taken["title"],
        authority=taken["upstream"],
        repositories=MappingProxyType({k: v.get("url", "") for k, v in taken["repositories"].items()}),
        scheme=taken["versions"],
        package=taken.get("package", ()),
        unstable_prefix=taken.get("unstable-prefix"),
        where=desk.where(block),
    )


def read_downstreams(desk: Desk, block: Block) -> list[Downstream]:
    """Who ships one hypervisor changed."""
    form = {
        "hypervisor": _text(required=True),
        "downstreams": Field(take=take_map(_nested(DOWNSTREAM).take), required=True),
    }
    taken = take_form(desk, "the file", block, form) or {}
    return [
        _build_downstream(desk, name, taken.get("hypervisor", ""), row)
        for name, row in taken.get("downstreams", {}).items()
        if "kind" in row
    ]


def _build_downstream(desk: Desk, name: str, hypervisor: str, row: Mapping[str, Any]) -> Downstream:
    for pattern in (*row.get("package", ()), *row.get("machines", ())):
        try:
            re.compile(pattern)
        except re.error as error:
            desk.report(row["where"], f"'{pattern}' is not a regular expression: {error}")
    backports = (
        Backport(capability=b["capability"], path=b.get("path"), since=b["from"], evidence=b.get("evidence", ()))
        for b in row.get("backports", ())
        if {"capability", "from"} <= set(b)
    )
    return Downstream(
        name=name,
        hypervisor=hypervisor,
        kind=row["kind"],
        title=row.get("title", name),
        package=row.get("package", ()),
        markers=row.get("markers", ()),
        machines=row.get("machines", ()),
        os_release=row.get("os-release", NOTHING),
        says=row.get("says", NOTHING),
        versions=row.get("versions"),
        packages=row.get("packages", NOTHING),
        backports=tuple(backports),
        denies=row.get("denies", ()),
        driver=row.get("driver"),
        where=row["where"],
    )
