"""Every release that is typed is one that upstream made."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ..data.yaml import Problem
from ..model import Path
from ..upstream.history import History
from ..versions import Ranges, Version, next_release
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Releases that were never made, ranges that cannot be read, ends before beginnings."""
    for path in data.paths():
        history = data.history(path.hypervisor)
        if not data.ledger_problems(path.hypervisor) and history.releases:
            yield from _find_unknown(path, history)
            yield from _find_reversed(path, history)


def _find_unknown(path: Path, history: History) -> Iterator[Problem]:
    for key, text in _typed(path):
        if key == "since" and text == "unreleased":
            continue
        if version_of(history, text) is None and not (key == "removed" and _is_next(text, history)):
            problem = f"'{key}' of '{path.name}' is '{text}', which is no release of {path.hypervisor}"
            yield locate(path.where, text, problem, _near(text, history))
    for defect in path.broken:
        try:
            Ranges.parse(defect.releases)
        except ValueError as error:
            yield locate(defect.where, defect.releases, f"'releases' of 'broken' of '{path.name}': {error}")


def _near(text: str, history: History) -> str:
    """The releases of the same branch, the names that look alike, or from where to where releases go."""
    names = [one.name for one in history.releases]
    same = [name for name in names if name.startswith(".".join(text.split(".")[:2]) + ".")]
    words = same or ([] if text[:1].isdigit() else get_close_matches(text, names))
    return f"nearest: {', '.join(words)}" if words else f"releases go from {names[0]} to {names[-1]}"


def _typed(path: Path) -> Iterator[tuple[str, str]]:
    """Every release that a path names, with its key."""
    for key, stated in (("since", path.since), ("until", path.until)):
        if stated is not None:
            yield key, stated.release
    for defect in path.broken:
        if defect.fixed is not None:
            yield "fixed", defect.fixed
    if path.deprecated is not None:
        for key, text in (("deprecated", path.deprecated.since), ("removed", path.deprecated.removed)):
            if text is not None:
                yield key, text


def version_of(history: History, text: str) -> Version | None:
    """The release of that name, or the first of that branch; None when there is none."""
    try:
        version = history.version_of(text)
    except ValueError:
        return None
    return version if version in history.versions else None


def _is_next(text: str, history: History) -> bool:
    """Whether it is of the branch that comes after the newest: what is deprecated names its end ahead."""
    newest = history.last
    if newest is None:
        return False
    try:
        version = history.version_of(text)
    except ValueError:
        return False
    major, minor = newest.release[:2]
    beyond = {next_release(newest).branch_parts, (major, minor + 1), (major + 1, 0)}
    return version > newest and version.branch_parts in beyond


def _find_reversed(path: Path, history: History) -> Iterator[Problem]:
    typed = dict(_typed(path))
    for first, last in (("since", "until"), ("deprecated", "removed"), ("since", "deprecated")):
        start = version_of(history, typed.get(first, ""))
        end = version_of(history, typed.get(last, ""))
        if start is not None and end is not None and end <= start:
            problem = f"'{last}' of '{path.name}' is {typed[last]}, not after '{first}', {typed[first]}"
            yield locate(path.where, typed[last], problem)
