"""Elements, walks, and when two interfaces have the same shape."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostmaker import ROOT, argument_of, arguments_of, entity_of, introspect, own_arguments
from virtgate.history import History
from virtgate.interface import Difference, Introspection, Step, parse_element, same_shape, walk
from virtgate.interface.walk import places_of
from virtgate.probe import qemu
from virtgate.versions import parse_release

HISTORY = History(ROOT / "matrix" / "qemu" / "ledger")
BINARY = next((path for path in qemu.find_binaries() if path.endswith("qemu-system-x86_64")), "")


def builtin(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "meta-type": "builtin", "json-type": kind}


def object_type(name: str, /, **members: Any) -> dict[str, Any]:
    """An object; a member is a type's name, one with a `?` behind it is optional."""
    rows = [
        {"name": key.replace("_", "-"), "type": kind.rstrip("?")}
        | ({"default": None} if kind.endswith("?") else {})
        for key, kind in members.items()
    ]
    return {"name": name, "meta-type": "object", "members": rows}


def command(name: str, arguments: str = "empty", returns: str = "empty") -> dict[str, Any]:
    return {"name": name, "meta-type": "command", "arg-type": arguments, "ret-type": returns}


# One small interface that has everything: every kind of type, and each way to be inside another.
SCHEMA: list[dict[str, Any]] = [
    *map(builtin, ("str", "int", "number", "bool", "null"), ("string", "int", "number", "boolean", "null")),
    builtin("any", "value"),
    object_type("empty"),
    command("mirror", "mirror-arg", "[job]"),
    object_type(
        "mirror-arg", device="str", sync="sync", speed="int?", rate="number?", target="target?", tags="[str]?"
    ),
    {
        "name": "sync",
        "meta-type": "enum",
        "values": ["top", "full"],
        "members": [{"name": "top"}, {"name": "full"}],
    },
    object_type("target", file="str", options="options?"),
    object_type("options", cache="bool?"),
    {"name": "[str]", "meta-type": "array", "element-type": "str"},
    {"name": "[job]", "meta-type": "array", "element-type": "job"},
    object_type("job", id="str", detail="detail", error="str?", share="number"),
    object_type("detail", offset="int"),
    command("add", "node"),
    {
        **object_type("node", driver="driver", name="str?", backing="ref?"),
        "tag": "driver",
        "variants": [{"case": "file", "type": "file"}, {"case": "raw", "type": "empty"}],
    },
    {"name": "driver", "meta-type": "enum", "values": ["file", "raw"]},
    object_type("file", filename="str", locking="bool?"),
    {
        "name": "ref",
        "meta-type": "alternate",
        "members": [{"type": "str"}, {"type": "node"}, {"type": "null"}],
    },
    {"name": "READY", "meta-type": "event", "arg-type": "job"},
]
EVERYTHING = (
    *("mirror", "mirror.device", "mirror.sync", "mirror.sync=top", "mirror.speed", "mirror.rate"),
    *("mirror.target", "mirror.target.file", "mirror.target.options.cache", "mirror.tags"),
    *("mirror()", "mirror().id", "mirror().detail.offset", "mirror().error", "mirror().share"),
    *("add", "add.driver", "add:file", "add:file.filename", "add:file.locking", "add:raw", "add.name"),
    *(
        "add.backing",
        "add.backing|null",
        "add.backing|string",
        "add.backing|object",
        "add.backing:file.filename",
    ),
    *("READY", "READY.id", "READY.detail", "READY.detail.offset"),
)

Schema = list[dict[str, Any]]
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


def drop(name: str) -> Change:
    return lambda schema: schema.remove(entity_of(schema, name))


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("drive-mirror", []),
        ("drive-mirror.sync=top", ["member sync", "value top"]),
        ("query-sev().state", ["return ()", "member state"]),
        ("blockdev-add:rbd.user", ["branch rbd", "member user"]),
        ("blockdev-add:qcow2.backing|null", ["branch qcow2", "member backing", "kind null"]),
        ("block-commit.base[deprecated]", ["member base", "feature deprecated"]),
        ("drive-mirror.unmap?", ["member unmap", "mark ?"]),
        ("__com.redhat_drive-mirror", []),
        ("__com.redhat_drive-mirror.full", ["member full"]),
        ("device_add.__com.red-hat_x=__org.qemu_y", ["member __com.red-hat_x", "value __org.qemu_y"]),
    ],
)
def test_an_element_is_a_head_and_steps_and_is_spelt_back(name: str, steps: list[str]) -> None:
    head, found = parse_element(name)
    assert name.startswith(head)
    assert [f"{step.sort} {step.name}" for step in found] == steps
    assert places_of(name)[-1] == name
    assert places_of(name)[0] == head


NAMES = st.from_regex(r"(__com\.redhat_)?[a-z][a-z0-9_+-]{0,6}", fullmatch=True)
STEPS = st.one_of(
    NAMES.map(lambda one: f".{one}"),
    NAMES.map(lambda one: f":{one}"),
    NAMES.map(lambda one: f"={one}"),
    st.just("()"),
    st.sampled_from(["|null", "|string", "[deprecated]"]),
)


@given(NAMES, st.lists(STEPS, max_size=5))
def test_any_walk_reads_back_as_it_was_written(head: str, steps: list[str]) -> None:
    name = head + "".join(steps)
    assert places_of(name) == tuple(head + "".join(steps[:count]) for count in range(len(steps) + 1))


@pytest.mark.parametrize(
    "name", ["", ".sync", "drive mirror", "drive-mirror.", "drive-mirror[", "a?.b", "a()(", "a.b|Null"]
)
def test_what_is_no_element_is_refused_with_the_rest_that_cannot_be_read(name: str) -> None:
    with pytest.raises(ValueError, match="is not an element: cannot read"):
        parse_element(name)


def test_a_step_is_named_by_its_sort() -> None:
    assert parse_element("a.b")[1] == (Step("member", "b"),)


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_walk_finds_every_place(name: str) -> None:
    assert walk(Introspection(SCHEMA), name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "stop",
        "mirror.size",
        "mirror.sync=none",
        "mirror:file",
        "add:qcow2",
        "add.backing|int",
        "READY()",
        "mirror().x",
    ],
)
def test_a_walk_ends_where_there_is_nothing(name: str) -> None:
    assert walk(Introspection(SCHEMA), name) is None


def test_a_mark_asks_whether_the_member_is_optional() -> None:
    graph = Introspection(SCHEMA)
    found = {
        name: walk(graph, name) is not None
        for name in ("mirror.speed?", "mirror.speed!", "mirror.sync?", "mirror.sync!")
    }
    assert found == {
        "mirror.speed?": True,
        "mirror.speed!": False,
        "mirror.sync?": False,
        "mirror.sync!": True,
    }


def test_a_flag_counts_for_all_that_is_inside_what_carries_it() -> None:
    schema = copy.deepcopy(SCHEMA)
    member(schema, "mirror-arg", "target")["features"] = ["deprecated"]
    seen = walk(Introspection(schema), "mirror.target.file")
    assert seen is not None
    assert seen.features == {"deprecated"}


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


# Hosts that lie.


@pytest.mark.parametrize(
    "reply",
    [
        None,
        7,
        "text",
        [7],
        ["text"],
        [{}],
        [{"meta-type": "enum"}],
        [{"name": "a"}],
        [{"name": [], "meta-type": "enum"}],
    ],
)
def test_what_is_no_schema_is_refused(reply: Any) -> None:
    with pytest.raises(ValueError, match="not a reply to query-qmp-schema"):
        Introspection(reply)


@pytest.mark.parametrize(
    "entity",
    [
        {"meta-type": "object"},
        {"meta-type": "object", "members": 7},
        {"meta-type": "object", "members": [{"name": "b", "type": ["x"]}]},
        {"meta-type": "object", "members": [{"name": "b", "type": "b"}], "features": 7},
        {"meta-type": "array"},
        {"meta-type": "array", "element-type": "b"},
        {"meta-type": "alternate", "members": [{"type": "b"}]},
        {"meta-type": "alternate", "members": ["b"]},
        {"meta-type": "enum", "values": 7},
        {"meta-type": "nonsense"},
    ],
    ids=lambda entity: json.dumps(entity)[:60],
)
def test_a_type_told_wrongly_or_inside_itself_ends_no_look_up(entity: dict[str, Any]) -> None:
    schema = [command("a", "b", "b"), {"name": "b", **entity}]
    graph = Introspection(schema)
    for name in ("a", "a.b", "a().b", "a.b=c", "a.b:c", "a.b|null", "a[deprecated]"):
        walk(graph, name)
    upstream = Introspection([*SCHEMA, command("a", "mirror-arg", "job")])
    assert same_shape(["a.device", "a().id"], graph, upstream) is not None
    assert same_shape(["a", "a.b"], graph, graph) == ()


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
