"""What a driver of today's Xen is told: which call on which release, and what the host itself must show."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import virtgate
from virtgate.ask.answering import judge
from virtgate.conditions import View, look
from virtgate.decide import Policy
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording
from virtgate.hypervisors.xen.conditions import TOLD_SINCE
from virtgate.model import Leaf, leaves
from virtgate.upstream.ledger import Ledger

MATRIX = Path(__file__).parents[1] / "matrix" / "xen"


@pytest.mark.parametrize(
    ("capability", "paths"),
    [
        (
            "lifecycle.restore",
            {
                "4.0": None,
                "4.1": "domain-create-restore-4.1",
                "4.2": "domain-create-restore",
                "4.3": "domain-create-restore",
                "4.4": "domain-create-restore-params",
                "4.6": "domain-create-restore-params",
                "4.7": "domain-create-restore-send-back-fd",
                "4.22": "domain-create-restore-send-back-fd",
            },
        ),
        ("lifecycle.pause", {"4.0": "domain-pause", "4.12": "domain-pause", "4.13": "domain-pause-async"}),
        ("net.hot-unplug", {"4.1": "device-nic-del", "4.2": "device-nic-remove"}),
        (
            "cpu.pin",
            {"4.1": "set-vcpuaffinity-4.1", "4.4": "set-vcpuaffinity", "4.5": "set-vcpuaffinity-hard-soft"},
        ),
        ("memory.balloon", {"4.7": "set-memory-target", "4.8": "set-memory-target-64-bit"}),
        ("accel.pvh", {"4.3": None, "4.6": "createinfo-pvh", "4.9": "device-model-none"}),
        ("accel.pvh", {"4.10": "domain-type-pvh"}),
        ("host.paging.shadow", {"3.0": "shadow-always", "4.6": "shadow-always", "4.7": "shadow-paging"}),
    ],
)
def test_a_call_that_changed_is_one_path_for_each_of_its_forms(
    capability: str, paths: dict[str, str | None]
) -> None:
    assert {version: virtgate.release("xen", version).path(capability) for version in paths} == paths


def test_a_path_that_ended_says_so_and_by_which_commit() -> None:
    told = virtgate.release("xen", "4.17").explain("lifecycle.restore")
    assert "upstream removed this way (domain-create-restore) in 4.4.0" in told
    assert "releases  4.2.0..4.3\n" in told
    assert "xen@7051d5c872e3" in told


def view(release: str | None, **printed: str) -> View:
    answers = {"xl info": {"return": printed}}
    return View(Facts(hypervisor="xen", target="made", via="xen", answers=answers), release)


@pytest.mark.parametrize(
    ("release", "words", "seen"),
    [
        ("4.17.5", "pv hvm hap", False),
        ("4.17.5", "pv hvm hap shadow", True),
        ("4.12.4", "pv hvm", None),
        ("4.13.0", "pv hvm", False),
        (None, "hvm", False),
        ("unknown", "hvm", None),
    ],
)
def test_an_older_listing_says_nothing_of_words_it_never_had(
    release: str | None, words: str, seen: bool | None
) -> None:
    leaf = Leaf(kind="virt-cap", terms={"name": "shadow"})
    assert look(leaf, view(release, virt_caps=words)) is seen


def test_what_is_known_of_old_listings_is_what_the_ledger_has() -> None:
    ledger = Ledger.read(MATRIX / "ledger" / "virt-cap.txt")
    firsts = {atom.name: str(atom.parsed_ranges.first) for atom in ledger}
    always = {"hvm", "hvm_directio"}
    assert {name: first for name, first in firsts.items() if name not in always} == TOLD_SINCE


def test_a_guest_interface_is_seen_in_xen_caps() -> None:
    caps = "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_64 "
    names = ("hvm-3.0-x86_64", "xen-3.0-x86_32p")
    leaves = [Leaf(kind="xen-cap", terms={"name": name}) for name in names]
    assert [look(leaf, view("4.17.5", xen_caps=caps)) for leaf in leaves] == [True, False]
    assert [look(leaf, view("4.17.5")) for leaf in leaves] == [None, None]


def test_every_macro_that_no_path_names_is_one_that_no_driver_asks_for() -> None:
    """By a function that a host shows, or no more than a detail of the C interface."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(MATRIX.glob("*.yaml")))
    named = set(re.findall(r"LIBXL_HAVE_\w+", text))
    macros = {atom.name for atom in Ledger.read(MATRIX / "ledger" / "libxl.txt") if atom.type == "macro"}
    assert named <= macros
    assert macros - named == {f"LIBXL_HAVE_{name}" for name in (*BY_FUNCTION, *OF_THE_BUILD, *OF_C)}


# The function that the macro announces is the path's condition.
BY_FUNCTION = (
    *("AO_ABORT", "BUILDINFO_ARCH_ARM_SCI", "BUILDINFO_ARCH_ARM_TEE", "BUILDINFO_ARM_GIC_VERSION"),
    *("BUILDINFO_ARM_VUART", "BUILDINFO_HVM_MS_VM_GENID", "BUILDINFO_HVM_SMBIOS"),
    *("BUILDINFO_HVM_VENDOR_DEVICE", "BUILDINFO_HVM_VIRIDIAN_ENABLE_DISABLE", "CHECKPOINTED_STREAM"),
    *("CONSOLE_ADD_XENSTORE", "CPUPOOL_ADD_REM_CPUMAP", "CREATEINFO_PASSTHROUGH", "DEVICETREE_PASSTHROUGH"),
    *("DEVICE_CHANNEL", "DEVICE_DISK_SPECIFICATION", "DISK_SAFE_REMOVE", "DOMAIN_CREATE_RESTORE_PARAMS"),
    *("DOMAIN_NEED_MEMORY_CONFIG", "DOMAIN_NODEAFFINITY", "DOMAIN_SUSPEND_ONLY", "DT_OVERLAY"),
    *("DT_OVERLAY_DOMAIN", "EXTENDED_VKB", "FN_USING_QMP_ASYNC", "GFX_PASSTHRU_KIND", "HVM_HDTYPE"),
    *("MEMKB_64BITS", "P9_ADD", "PCITOPOLOGY", "PSR_CAT", "PSR_CMT", "PSR_GENERIC", "PSR_MBM", "PVCALLS"),
    *("PVUSB", "QEMU_MONITOR_COMMAND", "RETRIEVE_DOMAIN_CONFIGURATION", "SCHED_CREDIT2_PARAMS"),
    *("SET_PARAMETERS", "SET_VCPUAFFINITY_FORCE", "SIGCHLD_SHARING", "SOCKET_BITMAP", "SOFT_RESET"),
    *("USERDATA_UNLINK", "VCPU_SCHED_PARAMS", "VNUMA", "XENSTORE_QUOTA", "XEN_9PFS"),
)
# Whether the hypervisor was built with the scheduler is what a driver needs to know.
OF_THE_BUILD = ("SCHED_NULL", "SCHED_RTDS")
OF_C = (
    *("BITMAP_AND_OR", "BUILDINFO_BOOTLOADER_ARGS", "BYTEARRAY_UUID", "CONST_COPY_AND_LENGTH_FUNCTIONS"),
    *("CPUPOOL_QUALIFIER_TO_CPUPOOLID", "DEVICE_PCI_ASSIGNABLE_LIST_FREE", "DEVICE_PCI_LIST_FREE"),
    *("DOMAIN_NEED_MEMORY_CONST_B_INFO", "NONCONST_EVENT_OCCURS_EVENT_ARG"),
    *("NONCONST_LIBXL_BASENAME_RETURN_VALUE", "SRM_V1", "UUID_COPY_CTX_PARAM", "VGA_INTERFACE_TYPE_UNKNOWN"),
)


HOSTS = sorted((Path(__file__).parent / "hosts").glob("xen-*/host.json.xz"))
LIBXL = {"libxl", "libxl-type", "libxl-function"}


def decided(facts: Facts) -> dict[str, str]:
    """The path that each enabled capability has, of those that go through libxl."""
    judged = judge(facts, Policy(), data=str(MATRIX.parents[1]))
    found = {}
    for name, decision in judged.decisions.items():
        for one in decision.paths:
            if one.state == "enabled" and any(leaf.kind in LIBXL for leaf in leaves(one.path.when)):
                found[name] = one.path.name
    return found


@pytest.mark.parametrize("library", ["4.14", "4.17", "4.20", "4.21"])
@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.parent.name)
def test_a_libxl_of_another_release_than_the_hypervisor_gets_no_path_of_libxl(
    host: Path, library: str
) -> None:
    recorded = read_recording(str(host))
    whose = next(one for one in HOSTS if one.parent.name.startswith("xen-4.20"))
    newest = read_recording(str(whose)).answers["libxl functions"]
    named = {"return": {"soname": f"libxenlight.so.{library}", "version": f"{library}.0"}}
    answers = {**recorded.answers, "libxl library": named}
    if f"xen-{library}." in str(host):
        assert decided(replace(recorded, answers=answers)) == decided(recorded) != {}
        return
    assert decided(replace(recorded, answers=answers)) == {}
    assert decided(replace(recorded, answers={**answers, "libxl functions": newest})) == {}


@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.parent.name)
def test_a_libxl_of_which_nobody_knows_the_release_gets_none_either(host: Path) -> None:
    recorded = read_recording(str(host))
    answers = {asked: told for asked, told in recorded.answers.items() if asked != "libxl library"}
    assert decided(replace(recorded, answers=answers)) == {}
