"""A running guest, asked over its QMP socket: only queries that instantiate nothing."""

from __future__ import annotations

import socket
import stat
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...driver import system
from ...driver.errors import TargetError, say_why
from ...facts import machine_probe as machine
from ...facts.machine_probe import Answer
from ..kvm import probe as kvm
from . import everything
from .modules import read_modules
from .qmp_client import Client, EndedError, SilentError, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PREFIX = "qmp:"
GREETING_PATIENCE = 2.0
BUSY = "the monitor is busy with another client, which is left alone"
NO_SOCKET = "is not a socket"
EXECUTABLE = "exe"
OS_RELEASE = "os-release"
QUERIES = frozenset(everything.HARMLESS)
TYPES = frozenset(everything.TYPES)


def ask(
    address: str,
    questions: Iterable[str] | None,
    *,
    timeout: float = 30.0,
    silence: float = 10.0,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Answer]:
    """An answer for each question that a running guest may be asked; None asks all of those.

    A question that would instantiate something in the guest is not asked and is not in the answers. Nor is a
    list of types where the guest's binary has loadable modules: QEMU would load all of them for it into the
    running guest, with their libraries, and a module of another build or a sandbox may end it. `exe` is the
    guest's own binary, `os-release` that of its mount namespace, and `accel` what it runs on. The monitor
    is free again afterwards. Raises TargetError; a monitor that serves someone else is left alone.
    """
    path = address.removeprefix(PREFIX)
    asked = everything_harmless() if questions is None else tuple(dict.fromkeys(questions))
    connection = _connect(address, path)
    with connection:
        client = Client(address, connection, deadline=time.monotonic() + timeout, silence=silence)
        _greet(client)
        # Not before QEMU has greeted: until then its socket may be held by what is about to become QEMU.
        process = _peer(connection, path)
        allowed = QUERIES | TYPES if _has_no_modules(process) else QUERIES
        answers = _ask_monitor(
            client, [text for text in asked if text in allowed], "accel" in asked, on_progress
        )
    answers.update(_ask_host(asked, process))
    return {text: answers[text] for text in asked if text in answers}


def everything_harmless() -> tuple[str, ...]:
    """Every question for a recording of a running guest."""
    return ("accel", EXECUTABLE, *everything.HARMLESS, *everything.TYPES, *kvm.everything())


def _connect(address: str, path: str) -> socket.socket:
    try:
        if not stat.S_ISSOCK(Path(path).stat().st_mode):
            raise TargetError(address, NO_SOCKET)
        return system.connect_unix(path, GREETING_PATIENCE)
    except (BlockingIOError, TimeoutError) as error:
        raise TargetError(address, BUSY) from error
    except ConnectionRefusedError as error:
        problem = (
            "nobody listens on this socket: its QEMU has ended, or its monitor is busy with another client"
        )
        raise TargetError(address, problem) from error
    except OSError as error:
        raise TargetError(address, say_why(error)) from error


def _greet(client: Client) -> None:
    try:
        client.greet(GREETING_PATIENCE)
    except SilentError as error:
        raise TargetError(client.target, BUSY) from error
    except EndedError as error:
        problem = "the socket closes without a greeting: not a QMP monitor, or busy with another client"
        raise TargetError(client.target, problem) from error


def _ask_monitor(
    client: Client, wanted: list[str], with_accel: bool, on_progress: Callable[[int, int], None] | None
) -> dict[str, Answer]:
    """One question at a time: between two of them the guest's main loop gets its turn."""
    texts = list(dict.fromkeys([*wanted, "query-kvm"] if with_accel else wanted))
    answers: dict[str, Answer] = {}

    def report() -> None:
        if on_progress is not None:
            on_progress(len(answers), len(texts))

    problem = collect(client.ask(texts, depth=1), answers, report)
    if problem is not None:
        if not answers:
            raise problem
        answers.update((text, {"unanswered": problem.problem}) for text in texts if text not in answers)
    if with_accel:
        answers["accel"] = _accel(answers["query-kvm"])
    return answers


def _accel(answer: Answer) -> Answer:
    found = answer.get("return")
    if not isinstance(found, dict):
        return answer
    if found.get("enabled") is True:
        return {"return": {"used": "kvm", "kvm": None}}
    return {"return": {"used": "tcg", "kvm": "the guest was started without it"}}


def _ask_host(asked: Iterable[str], process: int | None) -> dict[str, Answer]:
    plain = [text for text in asked if text not in (EXECUTABLE, OS_RELEASE)]
    answers = kvm.ask(plain)
    if EXECUTABLE in asked:
        answers[EXECUTABLE] = _executable(process)
    if OS_RELEASE in asked:
        root = "/" if process is None else f"/proc/{process}/root"
        answers.update(machine.ask([OS_RELEASE], root=root))
    return answers


def _has_no_modules(process: int | None) -> bool:
    try:
        return process is not None and not read_modules(f"/proc/{process}/exe").is_modular
    except OSError:
        return False


def _executable(process: int | None) -> Answer:
    if process is None:
        return {"unanswered": "no process is known to hold this socket"}
    try:
        return {"return": str(Path(f"/proc/{process}/exe").readlink())}
    except OSError as error:
        return machine.refusal(error)


def _peer(connection: socket.socket, path: str) -> int | None:
    """The process that serves this socket.

    The credentials are those of whoever called listen: libvirt does it for its guests and hands the socket
    over, so that what holds the listening socket now is looked for when the listener is no QEMU.
    """
    size = struct.calcsize("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    listener: int = struct.unpack("3i", credentials)[0]
    if listener and _is_qemu(listener):
        return listener
    return next((holder for holder in _holders(path) if _is_qemu(holder)), None)


def _is_qemu(process: int) -> bool:
    try:
        name = Path(f"/proc/{process}/exe").readlink().name
    except OSError:
        return False
    return "qemu" in name or name.startswith("kvm")


def _holders(path: str) -> Iterable[int]:
    try:
        table = system.read_text("/proc/net/unix", 8 << 20)
    except OSError:
        return
    rows = (line.split(maxsplit=7) for line in table.splitlines())
    ours = {f"socket:[{row[6]}]" for row in rows if len(row) == 8 and row[7] == path}
    for folder in Path("/proc").iterdir():
        if ours and folder.name.isdecimal() and _has_any(folder / "fd", ours):
            yield int(folder.name)


def _has_any(folder: Path, wanted: set[str]) -> bool:
    try:
        return any(str(entry.readlink()) in wanted for entry in folder.iterdir())
    except OSError:
        return False
