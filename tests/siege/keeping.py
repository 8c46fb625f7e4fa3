"""The cache and the data folder where things go wrong: kills, full disks, many at once, odd files.

Whatever happens, what is read from the cache is what somebody wrote whole, or nothing.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from virtgate.data import load_catalog
from virtgate.driver import cache, kept, system
from virtgate.driver.errors import DataError
from virtgate.lint import lint_paths

ROOT = Path(__file__).parents[2]
KEY = cache.Key("/usr/bin/qemu", None, None, "refuse= allow=", None)


def _write(number: int) -> None:
    prints = cache.take_prints([("kernel", "-")])
    told = [(f"key{at}", str(number)) for at in range(200)]
    cache.write_answers(KEY, cache.Answers(host=told, fingerprint=prints, key=KEY))


def _check() -> bool:
    """Whether something is kept; AssertionError where it is not one writer's."""
    answers = cache.read_answers(KEY)
    if answers is None:
        return False
    assert len(answers.host) == 200, "a part was believed"
    assert len({value for _, value in answers.host}) == 1, "two writers' parts were believed"
    return True


def in_child(work: Callable[[], None]) -> int:
    """Start a process of ours, without any other program."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def end(child: int) -> None:
    """Wait for one that is to end well."""
    _, status = os.waitpid(child, 0)
    assert status == 0, f"a process ended with {status}"


def try_kill(random_: random.Random) -> None:
    """A writer is killed at any moment; what is kept stays whole, and is dropped with all that was begun."""

    def write_for_ever() -> None:
        for number in range(1 << 30):
            _write(number)

    child = in_child(write_for_ever)
    time.sleep(random_.random() * 0.004)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _check()
    if random_.random() < 0.02:
        kept.drop()
        assert list(Path(cache.folder()).glob("*")) == [], "something was not dropped"


def try_crowd(random_: random.Random, count: int = 50) -> None:
    """Many write and read at once."""

    def work(own: int) -> None:
        for number in range(20):
            _write(own * 1000 + number)
            assert _check(), "nothing is kept although somebody wrote"

    del random_
    for child in [in_child(lambda own=own: work(own)) for own in range(count)]:  # type: ignore[misc]
        end(child)


def try_full(random_: random.Random) -> None:
    """A file may have so many bytes and no more, as on a disk that is full."""

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = random_.randrange(4000)
        kept.drop()
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        _write(1)
        _check()

    end(in_child(work))
    _check()
    assert {one.suffix for one in Path(cache.folder()).glob("*")} <= {".answers"}, "a part is left"


def try_read_only(_: random.Random) -> None:
    """A folder that may only be read gives what it has and takes nothing."""

    def work() -> None:
        if os.geteuid() == 0:
            os.setgid(system.UNPRIVILEGED)
            os.setuid(system.UNPRIVILEGED)
        own = place / "n"
        os.environ["VIRTGATE_CACHE_DIR"] = str(own)
        own.mkdir(mode=0o700)
        _write(1)
        own.chmod(0o500)
        _write(2)
        answers = cache.read_answers(KEY)
        assert answers is not None, "what may be read is not read"
        assert dict(answers.host)["key0"] == "1", "a folder that may only be read took something"
        own.chmod(0o700)

    place = Path("/tmp", f"virtgate-siege-{os.getpid()}")
    place.mkdir()
    place.chmod(0o1777)
    try:
        end(in_child(work))
    finally:
        shutil.rmtree(place)


def try_keeping(random_: random.Random) -> None:
    """One of these; the crowd is fifty of its own."""
    random_.choices((try_kill, try_full, try_read_only, try_crowd), (0.8, 0.15, 0.04, 0.002))[0](random_)


SECRET = "not for your eyes"


def make_data(folder: Path) -> None:
    """A small part of the data, to be spoilt."""
    for name in (
        "capabilities/areas.yaml",
        "capabilities/display.yaml",
        "matrix/qemu/upstream.yaml",
        "matrix/qemu.yaml",
    ):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "matrix/qemu/ledger").mkdir(parents=True, exist_ok=True)
    for name in ("releases.txt", "option.txt"):
        if (ROOT / "matrix/qemu/ledger" / name).is_file():
            shutil.copy(ROOT / "matrix/qemu/ledger" / name, folder / "matrix/qemu/ledger" / name)
    (folder / "secret").write_text(f"{SECRET}: [\n", encoding="utf-8")


def try_data(folder: Path, random_: random.Random) -> None:
    """A data folder in which one thing is what nobody expects there."""
    root = folder / "data"
    shutil.rmtree(root, ignore_errors=True)
    make_data(root)
    there = sorted(path for path in root.rglob("*") if path.name != "secret")
    chosen = random_.choice(there)
    path = random_.choice((chosen, chosen.parent / "z.yaml", chosen.parent / "ledger" / "qmp.txt"))
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    how = random_.randrange(9)
    if how == 0:
        os.mkfifo(path)
    elif how == 1:
        path.mkdir()
    elif how == 2:
        path.write_bytes(random_.randbytes(2000))
    elif how == 3:
        with path.open("wb") as file:
            file.truncate(1 << 33)
    else:
        path.symlink_to(
            ("/dev/zero", path.name, root / "secret", "/etc/passwd", "/proc/self/environ")[how - 4]
        )
    try:
        told = "\n".join(map(str, lint_paths(root=root)))
    except DataError as error:
        told = str(error)
    assert SECRET not in told, "a file that a link names was quoted"
    assert "root:x:" not in told, "a file that a link names was quoted"
    with contextlib.suppress(DataError):
        load_catalog(str(root))
