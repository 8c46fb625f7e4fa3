"""From one file's values to the frozen nouns: capabilities, paths, upstreams, downstreams."""

from __future__ import annotations

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
from .old_keys import rename_keys
from .taking import (
    ID,
    Desk,
    take_choice,
    take_condition,
    take_list,
    take_map,
    take_row,
    take_rows,
    take_text,
    take_texts,
)
from .yaml import Block

_STATED = take_row({"release": take_text, "evidence": take_texts}, {"accepted": take_text})
_DIVERGENT = take_row(
    {"when": take_condition, "in": take_texts, "differs": take_text, "evidence": take_texts},
    {"releases": take_texts},
)
_BROKEN = take_row(
    {"releases": take_text, "evidence": take_texts},
    {"fixed": take_text, "witness": take_condition, "packages": take_map(take_text)},
)
_DEPRECATED = take_row({"evidence": take_texts}, {"since": take_text, "removed": take_text})
_OPTIONAL = take_row({"option": take_text, "evidence": take_texts}, {"since": take_text})
_PATH = take_row(
    {"path": take_text, "when": take_condition},
    {
        "usable": take_condition,
        "uses": take_texts,
        "aliases": take_map(take_texts),
        "upstream": take_choice("rejected", "unstable", "stable"),
        "fork": take_text,
        "since": _STATED,
        "until": _STATED,
        "divergent": take_list(_DIVERGENT),
        "broken": take_list(_BROKEN),
        "deprecated": _DEPRECATED,
        "successor": take_text,
        "marker": take_choice("none"),
        "optional": _OPTIONAL,
        "unconditional": take_texts,
        "evidence": take_texts,
    },
)


def _take_path(desk: Desk, value: Any) -> dict[str, Any] | None:
    return _PATH(desk, rename_keys(value))  # type: ignore[no-any-return]


_CAPABILITY = take_row({"title": take_text}, {"needs": take_texts, "formerly": take_texts})


def _take_capability(desk: Desk, value: Any) -> dict[str, Any]:
    """A row, if an empty one: others may name its id."""
    return _CAPABILITY(desk, value) or {}


_CAPABILITIES = take_row({"area": take_text, "capabilities": take_rows(_take_capability)})
_SUPPORT = take_row({"hypervisor": take_text, "support": take_rows(take_list(_take_path))})
_SNAPSHOT = take_row({"from": take_text, "until": take_text, "evidence": take_texts})
_UPSTREAM = take_row(
    {
        "hypervisor": take_text,
        "title": take_text,
        "upstream": take_text,
        "accepted": take_texts,
        "repositories": take_map(take_row({"url": take_text}, {"where": take_text})),
    },
    {
        "unstable-prefix": take_text,
        "package": take_texts,
        "snapshots": take_map(_SNAPSHOT),
        "unconditional": take_map(take_texts),
    },
)


NO_SUCCESSOR = "none"
# What `uses` says where a name alone is enough.
NOTHING_ELSE = "none"
# What a path stands on whose `when` is missing or wrong, so that the rest of it is still checked.
UNREADABLE = Branch(joint="all", parts=())


def read_capabilities(desk: Desk, block: Block) -> list[Capability]:
    """The rows of one file of `capabilities/`."""
    taken = _CAPABILITIES(desk, block)
    area = taken.get("area", "")
    rows = []
    for key, row in taken.get("capabilities", NOTHING).items():
        if not _is_id(desk, key):
            continue
        if key.split(".")[0] != area:
            desk.report(key, f"'{key}' does not belong to area '{area}'")
        rows.append(
            Capability(
                id=str(key),
                area=area,
                title=row.get("title", ""),
                needs=row.get("needs", ()),
                formerly=tuple(one for one in row.get("formerly", ()) if _is_id(desk, one)),
                where=desk.where(key),
            )
        )
    return rows


def _is_id(desk: Desk, text: str) -> bool:
    if ID.fullmatch(text):
        return True
    desk.refuse(text, f"'{text}' is no id")
    return False


def read_support(desk: Desk, block: Block) -> tuple[str, dict[str, tuple[Path, ...]]]:
    """The hypervisor and the paths by capability of one support file."""
    taken = _SUPPORT(desk, block)
    hypervisor = taken.get("hypervisor", "")
    support: dict[str, tuple[Path, ...]] = {}
    for key, rows in taken.get("support", NOTHING).items():
        _is_id(desk, key)
        paths = [_build_path(str(key), hypervisor, row) for row in rows if "path" in row]
        names = [path.name for path in paths]
        for path in paths:
            if names.count(path.name) > 1 and names.index(path.name) < paths.index(path):
                desk.report(path.where, f"'{key}' has two paths '{path.name}'")
        support[key] = tuple(paths)
    return hypervisor, support


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
    taken = _UPSTREAM(desk, block)
    if not {"hypervisor", "title", "upstream", "accepted", "repositories"} <= set(taken):
        return None
    return Upstream(
        hypervisor=taken["hypervisor"],
        title=taken["title"],
        authority=taken["upstream"],
        repositories=MappingProxyType({k: v.get("url", "") for k, v in taken["repositories"].items()}),
        accepted=frozenset(taken["accepted"]),
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
