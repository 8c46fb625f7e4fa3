"""Elements, and walks through what hosts and ledgers say."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostmaker import entity_of
from smallschema import EVERYTHING, NAMES, SCHEMA, command
from virtgate.interface import Introspection, Step, parse_element, same_shape, walk
from virtgate.interface.walk import places_of


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


STEPS = st.one_of(
    NAMES.map(lambda one: f".{one}"),
    NAMES.map(lambda one: f":{one}"),
    st.just("()"),
    st.sampled_from(["|null", "|string"]),
)
ENDS = st.sampled_from(
    [(), ("=top",), ("=pwritev.done",), ("[deprecated]",), ("=top", "[unstable]"), ("?",), ("!",)]
)


@given(NAMES, st.lists(STEPS, max_size=5), ENDS)
def test_any_walk_reads_back_as_it_was_written(head: str, steps: list[str], ends: tuple[str, ...]) -> None:
    whole = [*steps, *ends]
    name = head + "".join(whole)
    assert places_of(name) == tuple(head + "".join(whole[:count]) for count in range(len(whole) + 1))


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
    next(one for one in entity_of(schema, "mirror-arg")["members"] if one["name"] == "target")["features"] = [
        "deprecated"
    ]
    seen = walk(Introspection(schema), "mirror.target.file")
    assert seen is not None
    assert seen.features == {"deprecated"}


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
