"""`floor`: what a minimum release makes certain, what it makes dead, and how low it can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from virtgate.ask.answering import answer_recording
from virtgate.ask.opened import open_catalog, open_history
from virtgate.cli import main
from virtgate.data import Catalog
from virtgate.driver.gates import Gates
from virtgate.driver.policy import Policy
from virtgate.floor.minimum import Always, Dead, Floor, find_first_release, find_floor, find_lowest
from virtgate.model import Path as DataPath
from virtgate.versions import parse_release

HOSTS = sorted((Path(__file__).parent / "hosts").glob("qemu-*/host.json.xz"))
# The first libvirt whose minimum is QEMU 6.2 is 11.2; its next edition in the data is this one.
EDITION = "11.3.0"
# Names that libvirt gave up with its older QEMUs, and that a floor of 6.2 leaves as they are.
LEFT = {
    # It does not work in 7.2.0.
    "drive-detect-zeroes",
    # In 6.2 to 8.2, gone since 9.0: neither always on nor dead. The machine property (machine.hpet), which is
    # always on, has taken its place.
    "no-hpet",
}


@pytest.fixture(scope="module")
def floor() -> Floor:
    return find_floor("qemu", "6.2")


@pytest.fixture(scope="module")
def always(floor: Floor) -> dict[str, Always]:
    return {one.capability: one for one in floor.always}


@pytest.fixture(scope="module")
def dead(floor: Floor) -> dict[tuple[str, str], Dead]:
    return {(one.capability, one.path): one for one in floor.dead}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(None)


def document(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    assert main([*words, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def first_release(catalog: Catalog, hypervisor: str, text: str) -> str:
    return find_first_release(catalog, open_history(catalog, hypervisor), hypervisor, text)


def test_a_branch_is_its_first_release(catalog: Catalog, floor: Floor) -> None:
    assert floor.release == "6.2.0"
    assert floor.releases[0] == "6.2.0"
    assert first_release(catalog, "qemu", "2.5") == "2.5.0"
    assert first_release(catalog, "xapi", "creedence") == "creedence"


def test_what_is_always_on_every_later_release_enables(capsys: pytest.CaptureFixture[str]) -> None:
    told = document(capsys, "floor", "qemu=6.2")
    names = {one["id"] for one in told["always"]}
    for release in ("6.2.0", "8.1.0", "10.2.0"):
        gates = document(capsys, "gates", "--release", f"qemu={release}")["gates"]
        enabled = {one["id"] for one in gates if one["state"] == "enabled"}
        assert names <= enabled
        assert {one["id"] for one in told["later"]}.isdisjoint(names)


@pytest.mark.no_cover
@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.parent.name)
def test_what_is_certain_no_recorded_host_lacks(path: Path, always: dict[str, Always]) -> None:
    gates = Gates(answer_recording(str(path), Policy()), Policy())
    if parse_release(str(gates.host["release"])) < parse_release("6.2"):
        assert any(gates.verdict(name).state == "disabled" for name in always)
        return
    certain = [name for name, one in always.items() if one.is_certain]
    assert len(certain) > 100
    assert [name for name in certain if gates.verdict(name).state == "disabled"] == []
    lacking = {gates.verdict(name).reason for name in always if gates.verdict(name).state == "disabled"}
    assert lacking <= {"not-built", "host-lacks", "needs"}


def test_libvirts_own_removals_are_named(
    catalog: Catalog, always: dict[str, Always], dead: dict[tuple[str, str], Dead]
) -> None:
    """Each name that libvirt gave up as its minimum rose to 6.2 is of a path that is always on, or dead."""
    editions = {one.release: one for one in catalog.vocabularies["qemu"]}
    gone = editions["7.0.0"].names - editions[EDITION].names
    paths: dict[str, list[DataPath]] = {}
    for support in catalog.paths["qemu"].values():
        for path in support:
            for name in path.aliases.get("libvirt", ()):
                paths.setdefault(name, []).append(path)
    assert len(gone) > 120
    assert gone <= set(paths)
    named = {
        name
        for name in gone
        if any(
            (path.capability in always and always[path.capability].path == path.name)
            or (path.capability, path.name) in dead
            for path in paths[name]
        )
    }
    assert gone - named == LEFT


def test_a_removed_path_is_dead_with_its_last_release(dead: dict[tuple[str, str], Dead]) -> None:
    one = dead["cpu.hot-plug", "cpu-add"]
    assert (one.why, one.last, one.by) == ("removed", "5.1.0", ())
    assert [(element.kind, element.name) for element in one.elements] == [("qmp", "cpu-add")]


def test_a_path_behind_one_that_is_always_there_is_dead(dead: dict[tuple[str, str], Dead]) -> None:
    one = dead["block.backup", "drive-backup"]
    assert (one.why, one.by, one.unless) == ("shadowed", ("blockdev-backup",), ())
    assert one.successor == "blockdev-backup"
    assert [element.name for element in one.elements] == ["drive-backup"]


def test_a_path_is_kept_for_a_host_that_lacks_the_better_one(dead: dict[tuple[str, str], Dead]) -> None:
    one = dead["memory.virtio-mem", "virtio-mem-ccw"]
    assert (one.why, one.by) == ("fallback", ("virtio-mem-pci",))
    assert one.unless == ("device virtio-mem-pci",)


def test_what_a_living_path_uses_is_not_to_be_deleted(dead: dict[tuple[str, str], Dead]) -> None:
    assert dead["block.mirror", "drive-mirror"].elements == ()
    assert [one.name for one in dead["block.commit", "by-file-name"].elements] == ["block-commit.top"]


def test_what_a_build_or_a_machine_may_lack_is_said(always: dict[str, Always]) -> None:
    assert always["block.rbd"].lacking == ("block-driver rbd",)
    assert always["devices.ccw"].lacking == ("device virtio-blk-ccw", "arch s390x")
    assert always["storage-export.fuse"].lacking == (
        "qmp block-export-add:fuse.mountpoint (built with CONFIG_FUSE)",
        "device-node /dev/fuse",
    )
    assert always["block.rbd.namespace"].needs == ("block.rbd",)
    assert always["block.mirror"].is_certain


def test_who_is_left_behind_ships_an_older_release(catalog: Catalog, floor: Floor) -> None:
    behind = {(one.distribution, one.release) for one in floor.behind}
    assert ("debian", "11 (bullseye)") in behind
    assert ("ubuntu", "22.04 (jammy)") not in behind
    assert all(one.evidence for one in catalog.distributions["qemu"])
    assert len(find_floor("qemu", "10.2").behind) > len(floor.behind)


def test_the_lowest_floor_is_the_first_of_an_unbroken_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = find_lowest("qemu", ["block.mirror", "migration.cpr-transfer"])
    assert (found.release, found.deciding) == ("10.0.0", ("migration.cpr-transfer",))
    assert found.each["block.mirror"] == "1.3.0"
    before, at = (
        document(capsys, "gates", "--release", f"qemu={release}")["gates"] for release in ("9.2.0", "10.0.0")
    )
    states = [{one["id"]: one["state"] for one in gates}["migration.cpr-transfer"] for gates in (before, at)]
    assert states == ["disabled", "enabled"]


def test_what_no_release_has_has_no_floor(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = document(capsys, "floor", "--for", "toolstack.os-variant", status=1)["floors"]
    assert (row["hypervisor"], row["release"], row["deciding"]) == ("xend", None, ["toolstack.os-variant"])
    assert row["capabilities"] == [{"id": "toolstack.os-variant", "since": None, "reason": "rejected"}]


def test_a_capability_that_went_away_has_no_floor() -> None:
    assert find_lowest("qemu", ["migration.compress"]).reasons == {"migration.compress": "removed"}


def test_several_hypervisors_are_answered_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    floors = document(capsys, "floor", "--for", "lifecycle.pause")["floors"]
    assert {"qemu", "xend"} <= {one["hypervisor"] for one in floors}


def test_keys_are_never_missing(capsys: pytest.CaptureFixture[str]) -> None:
    told = document(capsys, "floor", "xen=4.10")
    assert (told["format"], told["hypervisor"], told["title"]) == (1, "xen", "Xen")
    assert set(told) == {
        *("format", "hypervisor", "title", "release", "releases", "always", "dead"),
        *("documented", "later", "behind"),
    }
    assert told["behind"] == []


def test_an_area_narrows_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["floor", "qemu=6.2", "--area", "migration"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [line.split()[1] for line in lines if line[:2] in {"+ ", "? "}]
    assert told
    assert all(name.startswith("migration.") for name in told)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("floor", "name a release, such as qemu=6.2, or what it must have with --for"),
        ("floor qemu", "'qemu' is not a release"),
        ("floor qemu=12.0", "no release '12.0' of qemu; known are 0.9.0 to 11.1.3"),
        (
            "floor bhyve=1.0",
            "no hypervisor 'bhyve'; known are ",
        ),
        (
            "floor bhyve --for block.mirror",
            "no hypervisor 'bhyve'; known are ",
        ),
        ("floor qemu=6.2 --area blok", "no area 'blok'; nearest: block"),
        ("floor qemu=6.2 --for block.mirror", "--for finds the release; name only the hypervisor"),
        ("floor --for block.miror", "no capability 'block.miror'; nearest: block.mirror"),
        ("floor --for ,", "--for needs a capability"),
    ],
)
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], words: str, said: str) -> None:
    assert main(words.split()) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
