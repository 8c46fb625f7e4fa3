"""Whether a guest may move: what is answered of recorded hosts, of releases, and of a QEMU that does it."""

from __future__ import annotations

import json
import lzma
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from move_trial import try_move
from virtgate.ask.opened import open_catalog
from virtgate.driver.errors import UsageError
from virtgate.hypervisors.qemu.moving import MOVER
from virtgate.hypervisors.qemu.moving.guest_words import read_guest
from virtgate.migrate.answer import Answer, answer_move, judge_move, open_ends

HOSTS = Path(__file__).parent / "hosts"


def recording(name: str) -> str:
    """A recorded host of Debian's."""
    return str(HOSTS / name / "host.json.xz")


OLD = recording("qemu-7.2.22_x86_64+debian")
NEW = recording("qemu-10.0.13_x86_64+debian")
NEWEST = recording("qemu-11.1.3_x86_64+debian")
ARM = recording("qemu-10.0.13_aarch64+debian")
KVM = recording("qemu-10.0.13_x86_64+debian+kvm")
QEMU = "qemu-system-x86_64"


def answer(source: str, destination: str, guest: str | None = None, *capabilities: str) -> Answer:
    return answer_move(source, destination, guest, capabilities)


def of(found: Answer, about: str) -> tuple[str, str]:
    """The state and the sentence of the first reason about something."""
    order = {"no": 0, "unknown": 1, "yes": 2}
    one = min((one for one in found.points if one.about == about), key=lambda one: order[one.state])
    return one.state, one.sentence


@pytest.mark.parametrize(
    ("source", "destination", "machine", "state"),
    [
        (OLD, NEW, "pc-q35-7.2", "yes"),
        (OLD, NEW, "pc-i440fx-2.3", "no"),
        (NEW, OLD, "pc-q35-7.2", "yes"),
        (NEW, OLD, "pc-q35-8.0", "no"),
        (NEW, OLD, "q35", "no"),
        (OLD, NEW, "q35", "yes"),
        (NEW, NEWEST, "pc-i440fx-5.1", "no"),
        (OLD, NEW, "microvm", "unknown"),
        ("qemu=7.2", "qemu=10.0", "pc-i440fx-2.3", "no"),
        ("qemu=8.2", "qemu=7.2", "q35", "no"),
        ("qemu=7.2", "qemu=8.2", "q35", "yes"),
    ],
)
def test_a_machine_type_must_be_on_both_ends(source: str, destination: str, machine: str, state: str) -> None:
    assert of(answer(source, destination, f"{QEMU} -machine {machine}"), "machine")[0] == state


def test_an_alias_is_the_type_that_the_source_makes_of_it() -> None:
    found = answer(OLD, NEW, f"{QEMU} -M q35,accel=tcg")
    assert found.settings("destination") == ("-machine pc-q35-7.2",)


def test_a_refused_machine_type_comes_with_the_newest_that_both_have() -> None:
    found = answer(NEW, OLD, f"{QEMU} -machine pc-q35-10.0")
    assert found.settings("source") == found.settings("destination") == ("-machine pc-q35-7.2",)


@pytest.mark.parametrize(
    ("source", "destination", "cpu", "state"),
    [
        (OLD, NEW, "Nehalem", "yes"),
        (OLD, NEW, "Nehalem,enforce", "yes"),
        (NEW, OLD, "GraniteRapids", "no"),
        (OLD, NEW, "Skylake-Server,enforce", "no"),
        (NEW, OLD, "EPYC", "no"),
        (NEW, OLD, "max", "unknown"),
        (KVM, NEW, "host", "no"),
        ("qemu=7.2", NEW, "Nehalem", "unknown"),
    ],
)
def test_a_cpu_model_must_give_at_the_destination_what_it_gives_at_the_source(
    source: str, destination: str, cpu: str, state: str
) -> None:
    assert of(answer(source, destination, f"{QEMU} -machine pc-q35-7.2 -cpu {cpu}"), "cpu")[0] == state


@pytest.mark.parametrize(
    ("source", "destination", "name", "ends"),
    [
        (OLD, NEW, "multifd", ("source", "destination")),
        (OLD, NEW, "xbzrle", ("source",)),
        (OLD, NEW, "late-block-activate", ("destination",)),
        (OLD, NEW, "compress", ()),
        (NEW, OLD, "switchover-ack", ()),
        (OLD, NEWEST, "zero-blocks", ("source",)),
        (NEWEST, OLD, "zero-blocks", ()),
        ("qemu=7.2", "qemu=9.0", "compress", ("source", "destination")),
        ("qemu=7.2", "qemu=9.0", "block", ("source",)),
        ("qemu=7.2", "qemu=9.1", "block", ()),
    ],
)
def test_a_capability_of_the_migration_is_switched_on_where_the_wire_needs_it(
    source: str, destination: str, name: str, ends: tuple[str, ...]
) -> None:
    found = answer(source, destination, None, name)
    point = next(one for one in found.points if one.about == "capability")
    assert (point.state, tuple(point.settings)) == ("yes" if ends else "no", ends)


def test_a_capability_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"no migration capability 'multifb'.*multifd"):
        answer(OLD, NEW, None, "multifb")


@pytest.mark.parametrize(
    ("words", "about", "says"),
    [
        ("-device frobnicator", "device", "the source (7.2.22) has no frobnicator"),
        ("-device virtio-net-pci,host_uso=off", "property", "the source (7.2.22) has no property"),
        ("-netdev stream,id=n", "netdev", ""),
        ("-netdev passt,id=n", "netdev", "the source (7.2.22) has no netdev passt"),
        ("-blockdev driver=gluster,node-name=n", "blockdev", "has no blockdev gluster"),
    ],
)
def test_what_a_guest_is_started_with_must_start_on_both(words: str, about: str, says: str) -> None:
    found = answer(OLD, NEWEST, f"{QEMU} -machine pc-q35-7.2 {words}")
    told = [one.sentence for one in found.points if one.about == about and one.state == "no"]
    assert any(says in one for one in told) if says else not told


@pytest.mark.parametrize(
    "words",
    ["-netdev ,,", "-device [1]", "-device '{'", "-blockdev =", "-cpu ,", "-M", "-device a.b[c,x[=1", "--"],
)
def test_a_guest_that_makes_no_sense_is_no_yes(words: str) -> None:
    try:
        assert answer(OLD, "qemu=10.0", f"{QEMU} -machine frobnix {words}").state != "yes"
    except UsageError as error:
        assert str(error)


def test_guests_of_another_architecture_or_accelerator_do_not_move() -> None:
    assert of(answer(NEW, ARM, f"{QEMU} -machine none"), "architecture")[0] == "no"
    assert of(answer(NEW, KVM, f"{QEMU} -machine pc-q35-7.2"), "accelerator")[0] == "no"


DOMAIN = """<domain type='qemu'><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
<cpu mode='custom' check='full'><model>Nehalem</model><feature name='aes' policy='disable'/></cpu>
<devices><interface type='user'><model type='virtio'/><driver><host tso4='off'/></driver></interface>
<disk device='disk'><driver name='qemu' type='qcow2'/><target dev='vda' bus='virtio'/></disk>
<hostdev type='pci'/></devices></domain>"""


def test_a_domain_of_libvirts_is_read_as_its_command_line_would_be() -> None:
    parts = {(part.kind, part.name) for part in MOVER.read_guest(DOMAIN).parts}
    assert parts == {
        *{("machine", "pc-q35-7.2"), ("accel", "tcg"), ("cpu", "Nehalem"), ("device", "virtio-net-pci")},
        *{("netdev", "user"), ("device", "virtio-blk-pci"), ("blockdev", "qcow2"), ("device", "vfio-pci")},
    }
    assert answer(OLD, NEW, DOMAIN.replace("<hostdev type='pci'/>", "")).state == "yes"


@pytest.mark.parametrize(
    "text",
    ["", "no options", "<domain", "<network/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><domain/>", "q -device '"],
)
def test_what_is_no_guest_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        answer(OLD, NEW, text)


def test_a_command_line_longer_than_any_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="more than 262144 characters"):
        read_guest("[" * 1_000_000)


def test_what_a_host_was_not_asked_makes_no_yes(tmp_path: Path) -> None:
    """Without its lists of machines and models nothing of a guest's is known to be there."""
    document = json.loads(lzma.decompress(Path(OLD).read_bytes()))
    for asked in ("machines", "cpu-definitions", "migrate-capabilities", "qmp-schema"):
        document["answers"].pop(f"query-{asked}")
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(document), encoding="utf-8")
    found = answer(NEW, str(bare), f"{QEMU} -machine pc-q35-7.2 -cpu Nehalem", "multifd")
    states = {one.about: one.state for one in found.points}
    assert states == {"machine": "unknown", "cpu": "unknown", "capability": "unknown"}


real = pytest.mark.skipif(
    shutil.which(QEMU) is None and "VIRTGATE_REQUIRE_REAL" not in os.environ, reason="no QEMU here"
)
BASE = ("-machine", "pc-i440fx-6.2")


@real
@pytest.mark.parametrize(
    ("words", "capabilities"),
    [
        (BASE, ("multifd", "xbzrle")),
        (("-machine", "q35", "-cpu", "Nehalem,enforce"), ("postcopy-ram",)),
        ((*BASE, "-cpu", "EPYC,enforce"), ()),
        ((*BASE, "-device", "nvme,serial=1"), ()),
        ((*BASE, "-device", "usb-ehci", "-device", "usb-mtp,rootdir=/tmp"), ()),
    ],
)
def test_qemu_itself_does_what_is_answered(words: Sequence[str], capabilities: Sequence[str]) -> None:
    """A guest is started, moved, and seen to run where it came to; `tests/move_trial.py` tries more."""
    program = str(shutil.which(QEMU))
    guest = MOVER.read_guest(" ".join((QEMU, *words)))
    ends = open_ends(open_catalog(None), program, program, guest, "tcg")
    found = judge_move(open_catalog(None), ends, guest, capabilities)
    done = try_move((program, program), words, found)
    assert bool(done) is (found.state == "yes"), (done, found.points)


def breakages(found: Answer) -> dict[str, str]:
    return {one.name: one.state for one in found.points if one.about == "breakage"}


PCIE = "-machine pc-q35-7.2 -device pcie-root-port,id=p"


@pytest.mark.parametrize(
    ("source", "destination", "words", "expected"),
    [
        ("qemu=8.0.0", "qemu=7.2", PCIE, {"pcie-error-mask": "no"}),
        ("qemu=8.0.1", "qemu=7.2", PCIE, {}),
        ("qemu=7.2", "qemu=8.0.0", PCIE, {}),
        ("qemu=8.0.0", "qemu=7.2", "-machine pc-i440fx-7.2 -device e1000", {}),
        (OLD, OLD, "-machine pc-q35-7.2 -device nvme", {"unmovable-nvme": "no"}),
        ("qemu=9.1", "qemu=10.1", "-M pc-q35-9.1,accel=kvm -cpu Nehalem,pdcm=off,arch-capabilities=off", {}),
        (
            "qemu=9.1",
            "qemu=10.1",
            "-M pc-q35-9.1,accel=kvm -cpu Nehalem,-pdcm",
            {"arch-capabilities": "unknown"},
        ),
        ("qemu=9.1", "qemu=10.1", "-M pc-q35-9.1,accel=tcg -cpu Nehalem", {}),
    ],
)
def test_a_known_breakage_is_told_of_the_ends_and_guests_that_it_is_of(
    source: str, destination: str, words: str, expected: dict[str, str]
) -> None:
    assert breakages(answer(source, destination, f"{QEMU} {words}")) == expected


def rhel(folder: Path, package: str, kernel: str) -> str:
    """A host with a package of RHEL 9's, made of a recorded one."""
    document = json.loads(lzma.decompress(Path(NEW).read_bytes()))
    numbers = dict(
        zip(("major", "minor", "micro"), map(int, package.partition("-")[0].split(".")), strict=True)
    )
    version = {"qemu": numbers, "package": f"qemu-kvm-{package}"}
    document["answers"]["query-version"] = {"return": version}
    document["answers"]["uname"]["return"]["release"] = kernel
    rows = document["answers"]["query-machines"]["return"]
    rows.append({**rows[0], "name": "pc-q35-rhel9.6.0"})
    made = folder / f"{package}.json"
    made.write_text(json.dumps(document), encoding="utf-8")
    return str(made)


def test_what_broke_kubevirts_guests_between_9_1_and_10_1_is_told(tmp_path: Path) -> None:
    before = rhel(tmp_path, "9.1.0-15.el9", "6.8.0-1")
    after = rhel(tmp_path, "10.1.0-5.el9", "6.8.0-1")
    guest = f"{QEMU} -machine pc-q35-rhel9.6.0 -device virtio-net-pci"
    found = answer(before, after, guest)
    assert breakages(found)["virtio-net-uso-rhel"] == "unknown"
    assert "virtio-net-*.host_uso=on" in found.settings("destination")
    cured = f"{guest},host_uso=on,guest_uso4=on,guest_uso6=on"
    assert "virtio-net-uso-rhel" not in breakages(answer(before, after, cured))
    assert "virtio-net-uso-rhel" not in breakages(answer(before, before, guest))
    older = rhel(tmp_path, "9.1.0-14.el9", "5.14.0-503.el9")
    assert "virtio-net-uso-rhel" not in breakages(answer(older, after, guest))
