"""The capabilities that the data knows, with the release since which each hypervisor's upstream has a path.

Words narrow the list to capabilities that have all of them in their ids, titles or paths, in the commands
and devices that those stand on, or in the names that others have for them. --changed says instead what
came, was deprecated, removed, or became unstable or stable between two releases; --areas counts what each
area has.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from ..ask.answering import judge_release
from ..ask.opened import open_catalog, open_history
from ..ask.release import check_hypervisor
from ..data import Catalog
from ..data.search import make_index
from ..data.table import compute_row
from ..driver.errors import UsageError
from ..driver.policy import Policy
from ..faces.documents import FORMAT, pick
from ..faces.paint import Paint
from ..faces.radar import Radar, radar_document, radar_lines
from ..faces.tables import columns
from ..model import Path
from ..radar.changed import GROUPS, Change, find_changes, has, list_documented, list_unnamed
from ..radar.ending import find_ending, find_fading
from ..upstream.documented import Documented, find_documented
from ..upstream.history import History
from . import options as shared

# Of the ids and of who has one since when; what is longer moves the rest of its own line.
_WIDEST = (40, 32)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="WORD",
        nargs="*",
        help="only what has all these words: in ids, titles, paths, commands, devices, libvirt's names",
    )
    parser.add_argument("--hypervisor", metavar="NAME", help="only what this hypervisor has a path for")
    parser.add_argument("--area", help="only this area's capabilities")
    parser.add_argument(
        "--since", metavar="HYPERVISOR=RELEASE", help="only what came upstream in this release or later"
    )
    parser.add_argument(
        "--release",
        metavar="HYPERVISOR=RELEASE",
        help="only what this upstream release has, and through what",
    )
    parser.add_argument(
        "--deprecated",
        action="store_true",
        help="what upstream deprecates or has removed: since when, until when, and what to use instead",
    )
    shared.add_many(
        parser, "--driver", "PATH", "with --deprecated: where the sources of a driver still use it"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--areas", action="store_true", help="the areas, with how much each has")
    instead.add_argument(
        "--changed",
        metavar="HYPERVISOR=FROM..TO",
        help="what changed upstream between two releases: qemu=8.2..9.2",
    )
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    catalog = open_catalog(options.data)
    if options.hypervisor:
        check_hypervisor(catalog, options.hypervisor)
    shared.check_area(catalog, options.area)
    lister = _Lister(catalog, options)
    asked = _find_asked(catalog, options)
    if options.driver and not options.deprecated:
        raise UsageError("--driver goes with --deprecated: where a driver uses what is deprecated")
    changed = _find_changed(catalog, options) if options.changed else None
    found = [
        document
        for name in catalog.capabilities
        if name in asked
        and (changed is None or name in changed["ids"])
        and (document := lister.document(name)) is not None
    ]
    if changed is not None:
        changed = _narrow(changed, {one["id"]: one["title"] for one in found}, options)
    counts = _count_areas(found)
    radars = list(_find_radars(catalog, options, asked)) if options.deprecated else None
    if options.json:
        document = {"format": FORMAT, "capabilities": found, "areas": counts, "changed": changed}
        radar = None if radars is None else radar_document(radars)
        shared.print_json({**document, "radar": radar})
    elif changed is not None:
        print("\n".join(_changed_lines(changed)))
    elif options.areas:
        print("\n".join(_area_lines(counts)))
    elif radars is not None:
        print("\n".join(radar_lines(radars, Paint(sys.stdout), width=shared.terminal_width())))
    else:
        print("\n".join(_lines(found, lister)))
    return 0


def _lines(found: Sequence[Mapping[str, Any]], lister: _Lister) -> Iterator[str]:
    rows = [(one["id"], lister.spell_since(one["hypervisors"]), one["title"]) for one in found]
    yield from columns(rows, widest=_WIDEST, width=shared.terminal_width())
    yield f"{len(rows)} capabilities"


def _find_radars(catalog: Catalog, options: argparse.Namespace, asked: Set[str]) -> Iterable[Radar]:
    """What each upstream gives up, as far as it was asked for; documentation is of no area."""
    is_narrowed = bool(options.area or options.words)
    driven = shared.read_driver(options.driver, catalog)
    for hypervisor in [options.hypervisor] if options.hypervisor else sorted(catalog.paths):
        history = open_history(catalog, hypervisor)
        fading = find_fading(catalog, hypervisor, history)
        # A heading of upstream's lists is of no capability, and so neither of an area nor of what was
        # searched for.
        documented = () if is_narrowed else find_documented(hypervisor, history)
        yield Radar(
            hypervisor=hypervisor,
            fading=tuple(one for one in fading if one.path.capability in asked),
            documented=tuple(documented),
            driven=driven,
        )


def _find_asked(catalog: Catalog, options: argparse.Namespace) -> Set[str]:
    """The ids of the area, and with the words, that were asked for."""
    return {
        one.id
        for one in make_index(catalog)
        if options.area in {None, catalog.capabilities[one.id].area} and all(map(one.has, options.words))
    }


def _parse_release(catalog: Catalog, text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    hypervisor, release = shared.parse_release(text)
    check_hypervisor(catalog, hypervisor)
    return hypervisor, release


def _find_changed(catalog: Catalog, options: argparse.Namespace) -> dict[str, Any]:
    """The changes between the releases that --changed names, under the ids that they are of."""
    hypervisor, text = shared.parse_release(options.changed)
    check_hypervisor(catalog, hypervisor)
    first, dots, last = text.partition("..")
    if not dots or not first or not last:
        raise UsageError(f"'{options.changed}' is no span; HYPERVISOR=FROM..TO is, such as qemu=8.2..9.2")
    history = open_history(catalog, hypervisor)
    before, after = (judge_release(hypervisor, one, Policy(), data=options.data) for one in (first, last))
    span = history.version_of(before.host.release or ""), history.version_of(after.host.release or "")
    if span[0] >= span[1]:
        raise UsageError(f"'{options.changed}': {before.host.release} is not before {after.host.release}")
    changes = list(find_changes(before.decisions, after.decisions, span, history))
    return {
        "hypervisor": hypervisor,
        "from": before.host.release,
        "to": after.host.release,
        "ids": {one.capability for one in changes},
        "changes": changes,
        "documented": list_documented(hypervisor, span, history),
        "unnamed": list_unnamed(after.decisions, span, history),
    }


def _narrow(changed: dict[str, Any], titles: dict[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """The changes of what was asked for, as a document; what is no capability's is of no area."""
    changes = [one for one in changed["changes"] if one.capability in titles]
    groups: dict[str, Any] = {
        group: [_change_document(one, titles) for one in changes if one.group == group] for group in GROUPS
    }
    is_narrowed = bool(options.area or options.words)
    listed = {} if is_narrowed else changed["documented"]
    return {
        **{key: changed[key] for key in ("hypervisor", "from", "to")},
        **groups,
        "documented": {group: [_heading(group, one) for one in rows] for group, rows in listed.items()},
        "unnamed": {} if is_narrowed else changed["unnamed"],
    }


def _heading(group: str, one: Documented) -> dict[str, str | None]:
    release = one.removed if group == "removed" else one.deprecated
    return {"heading": one.heading, "section": one.section, "release": release}


def _change_document(one: Change, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "id": one.capability,
        "path": one.path,
        "release": one.release,
        "title": titles[one.capability],
        **pick(one, "successor", "other", "flags"),
    }


def _changed_lines(changed: dict[str, Any]) -> Iterable[str]:
    paint = Paint(sys.stdout)
    for group in GROUPS:
        rows = [
            (one["id"], one["path"], one["release"] or "-", _remark(group, one)) for one in changed[group]
        ]
        if rows:
            yield paint(f"{group}: {len(rows)}", "bold")
            yield from (f"  {line}" for line in columns(rows, width=_less(shared.terminal_width(), 2)))
    for group, listed in changed["documented"].items():
        cells = [(one["heading"], one["release"], one["section"]) for one in listed]
        if cells:
            yield paint(f"{group}, by upstream's own list: {len(cells)}", "bold")
            yield from (f"  {line}" for line in columns(cells, width=_less(shared.terminal_width(), 2)))
    for group, kinds in changed["unnamed"].items():
        if kinds:
            yield paint(f"{group}, and no capability is of it: {sum(map(len, kinds.values()))}", "bold")
            named = [(kind, ", ".join(names)) for kind, names in kinds.items()]
            yield from (f"  {line}" for line in columns(named, width=_less(shared.terminal_width(), 2)))
    told = ", ".join(f"{len(changed[group])} {group}" for group in GROUPS)
    yield f"{changed['hypervisor']} {changed['from']} to {changed['to']}: {told}"


def _remark(group: str, one: dict[str, Any]) -> str:
    """The title, with what a driver's author would ask next."""
    told = list(one["flags"])
    if group == "new" and one["other"]:
        told.append("had another way before")
    if group in {"deprecated", "removed"}:
        if one["successor"]:
            told.append(f"now {one['successor']}")
        elif one["other"]:
            told.append("another way is there")
    return f"{one['title']} ({', '.join(told)})" if told else str(one["title"])


def _less(width: int | None, by: int) -> int | None:
    return width - by if width else None


def _count_areas(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many capabilities each area has, and how many of them, and paths, each hypervisor."""
    areas: dict[str, dict[str, Any]] = {}
    for one in found:
        area = areas.setdefault(one["area"], {"area": one["area"], "capabilities": 0, "hypervisors": {}})
        area["capabilities"] += 1
        for hypervisor, paths in one["hypervisors"].items():
            counts = area["hypervisors"].setdefault(hypervisor, {"capabilities": 0, "paths": 0})
            counts["capabilities"] += 1
            counts["paths"] += len(paths)
    return list(areas.values())


def _area_lines(counts: list[dict[str, Any]]) -> Iterable[str]:
    names = sorted({name for one in counts for name in one["hypervisors"]})
    total: Counter[str] = Counter()
    rows = []
    for one in counts:
        having = {name: one["hypervisors"].get(name, {"capabilities": 0})["capabilities"] for name in names}
        total.update(having | {"": one["capabilities"]})
        rows.append((one["area"], one["capabilities"], *having.values()))
    rows = [
        ("area", "all", *names),
        *rows,
        (f"{len(counts)} areas", total[""], *(total[name] for name in names)),
    ]
    wide = [max(len(str(row[at])) for row in rows) for at in range(len(names) + 2)]
    for area, *cells in rows:
        told = (f"{cell or '-':>{size}}" for cell, size in zip(cells, wide[1:], strict=True))
        yield "  ".join((f"{area:<{wide[0]}}", *told))


class _Lister:
    """Says of each capability who has it since when."""

    def __init__(self, catalog: Catalog, options: argparse.Namespace) -> None:
        self.catalog = catalog
        self.hypervisor: str | None = options.hypervisor
        self.since = _parse_release(catalog, options.since)
        self.deprecated: bool = options.deprecated
        self.histories: dict[str, History] = {}
        self.had: dict[str, set[str]] | None = None
        release = _parse_release(catalog, options.release)
        if release is not None:
            if self.hypervisor not in {None, release[0]}:
                raise UsageError(f"--release is of {release[0]}, and --hypervisor says {self.hypervisor}")
            self.hypervisor = release[0]
            decisions = judge_release(*release, Policy(), data=options.data).decisions
            self.had = {
                name: {path.path.name for path in one.paths if has(path)} for name, one in decisions.items()
            }

    def document(self, name: str) -> dict[str, Any] | None:
        """The capability as a document, or None when what was asked for leaves it out."""
        row = self.catalog.capabilities[name]
        having = {
            one: [self._path(name, path) for path in paths]
            for one in sorted(self.catalog.paths)
            if self.hypervisor in {None, one} and (paths := self._paths(one, name))
        }
        if self.hypervisor and not having:
            return None
        if self.since and not self._is_new(having):
            return None
        if self.deprecated and not any(path["deprecated"] for paths in having.values() for path in paths):
            return None
        return {
            "id": name,
            **pick(row, "area", "title", "needs"),
            "hypervisors": having,
        }

    def spell_since(self, hypervisors: Mapping[str, list[dict[str, str | None]]]) -> str:
        """The first release with a path, for each hypervisor; not that of the path to prefer."""
        told = []
        for hypervisor, paths in hypervisors.items():
            dated = [(path["since"], path["releases"] or "") for path in paths if path["since"]]
            version_of = self._history(hypervisor).version_of
            # The data list paths in the order to prefer, which is seldom that of their age.
            first, releases = min(dated, key=lambda one: version_of(one[0]), default=("-", ""))
            told.append(f"{hypervisor} {first}{' or earlier' if releases.startswith('<=') else ''}")
        return ", ".join(told) or "nowhere"

    def _paths(self, hypervisor: str, name: str) -> list[Path]:
        paths = self.catalog.paths_of(hypervisor, name)
        return [path for path in paths if self.had is None or path.name in self.had[name]]

    def _history(self, hypervisor: str) -> History:
        if hypervisor not in self.histories:
            self.histories[hypervisor] = open_history(self.catalog, hypervisor)
        return self.histories[hypervisor]

    def _path(self, name: str, path: Path) -> dict[str, str | None]:
        history = self._history(path.hypervisor)
        row = compute_row(name, path, history)
        return {
            "path": path.name,
            "since": row.since,
            "releases": row.releases or None,
            "proof": row.proof,
            "deprecated": _deprecated_since(path, history),
            "successor": path.successor,
        }

    def _is_new(self, having: dict[str, list[dict[str, str | None]]]) -> bool:
        assert self.since is not None
        hypervisor, release = self.since
        history = self._history(hypervisor)
        try:
            wanted = history.version_of(release)
        except ValueError as error:
            raise UsageError(str(error)) from None
        since = [path["since"] for path in having.get(hypervisor, []) if path["since"]]
        return bool(since) and all(history.version_of(one) >= wanted for one in since)


def _deprecated_since(path: Path, history: History) -> str | None:
    """The release that deprecated a path that is still there, or of which somebody typed it."""
    if path.deprecated and path.deprecated.since:
        return path.deprecated.since
    ending = find_ending(path, history)
    return ending.deprecated if ending.removed is None else None
