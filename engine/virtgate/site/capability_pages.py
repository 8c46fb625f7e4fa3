"""A page for each capability, and the lists that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..data.table import compute_row
from ..decide import PathDecision
from ..decide.proof import evidence_of
from ..model import Capability, Downstream, Path
from ..radar.ending import Ending, find_ending
from .addresses import page
from .atlas import Atlas, Page
from .marks import ENABLED
from .recorded import Recorded
from .timeline import Run, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One path of a capability, with all that is known of it."""

    path: Path
    decision: PathDecision
    releases: str
    proof: str
    runs: list[Run]
    evidence: tuple[str, ...]
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One hypervisor's part of a capability's page."""

    timeline: Timeline
    summary: str
    runs: list[Run]
    ways: tuple[Way, ...]
    hosts: tuple[Recorded, ...]
    early: tuple[tuple[Downstream, str, tuple[str, ...]], ...]
    explained: str
    verdict: Any


def capability_pages(atlas: Atlas) -> Iterator[Page]:
    """A page an id, a page an area, and the list of all."""
    for row in atlas.catalog.capabilities.values():
        found = [_support(atlas, one, row) for one in atlas.timelines.values() if row.id in one.verdicts[-1]]
        names = {path.name for one in found for path in (way.path for way in one.ways)}
        content = {
            "row": row,
            "supports": found,
            "needed_by": atlas.needed_by.get(row.id, ()),
            "aliases": _aliases(found),
            "names": sorted(names),
        }
        yield Page(address=page("id", row.id), template="capability.html", title=row.id, content=content)
        # An id that was renamed is in bookmarks and in drivers: its page says what it is called now.
        for old in row.formerly:
            content = {"now": row.id}
            yield Page(address=page("id", old), template="moved.html", title=old, content=content)
    for area, ids in atlas.areas.items():
        rows = [(name, {one.hypervisor: summarise(one, name) for one in having(atlas, name)}) for name in ids]
        yield Page(
            address=page("area", area), template="area.html", title=area, content={"area": area, "rows": rows}
        )
    yield Page(address="ids/", template="ids.html", title="Every capability", content={})


def having(atlas: Atlas, name: str) -> Iterator[Timeline]:
    """The hypervisors that have a path for a capability."""
    return (one for one in atlas.timelines.values() if name in one.verdicts[-1])


def _support(atlas: Atlas, timeline: Timeline, row: Capability) -> Support:
    decision = timeline.verdicts[-1][row.id]
    gates = atlas.newest[timeline.hypervisor]
    return Support(
        timeline=timeline,
        summary=summarise(timeline, row.id),
        runs=timeline.runs(row.id),
        ways=tuple(_way(atlas, timeline, one, at) for at, one in enumerate(decision.paths)),
        hosts=tuple(one for one in atlas.hosts_of(timeline.hypervisor) if row.id in one.verdicts),
        early=tuple(_early(atlas, timeline.hypervisor, row.id)),
        explained=gates.explain(gates.parse(row.id)),
        verdict=gates.verdict(gates.parse(row.id)),
    )


def _way(atlas: Atlas, timeline: Timeline, one: PathDecision, place: int) -> Way:
    path, history = one.path, timeline.history
    row = compute_row(path.capability, path, history)
    repository = atlas.catalog.upstreams[path.hypervisor].repository
    return Way(
        path=path,
        decision=one,
        releases=row.releases,
        proof=row.proof,
        runs=timeline.path_runs(path.capability, place),
        evidence=evidence_of(path, one.standing, history, repository),
        ending=find_ending(path, history),
    )


def _early(atlas: Atlas, hypervisor: str, name: str) -> Iterator[tuple[Downstream, str, tuple[str, ...]]]:
    """What downstreams say of a capability: who carries it back, builds it, or leaves it out."""
    for one in atlas.catalog.downstreams.get(hypervisor, {}).values():
        for backport in one.backports:
            if backport.capability == name:
                yield one, f"carries it back, from package {backport.since} on", backport.evidence
        for word, claims in (("builds it", one.builds), ("leaves it out", one.denies)):
            for claim in claims:
                if name in {text.partition("/")[0] for text in claim.paths}:
                    told = f" in {', '.join(claim.releases)}" if claim.releases else ""
                    yield one, f"{word}{told}: {claim.because}", claim.evidence


def _aliases(supports: list[Support]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in supports:
        for way in one.ways:
            for who, names in way.path.aliases.items():
                found.setdefault(who, []).extend(names)
    return {who: list(dict.fromkeys(names)) for who, names in sorted(found.items())}


def summarise(timeline: Timeline, name: str) -> str:
    """Since when a hypervisor's upstream has a capability, in a few words."""
    runs = timeline.runs(name)
    last = runs[-1].mark.name
    if last in ENABLED:
        since = timeline.since(name) or ""
        ended = (
            f", deprecated since {runs[-1].first}" if last == "deprecated" and runs[-1].first != since else ""
        )
        return f"since {since}{_bound(timeline, name, since)}{ended}"
    had = [run for run in runs if run.mark.name in ENABLED]
    if last == "removed" and had:
        return f"from {had[0].first} to {had[-1].last}, removed in {runs[-1].first}"
    forks = dict.fromkeys(one.path.fork for one in timeline.verdicts[-1][name].paths)
    if None not in forks and last == "never":
        known = timeline.catalog.downstreams.get(timeline.hypervisor, {})
        titles = (known[one].title if one in known else one for one in forks if one)
        return f"refused: only {' and '.join(titles)} has it"
    if last == "unstable":
        return f"unstable since {runs[-1].first}"
    return runs[-1].mark.label


def _bound(timeline: Timeline, name: str, since: str) -> str:
    """Whether the first release that is known may be later than the truth."""
    standings = (one.standing for one in timeline.verdicts[-1][name].paths)
    known = (one.bounded for one in standings if one.since and timeline.history.name_of(one.since) == since)
    return " or earlier" if any(known) else ""
