"""The verdicts on every release of a hypervisor, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ..ask.release import host_of_release
from ..data import Catalog
from ..decide import Decision, PathDecision, decide
from ..driver.policy import Policy
from ..radar.changed import Change, find_changes, first_throughout
from ..upstream.history import History
from ..upstream.releases import Release
from .marks import ENABLED, MARKS, Mark, mark_of
from .turns import Turns

# Upstream's own table: what a site allows or refuses besides is no news of a release.
_POLICY = Policy()
_MANY_SERIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring releases with one state: the first and the last, and how many they are."""

    mark: Mark
    first: str
    last: str
    length: int

    @property
    def span(self) -> str:
        return self.first if self.length == 1 else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The releases of one major number, or of ten where each release is one."""

    name: str
    start: int
    releases: tuple[Release, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.releases)


class Timeline:
    """One hypervisor's releases in version order with the verdicts on each; `ids` have a path on it.

    `backports` are the releases in which somebody is known to have one of them early.
    """

    def __init__(self, catalog: Catalog, hypervisor: str, history: History) -> None:
        self.catalog = catalog
        self.hypervisor = hypervisor
        self.history = history
        self.title = catalog.upstreams[hypervisor].title
        self.ids = catalog.ids(hypervisor)
        self.releases: tuple[Release, ...] = history.releases
        self.backports: dict[str, set[str]] = {}

    @cached_property
    def verdicts(self) -> tuple[Mapping[str, Decision], ...]:
        """The decisions on each release; what cannot have turned since the one before is not decided anew."""
        found: list[Mapping[str, Decision]] = []
        known: dict[str, Decision] = {}
        for release, ids in zip(self.releases, self._turns, strict=True):
            host = host_of_release(self.hypervisor, release.name)
            decided = decide(self.catalog, host, self.history, None, _POLICY, only=sorted(ids))
            known = {**known, **{name: decided[name] for name in ids}}
            found.append(known)
        return tuple(found)

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        """The places at which a capability may turn: it was decided anew, or somebody alone has it early."""
        names = {release.name: at for at, release in enumerate(self.releases)}
        found = {
            name: [
                names[one] + more for one in self.backports.get(name, ()) if one in names for more in (0, 1)
            ]
            for name in self.ids
        }
        for at, names_turned in enumerate(self._turns):
            for name in names_turned:
                found[name].append(at)
        return found

    @cached_property
    def _turns(self) -> list[frozenset[str]]:
        return Turns(self.catalog, self.hypervisor, self.history).ids()

    def mark(self, name: str, at: int) -> Mark:
        """What a capability is in the release at a place."""
        decision = self.verdicts[at][name]
        mark = mark_of(decision.state, decision.reason)
        # Only where upstream has it later: what it never had is a fork's, however early.
        is_early = mark.name == "later" and self.releases[at].name in self.backports.get(name, ())
        return MARKS["backport"] if is_early else mark

    def runs(self, name: str, start: int = 0, end: int | None = None) -> list[Run]:
        """A capability's states from release to release; a series' page has a part of them."""
        return self._join(
            name, lambda at: self.mark(name, at), start, len(self.releases) if end is None else end
        )

    def path_runs(self, name: str, place: int) -> list[Run]:
        """The states of one of its paths."""

        def mark(at: int) -> Mark:
            one: PathDecision = self.verdicts[at][name].paths[place]
            return mark_of(one.state, one.reason)

        return self._join(name, mark, 0, len(self.releases))

    def _join(self, name: str, mark: Callable[[int], Mark], start: int, end: int) -> list[Run]:
        """Runs of one mark; it is looked at where it may turn."""
        places = sorted({start, *(at for at in self._places[name] if start < at < end)})
        marks = [(at, mark(at)) for at in places]
        kept = [
            row for last, row in zip([None, *marks], marks, strict=False) if last is None or last[1] != row[1]
        ]
        ends = [*(at for at, _ in kept[1:]), end]
        return [
            Run(mark=one, first=self.releases[at].name, last=self.releases[stop - 1].name, length=stop - at)
            for (at, one), stop in zip(kept, ends, strict=True)
        ]

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """The releases by major number, oldest first."""
        majors = {release.version.release[0] for release in self.releases}
        found: list[Series] = []
        by = 10 if len(majors) > _MANY_SERIES else 1
        for key, group in groupby(self.releases, key=lambda one: one.version.release[0] // by):
            releases = tuple(group)
            start = found[-1].end if found else 0
            found.append(Series(name=_name_series(releases, key, by), start=start, releases=releases))
        return tuple(found)

    @cached_property
    def columns(self) -> list[tuple[bool, int]]:
        """Neighbouring releases that are the first of their branches, or later ones, and how many."""
        groups = groupby(self.releases, key=lambda one: one.version.is_point)
        return [(is_point, len(list(same))) for is_point, same in groups]

    def before(self, at: int) -> int | None:
        """The place of the newest earlier release that was out when a release came; None for the first.

        10.1.0 came after 10.0.2 and before 10.0.13.
        """
        day = self.releases[at].date
        for place in reversed(range(at)):
            other = self.releases[place].date
            # Without a day the order of the numbers is all that is known.
            if day is None or other is None or other < day:
                return place
        return at - 1 if at else None

    def changes(self, at: int) -> tuple[Change, ...]:
        """What a release changed since the one before it."""
        then = self.before(at)
        if then is None:
            return ()
        before, after = self.verdicts[then], self.verdicts[at]
        # The same decision object stands for every release that cannot have turned it.
        moved = [name for name in self.ids if before[name] is not after[name]]
        span = self.releases[then].version, self.releases[at].version
        return tuple(find_changes({name: before[name] for name in moved}, after, span, self.history))

    def tally(self, names: Collection[str], at: int) -> list[tuple[Mark, int]]:
        """How many of some capabilities have each mark in a release, in the marks' order."""
        found = Counter(self.mark(name, at).name for name in self.ids if name in names)
        return [(mark, found[name]) for name, mark in MARKS.items() if found[name]]

    def since(self, name: str) -> str | None:
        """The first release of those, up to the newest, that enable a capability without a break."""
        run = first_throughout(self.runs(name), lambda one: one.mark.name in ENABLED)
        return run.first if run else None


def _name_series(releases: tuple[Release, ...], key: int, by: int) -> str:
    first, last = releases[0].name, releases[-1].name
    if not first[0].isdigit():
        return f"{first} to {last}"
    return f"{key}.x" if by == 1 else f"{key * by} to {key * by + by - 1}"
