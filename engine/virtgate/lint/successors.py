"""What upstream deprecates has a successor that outlives it, or says that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Path
from ..upstream.status import find_status
from .data import Data, locate

HINT = "successor: PATH or CAPABILITY, or 'none' where upstream has nothing instead"


def find(data: Data) -> Iterator[Problem]:
    """Deprecated paths without `successor`, successors that ended no later, or that the hypervisor lacks."""
    for path in data.accepted:
        if path.successor is not None:
            yield from _check(path, path.successor, data)
        elif not path.is_last:
            since = deprecated_since(path, data)
            if since is not None:
                problem = f"'{path.name}' is deprecated since {since} and has no 'successor'"
                yield locate(path.where, None, problem, HINT)


def deprecated_since(path: Path, data: Data) -> str | None:
    """Since when the newest release that has a path has it deprecated, by its flag or by what is typed."""
    last = data.standing(path).last
    if last is None:
        return None
    history = data.history(path.hypervisor)
    footprint = find_status(path, last, history, None).footprint
    flagged = history.flagged_since(footprint, "deprecated", last)
    return flagged or (path.deprecated.since if path.deprecated else None)


def _check(path: Path, name: str, data: Data) -> Iterator[Problem]:
    support, history = data.catalog.paths[path.hypervisor], data.history(path.hypervisor)
    siblings = [one for one in support[path.capability] if one.name == name]
    if not siblings and name not in support:
        if name in data.catalog.capabilities:
            problem = f"successor '{name}' of '{path.name}' has no path on {path.hypervisor}"
            yield locate(path.where, name, problem)
        return
    last = data.standing(path).last
    ends = (data.standing(one).last for one in siblings or support[name])
    known = [one for one in ends if one is not None]
    if last is not None and known and max(known) <= last != history.last:
        problem = f"successor '{name}' of '{path.name}' ended with {history.name_of(max(known))}, no later"
        yield locate(path.where, name, problem)
