"""A host's whole interface against upstream's: each difference once, where it is nearest, with its class."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hostmaker import (
    ROOT,
    Entity,
    argument_of,
    arguments_of,
    entity_of,
    introspect,
    make_facts,
    own_arguments,
    without,
)
from virtgate.ask.opened import open_catalog
from virtgate.cli.program import run
from virtgate.conditions import View
from virtgate.data import Catalog
from virtgate.diff import Item, diff_host
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording, write_recording
from virtgate.match import match_host
from virtgate.upstream.history import History
from virtgate.versions import parse_release

LEDGER = ROOT / "matrix" / "qemu" / "ledger"
PROXMOX = "pve-qemu-kvm_6.2.0-1"


@cache
def catalog() -> Catalog:
    return open_catalog(None)


@cache
def history() -> History:
    return History(LEDGER)


def schema_of(version: str) -> list[Entity]:
    return introspect(history().graph(parse_release(version)))


def diff(facts: Facts, against: str, known: History | None = None, other: Facts | None = None) -> list[Item]:
    known = known or history()
    host = match_host(facts, catalog(), known)
    beside = View(other, against) if other is not None else None
    return list(diff_host(catalog(), host, known, View(facts, host.release), parse_release(against), beside))


def told(items: list[Item]) -> dict[str, str]:
    names = [item.name for item in items]
    assert len(names) == len(set(names)), "each difference is told once"
    return {item.name: item.category for item in items}


def made(version: str, change: Callable[[list[Entity]], Any], package: str = "") -> dict[str, str]:
    """What diff tells of upstream's build of a release after one change."""
    schema = schema_of(version)
    change(schema)
    return told(diff(make_facts(version, schema, package), version))


@pytest.mark.parametrize("version", ["2.5.0", "2.8.0", "2.12.0", "4.2.0", "6.2.0", "8.2.0", "10.2.0"])
def test_upstreams_own_build_differs_in_nothing(version: str) -> None:
    assert made(version, lambda schema: None) == {}


@pytest.mark.parametrize(
    ("newest", "version"), [("6.1.0", "6.2.0"), ("8.1.0", "8.2.0"), ("10.1.0", "10.2.0")]
)
def test_beyond_the_ledger_nothing_is_called_a_forks(newest: str, version: str) -> None:
    cut = History(LEDGER, newest=parse_release(newest))
    found = diff(make_facts(version, schema_of(version)), newest, cut)
    assert {item.category for item in found} == {"newer-than-ledger"}


def make_number(schema: list[Entity]) -> None:
    argument_of(schema, "block-commit", "top")["type"] = "int"


def make_mandatory(schema: list[Entity]) -> None:
    del argument_of(schema, "block-commit", "top")["default"]


def drop_argument(schema: list[Entity]) -> None:
    members = arguments_of(schema, "block-commit")
    members[:] = [one for one in members if one["name"] != "top"]


@pytest.mark.parametrize("change", [make_number, make_mandatory, drop_argument])
@pytest.mark.parametrize("version", ["2.12.0", "8.2.0", "10.2.0"])
def test_one_argument_altered_by_hand_is_divergent_and_nothing_else(
    version: str, change: Callable[[list[Entity]], None]
) -> None:
    assert made(version, change) == {"block-commit.top": "divergent"}


def test_a_condition_around_an_argument_is_no_excuse_where_what_is_around_is_there() -> None:
    def drop(schema: list[Entity]) -> None:
        arguments_of(schema, "change-vnc-password").clear()

    assert made("8.2.0", drop) == {"change-vnc-password.password": "divergent"}


def test_an_argument_that_a_fork_alone_lets_one_leave_out_is_the_forks_own() -> None:
    def relax(schema: list[Entity]) -> None:
        argument_of(schema, "block-commit", "device")["default"] = None

    assert made("8.2.0", relax) == {"block-commit.device": "fork-only"}


def test_what_was_left_out_is_not_built_and_says_with_which_condition_it_would_be() -> None:
    schema = without(schema_of("8.2.0"), "query-rocker", "screendump")
    driver = next(one for one in own_arguments(schema, "blockdev-add")["members"] if one["name"] == "driver")
    values = entity_of(schema, driver["type"])
    values["values"].remove("nvme-io_uring")
    values["members"].remove({"name": "nvme-io_uring"})
    for union in (entity for entity in schema if "variants" in entity):
        union["variants"] = [one for one in union["variants"] if one["case"] != "nvme-io_uring"]
    found = diff(make_facts("8.2.0", schema), "8.2.0")
    assert {(item.name, item.category, item.sentence) for item in found} == {
        ("blockdev-add.driver=nvme-io_uring", "not-built", "built only with CONFIG_BLKIO"),
        ("blockdev-add:nvme-io_uring", "not-built", "built only with CONFIG_BLKIO"),
        ("query-rocker", "not-built", "this build or target does not have it"),
        ("screendump", "not-built", "built only with CONFIG_PIXMAN"),
    }


def test_a_command_that_a_distribution_dropped_before_upstream_did_is_removed() -> None:
    schema = without(schema_of("2.12.0"), "x-blockdev-create")
    found = diff(make_facts("2.12.0", schema, "qemu-kvm-ev-2.12.0-44.1.el7_8.1"), "2.12.0")
    assert told(found) == {"x-blockdev-create": "removed"}


def add_command(schema: list[Entity], name: str, members: list[Entity]) -> None:
    schema.append({"name": name, "meta-type": "command", "arg-type": f"of {name}", "ret-type": "nothing"})
    schema.append({"name": f"of {name}", "meta-type": "object", "members": members})
    schema.append({"name": "nothing", "meta-type": "object", "members": []})


def test_what_a_fork_has_alone_is_its_own_and_named_by_a_walk() -> None:
    def extend(schema: list[Entity]) -> None:
        add_command(schema, "query-proxmox-support", [])
        arguments_of(schema, "drive-mirror").append({"name": "bitmap", "type": "str", "default": None})
        returned = entity_of(schema, entity_of(schema, "query-balloon")["ret-type"])
        returned["members"].append({"name": "free_mem", "type": "int", "default": None})

    assert made("6.2.0", extend, PROXMOX) == {
        "query-proxmox-support": "fork-only",
        "drive-mirror.bitmap": "fork-only",
        "query-balloon().free_mem": "fork-only",
    }


def test_a_driver_is_told_at_blockdev_add_as_a_value_and_a_branch_and_nowhere_else() -> None:
    def extend(schema: list[Entity]) -> None:
        union = own_arguments(schema, "blockdev-add")
        tag = next(one for one in union["members"] if one["name"] == "driver")
        driver = entity_of(schema, tag["type"])
        driver["values"].append("pbs")
        driver["members"].append({"name": "pbs"})
        members = [{"name": "repository", "type": "str"}]
        schema.append({"name": "of pbs", "meta-type": "object", "members": members})
        schema.append({"name": "empty", "meta-type": "object", "members": []})
        for entity in schema:
            if entity["meta-type"] == "object" and entity.get("tag") == "driver":
                pbs = "of pbs" if entity is union else "empty"
                entity["variants"] = [*entity["variants"], {"case": "pbs", "type": pbs}]

    expected = {"blockdev-add.driver=pbs": "fork-only", "blockdev-add:pbs": "fork-only"}
    assert made("6.2.0", extend, PROXMOX) == expected


def test_a_downstreams_prefix_says_whose_a_name_is() -> None:
    def extend(schema: list[Entity]) -> None:
        add_command(schema, "__com.redhat_drive_del", [])
        arguments_of(schema, "BLOCK_IO_ERROR").append({"name": "__com.redhat_reason", "type": "str"})

    found = made("2.12.0", extend, "qemu-kvm-ev-2.12.0-44.1.el7_8.1")
    assert found == {
        "__com.redhat_drive_del": "vendor-namespaced",
        "BLOCK_IO_ERROR.__com.redhat_reason": "vendor-namespaced",
    }


def graft(into: list[Entity], taken: list[Entity], command: str) -> None:
    """Bring a command with everything that it leads to from another schema, under names of its own."""
    by_name = {entity["name"]: entity for entity in taken}
    pending, done = [command], set()
    while pending:
        name = pending.pop()
        if name in done or by_name[name]["meta-type"] == "builtin":
            continue
        done.add(name)
        entity = dict(by_name[name])
        for key in ("arg-type", "ret-type", "element-type"):
            if key in entity:
                pending.append(entity[key])
                entity[key] = foreign(by_name, entity[key])
        for key in ("members", "variants"):
            if key in entity and entity["meta-type"] != "enum":
                pending += [one["type"] for one in entity[key]]
                entity[key] = [{**one, "type": foreign(by_name, one["type"])} for one in entity[key]]
        into.append({**entity, "name": foreign(by_name, name)})


def foreign(by_name: dict[str, Entity], name: str) -> str:
    return name if by_name[name]["meta-type"] in {"builtin", "command"} else f"later {name}"


def test_a_later_releases_command_is_a_backport_since_that_release() -> None:
    schema = schema_of("2.12.0")
    graft(schema, schema_of("4.0.0"), "block-dirty-bitmap-merge")
    graft(schema, schema_of("3.0.0"), "job-cancel")
    found = diff(make_facts("2.12.0", schema, "qemu-kvm-ev-2.12.0-44.1.el7_8.1"), "2.12.0")
    assert {(item.name, item.category, item.since) for item in found} == {
        ("block-dirty-bitmap-merge", "backport", "4.0.0"),
        ("job-cancel", "backport", "3.0.0"),
    }


def test_a_later_name_with_other_arguments_is_divergent() -> None:
    def extend(schema: list[Entity]) -> None:
        add_command(schema, "block-dirty-bitmap-merge", [{"name": "node", "type": "string"}])

    assert made("2.12.0", extend, "qemu-kvm-ev-2.12.0-1.el7") == {"block-dirty-bitmap-merge": "divergent"}


def test_what_upstream_never_took_of_a_backport_is_told_beside_it() -> None:
    def extend(schema: list[Entity]) -> None:
        more = {"name": "force", "type": "boolean", "default": None}
        add_command(schema, "job-cancel", [{"name": "id", "type": "string"}, more])

    found = made("2.12.0", extend, "qemu-kvm-ev-2.12.0-1.el7")
    assert found == {"job-cancel": "backport", "job-cancel.force": "fork-only"}


def test_a_known_early_shape_is_divergent_though_introspection_shows_none() -> None:
    def extend(schema: list[Entity]) -> None:
        taken = schema_of("9.2.0")
        size = argument_of(taken, "blockdev-backup", "x-perf")
        later = entity_of(taken, size["type"])
        perf = entity_of(schema, argument_of(schema, "blockdev-backup", "x-perf")["type"])
        perf["members"] += [one for one in later["members"] if one["name"] == "min-cluster-size"]

    found = made("9.0.0", extend, "pve-qemu-kvm_9.0.0-1")
    assert list(found.values()) == ["divergent"]
    assert all(name.endswith(".x-perf.min-cluster-size") for name in found)


def test_a_text_that_became_one_of_a_few_is_one_difference() -> None:
    def extend(schema: list[Entity]) -> None:
        later = schema_of("3.0.0")
        arch = entity_of(
            later, entity_of(later, entity_of(later, "query-target")["ret-type"])["members"][0]["type"]
        )
        schema.append({**arch, "name": "later arch"})
        returned = entity_of(schema, entity_of(schema, "query-target")["ret-type"])
        returned["members"] = [{"name": "arch", "type": "later arch"}]

    assert made("2.12.0", extend, "qemu-kvm-ev-2.12.0-1.el7") == {"query-target().arch": "backport"}


def test_an_array_is_not_its_element() -> None:
    def change(schema: list[Entity]) -> None:
        schema.append({"name": "[string]", "meta-type": "array", "element-type": "string"})
        argument_of(schema, "block-commit", "top")["type"] = "[string]"

    assert made("8.2.0", change) == {"block-commit.top": "divergent"}


def test_any_text_serves_where_upstream_has_one_of_several_values() -> None:
    def change(schema: list[Entity]) -> None:
        head = next(one for one in schema if one["name"] == "query-block-jobs")
        jobs = entity_of(schema, entity_of(schema, head["ret-type"])["element-type"])
        next(one for one in jobs["members"] if one["name"] == "type")["type"] = "str"
        argument_of(schema, "block-commit", "on-error")["type"] = "str"

    assert "divergent" not in made("8.2.0", change).values()


def test_commands_that_the_monitor_does_not_list_are_not_built_whatever_the_schema_says() -> None:
    schema = schema_of("2.12.0")
    names = [one["name"] for one in schema if one["meta-type"] == "command" and one["name"] != "query-skeys"]
    listed = {"query-commands": [{"name": name} for name in names if name != "dump-skeys"]}
    facts = make_facts("2.12.0", schema, answers=listed)
    assert told(diff(facts, "2.12.0")) == {"dump-skeys": "not-built"}


def test_before_introspection_names_alone_are_compared() -> None:
    graph = history().graph(parse_release("1.5.3"))
    assert graph is not None
    roots = {name: graph.root(name) for name in graph.roots()}
    names = [name for name, root in roots.items() if root is not None and root.kind == "command"]
    kept = [name for name in names if name != "transaction"]
    told_by_monitor = [*kept, "query-rx-filter", "__com.redhat_qxl_screendump", "made-up"]
    listed = {"query-commands": [{"name": name} for name in told_by_monitor]}
    assert told(diff(make_facts("1.5.3", None, "made", answers=listed), "1.5.3")) == {
        "transaction": "not-built",
        "query-rx-filter": "backport",
        "__com.redhat_qxl_screendump": "vendor-namespaced",
        "made-up": "fork-only",
    }


@pytest.mark.parametrize(("version", "against"), [("8.2.0", "6.2.0"), ("2.12.0", "2.8.0")])
def test_against_an_older_release_upstreams_own_changes_are_nobodys_fork(version: str, against: str) -> None:
    found = diff(make_facts(version, schema_of(version)), against)
    assert {item.category for item in found} <= {"backport", "removed", "unstable", "not-built"}
    back = diff(make_facts(against, schema_of(against)), version)
    assert {item.category for item in back} <= {"backport", "removed", "unstable", "not-built"}


def test_two_hosts_are_compared_with_each_other() -> None:
    schema = without(schema_of("8.2.0"), "query-rocker")
    add_command(schema, "made-here", [])
    theirs = without(schema_of("8.2.0"), "query-sev")
    add_command(theirs, "made-there", [])
    shared = {"name": "made-for-both"}
    types = {"qom-list-types": [shared, {"name": "made-type"}]}
    mine = make_facts("8.2.0", schema, answers={"qom-list-types": [shared]})
    other = make_facts("8.2.0", theirs, answers=types)
    assert {(item.name, item.side, item.category) for item in diff(mine, "8.2.0", other=other)} == {
        ("made-here", "extra", "fork-only"),
        ("made-there", "absent", "fork-only"),
        ("query-rocker", "absent", "divergent"),
        ("query-sev", "extra", "not-built"),
        ("made-type", "absent", "unledgered"),
    }


def test_what_another_host_has_otherwise_is_said_of_that_host() -> None:
    changed = schema_of("8.2.0")
    make_number(changed)
    found = diff(make_facts("8.2.0", changed), "8.2.0", other=make_facts("8.2.0", schema_of("8.2.0")))
    assert [item.name for item in found] == ["block-commit.top"]
    assert "the other host's is string" in found[0].sentence


def test_the_verb_takes_a_bare_schema_and_says_whether_anything_is_a_forks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = schema_of("6.2.0")
    add_command(schema, "savevm-start", [])
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"return": schema}))
    words = ["diff", str(path), "--claims", f"qemu=6.2.0,package={PROXMOX}"]
    assert run([*words, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["host"]["downstream"], document["against"]) == ("proxmox", "qemu=6.2.0")
    sentence = "only Proxmox VE has it"
    item = {"kind": "command", "name": "savevm-start", "class": "fork-only", "since": None}
    assert document["items"] == [item | {"sentence": sentence}]
    assert run(words) == 1
    assert capsys.readouterr().out.endswith(f"fork-only  command  savevm-start  {sentence}\n1 fork-only\n")


def test_the_verb_takes_another_host_to_compare_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = []
    for name, schema in (("one", schema_of("8.2.0")), ("two", without(schema_of("8.2.0"), "query-sev"))):
        paths.append(tmp_path / f"{name}.json")
        write_recording(make_facts("8.2.0", schema), str(paths[-1]))
    assert run(["diff", str(paths[0]), "--against", str(paths[1]), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["against"] == str(paths[1])
    assert [(item["name"], item["class"]) for item in document["items"]] == [("query-sev", "not-built")]


XEN_HOSTS = ROOT / "tests" / "xen_hosts"
SOLARIS = XEN_HOSTS / "xend-3.1.4+solaris+unplugs-its-own-way" / "host.json"


def shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """The findings of `diff` as a person is told them: class and name, without what is only counted."""
    run(["diff", *words])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:-1]]
    return [(line[0], line[2]) for line in lines]


def test_a_forks_toolstack_is_compared_by_its_operations_and_what_they_take(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["diff", str(SOLARIS)]) == 1
    assert "1 divergent" in capsys.readouterr().out
    assert shown([str(SOLARIS)], capsys) == [("divergent", "device_destroy.dev=mac")]
    by_mac = XEN_HOSTS / "xend-3.1.4+solaris+unplugs-by-mac" / "host.json"
    assert shown([str(by_mac)], capsys) == [
        ("backport", "device_destroy.dev=mac"),
        ("backport", "device_destroy.force"),
        ("backport", "device_destroy.rm_cfg"),
    ]


def test_a_distributions_classes_of_devices_are_a_backport(capsys: pytest.CaptureFixture[str]) -> None:
    found = shown([str(XEN_HOSTS / "xend-3.0.3+rhel5" / "host.json")], capsys)
    assert found == [("backport", "vfb"), ("backport", "vkbd")]


@pytest.mark.parametrize("name", ["xen-4.14.6_x86_64+debian", "kvm-6.18.44_x86_64"])
def test_upstreams_libxl_and_kvm_have_nothing_of_their_own(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ROOT / "tests" / "hosts" / name / "host.json.xz"
    assert shown([str(path)], capsys) == []
    assert run(["diff", str(path)]) == 0


def test_a_xapi_host_shows_nothing_that_could_differ(capsys: pytest.CaptureFixture[str]) -> None:
    path = XEN_HOSTS / "xapi-8_x86_64+xenserver+session" / "host.json"
    assert run(["diff", str(path)]) == 0
    assert capsys.readouterr().out.endswith("\nno difference\n")


def test_an_argument_that_upstream_dropped_after_the_release_compared_with_is_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = XEN_HOSTS / "xend-3.3.1+source" / "host.json"
    found = {name: kind for kind, name in shown([str(path), "--against", "xend=3.2"], capsys)}
    assert found["migrate.resource"] == "removed"
    assert found["migrate.node"] == "backport"
    assert shown([str(path)], capsys) == []


def test_a_day_cuts_what_upstream_had(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(XEN_HOSTS / "xend-3.3.1+source" / "host.json")
    found = shown([path, "--as-of", "2008-02-01"], capsys)
    assert ("newer-than-ledger", "vscsi") in found
    assert run(["diff", path, "--as-of", "yesterday"]) == 2


def test_what_nobody_can_tell_is_counted_and_listed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ROOT / "tests" / "hosts" / "qemu-7.2.22_x86_64+debian" / "host.json.xz")
    assert "unledgered" not in {kind for kind, _ in shown([path], capsys)}
    assert "unledgered" in {kind for kind, _ in shown([path, "--all"], capsys)}


def test_debian_s_newest_has_nothing_that_upstream_never_had_nor_newer_than_its_documentation() -> None:
    """What only the binary has and no documentation tells is `unledgered`, and never `removed`."""
    host = ROOT / "tests" / "hosts" / "qemu-11.1.3_aarch64+debian" / "host.json.xz"
    found = diff(read_recording(str(host)), "11.1.3")
    assert {item.category for item in found} == {"not-built", "unledgered"}
    kept = next(item for item in found if item.name == "fsdev.max_xattr")
    assert "of 11.1.3 only the documentation is known" in kept.sentence


def test_the_parts_that_a_type_is_made_of_are_no_difference() -> None:
    """Code may make up their names: 6.0 numbers in a loop what 5.2 wrote out, and has them all the same."""
    host = ROOT / "tests" / "hosts" / "qemu-7.2.22_aarch64+debian" / "host.json.xz"
    found = diff(read_recording(str(host)), "7.2.22")
    assert {item.category for item in found} == {"not-built", "unledgered"}
    assert "sse-200.apb-ppc0" not in {item.name for item in found}
