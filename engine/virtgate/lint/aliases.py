"""Another project's name belongs to one capability, so that translating it back is possible."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Path
from ..reader import Problem
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Aliases that stand on paths of two capabilities of one hypervisor."""
    first: dict[tuple[str, str, str], Path] = {}
    for path in data.paths():
        for whose, names in path.aliases.items():
            for name in names:
                other = first.setdefault((path.hypervisor, whose, name), path)
                if other.capability != path.capability:
                    problem = f"{whose} alias '{name}' is on '{path.capability}' and on '{other.capability}'"
                    hint = f"the other is at {other.where}"
                    yield locate(path.where, name, problem, hint)
