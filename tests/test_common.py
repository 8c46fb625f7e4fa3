"""`common` says what several hosts have, and names and groups who keeps the rest out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from virtgate.cli import main

HOSTS = Path(__file__).parent / "hosts"
OLD = str(HOSTS / "qemu-5.2.0_x86_64+debian" / "host.json.xz")
MIDDLE = str(HOSTS / "qemu-7.2.22_x86_64+debian+kvm" / "host.json.xz")
ARM = str(HOSTS / "qemu-10.0.13_aarch64+debian" / "host.json.xz")
TITLE = re.compile(r"by (?P<who>.+): (?P<count>\d+)")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


def read_groups(lines: list[str]) -> dict[str, list[str]]:
    """The lines below each title that says who keeps them out."""
    groups: dict[str, list[str]] = {}
    for line in lines:
        if title := TITLE.fullmatch(line):
            groups[title["who"]] = []
        elif line.startswith("- "):
            groups[list(groups)[-1]].append(line)
    return groups


def test_hosts_that_call_themselves_the_same_are_named_as_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["common", OLD, MIDDLE, ARM, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in document["hosts"]] == [OLD, MIDDLE, ARM]
    targets = [one["target"] for one in document["hosts"]]
    assert targets == ["qemu-system-x86_64", "qemu-system-x86_64", "qemu-system-aarch64"]
    gates = {one["id"]: one for one in document["gates"]}
    assert gates["migration.mapped-ram"]["kept_out_by"] == [OLD, MIDDLE]
    assert gates["migration.mapped-ram"]["sentence"].startswith(f"{OLD}: ")
    assert gates["migration.compress"]["kept_out_by"] == [ARM]
    assert gates["block.mirror"]["kept_out_by"] == []


def test_hosts_that_call_themselves_apart_keep_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    main(["common", OLD, ARM, "--json"])
    names = [one["name"] for one in json.loads(capsys.readouterr().out)["hosts"]]
    assert names == ["qemu-system-x86_64", "qemu-system-aarch64"]


def test_what_the_same_hosts_keep_out_stands_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["common", OLD, MIDDLE, ARM]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("enabled on all 3: ")
    assert lines[1].startswith(f"  {OLD}: QEMU 5.2.0, ")
    groups = read_groups(lines)
    assert any(
        line.split()[1:] == ["migration.mapped-ram", "too-old"] for line in groups[f"{OLD} and {MIDDLE}"]
    )
    assert any(line.split()[1:] == ["migration.compress", "removed"] for line in groups[ARM])
    several = [line for line in groups[f"{OLD} and {ARM}"] if ";" in line]
    assert any(line.endswith("too-old; host-lacks") for line in several)
    shared = groups["none alone, as each has another path"]
    assert any(line.split()[1] == "security.run-as" and "run-with-user" in line for line in shared)
    for line in lines:
        if title := TITLE.fullmatch(line):
            assert len(groups[title["who"]]) == int(title["count"])
    sizes = [who.count(" and ") for who in groups]
    assert sizes == sorted(sizes)
