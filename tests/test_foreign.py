"""What only a fork has, grafted onto upstream's own interface, is found whatever the package string says."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostmaker import ROOT, arguments_of, entity_of, introspect, make_facts
from smallschema import NAMES
from virtgate.ask.opened import open_catalog
from virtgate.data import Catalog
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History
from virtgate.versions import parse_release

HISTORY = History(ROOT / "matrix" / "qemu" / "ledger")
RELEASES = ("2.12.0", "5.2.0", "8.2.0", "10.0.0")
Schema = list[dict[str, Any]]


@cache
def catalog() -> Catalog:
    return open_catalog(None)


@cache
def upstreams(release: str) -> Schema:
    return introspect(HISTORY.graph(parse_release(release)))


def match(version: str, schema: Schema | None, package: str = "") -> Host:
    return match_host(make_facts(version, schema, package), catalog(), HISTORY)


def typed(schema: Schema, kind: str) -> list[dict[str, Any]]:
    return [one for one in schema if one["meta-type"] == kind]


def add_argument(schema: Schema, draw: Any, name: str) -> bool:
    head = draw(st.sampled_from([one["name"] for one in typed(schema, "command")]))
    known = arguments_of(schema, head)
    known.append({"name": name, "type": "string"} | draw(st.sampled_from([{}, {"default": None}])))
    return all(one["name"] != name for one in known[:-1])


def add_member(schema: Schema, draw: Any, name: str) -> bool:
    known = draw(st.sampled_from(typed(schema, "object")))["members"]
    known.append({"name": name, "type": "string"} | draw(st.sampled_from([{}, {"default": None}])))
    return all(one["name"] != name for one in known[:-1])


def add_value(schema: Schema, draw: Any, name: str) -> bool:
    known = draw(st.sampled_from(typed(schema, "enum")))
    is_new = name not in known["values"]
    known["values"].append(name)
    known["members"].append({"name": name})
    return is_new


def add_head(schema: Schema, draw: Any, name: str) -> bool:
    is_new = all(one["name"] != name for one in schema)
    schema.append({"name": name, "meta-type": "command", "arg-type": "none", "ret-type": "none"})
    schema.append({"name": "none", "meta-type": "object", "members": []})
    return is_new


def retype(schema: Schema, draw: Any, _name: str) -> bool:
    """A member that upstream has as another builtin, or as an object of the fork's."""
    rows = [
        row
        for one in typed(schema, "object")
        for row in one["members"]
        if row["type"] in {"string", "boolean", "int"}
    ]
    row = draw(st.sampled_from(rows))
    row["type"] = draw(st.sampled_from(sorted({"string", "boolean", "int", "theirs"} - {row["type"]})))
    builtins = {"string": "string", "boolean": "boolean", "int": "int"}
    names = {one["name"] for one in schema}
    schema += [
        {"name": name, "meta-type": "builtin", "json-type": kind}
        for name, kind in builtins.items()
        if name not in names
    ]
    schema.append({"name": "theirs", "meta-type": "object", "members": []})
    return True


GRAFTS = (add_argument, add_member, add_value, add_head, retype)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_foreign_is_taken_for_upstreams(data: st.DataObject) -> None:
    """Of whatever sort it is, in whatever command, and by whichever of upstream's package strings."""
    release = data.draw(st.sampled_from(RELEASES))
    schema = copy.deepcopy(upstreams(release))
    graft = data.draw(st.sampled_from(GRAFTS))
    if not graft(schema, data.draw, data.draw(NAMES)):
        return
    packages = ("", f"v{release}", f"v{release}-12-gabcdef1234", f"v{release}-dirty")
    host = match(release, schema, data.draw(st.sampled_from(packages)))
    assert (host.kind, host.downstream) == ("unproven", None)
    assert host.because.startswith("it has ")


@pytest.mark.parametrize(
    "release", [str(one) for one in HISTORY.versions if one.release[0] > 4 and not one.is_point]
)
def test_no_release_of_upstreams_is_foreign_to_itself(release: str) -> None:
    host = match(release, upstreams(release))
    assert (host.kind, host.because) == (
        "upstream",
        "its package string is upstream's own, and nothing foreign was seen",
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("boolean", None),
        ("string", "it has drive-backup.discard-source, which no later upstream release has in this shape"),
    ],
)
def test_what_a_later_release_has_in_this_shape_is_upstreams(kind: str, told: str | None) -> None:
    """Its stable branches take such things; in another shape they are somebody else's."""
    schema = copy.deepcopy(upstreams("9.0.0"))
    arguments_of(schema, "drive-backup").append({"name": "discard-source", "type": kind, "default": None})
    host = match("9.0.2", schema)
    assert host.because == (told or "its package string is upstream's own, and nothing foreign was seen")


def test_an_object_of_upstreams_name_with_other_properties_is_foreign() -> None:
    """AMD's own trees had sev-snp-guest before upstream, with properties that upstream did not take."""
    schema = copy.deepcopy(upstreams("8.2.0"))
    union = entity_of(schema, entity_of(schema, "object-add")["arg-type"])
    kinds = entity_of(schema, next(one for one in union["members"] if one["name"] == "qom-type")["type"])
    kinds["values"].append("sev-snp-guest")
    kinds["members"].append({"name": "sev-snp-guest"})
    mine = [{"name": "auth-key-enabled", "type": "boolean", "default": None}]
    schema.append({"name": "snp", "meta-type": "object", "members": mine})
    union["variants"] = [*union["variants"], {"case": "sev-snp-guest", "type": "snp"}]
    assert match("8.2.0", schema, "v8.2.0-9-gabcdef1234").kind == "unproven"


@pytest.mark.parametrize(
    ("version", "package", "snapshot", "kind"),
    [
        ("4.2.0", "v4.2.0", False, "upstream"),
        ("4.2.0", "v4.2.0-dirty", False, "upstream"),
        ("4.2.0", "v4.2.0-3-gabcdef1234", False, "upstream"),
        ("4.2.0", "v4.1.0-2198-g9e583f2", True, "upstream"),
        ("4.2.0", "v4.2.0-rc4-1-gabcdef1", True, "upstream"),
        ("6.2.92", "v7.0.0-rc2", True, "upstream"),
        ("7.2.50", "v7.2.0-333-g222059a0fc", True, "upstream"),
        ("8.2.1", "v8.2.0-40-gabcdef1234", True, "upstream"),
        ("4.2.0", "v5.0.0-11-gabcdef1234", False, "unproven"),
        ("4.2.0", "v5.0.0-rc1", False, "unproven"),
        ("6.2.92", "v7.0.0", True, "unproven"),
    ],
)
def test_what_git_says_must_fit_the_version(version: str, package: str, snapshot: bool, kind: str) -> None:
    host = match(version, upstreams(str(match(version, None).release)), package)
    assert (host.snapshot, host.kind) == (snapshot, kind)


@pytest.mark.parametrize(("name", "kind"), [("exit-preconfig", "upstream"), ("exit-theirs", "unproven")])
def test_a_snapshot_may_have_what_was_taken_back_before_its_release(name: str, kind: str) -> None:
    schema = copy.deepcopy(upstreams("3.0.0"))
    schema.append({**entity_of(schema, "stop"), "name": name})
    assert match("2.12.90", schema, "v3.0.0-rc0").kind == kind
    assert match("3.0.0", schema, "v3.0.0").kind == "unproven"


@pytest.mark.parametrize(("argument", "kind"), [("x-theirs", "upstream"), ("theirs", "unproven")])
def test_what_is_unstable_by_its_name_comes_and_goes_between_releases(argument: str, kind: str) -> None:
    schema = copy.deepcopy(upstreams("9.0.0"))
    arguments_of(schema, "migrate").append({"name": argument, "type": "string", "default": None})
    assert match("8.2.50", schema, "v8.2.0-100-gabcdef1234").kind == kind
    assert match("9.0.0", schema, "v9.0.0").kind == "unproven"
