"""A repository that is read has nothing run, whatever its configuration says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

import repositories

from virtgate.driver.errors import TargetError
from virtgate.harvest.git import Repository


def test_no_setting_of_a_repository_runs_a_program(tmp_path: Path) -> None:
    assert list(repositories.find_run(tmp_path, share=3)) == []


@pytest.mark.parametrize(
    "name", ["signatures", "ssh signatures", "textconv", "external diff", "merge drivers"]
)
def test_git_itself_runs_what_is_planted(tmp_path: Path, name: str) -> None:
    """Else the test above could not fail."""
    path = repositories.make_template(tmp_path / "one")
    repositories.plant_in_config(path, name, tmp_path / "mark")
    words = ["git", "-C", str(path), "log", "-p", "-m", "--ext-diff"]
    subprocess.run(words, check=False, capture_output=True)
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("place", ["packed-refs", "HEAD.lock", "objects/pack/x.idx", "refs/heads/odd"])
def test_a_pipe_in_the_place_of_a_file_is_refused(tmp_path: Path, place: str) -> None:
    path = repositories.make_template(tmp_path / "one")
    (path / ".git" / place).unlink(missing_ok=True)
    os.mkfifo(path / ".git" / place)
    with pytest.raises(TargetError, match="is not a regular file"):
        Repository(path)
