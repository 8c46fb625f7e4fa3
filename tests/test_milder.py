"""No gate is milder than `diff`: what diff calls divergent or a fork's own, no enabled path is built on.

Forks are made from recordings and from releases, by what forks do to a schema: an argument gets another name
or type, a value goes, what was optional is demanded, a member moves elsewhere. VIRTGATE_FORKS sets how many.
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hostmaker import ROOT, Entity, catalog_in, history_in, make_facts, schema_in
from virtgate.conditions import KINDS, View
from virtgate.data import Catalog
from virtgate.decide import PathDecision, decide
from virtgate.decide.built import is_in_every_build
from virtgate.decide.classify import WRONG
from virtgate.diff import diff_host
from virtgate.driver.policy import Policy
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording
from virtgate.interface import Introspection, walk
from virtgate.interface.walk import parse_element, places_of
from virtgate.match import match_host
from virtgate.model import Element, leaves
from virtgate.upstream.status import path_footprint

FORKS = int(os.environ.get("VIRTGATE_FORKS", "8"))
RECORDED = ("qemu-5.2.0_x86_64+debian", "qemu-7.2.22_x86_64+debian", "qemu-10.0.13_x86_64+debian")
MADE = ("2.12.0", "8.2.0")


@cache
def lax() -> Catalog:
    """The shipped data without what a machine must have besides, so that every path is held to its shape."""
    catalog = catalog_in(ROOT)
    rows = {name: replace(one, needs=()) for name, one in catalog.capabilities.items()}
    paths = {
        name: tuple(replace(one, usable=None) for one in known)
        for name, known in catalog.paths["qemu"].items()
    }
    return replace(catalog, capabilities=rows, paths={**catalog.paths, "qemu": paths})


@cache
def host(name: str) -> Facts:
    if name in MADE:
        return make_facts(name, schema_in(ROOT, name))
    return read_recording(str(ROOT / "tests" / "hosts" / name / "host.json.xz"))


def graft(facts: Facts, schema: list[Entity]) -> Facts:
    """A host that answers with another schema, and has every type that the schema can make."""
    answers = {**facts.answers, "query-qmp-schema": {"return": schema}}
    graph = Introspection(schema)
    kinds = walk(graph, "object-add.qom-type")
    made = graph.type(kinds.reference).values if kinds is not None and kinds.reference else ()
    for asked, reply in facts.answers.items():
        if asked.startswith("qom-list-types") and "device" not in asked and "return" in reply:
            answers[asked] = {"return": [*reply["return"], *({"name": name} for name in made)]}
    return replace(facts, answers=answers)


def elements(one: PathDecision) -> Iterator[str]:
    """What a path is built on, as diff names it."""
    yield from (element.name for element in one.standing.footprint if element.kind == "qmp")
    for leaf in leaves(one.path.when):
        if leaf.kind in {"object", "qom"}:
            yield f"object-add.qom-type={leaf.terms['name']}"
            yield f"object-add:{leaf.terms['name']}"


def milder(facts: Facts) -> list[str]:
    """Each enabled path that is built on an element which diff calls divergent or a fork's own."""
    history = history_in(ROOT)
    told = match_host(facts, lax(), history)
    view = View(facts, told.release)
    release = history.version_of(told.release or "")
    items = diff_host(lax(), told, history, view, release)
    wrong = {item.name: item.category for item in items if item.category in WRONG}
    return [
        f"{gate.capability}: {one.path.name} is enabled ({one.reason}), and {name} is {wrong[name]}"
        for gate in decide(lax(), told, history, view, Policy()).values()
        for one in gate.paths
        if one.state == "enabled"
        for name in elements(one)
        if name in wrong
    ]


@cache
def touched(name: str) -> tuple[str, ...]:
    """The elements inside commands and events that paths are built on, and that a host has."""
    facts, history = host(name), history_in(ROOT)
    told = match_host(facts, lax(), history)
    view = View(facts, told.release)
    graph = view.own.graph
    assert graph is not None
    release = history.version_of(told.release or "")
    known: set[Element] = set()
    for paths in lax().paths["qemu"].values():
        for path in paths:
            known.update(path_footprint(path, history, release, view))
    names = {place for one in known if one.kind == "qmp" for place in places_of(one.name)}
    names |= {f"object-add:{one.name}" for one in known if one.kind == "qom"}
    return tuple(sorted(name for name in names if parse_element(name)[1] and walk(graph, name) is not None))


def rename(members: list[Entity], at: int, _schema: list[Entity]) -> None:
    members[at]["name"] += "-of-ours"


def retype(members: list[Entity], at: int, _schema: list[Entity]) -> None:
    if "type" in members[at]:
        members[at]["type"] = "int" if members[at]["type"] != "int" else "str"


def drop(members: list[Entity], at: int, _schema: list[Entity]) -> None:
    del members[at]


def demand(members: list[Entity], at: int, _schema: list[Entity]) -> None:
    members[at].pop("default", None)


def spare(members: list[Entity], at: int, _schema: list[Entity]) -> None:
    members[at].setdefault("default", None)


def demand_more(members: list[Entity], _at: int, _schema: list[Entity]) -> None:
    members.append({"name": "ours", "type": "int"})


def move(members: list[Entity], at: int, schema: list[Entity]) -> None:
    """Into another branch, or any other object that has it not."""
    other = next(one for one in schema if one["meta-type"] == "object" and one["members"] is not members)
    other["members"].append(members.pop(at))


Change = Callable[[list[Entity], int, list[Entity]], None]
CHANGES: tuple[Change, ...] = (rename, retype, drop, demand, spare, demand_more, move)


def change(schema: list[Entity], element: str, how: Change) -> None:
    """Do to an element, wherever its type is used, what a fork did."""
    by_name = {one["name"]: one for one in schema}
    graph = Introspection(schema)
    last = parse_element(element)[1][-1]
    inside = last.sort == "branch"
    seen = walk(graph, element if inside else places_of(element)[-2])
    entity = by_name.get(seen.reference or "") if seen is not None else None
    while entity is not None and entity["meta-type"] == "array":
        entity = by_name[entity["element-type"]]
    if entity is None or "members" not in entity or not entity["members"]:
        return
    members = entity["members"]
    named = [at for at, one in enumerate(members) if inside or one.get("name") == last.name]
    if named and "name" in members[named[0]]:
        how(members, named[-1], schema)
    if entity["meta-type"] == "enum":
        entity["values"] = [one["name"] for one in members]


def names_of(name: str) -> st.SearchStrategy[list[tuple[str, Change]]]:
    return st.lists(
        st.tuples(st.sampled_from(touched(name)), st.sampled_from(CHANGES)), min_size=1, max_size=6
    )


@pytest.mark.parametrize("name", [*RECORDED, *MADE])
def test_a_host_as_it_is_has_no_gate_milder_than_diff(name: str) -> None:
    assert milder(host(name)) == []


TYPES = {"attributes": "int", "sept-ve-disable": "bool"}
OTHER_TDX = {
    # Intel's trees of 7.0, and upstream's members with one of another name, as AMD's SNP tree has them.
    "other members": ["debug?", "attributes?", "mrconfigid?"],
    "another name": ["atributes?", "mrconfigid?", "mrowner?", "mrownerconfig?", "sept-ve-disable?"],
    "more demanded": ["attributes", "mrconfigid?", "ours"],
    "what is sent is not there": ["mrconfigid?", "sept-ve-disable?"],
}


@pytest.mark.parametrize("members", OTHER_TDX.values(), ids=OTHER_TDX)
def test_an_object_of_upstreams_name_with_other_members_is_divergent(members: list[str]) -> None:
    facts = host("qemu-7.2.22_x86_64+debian")
    schema: list[Entity] = copy.deepcopy(facts.answers["query-qmp-schema"]["return"])
    union = next(one for one in schema if one.get("tag") == "qom-type")
    kinds = next(one["type"] for one in union["members"] if one["name"] == "qom-type")
    values = next(one for one in schema if one["name"] == kinds)
    values["values"].append("tdx-guest")
    values.setdefault("members", []).append({"name": "tdx-guest"})
    union["variants"].append({"case": "tdx-guest", "type": "of tdx"})
    given = [
        {"name": name.removesuffix("?"), "type": TYPES.get(name.strip("?"), "str")}
        | ({"default": None} if name[-1] == "?" else {})
        for name in members
    ]
    schema.append({"name": "of tdx", "meta-type": "object", "members": given})
    grafted, history = graft(facts, schema), history_in(ROOT)
    told = match_host(grafted, lax(), history)
    found = decide(lax(), told, history, View(grafted, told.release), Policy(), ["confidential.tdx"])
    assert found["confidential.tdx"].reason == "divergent"


@pytest.mark.no_cover
@pytest.mark.parametrize("name", [*RECORDED, *MADE])
@settings(
    max_examples=FORKS,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_what_a_fork_did_to_an_element_refuses_every_gate_built_on_it(name: str, data: st.DataObject) -> None:
    facts = host(name)
    schema = copy.deepcopy(facts.answers["query-qmp-schema"]["return"])
    for element, how in data.draw(names_of(name)):
        change(schema, element, how)
    assert milder(graft(facts, json.loads(json.dumps(schema)))) == []


def commands_in_every_build(facts: Facts) -> list[str]:
    """The commands that paths are made of, and that upstream's source has under no condition."""
    history = history_in(ROOT)
    release = match_host(facts, catalog_in(ROOT), history).release or ""
    version = history.version_of(release)
    named = {
        element.name
        for path in catalog_in(ROOT).paths["qemu"].values()
        for one in path
        for leaf in leaves(one.when)
        if leaf.kind == "command"
        for element in KINDS["command"].elements(leaf.terms)
    }
    shown = {entity["name"] for entity in facts.answers["query-qmp-schema"]["return"]}
    return sorted(name for name in named & shown if is_in_every_build(history, qmp(name), version))


def qmp(name: str) -> Element:
    return Element(kind="qmp", name=name)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", RECORDED)
def test_a_command_that_somebody_took_out_of_upstreams_source_is_no_matter_of_a_build(name: str) -> None:
    whole = host(name)
    for command in random.Random(name).sample(commands_in_every_build(whole), FORKS):
        schema = [one for one in whole.answers["query-qmp-schema"]["return"] if one["name"] != command]
        listed = [one for one in whole.answers["query-commands"]["return"] if one["name"] != command]
        answers = {"query-qmp-schema": {"return": schema}, "query-commands": {"return": listed}}
        facts = replace(whole, answers={**whole.answers, **answers})
        catalog, history = catalog_in(ROOT), history_in(ROOT)
        found = match_host(facts, catalog, history)
        view = View(facts, found.release)
        lost = [
            one.reason
            for gate in decide(catalog, found, history, view, Policy()).values()
            for one in gate.paths
            if [leaf.terms.get("name") for leaf in one.lacking] == [command] and one.standing.status == "here"
        ]
        assert set(lost) <= {"divergent", "host-lacks"}, (command, lost)
        against = history.version_of(found.release or "")
        items = diff_host(catalog, found, history, view, against)
        # What upstream took out later, somebody may have taken out early.
        assert {item.category for item in items if item.name == command} <= {"divergent", "removed"}, command
