"""What candidates had and no release got is told with those candidates."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from virtgate.errors import DataError
from virtgate.harvest.candidates import read_reverted
from virtgate.harvest.qemu import KINDS, harvest

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


def tag(path: Path, name: str, *commands: str) -> None:
    """Commit a schema of these commands, and tag it."""
    (path / "qapi").mkdir(exist_ok=True)
    text = "\n".join(f"{{'command': '{command}'}}" for command in commands)
    (path / "qapi/qapi-schema.json").write_text(text)
    (path / "VERSION").write_text(name.removeprefix("v"))
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "change")
    git(path, "tag", name)


def found(path: Path, out: Path) -> set[tuple[str, str]]:
    harvest([path], out, lambda _: None, OWN_KINDS)
    return set(read_reverted(out / "reverted.txt").found)


def test_what_candidates_had_and_the_release_has_not_is_told(upstream: Path, tmp_path: Path) -> None:
    tag(upstream, "v5.0.0", "stop", "old")
    tag(upstream, "v5.1.0-rc0", "stop", "cont", "early", "kept")
    tag(upstream, "v5.1.0-rc1", "stop", "old", "early", "kept")
    tag(upstream, "v5.1.0-rc10", "stop", "early", "kept")
    tag(upstream, "v5.1.0", "stop", "kept")
    tag(upstream, "v5.2.0", "stop", "kept", "early")
    out = tmp_path / "ledger"
    assert found(upstream, out) == {
        ("cont", "5.1.0-rc0..5.1.0-rc0"),
        ("early", "5.1.0-rc0..5.1.0-rc10"),
    }
    before = (out / "reverted.txt").read_bytes()
    found(upstream, out)
    assert (out / "reverted.txt").read_bytes() == before


def test_candidates_of_what_is_not_yet_released_wait_for_it(upstream: Path, tmp_path: Path) -> None:
    tag(upstream, "v5.0.0", "stop")
    tag(upstream, "v5.1.0-rc0", "stop", "cont")
    assert found(upstream, tmp_path / "ledger") == set()
    tag(upstream, "v5.1.0", "stop")
    assert found(upstream, tmp_path / "ledger") == {("cont", "5.1.0-rc0..5.1.0-rc0")}


def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "reverted.txt").write_text("# a\nstop\n")
    with pytest.raises(DataError, match=r"reverted\.txt:2: a line is an element and candidates"):
        read_reverted(tmp_path / "reverted.txt")


def test_the_shipped_list_has_what_only_candidates_of_2_5_had() -> None:
    shipped = read_reverted(LEDGER / "reverted.txt").found
    assert ("blockdev-insert-medium", "2.5.0-rc0..2.5.0-rc3") in shipped
    assert ("blockdev-remove-medium", "2.5.0-rc0..2.5.0-rc3") in shipped
