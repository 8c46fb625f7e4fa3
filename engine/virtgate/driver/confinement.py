"""What a program that may be hostile is held to, and how everything that it leaves behind is ended."""

from __future__ import annotations

import ctypes
import functools
import itertools
import operator
import os
import resource
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

# The numbers that prctl has for these.
_DEATH_SIGNAL, _SET_SUBREAPER, _GET_SUBREAPER, _NO_NEW_PRIVILEGES = 1, 36, 37, 38
# RLIMIT_MSGQUEUE marks what was started here: no process without privileges raises it again.
_MARK = 4099
_LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 120,  # seconds
    resource.RLIMIT_DATA: 4 << 30,  # the code that QEMU translates has 1 GiB
    resource.RLIMIT_FSIZE: 64 << 20,
    resource.RLIMIT_MSGQUEUE: _MARK,
    resource.RLIMIT_NOFILE: 1024,
}
_MOST_PROCESSES = 1024  # of nobody, threads included

_lock = threading.Lock()
_started: set[int] = set()  # started here and not yet stopped
_was_subreaper: list[bool] = []


def prepare(is_nobody: bool) -> Callable[[], object] | None:
    """What the child calls last before exec: a change of user would clear the signal of a parent's death."""
    prctl = _find_prctl()
    if prctl is None:
        return None
    limits = {**_LIMITS, resource.RLIMIT_NPROC: _MOST_PROCESSES} if is_nobody else _LIMITS
    calls: list[tuple[Any, ...]] = [
        (prctl, _DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0),
        (prctl, _NO_NEW_PRIVILEGES, 1, 0, 0, 0),
    ]
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        calls.append((resource.setrlimit, kind, (bound, bound)))
    # No code of ours between fork and exec: a lock that another thread holds would be held for ever there.
    return functools.partial(list, itertools.starmap(operator.call, calls))


def start(begin: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Start a process; until it is stopped, what leaves it becomes a child of ours, and not of init."""
    with _lock:
        _adopt()
        try:
            process = begin()
            _started.add(process.pid)
        finally:
            _adopt(bool(_started))
    return process


def end_left(process: int, patience: float) -> None:
    """End those that left the session of a process; children that the caller has otherwise are left alone."""
    if process not in _started:
        return
    with _lock:
        _started.discard(process)
        until = time.monotonic() + patience
        while (left := _find_left()) and time.monotonic() < until:
            for one in left:
                _end(one)
        if not _started:
            _adopt(False)


def _end(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    except OSError:
        return


def _find_prctl() -> Callable[..., int] | None:
    try:
        found: Callable[..., int] = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    return found


def _adopt(wanted: bool = True) -> None:
    """Become, or cease to be, the parent of processes whose own ended; who was it before stays it."""
    prctl = _find_prctl()
    if prctl is None:
        return
    if not _was_subreaper:
        now = ctypes.c_int()
        prctl(_GET_SUBREAPER, ctypes.byref(now), 0, 0, 0)
        _was_subreaper.append(bool(now.value))
    if not _was_subreaper[0]:
        prctl(_SET_SUBREAPER, int(wanted), 0, 0, 0)


def _find_left() -> list[int]:
    children: set[int] = set()
    try:
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
                children.update(map(int, file.read().split()))
    except OSError:
        return []
    return [one for one in children - _started if _is_marked(one)]


def _is_marked(process: int) -> bool:
    try:
        with open(f"/proc/{process}/limits", encoding="ascii") as file:
            words = next((line.split() for line in file if line.startswith("Max msgqueue size")), [])
    except OSError:
        return False
    return len(words) > 4 and words[4].isdigit() and int(words[4]) <= _MARK
