"""What hosts have in common, which of them keep each other thing out, and what an upgrade would free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ask.answering import judge_release
from ..ask.opened import open_catalog, open_history
from ..data import Catalog
from ..driver.policy import Policy
from ..facts.folders import find_hypervisor
from .denominator import shared_path

# What a host lacks for one of these, another release of its hypervisor may bring; the rest is of the machine,
# of the build or of the caller.
OF_RELEASE = frozenset({"too-old", "unreleased", "broken", "removed", "unstable", "divergent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of one capability; `paths` are all that are enabled, in the order to prefer."""

    state: str
    reason: str
    path: str | None
    paths: tuple[str, ...]

    @property
    def is_enabled(self) -> bool:
        """Whether a driver may use it."""
        return self.state == "enabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Hosts that were decided alike: who they are, their names, and what was said of them."""

    hypervisor: str
    release: str | None
    downstream: str | None
    arch: str | None
    names: tuple[str, ...]
    said: Mapping[str, Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Capabilities that the same hosts keep out, each with the reason that each of those has.

    `places` are those of the hosts; none where each of them has another path.
    """

    places: tuple[int, ...]
    reasons: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all hosts enable through one path, what divides them, and what none of them has."""

    enabled: Mapping[str, str]
    divided: tuple[Division, ...]
    nowhere: tuple[str, ...]


def find_shared(several: Sequence[Alike]) -> Shared:
    """What these have in common. An id that some data did not know is lacking there."""
    enabled: dict[str, str] = {}
    groups: dict[tuple[int, ...], dict[str, tuple[str, ...]]] = {}
    nowhere = []
    for name in sorted({name for one in several for name in one.said}):
        said = [one.said.get(name) for one in several]
        places = tuple(at for at, one in enumerate(said) if one is None or not one.is_enabled)
        path = None if places else shared_path([one.paths for one in said if one is not None])
        if path is not None:
            enabled[name] = path
        elif len(places) == len(several):
            nowhere.append(name)
        else:
            told = [said[at] for at in places] if places else said
            reasons = tuple(
                "not in its data" if one is None else one.reason if places else str(one.path) for one in told
            )
            groups.setdefault(places, {})[name] = reasons
    divided = (Division(places=places, reasons=groups[places]) for places in groups)
    return Shared(
        enabled=enabled,
        divided=tuple(sorted(divided, key=lambda one: (len(one.places), one.places))),
        nowhere=tuple(nowhere),
    )


def is_older(catalog: Catalog, hypervisor: str, release: str | None, than: str) -> bool:
    """Whether a host's release is known, and before another."""
    if release is None:
        return False
    own, history = find_hypervisor(hypervisor), open_history(catalog, hypervisor)
    try:
        return bool(own.parse(release) < history.version_of(than))
    except ValueError:
        return False


def upgrade(
    several: Sequence[Alike], hypervisor: str, release: str, policy: Policy, *, data: str | None = None
) -> tuple[str, list[Alike]]:
    """The release's full name, and the same hosts as they would be where the older of them had it.

    What a host lacks that no release brings, it still lacks; what the release no longer has, it loses.
    Raises UnknownRelease, UsageError, DataError.
    """
    judged = judge_release(hypervisor, release, policy, data=data)
    catalog, name = open_catalog(data), str(judged.host.release)
    then = {
        one.capability: Said(
            state=one.state,
            reason=str(one.reason),
            path=one.path,
            paths=tuple(path.path.name for path in one.paths if path.state == "enabled"),
        )
        for one in judged.decisions.values()
    }
    return name, [
        replace(one, release=name, said=dict(_upgraded(one.said, then, catalog)))
        if one.hypervisor == hypervisor and is_older(catalog, hypervisor, one.release, name)
        else one
        for one in several
    ]


def _upgraded(
    now: Mapping[str, Said], then: Mapping[str, Said], catalog: Catalog
) -> Iterator[tuple[str, Said]]:
    for name, said in now.items():
        later = then.get(name, said)
        # What the machine or the build lacks, a newer upstream release does not bring to this host.
        stays = later.is_enabled and not said.is_enabled and not may_gain(name, now, catalog)
        yield name, said if stays else later


def may_gain(name: str, now: Mapping[str, Said], catalog: Catalog) -> bool:
    """Whether another release may bring what is not enabled, and all that it needs."""
    said = now.get(name)
    if said is None or said.is_enabled or said.reason in OF_RELEASE:
        return said is not None
    if said.reason != "needs":
        return False
    return all(may_gain(need, now, catalog) for need in catalog.capabilities[name].needs)
