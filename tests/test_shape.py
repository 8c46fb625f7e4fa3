"""When two interfaces have the same shape."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostmaker import ROOT, argument_of, arguments_of, entity_of, introspect, own_arguments
from smallschema import EVERYTHING, NAMES, SCHEMA, Schema, builtin, command
from virtgate.hypervisors.qemu import probe as qemu
from virtgate.hypervisors.qemu.target import find_binaries
from virtgate.interface import Difference, Introspection, same_shape, walk
from virtgate.upstream.history import History
from virtgate.versions import parse_release

HISTORY = History(ROOT / "matrix" / "qemu" / "ledger")
BINARY = next((path for path in find_binaries() if path.endswith("qemu-system-x86_64")), "")


Change = Callable[[Schema], object]


def differences(footprint: str, change: Change, base: Schema = SCHEMA) -> tuple[Difference, ...]:
    """What is found of a footprint on a host that is upstream's but for one change."""
    host = copy.deepcopy(base)
    change(host)
    return same_shape(footprint.split(), Introspection(host), Introspection(base))


def elements_of(footprint: str, change: Change) -> list[str]:
    return [one.element for one in differences(footprint, change)]


def member(schema: Schema, owner: str, name: str) -> dict[str, Any]:
    return next(one for one in entity_of(schema, owner)["members"] if one["name"] == name)


def require_member(owner: str, name: str) -> Change:
    return lambda schema: member(schema, owner, name).pop("default", None)


def relax_member(owner: str, name: str) -> Change:
    return lambda schema: member(schema, owner, name).update(default=None)


def retype(owner: str, name: str, kind: str) -> Change:
    return lambda schema: member(schema, owner, name).update(type=kind)


def add_member(owner: str, name: str, **more: Any) -> Change:
    return lambda schema: entity_of(schema, owner)["members"].append({"name": name, "type": "str", **more})


def drop_member(owner: str, name: str) -> Change:
    return lambda schema: entity_of(schema, owner)["members"].remove(member(schema, owner, name))


def as_list(owner: str, name: str) -> Change:
    def change(schema: Schema) -> None:
        kind = member(schema, owner, name)["type"]
        schema.append({"name": f"[{kind}]", "meta-type": "array", "element-type": kind})
        member(schema, owner, name)["type"] = f"[{kind}]"

    return change


def drop(name: str) -> Change:
    return lambda schema: schema.remove(entity_of(schema, name))


def test_an_interface_has_its_own_shape() -> None:
    assert differences(" ".join(EVERYTHING), lambda _: None) == ()


# What a path sends.


@pytest.mark.parametrize(
    ("footprint", "change", "found"),
    [
        ("mirror", drop("mirror"), ["mirror"]),
        ("mirror.speed", drop_member("mirror-arg", "speed"), ["mirror.speed"]),
        ("mirror.speed", retype("mirror-arg", "speed", "str"), ["mirror.speed"]),
        ("mirror.rate", retype("mirror-arg", "rate", "int"), ["mirror.rate"]),
        ("mirror.tags", retype("mirror-arg", "tags", "str"), ["mirror.tags"]),
        ("mirror.tags", lambda s: entity_of(s, "[str]").update({"element-type": "int"}), ["mirror.tags"]),
        (
            "mirror.sync=top",
            lambda s: entity_of(s, "sync").update(values=["full"], members=[{"name": "full"}]),
            ["mirror.sync=top"],
        ),
        (
            "add:file",
            lambda s: (
                entity_of(s, "driver").update(values=["raw"]) or entity_of(s, "node")["variants"].pop(0)
            ),
            ["add:file"],
        ),
        ("mirror.target.file", as_list("mirror-arg", "target"), ["mirror.target"]),
        ("add.backing|null", lambda s: entity_of(s, "ref")["members"].pop(), ["add.backing|null"]),
        ("add.backing", lambda s: entity_of(s, "ref")["members"].pop(), ["add.backing"]),
    ],
)
def test_what_is_sent_must_be_there_and_take_the_kind_the_value_and_the_branch(
    footprint: str, change: Change, found: list[str]
) -> None:
    assert elements_of(footprint, change) == found


def test_what_a_path_does_not_send_may_lack_a_branch_of_its_alternate() -> None:
    assert elements_of("add.backing|null", lambda s: entity_of(s, "ref")["members"].pop(0)) == []


@pytest.mark.parametrize(
    ("footprint", "change", "found"),
    [
        ("mirror", require_member("mirror-arg", "speed"), ["mirror.speed"]),
        ("mirror", add_member("mirror-arg", "new"), ["mirror.new"]),
        ("mirror.target", add_member("target", "new"), ["mirror.target.new"]),
        ("mirror.target.file", add_member("target", "new"), ["mirror.target.new"]),
        ("mirror.target.options.cache", add_member("options", "new"), ["mirror.target.options.new"]),
        ("add:file", add_member("file", "new"), ["add:file.new"]),
        ("add:file.filename", add_member("file", "new"), ["add:file.new"]),
        ("add:raw", require_member("node", "name"), ["add.name"]),
    ],
)
def test_nothing_more_may_be_mandatory_than_upstream_demands(
    footprint: str, change: Change, found: list[str]
) -> None:
    assert elements_of(footprint, change) == found


@pytest.mark.parametrize(
    ("footprint", "change"),
    [
        ("mirror mirror.speed", require_member("mirror-arg", "speed")),
        ("mirror mirror.target.file", require_member("mirror-arg", "target")),
        ("mirror.target.file", add_member("options", "new")),
        ("add:file", lambda s: member(s, "node", "name").pop("default") and None),
    ],
)
def test_what_the_path_sends_anyway_may_become_mandatory(footprint: str, change: Change) -> None:
    if footprint == "add:file":
        footprint = "add:file add.name"
    assert elements_of(footprint, change) == []


def test_a_branch_brings_its_tag() -> None:
    upstream = copy.deepcopy(SCHEMA)
    relax_member("node", "driver")(upstream)
    assert differences("add:file", require_member("node", "driver"), upstream) == ()
    assert differences("add", require_member("node", "driver"), upstream) != ()


def test_what_upstream_demands_must_be_taken_though_the_path_does_not_name_it() -> None:
    found = differences("mirror", drop_member("mirror-arg", "sync"))
    assert [(one.element, one.absent) for one in found] == [("mirror.sync", True)]


@pytest.mark.parametrize(
    "change",
    [
        relax_member("mirror-arg", "device"),
        retype("mirror-arg", "device", "ref"),
        retype("mirror-arg", "device", "any"),
        retype("mirror-arg", "speed", "number"),
        relax_member("target", "file"),
    ],
)
def test_a_relaxed_argument_is_the_same(change: Change) -> None:
    assert elements_of("mirror mirror.device mirror.speed mirror.target", change) == []


def test_a_command_is_not_an_event() -> None:
    found = differences("READY", lambda s: entity_of(s, "READY").update({"meta-type": "command"}))
    assert [one.text for one in found] == ["READY: command here, event upstream"]


# What a path reads.


@pytest.mark.parametrize(
    ("footprint", "change", "found"),
    [
        ("mirror().id", drop_member("job", "id"), ["mirror().id"]),
        ("mirror().id", retype("job", "id", "int"), ["mirror().id"]),
        ("mirror().id", retype("job", "id", "ref"), ["mirror().id"]),
        ("mirror().id", relax_member("job", "id"), ["mirror().id"]),
        ("mirror().detail.offset", relax_member("job", "detail"), ["mirror().detail"]),
        ("mirror().detail.offset", relax_member("detail", "offset"), ["mirror().detail.offset"]),
        ("mirror().id", lambda s: entity_of(s, "mirror").update({"ret-type": "job"}), ["mirror()"]),
        ("READY.id", relax_member("job", "id"), ["READY.id"]),
        ("READY.id", drop_member("job", "id"), ["READY.id"]),
    ],
)
def test_what_is_read_must_be_there_of_an_allowed_kind_and_not_newly_optional(
    footprint: str, change: Change, found: list[str]
) -> None:
    assert elements_of(footprint, change) == found


@pytest.mark.parametrize(
    ("footprint", "change"),
    [
        ("mirror().error", require_member("job", "error")),
        ("mirror().share", retype("job", "share", "int")),
        ("mirror().id", add_member("job", "more")),
        ("READY.id", add_member("job", "more")),
        ("mirror().id", relax_member("job", "detail")),
    ],
)
def test_what_is_read_may_be_more_certain_and_stand_among_more(footprint: str, change: Change) -> None:
    assert elements_of(footprint, change) == []


def test_a_flag_is_not_shape() -> None:
    def flag(schema: Schema) -> None:
        for entity in schema:
            entity["features"] = ["deprecated", "unstable"]

    assert elements_of(" ".join(EVERYTHING), flag) == []


def test_what_upstreams_release_lacks_is_left_out() -> None:
    assert same_shape(["mirror.later", "mirror"], Introspection(SCHEMA), Introspection(SCHEMA)) == ()


def test_types_that_hold_themselves_come_to_an_end() -> None:
    def loop(schema: Schema) -> None:
        member(schema, "node", "backing").pop("default")
        member(schema, "node", "backing")["type"] = "node"

    upstream = copy.deepcopy(SCHEMA)
    loop(upstream)
    assert differences("add", lambda _: None, upstream) == ()
    assert {one.element for one in differences("add", drop_member("node", "driver"), upstream)} == {
        "add.driver"
    }


# What a host has besides.

OBJECTS = [entity["name"] for entity in SCHEMA if entity["meta-type"] == "object"]


def add_optional(schema: Schema, owner: str, name: str) -> None:
    add_member(owner, f"z{name}", default=None)(schema)


def add_value(schema: Schema, name: str) -> None:
    for entity in (one for one in schema if one["meta-type"] == "enum"):
        entity["values"].append(f"z{name}")
        if "members" in entity:
            entity["members"].append({"name": f"z{name}"})


def add_branch(schema: Schema, name: str) -> None:
    entity_of(schema, "node")["variants"].append({"case": f"z{name}", "type": "job"})


ADDITIONS = st.lists(
    st.one_of(
        st.tuples(st.just("member"), st.sampled_from(OBJECTS), NAMES),
        st.tuples(st.just("value"), st.just(""), NAMES),
        st.tuples(st.just("branch"), st.just(""), NAMES),
        st.tuples(st.just("command"), st.sampled_from(OBJECTS), NAMES),
        st.tuples(st.just("event"), st.sampled_from(OBJECTS), NAMES),
    ),
    max_size=8,
)


def add(schema: Schema, what: str, owner: str, name: str) -> None:
    match what:
        case "member":
            add_optional(schema, owner, name)
        case "value":
            add_value(schema, name)
        case "branch":
            add_branch(schema, name)
        case "command":
            schema.append(command(f"z{name}", owner, owner))
        case _:
            schema.append({"name": f"z{name}", "meta-type": "event", "arg-type": owner})


CHANGES: tuple[Change, ...] = (
    lambda _: None,
    require_member("mirror-arg", "speed"),
    relax_member("job", "id"),
    retype("mirror-arg", "device", "int"),
    drop_member("file", "filename"),
)


@given(ADDITIONS, st.sampled_from(CHANGES), st.lists(st.sampled_from(EVERYTHING), min_size=1, max_size=6))
def test_what_a_host_has_besides_never_matters(
    additions: list[tuple[str, str, str]], change: Change, footprint: list[str]
) -> None:
    plain = copy.deepcopy(SCHEMA)
    change(plain)
    more = copy.deepcopy(plain)
    for addition in additions:
        add(more, *addition)
    upstream = Introspection(SCHEMA)
    assert same_shape(footprint, Introspection(more), upstream) == same_shape(
        footprint, Introspection(plain), upstream
    )


# Real ones.


@pytest.mark.parametrize(
    "release", ["0.14.0", "1.3.0", "2.5.0", "2.8.0", "4.0.0", "6.2.0", "8.2.0", "10.2.0"]
)
def test_a_made_host_has_its_releases_own_shape(release: str) -> None:
    graph = HISTORY.graph(parse_release(release))
    assert graph is not None
    host = Introspection(introspect(graph))
    assert set(host.roots()) == set(graph.roots())
    assert same_shape(graph.roots(), host, graph) == ()
    assert same_shape(graph.roots(), graph, host) == ()


@pytest.fixture(scope="module")
def real(require: Callable[[object, str], None]) -> tuple[str, Schema]:
    """The version and the schema of the QEMU that is installed here."""
    require(BINARY, "no qemu-system-x86_64 is installed")
    answers = qemu.ask(BINARY, ["query-version", "query-qmp-schema"], accel="tcg")
    version = answers["query-version"]["return"]["qemu"]
    numbers = (version["major"], version["minor"])
    known = [one for one in HISTORY.versions if one.release[:2] == numbers]
    require(known, "the QEMU installed here is beyond the ledger")
    return str(known[-1]), answers["query-qmp-schema"]["return"]


def argument_names(schema: Schema) -> list[str]:
    """Every command with each of its arguments."""
    found = []
    for head in (one for one in schema if one["meta-type"] == "command"):
        arguments = entity_of(schema, head["arg-type"])["members"]
        found += [head["name"], *(f"{head['name']}.{one['name']}" for one in arguments)]
    return found


def test_a_real_qemu_has_upstreams_shape_in_every_argument(real: tuple[str, Schema]) -> None:
    version, schema = real
    graph = HISTORY.graph(parse_release(version))
    assert graph is not None
    names = [name for root in graph.roots() for name in arguments_at(graph, root)]
    assert len(names) > 500
    host = Introspection(schema)
    found = same_shape(names, host, graph)
    assert [one for one in found if not one.absent] == []


def arguments_at(graph: Any, root: str) -> list[str]:
    head = graph.root(root)
    members = graph.type(head.arguments).members if head.kind == "command" else ()
    return [root, *(f"{root}.{name}" for name in members)]


def test_nothing_but_a_builds_choices_is_absent_from_a_real_qemu(real: tuple[str, Schema]) -> None:
    version, schema = real
    graph = HISTORY.graph(parse_release(version))
    host = Introspection(schema)
    assert graph is not None
    unknown = [name for name in argument_names(schema) if walk(graph, name) is None]
    assert unknown == []
    missing = [root for root in graph.roots() if host.root(root) is None]
    assert len(missing) < 30


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_argument_changed_by_hand_is_found_and_nothing_else(
    real: tuple[str, Schema], data: st.DataObject
) -> None:
    version, schema = real
    graph = HISTORY.graph(parse_release(version))
    assert graph is not None
    changeable = [name for name in argument_names(schema) if "." in name and not name.startswith("__")]
    name = data.draw(st.sampled_from(changeable))
    head, _, inner = name.partition(".")
    host = copy.deepcopy(schema)
    argument = argument_of(host, head, inner)
    if data.draw(st.booleans()):
        argument["type"] = "made"
        host.append(builtin("made", "made"))
        host[-1]["json-type"] = "null"
    else:
        own_arguments(host, head)["members"].remove(argument)
        assert argument not in arguments_of(host, head)
    found = same_shape(argument_names(schema), Introspection(host), graph)
    assert {one.element for one in found} == {name}
