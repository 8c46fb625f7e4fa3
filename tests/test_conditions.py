"""The language of `when`: each kind in three values, footprints, questions, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostmaker import make_condition
from virtgate.conditions import (
    KINDS,
    View,
    alternatives,
    footprint,
    lack_of,
    look,
    missing,
    problem_of,
    questions,
    unseen,
)
from virtgate.facts import Facts
from virtgate.hypervisors.qemu.qmp_questions import question
from virtgate.model import Branch, Condition, Leaf, leaves

SCHEMA = [
    {"name": "str", "meta-type": "builtin", "json-type": "string"},
    {"name": "stop", "meta-type": "command", "arg-type": "0", "ret-type": "0"},
    {"name": "mirror", "meta-type": "command", "arg-type": "1", "ret-type": "0"},
    {"name": "query-balloon", "meta-type": "command", "arg-type": "0", "ret-type": "2"},
    {"name": "query-sev", "meta-type": "command", "arg-type": "0", "ret-type": "2"},
    {"name": "STOP", "meta-type": "event", "arg-type": "0"},
    {"name": "0", "meta-type": "object", "members": []},
    {
        "name": "1",
        "meta-type": "object",
        "members": [{"name": "sync", "type": "3"}, {"name": "speed", "type": "str", "default": None}],
    },
    {"name": "2", "meta-type": "object", "members": [{"name": "state", "type": "str"}]},
    {"name": "3", "meta-type": "enum", "values": ["top"]},
]
PROPERTIES = question("device-list-properties", {"typename": "disk"})
MACHINE_PROPERTIES = question("qom-list-properties", {"typename": "pc-8.2-machine"})
ENOENT = {"error": {"class": "ENOENT", "desc": ""}}

# What a host said to all that the conditions below ask.
SAID: dict[str, Any] = {
    "query-qmp-schema": {"return": SCHEMA},
    "qom-list-types": {"return": [{"name": "disk"}, {"name": "backend"}, {"name": "tcg-accel"}]},
    question("qom-list-types", {"implements": "device", "abstract": False}): {"return": [{"name": "disk"}]},
    PROPERTIES: {
        "return": [
            {"name": "size", "default-value": 512},
            {"name": "auto", "default-value": True},
            {"name": "link"},
        ]
    },
    MACHINE_PROPERTIES: {"return": [{"name": "its"}]},
    "query-machines": {"return": [{"name": "pc-8.2", "alias": "pc"}]},
    "query-cpu-definitions": {"return": [{"name": "host"}]},
    "query-command-line-options": {
        "return": [{"option": "sandbox", "parameters": [{"name": "spawn", "type": "string"}]}]
    },
    "query-migrate-capabilities": {"return": [{"capability": "xbzrle", "state": False}]},
    "query-tpm-models": {"return": ["tpm-tis"]},
    "query-tpm-types": {"return": ["emulator"]},
    "query-kvm": {"return": {"enabled": True, "present": True}},
    "query-target": {"return": {"arch": "x86_64"}},
    "query-balloon": {"error": {"class": "DeviceNotActive", "desc": ""}},
    "query-sev": {"return": {"state": "running", "enabled": True}},
    "modules": {"return": ["block-rbd"]},
    "block-formats": {"return": {"rw": ["raw", "rbd"], "ro": ["vmdk"]}},
    "KVM_CHECK_EXTENSION 129 vm": {"return": 6},
    "KVM_CHECK_EXTENSION 130 vm": {"return": 0},
    "KVM_CHECK_EXTENSION 129 device": {"return": 1},
    "uname": {"return": {"release": "6.1.0-37-amd64"}},
    "file /sys/module/kvm_intel/parameters/nested": {"return": "Y\n"},
    "file /sys/module/kvm_amd/parameters/nested": ENOENT,
    "file /proc/sys/vm/unprivileged_userfaultfd": {"return": "0\n"},
    "syscall io_uring_setup": {"return": True},
    "syscall userfaultfd": {"return": False},
    "node /dev/sev": {"return": {"exists": True, "readable": True, "writable": True}},
    "node /dev/none": ENOENT,
    "os-release": {"return": {"ID": "debian", "VERSION_ID": "12"}},
    "xl info": {"return": {"virt_caps": "pv hvm hap", "xen_caps": "xen-3.0-x86_64 ", "xen_major": "4"}},
    "libxl functions": {"return": ["libxl_ctx_alloc", "libxl_device_nic_add"]},
    "hypfs /buildinfo/config": {"return": "CONFIG_PV=y\n# CONFIG_PV32 is not set\nCONFIG_NR_CPUS=256\n"},
    "hypfs /params": {"return": ["ept"]},
    "xend source": {
        "return": {
            "operations": {"device_destroy": ["type", "dev"], "xend.domain.save": ["domid", "checkpoint?"]},
            "device-classes": ["vif", "vfb"],
        }
    },
    "libvirt functions": {"return": ["virDomainCreateXML"]},
    "libvirt schemas": {"return": ["domain/devices/disk"]},
}
# Whose kinds are tried here; those of any other are tried in its own tests.
HERE = {"qemu", "kvm", "xen", "xend", "xapi", "libvirt"}
# Conditions that hold on that host, and that do not; nobody could look at either where it said nothing.
HOLD = (
    *("command: stop", "command: [stop, mirror]", "event: STOP"),
    *(
        "qmp: mirror.sync",
        "qmp: mirror.sync=top",
        "qmp: mirror.speed?",
        "qmp: mirror.sync!",
        "qmp: query-sev().state",
    ),
    *("object: backend", "device: disk", "qom: tcg-accel", "property: disk.size"),
    *(
        "property-default: {property: disk.size, is: '512'}",
        "property-default: {property: disk.auto, is: ['true', x]}",
    ),
    *(
        "machine: pc",
        "machine: pc-8.2",
        "machine-property: pc.its",
        "cpu: host",
        "option: sandbox",
        "option: sandbox.spawn",
    ),
    *(
        "migration-capability: xbzrle",
        "tpm-model: tpm-tis",
        "tpm-backend: emulator",
        "accel: kvm",
        "accel: [tcg, hvf]",
    ),
    *("arch: x86_64", "arch: [aarch64, x86_64]", "release: '>=8.2'", "release: ['>=8.0', '<9.0']"),
    *("answers: query-sev", "returns: {query: query-sev, member: state}"),
    *(
        "returns: {query: query-sev, member: state, is: running}",
        "returns: {query: query-sev, member: enabled, is: 'true'}",
    ),
    *("module: block-rbd", "block-driver: rbd", "kernel: '>=5.12'"),
    "kvm: {cap: KVM_CAP_X, number: '129', at-least: '6'}",
    "kvm: {cap: KVM_CAP_X, number: '129', bits: '0x4'}",
    "kvm: {cap: KVM_CAP_X, number: '129', on: device}",
    "module-param: {module: kvm_intel, parameter: nested, is: [Y, '1']}",
    "sysctl: {name: vm.unprivileged_userfaultfd, is: '0'}",
    *(
        "device-node: /dev/sev",
        "syscall: io_uring_setup",
        "os-release: {ID: debian}",
        "os-release: {ID: [fedora, debian], VERSION_ID: '12'}",
    ),
    "xen-cap: xen-3.0-x86_64",
    *("virt-cap: hap", "libxl-function: libxl_device_nic_add", "xen-config: [CONFIG_PV, CONFIG_NR_CPUS]"),
    *("op: device_destroy", "op: {op: device_destroy, args: [type, dev]}", "device-class: [vif, vfb]"),
    *("op: {op: xend.domain.save, args: checkpoint}", "op: {op: device_destroy, args: dev, sends: [force]}"),
    *("libvirt-function: virDomainCreateXML", "libvirt-xml: domain/devices/disk"),
)
FAIL = (
    *("command: cont", "command: [stop, cont]", "event: RESUME", "command: STOP", "event: stop"),
    *(
        "qmp: mirror.size",
        "qmp: mirror.sync=full",
        "qmp: mirror.speed!",
        "qmp: mirror.sync?",
        "qmp: stop().x",
    ),
    *("object: other", "device: backend.x", "qom: hvf-accel", "property: disk.speed", "property: nic.mac"),
    *(
        "property-default: {property: disk.size, is: '4096'}",
        "property-default: {property: disk.speed, is: '1'}",
    ),
    *(
        "machine: virt",
        "machine-property: pc.gic",
        "machine-property: virt.its",
        "cpu: max",
        "option: smp",
        "option: sandbox.x",
    ),
    *("migration-capability: multifd", "tpm-model: tpm-crb", "tpm-backend: passthrough", "accel: xen"),
    *("arch: aarch64", "release: '>=9.0'", "release: ['>=8.0', '<8.2']"),
    *("answers: query-balloon", "answers: query-none", "returns: {query: query-sev, member: none}"),
    *(
        "returns: {query: query-sev, member: state.deep}",
        "returns: {query: query-sev, member: state, is: [off, idle]}",
    ),
    *(
        "returns: {query: query-balloon, member: actual}",
        "module: block-nfs",
        "block-driver: vmdk",
        "kernel: '>=6.2'",
    ),
    "kvm: {cap: KVM_CAP_X, number: '129', at-least: '7'}",
    "kvm: {cap: KVM_CAP_X, number: '129', bits: '5'}",
    "kvm: {cap: KVM_CAP_X, number: '130'}",
    "module-param: {module: kvm_intel, parameter: nested, is: N}",
    "module-param: {module: kvm_amd, parameter: nested, is: '1'}",
    "sysctl: {name: vm.unprivileged_userfaultfd, is: '1'}",
    "syscall: userfaultfd",
    *("device-node: /dev/none", "os-release: {ID: fedora}", "os-release: {ID: debian, VERSION_ID: '13'}"),
    "xen-cap: hvm-3.0-x86_64",
    *("virt-cap: vmtrace", "libxl-function: libxl_device_nic_del", "xen-config: CONFIG_PV32"),
    *("op: device_configure", "op: {op: device_destroy, args: [type, dev, force]}", "device-class: vkbd"),
    *("libvirt-function: virDomainBlockCopy", "libvirt-xml: domain/devices/vsock"),
)
NEVER = (
    *("hmp: migrate", "command-line: vnc", "libxl: LIBXL_HAVE_QXL", "libxl-type: libxl_device_nic.mac"),
    "xl-cfg: vcpus",
    *("sexpr: image/hvm/usbdevice", "xenapi: VIF.plug", "libvirt-constant: VIR_MIGRATE_TLS"),
)


def condition(text: str) -> Condition:
    """The condition; a KVM capability's number, which the ledger gives, may be written here."""
    if "number" not in text:
        return make_condition(f"{{{text}}}")
    terms = dict(
        word.split(": ")
        for word in text.removeprefix("kvm: {").removesuffix("}").replace("'", "").split(", ")
    )
    return Leaf(kind="kvm", terms=terms)


def view(answers: dict[str, Any], release: str | None = "8.2.0") -> View:
    return View(Facts(hypervisor="qemu", target="made", via="binary", answers=answers), release)


@pytest.mark.parametrize("text", HOLD)
def test_a_condition_holds(text: str) -> None:
    assert look(condition(text), view(SAID)) is True


@pytest.mark.parametrize("text", FAIL)
def test_a_condition_does_not_hold(text: str) -> None:
    assert look(condition(text), view(SAID)) is False


@pytest.mark.parametrize("text", [*HOLD, *FAIL, *NEVER])
def test_a_condition_is_unknown_on_a_host_that_was_asked_nothing(text: str) -> None:
    assert look(condition(text), view({}, None)) is None


@pytest.mark.parametrize("text", [*HOLD, *FAIL])
def test_a_condition_is_unknown_on_a_host_that_died(text: str) -> None:
    silent = {asked: {"unanswered": "died"} for asked in SAID}
    assert look(condition(text), view(silent, None)) is None


@pytest.mark.parametrize("text", NEVER)
def test_what_no_probe_can_see_is_unknown_whatever_was_said(text: str) -> None:
    leaf = condition(text)
    assert look(leaf, view(SAID)) is None
    assert not any(KINDS[one.kind].visible(view(SAID)) for one in leaves(leaf))


def test_a_boot_option_is_seen_where_it_can_be_changed_while_xen_runs() -> None:
    assert look(condition("xen-option: ept"), view(SAID)) is True
    assert look(condition("xen-option: dom0_mem"), view(SAID)) is None


@pytest.mark.parametrize(
    ("soname", "fits"), [("libxenlight.so.4.17", True), ("libxenlight.so.4.20", False), (None, None)]
)
def test_a_library_fits_the_hypervisor_of_its_own_release(soname: str | None, fits: bool | None) -> None:
    said: dict[str, Any] = {"xl info": {"return": {"xen_major": "4", "xen_minor": "17"}}}
    if soname:
        said["libxl library"] = {"return": {"soname": soname}}
    text = "libxl-library: of the hypervisor's release"
    assert look(condition(text), view(said)) is fits


@pytest.mark.parametrize("text", ["xen-option: ept", "op: device_destroy", "device-class: vif"])
def test_what_only_some_hosts_show_is_visible_there_alone(text: str) -> None:
    (leaf,) = leaves(condition(text))
    assert KINDS[leaf.kind].visible(view(SAID))
    assert not KINDS[leaf.kind].visible(view({}))


def test_without_a_host_it_counts_what_any_host_could_show() -> None:
    assert KINDS["op"].visible(None)
    assert KINDS["device-class"].visible(None)
    assert not KINDS["sexpr"].visible(None)


def test_every_kind_is_tried_here() -> None:
    def kinds_of(texts: Iterable[str]) -> set[str]:
        return {leaf.kind for text in texts for leaf in leaves(condition(text))}

    elsewhere = {"xen-option", "libxl-library", "libvirt-driver", "client-function", "domain-capability"}
    elsewhere |= {name for name, kind in KINDS.items() if kind.hypervisors and not {*kind.hypervisors} & HERE}
    assert kinds_of(HOLD) == kinds_of(FAIL) == set(KINDS) - kinds_of(NEVER) - elsewhere


@pytest.mark.parametrize("text", [*HOLD, *FAIL])
def test_a_condition_asks_for_what_it_is_looked_up_in(text: str) -> None:
    asked = set(questions(condition(text)))
    expanded = {name for name in asked if not name.startswith("properties ")}
    if any(name.startswith("properties @") for name in asked):
        expanded.add(MACHINE_PROPERTIES)
    if any(name.startswith("properties disk") for name in asked):
        expanded.add(PROPERTIES)
    expanded |= (
        {name for name in SAID if name.startswith("qom-list-types")} if "qom-list-types" in asked else set()
    )
    told = {name: SAID[name] for name in expanded & set(SAID)}
    assert look(condition(text), view(told)) == look(condition(text), view(SAID))


def test_an_old_host_without_introspection_is_asked_for_its_commands() -> None:
    assert set(questions(condition("command: stop"))) == {"query-qmp-schema", "query-commands"}
    old = view(
        {
            "query-qmp-schema": {"error": {"class": "CommandNotFound"}},
            "query-commands": {"return": [{"name": "stop"}]},
        }
    )
    assert look(condition("command: stop"), old) is True
    assert look(condition("command: cont"), old) is False
    assert look(condition("qmp: stop.x"), old) is None


def test_a_build_without_modules_misses_none() -> None:
    refused = {"modules": {"error": {"class": "NotModular", "desc": ""}}}
    assert look(condition("module: block-rbd"), view(refused)) is True
    assert look(condition("module: block-rbd"), view({"modules": {"error": {"class": "EACCES"}}})) is None


def test_a_snapshot_counts_as_the_release_it_leads_to() -> None:
    assert look(condition("release: '>=9.0'"), view({}, "8.2.50")) is True
    assert look(condition("release: '>=9.0'"), view({}, "8.2.1")) is False


@pytest.mark.parametrize("release", ["5.14.0-427.el9", "6.1.0-37-amd64", "6.12-rc3", "5.12.0+"])
def test_a_kernel_is_compared_by_its_base(release: str) -> None:
    told = {"uname": {"return": {"release": release}}}
    assert look(condition("kernel: '>=5.12'"), view(told)) is True


def test_a_kernel_release_that_cannot_be_read_is_unknown() -> None:
    assert look(condition("kernel: '>=5.12'"), view({"uname": {"return": {"release": "mine"}}})) is None


# all, any, not.

TRUE, FALSE, UNKNOWN = (condition(text) for text in ("command: stop", "command: cont", "hmp: migrate"))
LEAVES = {True: TRUE, False: FALSE, None: UNKNOWN}
VALUES = st.sampled_from([True, False, None])


@given(st.lists(VALUES, min_size=1, max_size=4), VALUES)
def test_joints_follow_three_valued_logic(values: list[bool | None], one: bool | None) -> None:
    parts = tuple(LEAVES[value] for value in values)
    both = look(Branch(joint="all", parts=parts), view(SAID))
    either = look(Branch(joint="any", parts=parts), view(SAID))
    assert both is (False if False in values else None if None in values else True)
    assert either is (True if True in values else None if None in values else False)
    assert look(Branch(joint="not", parts=(LEAVES[one],)), view(SAID)) is (None if one is None else not one)


def named(text: str, seen: View | None = None) -> list[str]:
    return [f"{one.kind} {one.name}" for one in footprint(condition(text), seen)]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("command: stop", ["qmp stop"]),
        ("qmp: [mirror.sync, mirror.speed]", ["qmp mirror.sync", "qmp mirror.speed"]),
        ("all: [{command: stop}, {device: disk}, {command: stop}]", ["qmp stop", "qom disk"]),
        ("command: stop, not: {command: cont}", ["qmp stop"]),
        ("not: {command: cont}", []),
        ("any: [{command: cont}, {command: stop}]", ["qmp cont"]),
        ("all: [{any: [{command: cont}, {command: stop}]}, {event: STOP}]", ["qmp cont", "qmp STOP"]),
        ("machine: pc", []),
        ("arch: x86_64, release: '>=8.2', module: block-rbd", []),
        ("property: disk.size", ["qom disk.size"]),
        ("property-default: {property: disk.size, is: '1'}", []),
        ("migration-capability: xbzrle", ["qmp migrate-set-capabilities.capabilities.capability=xbzrle"]),
        ("tpm-model: tpm-tis", ["qmp query-tpm-models()=tpm-tis"]),
        ("answers: query-sev", ["qmp query-sev"]),
        ("returns: {query: query-sev, member: state, is: running}", ["qmp query-sev().state"]),
        ("option: sandbox.spawn", ["option sandbox.spawn"]),
        ("hmp: migrate", ["hmp migrate"]),
        ("op: device_destroy", ["op device_destroy"]),
        ("op: {op: device_destroy, args: [type, dev]}", ["op device_destroy(dev,type)"]),
        ("op: {op: device_destroy, args: dev, sends: [type]}", ["op device_destroy(dev,type)"]),
    ],
)
def test_a_footprint_is_all_that_is_named_positively(text: str, elements: list[str]) -> None:
    assert named(text) == elements


def test_of_any_the_footprint_takes_the_branch_that_holds() -> None:
    text = "any: [{command: cont}, {all: [{command: stop}, {event: STOP}]}, {command: mirror}]"
    assert named(text, view(SAID)) == ["qmp stop", "qmp STOP"]
    assert [[one.name for one in found] for found in alternatives(condition(text))] == [
        ["cont"],
        ["stop", "STOP"],
        ["mirror"],
    ]


def test_what_is_missing_is_what_a_condition_fails_for() -> None:
    text = (
        "all: [{command: [stop, cont]}, {hmp: migrate}, {not: {command: mirror}}, {not: {cpu: max}},"
        " {any: [{cpu: host}, {cpu: max}]}, {any: [{machine: virt}, {arch: aarch64}]}]"
    )
    found = [str(leaf) for leaf in missing(condition(text), view(SAID))]
    assert found == ["command cont", "command mirror", "machine virt", "arch aarch64"]
    assert unseen(condition(text), view(SAID)) == ()
    elsewhere = condition("all: [{command: [stop, cont]}, {arch: aarch64}]")
    assert [str(leaf) for leaf in missing(elsewhere, view(SAID))] == ["arch aarch64"]


def test_one_of_several_words_will_do_and_each_argument_is_meant() -> None:
    assert str(condition("arch: [aarch64, x86_64]")) == "arch aarch64 or x86_64"
    assert str(condition("op: {op: migrate, args: [live, port]}")) == "op migrate, args live and port"


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ("command: cont", "build"),
        ("device-node: /dev/none", "host"),
        ("all: [{command: cont}, {device-node: /dev/none}]", "host"),
        ("all: [{command: cont}, {device-node: /dev/sev}]", "build"),
        ("any: [{command: cont}, {device-node: /dev/none}]", "build"),
        ("any: [{arch: aarch64}, {arch: x86_64, release: '>=10.1'}]", "host"),
        ("not: {device-node: /dev/sev}", "host"),
    ],
)
def test_another_build_helps_where_it_has_all_that_is_needed_or_one_of_what_would_do(
    text: str, lack: str
) -> None:
    assert look(condition(text), view(SAID)) is False
    assert lack_of(condition(text), view(SAID)) == lack


def test_what_is_unseen_is_what_nobody_can_tell_for() -> None:
    text = "all: [{command: stop}, {hmp: migrate}, {any: [{cpu: host}, {hmp: info block}]}]"
    assert [str(leaf) for leaf in unseen(condition(text), view(SAID))] == ["hmp migrate"]
    assert missing(condition(text), view(SAID)) == ()


@pytest.mark.parametrize(
    ("text", "hypervisor", "problem"),
    [
        ("command: stop", "qemu", None),
        ("command: stop", "xend", "condition 'command' cannot be asked of xend"),
        ("op: device_destroy", "qemu", "condition 'op' cannot be asked of qemu"),
        ("os-release: {ID: debian}", "xapi", None),
        ("kernel: '>=5.12'", "kvm", None),
        (
            "kernel: '5.12'",
            "kvm",
            "'5.12' is not a comparison: >= <= > < == != and a version are, such as >=8.2",
        ),
        (
            "release: '>=8'",
            "qemu",
            "'>=8' is not a comparison: >= <= > < == != and a version are, such as >=8.2",
        ),
        ("qmp: mirror sync", "qemu", "'mirror sync' is not an element: cannot read ' sync'"),
        ("property: disk", "qemu", "'disk' must be TYPE.PROPERTY"),
        ("machine-property: its", "qemu", "'its' must be TYPE.PROPERTY"),
        ("property-default: {property: disk, is: x}", "qemu", "'disk' must be TYPE.PROPERTY"),
        (
            "kvm: {cap: KVM_CAP_X, number: '1', bits: '0x'}",
            "kvm",
            "'bits' of 'kvm' is '0x'; allowed is a number such as 4 or 0x10",
        ),
        (
            "kvm: {cap: KVM_CAP_X, number: '1', at-least: many}",
            "kvm",
            "'at-least' of 'kvm' is 'many'; allowed is a number such as 4 or 0x10",
        ),
    ],
)
def test_what_is_wrong_with_a_leaf_is_said(text: str, hypervisor: str, problem: str | None) -> None:
    (leaf,) = leaves(condition(text))
    assert problem_of(leaf, hypervisor) == problem
