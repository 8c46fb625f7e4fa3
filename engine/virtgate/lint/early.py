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
        for one in path.early:
            yield from _check(
                path, one, data.catalog.downstreams.get(path.hypervisor, {}).get(one.by[0] if one.by else "")
            )


def _check(path: Path, one: Early, downstream: Downstream | None) -> Iterator[Problem]:
    for text in one.releases:
        match = _RANGE.fullmatch(text)
        if match is None:
            problem = f"'releases' of 'early' of '{path.name}' is '{text}'; allowed is A..B, A.. or A"
            yield locate(one.where, text, problem)
        elif match[3] and downstream and _compare(downstream, match[1], match[3]) > 0:
            problem = f"'releases' of 'early' of '{path.name}' is '{text}', which ends before it starts"
            yield locate(one.where, text, problem)


def _compare(downstream: Downstream, first: str, last: str) -> int:
    try:
        match downstream.versions:
            case "deb":
                return compare_deb(first, last)
            case "rpm":
                return compare_rpm(first, last)
            case _:
                return 0
    except ValueError:
        return 0
