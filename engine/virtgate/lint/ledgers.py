"""The ledgers can be read: their headers, and every line."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data


def find(data: Data) -> Iterator[Problem]:
    """Lines that no ledger may have, and lists of releases that cannot be read."""
    for folder in sorted(data.catalog.root.glob("matrix/*/ledger")):
        yield from data.ledger_problems(folder.parent.name)
