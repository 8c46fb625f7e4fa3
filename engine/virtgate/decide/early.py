"""Whether a host has a shape that shipped elsewhere before upstream did the thing differently."""

from __future__ import annotations

import re

from ..conditions import KINDS, View, look
from ..model import Downstream, Early, Host, leaves
from ..upstream.history import History
from ..versions import compare_deb, compare_rpm


def is_early(early: Early, host: Host, downstream: Downstream | None, history: History, view: View) -> bool:
    """Whether an early shape is this host's: its condition holds, and who shipped it is who built the host.

    Where no probe can see the condition, who built it is enough; where no upstream release ever had what it
    names, the condition is.
    """
    by_them = host.downstream in early.by and is_among(early.releases, host.evr, downstream)
    seen = look(early.when, view)
    if seen is None:
        return by_them and not all(KINDS[leaf.kind].visible(view) for leaf in leaves(early.when))
    return seen and (by_them or _is_foreign(early, host, history))


def is_among(releases: tuple[str, ...], evr: str | None, downstream: Downstream | None) -> bool:
    """Whether the downstream's own version is in one of its ranges; a bare `A` is all that begins so."""
    if not releases:
        return True
    if evr is None or downstream is None:
        return False
    compare = compare_rpm if downstream.versions == "rpm" else compare_deb
    for text in releases:
        first, dots, last = text.partition("..")
        if not dots and re.match(rf"{re.escape(first)}(?![0-9])", evr):
            return True
        if dots and compare(evr, first) >= 0 and (not last or compare(evr, last) <= 0):
            return True
    return False


def _is_foreign(early: Early, host: Host, history: History) -> bool:
    """Whether no upstream release ever had what the early shape's condition names."""
    if host.kind == "upstream":
        return False
    elements = [e for leaf in leaves(early.when) for e in KINDS[leaf.kind].elements(leaf.terms)]
    return bool(elements) and history.common_mask(elements) == 0
