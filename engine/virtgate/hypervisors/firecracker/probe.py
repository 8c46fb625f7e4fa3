"""A Firecracker, by what its program prints or by three GETs on its socket; no guest is touched.

A GET changes nothing in it. What tells one guest's configuration is not kept: of the machine's, the names of
its fields; of the instance, no id. `GET /vm/config` and `GET /mmds` are not asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...driver import system
from ...driver.errors import TargetError
from ...facts import Answer
from ...facts import machine_probe as machine
from ...facts.http import Mute
from .. import binaries
from ..protocol import Asking
from ..sockets import get_document, open_way
from .view import BANNER, HELP, INSTANCE, MACHINE, MACHINE_CONFIG, SNAPSHOT_VERSION, VERSION

PREFIX = "fc:"
PROGRAM = "firecracker"
# Where Kata's releases put it.
PLACES = ("/opt/kata/bin/firecracker",)
WHO = "Firecracker"
PROGRAM_QUESTIONS = (BANNER, SNAPSHOT_VERSION, HELP)
SOCKET_QUESTIONS = (INSTANCE, VERSION, MACHINE_CONFIG)
# What the answers say of the build.
KEPT = ("state", "vmm_version", "app_name", "firecracker_version")
# e_machine of those that it is built for (elf.h).
_MACHINES = {62: "x86_64", 183: "aarch64"}
_ELF_HEADER = 20
_OTHER_FILES = (".json", ".yaml", ".yml", ".sock", ".socket", ".log")


def is_program(text: str) -> bool:
    """Whether a target is the program, by its name: `firecracker`, or `firecracker-v1.12.1-x86_64`."""
    name = Path(text).name.removesuffix(".xz")
    return (name == PROGRAM or name.startswith(f"{PROGRAM}-")) and not name.endswith(_OTHER_FILES)


def ask_program(asking: Asking) -> Mapping[str, Answer]:
    """What the program prints, and the machine's answers. Raises TargetError where it prints no version."""
    answers = binaries.ask_program(asking, PROGRAM_QUESTIONS, _print)
    if MACHINE in asking.questions:
        answers[MACHINE] = _read_machine(shutil.which(asking.target) or asking.target)
    return answers


def _print(target: str, words: Sequence[str]) -> Answer:
    """What it prints, but that it ends, which it logs since 1.4 with the time."""
    answer = binaries.run_program(target, words)
    if "return" not in answer:
        return answer
    lines = (line for line in answer["return"].splitlines() if "exiting successfully" not in line)
    return {"return": "\n".join(lines).strip()}


def _read_machine(path: str) -> Answer:
    """The processor that a program is built for, by the head of its file."""
    try:
        head = system.read_bytes(path, _ELF_HEADER)
    except OSError as error:
        return machine.refusal(error)
    known = _MACHINES.get(int.from_bytes(head[18:20], "little")) if head[:6] == b"\x7fELF\x02\x01" else None
    return {"return": known} if known else {"unanswered": "not a program for a processor that is known"}


def ask_socket(asking: Asking) -> Mapping[str, Answer]:
    """What a running one says of itself. Raises TargetError where it says nothing."""
    way = open_way(asking.target, PREFIX, WHO, "/run/firecracker.socket")
    questions = machine.everything() if asking.whole else asking.questions
    answers = machine.ask(one for one in (*questions, "uname") if machine.is_known(one))
    for one in SOCKET_QUESTIONS:
        try:
            answers[one] = {"return": _keep(one, get_document(way, asking.target, one))}
        except (Mute, ValueError) as error:
            answers[one] = {"unanswered": str(error)}
    if not any("return" in answers[one] for one in (INSTANCE, VERSION)):
        raise TargetError(asking.target, answers[INSTANCE].get("unanswered", "says nothing"))
    return answers


def _keep(question: str, told: Any) -> Any:
    """What is kept of an answer. Raises ValueError for one that is none."""
    if not isinstance(told, dict) or not told:
        raise ValueError(f"does not answer as {WHO}: no object")
    if question == MACHINE_CONFIG:
        return sorted(name for name in told if isinstance(name, str))
    return {name: told[name] for name in KEPT if isinstance(told.get(name), str)}
