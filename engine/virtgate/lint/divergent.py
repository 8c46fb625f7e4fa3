"""The releases of a divergent shape are ranges of the versions of the downstream that shipped it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..data.yaml import Problem
from ..model import Downstream, Where
from .data import Data, locate

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9_+~:-]|\.(?!\.))*"
_RANGE = re.compile(rf"({_WORD})(?:(\.\.)({_WORD})?)?")


def find(data: Data) -> Iterator[Problem]:
    """Ranges that cannot be read, or that end before they start."""
    for path in data.paths():
        known = data.catalog.downstreams.get(path.hypervisor, {})
        for one in path.divergent:
            owners = [known[name] for name in one.by if name in known]
            yield from check_ranges(f"'divergent' of '{path.name}'", one.where, one.releases, owners)


def check_ranges(
    what: str, where: Where, texts: Iterable[str], downstreams: Iterable[Downstream]
) -> Iterator[Problem]:
    """What is wrong with `releases`, by the way that these downstreams order their versions."""
    for text in texts:
        match = _RANGE.fullmatch(text)
        told = f"'releases' of {what} is '{text}'"
        if match is None:
            yield locate(where, text, f"{told}; allowed is A..B, A.. or A")
        elif match[3] and any(_compare(who, match[1], match[3]) > 0 for who in downstreams):
            yield locate(where, text, f"{told}, which ends before it starts")


def _compare(downstream: Downstream, first: str, last: str) -> int:
    try:
        return downstream.compare(first, last) if downstream.versions else 0
    except ValueError:
        return 0
