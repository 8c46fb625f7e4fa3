"""In which of upstream's releases something is: the ranges of ledger and YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from .upstream import Version, parse_release

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One run of releases: from `start` to whatever is not above `limit`.

    `limit` is a release's numbers; or a branch's and infinity, to the branch's end, whichever point releases
    it has; or infinity alone: not ended.
    """

    start: Version
    limit: tuple[float, ...]

    @property
    def end_text(self) -> str | None:
        """The release or branch it ends with, as written in a range; None of a span without an end."""
        if self.limit[-1] != inf:
            # Linux 2.6.31 is a branch and its first release: a fourth number tells which is meant.
            is_branch_too = len(_version(self.limit).branch_parts) == len(self.limit)
            return ".".join(map(str, self.limit)) + (".0" if is_branch_too else "")
        return ".".join(map(str, self.limit[:-1])) or None

    def __str__(self) -> str:
        if self.limit == self.start.release:
            return str(self.start)
        return f"{self.start}..{self.end_text or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """The releases that had something, as spans in version order; empty and false if none had.

    `is_bounded` says that the first span began at its start or earlier: nobody knows which.
    """

    spans: tuple[Span, ...] = ()
    is_bounded: bool = False

    @staticmethod
    def parse(text: str) -> Ranges:
        """The ranges of `2.3.1 | 2.4.0..`; the grammar, items joined by ` | ` in version order:

        `A` that release only, `A..` from then on (A is the first of a branch), `A..B` to release B or to the
        end of branch B (A is the first of a branch, or of B's), `<=A..` in front: A or earlier.
        Cached. Raises ValueError.
        """
        return _parse(text)

    @staticmethod
    def of(present: Collection[Version], releases: Sequence[Version], bounded: bool = False) -> Ranges:
        """The one canonical spelling of the set `present` among all known `releases`.

        What reaches the newest release goes on without end, what reaches the last of a branch ends with the
        branch, and a point release never implies the next `.0`. `bounded` marks the first span as begun then
        or earlier. Raises ValueError when a version is not a release, or not among `releases`.
        """
        known = sorted(set(releases))
        wanted = set(present)
        _check_known(known, wanted)
        spans = tuple(span for run in _find_runs(known, wanted) for span in _split_run(run, known))
        return Ranges(spans=spans, is_bounded=bounded and bool(spans))

    @property
    def first(self) -> Version | None:
        """The release it first appeared in; None of empty ranges."""
        return self.spans[0].start if self.spans else None

    @property
    def ends(self) -> str | None:
        """The last release `2.3.0` or branch `2.7` that had it, as text; None while it is still there."""
        return self.spans[-1].end_text if self.spans else None

    def __contains__(self, version: object) -> bool:
        """Whether that release had it; candidates and snapshots count as the release they are on the way to.

        A point release that no list has counts by its number. An ambiguous version is in no ranges: ask
        `is_ambiguous` first where unknown is not false.
        """
        if not isinstance(version, Version) or version.is_ambiguous:
            return False
        release = version.target_release.release
        return any(span.start.release <= release <= span.limit for span in self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __str__(self) -> str:
        return ("<=" if self.is_bounded else "") + " | ".join(map(str, self.spans))


@lru_cache(maxsize=8192)
def _parse(text: str) -> Ranges:
    items = text.strip()
    is_bounded = items.startswith("<=")
    spans = tuple(_parse_span(item.strip()) for item in items[2 if is_bounded else 0 :].split("|"))
    for i in range(1, len(spans)):
        if spans[i].start.release <= spans[i - 1].limit:
            raise ValueError(
                f"'{spans[i - 1]} | {spans[i]}' are not ranges: they meet or stand in the wrong order"
            )
    return Ranges(spans=spans, is_bounded=is_bounded)


def _parse_span(item: str) -> Span:
    first, dots, last = item.partition("..")
    try:
        start = parse_release(first)
        end = parse_release(last) if last else start
    except ValueError:
        raise _refuse(
            item, "write A, A.., A..B, or <=A.. in front, where A is a release such as 2.3.0"
        ) from None
    if first.count(".") < 2:
        fix = f"{start}..{last}" if dots else f"{start} or {start}..{start.branch}"
        raise _refuse(item, f"it starts with a release, write {fix}")
    if not dots:
        return Span(start=start, limit=start.release)
    if start.is_point and (not last or end.branch_parts != start.branch_parts):
        raise _refuse(item, f"a point release's range ends in its branch, write {start}..{start.branch}")
    limit = _read_limit(last, end)
    if limit < start.release:
        raise _refuse(item, "it ends before it starts")
    return Span(start=start, limit=limit)


def _read_limit(text: str, end: Version) -> tuple[float, ...]:
    if not text:
        return (inf,)
    is_branch = text.count(".") + 1 == len(end.branch_parts)
    return (*end.branch_parts, inf) if is_branch else end.release


def _refuse(item: str, why: str) -> ValueError:
    return ValueError(f"'{item[:80]}' is not a range: {why}")


def _version(numbers: tuple[float, ...]) -> Version:
    return Version(release=tuple(map(int, numbers)))


def _check_known(known: list[Version], wanted: set[Version]) -> None:
    for version in known:
        if version.pre or version.is_snapshot:
            raise ValueError(f"'{version}' is not a release: ranges have no candidates and no snapshots")
    if unknown := wanted.difference(known):
        raise ValueError(f"'{min(unknown)}' is not among the known releases")


def _find_runs(known: list[Version], wanted: set[Version]) -> Iterator[list[int]]:
    """The runs of indices of neighbouring releases that are wanted."""
    run: list[int] = []
    for i, version in enumerate(known):
        if version in wanted:
            run.append(i)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _split_run(run: list[int], known: list[Version]) -> Iterator[Span]:
    """One span, or two when the run starts with a point release and leaves its branch."""
    start, last = known[run[0]], known[run[-1]]
    if start.is_point and start.branch_parts != last.branch_parts:
        own = [i for i in run if known[i].branch_parts == start.branch_parts]
        yield _make_span(own, known)
        yield from _split_run(run[len(own) :], known)
    else:
        yield _make_span(run, known)


def _make_span(run: list[int], known: list[Version]) -> Span:
    start, last = known[run[0]], known[run[-1]]
    is_newest = last == known[-1]
    is_branch_end = is_newest or known[run[-1] + 1].branch_parts != last.branch_parts
    if is_newest and not start.is_point:
        return Span(start=start, limit=(inf,))
    if is_branch_end and not (start is last and start.is_point):
        return Span(start=start, limit=(*last.branch_parts, inf))
    return Span(start=start, limit=last.release)
