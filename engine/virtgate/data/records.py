"""From one file's values to the frozen nouns: capabilities, paths, upstreams, downstreams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..model import (
    NOTHING,
    Branch,
    BuildOption,
    Capability,
    Defect,
    Deprecation,
    Divergent,
    Path,
    Snapshot,
    Stated,
    Upstream,
)
from .check import EVIDENCE
from .forms import (
    DATE,
    FILE,
    ID,
    KEBAB,
    TEXT,
    TEXTS,
    Desk,
    Field,
    Form,
    schema_of,
    some,
    take_choice,
    take_condition,
    take_form,
    take_list,
    take_map,
    take_pattern,
    take_text,
    take_texts,
)
from .renamed import rename_keys
from .yaml import Block, Text

COMMITS = some({"type": "string", "pattern": f"^{EVIDENCE.pattern}$"})
_TITLE = {"type": "string", "pattern": r"^[^a-z\s].*[^.\s]$"}
_take_id = take_pattern(ID, "area.name in lower case with dashes")


def _text(**more: Any) -> Field:
    return Field(take=take_text, schema=TEXT, **more)


def _texts(**more: Any) -> Field:
    return Field(take=take_texts, schema=TEXTS, **more)


def _pattern(pattern: re.Pattern[str], allowed: str, **more: Any) -> Field:
    schema = {"type": "string", "pattern": f"^(?:{pattern.pattern})$"}
    return Field(take=take_pattern(pattern, allowed), schema=schema, **more)


def _commits(**more: Any) -> Field:
    """Texts that must be commits; catalog.check says so, because rejections have mails instead."""
    more.setdefault("help", "repository@hash")
    return Field(take=take_texts, schema=COMMITS, **more)


def _condition(**more: Any) -> Field:
    return Field(take=take_condition, schema={"$ref": "#/$defs/condition"}, **more)


def _choice(*choices: str, **more: Any) -> Field:
    return Field(take=take_choice(*choices), schema={"enum": list(choices)}, **more)


def _map(inner: Field, **more: Any) -> Field:
    schema = {"type": "object", "additionalProperties": inner.schema}
    return Field(take=take_map(inner.take), schema=schema, **more)


def _list(inner: Field, **more: Any) -> Field:
    schema = {"type": "array", "items": inner.schema, "minItems": 1}
    return Field(take=take_list(inner.take), schema=schema, **more)


def _nested(form: Form, **more: Any) -> Field:
    def take(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
        return _take_located(desk, what, value, form)

    return Field(take=take, schema=schema_of(form), **more)


def _take_located(desk: Desk, what: str, value: Any, form: Form) -> dict[str, Any] | None:
    name = value.get("path") if isinstance(value, Block) else None  # type: ignore[call-overload]
    if form is PATH:
        value = rename_keys(value)
    if form is PATH and isinstance(name, Text):
        what = f"'{name}' of {what.partition(' of ')[2]}"
    taken = take_form(desk, what, value, form)
    if taken is not None:
        taken["where"] = desk.where(value)
    return taken


STATED: Form = {
    "release": _text(required=True, help="the first release that has it; `<=6.12`: that or an earlier one"),
    "evidence": _commits(required=True, help="repository@hash of the commit that brought it"),
    "accepted": _pattern(DATE, "YYYY-MM-DD", help="the day of that commit"),
}
DIVERGENT: Form = {
    "when": _condition(required=True),
    "in": _texts(required=True, help="the downstreams that shipped this shape"),
    "releases": _texts(help="the downstream's releases that have it, as ranges"),
    "differs": _text(required=True, help="how it differs from what upstream did"),
    "evidence": _commits(),
}
BROKEN: Form = {
    "releases": _text(required=True, help="the upstream releases in which it does not work, as ranges"),
    "fixed": _text(help="the first release that works"),
    "witness": _condition(help="a condition that shows the fix"),
    "packages": _map(_text(), help="the fixed package version, by distribution"),
    "evidence": _commits(required=True),
}
DEPRECATED: Form = {
    "since": _text(help="the release that deprecated it"),
    "removed": _text(help="the release announced to remove it, or that did"),
    "evidence": _commits(),
}
OPTIONAL: Form = {
    "option": _text(required=True, help="the option of upstream's build system, or its configuration symbol"),
    "since": _text(help="the first release that has the option; every build before has the path"),
    "evidence": _commits(required=True),
}
PATH: Form = {
    "path": _pattern(KEBAB, "words with dashes", required=True, help="its name, unique in the capability"),
    "when": _condition(required=True, help="what must be seen for it to be there"),
    "usable": _condition(help="what must hold besides before it can be relied on"),
    "uses": _texts(help="what a driver sends or reads beyond `when`, relative to its command or type"),
    "aliases": _map(_texts(), help="names that others give it, by whom"),
    "upstream": _choice("rejected", "unstable", "stable", help="what upstream says where no ledger can"),
    "fork": _text(help="the only downstream that has it"),
    "since": _nested(STATED, help="only where no ledger can tell"),
    "until": _nested(STATED, help="the first release without it, or in which its names mean something else"),
    "divergent": _list(
        _nested(DIVERGENT), help="shapes that others shipped before upstream did it differently"
    ),
    "broken": _list(_nested(BROKEN), help="releases in which it is there and does not work"),
    "deprecated": _nested(DEPRECATED, help="where documentation, not a feature flag, says so"),
    "successor": _text(help="the path or capability to use instead; none where upstream has nothing"),
    "marker": _choice("none", help="no probe can ever see it"),
    "optional": _nested(OPTIONAL, help="of what no probe sees: what a build may leave it out by"),
    "unconditional": _commits(help="of what no probe sees: the commits that show it is in every build"),
    "evidence": _texts(help="repository@hash; of what upstream rejected, the mail: list, day, point"),
}
CAPABILITY: Form = {
    "title": Field(
        take=take_text,
        schema=_TITLE,
        required=True,
        help="what it is, for a reviewer who does not know the hypervisor",
    ),
    "needs": _texts(help="capabilities without which this makes no sense"),
    "formerly": Field(
        take=take_texts,
        schema=some({"type": "string", "pattern": f"^{ID.pattern}$"}),
        help="ids that it had before, which keep naming it",
    ),
}
REPOSITORY: Form = {
    "url": _text(required=True),
    "where": _text(help="what of its history counts, for a reader"),
}
SNAPSHOTS: Form = {
    "from": _pattern(DATE, "YYYY-MM-DD", required=True, help="the day from which its tree said so"),
    "until": _pattern(
        DATE, "YYYY-MM-DD", required=True, help="the first day on which it said something else"
    ),
    "evidence": _commits(required=True, help="the commits that made it say so, and something else"),
}
UPSTREAM: Form = {
    "hypervisor": _text(required=True),
    "title": _text(required=True),
    "upstream": _text(required=True, help="who may accept, for a reader"),
    "accepted": _texts(required=True, help="the repositories in which upstream accepts"),
    "repositories": _map(_nested(REPOSITORY), required=True, help="those that evidence may name"),
    "versions": _choice("qemu", "linux", "xen", "xapi", required=True),
    "unstable-prefix": _text(help="what the names of unstable elements begin with"),
    "package": _texts(help="what upstream's own build calls itself, as regular expressions"),
    "states": _map(_texts()),
    "snapshots": _map(_nested(SNAPSHOTS), help="what its tree said while it led to several releases"),
    "unconditional": _map(_commits(), help="kinds of conditions of which every build has all, with commits"),
}


NO_SUCCESSOR = "none"
# What `uses` says where a name alone is enough.
NOTHING_ELSE = "none"
# What a path stands on whose `when` is missing or wrong, so that the rest of it is still checked.
UNREADABLE = Branch(joint="all", parts=())


def read_capabilities(desk: Desk, block: Block) -> list[Capability]:
    """The rows of one file of `capabilities/`."""
    taken = take_form(desk, FILE, block, CAPABILITIES_FILE) or {}
    area = taken.get("area", "")
    rows = []
    for key, row in taken.get("capabilities", {}).items():
        if _take_id(desk, "a capability's id", key) is None:
            continue
        if key.split(".")[0] != area:
            desk.report(key, f"'{key}' does not belong to area '{area}'")
        rows.append(
            Capability(
                id=str(key),
                area=area,
                title=row.get("title", ""),
                needs=row.get("needs", ()),
                formerly=tuple(one for one in row.get("formerly", ()) if _take_id(desk, "a former id", one)),
                where=desk.where(key),
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
    taken = take_form(desk, FILE, block, SUPPORT_FILE) or {}
    hypervisor = taken.get("hypervisor", "")
    support: dict[str, tuple[Path, ...]] = {}
    for key, rows in taken.get("support", {}).items():
        _take_id(desk, "a capability's id", key)
        paths = [_build_path(str(key), hypervisor, row) for row in rows if "path" in row]
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
    take = _list(_nested(PATH)).take
    return {key: take(desk, f"'{key}'", rows) or () for key, rows in value.items()}


def _ids(form: Form, *, lists: bool = False) -> dict[str, Any]:
    inner = schema_of(form)
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{ID.pattern}$"},
        "additionalProperties": {"type": "array", "items": inner, "minItems": 1} if lists else inner,
    }


CAPABILITIES_FILE: Form = {
    "area": _text(required=True, help="the first word of every id, and the file's name"),
    "capabilities": Field(take=_take_rows, schema=_ids(CAPABILITY), required=True),
}
SUPPORT_FILE: Form = {
    "hypervisor": _text(required=True),
    "support": Field(take=_take_support, schema=_ids(PATH, lists=True), required=True),
}


def _build_path(capability: str, hypervisor: str, row: Mapping[str, Any]) -> Path:
    stated = {key: _build_stated(row[key]) for key in ("since", "until") if key in row}
    deprecated = row.get("deprecated")
    return Path(
        name=row["path"],
        capability=capability,
        hypervisor=hypervisor,
        when=row.get("when", UNREADABLE),
        usable=row.get("usable"),
        uses=() if row.get("uses") == (NOTHING_ELSE,) else row.get("uses"),
        aliases=MappingProxyType(row.get("aliases", NOTHING)),
        rejected=row.get("upstream") == "rejected",
        unstable=row.get("upstream") == "unstable",
        stable=row.get("upstream") == "stable",
        fork=row.get("fork"),
        since=stated.get("since"),
        until=stated.get("until"),
        divergent=tuple(_build_divergent(one) for one in row.get("divergent", ()) if "when" in one),
        broken=tuple(_build_defect(one) for one in row.get("broken", ()) if "releases" in one),
        deprecated=None if deprecated is None else _build_deprecation(deprecated),
        successor=row.get("successor") if row.get("successor") != NO_SUCCESSOR else None,
        is_last=row.get("successor") == NO_SUCCESSOR,
        marker=row.get("marker") != "none",
        optional=_build_option(row.get("optional", {})),
        unconditional=row.get("unconditional", ()),
        evidence=row.get("evidence", ()),
        where=row["where"],
    )


def _build_option(row: Mapping[str, Any]) -> BuildOption | None:
    if "option" not in row:
        return None
    return BuildOption(option=row["option"], since=row.get("since"), evidence=row.get("evidence", ()))


def _build_stated(row: Mapping[str, Any]) -> Stated:
    # A stand-in that no rule minds: that the release is missing has been reported.
    text, evidence = row.get("release", "unreleased"), row.get("evidence", ())
    told = {"evidence": evidence, "accepted": row.get("accepted"), "where": row["where"]}
    # The text knows its line as long as it is whole.
    is_bounded = text.startswith("<=")
    return Stated(release=text[2:] if is_bounded else text, is_bounded=is_bounded, **told)


def _build_divergent(row: Mapping[str, Any]) -> Divergent:
    return Divergent(
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
    taken = take_form(desk, FILE, block, UPSTREAM) or {}
    if not {"hypervisor", "title", "upstream", "accepted", "repositories", "versions"} <= set(taken):
        return None
    return Upstream(
        hypervisor=taken["hypervisor"],
        title=taken["title"],
        authority=taken["upstream"],
        repositories=MappingProxyType({k: v.get("url", "") for k, v in taken["repositories"].items()}),
        accepted=frozenset(taken["accepted"]),
        scheme=taken["versions"],
        package=taken.get("package", ()),
        unstable_prefix=taken.get("unstable-prefix"),
        snapshots=tuple(
            Snapshot(says=str(says), first=row["from"], end=row["until"], evidence=row["evidence"])
            for says, row in taken.get("snapshots", {}).items()
            if {"from", "until", "evidence"} <= set(row)
        ),
        unconditional=MappingProxyType(taken.get("unconditional", {})),
        where=desk.where(block),
    )
