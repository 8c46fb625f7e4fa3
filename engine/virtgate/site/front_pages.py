"""The front page, recorded hosts, distributions, the comparison of any two, and the thread of 2009."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from ..ask.answering import answer_recording, answer_release
from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from ..driver.policy import Policy
from .addresses import page
from .atlas import Atlas, Page
from .hypervisor_pages import count_changes
from .recorded import Recorded
from .sides import pair_address, shipped_pairs
from .timeline import Timeline

_THE_DAY = "2009-02-09"
# What the thread asked for, on xend as upstream had it: the id, the release, and the day it is judged on.
_THREAD: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "offline": (
        ("net.remove-offline", "3.3", _THE_DAY),
        ("net.remove-offline", "3.3", None),
        ("net.remove-offline", "3.4", None),
    ),
    "live": (("net.hot-unplug", "3.2", None), ("net.hot-unplug", "3.3", None)),
    "variant": (("toolstack.os-variant", "3.4", None),),
    "frames": (("display.pv", "3.0.3", None), ("display.pv", "3.0.4", None)),
}
# The same on hosts as they were then, where their recordings are at hand.
_HOSTS: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "offline": (
        ("net.remove-offline", "xend-3.1.4+solaris+unplugs-by-mac", _THE_DAY),
        ("net.remove-offline", "xend-3.1.4+solaris+unplugs-by-mac", None),
        ("net.remove-offline", "xend-3.1.4+solaris+unplugs-its-own-way", None),
    ),
    "live": (("net.hot-unplug", "xend-3.1.4+solaris+unplugs-by-mac", None),),
    "variant": (("toolstack.os-variant", "xend-3.1.4+solaris", None),),
    "frames": (
        ("display.pv", "xend-3.0.3+rhel5", None),
        ("display.pv", "xend-3.0.3+rhel5+without-vfb", None),
    ),
}


def front_pages(atlas: Atlas) -> Iterator[Page]:
    """The front page, and what it leads to that is of no one hypervisor."""
    yield _front(atlas)
    yield Page(address="compare/", template="compare.html", title="Side by side", content=_pairs(atlas))
    yield Page(
        address="feed/",
        template="changes.html",
        title="What changed",
        content={"changes": recent(atlas, 150)},
    )
    yield Page(
        address="hosts/", template="hosts.html", title="Recorded hosts", content={"hosts": atlas.hosts}
    )
    for name, rows in atlas.shipped.items():
        content = {"name": name, "rows": rows, "title": rows[0][1].title, **_pairs(atlas)}
        yield Page(
            address=page("distribution", name),
            template="distribution.html",
            title=rows[0][1].title,
            content=content,
        )
    for host in atlas.hosts:
        areas = {
            area: list(ids) for area, ids in groupby(host.verdicts, key=lambda one: one.partition(".")[0])
        }
        beside = [row for row in _pairs(atlas)["pairs"] if host in row[1:]]
        content = {"host": host, "areas": areas, "about": host.gates.host, "beside": beside}
        yield Page(address=host.address, template="host.html", title=host.title, content=content)
    if "xend" in atlas.timelines:
        yield Page(
            address="thread-of-2009/",
            template="thread.html",
            title="The thread of 2009",
            content={"cases": dict(_cases(atlas))},
        )


def _front(atlas: Atlas) -> Page:
    ends = {name: len(one.releases) - 1 for name, one in atlas.timelines.items()}
    content = {
        "areas": {
            area: {name: one.tally(ids, ends[name]) for name, one in atlas.timelines.items()}
            for area, ids in atlas.areas.items()
        },
        "changes": recent(atlas, 8),
        "year": min(
            (one.date.year for each in atlas.timelines.values() for one in each.releases if one.date),
            default=None,
        ),
        "asked": [name for name in _ASKED if name[1] in atlas.catalog.capabilities],
        **_pairs(atlas),
    }
    return Page(address="", template="front.html", title="virtgate", content=content)


# What somebody may type, to show what can be typed: the word, and the capability that it is of.
_ASKED = (
    ("drive-mirror", "block.mirror"),
    ("vhost-user-blk", "block.vhost-user"),
    ("multifd", "migration.multifd"),
    ("savevm-start", "lifecycle.snapshot.background"),
)


def _pairs(atlas: Atlas) -> dict[str, Any]:
    """The neighbouring hosts and releases of distributions, each with its page."""
    hosts = [(pair_address(left.name, right.name), left, right) for left, right in atlas.pairs]
    shipped = [
        (one.address, atlas.timelines[one.hypervisor].title, one.left, one.right)
        for one in shipped_pairs(atlas)
    ]
    return {"pairs": hosts, "shipped": shipped}


def recent(atlas: Atlas, most: int) -> list[tuple[Timeline, Any, dict[str, int]]]:
    """The newest releases that changed something, newest first."""
    dated = [
        (release.date, one.hypervisor, at)
        for one in atlas.timelines.values()
        for at, release in enumerate(one.releases)
        if release.date is not None
    ]
    found = []
    for _, name, at in sorted(dated, reverse=True):
        timeline = atlas.timelines[name]
        counts = count_changes(timeline, at)
        if counts:
            found.append((timeline, timeline.releases[at], counts))
        if len(found) == most:
            break
    return found


def _cases(atlas: Atlas) -> Iterator[tuple[str, list[tuple[str, str | None, Any]]]]:
    """The verdicts on what the thread asked for: each with whose it is, and the day."""
    files = {host.name: host for host in atlas.hosts}
    for case, rows in _THREAD.items():
        told = [
            (f"xend {release}", day, _of_release(atlas, name, release, day)) for name, release, day in rows
        ]
        told += [
            (files[host].title, day, _of_host(atlas, name, files[host], day))
            for name, host, day in _HOSTS[case]
            if host in files
        ]
        yield case, [row for row in told if row[2] is not None]


def _of_release(atlas: Atlas, name: str, release: str, day: str | None) -> Any:
    try:
        gates = Gates(answer_release("xend", release, Policy(), data=atlas.data, as_of=day))
        return gates.verdict(gates.parse(name))
    except (VirtgateError, KeyError):
        return None


def _of_host(atlas: Atlas, name: str, host: Recorded, day: str | None) -> Any:
    if day is None:
        return host.verdicts.get(name)
    try:
        gates = Gates(answer_recording(host.source, Policy(), data=atlas.data, as_of=day))
        return gates.verdict(gates.parse(name))
    except (VirtgateError, KeyError):
        return None
