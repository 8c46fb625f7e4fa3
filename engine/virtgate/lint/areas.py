"""One file holds one area, and is called by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..data.yaml import Block, Problem, Text
from .data import Data


def find(data: Data) -> Iterator[Problem]:
    """Areas that are not their file's name, and support that stands in another area's file."""
    for file, block in data.blocks.items():
        place = PurePosixPath(file)
        values = {str(key): value for key, value in block.items()}
        area, support = values.get("area"), values.get("support")
        if isinstance(area, Text) and area and area != place.stem:
            problem = f"area '{area}' is in a file called '{place.name}'"
            yield Problem(file=file, line=area.line, problem=problem, hint=f"its file is '{area}.yaml'")
        for key in support if isinstance(support, Block) else ():
            own = key.split(".", 1)[0]
            if own != place.stem and own in _areas(data):
                hint = f"its place is {place.with_name(f'{own}.yaml')}"
                problem = f"'{key}' is in '{place.name}'"
                yield Problem(file=file, line=key.line, problem=problem, hint=hint)


def _areas(data: Data) -> set[str]:
    return {capability.area for capability in data.catalog.capabilities.values()}
