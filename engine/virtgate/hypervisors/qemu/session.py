"""One QEMU process that a probe started, from its command line to its end."""

from __future__ import annotations

import subprocess
from typing import Any, Self

from ...driver import system
from ...driver.errors import TargetError, say_why
from .qmp_client import Client, EndedError
from .start import Started


class RefusedError(Exception):
    """The process ended before it greeted; `errors` is what it said on standard error."""

    def __init__(self, errors: str, problem: str) -> None:
        super().__init__(problem)
        self.errors = errors
        self.problem = problem


class Session:
    """A started QEMU and the conversation with it."""

    def __init__(self, target: str, started: Started, *, deadline: float, silence: float) -> None:
        self.target = target
        self._started = started
        self.process = started.process
        self._greeting: dict[str, Any] | None = None
        errors = self.process.stderr
        self.client = Client(
            target,
            started.connection,
            deadline=deadline,
            silence=silence,
            errors=None if errors is None else errors.fileno(),
            ahead=started.sent,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._started.close()

    def greet(self) -> dict[str, Any]:
        """The greeting, read once. Raises RefusedError for a process that ended instead, or TargetError."""
        try:
            if self._greeting is None:
                self._greeting = self.client.greet()
            return self._greeting
        except EndedError as error:
            sentence = f"does not greet as QEMU and {self.explain(error)}"
            raise RefusedError(self.client.finish_errors(), sentence) from error

    def explain(self, error: TargetError) -> str:
        """The problem in one sentence, with how the process ended and its last words."""
        if not isinstance(error, EndedError):
            return error.problem
        said = last_line(self.client.finish_errors())
        status = self._wait()
        how = "" if status is None else f" with signal {-status}" if status < 0 else f" with status {status}"
        return f"{error.problem}{how}" + (f": {said}" if said else "")

    def has_died(self, problem: TargetError) -> bool:
        """Whether the process went away, or failed: GLib prints a failed assertion where replies belong."""
        return isinstance(problem, EndedError) or self._wait() not in {None, 0}

    def _wait(self) -> int | None:
        try:
            return self.process.wait(0.5)
        except subprocess.TimeoutExpired:
            return None


def explain_start(error: OSError) -> str:
    """Why a process could not be started."""
    if isinstance(error, PermissionError) and system.unprivileged_user():
        return f"may not be run by the unprivileged user {system.UNPRIVILEGED}: permission denied"
    return f"cannot be started: {say_why(error)}"


def last_line(text: str) -> str:
    """The last line that says something, shortened."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
