"""`deprecated` is typed only where no feature flag says it."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data, elements_of, locate, positive_leaves, used_elements


def find(data: Data) -> Iterator[Problem]:
    """Deprecations that upstream's own flag tells; when the removal is announced is not in a flag."""
    for path in data.accepted:
        if path.deprecated is None or path.deprecated.since is None:
            continue
        elements = [element for _, element in used_elements(path)]
        elements += [one for leaf in positive_leaves(path.when) for one in elements_of(leaf)]
        since = data.history(path.hypervisor).flagged_since(elements, "deprecated")
        if since is not None:
            problem = f"'deprecated' of '{path.name}' types 'since'; the ledger has the flag since {since}"
            yield locate(path.where, path.deprecated.since, problem, "leave 'since' out")
