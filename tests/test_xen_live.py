"""A real Xen 4.17 with a control domain and a guest, booted in QEMU: what virtgate says there is so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from virtgate.cli import main
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording

HERE = Path(__file__).parent
BOOT = HERE / "xen" / "boot.py"
NOTHING_TO_BOOT = 2  # boot.py's exit status where this machine lacks what it needs
# Questions that this Xen, or the kernel of its control domain, has no answer to.
REFUSED = {
    "file /proc/sys/kernel/io_uring_disabled",  # since Linux 6.6
    "file /proc/sys/vm/nr_hugepages",
    "file /sys/firmware/efi/fw_platform_size",
    "file /sys/hypervisor/start_flags/initdomain",
    "file /sys/kernel/mm/transparent_hugepage/enabled",
}


@pytest.fixture(scope="module")
def results(require: Callable[[object, str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what the control domain found: one boot for all tests."""
    out = tmp_path_factory.mktemp("xen") / "results"
    words = [sys.executable, str(BOOT), "bookworm", "--out", str(out)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    require(done.returncode != NOTHING_TO_BOOT, done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def facts(results: Path) -> Facts:
    return read_recording(str(results / "host.json.xz"))


def read(results: Path, name: str) -> str:
    return (results / name).read_text(encoding="utf-8")


def gates_of(document: str) -> list[dict[str, Any]]:
    found = json.loads(document)["gates"]
    assert isinstance(found, list)
    return found


def test_every_step_in_the_control_domain_was_taken(results: Path) -> None:
    assert not (results / "problem").exists(), read(results, "problem") + read(results, "console")
    for file in sorted(results.glob("*.status")):
        assert json.loads(file.read_text(encoding="utf-8"))["exit"] == 0, file.name


def test_before_any_module_the_kernel_shows_the_hypervisor_and_no_more(results: Path) -> None:
    before = results / "before-anything"
    assert read(before, "type") == "xen\n"
    assert read(before, "version/major") + read(before, "version/minor") == "4\n17\n"
    assert read(before, "proc-xen") == ""


def test_every_source_answers(facts: Facts) -> None:
    assert {asked for asked, answer in facts.answers.items() if "return" not in answer} == REFUSED
    assert facts.returned("xenstore domid") == "0"
    assert facts.returned("libxl library")["soname"] == "libxenlight.so.4.17"
    assert "CONFIG_HVM=y" in facts.returned("hypfs /buildinfo/config").splitlines()


def test_the_linker_finds_each_function_that_is_told(results: Path, facts: Facts) -> None:
    assert len(facts.returned("libxl functions")) > 500
    assert read(results, "unlinked") == ""


def test_the_verdicts_inside_are_those_on_the_recording(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gates", str(results / "host.json.xz"), "--json"]) == 0
    outside = gates_of(capsys.readouterr().out)
    assert outside == gates_of(read(results, "gates.json"))
    assert sum(one["state"] == "enabled" for one in outside) > 20


def test_the_verdicts_are_those_on_the_host_that_was_recorded_before(results: Path, facts: Facts) -> None:
    version = facts.returned("xl info")["xen_version"]
    kept = HERE / "hosts" / f"xen-{version}_x86_64+debian" / "verdicts.txt"
    if not kept.exists():
        pytest.skip(f"Debian has Xen {version} now, of which there is no recording")
    told = {line.split()[0]: line.split()[1] for line in kept.read_text(encoding="utf-8").splitlines()}
    found = gates_of(read(results, "gates.json"))
    assert {one["id"]: one["state"] for one in found if one["id"] in told} == told


def test_the_card_is_unplugged_through_the_path_that_the_gate_names(results: Path) -> None:
    gate = json.loads(read(results, "check.json"))["gate"]
    assert (gate["id"], gate["state"], gate["reason"]) == ("net.hot-unplug", "enabled", "upstream")
    through = read(results, "unplugged-through")
    assert f"libxl-function {through}: yes" in " ".join(read(results, "explain.txt").split())
    lines = map(str.rstrip, read(results, "guest-console").splitlines())
    cards = [line for line in lines if line.startswith("cards:")]
    assert "cards: eth0" in cards
    assert cards[-1] == "cards:"


def test_nothing_is_loaded_or_mounted_by_asking(results: Path) -> None:
    assert read(results, "changed") == ""
