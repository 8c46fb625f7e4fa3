"""Something has to tell since when upstream has a path: a ledger, or a release with its commit."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Element
from ..upstream.history import History
from .data import Data, elements_of, locate, positive_leaves


def find(data: Data) -> Iterator[Problem]:
    """Paths of which neither a ledger nor `since` nor a `release` condition tells."""
    for path in data.accepted:
        history = data.history(path.hypervisor)
        leaves = list(positive_leaves(path.when))
        elements = [one for leaf in leaves for one in elements_of(leaf)]
        is_told = any(_is_told(one, history) for one in elements)
        if path.since is None and not is_told and not any(leaf.kind == "release" for leaf in leaves):
            problem = f"neither a ledger nor 'since' says which release first had '{path.name}' ({path.when})"
            hint = "since: {release: ..., evidence: [repository@hash]}"
            yield locate(path.where, None, problem, hint)


def _is_told(element: Element, history: History) -> bool:
    """Whether a ledger has the element, or would have it."""
    covers = history.covers(element.kind)
    return covers is not None and (covers != "partial" or history.mask(element) != 0)
