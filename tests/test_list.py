"""`list` and `show` let a person walk many capabilities: by area, by release, by what changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from virtgate.cli import main

GROUPS = ("new", "deprecated", "removed", "unstable", "stable")
KEYS = {"id", "path", "release", "title", "successor", "other", "flags"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


class Run:
    """Runs `virtgate`, and gives what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, status: int = 0) -> str:
        assert main(list(words)) == status
        out, err = self._capsys.readouterr()
        return out if status == 0 else err

    def document(self, *words: str) -> Any:
        """What it prints with --json."""
        return json.loads(self(*words, "--json"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


def test_changed_tells_what_upstream_lists_and_what_no_capability_is_of(run: Run) -> None:
    changed = run.document("list", "--changed", "qemu=9.1..9.2")["changed"]
    gone = {one["heading"] for one in changed["documented"]["removed"] if one["release"] == "9.2.0"}
    assert gone >= {
        "Incorrectly typed device_add arguments",
        "-fsdev proxy and -virtfs proxy",
        "-portrait and -rotate",
        "shix",
    }
    assert "gluster backend" in {one["heading"] for one in changed["documented"]["deprecated"]}
    assert changed["unnamed"]["new"]["qmp command"] == ["device-sync-config"]
    assert changed["unnamed"]["removed"]["option option"] == ["portrait", "rotate"]
    narrowed = run.document("list", "--changed", "qemu=9.1..9.2", "--area", "block")["changed"]
    assert (narrowed["documented"], narrowed["unnamed"]) == ({}, {})


def by_path(changed: dict[str, Any], group: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["id"], one["path"]): one for one in changed[group]}


def test_changed_groups_what_became_of_each_path_between_two_releases(run: Run) -> None:
    changed = run.document("list", "--changed", "qemu=8.2..9.2")["changed"]
    assert (changed["hypervisor"], changed["to"]) == ("qemu", "9.2.0")
    assert all(set(one) == KEYS for group in GROUPS for one in changed[group])
    mapped = by_path(changed, "new")["migration.mapped-ram", "mapped-ram"]
    assert (mapped["release"], mapped["other"]) == ("9.0.0", False)
    reconnect = by_path(changed, "new")["console.reconnect", "reconnect-ms"]
    assert (reconnect["release"], reconnect["other"]) == ("9.2.0", True)
    old = by_path(changed, "deprecated")["console.reconnect", "reconnect-seconds"]
    assert (old["release"], old["successor"]) == ("9.2.0", "reconnect-ms")
    gone = by_path(changed, "removed")["migration.compress", "compress"]
    assert (gone["release"], gone["other"]) == ("9.1.0", False)


def test_what_changed_is_what_the_gates_of_both_releases_say(run: Run) -> None:
    document = run.document("list", "--changed", "qemu=6.0..7.2")
    before, after = (run.document("gates", "--release", f"qemu={one}")["gates"] for one in ("6.0", "7.2"))
    reasons = [
        {(one["id"], p["name"]): p["reason"] for one in gates for p in one["paths"]}
        for gates in (before, after)
    ]
    for key in by_path(document["changed"], "new"):
        assert reasons[0][key] == "too-old"
        assert reasons[1][key] != "too-old"
    for key in by_path(document["changed"], "removed"):
        assert (reasons[0][key], reasons[1][key]) != ("removed", "removed")
        assert reasons[1][key] == "removed"
    told = {one["id"] for group in GROUPS for one in document["changed"][group]}
    assert {one["id"] for one in document["capabilities"]} == told


def test_changed_reads_as_groups_of_one_line_each(run: Run) -> None:
    lines = run("list", "--changed", "qemu=8.2..9.2", "--area", "migration").splitlines()
    assert lines[0].startswith("new: ")
    assert any(line.startswith("  migration.mapped-ram ") and " 9.0.0 " in line for line in lines)
    assert any(line.endswith("(now migration.multifd.zlib)") for line in lines)
    assert lines[-1].startswith("qemu 8.2.")
    assert all(line.startswith("  migration.") for line in lines[1:-1] if line.startswith("  "))


def test_nothing_that_was_there_before_becomes_new_when_the_spans_are_joined(run: Run) -> None:
    spans = ("qemu=7.0..8.0", "qemu=8.0..9.0", "qemu=7.0..9.0")
    first, second, whole = (run.document("list", "--changed", one)["changed"] for one in spans)
    joined = set(by_path(first, "new")) | set(by_path(second, "new"))
    vanished = set(by_path(second, "removed"))
    assert set(by_path(whole, "new")) == joined - vanished


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("qemu=8.2", "'qemu=8.2' is no span; HYPERVISOR=FROM..TO is, such as qemu=8.2..9.2"),
        ("qemu=9.2..8.2", "9.2.0 is not before 8.2.7"),
        ("bhyve=1..2", "no hypervisor 'bhyve'; known are"),
        ("qemu=8.2..77.0", "77.0"),
    ],
)
def test_a_span_that_is_none_is_wrong_usage(run: Run, span: str, told: str) -> None:
    assert told in run("list", "--changed", span, status=2)


def test_keys_of_list_are_never_missing(run: Run) -> None:
    document = run.document("list", "--area", "tpm")
    assert document["changed"] is None
    assert [one["area"] for one in document["areas"]] == ["tpm"]
    assert document["areas"][0]["capabilities"] == len(document["capabilities"])


def test_areas_are_counted(run: Run) -> None:
    lines = run("list", "--areas").splitlines()
    known = sorted({name for one in run.document("list")["capabilities"] for name in one["hypervisors"]})
    assert lines[0].split() == ["area", "all", *known]
    assert {"kvm", "qemu", "xapi", "xen", "xend"} <= set(known)
    assert lines[-1].split()[2] == str(len(run.document("list")["capabilities"]))
    assert len({len(line) for line in lines}) == 1


def test_a_release_narrows_the_list_to_what_it_has(run: Run) -> None:
    document = run.document("list", "--release", "qemu=2.5")
    paths = {
        one["id"]: [path["path"] for path in one["hypervisors"]["qemu"]] for one in document["capabilities"]
    }
    assert paths["block.mirror"] == ["drive-mirror"]
    assert "migration.mapped-ram" not in paths
    assert all(set(one["hypervisors"]) == {"qemu"} for one in document["capabilities"])
    assert "--hypervisor says xen" in run("list", "--release", "qemu=2.5", "--hypervisor", "xen", status=2)


def test_show_tells_the_end_of_a_path(run: Run) -> None:
    paths = {one["path"]: one for one in run.document("show", "console.reconnect")["hypervisors"]["qemu"]}
    old = paths["reconnect-seconds"]
    assert (old["deprecated"], old["removed"], old["successor"]) == ("9.2.0", "10.2.0", "reconnect-ms")
    assert (paths["reconnect-ms"]["deprecated"], paths["reconnect-ms"]["removed"]) == (None, None)
    assert "deprecated since 9.2.0, removed in 10.2.0, successor reconnect-ms" in run(
        "show", "console.reconnect"
    )


def test_show_wraps_a_long_condition_between_its_terms(run: Run) -> None:
    whole = run.document("show", "devices.virtio.named-generations")["hypervisors"]["qemu"][0]["when"]
    lines = run("show", "devices.virtio.named-generations").splitlines()
    assert max(map(len, lines)) <= 100
    lines = lines[lines.index("QEMU:") :]
    start = next(at for at, line in enumerate(lines) if line.startswith("      when "))
    rest = [line for line in lines[start + 1 :] if line.startswith("          ")]
    assert len(whole) > 300
    assert " ".join(line.strip() for line in (lines[start], *rest)) == f"when {whole}"
    assert all(line.endswith((" or", " and")) for line in (lines[start], *rest[:-1]))


DRIVER = """\
def add_cpu(monitor):
    monitor.send({"execute": "cpu-add", "arguments": {"id": 1}})


def throttle(monitor):
    monitor.send({"execute": "block_set_io_throttle", "arguments": {"device": "d0", "bps": 0}})


def resume(monitor):
    monitor.send({"execute": "job-resume", "arguments": {"id": "j0"}})
"""


@pytest.fixture
def driver(tmp_path: Path) -> str:
    """A driver's source, with what is gone, what goes, and what stays."""
    path = tmp_path / "driver.py"
    path.write_text(DRIVER, encoding="utf-8")
    return str(path)


def radar(run: Run, *words: str) -> dict[str, dict[tuple[str, str], dict[str, Any]]]:
    told = run.document("list", "--deprecated", *words)["radar"]
    return {
        "paths": {(one["id"], one["path"]): one for one in told["paths"]},
        "documented": {(one["hypervisor"], one["heading"]): one for one in told["documented"]},
    }


def test_the_radar_says_since_when_until_when_and_what_instead(run: Run) -> None:
    paths = radar(run)["paths"]
    gone = paths["console.reconnect", "reconnect-seconds"]
    assert (gone["deprecated"], gone["removed"], gone["may_go"]) == ("9.2.0", "10.2.0", None)
    going = paths["block.backup", "drive-backup"]
    assert (going["deprecated"], going["removed"], going["may_go"]) == ("6.2.0", None, "7.1.0")
    assert (going["successor"], going["uses"]) == ("blockdev-backup", None)
    # The flag came in 5.0; the documentation had told since 2.8.
    assert paths["block.io-throttle", "by-drive"]["deprecated"] == "2.8.0"
    assert ("block.mirror", "blockdev-mirror") not in paths


def test_a_path_that_only_stood_in_for_what_can_be_seen_is_not_gone(run: Run) -> None:
    """Introspection shows -netdev since 5.0, and the list of displays is complete since 3.1; both go on."""
    paths = radar(run)["paths"]
    assert ("net.backend.tap", "netdev-by-release") not in paths
    assert ("display.window.gtk", "gtk-unlisted") not in paths
    # libvirt used it to 5.1, and upstream had it to 7.0.
    assert paths["security.fips", "enable-fips-for-libvirt"]["removed"] == "7.1.0"


def test_what_may_go_after_the_newest_release_is_dated_by_qemus_rule(run: Run) -> None:
    one = radar(run)["paths"]["jobs.pause", "block-job-pause"]
    assert (one["deprecated"], one["may_go"]) == ("10.1.0", "11.0.0")


def test_the_radar_has_every_heading_of_the_documentation(run: Run) -> None:
    documented = radar(run)["documented"]
    assert len(documented) > 300
    one = documented["qemu", "-chardev backend aliases tty and parport"]
    assert (one["deprecated"], one["removed"], one["current"]) == ("6.0.0", "8.0.0", False)
    job = documented["qemu", "block-job-pause"]
    assert job["elements"] == [{"kind": "qmp", "name": "block-job-pause"}]
    assert job["current"]


def test_a_driver_is_told_where_it_still_uses_it(run: Run, driver: str) -> None:
    found = radar(run, "--driver", driver)
    uses = {key: [(one["line"], one["name"]) for one in row["uses"]] for key, row in found["paths"].items()}
    assert (2, "cpu-add") in uses["cpu.hot-plug", "cpu-add"]
    assert uses["block.backup", "drive-backup"] == []
    assert [one["line"] for one in found["documented"]["qemu", "cpu-add"]["uses"]] == [2]
    assert not any(line > 6 for lines in uses.values() for line, _ in lines)
    lines = run("list", "--deprecated", "--driver", driver).splitlines()
    assert f"    {driver}:2: cpu-add" in lines


def test_the_radar_is_narrowed_as_the_list_is(run: Run) -> None:
    found = radar(run, "--area", "jobs", "--hypervisor", "qemu")
    assert found["documented"] == {}
    assert all(name.startswith("jobs.") for name, _ in found["paths"])
    assert run.document("list", "--area", "jobs")["radar"] is None


def test_a_driver_without_the_radar_is_wrong_usage(run: Run) -> None:
    assert "--driver goes with --deprecated" in run("list", "--driver", ".", status=2)
    assert "none" in run("list", "--deprecated", "--driver", "/none", status=2)


def test_a_floor_tells_a_driver_which_of_its_lines_are_dead(run: Run, driver: str) -> None:
    dead = run.document("floor", "qemu=6.2", "--driver", driver)["dead"]
    uses = {(one["id"], one["path"]): [use["line"] for use in one["uses"]] for one in dead}
    assert uses["cpu.hot-plug", "cpu-add"] == [2]
    assert uses["jobs.pause", "block-job-pause"] == []
    assert f"    {driver}:2: cpu-add" in run("floor", "qemu=6.2", "--driver", driver).splitlines()
    assert "--driver goes with a release" in run("floor", "--for", "cpu.list", "--driver", driver, status=2)


def test_radar_and_floor_count_what_only_documentation_tells(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "start.sh"
    path.write_text("qemu-system-x86_64 -nodefaults -soundhw hda -no-hpet -numa node,mem=512\n", "utf-8")
    told = ["Creating sound card devices using -soundhw", "-no-hpet", "-numa node,mem=..."]
    shown = radar(run, "--driver", str(path))["documented"]
    assert [len(shown["qemu", heading]["uses"]) for heading in told] == [1, 1, 1]
    floor = run.document("floor", "qemu=9.0", "--driver", str(path))
    uses = {one["heading"]: [use["name"] for use in one["uses"]] for one in floor["documented"]}
    assert [uses[heading] for heading in told] == [["soundhw"], ["no-hpet"], ["numa.mem"]]
    # A path's condition may call the option by another ledger's name.
    dead = {(one["id"], one["path"]): one["uses"] for one in floor["dead"]}
    assert [use["name"] for use in dead["machine.hpet", "no-hpet"]] == ["no-hpet"]
    lines = run("floor", "qemu=9.0", "--driver", str(path)).splitlines()
    assert lines[lines.index(f"    {path}:1: soundhw") - 1].startswith("- Creating sound card devices")
    earlier = run.document("floor", "qemu=7.0", "--driver", str(path))["documented"]
    assert [one["heading"] for one in earlier if one["uses"]] == [
        "-numa node,mem=...",
        "-numa node,mem=\\ *size*",
    ]


@pytest.mark.parametrize(
    ("hypervisor", "name", "first"),
    [
        ("xend", "migration.live", "xend 3.0.0"),
        ("xen", "cpu.hot-plug", "xen 4.1.0"),
        ("qemu", "block.mirror", "qemu 1.3.0"),
        ("xapi", "tpm.emulator", "xapi 22.26.0"),
    ],
)
def test_a_capability_is_as_old_as_its_oldest_path(run: Run, hypervisor: str, name: str, first: str) -> None:
    lines = run("list", "--hypervisor", hypervisor, name).splitlines()
    line = next(one for one in lines if one.startswith(f"{name} "))
    assert line.split()[:3] == [name, *first.split()]
