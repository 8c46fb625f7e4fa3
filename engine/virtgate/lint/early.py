"""The releases of an early shape are ranges in the words of the downstream that shipped it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Downstream, Early, Path
from ..reader import Problem
from ..versions import compare_deb, compare_rpm
from .data import Data, locate

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9_+~:-]|\.(?!\.))*"
_RANGE = re.compile(rf"({_WORD})(?:(\.\.)({_WORD})?)?")


def find(data: Data) -> Iterator[Problem]:
    """Ranges that cannot be read, or that end before they start."""
    for path in data.paths():
        known = data.catalog.downstreams.get(path.hypervisor, {})
        for one in path.early:
            yield from _check(path, one, [known[name] for name in one.by if name in known])


def _check(path: Path, one: Early, downstreams: list[Downstream]) -> Iterator[Problem]:
    for text in one.releases:
        match = _RANGE.fullmatch(text)
        if match is None:
            problem = f"'releases' of 'early' of '{path.name}' is '{text}'; allowed is A..B, A.. or A"
            yield locate(one.where, text, problem)
        elif match[3] and any(_compare(who, match[1], match[3]) > 0 for who in downstreams):
            problem = f"'releases' of 'early' of '{path.name}' is '{text}', which ends before it starts"
            yield locate(one.where, text, problem)


def _compare(downstream: Downstream, first: str, last: str) -> int:
    compare = {"deb": compare_deb, "rpm": compare_rpm}.get(downstream.versions or "")
    try:
        return compare(first, last) if compare else 0
    except ValueError:
        return 0
