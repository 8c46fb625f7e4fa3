"""The front page, recorded hosts, distributions, the comparison of any two, and the thread of 2009."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any

import yaml

from ..ask.answering import answer_recording, answer_release
from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from ..driver.policy import Policy
from ..driver.verdict import Verdict
from .addresses import page
from .atlas import Atlas, Page
from .hypervisor_pages import count_changes
from .sides import pair_address, shipped_pairs
from .timeline import Timeline

_THREAD = "thread-of-2009"


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
        # The pair's page is linked from both of its hosts.
        beside = [row for row in _pairs(atlas)["pairs"] if host in row[1:]]
        content = {"host": host, "areas": areas, "about": host.gates.host, "beside": beside}
        yield Page(address=host.address, template="host.html", title=host.title, content=content)
    thread = yaml.safe_load(files("virtgate.site").joinpath(f"{_THREAD}.yaml").read_text("utf-8"))
    # Data of somebody's own may have no such hypervisor, and then no thread either.
    if thread["hypervisor"] in atlas.timelines:
        yield Page(
            address=f"{_THREAD}/",
            template="thread.html",
            title="The thread of 2009",
            content={"cases": dict(_cases(atlas, thread))},
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


def _cases(
    atlas: Atlas, thread: Mapping[str, Any]
) -> Iterator[tuple[str, list[tuple[str, str | None, Verdict]]]]:
    """The verdicts on what the thread asked for: each with whose it is, and the day."""
    for case, rows in thread["cases"].items():
        judged = [(row, *_judge(atlas, thread["hypervisor"], row)) for row in rows]
        yield (
            case,
            [(whose, row.get("as-of"), verdict) for row, whose, verdict in judged if verdict is not None],
        )


def _judge(atlas: Atlas, hypervisor: str, row: Mapping[str, str]) -> tuple[str, Verdict | None]:
    """Whose verdict it is, and what it is: none where the host is not at hand, or the data do not know it."""
    host = next((one for one in atlas.hosts if one.name == row.get("host")), None)
    whose = host.title if host else f"{hypervisor} {row.get('release')}"
    try:
        if host:
            answers = answer_recording(host.source, Policy(), data=atlas.data, as_of=row.get("as-of"))
        else:
            answers = answer_release(
                hypervisor, row["release"], Policy(), data=atlas.data, as_of=row.get("as-of")
            )
        gates = Gates(answers)
        return whose, gates.verdict(gates.parse(row["id"]))
    except (VirtgateError, KeyError):
        return whose, None
