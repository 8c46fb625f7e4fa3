"""The pages of a hypervisor: itself, its matrix by area and by series, its releases, who ships it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model import Downstream
from ..radar.changed import GROUPS, Change
from ..radar.ending import find_ending
from ..upstream.documented import Documented, find_documented
from .addresses import page
from .atlas import Atlas, Page
from .sides import compare, side_of_release
from .timeline import Timeline


def hypervisor_pages(atlas: Atlas) -> Iterator[Page]:
    """Every page of every hypervisor."""
    for timeline in atlas.timelines.values():
        yield _hypervisor(atlas, timeline)
        yield from _matrix_pages(atlas, timeline)
        yield from _release_pages(atlas, timeline)
        for downstream in atlas.catalog.downstreams.get(timeline.hypervisor, {}).values():
            yield _downstream(atlas, timeline, downstream)


def _hypervisor(atlas: Atlas, timeline: Timeline) -> Page:
    name = timeline.hypervisor
    ends = [one.end - 1 for one in timeline.series]
    content = {
        "timeline": timeline,
        "upstream": atlas.catalog.upstreams[name],
        "areas": {
            area: [timeline.tally(ids, at) for at in ends]
            for area, ids in atlas.areas.items()
            if set(ids) & set(timeline.ids)
        },
        "changes": {at: count_changes(timeline, at) for at in range(len(timeline.releases))},
        "going": list(_going(timeline)),
        "downstreams": atlas.catalog.downstreams.get(name, {}),
        "hosts": atlas.hosts_of(name),
        "shipped": atlas.catalog.distributions.get(name, ()),
    }
    return Page(
        address=page("hypervisor", name), template="hypervisor.html", title=timeline.title, content=content
    )


def count_changes(timeline: Timeline, at: int) -> dict[str, int]:
    """How many paths came, went and so on in a release."""
    found = timeline.changes(at)
    return {group: count for group in GROUPS if (count := sum(one.group == group for one in found))}


def _going(timeline: Timeline) -> Iterator[tuple[Any, Any]]:
    """The paths that the newest release deprecates."""
    for name in timeline.ids:
        for one in timeline.verdicts[-1][name].paths:
            ending = find_ending(one.path, timeline.history)
            if ending.deprecated and ending.removed is None:
                yield one.path, ending


def _matrix_pages(atlas: Atlas, timeline: Timeline) -> Iterator[Page]:
    areas = {
        area: mine
        for area, ids in atlas.areas.items()
        if (mine := [one for one in ids if one in timeline.verdicts[-1]])
    }
    for area, names in areas.items():
        yield Page(
            address=page("matrix", timeline.hypervisor, area),
            template="matrix.html",
            title=f"{timeline.title}: {area}",
            content={"timeline": timeline, "area": area, "areas": areas, "names": names},
        )
    for one in timeline.series:
        yield Page(
            address=page("series", timeline.hypervisor, one.name),
            template="series.html",
            title=f"{timeline.title} {one.name}",
            content={"timeline": timeline, "series": one, "areas": areas},
        )


def _release_pages(atlas: Atlas, timeline: Timeline) -> Iterator[Page]:
    documented = list(find_documented(timeline.hypervisor, timeline.history))
    # A release is the newer side of its own page, and the older one of the next.
    sides = [side_of_release(timeline, at) for at in range(len(timeline.releases))]
    for at, release in enumerate(timeline.releases):
        before = timeline.before(at)
        changes = timeline.changes(at)
        content = {
            "timeline": timeline,
            "release": release,
            "commit_text": f"{atlas.catalog.upstreams[timeline.hypervisor].repository}@{release.commit}",
            "before": None if before is None else timeline.releases[before],
            "next": timeline.releases[at + 1] if at + 1 < len(timeline.releases) else None,
            "groups": {group: [one for one in changes if one.group == group] for group in GROUPS},
            "endings": {one: _ending(timeline, one) for one in changes if one.group == "deprecated"},
            "came": list(_documented(documented, "deprecated", release.name)),
            "went": list(_documented(documented, "removed", release.name)),
            "pair": None if before is None else compare(sides[before], sides[at]),
            "sides": None if before is None else (sides[before], sides[at]),
            "counts": timeline.tally(timeline.ids, at),
            "products": [one.title for one in timeline.history.products if one.release == release.name],
            "shipped": [
                one
                for one in atlas.catalog.distributions.get(timeline.hypervisor, ())
                if atlas.place_of(timeline.hypervisor, one.ships) == at
            ],
            "hosts": [
                one
                for one in atlas.hosts_of(timeline.hypervisor)
                if one.gates.host.get("release") == release.name
            ],
        }
        title = f"{timeline.title} {release.name}"
        address = page("release", timeline.hypervisor, release.name)
        yield Page(address=address, template="release.html", title=title, content=content)


def _ending(timeline: Timeline, change: Change) -> Any:
    paths = (one.path for one in timeline.verdicts[-1][change.capability].paths)
    return find_ending(next(one for one in paths if one.name == change.path), timeline.history)


def _documented(rows: list[Documented], when: str, release: str) -> Iterator[Documented]:
    """What upstream's own lists say of a release."""
    wanted = {release, release.removesuffix(".0")}
    yield from (one for one in rows if getattr(one, when) in wanted)


def _downstream(atlas: Atlas, timeline: Timeline, one: Downstream) -> Page:
    paths = [way.path for name in timeline.ids for way in timeline.verdicts[-1][name].paths]
    content = {
        "timeline": timeline,
        "downstream": one,
        "forked": [path for path in paths if path.fork == one.name],
        "divergent": [(path, each) for path in paths for each in path.divergent if one.name in each.by],
        "hosts": [
            host
            for host in atlas.hosts_of(timeline.hypervisor)
            if host.gates.host.get("downstream") == one.name
        ],
        "shipped": [
            row
            for row in atlas.catalog.distributions.get(timeline.hypervisor, ())
            if row.distribution == one.name
        ],
    }
    return Page(
        address=page("downstream", timeline.hypervisor, one.name),
        template="downstream.html",
        title=f"{one.title}: {timeline.title}",
        content=content,
    )
