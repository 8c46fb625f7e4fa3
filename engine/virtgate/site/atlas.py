"""Everything that the pages tell, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..ask.answering import answer_release
from ..ask.opened import open_catalog, open_history
from ..data import Catalog
from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from ..driver.policy import Policy
from ..facts.folders import find_hypervisor
from ..model import Shipped
from .recorded import Recorded, neighbours, order_version, read_hosts
from .timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its address, which template shows it, and what that is given."""

    address: str
    template: str
    title: str
    content: Mapping[str, Any]


class Atlas:
    """The data, each hypervisor's timeline, and the recorded hosts; `problems` are what could not be read."""

    def __init__(self, data: str | None, folders: Iterable[str]) -> None:
        self.data = data
        self.catalog: Catalog = open_catalog(data)
        self.timelines = {
            name: Timeline(self.catalog, name, open_history(self.catalog, name))
            for name in sorted(self.catalog.upstreams)
            if self.catalog.ids(name) and open_history(self.catalog, name).releases
        }
        found = list(read_hosts(folders, self.catalog, data))
        # A recording may be of a hypervisor that other data than these know.
        known = (one for one in found if isinstance(one, Recorded) and one.hypervisor in self.timelines)
        self.hosts = tuple(
            sorted(known, key=lambda one: (one.hypervisor, order_version(one.version), one.name))
        )
        self.problems: tuple[VirtgateError, ...] = tuple(
            one for one in found if isinstance(one, VirtgateError)
        )
        for name, timeline in self.timelines.items():
            self._add_backports(name, timeline)

    def _add_backports(self, hypervisor: str, timeline: Timeline) -> None:
        """The releases in which a recorded host, or a downstream by its own word, has something early."""
        for host in self.hosts_of(hypervisor):
            for name, mark in host.marks.items():
                if mark.name == "backport":
                    timeline.backports.setdefault(name, set()).add(host.gates.host["release"] or "")
        for downstream in self.catalog.downstreams.get(hypervisor, {}).values():
            for one in downstream.backports:
                release = self._release_of(timeline, one.since)
                timeline.backports.setdefault(one.capability, set()).add(release)

    def _release_of(self, timeline: Timeline, package: str) -> str:
        """The upstream release of a package's version; an empty text where the package does not tell."""
        own = find_hypervisor(timeline.hypervisor)
        # Debian's and RPM's epoch says that a number was once too high; it is no part of upstream's.
        number = package.partition(":")[2] or package
        try:
            version = own.parse(number.partition("-")[0].partition("+")[0])
        except ValueError:
            return ""
        return timeline.history.name_of(own.stand_in(version, timeline.history))

    @cached_property
    def areas(self) -> Mapping[str, tuple[str, ...]]:
        """The capabilities of each area."""
        found: dict[str, list[str]] = {}
        for row in self.catalog.capabilities.values():
            found.setdefault(row.area, []).append(row.id)
        return {area: tuple(found[area]) for area in sorted(found)}

    @cached_property
    def needed_by(self) -> Mapping[str, Sequence[str]]:
        """The capabilities that need one."""
        found: dict[str, list[str]] = {}
        for row in self.catalog.capabilities.values():
            for need in row.needs:
                found.setdefault(need, []).append(row.id)
        return found

    @cached_property
    def newest(self) -> Mapping[str, Gates]:
        """The gates of each hypervisor's newest release."""
        return {
            name: Gates(answer_release(name, one.releases[-1].name, Policy(), data=self.data))
            for name, one in self.timelines.items()
        }

    @cached_property
    def pairs(self) -> tuple[tuple[Recorded, Recorded], ...]:
        """Recorded hosts with their next newer ones."""
        return tuple(neighbours(self.hosts))

    def hosts_of(self, hypervisor: str) -> tuple[Recorded, ...]:
        """The recorded hosts of one hypervisor."""
        return tuple(one for one in self.hosts if one.hypervisor == hypervisor)

    def title(self, identifier: str) -> str:
        """A capability's title."""
        return self.catalog.capabilities[identifier].title

    def title_of(self, hypervisor: str, downstream: str) -> str:
        """What a downstream is called."""
        known = self.catalog.downstreams.get(hypervisor, {}).get(downstream)
        return known.title if known else downstream

    @cached_property
    def shipped(self) -> Mapping[str, tuple[tuple[str, Shipped], ...]]:
        """Who ships which release, by distribution: the hypervisor and its row."""
        found: dict[str, list[tuple[str, Shipped]]] = {}
        for hypervisor, rows in self.catalog.distributions.items():
            for one in rows if hypervisor in self.timelines else ():
                found.setdefault(one.distribution, []).append((hypervisor, one))
        return {name: tuple(rows) for name, rows in sorted(found.items())}

    def place_of(self, hypervisor: str, text: str) -> int | None:
        """The place of the release that stands for a version; None where there is none."""
        timeline = self.timelines[hypervisor]
        names = [one.name for one in timeline.releases]
        if text in names:
            return names.index(text)
        own = find_hypervisor(hypervisor)
        try:
            version = own.stand_in(own.parse(text), timeline.history)
        except ValueError:
            return None
        found = timeline.history.name_of(version)
        return names.index(found) if found in names else None
