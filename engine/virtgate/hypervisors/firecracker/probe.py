"""A Firecracker, by what its program prints or by three GETs on its socket; no guest is touched.

A GET changes nothing in it. What tells one guest's configuration is not kept: of the machine's, the names of
its fields; of the instance, no id. `GET /vm/config` and `GET /mmds` are not asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...driver import system
from ...driver.errors import TargetError
from ...facts import Answer
from ...facts import machine_probe as machine
from ...facts.http import Exchange, Mute
from ...facts.parsing import parse_json
from ..binaries import find_programs
from ..protocol import Asking
from .view import BANNER, HELP, INSTANCE, MACHINE, MACHINE_CONFIG, SNAPSHOT_VERSION, VERSION

PREFIX = "fc:"
PROGRAM = "firecracker"
# Where Kata's releases put it.
PLACES = ("/opt/kata/bin/firecracker",)
WHO = "Firecracker"
PATIENCE = 10.0
MOST_BYTES = 1 << 16
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


def find() -> Iterable[str]:
    """The programs that this machine has."""
    return find_programs(PROGRAM, PLACES)


def socket_prints(target: str) -> Iterator[tuple[str, str]]:
    """What a running one's answers hang on: it makes its socket anew when it starts."""
    yield "stat", target.removeprefix(PREFIX)


def ask_program(asking: Asking) -> Mapping[str, Answer]:
    """What the program prints, and the machine's answers. Raises TargetError where it prints no version."""
    path = shutil.which(asking.target) or asking.target
    asked = dict.fromkeys(
        (*asking.questions, *((*PROGRAM_QUESTIONS, *machine.everything()) if asking.whole else ()))
    )
    answers: dict[str, Answer] = {**machine.ask(one for one in asked if machine.is_known(one))}
    for one in PROGRAM_QUESTIONS:
        if one in asked:
            answers[one] = _run(asking.target, path, one.split(" ")[1:])
    if MACHINE in asked:
        answers[MACHINE] = _read_machine(path)
    if "return" not in answers.get(BANNER, {}):
        raise TargetError(asking.target, "does not print its version")
    return answers


def _run(target: str, path: str, words: list[str]) -> Answer:
    try:
        status, text = system.run_untrusted([path, *words], timeout=PATIENCE, limit=MOST_BYTES)
    except OSError as error:
        raise TargetError(target, f"cannot be run: {(error.strerror or str(error)).lower()}") from None
    if status is None:
        return {"unanswered": "takes too long, or prints without end"}
    if status:
        return {"unanswered": f"exit {status}"}
    # Since 1.4 it logs that it ends, with the time.
    lines = (
        line for line in text.decode(errors="replace").splitlines() if "exiting successfully" not in line
    )
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
    path = asking.target.removeprefix(PREFIX)
    if not path.startswith("/"):
        raise TargetError(asking.target, "not a socket's whole path; fc:/run/firecracker.socket is one")
    way = Exchange(connect=lambda left: system.connect_unix(path, left), who=WHO, most=MOST_BYTES)
    questions = machine.everything() if asking.whole else asking.questions
    answers = machine.ask(one for one in (*questions, "uname") if machine.is_known(one))
    for one in SOCKET_QUESTIONS:
        try:
            answers[one] = {"return": _keep(one, way.get(one.partition(" ")[2]))}
        except (Mute, ValueError) as error:
            answers[one] = {"unanswered": str(error)}
        except OSError as error:
            told = f"cannot be reached: {(error.strerror or str(error)).lower()}"
            raise TargetError(asking.target, told) from None
    if not any("return" in answers[one] for one in (INSTANCE, VERSION)):
        raise TargetError(asking.target, answers[INSTANCE].get("unanswered", "says nothing"))
    return answers


def _keep(question: str, body: bytes) -> Any:
    """What is kept of an answer. Raises ValueError for one that is none."""
    told = parse_json(body.decode("utf-8", "replace"))
    if not isinstance(told, dict) or not told:
        raise ValueError(f"does not answer as {WHO}: no object")
    if question == MACHINE_CONFIG:
        return sorted(name for name in told if isinstance(name, str))
    return {name: told[name] for name in KEPT if isinstance(told.get(name), str)}
