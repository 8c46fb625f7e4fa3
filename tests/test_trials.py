"""What the gates enable works on a real QEMU, and what they deny does not.

`PYTHONPATH=engine:tests python -m trials QEMU` tries all of it, and its results are kept. Here some paths are
tried, others each week.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable

import pytest
import yaml

import virtgate
from trials.lab import HERE, Lab
from trials.outcome import Outcome, Word, read_error
from trials.results import EXPLAINED, kept, unexplained
from trials.trying import Tried, judge, try_paths
from virtgate.ask.opened import open_catalog

TABLE = yaml.safe_load((HERE / "trials.yaml").read_text(encoding="utf-8"))
CATALOG = open_catalog(None)
NAMES = {f"{one.capability} {one.name}" for paths in CATALOG.paths["qemu"].values() for one in paths}
# One path in so many is tried on each target: what a continuous run has time for.
SHARES = {"x86_64": 6, "aarch64": 24}


def _this_weeks_share(arch: str) -> list[str]:
    week = datetime.datetime.now(tz=datetime.UTC).isocalendar().week
    return list(CATALOG.ids("qemu"))[week % SHARES[arch] :: SHARES[arch]]


@pytest.mark.parametrize("arch", SHARES)
def test_no_gate_contradicts_a_qemu_that_is_started_with_its_path(
    arch: str, require: Callable[[object, str], None]
) -> None:
    binary = shutil.which(f"qemu-system-{arch}")
    require(binary and shutil.which("qemu-img"), f"no qemu-system-{arch} or no qemu-img here")
    gates = virtgate.open(str(binary), accel="tcg")
    with Lab(str(binary), "tcg", arch) as lab:
        outcomes = try_paths(lab, _this_weeks_share(arch))
    assert unexplained(f"qemu-{gates.host['version']}_{arch}", judge(gates, outcomes)) == []
    assert "works" in {one.word for one in outcomes.values()}


def test_a_contradiction_is_seen_both_ways(require: Callable[[object, str], None]) -> None:
    binary = shutil.which("qemu-system-x86_64")
    require(binary and shutil.which("qemu-img"), "no qemu-system-x86_64 or no qemu-img here")
    with Lab(str(binary), "tcg", "x86_64") as lab:
        words = {
            name: lab.try_named(kind, name).word
            for kind, name in (
                ("command", "query-status"),
                ("command", "query-frobnix"),
                ("qmp", "blockdev-add:null-co.frobnix"),
                ("qmp", "migrate-set-parameters.frobnix"),
                ("qmp", "blockdev-mirror.sync=frobnix"),
                ("device", "virtio-rng-pci"),
                ("device", "frobnix"),
                ("property", "virtio-rng-pci.frobnix"),
                ("option", "drive.frobnix"),
                ("object", "frobnix"),
                ("machine", "frobnix"),
                ("hmp", "frobnix"),
            )
        }
    refused = {name for name, word in words.items() if word == "refused"}
    assert refused == {name for name in words if "frobnix" in name}
    assert words["query-status"] == words["virtio-rng-pci"] == "works"


@pytest.mark.parametrize(
    ("said", "tried", "word"),
    [
        ("Parameter 'device' is unexpected", "screendump.device", "refused"),
        ("Parameter 'other' is unexpected", "screendump.device", "untried"),
        ("Parameter 'filename' is missing", "screendump.device", "untried"),
        ("Device 'vda' not found", "screendump.device", "understood"),
        ("Compression is not supported for this drive", "blockdev-backup.compress", "unsupported"),
    ],
)
def test_an_error_counts_only_for_what_was_tried(said: str, tried: str, word: str) -> None:
    assert read_error(said, tried).word == word


@pytest.mark.parametrize(
    ("state", "reason", "word", "is_denial", "contradicts"),
    [
        ("enabled", "upstream", "refused", False, True),
        ("enabled", "upstream", "died", False, True),
        ("enabled", "upstream", "understood", False, False),
        ("enabled", "upstream", "untried", False, False),
        ("disabled", "too-old", "understood", True, True),
        ("disabled", "too-old", "understood", False, False),
        ("disabled", "too-old", "refused", True, False),
        ("disabled", "host-lacks", "understood", True, False),
        ("disabled", "host-lacks", "works", True, True),
        ("disabled", "unstable", "works", True, False),
    ],
)
def test_a_contradiction_is_what_a_driver_would_run_into(
    state: str, reason: str, word: Word, is_denial: bool, contradicts: bool
) -> None:
    outcome = Outcome(word=word)
    tried = Tried(name="a.b c", state=state, reason=reason, outcome=outcome, is_denial=is_denial)
    assert bool(tried.contradiction) == contradicts


def test_no_gate_of_a_recorded_host_contradicts_what_its_qemu_did() -> None:
    left = {host: unexplained(host, tried) for host, tried in kept().items()}
    assert {host: some for host, some in left.items() if some} == {}


def test_four_hundred_enabled_paths_were_really_tried() -> None:
    enabled = [one for tried in kept().values() for one in tried if one.state == "enabled"]
    assert len({one.name for one in enabled if one.outcome.word == "works"}) >= 400


def test_scripts_and_explanations_name_paths_that_are_there() -> None:
    named = {name for row in EXPLAINED for name in row["paths"]}
    assert sorted((set(TABLE["paths"]) | named) - NAMES) == []
