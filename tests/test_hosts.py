"""Recorded hosts get the verdicts beside them, and keep what must hold on every host.

Each folder of `tests/hosts` is found: `host.json.xz` and `verdicts.txt`, one line a capability that the
hypervisor has paths for, `id state reason path present`. `VIRTGATE_UPDATE=1` writes what is decided now.
"""

from __future__ import annotations

import lzma
import os
import re
from functools import cache
from pathlib import Path

import pytest

import virtgate
from virtgate.ask.opened import open_catalog
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording

HOSTS = Path(__file__).parent / "hosts"
NAMES = sorted(folder.name for folder in HOSTS.iterdir() if folder.is_dir())
QEMUS = [name for name in NAMES if name.startswith("qemu-")]
NAME = re.compile(
    r"(?P<hypervisor>[a-z_]+)-(?P<version>\d+\.\d+\.\d+)_(?P<arch>[a-z0-9_]+?)(?:\+[a-z0-9+-]+)?"
)
# What only one target architecture can do; newer builds list its commands for every target.
OF_ONE_TARGET = {
    "cpu.model.baseline": {"s390x"},
    "cpu.model.compare": {"s390x"},
    "cpu.polarization": {"s390x"},
    "cpu.topology.books": {"s390x"},
    "devices.ccw": {"s390x"},
    "lifecycle.dump.storage-keys": {"s390x"},
    "devices.iommu.arm": {"aarch64"},
    "machine.arm.gic-version": {"aarch64"},
    "devices.pci.spapr-host": {"ppc64"},
    "confidential.sev": {"x86_64"},
    "confidential.sgx": {"x86_64"},
    "devices.iommu.intel": {"i386", "x86_64"},
    "firmware.smm": {"i386", "x86_64"},
    "machine.clock.drop-backlog": {"i386", "x86_64"},
}
# Privacy, and the promise that a recording is judged alike everywhere.
PLACES_OF_A_MACHINE = re.compile(rb"/(?:home|root|work|tmp|mnt|srv|opt)/|\"target\": \"[^\"]*/")
MOST_BYTES = 120_000
DECIDED_UNSEEN = {"release", "declared-backport", "deprecated"}


@cache
def gates_of(name: str) -> virtgate.Gates:
    return virtgate.load(str(HOSTS / name / "host.json.xz"))


@cache
def facts_of(name: str) -> Facts:
    return read_recording(str(HOSTS / name / "host.json.xz"))


def verdicts_of(name: str) -> list[virtgate.Verdict]:
    """The verdicts on what the recorded hypervisor has a path for."""
    gates = gates_of(name)
    verdicts = (gates.verdict(one) for one in sorted(gates))
    return [one for one in verdicts if one.paths]


def spell(present: bool | None) -> str:
    return "null" if present is None else str(present).lower()


def ids_that(name: str, *reasons: str) -> list[str]:
    return [f"{one.id} {one.reason}" for one in verdicts_of(name) if one.reason in reasons]


def arch_of(name: str) -> str:
    named = NAME.fullmatch(name)
    assert named is not None
    return named["arch"]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_host_gets_the_verdicts_beside_it(name: str) -> None:
    file = HOSTS / name / "verdicts.txt"
    lines = [
        f"{one.id} {one.state} {one.reason} {one.path or '-'} {spell(one.present)}"
        for one in verdicts_of(name)
    ]
    if os.environ.get("VIRTGATE_UPDATE"):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert lines == file.read_text(encoding="utf-8").splitlines(), "VIRTGATE_UPDATE=1 writes them anew"


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_called_by_what_its_host_says(name: str) -> None:
    facts, named = facts_of(name), NAME.fullmatch(name)
    assert named is not None
    assert named["hypervisor"] == facts.hypervisor
    if facts.hypervisor == "qemu":
        version = facts.returned("query-version")["qemu"]
        assert named["version"] == "{major}.{minor}.{micro}".format(**version)
        assert named["arch"] == facts.returned("query-target")["arch"]
    elif facts.hypervisor == "xen":
        assert named["version"] == facts.returned("xl info")["xen_version"].partition("-")[0]
        assert named["arch"] == facts.returned("uname")["machine"]
    elif facts.hypervisor == "kvm":
        uname = facts.returned("uname")
        assert uname["release"].startswith(named["version"])
        assert named["arch"] == uname["machine"]
    else:
        host = gates_of(name).host
        assert (named["version"], named["arch"]) == (host["version"], host["arch"])


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_small_and_names_no_place_of_its_machine(name: str) -> None:
    content = (HOSTS / name / "host.json.xz").read_bytes()
    assert len(content) < MOST_BYTES
    assert PLACES_OF_A_MACHINE.findall(lzma.decompress(content)) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_enabled_without_what_it_needs(name: str) -> None:
    gates, catalog = gates_of(name), open_catalog(None)
    lacking = [
        f"{one.id} needs {need}"
        for one in verdicts_of(name)
        for need in catalog.capabilities[one.id].needs
        if one.state == "enabled" and not gates.enabled(need)
    ]
    assert lacking == []


@pytest.mark.parametrize("name", NAMES)
def test_presence_and_verdict_agree(name: str) -> None:
    for one in verdicts_of(name):
        seen = {path.present for path in one.paths}
        assert one.present is (True if True in seen else None if None in seen else False), one.id
        assert (one.path is None) is (one.state != "enabled"), one.id
        for path in one.paths:
            if path.state == "enabled":
                assert path.present or path.reason in DECIDED_UNSEEN, f"{one.id} {path.name}"
            if path.reason in {"fork-only", "divergent", "backport", "upstream", "deprecated", "unstable"}:
                assert path.present is not False, f"{one.id} {path.name}"
            if path.reason == "not-built":  # what shows it may be how the build was configured alone
                found = {seen.rpartition(": ")[2] for seen in path.seen.split("; ")}
                assert path.present is not None or "no" in found, f"{one.id} {path.name}"


@pytest.mark.parametrize("name", [name for name in NAMES if "+debian" in name])
def test_debian_adds_nothing_of_its_own(name: str) -> None:
    assert ids_that(name, "fork-only", "divergent", "other-product", "unledgered") == []


@pytest.mark.parametrize("name", [name for name in QEMUS if name.startswith("qemu-11.")])
def test_beyond_the_ledger_nobody_is_accused(name: str) -> None:
    gates = virtgate.load(str(HOSTS / name / "host.json.xz"), as_of="2026-01-31")
    reasons = {gates.verdict(one).reason for one in gates}
    assert "newer-than-ledger" in reasons
    assert reasons.isdisjoint({"fork-only", "divergent", "not-built", "unledgered", "backport"})


@pytest.mark.parametrize("name", QEMUS)
def test_the_ledger_reaches_what_distributions_ship(name: str) -> None:
    assert ids_that(name, "newer-than-ledger") == []


@pytest.mark.parametrize(
    ("release", "path"), [("4.14.6", "shadow-paging"), ("4.17.7", None), ("4.20.5", None)]
)
def test_how_a_xen_was_built_decides_and_not_its_release(release: str, path: str | None) -> None:
    verdict = gates_of(f"xen-{release}_x86_64+debian").verdict("host.paging.shadow")
    assert verdict.path == path
    built = next(one for one in verdict.paths if one.name == "shadow-paging")
    assert built.reason == ("upstream" if path else "not-built")
    assert "CONFIG_SHADOW_PAGING" in built.seen


@pytest.mark.parametrize("name", QEMUS)
def test_a_block_driver_is_enabled_where_its_package_is_there(name: str) -> None:
    gates = gates_of(name)
    modules = facts_of(name).returned("modules")
    if "block-rbd" in (modules or ()):
        assert gates.enabled("block.rbd")
        return
    assert not gates.enabled("block.rbd")
    if modules is not None:
        assert gates.verdict("block.rbd").reason == "not-built"
        assert "install qemu-block-extra" in gates.explain("block.rbd")


@pytest.mark.parametrize("name", QEMUS)
def test_what_another_target_has_is_not_enabled(name: str) -> None:
    gates, arch = gates_of(name), arch_of(name)
    wrong = [one for one, archs in OF_ONE_TARGET.items() if arch not in archs and gates.enabled(one)]
    assert wrong == []


@pytest.mark.parametrize("name", QEMUS)
def test_the_accelerator_is_the_one_that_worked(name: str) -> None:
    gates = gates_of(name)
    assert gates.enabled("accel.hardware") is ("+kvm" in name)
    if "+guest" not in name:  # a guest is not asked for its types
        assert gates.enabled("accel.emulation")
