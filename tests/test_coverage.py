"""What is computed from all data and recordings when documents are published counts each thing once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from computed.__main__ import main
from computed.coverage import HOSTS, compute_coverage, coverage_of_recordings
from virtgate.ask.answering import judge, judge_release
from virtgate.ask.opened import open_catalog, open_history
from virtgate.driver.policy import Policy
from virtgate.facts.recording import read_recording
from virtgate.model import Branch, Leaf
from virtgate.upstream.status import rests_on_release


@pytest.mark.no_cover
def test_one_command_writes_the_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["computed", str(tmp_path)])
    main()
    coverage = (tmp_path / "coverage.md").read_text(encoding="utf-8")
    alone = [one for one in coverage_of_recordings().paths if one.rests == "release"]
    assert alone
    assert all(f"`{one.capability}` through {one.path}: " in coverage for one in alone)
    trials = (tmp_path / "trials-results.md").read_text(encoding="utf-8")
    assert "| `qemu-7.2.22_x86_64+debian` | Debian 1:7.2+dfsg-7+deb12u18+b3, tcg |" in trials


def test_every_path_is_counted_once() -> None:
    catalog = open_catalog(None)
    every = [
        (hypervisor, capability, path.name)
        for hypervisor, group in catalog.paths.items()
        for capability, paths in group.items()
        for path in paths
    ]
    counted = [(one.hypervisor, one.capability, one.path) for one in coverage_of_recordings().paths]
    assert sorted(counted) == sorted(every)


def test_every_recording_is_counted_and_those_beyond_the_ledger_are_told_apart() -> None:
    hosts = {one.name: one for one in coverage_of_recordings().hosts}
    assert set(hosts) == {path.parent.name for path in HOSTS.glob("*/host.json.xz")}
    for name, one in hosts.items():
        assert not (one.newer and one.checks), name
        assert one.newer or one.checks or one.hypervisor != "qemu", name
        assert one.opened + one.closed <= one.gates, name


def test_what_a_build_or_a_target_lacks_is_a_miss_of_the_release() -> None:
    hosts = {one.name: one for one in coverage_of_recordings().hosts}
    checks = hosts["qemu-7.2.22_s390x+debian"].checks
    misses = {(one.capability, one.path): one.miss for one in checks}
    assert misses["block.rbd", "blockdev-rbd"] == "build"
    assert misses["accel.hardware", "kvm"] == "machine"
    assert None in misses.values()
    assert "target" in misses.values()


def test_what_a_host_has_besides_its_release_is_told() -> None:
    catalog = open_catalog(None)
    judged = judge(read_recording(str(HOSTS / "qemu-10.0.13_x86_64+debian" / "host.json.xz")), Policy())
    older = judge_release("qemu", "7.2", Policy()).decisions
    coverage = compute_coverage(
        catalog,
        lambda one: open_history(catalog, one),
        {"backporter": (judged.host, judged.decisions)},
        lambda _hypervisor, _release: older,
    )
    misses = {(one.capability, one.path): one.miss for one in coverage.hosts[0].checks}
    assert misses["migration.mapped-ram", "mapped-ram"] == "besides"
    assert coverage.hosts[0].closed > 0


def test_what_looks_at_the_release_alone_is_never_called_seen() -> None:
    alone = [one for one in coverage_of_recordings().paths if one.rests == "release"]
    assert alone
    assert {one.sight for one in alone} == {"unseeable"}


def test_a_condition_rests_on_a_release_only_without_anything_to_see() -> None:
    release, device = Leaf(kind="release", terms={"name": ">=1"}), Leaf(kind="device", terms={"name": "x"})
    assert rests_on_release(release)
    assert rests_on_release(Branch(joint="all", parts=(release, release)))
    assert not rests_on_release(Branch(joint="any", parts=(release, device)))
