"""What a scan finds: a use of a hypervisor's interface at a place, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A name at a place of a text, of one of its hypervisor's kinds of use.

    `alone` says that nothing around the name shows that it is sent.
    """

    kind: str
    name: str
    at: int
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Use:
    """One name of an interface at one line of a source, before any judgement.

    `name` is as the ledger has it: `drive-mirror`, the argument `drive-mirror.sync`, `KVM_CAP_PIT2`.
    `context` is the line that shows it, `guarded` whether it, or one just before, looks at a version or a
    capability, `alone` whether the name is all there is: a table of names asks about them and sends nothing.
    """

    file: str
    line: int
    hypervisor: str
    kind: str
    name: str
    context: str
    guarded: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """A file that was not read, and why: `binary`, `large`, or what the system said."""

    file: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Accepted:
    """A comment `virtgate: accept NAME REASON`; it counts for its own line and the next."""

    file: str
    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Everything that was seen: the uses in order of file and line, and how much was read."""

    uses: tuple[Use, ...]
    accepted: tuple[Accepted, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[str, ...]
    lines: int
