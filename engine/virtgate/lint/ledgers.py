"""The ledgers can be read: their headers, and every line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import DataError
from ..ledger import Ledger
from ..reader import Problem
from .data import Data

_PLACE = re.compile(r"(.+?):([0-9]+): (.*)", re.DOTALL)


def find(data: Data) -> Iterator[Problem]:
    """Lines that no ledger may have; releases.txt is read by who asks for releases."""
    for path in sorted(data.catalog.root.glob("matrix/*/ledger/*.txt")):
        if path.name != "releases.txt":
            name = path.relative_to(data.catalog.root).as_posix()
            for said in _problems(path, name):
                match = _PLACE.fullmatch(said)
                line, problem = (int(match[2]), match[3]) if match else (1, said)
                yield Problem(file=name, line=line, problem=problem)


def _problems(path: Path, name: str) -> tuple[str, ...]:
    try:
        return Ledger.parse(path.read_text(encoding="utf-8"), name).problems(name)
    except DataError as error:
        return error.problems
    except (OSError, UnicodeDecodeError) as error:
        return (f"{name}:1: cannot be read: {error}",)
