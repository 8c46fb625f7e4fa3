"""A made-up hypervisor is put beside the others as a folder, with no line of the engine changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE = Path(__file__).parent / "made_hypervisor"
# What installing the folder would do: the package's path has one place more.
BESIDE = """
import sys
import virtgate.hypervisors
virtgate.hypervisors.__path__.append(sys.argv[1])
from virtgate.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A checkout's data with toyvisor's beside the others', and a PATH that has one: open to any user."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        for part in ("capabilities", "matrix"):
            shutil.copytree(ROOT / part, place / part)
        shutil.copytree(MADE / "matrix", place / "matrix" / "toyvisor")
        shutil.copytree(MADE / "toyvisor", place / "hypervisors" / "toyvisor")
        (place / "bin").mkdir()
        shutil.copy(MADE / "toyvisor.sh", place / "bin" / "toyvisor")
        run(place, "lint", "--data", str(place), "--write-tables")
        identity = ("-c", "user.name=made", "-c", "user.email=made@example.org")
        for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "the data")):
            subprocess.run(["git", "-C", name, *identity, *words], check=True)
        yield place


def run(place: Path, *words: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of virtgate's in that place."""
    done = subprocess.run(
        [sys.executable, "-c", BESIDE, str(place / "hypervisors"), *words],
        cwd=place,
        env={
            **os.environ,
            "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "engine"),
            "VIRTGATE_CACHE_DIR": str(place / "cache"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def gates(place: Path, *words: str) -> dict[str, tuple[str, str]]:
    """State and reason of each gate that toyvisor has a path for."""
    document = json.loads(run(place, "gates", *words, "--json", "--data", str(place)).stdout)
    named = {"lifecycle.pause", "lifecycle.reset", "block.snapshot.internal"}
    return {one["id"]: (one["state"], one["reason"]) for one in document["gates"] if one["id"] in named}


def target(place: Path) -> str:
    return f"toy:{place}/bin/toyvisor"


def test_it_is_found_probed_matched_and_decided(place: Path) -> None:
    assert gates(place, target(place)) == {
        "block.snapshot.internal": ("enabled", "backport"),
        "lifecycle.pause": ("enabled", "upstream"),
        "lifecycle.reset": ("disabled", "too-old"),
    }
    explained = run(place, "explain", "lifecycle.pause", target(place), "--data", str(place)).stdout
    assert "distribution made: its package string is 'made 2.0.1-3'" in " ".join(explained.split())
    found = json.loads(run(place, "gates", "--json", "--data", str(place)).stdout)
    assert target(place) in {one["host"].get("target") for one in found["targets"] if "host" in one}


def test_a_release_of_it_is_decided_without_a_host(place: Path) -> None:
    assert gates(place, "--release", "toyvisor=2.0")["block.snapshot.internal"] == ("disabled", "too-old")
    assert gates(place, "--release", "toyvisor=2.1")["lifecycle.reset"] == ("enabled", "release")


def test_its_recording_answers_as_it_did_and_says_what_is_not_told(place: Path) -> None:
    file = place / "host.json"
    run(place, "probe", target(place), "--record", str(file), "--data", str(place))
    assert gates(place, str(file)) == gates(place, target(place))
    document = json.loads(file.read_text(encoding="utf-8"))
    document["answers"]["toyvisor --features"] = {"return": []}
    file.write_text(json.dumps(document), encoding="utf-8")
    assert gates(place, str(file))["lifecycle.pause"] == ("unknown", "unknown")


def test_one_that_cannot_be_asked_fails_alone(place: Path) -> None:
    (place / "bin" / "broken").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (place / "bin" / "broken").chmod(0o755)
    told = run(place, "gates", f"toy:{place}/bin/broken", "--data", str(place), status=1)
    assert "does not say its version" in told.stderr


def test_it_is_shown_and_listed(place: Path) -> None:
    assert "Toyvisor" in run(place, "show", "lifecycle.reset", "--data", str(place)).stdout
    changed = run(place, "list", "--changed", "toyvisor=2.0..2.1", "--data", str(place)).stdout
    assert "lifecycle.reset" in changed and "block.snapshot.internal" in changed


def test_a_host_of_it_is_compared_with_upstream(place: Path) -> None:
    document = json.loads(run(place, "diff", target(place), "--json", "--data", str(place)).stdout)
    assert [(one["name"], one["class"]) for one in document["items"]] == [("snapshot", "backport")]


def test_lint_knows_its_kinds_of_conditions(place: Path) -> None:
    path = place / "matrix" / "toyvisor" / "lifecycle.yaml"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("toy-feature: reset", "toy-feature: rest"), encoding="utf-8")
    told = run(place, "lint", "--data", str(place), status=1).stdout
    path.write_text(right.replace("toy-feature: reset", "command: reset"), encoding="utf-8")
    other = run(place, "lint", "--data", str(place), status=1).stdout
    path.write_text(right, encoding="utf-8")
    assert "matrix/toyvisor/lifecycle.yaml" in told and "rest" in told
    assert "cannot be asked of toyvisor" in other


def test_an_edit_of_it_is_reviewed(place: Path) -> None:
    path = place / "matrix" / "toyvisor" / "lifecycle.yaml"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("toy-feature: reset", "toy-feature: resume"), encoding="utf-8")
    told = run(place, "review").stdout
    path.write_text(right, encoding="utf-8")
    assert (
        "lifecycle.reset" in told and "toyvisor 1.0.0..2.0: disabled (too-old) -> enabled (release)" in told
    )


def test_a_driver_of_it_is_scanned(place: Path, tmp_path: Path) -> None:
    driver = tmp_path / "driver.py"
    driver.write_text('toy("reset")\ntoy("teleport")\n', encoding="utf-8")
    words = ("scan", str(driver), "--floor", "toyvisor=2.0", "--json", "--data", str(place))
    uses = json.loads(run(place, *words, status=1).stdout)["uses"]
    told = [(one["hypervisor"], one["line"], one["name"], one["verdict"]) for one in uses]
    assert told == [
        ("toyvisor", 1, "reset", "newer-than-floor"),
        ("toyvisor", 2, "teleport", "never-upstream"),
    ]


def test_its_history_is_harvested(place: Path, tmp_path: Path) -> None:
    """One release more costs one run, and a second run changes nothing."""
    source = tmp_path / "toyvisor"
    source.mkdir()
    git = ("git", "-C", str(source), "-c", "user.name=made", "-c", "user.email=made@example.org")
    subprocess.run([*git, "init", "-q"], check=True)
    (source / "FEATURES").write_text("pause\nresume\nreset\nsnapshot\nteleport\n", encoding="utf-8")
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "teleport"], check=True)
    subprocess.run([*git, "tag", "v2.2.0"], check=True)
    ledger = place / "matrix" / "toyvisor" / "ledger"
    kept = {path.name: path.read_bytes() for path in ledger.iterdir()}
    run(place, "harvest", "toyvisor", str(source), "--data", str(place))
    once = {path.name: path.read_text(encoding="utf-8") for path in ledger.iterdir()}
    run(place, "harvest", "toyvisor", str(source), "--data", str(place))
    assert {path.name: path.read_text(encoding="utf-8") for path in ledger.iterdir()} == once
    for name, content in kept.items():
        (ledger / name).write_bytes(content)
    assert "2.2.0" in once["releases.txt"] and "teleport" in once["feature.txt"]
