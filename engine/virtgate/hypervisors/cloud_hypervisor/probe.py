"""A Cloud Hypervisor, by what its program prints or by a GET on its socket; no guest is touched.

`vmm.ping` is answered by the monitor's own thread and changes nothing. Nothing else is asked: `vm.info` would
tell one guest's configuration, and no more of the interface.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...driver import system
from ...driver.errors import TargetError
from ...facts import Answer
from ...facts import machine_probe as machine
from ...facts.http import Exchange, Mute
from ...facts.parsing import parse_json
from ..binaries import find_programs
from ..protocol import Asking
from .view import HELP, PING, VERSION

PREFIX = "chv:"
PROGRAM = "cloud-hypervisor"
# Where Kata's releases put it.
PLACES = ("/opt/kata/bin/cloud-hypervisor", "/opt/kata/bin/cloud-hypervisor-glibc")
WHO = "Cloud Hypervisor"
PATIENCE = 10.0
MOST_BYTES = 1 << 16
# What the answer says of the build; a process's number says nothing of it.
KEPT = ("version", "build_version", "features")


def is_program(text: str) -> bool:
    """Whether a target is the program, by its name."""
    name = Path(text).name
    return name.startswith(PROGRAM) and not name.removesuffix(".xz").endswith((".json", ".yaml", ".sock"))


def is_socket(text: str) -> bool:
    """Whether a target is a running monitor's socket."""
    return text.startswith(PREFIX)


def find() -> Iterable[str]:
    """The programs that this machine has."""
    return find_programs(PROGRAM, PLACES)


def socket_prints(target: str) -> Iterator[tuple[str, str]]:
    """What a running monitor's answers hang on: it makes its socket anew when it starts."""
    yield "stat", target.removeprefix(PREFIX)


def ask_program(asking: Asking) -> Mapping[str, Answer]:
    """What the program prints, and the machine's answers. Raises TargetError where it prints no version."""
    path = shutil.which(asking.target) or asking.target
    asked = dict.fromkeys((*asking.questions, *((HELP, *machine.everything()) if asking.whole else ())))
    answers = machine.ask(one for one in asked if machine.is_known(one))
    for one in (VERSION, HELP):
        if one in asked:
            answers[one] = _run(asking.target, path, one.split(" ")[1:])
    if "return" not in answers.get(VERSION, {}):
        raise TargetError(asking.target, "does not print its version")
    return answers


def _run(target: str, path: str, words: list[str]) -> dict[str, str]:
    try:
        status, text = system.run_untrusted([path, *words], timeout=PATIENCE, limit=MOST_BYTES)
    except OSError as error:
        raise TargetError(target, f"cannot be run: {(error.strerror or str(error)).lower()}") from None
    if status is None:
        return {"unanswered": "takes too long, or prints without end"}
    return (
        {"return": text.decode(errors="replace").strip()} if status == 0 else {"unanswered": f"exit {status}"}
    )


def ask_socket(asking: Asking) -> Mapping[str, Answer]:
    """What a running monitor says of itself. Raises TargetError where it says nothing."""
    path = asking.target.removeprefix(PREFIX)
    if not path.startswith("/"):
        raise TargetError(asking.target, "not a socket's whole path; chv:/run/vm.sock is one")
    way = Exchange(connect=lambda left: system.connect_unix(path, left), who=WHO, most=MOST_BYTES)
    try:
        told = parse_json(way.get(PING.partition(" ")[2]).decode("utf-8", "replace"))
    except (Mute, ValueError) as error:
        raise TargetError(asking.target, str(error)) from None
    except OSError as error:
        raise TargetError(
            asking.target, f"cannot be reached: {(error.strerror or str(error)).lower()}"
        ) from None
    if not isinstance(told, dict) or not isinstance(told.get("version"), str):
        raise TargetError(asking.target, f"does not answer as {WHO}: no version")
    kept = {name: told[name] for name in KEPT if name in told}
    questions = machine.everything() if asking.whole else asking.questions
    return {**machine.ask(one for one in questions if machine.is_known(one)), PING: {"return": kept}}
