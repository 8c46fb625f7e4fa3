"""What upstream's branch had between two releases is told with the commits that brought and took it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from virtgate.driver.errors import DataError
from virtgate.hypervisors.qemu.harvest import KINDS, harvest
from virtgate.hypervisors.qemu.harvest.candidates import read_reverted
from virtgate.model import Element
from virtgate.upstream.history import History

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
OWN_KINDS = [kind for kind in KINDS if kind.name == "qmp"]


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    path = tmp_path / "upstream"
    path.mkdir()
    git(path, "init", "-q", "-b", "master")
    return path


def git(path: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{field}": "a" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(path), *arguments], check=True, env=environment)


def commit(path: Path, version: str, *commands: str) -> str:
    """Commit a schema of these commands; a released version is tagged."""
    (path / "qapi").mkdir(exist_ok=True)
    text = "\n".join(f"{{'command': '{command}'}}" for command in commands)
    (path / "qapi/qapi-schema.json").write_text(text)
    (path / "VERSION").write_text(version)
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "change")
    if not version.split(".")[2].startswith(("5", "9")):
        git(path, "tag", f"v{version}")
    shown = subprocess.run(["git", "-C", str(path), "rev-parse", "HEAD"], capture_output=True, check=True)
    return shown.stdout.decode()[:12]


def found(path: Path, out: Path) -> set[tuple[str, str, str, str]]:
    harvest([path], out, lambda _: None, OWN_KINDS)
    return set(read_reverted(out / "reverted.txt").found)


def test_what_the_branch_had_and_the_release_has_not_is_told(upstream: Path, tmp_path: Path) -> None:
    commit(upstream, "5.0.0", "stop", "old")
    brought = commit(upstream, "5.0.50", "stop", "cont", "early", "kept")
    gone = commit(upstream, "5.0.90", "stop", "old", "early", "kept")
    last = commit(upstream, "5.1.0", "stop", "kept")
    commit(upstream, "5.2.0", "stop", "kept", "early")
    out = tmp_path / "ledger"
    assert found(upstream, out) == {
        ("cont", "5.1.0", brought, gone),
        ("early", "5.1.0", brought, last),
    }
    before = (out / "reverted.txt").read_bytes()
    found(upstream, out)
    assert (out / "reverted.txt").read_bytes() == before
    history = History(out)
    told = history.taken_back(Element(kind="qmp", name="cont"))
    assert told == f"upstream had it on the way to 5.1.0 ({brought}) and took it back ({gone})"
    assert history.taken_back(Element(kind="qmp", name="stop")) is None


def test_what_came_again_before_the_release_was_not_taken_back(upstream: Path, tmp_path: Path) -> None:
    commit(upstream, "5.0.0", "stop")
    commit(upstream, "5.0.50", "stop", "cont")
    commit(upstream, "5.0.51", "stop")
    commit(upstream, "5.1.0", "stop", "cont")
    assert found(upstream, tmp_path / "ledger") == set()


def test_what_a_branch_had_before_it_was_merged_is_none_of_upstreams(upstream: Path, tmp_path: Path) -> None:
    commit(upstream, "5.0.0", "stop")
    git(upstream, "checkout", "-q", "-b", "topic")
    commit(upstream, "5.0.50", "stop", "draft")
    commit(upstream, "5.0.50", "stop", "final")
    git(upstream, "checkout", "-q", "master")
    git(upstream, "merge", "-q", "--no-ff", "-m", "merge", "topic")
    commit(upstream, "5.1.0", "stop", "final")
    assert found(upstream, tmp_path / "ledger") == set()


def test_the_way_to_what_is_not_yet_released_waits_for_it(upstream: Path, tmp_path: Path) -> None:
    commit(upstream, "5.0.0", "stop")
    brought = commit(upstream, "5.0.50", "stop", "cont")
    assert found(upstream, tmp_path / "ledger") == set()
    gone = commit(upstream, "5.1.0", "stop")
    assert found(upstream, tmp_path / "ledger") == {("cont", "5.1.0", brought, gone)}


def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "reverted.txt").write_text("# a\nstop\n")
    with pytest.raises(DataError, match=r"reverted\.txt:2: a line is an element, a release and two commits"):
        read_reverted(tmp_path / "reverted.txt")


def test_the_shipped_list_has_what_upstream_took_back() -> None:
    shipped = {(name, release) for name, release, *_ in read_reverted(LEDGER / "reverted.txt").found}
    assert {
        ("blockdev-insert-medium", "2.5.0"),
        ("exit-preconfig", "3.0.0"),
        ("query-netdev", "6.0.0"),
        ("query-mshv", "10.2.0"),
    } <= shipped
