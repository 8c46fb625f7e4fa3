"""A TARGET's details: read from a recording, or asked with just the questions that they need."""

from __future__ import annotations

import os

from ..hypervisors.qemu.details import Details, read_details
from ..hypervisors.qemu.everything import QUESTIONS
from .targets import Target, ask_facts, read_facts


def ask_details(target: str | os.PathLike[str], *, accel: str | None = None) -> Details:
    """What else a driver reads from a QEMU: machine types, CPU models, GIC, SEV, SGX, Hyper-V, accelerators.

    `target` is a QEMU binary, `qmp:SOCKET` or a recording's file; `accel` is kvm, tcg or None for what a
    guest would get. A running guest is asked only what instantiates nothing. The host is asked each time:
    nothing is kept. Raises TargetError when it cannot be asked, RecordingError.
    """
    found = Target.parse(os.fspath(target))
    if found.is_file:
        return read_details(read_facts(found))
    return read_details(ask_facts(found, QUESTIONS, accel=accel))
