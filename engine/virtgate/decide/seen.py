"""What was seen of a path on one host, and what only the host's release can tell."""

from __future__ import annotations

from ..conditions import KINDS, View, affirmed, look, look_where_visible
from ..model import Condition, Leaf, Path
from ..upstream.history import History
from ..upstream.status import UpstreamStatus


def is_shown(path: Path, standing: UpstreamStatus, history: History, view: View) -> bool:
    """Whether something that was seen shows this path: an interface, not where the host stands.

    A release, an architecture or a kernel shows nothing of an interface. That a host has a path early must be
    shown by something that its own release had not.
    """
    if not path.marker:
        return False
    if path.since is None and not _has_circumstance(path.when):
        return True  # its releases are those of the very elements that were seen
    seen = (leaf for leaf in affirmed(path.when) if not KINDS[leaf.kind].circumstance)
    held = [leaf for leaf in seen if look(leaf, view)]
    return any(standing.status != "later" or _is_as_young(leaf, standing, history) for leaf in held)


def is_told_by_release(path: Path, present: bool | None, view: View) -> bool:
    """Whether all that a probe can see of a path was seen and holds, so that only the rest is not shown."""
    if present is False or look_where_visible(path.when, view) is not True:
        return False
    return path.usable is None or look_where_visible(path.usable, view) is True


def _has_circumstance(condition: Condition) -> bool:
    if isinstance(condition, Leaf):
        return KINDS[condition.kind].circumstance
    return any(_has_circumstance(part) for part in condition.parts)


def _is_as_young(leaf: Leaf, standing: UpstreamStatus, history: History) -> bool:
    """Whether what a leaf names came with the path, and not before it."""
    kind = KINDS[leaf.kind]
    if not kind.elements(leaf.terms) or not leaf.terms.keys().isdisjoint(kind.narrows):
        return True
    first = history.first_in(history.common_mask(kind.elements(leaf.terms)) or 0)
    return first is None or standing.since is None or first >= standing.since
