"""Every exception that virtgate raises on purpose.

::

    VirtgateError
    ├── UsageError           the call itself is wrong: ask differently
    │   ├── UnknownCapability    no such id; .nearest names those like it
    │   └── UnknownRelease       upstream never released that; .known names what is known
    ├── NotEnabled           a required capability is not enabled; .verdict says why
    ├── TargetError          a host could not be asked; .target, .problem
    ├── DataError            the YAML or the ledger is wrong; .problems lists them all
    └── RecordingError       a recording cannot be read; .path, .problem
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .verdict import Verdict


class VirtgateError(Exception):
    """Whatever goes wrong here; catch this to catch all of it."""


class UsageError(VirtgateError):
    """The call itself is wrong."""


class UnknownCapability(UsageError):
    """No capability has this id in the installed data."""

    def __init__(self, identifier: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(identifier, nearest)
        self.identifier = identifier
        self.nearest = nearest

    def __str__(self) -> str:
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return f"no capability '{self.identifier}'{hint}"


class UnknownRelease(UsageError):
    """Upstream has no such release, as far as the installed data knows."""

    def __init__(
        self, hypervisor: str, release: str, known: tuple[str, ...] = (), nearest: tuple[str, ...] = ()
    ) -> None:
        super().__init__(hypervisor, release, known, nearest)
        self.hypervisor = hypervisor
        self.release = release
        self.known = known
        self.nearest = nearest

    def __str__(self) -> str:
        span = f"; known are {self.known[0]} to {self.known[-1]}" if self.known else ""
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return f"no release '{self.release}' of {self.hypervisor}{span}{hint}"


class NotEnabled(VirtgateError):
    """A required capability is not enabled; `verdict` is the whole answer."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict

    def __str__(self) -> str:
        return f"{self.verdict.id} is {self.verdict.state}: {self.verdict.sentence}"


class TargetError(VirtgateError):
    """A host could not be asked."""

    def __init__(self, target: str, problem: str) -> None:
        super().__init__(target, problem)
        self.target = target
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.target}: {self.problem}"


class RecordingError(VirtgateError):
    """A recording cannot be read."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class DataError(VirtgateError):
    """The YAML or the ledger is wrong; `problems` has every one found, as text."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


def say_why(error: OSError) -> str:
    """What the system says of a failure, in a sentence; for want of a text of its own, what Python says."""
    return (error.strerror or str(error)).lower()
