"""The smallest set of upgrades after which every host has some capabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ask.opened import open_catalog, open_history
from ..ask.release import host_of_release
from ..data import Catalog
from ..decide import decide
from ..driver.policy import Policy
from ..model import Shipped
from .sharing import Alike, may_gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """Hosts that need a later release: the first that will do, and who ships one; None where none helps.

    `lacking` is what they have not got now, with the reason; `backport` the version of their own builder's
    package from which on it has all of that in the release that they run; `shipped` the first release of
    their distribution that ships one that will do.
    """

    hypervisor: str
    current: str
    downstream: str | None
    release: str | None
    lacking: Mapping[str, str]
    names: tuple[str, ...]
    backport: str | None = None
    shipped: Shipped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who has all of it, who must be upgraded to what, and whom that would not help.

    `apart` are hosts of hypervisors that have no path for any of it.
    """

    ready: int
    apart: int
    upgrades: tuple[Upgrade, ...]
    stuck: tuple[Upgrade, ...]


def find_plan(several: Sequence[Alike], ids: Sequence[str], *, data: str | None = None) -> Plan:
    """The plan for these hosts; each must have those of the ids that its hypervisor has a path for.

    Raises DataError.
    """
    catalog = open_catalog(data)
    known: dict[tuple[str, str, tuple[str, ...]], bool] = {}
    ready = apart = 0
    found: list[Upgrade] = []
    for one in several:
        wanted = tuple(name for name in ids if name in one.said)
        lacking = {name: one.said[name].reason for name in wanted if not one.said[name].is_enabled}
        if not lacking:
            ready += len(one.names) * bool(wanted)
            apart += len(one.names) * (not wanted)
        else:
            found.append(_upgrade(catalog, one, lacking, _first_release(catalog, one, wanted, known)))
    joined = _join(found)
    return Plan(
        ready=ready,
        apart=apart,
        upgrades=tuple(one for one in joined if one.release is not None),
        stuck=tuple(one for one in joined if one.release is None),
    )


def _upgrade(catalog: Catalog, host: Alike, lacking: Mapping[str, str], release: str | None) -> Upgrade:
    return Upgrade(
        hypervisor=host.hypervisor,
        current=host.release or "unknown",
        downstream=host.downstream,
        lacking=lacking,
        names=host.names,
        release=release,
        backport=_find_backport(catalog, host, lacking) if release else None,
        shipped=_find_shipped(catalog, host, release) if release else None,
    )


def _join(several: Iterable[Upgrade]) -> list[Upgrade]:
    """Those that are told alike as one, most hosts first."""
    parted: dict[str, list[Upgrade]] = {}
    for one in several:
        parted.setdefault(repr(replace(one, names=())), []).append(one)
    joined = [
        replace(ones[0], names=tuple(sorted(name for one in ones for name in one.names)))
        for ones in parted.values()
    ]
    return sorted(joined, key=lambda one: (-len(one.names), one.names))


def _first_release(
    catalog: Catalog, host: Alike, ids: tuple[str, ...], known: dict[tuple[str, str, tuple[str, ...]], bool]
) -> str | None:
    """The first release after a host's own that has all of the capabilities; None where no release helps."""
    if host.release is None or not all(may_gain(name, host.said, catalog) for name in ids):
        return None
    history = open_history(catalog, host.hypervisor)
    current = history.version_of(host.release)
    for release in history.releases:
        if release.version > current:
            key = (host.hypervisor, release.name, ids)
            # Most hosts of a fleet ask the same of the same releases.
            if key not in known:
                known[key] = _has_all(catalog, *key)
            if known[key]:
                return release.name
    return None


def _has_all(catalog: Catalog, hypervisor: str, release: str, ids: tuple[str, ...]) -> bool:
    """Whether an upstream release enables all of these."""
    history = open_history(catalog, hypervisor)
    host = host_of_release(hypervisor, release)
    decisions = decide(catalog, host, history, None, Policy(), only=ids)
    return all(decisions[name].state == "enabled" for name in ids)


def _find_backport(catalog: Catalog, host: Alike, lacking: Iterable[str]) -> str | None:
    """The package version from which on a host's own builder declares all that it lacks; None for none."""
    downstream = catalog.downstreams.get(host.hypervisor, {}).get(host.downstream or "")
    if downstream is None:
        return None
    newest: str | None = None
    for name in lacking:
        found = next((one for one in downstream.backports if one.capability == name), None)
        # One that its builder does not carry back leaves the upgrade as the only way.
        if found is None:
            return None
        if newest is None or downstream.compare(found.since, newest) > 0:
            newest = found.since
    return newest


def _find_shipped(catalog: Catalog, host: Alike, release: str) -> Shipped | None:
    """The first release of a host's distribution that ships this release of the hypervisor or a later one."""
    history = open_history(catalog, host.hypervisor)
    wanted = history.version_of(release)
    ships = (
        one
        for one in catalog.distributions.get(host.hypervisor, ())
        if one.distribution == host.downstream and history.version_of(one.ships) >= wanted
    )
    return min(ships, key=lambda one: history.version_of(one.ships), default=None)
