"""What proves a path: commits, days and releases of upstream's."""

from __future__ import annotations

from ..model import Path
from ..upstream.history import History
from ..upstream.status import UpstreamStatus, first_ranges


def evidence_of(path: Path, standing: UpstreamStatus, history: History, repository: str) -> tuple[str, ...]:
    """What proves a path: the commits typed beside it, else the commit that completed it upstream.

    The day on which upstream accepted it follows where it is known. Without any commit, the ledger's
    releases are the proof. `repository` is the one that the ledgers were harvested from.
    """
    typed = tuple(said for stated in (path.since, path.until) if stated for said in stated.evidence)
    said = (*typed, *path.evidence)
    ranges = first_ranges(standing, history)
    is_dated = history.as_of is not None or standing.status == "merged"
    if path.since or path.evidence or not (ranges or is_dated):
        return (*said, *_accepted(path.since.accepted if path.since else None))
    found = _completing_commit(standing, history)
    if found is None:
        return (f"ledger {ranges}", *said) if ranges else said
    return (f"{repository}@{found[0]}", *_accepted(found[1]), *said)


def _accepted(day: str | None) -> tuple[str, ...]:
    return (f"accepted {day}",) if day else ()


def _completing_commit(standing: UpstreamStatus, history: History) -> tuple[str, str] | None:
    """The last of the commits that added the elements new in a path's first release, and its day."""
    known = []
    for element in standing.footprint:
        found = history.commit_of(element)
        if found is not None and history.first_in(history.mask(element) or 0) == standing.since:
            known.append(found)
    return max(reversed(known), key=lambda pair: pair[1]) if known else None
