"""What upstream deprecates and what it took away, by the paths of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..data import Catalog
from ..model import Path
from ..upstream.history import History
from .ending import Ending, find_ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Fading:
    """A path that is deprecated or gone."""

    path: Path
    ending: Ending


def find_fading(catalog: Catalog, hypervisor: str, history: History) -> Iterator[Fading]:
    """Every path that upstream deprecates, or had and has no longer, in the data's order."""
    for paths in catalog.paths.get(hypervisor, {}).values():
        for path in paths:
            ending = find_ending(path, history)
            if ending.is_one:
                yield Fading(path=path, ending=ending)
