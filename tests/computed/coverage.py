"""What each path rests on, where it was seen, and how often a release alone was wrong on recorded hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Literal

from virtgate.ask.answering import judge, judge_release
from virtgate.ask.opened import open_catalog, open_history
from virtgate.data import Catalog
from virtgate.decide import Decision, PathDecision
from virtgate.driver.policy import Policy
from virtgate.facts.recording import read_recording
from virtgate.model import Branch, Condition, Host, Path
from virtgate.radar.changed import has
from virtgate.upstream.history import History
from virtgate.upstream.status import find_status, is_visible, rests_on_release

Rest = Literal["complete", "superset", "partial", "commit", "release", "elsewhere"]
Recorded = tuple[Host, Mapping[str, Decision]]
JudgeRelease = Callable[[str, str], Mapping[str, Decision]]
Sight = Literal["present", "absent", "unlooked", "unseeable"]
Miss = Literal["target", "machine", "build", "besides"]

HOSTS = FilePath(__file__).parents[1] / "hosts"
RESTS: tuple[Rest, ...] = ("complete", "superset", "partial", "commit", "release", "elsewhere")
SIGHTS: tuple[Sight, ...] = ("present", "absent", "unlooked", "unseeable")
MISSES: tuple[Miss, ...] = ("target", "machine", "build", "besides")

_WEAKEST_FIRST: tuple[Rest, ...] = ("partial", "superset", "complete")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCoverage:
    """One path: what says that upstream has it, and what recorded hosts say.

    `rests` is the weakest ledger that its elements stand in, a typed commit, its release alone, or elsewhere
    (not upstream's). `sight` is its condition on the recordings: it held on one, failed on all that could be
    looked at, was looked at on none, or cannot be seen by any probe. `parted` says that one way of an `any`
    is a release alone.
    """

    hypervisor: str
    area: str
    capability: str
    path: str
    rests: Rest
    sight: Sight
    parted: bool
    condition: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One path on one recorded host, held against what the host's release alone says.

    `promised` is what the release says. `miss` is None where both agree. Else the release has the path and
    the host has not, because its guests are of another architecture (`target`), its hardware, kernel or
    permissions lack it (`machine`), or its build does (`build`); or the host has it `besides`.
    """

    host: str
    area: str
    capability: str
    path: str
    promised: bool
    miss: Miss | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCoverage:
    """One recorded host: its checks, and the gates that its release alone would have got wrong.

    `opened` gates are enabled by the release and disabled on the host, `closed` the other way round; `gates`
    is how many both decide. A host beyond the ledger (`newer`) has no release to be checked against.
    """

    name: str
    hypervisor: str
    newer: bool
    checks: tuple[Check, ...]
    gates: int
    opened: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything that the document says."""

    paths: tuple[PathCoverage, ...]
    hosts: tuple[HostCoverage, ...]


@cache
def coverage_of_recordings() -> Coverage:
    """The coverage of the data as they are by the recordings in `tests/hosts/`."""
    catalog, recorded = open_catalog(None), {}
    for path in sorted(HOSTS.glob("*/host.json.xz")):
        judged = judge(read_recording(str(path)), Policy())
        recorded[path.parent.name] = (judged.host, judged.decisions)

    @cache
    def decisions(hypervisor: str, release: str) -> Mapping[str, Decision]:
        return judge_release(hypervisor, release, Policy()).decisions

    return compute_coverage(catalog, lambda one: open_history(catalog, one), recorded, decisions)


def compute_coverage(
    catalog: Catalog,
    open_history: Callable[[str], History],
    recorded: Mapping[str, Recorded],
    decisions_of: JudgeRelease,
) -> Coverage:
    """The coverage of all paths by the recorded hosts, which are judged with an empty policy."""
    seen = _collect_presence(recorded.values())
    paths = tuple(
        _cover(path, open_history(hypervisor), seen.get((hypervisor, capability, path.name), ()))
        for hypervisor in sorted(catalog.upstreams)
        for capability, group in catalog.paths.get(hypervisor, {}).items()
        for path in group
    )
    hosts = tuple(
        _check_host(name, one, open_history(one[0].hypervisor), decisions_of)
        for name, one in sorted(recorded.items())
    )
    return Coverage(paths=paths, hosts=hosts)


def _collect_presence(recorded: Iterable[Recorded]) -> Mapping[tuple[str, str, str], list[bool | None]]:
    """What each path's condition was on the recordings, by hypervisor, capability and path."""
    found: dict[tuple[str, str, str], list[bool | None]] = {}
    for host, decisions in recorded:
        for decision in decisions.values():
            for one in decision.paths:
                key = (host.hypervisor, decision.capability, one.path.name)
                found.setdefault(key, []).append(one.present)
    return found


def _cover(path: Path, history: History, seen: Sequence[bool | None]) -> PathCoverage:
    typed = path.since.evidence if path.since else ()
    return PathCoverage(
        hypervisor=path.hypervisor,
        area=path.capability.split(".")[0],
        capability=path.capability,
        path=path.name,
        rests=_rests(path, history),
        sight=_sight(path, seen),
        parted=_is_parted(path.when),
        condition=str(path.when),
        evidence=(*typed, *path.evidence),
    )


def _is_parted(condition: Condition) -> bool:
    if not isinstance(condition, Branch) or rests_on_release(condition):
        return False
    is_any = condition.joint == "any"
    return any(rests_on_release(part) if is_any else _is_parted(part) for part in condition.parts)


def _rests(path: Path, history: History) -> Rest:
    if path.rejected or path.fork:
        return "elsewhere"
    if rests_on_release(path.when):
        return "release"
    if path.since is not None:
        return "commit"
    kinds = {element.kind for element in find_status(path, None, history, None).footprint}
    told = {history.covers(kind) for kind in kinds}
    return next((one for one in _WEAKEST_FIRST if one in told), "release")


def _sight(path: Path, seen: Sequence[bool | None]) -> Sight:
    if rests_on_release(path.when) or not is_visible(path):
        return "unseeable"
    return "present" if True in seen else "absent" if False in seen else "unlooked"


def _check_host(name: str, recorded: Recorded, history: History, decisions_of: JudgeRelease) -> HostCoverage:
    host, decisions = recorded
    if host.newer or host.release is None:
        return HostCoverage(
            name=name, hypervisor=host.hypervisor, newer=True, checks=(), gates=0, opened=0, closed=0
        )
    release = history.name_of(history.version_of(host.release))
    promised = decisions_of(host.hypervisor, release)
    both = [
        (promised[one.capability].state, one.state)
        for one in decisions.values()
        if one.paths and "unknown" not in {one.state, promised[one.capability].state}
    ]
    return HostCoverage(
        name=name,
        hypervisor=host.hypervisor,
        newer=False,
        checks=tuple(_check_paths(name, decisions, promised)),
        gates=len(both),
        opened=both.count(("enabled", "disabled")),
        closed=both.count(("disabled", "enabled")),
    )


def _check_paths(
    host: str, decisions: Mapping[str, Decision], promised: Mapping[str, Decision]
) -> Iterator[Check]:
    for capability, decision in decisions.items():
        for seen, said in zip(decision.paths, promised[capability].paths, strict=True):
            path = seen.path
            is_upstreams = not path.rejected and not path.fork
            if is_upstreams and not rests_on_release(path.when) and seen.case.present is not None:
                yield Check(
                    host=host,
                    area=capability.split(".")[0],
                    capability=capability,
                    path=path.name,
                    promised=has(said),
                    miss=_miss(seen, said),
                )


def _miss(seen: PathDecision, said: PathDecision) -> Miss | None:
    if has(said) is seen.case.present:
        return None
    if seen.case.present:
        return "besides"
    if any(leaf.kind == "arch" for leaf in seen.lacking):
        return "target"
    return "machine" if seen.case.lack == "host" else "build"
