"""Hosts that only a banner tells, and divergent shapes: each is refused or granted as history has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hostmaker import (
    ROOT,
    Decisions,
    Entity,
    argument_of,
    arguments_of,
    decide_host,
    entity_of,
    introspect,
    make_facts,
    own_arguments,
    without,
)
from virtgate.ask.opened import open_catalog
from virtgate.conditions import View
from virtgate.data import Catalog
from virtgate.decide import Decision, Policy, decide
from virtgate.decide.sentences import Speaker
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording
from virtgate.match import match_host
from virtgate.model import Built
from virtgate.upstream.history import History
from virtgate.versions import parse_release

HOSTS = Path(__file__).parent / "old_hosts"

# Read in migration.c, monitor.c and qemu-monitor.hx of each version; libvirt's MIGRATE_KVM_STDIO,
# MIGRATE_QEMU_TCP (kvm-79, 0.10), _EXEC (kvm-80) and _UNIX, _FD (0.12) say the same.
URIS = ("tcp", "exec", "unix", "fd")
MIGRATION = {
    "kvm-70": ("divergent", "divergent", "too-old", "too-old"),
    "kvm-72": ("divergent", "divergent", "too-old", "too-old"),
    "kvm-79": ("declared-backport", "divergent", "too-old", "too-old"),
    "kvm-84": ("declared-backport", "declared-backport", "too-old", "too-old"),
    "qemu-0.9.1": ("too-old", "too-old", "too-old", "too-old"),
    "qemu-0.10.0": ("release", "release", "too-old", "too-old"),
    "qemu-0.12.0": ("release", "release", "release", "release"),
    "qemu-kvm-0.12.3": ("release", "release", "release", "release"),
    "qemu-kvm-0.12.1.2_rhel-6": ("release", "release", "release", "release"),
}
PCI_ADD = {
    "kvm-70": "divergent",
    "kvm-84": "divergent",
    "kvm-88": "release",
    "qemu-0.9.1": "too-old",
    "qemu-0.10.0": "release",
    "qemu-kvm-0.12.3": "release",
}
ENABLED = {"release", "declared-backport", "backport", "upstream", "deprecated"}


@cache
def catalog() -> Catalog:
    return open_catalog(None)


@cache
def history() -> History:
    return History(ROOT / "matrix" / "qemu" / "ledger")


def judge(facts: Facts) -> Mapping[str, Decision]:
    host = match_host(facts, catalog(), history())
    return Decisions(catalog(), host, history(), View(facts, host.release), Policy())


@cache
def old(name: str) -> Mapping[str, Decision]:
    return judge(read_recording(str(HOSTS / name / "host.json")))


def schema_of(version: str) -> list[Entity]:
    return introspect(history().graph(parse_release(version)))


@pytest.mark.parametrize("name", sorted(path.name for path in HOSTS.iterdir() if path.is_dir()))
def test_an_old_host_says_its_banner_and_nothing_else(name: str) -> None:
    document = json.loads((HOSTS / name / "host.json").read_text())
    assert list(document["answers"]) == ["--version"]


@pytest.mark.parametrize("name", MIGRATION)
def test_migration_takes_the_addresses_that_it_took(name: str) -> None:
    found = old(name)
    reasons = tuple(found[f"migration.uri.{uri}"].reason for uri in URIS)
    assert reasons == MIGRATION[name]
    states = [found[f"migration.uri.{uri}"].state for uri in URIS]
    assert states == ["enabled" if reason in ENABLED else "disabled" for reason in reasons]


@pytest.mark.parametrize("name", PCI_ADD)
def test_disks_and_cards_are_plugged_in_as_upstream_does_or_not_at_all(name: str) -> None:
    found = old(name)
    plugs = ("block.hot-plug", "block.hot-unplug", "devices.hot-plug", "net.hot-plug", "net.hot-unplug")
    assert {found[plug].reason for plug in plugs} == {PCI_ADD[name]}


def built(name: str, capability: str, path: str) -> tuple[str, str, str]:
    """State and reason of one path, and what is said of it."""
    facts = read_recording(str(HOSTS / name / "host.json"))
    host = match_host(facts, catalog(), history())
    one = next(one for one in judge(facts)[capability].paths if one.path.name == path)
    return one.state, one.reason, Speaker(catalog(), host, history()).path(one)


RHEL_6_TAKES_OUT = {
    "block.hot-plug": "pci-add",
    "block.hot-unplug": "pci-del",
    "devices.hot-plug": "pci-add",
    "devices.hot-unplug": "pci-del",
    "net.hot-plug": "pci-add",
    "net.hot-unplug": "pci-del",
}


@pytest.mark.parametrize(("capability", "path"), RHEL_6_TAKES_OUT.items())
def test_rhel_6_built_without_the_monitors_pci_add_and_says_where(capability: str, path: str) -> None:
    name = "qemu-kvm-0.12.1.2_rhel-6"
    state, reason, sentence = built(name, capability, path)
    assert (state, reason) == ("disabled", "not-built")
    assert "Red Hat Enterprise Linux 6 builds QEMU without it" in sentence
    assert "qemu-monitor.hx" in sentence
    assert old(name)[capability].state != "enabled"


@pytest.mark.parametrize(
    ("capability", "path"), [("display.window.sdl", "sdl-unlisted"), ("display.window.gtk", "gtk-unlisted")]
)
def test_el7_built_without_windows_and_says_where(capability: str, path: str) -> None:
    name = "qemu-kvm-ev-2.12.0_el7"
    state, reason, sentence = built(name, capability, path)
    assert (state, reason) == ("disabled", "not-built")
    assert "--disable-gtk and --disable-sdl in its build_configure.sh" in sentence
    assert (old(name)[capability].state, old(name)[capability].reason) == ("disabled", "not-built")


@pytest.mark.parametrize(
    "package", ["Debian 1:2.12+dfsg-3ubuntu8", "SUSE Linux Enterprise 15", "qemu-2.12.0-1.fc29"]
)
def test_whether_a_distribution_built_what_no_probe_sees_is_unknown_unless_it_says(package: str) -> None:
    decision = judge(make_facts("2.12.0", None, package))["display.window.sdl"]
    assert (decision.state, decision.reason) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("version", "package", "capability", "path", "reason"),
    [
        ("1.5.3", "qemu-kvm-1.5.3-14.el7", "net.hot-plug", "pci-add", "release"),
        ("1.5.3", "qemu-kvm-1.5.3-34.el7", "net.hot-plug", "pci-add", "not-built"),
        ("1.5.3", "qemu-kvm-1.5.3-34.el7", "display.window.gtk", "gtk-unlisted", "unknown"),
        ("0.12.1", "qemu-kvm-0.12.1.2-2.491.el6_8.1", "display.window.sdl", "sdl-unlisted", "not-built"),
        ("2.12.0", "qemu-kvm-rhev-2.12.0-44.el7_8.1", "display.window.gtk", "gtk-unlisted", "not-built"),
        ("9.1.0", "qemu-kvm-9.1.0-15.el9", "display.spice", "spice", "not-built"),
        ("2.8.1", "Debian 1:2.8+dfsg-6+deb9u9", "display.window.sdl", "sdl-unlisted", "release"),
        ("2.8.1", "Debian 1:2.8+dfsg-6+deb9u9", "display.window.gtk", "gtk-unlisted", "not-built"),
        ("2.12.0", "Debian 1:2.12+dfsg-3", "display.window.sdl", "sdl-unlisted", "not-built"),
        ("2.12.0", "Debian 1:2.12+dfsg-3", "display.window.gtk", "gtk-unlisted", "release"),
        ("2.11.1", "Debian 1:2.11+dfsg-1ubuntu7.42", "display.window.sdl", "sdl-unlisted", "release"),
        ("2.11.1", "Debian 1:2.11+dfsg-1ubuntu7.42", "display.window.gtk", "gtk-unlisted", "not-built"),
    ],
)
def test_a_builder_says_in_which_of_its_packages(
    version: str, package: str, capability: str, path: str, reason: str
) -> None:
    paths = judge(make_facts(version, None, package))[capability].paths
    assert {one.path.name: one.reason for one in paths}[path] == reason


def test_a_release_alone_does_not_prove_a_builder_wrong() -> None:
    host = match_host(make_facts("4.2.0", None, "Debian 1:4.2-3"), catalog(), history())
    facts = make_facts("4.2.0", None, "Debian 1:4.2-3", {"query-target": {"arch": "x86_64"}})
    line = Built(
        paths=("net.backend.user",),
        because="--disable-slirp",
        evidence=(),
        where=catalog().downstreams["qemu"]["debian"].where,
    )
    debian = replace(catalog().downstreams["qemu"]["debian"], denies=(line,))
    others = {**catalog().downstreams["qemu"], "debian": debian}
    changed = replace(catalog(), downstreams={**catalog().downstreams, "qemu": others})
    decision = decide(changed, host, history(), View(facts, "4.2.0"), Policy(), ["net.backend.user"])
    assert decision["net.backend.user"].reason == "not-built"


def test_a_build_that_does_not_tell_its_package_may_be_the_one_that_lacks_it() -> None:
    machines = {"query-machines": [{"name": "pc-i440fx-rhel7.0.0", "cpu-max": 240}]}
    decision = judge(make_facts("1.5.3", None, "", machines))["net.hot-plug"]
    assert {one.path.name: one.reason for one in decision.paths}["pci-add"] == "unknown"


def test_what_no_build_can_be_without_is_there_by_release_on_a_distribution() -> None:
    decision = judge(make_facts("2.12.0", None, "Debian 1:2.12+dfsg-3"))["security.chroot"]
    assert (decision.state, decision.reason) == ("enabled", "release")


@pytest.mark.parametrize("name", ["kvm-70", "kvm-88", "qemu-0.9.1", "qemu-0.10.0"])
def test_what_needs_qmp_is_too_old_for_a_host_without_it_whoever_built_it(name: str) -> None:
    found = old(name)
    ids = ("block.mirror", "jobs.query", "memory.virtio-mem", "migration.postcopy")
    assert {found[one].reason for one in ids if one in found} == {"too-old"}


def verdict(
    version: str, package: str, change: Callable[[list[Entity]], Any], capability: str, path: str
) -> tuple[str, tuple[str, ...]]:
    """A path's reason on upstream's build with one foreign shape in it, and whose that is known to be."""
    schema = schema_of(version)
    change(schema)
    decision = judge(make_facts(version, schema, package))[capability]
    found = next(one for one in decision.paths if one.path.name == path)
    return found.reason, found.divergent.by if found.divergent else ()


def add_command(schema: list[Entity], *names: str) -> None:
    head = {"meta-type": "command", "arg-type": "nothing", "ret-type": "nothing"}
    schema += [{**head, "name": name} for name in names]
    schema.append({"name": "nothing", "meta-type": "object", "members": []})


def add_vmnet(schema: list[Entity]) -> None:
    union = own_arguments(schema, "netdev_add")
    kinds = entity_of(schema, next(one for one in union["members"] if one["name"] == "type")["type"])
    kinds["values"].append("vmnet-macos")
    kinds["members"].append({"name": "vmnet-macos"})
    options = [{"name": "options", "type": "string"}]
    schema.append({"name": "vmnet", "meta-type": "object", "members": options})
    union["variants"] = [*union["variants"], {"case": "vmnet-macos", "type": "vmnet"}]


@pytest.mark.parametrize("package", ["v6.0.0-utm", ""])
def test_utms_one_type_is_not_upstreams_three(package: str) -> None:
    found = verdict("6.0.0", package, add_vmnet, "net.backend.vmnet", "vmnet-shared")
    assert found == ("divergent", ("utm",))


def add_cluster_size(schema: list[Entity]) -> None:
    taken = schema_of("9.2.0")
    later = entity_of(taken, argument_of(taken, "blockdev-backup", "x-perf")["type"])
    perf = entity_of(schema, argument_of(schema, "blockdev-backup", "x-perf")["type"])
    perf["members"] += [one for one in later["members"] if one["name"] == "min-cluster-size"]


@pytest.mark.parametrize(
    ("version", "package", "expected"),
    [
        ("9.0.0", "pve-qemu-kvm_9.0.0-1", ("divergent", ("proxmox",))),
        ("9.0.0", "qemu-kvm-9.0.0-1.el9", ("unstable", ())),
    ],
)
def test_a_width_that_introspection_hides_is_refused_where_it_is_known(
    version: str, package: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    found = verdict(version, package, add_cluster_size, "block.backup.min-cluster-size", "blockdev-backup")
    assert found == expected


def split_password(schema: list[Entity]) -> None:
    arguments = own_arguments(schema, "set_password")
    connected = next(one for one in arguments["members"] if one["name"] == "connected")
    protocols = {"name": "protocols", "meta-type": "enum", "values": ["vnc", "spice"], "members": []}
    protocols["members"] = [{"name": "vnc"}, {"name": "spice"}]
    spice = {"name": "spice", "meta-type": "object", "members": [connected]}
    vnc = {"name": "vnc", "meta-type": "object", "members": []}
    schema += [protocols, spice, vnc]
    arguments["members"] = [
        {"name": "protocol", "type": "protocols"},
        *(one for one in arguments["members"] if one["name"] == "password"),
    ]
    arguments["tag"] = "protocol"
    arguments["variants"] = [{"case": one, "type": one} for one in ("spice", "vnc")]


def test_proxmox_took_the_password_apart_before_upstream_did_otherwise() -> None:
    found = verdict("6.2.0", "pve-qemu-kvm_6.2.0-1", split_password, "display.password.set", "set-password")
    assert found == ("divergent", ("proxmox",))


def test_proxmox_saves_a_guest_by_commands_of_its_own_and_mirrors_as_upstream_does() -> None:
    def add(schema: list[Entity]) -> None:
        add_command(schema, "savevm-start", "savevm-end", "snapshot-drive", "query-proxmox-support")
        arguments_of(schema, "drive-mirror").append({"name": "bitmap", "type": "string", "default": None})
        arguments_of(schema, "blockdev-mirror").append({"name": "bitmap", "type": "string", "default": None})

    version, package = "5.0.0", "pve-qemu-kvm_5.0.0-1"
    saved = verdict(version, package, add, "lifecycle.snapshot.with-memory", "snapshot-save")
    assert saved == ("divergent", ("proxmox",))
    assert verdict(version, package, add, "block.snapshot.internal", "snapshot-drive")[0] == "fork-only"
    for path in ("blockdev-mirror", "drive-mirror"):
        assert verdict(version, package, add, "block.mirror", path) == ("upstream", ())


RHEL_6_2 = ["block_stream", "block_job_cancel", "block_job_set_speed", "migrate", "query-commands"]
RHEL_6_8 = [
    "__com.redhat_drive-mirror",
    "__com.redhat_drive-reopen",
    "block-stream",
    "block-job-cancel",
    "migrate",
]


def listing(names: list[str], package: str) -> Mapping[str, Decision]:
    listed = {"query-commands": [{"name": name} for name in names]}
    return judge(make_facts("0.12.1", None, package, listed))


@pytest.mark.parametrize(
    ("names", "capability", "reason"),
    [
        (RHEL_6_2, "block.stream", "divergent"),
        (RHEL_6_2, "jobs.cancel", "divergent"),
        (RHEL_6_2, "jobs.speed", "divergent"),
        (RHEL_6_8, "block.mirror", "divergent"),
    ],
)
def test_rhel_6_had_its_block_jobs_before_upstream_and_otherwise(
    names: list[str], capability: str, reason: str
) -> None:
    decision = listing(names, " (qemu-kvm-0.12.1.2-2.209.el6_2.4)")[capability]
    owners = {one.divergent.by for one in decision.paths if one.divergent}
    assert (decision.state, decision.reason, owners) == ("disabled", reason, {("rhel-6",)})


def graft_merge(schema: list[Entity]) -> None:
    merge = [{"name": "node", "type": "string"}, {"name": "target", "type": "string"}]
    merge.append({"name": "bitmaps", "type": "[string]"})
    schema.append({"name": "merge", "meta-type": "object", "members": merge})
    schema.append({"name": "[string]", "meta-type": "array", "element-type": "string"})
    command = {"name": "block-dirty-bitmap-merge", "meta-type": "command"}
    schema.append(command | {"arg-type": "merge", "ret-type": "nothing"})
    schema.append({"name": "nothing", "meta-type": "object", "members": []})


def test_what_rhel_7_took_from_later_releases_is_a_backport() -> None:
    package = "qemu-kvm-ev-2.12.0-44.1.el7_8.1"
    found = verdict("2.12.0", package, graft_merge, "block.dirty-bitmap.merge", "block-dirty-bitmap-merge")
    assert found == ("backport", ())


def test_device_add_is_there_though_the_schemas_of_its_day_left_it_out() -> None:
    schema = without(schema_of("2.5.0"), "device_add", "qmp_capabilities")
    names = [one["name"] for one in schema_of("2.5.0") if one["meta-type"] == "command"]
    listed = {"query-commands": [{"name": name} for name in names]}
    asked = judge(make_facts("2.5.0", schema, answers=listed))["devices.hot-plug"]
    assert (asked.state, asked.reason) == ("enabled", "upstream")
    bare = judge(make_facts("2.5.0", schema))["devices.hot-plug"]
    assert next(one for one in bare.paths if one.path.name == "device-add").present is None


@pytest.mark.parametrize(
    ("modules", "state"),
    [
        ({"return": ["audio-dbus", "ui-dbus"]}, "enabled"),
        ({"return": ["audio-alsa", "ui-dbus"]}, "disabled"),
        ({"error": {"class": "NotModular", "desc": "no modules"}}, "unknown"),
        ({"unanswered": "not asked"}, "unknown"),
    ],
)
def test_a_module_beside_the_program_was_built_whatever_the_builder_says(
    modules: dict[str, Any], state: str
) -> None:
    whole = read_recording(str(ROOT / "tests" / "hosts" / "qemu-7.2.22_x86_64+debian" / "host.json.xz"))
    facts = replace(whole, answers={**whole.answers, "modules": modules})
    assert decide_host(facts, ROOT).decisions["audio.backend.dbus"].state == state
