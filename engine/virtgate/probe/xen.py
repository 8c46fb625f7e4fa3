"""A Xen host, by what the hypervisor shows of itself in sysfs, there before any tool or module."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import TargetError
from . import machine

_FOLDER = "/sys/hypervisor"
IDENTITY = tuple(
    f"file {_FOLDER}/{name}" for name in ("type", "version/major", "version/minor", "version/extra")
)


def is_here() -> bool:
    """Whether this machine runs on Xen."""
    try:
        return Path(f"{_FOLDER}/type").read_text(encoding="ascii").strip() == "xen"
    except (OSError, UnicodeDecodeError):
        return False


def ask(questions: Iterable[str] | None) -> dict[str, Any]:
    """An answer for each question about the machine; None asks everything. Raises TargetError without Xen."""
    if not is_here():
        raise TargetError("xen", f"no Xen here: {_FOLDER}/type does not say xen")
    return machine.ask(None if questions is None else [*IDENTITY, *questions])
