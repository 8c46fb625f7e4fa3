"""What upstream may still change is known as unstable in every release that has it: policy decides."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Element, Path
from ..upstream.history import History
from ..upstream.status import UNSTABLE_FLAG, find_status, has_part
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Paths through elements whose names say unstable and that nothing else calls so; marks that are told.

    Before QMP had a flag for it the name is enough; where it has, and for what no flag is of, it is a habit.
    """
    for path in data.accepted:
        upstream = data.catalog.upstreams.get(path.hypervisor)
        prefix = upstream.unstable_prefix if upstream else None
        if prefix is not None:
            yield from _check(path, data.history(path.hypervisor), prefix)


def _check(path: Path, history: History, prefix: str) -> Iterator[Problem]:
    standing = find_status(path, history.last, history, None)
    since_flags = history.first_in(standing.mask, history.place_of(UNSTABLE_FLAG))
    flagged = history.flagged_since(standing.footprint, "unstable", standing.last) if standing.last else None
    named = [one for one in standing.footprint if has_part(one.name, prefix)]
    if since_flags is None:
        is_told = bool(named)
    else:
        is_told = flagged is not None and history.version_of(flagged) <= since_flags
    if path.unstable and is_told and (named or standing.since == since_flags):
        yield locate(
            path.where, None, f"'{path.name}' is marked unstable, but its elements already say so", _OUT
        )
    elif path.stable and not named:
        problem = f"'{path.name}' is marked stable, and no name in it begins with '{prefix}'"
        yield locate(path.where, None, problem, "leave 'upstream: stable' out")
    elif named and not (path.unstable or path.stable or is_told):
        yield locate(path.where, None, _say(path, named[0], prefix), _IN)


_IN = "write 'upstream: unstable', or 'stable' with the commit that says so"
_OUT = "leave 'upstream: unstable' out"


def _say(path: Path, element: Element, prefix: str) -> str:
    return f"'{path.name}' goes through '{element}', which only '{prefix}' calls unstable"
