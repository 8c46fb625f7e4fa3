"""What the kernel permits: a system call is asked for, and a filter's or sysctl's refusal is an answer."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hostmaker import ROOT, decide_host, make_facts, schema_in
from virtgate.facts import machine_probe as machine

CALL = "syscall io_uring_setup"
SYSCTL = "file /proc/sys/kernel/io_uring_disabled"
GATE = "block.aio.io-uring"
# A classic BPF program: this one call's number gives EPERM, any other passes.
FILTERED = """
import ctypes, json, struct, sys
from virtgate.facts import machine_probe as machine
code = [(0x20, 0, 0, 0), (0x15, 0, 1, 425), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in code))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
prctl = ctypes.CDLL(None, use_errno=True).prctl
told = Filter(len(code), ctypes.addressof(program))
if prctl(38, 1, 0, 0, 0) or prctl(22, 2, ctypes.byref(told)):
    sys.exit(75)
print(json.dumps(machine.ask(["syscall io_uring_setup"])))
"""


def count_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_call_leaves_nothing_behind_and_answers_yes_or_no() -> None:
    before = count_descriptors()
    answer = machine.ask([CALL])[CALL]
    assert count_descriptors() == before
    assert isinstance(answer["return"], bool)


def test_a_filter_of_system_calls_is_a_no() -> None:
    done = subprocess.run([sys.executable, "-c", FILTERED], capture_output=True, text=True, check=False)
    if done.returncode == 75:
        pytest.skip("this machine lets nobody filter system calls")
    assert json.loads(done.stdout)[CALL] == {"return": False}


def told(**answers: Any) -> str:
    facts = make_facts("9.0.0", schema_in(ROOT, "9.0"), "", answers)
    return decide_host(facts, ROOT).verdict(GATE)


@pytest.mark.parametrize(
    ("call", "sysctl"), list(itertools.product([True, False, None], ["0", "1", "2", None]))
)
def test_io_uring_wants_the_kernels_consent(call: bool | None, sysctl: str | None) -> None:
    answers: dict[str, Any] = {} if call is None else {CALL: call}
    answers |= {} if sysctl is None else {SYSCTL: f"{sysctl}\n"}
    is_refused = call is False or sysctl in {"1", "2"}
    is_known = call is not None and sysctl is not None
    expected = "disabled host-lacks" if is_refused else "enabled upstream" if is_known else "unknown unknown"
    assert told(**answers) == expected
