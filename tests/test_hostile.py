"""What a hostile trial found once stays refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import virtgate
from virtgate.cli import main
from virtgate.driver.errors import RecordingError, UsageError

HOST = str(Path(__file__).parent / "hosts" / "qemu-7.2.22_x86_64+debian" / "host.json.xz")


def test_an_option_may_stand_between_an_id_and_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "block.mirror", "--json", HOST]) == 0
    assert main(["explain", "block.mirror", "--json", HOST]) == 0
    assert capsys.readouterr().out.startswith("{")


def test_a_fifo_is_neither_a_recording_nor_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "host.json")
    with pytest.raises(RecordingError, match="is not a regular file"):
        virtgate.load(tmp_path / "host.json")
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "matrix").mkdir()
    os.mkfifo(tmp_path / "capabilities" / "odd.yaml")
    assert main(["lint", "--data", str(tmp_path)]) == 1
    assert "capabilities/odd.yaml:1: is not a regular file" in capsys.readouterr().out


def test_a_number_of_too_many_digits_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text('{"format": ' + "9" * 6000 + "}")
    with pytest.raises(RecordingError, match="a number is too long"):
        virtgate.load(path)


def test_before_every_release_nothing_is_a_forks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "block.mirror", HOST, "--as-of", "2003-01-01"]) == 1
    assert "newer-than-ledger" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["check", "block.mirror", "--release", "qemu=8.2", HOST],
        ["check", "block.mirror", "--release", "qemu=8.2", "--claims", "qemu=8.2.0"],
        ["check", "block.mirror", HOST, "--accel", "tcg"],
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("virtgate: ")


def test_a_file_that_is_no_data_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text("no data")
    assert main(["lint", str(path)]) == 1
    assert "is not a data file" in capsys.readouterr().out


@pytest.mark.parametrize("target", ["", "a\0b", b"/usr/bin/true", 7])
def test_what_names_no_target_is_a_usage_error(target: object) -> None:
    with pytest.raises(UsageError, match="a target is a path"):
        virtgate.open(target)  # type: ignore[arg-type]


def test_a_release_and_a_policy_have_their_own_types() -> None:
    with pytest.raises(UsageError, match="a release is text"):
        virtgate.release("qemu", 8.2)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="a policy is"):
        virtgate.load(HOST, policy=5)  # type: ignore[arg-type]


def test_a_folder_in_the_place_of_a_ledger_is_no_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "matrix/qemu/ledger/qmp.txt").mkdir(parents=True)
    assert main(["lint", "--data", str(tmp_path)]) == 1
    assert "matrix/qemu/ledger/qmp.txt:1: is not a regular file" in capsys.readouterr().out
