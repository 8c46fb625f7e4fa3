"""A path rests on what a host has: what is missing from an answer may have been cut off."""

from __future__ import annotations

from collections.abc import Iterator

from ..conditions import KINDS
from ..data.yaml import Problem
from ..model import Condition, Leaf, Path, leaves
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Paths that are taken for there, usable or mended because an element of the interface is not seen.

    What refuses a path may rest on that: a divergent shape is told by upstream's being missing.
    """
    for support in data.catalog.paths.values():
        for path in (path for paths in support.values() for path in paths):
            for leaf in _denied(path):
                named = " ".join(map(str, leaf.terms.values()))
                problem = f"'{path.name}' rests on a host without {leaf.kind} {named}"
                hint = "bound the path with 'release', or name what is there instead"
                yield locate(path.where, None, problem, hint)


def _denied(path: Path) -> Iterator[Leaf]:
    granting = (path.when, path.usable, *(one.witness for one in path.broken))
    for leaf in (leaf for condition in granting for leaf in _under_not(condition)):
        if not KINDS[leaf.kind].circumstance:
            yield leaf


def _under_not(condition: Condition | None) -> Iterator[Leaf]:
    if condition is None or isinstance(condition, Leaf):
        return
    for part in condition.parts:
        yield from leaves(part) if condition.joint == "not" else _under_not(part)
