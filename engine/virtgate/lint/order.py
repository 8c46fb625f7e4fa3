"""Ids stand in alphabetical order, so that two people's additions meet where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..reader import Block, Problem
from .data import Data


def find(data: Data) -> Iterator[Problem]:
    """Every id that stands after one it should precede."""
    for file, block in data.blocks.items():
        for name in ("capabilities", "support"):
            rows = block.get(name)  # type: ignore[call-overload]
            for before, here in pairwise(rows if isinstance(rows, Block) else ()):
                if here < before:
                    problem = f"'{here}' stands after '{before}'; ids are in alphabetical order"
                    yield Problem(file=file, line=here.line, problem=problem)
