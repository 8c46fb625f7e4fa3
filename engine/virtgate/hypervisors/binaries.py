"""A hypervisor that is one program: where this machine has it, and what its answers hang on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ..driver import system
from ..driver.errors import TargetError, say_why
from ..facts import Answer
from ..facts import machine_probe as machine
from .protocol import Asking

PATIENCE = 10.0
MOST_BYTES = 1 << 16


def find_programs(name: str, places: Iterable[str]) -> Iterable[str]:
    """The programs of a name that this machine has, on the PATH or in the usual places."""
    return dict.fromkeys(path for path in (shutil.which(name), *places) if path and os.access(path, os.X_OK))


def run_program(target: str, words: Sequence[str]) -> Answer:
    """What a program prints. Raises TargetError where it cannot be run."""
    try:
        status, text = system.run_untrusted([*words], timeout=PATIENCE, limit=MOST_BYTES)
    except OSError as error:
        raise TargetError(target, f"cannot be run: {say_why(error)}") from None
    if status is None:
        return {"unanswered": "takes too long, or prints without end"}
    return {"unanswered": f"exit {status}"} if status else {"return": text.decode(errors="replace").strip()}


def ask_program(
    asking: Asking, own: Sequence[str], run: Callable[[str, Sequence[str]], Answer] = run_program
) -> dict[str, Answer]:
    """What a program prints, and the machine's answers; the first of its `own` questions is for its version.

    Raises TargetError where it prints none.
    """
    path = shutil.which(asking.target) or asking.target
    asked = dict.fromkeys((*asking.questions, *((*own, *machine.everything()) if asking.whole else ())))
    answers: dict[str, Answer] = {**machine.ask(one for one in asked if machine.is_known(one))}
    answers |= {one: run(asking.target, [path, *one.split(" ")[1:]]) for one in own if one in asked}
    if "return" not in answers.get(own[0], {}):
        raise TargetError(asking.target, "does not print its version")
    return answers


def program_prints(target: str) -> Iterator[tuple[str, str]]:
    """What a program's answers hang on: the file that is named, and what it leads to."""
    # A link may be turned to another build, which leaves the file that is named as it was.
    path = shutil.which(target) or target
    yield "stat", path
    yield "stat", str(Path(path).resolve())
