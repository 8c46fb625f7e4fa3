"""What only a fork has is never a way of upstream's, and what upstream has is no fork's alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..data.yaml import Problem
from ..model import Condition, Leaf, Path
from ..upstream.status import has_part, path_footprint
from .data import Data, elements_of, locate, positive_leaves

# A downstream's own names begin so, by QAPI's rules for names (docs/devel/qapi-code-gen).
_DOWNSTREAM = "__"


def find(data: Data) -> Iterator[Problem]:
    """Paths not marked `fork` through a fork's marker or own path; marked ones that a release has whole."""
    for hypervisor, support in data.catalog.paths.items():
        known = _of_forks(data, hypervisor)
        for path in (path for paths in support.values() for path in paths):
            if path.fork:
                yield from _find_merged(path, data)
            elif not path.rejected:
                yield from _find_foreign(path, known, data)


def _of_forks(data: Data, hypervisor: str) -> Mapping[str, str]:
    """Every condition that alone tells a fork, or a path that only a fork has, in words, with the fork."""
    known: dict[str, str] = {}
    for one in data.catalog.downstreams.get(hypervisor, {}).values():
        if one.kind == "fork":
            known |= {str(leaf): one.name for marker in one.markers for leaf in telling_leaves(marker)}
    for paths in data.catalog.paths[hypervisor].values():
        for path in paths:
            known |= {str(leaf): path.fork for leaf in telling_leaves(path.when) if path.fork}
    return known


def telling_leaves(condition: Condition) -> Iterator[Leaf]:
    """The parts of a condition any of which is enough."""
    if isinstance(condition, Leaf):
        yield condition
    elif condition.joint == "any":
        for part in condition.parts:
            yield from telling_leaves(part)


def _find_foreign(path: Path, known: Mapping[str, str], data: Data) -> Iterator[Problem]:
    history = data.history(path.hypervisor)
    for leaf in positive_leaves(path.when):
        elements = elements_of(leaf)
        text = next(iter(leaf.terms.values()), None)
        names = [one.name for one in elements] or [one for one in leaf.terms.values() if isinstance(one, str)]
        theirs = next((name for name in names if has_part(name, _DOWNSTREAM)), None)
        if theirs is not None:
            problem = f"'{path.name}' goes through '{theirs}', whose name is a downstream's"
            yield locate(path.where, text, problem, "write 'fork', or make it 'divergent'")
        elif str(leaf) in known and not any(map(history.mask, elements)):
            problem = f"'{path.name}' goes through '{leaf}', which only {known[str(leaf)]} has"
            yield locate(path.where, text, problem, f"write 'fork: {known[str(leaf)]}'")


def _find_merged(path: Path, data: Data) -> Iterator[Problem]:
    if data.ledger_problems(path.hypervisor):
        return
    history = data.history(path.hypervisor)
    footprint = path_footprint(path, history, None, None)
    mask = history.common_mask(footprint)
    if mask and all(history.mask(one) for one in footprint):
        first = history.name_of(history.versions[(mask & -mask).bit_length() - 1])
        problem = (
            f"'{path.name}' is marked as only in {path.fork}, but upstream has had all of it since {first}"
        )
        yield locate(path.where, path.fork, problem, "leave 'fork' out; a shape that differs is 'divergent'")
