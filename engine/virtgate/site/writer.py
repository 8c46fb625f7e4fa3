"""Pages to files: the same data give the same bytes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .. import __version__
from ..data.search import make_index
from ..driver.errors import UsageError
from .addresses import commit_link, page, relative
from .atlas import Atlas, Page
from .capability_pages import capability_pages, having, summarise
from .front_pages import front_pages, recent
from .hypervisor_pages import hypervisor_pages
from .marks import MARKS, OF_RELEASES, count_enabled
from .sides import pair_pages, side_of_host

# What a folder that this wrote into has: the names of the files, so that those of before can go.
_LIST = "site-files.txt"
_STATIC = ("site.css", "site.js", "compare.js", "icon.svg")


def write_site(out: Path, atlas: Atlas) -> int:
    """Every page, script and list below a folder; says how many pages. Raises UsageError, OSError."""
    before = _read_list(out)
    written: list[str] = []
    pages = 0
    for name, text in chain(_pages(atlas), _extras(atlas)):
        _write(out / name, text)
        written.append(name)
        pages += name.endswith(".html")
    # Only what this wrote before: a file that somebody put beside it is theirs.
    for name in set(before) - set(written):
        _remove(out, name)
    _write(out / _LIST, "".join(f"{name}\n" for name in sorted(written)))
    return pages


def _remove(out: Path, name: str) -> None:
    """A file of before, and the folders that it leaves empty."""
    (out / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for folder in Path(name).parents[:-1]:
            (out / folder).rmdir()


def _read_list(out: Path) -> list[str]:
    """The files of the site that stands here already. Raises UsageError for a folder of something else."""
    if not out.exists():
        return []
    if not out.is_dir() or (any(out.iterdir()) and not (out / _LIST).is_file()):
        raise UsageError(f"{out} is not empty, and no site of before; name a new folder")
    if not (out / _LIST).is_file():
        return []
    names = (out / _LIST).read_text(encoding="utf-8").splitlines()
    # The list may have been edited, and what it names is deleted.
    return [name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _pages(atlas: Atlas) -> Iterator[tuple[str, str]]:
    environment = Environment(
        loader=PackageLoader("virtgate.site"),
        # Titles, sentences and hosts' names are text of others.
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # A slip in a template ends the making; else it would be a hole in a page that nobody opens.
        undefined=StrictUndefined,
    )
    environment.globals.update(
        atlas=atlas,
        page=page,
        marks=MARKS,
        of_releases=OF_RELEASES,
        version=__version__,
        having=partial(having, atlas),
        summarise=summarise,
        enabled=count_enabled,
    )
    kinds = (front_pages, capability_pages, hypervisor_pages, pair_pages)
    for one in chain.from_iterable(kind(atlas) for kind in kinds):
        yield f"{one.address}index.html", _render(environment, atlas, one)
    feed = environment.get_template("feed.xml")
    yield "feed/atom.xml", feed.render(changes=recent(atlas, 60), to=partial(relative, "feed/"))


def _render(environment: Environment, atlas: Atlas, one: Page) -> str:
    template = environment.get_template(one.template)
    return template.render(
        one.content,
        title=one.title,
        here=one.address,
        to=partial(relative, one.address),
        commit=partial(_commit, atlas),
    )


def _commit(atlas: Atlas, hypervisor: str, text: str) -> str | None:
    return commit_link(text, atlas.catalog.upstreams[hypervisor].repositories)


def _extras(atlas: Atlas) -> Iterator[tuple[str, str]]:
    """The style sheet, the scripts, and what they search and compare."""
    for name in _STATIC:
        yield name, files("virtgate.site").joinpath("static", name).read_text(encoding="utf-8")
    yield "search.js", f"window.virtgateIndex = {_spell(_index(atlas))};\n"
    for hypervisor in atlas.timelines:
        yield f"compare/{hypervisor}.js", f"window.virtgateSides = {_spell(_sides(atlas, hypervisor))};\n"


def _spell(value: Any) -> str:
    """JSON that no page could end early."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _index(atlas: Atlas) -> list[list[Any]]:
    """What can be found: its page, what it is, its title, and its names by kind; capabilities first."""
    found: list[list[Any]] = [
        [
            page("id", one.id),
            ", ".join(timeline.title for timeline in having(atlas, one.id)),
            atlas.title(one.id),
            [[name.kind, name.text] for name in one.names if name.kind != "title"],
        ]
        for one in make_index(atlas.catalog)
    ]
    for timeline in atlas.timelines.values():
        name, title = timeline.hypervisor, timeline.title
        found.append(_entry(page("hypervisor", name), "hypervisor", title))
        found += [
            _entry(page("release", name, one.name), "release", f"{title} {one.name}")
            for one in reversed(timeline.releases)
        ]
        found += [
            [
                page("downstream", name, at),
                "downstream",
                f"{one.title}: {title}",
                [["downstream", one.title]],
            ]
            for at, one in atlas.catalog.downstreams.get(name, {}).items()
        ]
    hosts = ([one.address, "recorded host", one.title, [["host", one.name]]] for one in atlas.hosts)
    return [*found, *hosts]


def _entry(address: str, kind: str, title: str) -> list[Any]:
    """What is found by its title alone."""
    return [address, kind, title, [[kind, title]]]


def _sides(atlas: Atlas, hypervisor: str) -> dict[str, Any]:
    """The states of every capability on each release, as runs of letters, and on each recorded host."""
    timeline = atlas.timelines[hypervisor]
    hosts = [side_of_host(host) for host in atlas.hosts_of(hypervisor)]
    return {
        "title": timeline.title,
        "marks": {one.code: [one.name, one.glyph, one.label] for one in MARKS.values()},
        "releases": [one.name for one in timeline.releases],
        "hosts": [
            [one.title, host.name] for one, host in zip(hosts, atlas.hosts_of(hypervisor), strict=True)
        ],
        "ids": {
            name: [
                "".join(f"{run.mark.code}{run.length}" for run in timeline.runs(name)),
                "".join(one.cells[name].mark.code if name in one.cells else "." for one in hosts),
            ]
            for name in timeline.ids
        },
    }
