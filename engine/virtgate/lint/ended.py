"""A capability that upstream no longer has any way to says what a driver uses instead, or that nothing is."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Path
from ..upstream.history import History
from ..upstream.status import UpstreamStatus
from .data import Data, locate
from .successors import HINT, deprecated_since


def find(data: Data) -> Iterator[Problem]:
    """Capabilities of which every path ended, on one hypervisor, and no path has a `successor`.

    Whatever floor a driver takes: at the newest release all of them are dead. What was deprecated first is
    another rule's problem.
    """
    accepted = {id(path) for path in data.accepted}
    for hypervisor, support in data.catalog.paths.items():
        history = data.history(hypervisor)
        for capability, paths in support.items():
            judged = [(data.standing(path), path) for path in paths if id(path) in accepted]
            if not judged or any(path.successor or path.is_last for _, path in judged):
                continue
            has_ended = all(_has_ended(standing, history) for standing, _ in judged)
            if has_ended and not any(deprecated_since(path, data) for _, path in judged):
                yield _say(capability, judged, history)


def _has_ended(standing: UpstreamStatus, history: History) -> bool:
    return standing.last is not None and standing.last != history.last


def _say(capability: str, judged: list[tuple[UpstreamStatus, Path]], history: History) -> Problem:
    known = [(standing.last, at) for at, (standing, _) in enumerate(judged) if standing.last is not None]
    last, at = max(known)
    path, name = judged[at][1], history.name_of(last)
    problem = f"'{capability}' ended with {path.hypervisor} {name}, and no path has a 'successor'"
    return locate(path.where, None, problem, HINT)
