"""The system: what goes out is bounded, unprivileged and does not outlive us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from virtgate.driver import system

PARENT = """
import os, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
from virtgate.driver import system
child = system.spawn_untrusted(["/bin/sh", "-c", "echo up; exec sleep 60"], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_within(process: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_alive(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(process)


def run_shell(script: str, timeout: float = 5.0) -> tuple[int | None, str]:
    status, text = system.run_untrusted(["/bin/sh", "-c", script], timeout=timeout)
    return status, text.decode()


def test_what_a_program_printed_comes_with_its_status() -> None:
    assert run_shell("echo out; echo err >&2; exit 3") == (3, "out\nerr\n")


def test_a_program_that_does_not_end_is_ended() -> None:
    started = time.monotonic()
    assert run_shell("echo so far; sleep 60", timeout=0.5) == (None, "so far\n")
    assert time.monotonic() - started < 5


def test_endless_output_is_cut() -> None:
    _, text = system.run_untrusted(["/bin/cat", "/dev/zero"], timeout=5.0, limit=1000)
    assert text == bytes(1000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to drop")
def test_root_runs_an_untrusted_program_as_nobody() -> None:
    assert run_shell("id -u; id -g") == (0, "65534\n65534\n")


def test_an_untrusted_program_gets_a_small_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("QEMU_MODULE_DIR", "/somewhere")
    _, text = run_shell("env")
    assert "SECRET_TOKEN" not in text
    assert "QEMU_MODULE_DIR=/somewhere" in text
    assert "LANG=C" in text


def test_stopping_ends_the_children_of_a_program_too() -> None:
    script = "sleep 60 & echo $!; wait"
    process = system.spawn_untrusted(["/bin/sh", "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as output:
        grandchild = int(output.readline())
        assert is_alive(grandchild)
        assert system.stop(process) == -signal.SIGKILL
    assert gone_within(grandchild, 5)


LEAVE = """
import os, sys, time, ctypes
how, mark = sys.argv[1:]
def note():
    with open(mark, "a") as file:
        file.write(f"{os.getpid()}\\n")
if "adopts" in how:
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if "twice" in how and os.fork():
            os._exit(0)
        os.setsid() if os.getpid() != os.getsid(0) else None
        if "closed" in how:
            os.closerange(0, 64)
        note()
        time.sleep(60)
time.sleep(0.5)
print("done", flush=True)
time.sleep(0 if "ends" in how else 60)
"""


@pytest.mark.parametrize(
    "how", ["once", "twice", "twice ends", "twice closed ends", "adopts twice closed ends"]
)
def test_what_leaves_its_session_is_ended_too(tmp_path: Path, how: str) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    mark.chmod(0o666)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    system.run_untrusted(
        ["/usr/bin/python3", "-c", LEAVE, how, str(mark)], timeout=5 if "ends" in how else 1.5
    )
    left = [int(line) for line in mark.read_text(encoding="ascii").split()]
    assert len(left) == 5
    assert not [one for one in left if is_alive(one)]
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_an_untrusted_program_gains_no_privileges_and_is_bounded() -> None:
    _, text = run_shell("grep NoNewPrivs /proc/self/status; ulimit -Ht; ulimit -Hf; ulimit -Hd; ulimit -Hc")
    assert text.split() == ["NoNewPrivs:", "1", "120", "131072", str(4 << 20), "0"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lose")
def test_root_runs_only_what_nobody_else_could_have_put_there(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    for folder in (theirs, ours):
        folder.mkdir()
        (folder / "link").symlink_to("/bin/true")
    (ours / "through").symlink_to(theirs / "link")
    (ours / "copy").write_bytes(Path("/bin/true").read_bytes())
    (ours / "copy").chmod(0o757)
    os.chown(theirs, 1000, 1000)
    assert system.may_run("/bin/true")
    assert system.may_run(str(ours / "link"))
    for one in (theirs / "link", ours / "through", ours / "copy"):
        with pytest.raises(PermissionError):
            system.run_own([str(one)], timeout=5)


def test_a_program_dies_with_the_process_that_started_it() -> None:
    package = str(Path(system.__file__).parents[1])
    parent = subprocess.Popen([sys.executable, "-c", PARENT, package], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout as output:
        child = int(output.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
    assert gone_within(child, 5)


def test_reading_is_bounded_and_a_fifo_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 1000 + b"\xff")
    os.mkfifo(tmp_path / "fifo")
    assert system.read_text(str(tmp_path / "long"), 10) == "x" * 10
    assert system.read_text(str(tmp_path / "long")).endswith("x\N{REPLACEMENT CHARACTER}")
    assert system.read_text(str(tmp_path / "fifo")) == ""


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "file"
    system.write_atomic(str(target), b"old")
    with pytest.raises(TypeError):
        system.write_atomic(str(target), "not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.stat().st_mode & 0o777 == 0o600
