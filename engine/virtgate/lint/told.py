"""Something has to tell since when upstream has a path: a ledger, or a release with its commit."""

from __future__ import annotations

from collections.abc import Iterator

from ..reader import Problem
from .data import Data, elements_of, locate, positive_leaves


def find(data: Data) -> Iterator[Problem]:
    """Paths of which neither a ledger nor `since` nor a `release` condition tells."""
    for path in data.accepted():
        history = data.history(path.hypervisor)
        leaves = list(positive_leaves(path.when))
        covered = (history.covers(one.kind) for leaf in leaves for one in elements_of(leaf))
        if path.since is None and not any(covered) and not any(leaf.kind == "release" for leaf in leaves):
            problem = (
                f"neither a ledger nor 'since' tells since when upstream has '{path.name}' ({path.when})"
            )
            hint = "since: {release: ..., evidence: [repository@hash]}"
            yield locate(path.where, None, problem, hint)
