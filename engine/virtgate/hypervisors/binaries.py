"""A hypervisor that is one program: where this machine has it, and what its answers hang on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path


def find_programs(name: str, places: Iterable[str]) -> Iterable[str]:
    """The programs of a name that this machine has, on the PATH or in the usual places."""
    return dict.fromkeys(path for path in (shutil.which(name), *places) if path and os.access(path, os.X_OK))


def program_prints(target: str) -> Iterator[tuple[str, str]]:
    """What a program's answers hang on: the file that is named, and what it leads to."""
    path = shutil.which(target) or target
    yield "stat", path
    yield "stat", str(Path(path).resolve())
