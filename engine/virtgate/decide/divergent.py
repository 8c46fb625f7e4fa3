"""Whether a host has a shape that shipped elsewhere before upstream did the thing differently."""

from __future__ import annotations

import re

from ..conditions import KINDS, View, look
from ..model import Divergent, Downstream, Host, leaves
from ..upstream.history import History


def is_divergent(
    one: Divergent, host: Host, downstream: Downstream | None, history: History, view: View
) -> bool:
    """Whether a host has a divergent shape: its condition holds, and one who shipped it built the host.

    The builder alone is enough where no probe can see the condition. The condition alone is enough where no
    upstream release ever had what it names.
    """
    by_them = host.downstream in one.by and is_among(one.releases, host.evr, downstream)
    seen = look(one.when, view)
    if seen is None:
        return by_them and not all(KINDS[leaf.kind].visible(view) for leaf in leaves(one.when))
    return seen and (by_them or _is_foreign(one, host, history))


def is_among(releases: tuple[str, ...], evr: str | None, downstream: Downstream | None) -> bool:
    """Whether the downstream's own version is in one of its ranges; a bare `A` is any that begins with it."""
    if not releases:
        return True
    if evr is None or downstream is None:
        return False
    for text in releases:
        first, dots, last = text.partition("..")
        if not dots and re.match(rf"{re.escape(first)}(?![0-9])", evr):
            return True
        if dots and downstream.compare(evr, first) >= 0 and (not last or downstream.compare(evr, last) <= 0):
            return True
    return False


def _is_foreign(one: Divergent, host: Host, history: History) -> bool:
    """Whether no upstream release ever had what a divergent shape's condition names."""
    if host.kind == "upstream":
        return False
    elements = [e for leaf in leaves(one.when) for e in KINDS[leaf.kind].elements(leaf.terms)]
    return bool(elements) and history.common_mask(elements) == 0
