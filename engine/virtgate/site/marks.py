"""The few states that a picture tells apart, each with a glyph, so that colour is never the only sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One state: its name, which is its class in the style sheet, its glyph, and its words."""

    name: str
    glyph: str
    label: str
    code: str


_MARKS = (
    Mark(name="enabled", glyph="●", label="enabled", code="e"),
    Mark(name="backport", glyph="◆", label="not yet upstream's; a backport is known", code="b"),
    Mark(name="deprecated", glyph="◐", label="enabled, and deprecated", code="d"),
    Mark(name="unstable", glyph="≈", label="unstable: upstream may change it", code="u"),
    Mark(name="needs", glyph="↑", label="there, but what it needs is not", code="n"),
    Mark(name="broken", glyph="!", label="there, and does not work", code="x"),
    Mark(name="lacks", glyph="◌", label="left out of the build, or lacked by the machine", code="l"),
    Mark(name="later", glyph="○", label="not yet", code="o"),
    Mark(name="removed", glyph="✕", label="removed", code="r"),
    Mark(name="divergent", glyph="≠", label="differs from upstream's, so refused", code="f"),
    Mark(name="never", glyph="–", label="never upstream's", code="v"),
    Mark(name="unknown", glyph="?", label="nobody can tell", code="q"),
)
MARKS = {one.name: one for one in _MARKS}
_BY_REASON = {
    "backport": "backport",
    "declared-backport": "backport",
    "deprecated": "deprecated",
    "unstable": "unstable",
    "unreleased": "later",
    "needs": "needs",
    "host-lacks": "lacks",
    "not-built": "lacks",
    "broken": "broken",
    "divergent": "divergent",
    "too-old": "later",
    "removed": "removed",
}
_BY_STATE = {"enabled": "enabled", "unknown": "unknown", "disabled": "never"}
# What upstream's own releases can be; the others are a host's.
OF_RELEASES = (
    *("enabled", "deprecated", "unstable", "backport", "later"),
    *("removed", "never", "broken", "needs", "unknown"),
)
# Those that a driver may use.
ENABLED = frozenset({"enabled", "deprecated"})


def mark_of(state: str, reason: str) -> Mark:
    """The mark of a verdict."""
    # Nobody can tell counts before why: a reason of one path is not the capability's.
    return MARKS[_BY_STATE[state] if state == "unknown" else _BY_REASON.get(reason, _BY_STATE[state])]


def count_enabled(tally: Iterable[tuple[Mark, int]]) -> int:
    """How many of a tally are enabled."""
    return sum(count for mark, count in tally if mark.name in ENABLED)
