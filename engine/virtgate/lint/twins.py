"""Two paths of one capability can be told apart by some host, or by the release."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..data.yaml import Problem
from ..model import Condition, Leaf, Path
from .data import Data, locate

_Spelt = tuple[str, object]


def find(data: Data) -> Iterator[Problem]:
    """Paths whose conditions mean the same, `usable` included, in some of the same releases."""
    for support in data.catalog.paths.values():
        for paths in support.values():
            for first, second in combinations(paths, 2):
                if first.name == second.name or _spell_whole(first) != _spell_whole(second):
                    continue
                one, other = data.standing(first).mask, data.standing(second).mask
                if one & other or not (one and other):
                    problem = f"no host can tell '{second.name}' of '{second.capability}' from '{first.name}'"
                    hint = f"the other is at {first.where}; what a driver does differently is in 'when'"
                    yield locate(second.where, None, problem, hint)


def _spell_whole(path: Path) -> tuple[_Spelt, _Spelt | None, str | None]:
    return _spell(path.when), _spell(path.usable) if path.usable else None, path.fork


def _spell(condition: Condition) -> _Spelt:
    """A condition in a form that is the same for all that mean the same by their joints alone."""
    if isinstance(condition, Leaf):
        return condition.kind, frozenset((key, str(value)) for key, value in condition.terms.items())
    parts = [_spell(part) for part in condition.parts]
    if condition.joint == "not":
        joint, inner = parts[0]
        return inner if joint == "not" and isinstance(inner, tuple) else ("not", parts[0])
    flat: set[_Spelt] = set()
    for joint, inner in parts:
        flat |= inner if joint == condition.joint and isinstance(inner, frozenset) else {(joint, inner)}
    return next(iter(flat)) if len(flat) == 1 else (condition.joint, frozenset(flat))
