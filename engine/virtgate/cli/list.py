"""The capabilities that the data knows, with the release since which each hypervisor's upstream has a path.

Words narrow the list to ids and titles that have all of them.
"""

from __future__ import annotations

import argparse
from typing import Any

from ..ask.answering import open_catalog, open_history
from ..catalog import Catalog
from ..decide.standing import stand
from ..errors import UsageError
from ..faces import FORMAT, columns
from ..history import History
from ..model import Path
from ..table import compute_row
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("words", metavar="WORD", nargs="*", help="only ids and titles with all these words")
    parser.add_argument("--hypervisor", metavar="NAME", help="only what this hypervisor has a path for")
    parser.add_argument("--area", help="only this area's capabilities")
    parser.add_argument(
        "--since", metavar="HYPERVISOR=RELEASE", help="only what came upstream in this release or later"
    )
    parser.add_argument("--deprecated", action="store_true", help="only what has a deprecated path upstream")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    catalog = open_catalog(options.data)
    if options.hypervisor and options.hypervisor not in catalog.upstreams:
        message = f"no hypervisor '{options.hypervisor}'; known are {', '.join(sorted(catalog.upstreams))}"
        raise UsageError(message)
    since = shared.parse_release(options.since) if options.since else None
    if since is not None and since[0] not in catalog.upstreams:
        message = f"no hypervisor '{since[0]}'; known are {', '.join(sorted(catalog.upstreams))}"
        raise UsageError(message)
    areas = dict.fromkeys(row.area for row in catalog.capabilities.values())
    if options.area and options.area not in areas:
        message = f"no area '{options.area}'; there are {', '.join(areas)}"
        raise UsageError(message)
    lister = _Lister(catalog, since, deprecated=options.deprecated)
    found = [
        document
        for name, row in catalog.capabilities.items()
        if options.area in {None, row.area}
        and all(word.lower() in f"{name} {row.title}".lower() for word in options.words)
        and (document := lister.document(name, options.hypervisor)) is not None
    ]
    if options.json:
        shared.print_json({"format": FORMAT, "capabilities": found})
        return 0
    rows = [(one["id"], _spell_since(one["hypervisors"]), one["title"]) for one in found]
    print("\n".join([*columns(rows, width=shared.terminal_width()), f"{len(rows)} capabilities"]))
    return 0


def _spell_since(hypervisors: dict[str, list[dict[str, str | None]]]) -> str:
    told = []
    for hypervisor, paths in hypervisors.items():
        releases = [path["since"] for path in paths if path["since"]]
        told.append(f"{hypervisor} {releases[0] if releases else '-'}")
    return ", ".join(told) or "nowhere"


class _Lister:
    """Says of each capability who has it since when."""

    def __init__(self, catalog: Catalog, since: tuple[str, str] | None, *, deprecated: bool) -> None:
        self.catalog = catalog
        self.since = since
        self.deprecated = deprecated
        self.histories: dict[str, History] = {}

    def document(self, name: str, hypervisor: str | None) -> dict[str, Any] | None:
        """The capability as a document, or None when what was asked for leaves it out."""
        row = self.catalog.capabilities[name]
        having = {
            one: [self._path(name, path) for path in self.catalog.paths_of(one, name)]
            for one in sorted(self.catalog.paths)
            if hypervisor in {None, one} and self.catalog.paths_of(one, name)
        }
        if hypervisor and not having:
            return None
        if self.since and not self._is_new(having):
            return None
        if self.deprecated and not any(path["deprecated"] for paths in having.values() for path in paths):
            return None
        return {
            "id": name,
            "area": row.area,
            "title": row.title,
            "needs": list(row.needs),
            "hypervisors": having,
        }

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
    """The release that deprecated a path, from its feature flag or from the documentation."""
    if path.deprecated and path.deprecated.since:
        return path.deprecated.since
    return history.flagged_since(stand(path, None, history, None).footprint, "deprecated")
