"""A running guest asked over its monitor: harmlessly, or not at all."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from virtgate.driver.errors import TargetError
from virtgate.hypervisors.qemu import everything, guest
from virtgate.hypervisors.qemu import probe as qemu
from virtgate.hypervisors.qemu.target import find_binaries

Require = Callable[[object, str], None]
BINARY = next((path for path in find_binaries() if path.endswith("qemu-system-x86_64")), "")
PROPERTIES = 'device-list-properties {"typename":"virtio-net-pci"}'


@contextlib.contextmanager
def running(*monitor: str, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    argv = [BINARY, "-S", "-nodefaults", "-display", "none", "-machine", "none,accel=tcg", *monitor]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL, **options) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path() -> Iterator[str]:
    """A short name for a socket: pytest's own folders may be too deep for one."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"{folder}/qmp"


@pytest.fixture
def monitor(path: str, require: Require) -> Iterator[str]:
    require(BINARY, "no qemu-system-x86_64 is installed")
    with running("-qmp", f"unix:{path},server=on,wait=off"):
        until = time.monotonic() + 10
        while not Path(path).exists() and time.monotonic() < until:
            time.sleep(0.02)
        yield path


@pytest.fixture
def serve(path: str) -> Iterator[Callable[[bytes], str]]:
    """A server that says some bytes to each client and closes the connection."""
    with socket.socket(socket.AF_UNIX) as listener:

        def accept(said: bytes) -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.sendall(said)

        def start(said: bytes) -> str:
            listener.bind(path)
            listener.listen()
            threading.Thread(target=accept, args=(said,), daemon=True).start()
            return path

        yield start
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def problem_of(address: str) -> str:
    started = time.monotonic()
    with pytest.raises(TargetError) as caught:
        guest.ask(address, ["query-version"])
    assert time.monotonic() - started < 5
    assert caught.value.target == address
    return caught.value.problem


def test_a_guest_tells_what_it_is(monitor: str) -> None:
    asked = ["query-version", "uname", "exe", "os-release", "accel", "query-qmp-schema"]
    answers = guest.ask(f"qmp:{monitor}", asked)
    assert list(answers) == asked
    assert answers["exe"] == {"return": str(Path(BINARY).resolve())}
    assert answers["accel"]["return"]["used"] == "tcg"
    assert answers["os-release"]["return"]["ID"]


def test_a_guest_is_asked_nothing_that_instantiates(monitor: str) -> None:
    asked = [PROPERTIES, "query-version", "modules", 'qom-list-properties {"typename":"main-loop"}']
    assert list(guest.ask(monitor, asked)) == ["query-version"]


def test_everything_leaves_out_what_would_load_modules(monitor: str) -> None:
    answers = guest.ask(monitor, None)
    assert set(everything.HARMLESS) <= set(answers)
    modular = "return" in qemu.ask(BINARY, ["modules"])["modules"]
    assert set(answers).isdisjoint(everything.TYPES) == modular
    assert not any("unanswered" in answer for answer in answers.values())


def test_a_monitor_is_free_again_afterwards(monitor: str) -> None:
    assert guest.ask(monitor, ["query-version"]) == guest.ask(monitor, ["query-version"])


def test_a_busy_monitor_is_left_alone(monitor: str) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(monitor)
        assert b"QMP" in other.recv(4096)
        assert problem_of(f"qmp:{monitor}") == guest.BUSY
        other.sendall(b'{"execute": "qmp_capabilities"}\n')
        assert other.recv(4096) == b'{"return": {}}\r\n'


def test_a_socket_that_was_handed_over_leads_to_its_guest(path: str, require: Require) -> None:
    """As libvirt does: it listens, QEMU gets the descriptor."""
    require(BINARY, "no qemu-system-x86_64 is installed")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        handed = listener.fileno()
        chardev = f"socket,id=m,fd={handed},server=on,wait=off"
        with running("-chardev", chardev, "-mon", "m,mode=control", pass_fds=[handed]):
            answers = guest.ask(f"qmp:{path}", ["exe"])
    assert answers["exe"] == {"return": str(Path(BINARY).resolve())}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"", "the socket closes without a greeting: not a QMP monitor, or busy with another client"),
        (b"QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ", "prints what is not QMP"),
        (b'{"QMP": {}}\r\n', "ends"),
        (b'{"QMP": {}', "ends"),
        (b"\x00" * 100 + b"\n", "prints what is not QMP"),
    ],
)
def test_what_is_no_monitor_is_a_sentence(serve: Callable[[bytes], str], said: bytes, problem: str) -> None:
    assert problem_of(serve(said)).startswith(problem.replace("ends", "the socket closes"))


def test_what_is_no_socket_is_said_so(tmp_path: Path, path: str) -> None:
    assert problem_of(str(tmp_path / "none")) == "no such file or directory"
    assert problem_of(str(tmp_path)) == "is not a socket"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    assert problem_of(path).startswith("nobody listens on this socket")
