"""What is asked of a FLEET: its hosts by groups that were decided alike, and who has what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..driver.errors import UnknownCapability
from .sharing import Alike, Said
from .store import open_fleet

BY = ("release", "downstream", "arch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Hosts of one hypervisor that have something in common; `of` says what, in the order of the question."""

    of: tuple[str, ...]
    hosts: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Build(Group):
    """Hosts by who they are, with the least and the most capabilities of each state that one of them has."""

    enabled: tuple[int, int]
    disabled: tuple[int, int]
    unknown: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the same was said of: one capability's state, by the groups of hosts that have it."""

    id: str
    state: str
    reason: str
    path: str | None
    since: str | None
    remedy: str | None
    hosts: int
    groups: tuple[Group, ...]


class Fleet:
    """A FLEET that is open. Raises UsageError for a file that is none."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._ask = open_fleet(path).execute
        self._ask(_DECIDED)
        # One id of each host is enough, and as a value it lets all else of the file be skipped.
        ids = [name for (name,) in self.rows("SELECT DISTINCT min(id) FROM decided GROUP BY decision")]
        self._ask(_MEMBERS.format(holes=", ".join("?" * len(ids)) or "NULL"), ids)
        self._ask(_WEIGHTS)

    def rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a question in SQL gives; `decided`, `members` and `weights` are there besides the views."""
        rows: list[tuple[Any, ...]] = self._ask(question, list(values)).fetchall()
        return rows

    def sizes(self) -> tuple[int, int]:
        """How many hosts there are, and decisions."""
        ((hosts, decisions),) = self.rows("SELECT coalesce(sum(hosts), 0), count(*) FROM weights")
        return int(hosts), int(decisions)

    def problems(self) -> list[tuple[str, str, str]]:
        """Each recording that was not decided: its host's name, its file, and why."""
        return [
            (str(host), str(source), str(problem))
            for host, source, problem in self.rows("SELECT host, source, problem FROM problems ORDER BY 1, 2")
        ]

    def ids(self) -> list[str]:
        """Every capability that a host was asked about."""
        return [str(name) for (name,) in self.rows("SELECT DISTINCT id FROM decided ORDER BY 1")]

    def alike(self) -> list[Alike]:
        """The hosts of each decision, with what was said of them; most hosts first.

        Of what a hypervisor has no path for nothing is said.
        """
        said: dict[str, dict[str, Said]] = {}
        known: dict[tuple[Any, ...], Said] = {}
        for decision, name, state, reason, path, paths in self.rows(
            "SELECT decision, id, state, reason, path, paths FROM decided WHERE (hypervisor, id) IN "
            "(SELECT hypervisor, id FROM decided WHERE reason <> 'unsupported')"
        ):
            key = (state, reason, path, paths)
            if key not in known:
                known[key] = Said(state=state, reason=reason, path=path, paths=tuple((paths or "").split()))
            said.setdefault(decision, {})[name] = known[key]
        return [
            Alike(
                hypervisor=hypervisor,
                release=release,
                downstream=downstream,
                arch=arch,
                names=tuple(names),
                said=said.get(decision, {}),
            )
            for decision, hypervisor, release, downstream, arch, names in self.rows(
                "SELECT decision, hypervisor, release, downstream, arch, names FROM weights "
                "ORDER BY hosts DESC, hypervisor, release, downstream, arch, decision"
            )
        ]

    def check_ids(self, ids: Iterable[str]) -> None:
        """Raises UnknownCapability for one that nobody was asked about."""
        known = self.ids()
        for name in ids:
            if name not in known:
                raise UnknownCapability(name, tuple(get_close_matches(name.lower(), known)))

    def builds(self, by: str) -> list[Build]:
        """Who the hosts are, most first."""
        found = self.rows(_BUILDS.format(by=by))
        return [
            Build(
                of=(of, what),
                hosts=hosts,
                names=tuple(names),
                enabled=(least[0], most[0]),
                disabled=(least[1], most[1]),
                unknown=(least[2], most[2]),
            )
            for of, what, hosts, names, *counts in found
            for least, most in ((counts[:3], counts[3:]),)
        ]

    def reasons(self) -> list[tuple[str, str, int, int]]:
        """State, reason, how many capabilities have it, and on how many hosts; what most hosts have first."""
        found = self.rows(_REASONS)
        return [(str(state), str(reason), int(ids), int(hosts)) for state, reason, ids, hosts in found]

    def standings(self, ids: Sequence[str], by: str) -> list[Standing]:
        """What is said of some capabilities, enabled first, then what most have; `by` parts groups."""
        found = self.rows(_STANDINGS.format(by=by), [list(ids)])
        parted: dict[tuple[Any, ...], list[Group]] = {}
        for *said, hypervisor, what, hosts, names in found:
            group = Group(of=(hypervisor, what), hosts=hosts, names=tuple(names))
            parted.setdefault(tuple(said), []).append(group)
        standings = [
            Standing(
                **dict(zip(("id", "state", "reason", "path", "since", "remedy"), said, strict=True)),
                hosts=sum(one.hosts for one in groups),
                groups=tuple(sorted(groups, key=lambda one: (-one.hosts, one.of))),
            )
            for said, groups in parted.items()
        ]
        return sorted(
            standings, key=lambda one: (one.id, one.state != "enabled", -one.hosts, one.reason, str(one))
        )


# Of each decision one host's rows stand for all; of each host one row says which decision is its own.
_DECIDED = "CREATE TEMP TABLE decided AS SELECT DISTINCT ON (decision, id) * FROM verdicts WHERE first"
_MEMBERS = """
CREATE TEMP TABLE members AS SELECT DISTINCT host, source, decision FROM verdicts WHERE id IN ({holes})
"""
_WEIGHTS = """
CREATE TEMP TABLE weights AS
SELECT decision, hypervisor, release, downstream, arch, hosts, names
FROM (SELECT DISTINCT decision, hypervisor, release, downstream, arch FROM decided)
JOIN (SELECT decision, count(*) AS hosts, list(host ORDER BY host) AS names FROM members GROUP BY decision)
  USING (decision)
"""
_BUILDS = """
WITH counted AS (
  SELECT decision,
    count(*) FILTER (state = 'enabled') AS enabled,
    count(*) FILTER (state = 'disabled' AND reason <> 'unsupported') AS disabled,
    count(*) FILTER (state = 'unknown') AS unknown
  FROM decided GROUP BY decision
)
SELECT hypervisor, coalesce({by}, 'unknown'), sum(hosts)::BIGINT, list_sort(flatten(list(names))),
  min(enabled), min(disabled), min(unknown), max(enabled), max(disabled), max(unknown)
FROM weights JOIN counted USING (decision) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_REASONS = """
WITH who AS (SELECT DISTINCT state, reason, decision FROM decided WHERE reason <> 'unsupported'),
  what AS (SELECT state, reason, count(DISTINCT id) AS ids FROM decided GROUP BY state, reason)
SELECT state, reason, any_value(ids), sum(hosts)::BIGINT
FROM who JOIN weights USING (decision) JOIN what USING (state, reason)
GROUP BY state, reason ORDER BY 4 DESC, 3 DESC, reason
"""
_STANDINGS = """
SELECT id, state, reason, path, since, remedy, w.hypervisor, coalesce(w.{by}, 'unknown'),
  sum(hosts)::BIGINT, list_sort(flatten(list(names)))
FROM decided JOIN weights w USING (decision)
WHERE id IN (SELECT unnest(?::VARCHAR[])) AND reason <> 'unsupported' GROUP BY ALL
"""
