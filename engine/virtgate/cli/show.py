"""One capability across hypervisors: each path, the releases that have it, and what proves it."""

from __future__ import annotations

import argparse
import sys

from ..ask.answering import open_catalog, open_history
from ..catalog import Catalog
from ..catalog.forms import near
from ..errors import UnknownCapability
from ..faces import FORMAT, Paint
from ..model import Path
from ..table import compute_row
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("id", metavar="ID", help="a capability, such as net.hot-unplug")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    catalog = open_catalog(options.data)
    row = catalog.capabilities.get(options.id)
    if row is None:
        hint = near(options.id, catalog.capabilities)
        raise UnknownCapability(options.id, tuple(hint.removeprefix("nearest: ").split(", ")) if hint else ())
    needed_by = [one.id for one in catalog.capabilities.values() if row.id in one.needs]
    columns = {
        hypervisor: [_path(catalog, path) for path in catalog.paths_of(hypervisor, row.id)]
        for hypervisor in sorted(catalog.upstreams)
    }
    document = {
        "format": FORMAT,
        "id": row.id,
        "title": row.title,
        "area": row.area,
        "needs": list(row.needs),
        "needed_by": needed_by,
        "where": str(row.where),
        "hypervisors": columns,
    }
    if options.json:
        shared.print_json(document)
        return 0
    paint = Paint(sys.stdout)
    print(f"{paint(row.id, 'bold')}: {row.title}")
    for title, names in (("needs", row.needs), ("needed by", needed_by)):
        if names:
            print(f"  {title}: {', '.join(names)}")
    for hypervisor, paths in columns.items():
        print(f"{paint(catalog.upstreams[hypervisor].title, 'bold')}: {'' if paths else 'no path'}".rstrip())
        for path in paths:
            _print_path(path)
    return 0


def _path(catalog: Catalog, path: Path) -> dict[str, object]:
    row = compute_row(path.capability, path, open_history(catalog, path.hypervisor))
    typed = path.since.evidence if path.since else ()
    return {
        "path": path.name,
        "when": str(path.when),
        "usable": str(path.usable) if path.usable else None,
        "releases": row.releases or None,
        "proof": row.proof,
        "evidence": [*typed, *path.evidence],
        "successor": path.successor,
        "early": [{"in": list(one.by), "differs": one.differs} for one in path.early],
        "aliases": {who: list(names) for who, names in path.aliases.items()},
        "where": str(path.where),
    }


def _print_path(path: dict[str, object]) -> None:
    evidence = path["evidence"]
    assert isinstance(evidence, list)
    proof = f" ({'; '.join(evidence)})" if evidence else f" ({path['proof']})"
    print(f"  {path['path']}: {path['releases'] or 'in no release'}{proof}")
    print(f"      when {path['when']}")
    if path["usable"]:
        print(f"      usable when {path['usable']}")
    if path["successor"]:
        print(f"      successor {path['successor']}")
    early = path["early"]
    assert isinstance(early, list)
    for one in early:
        print(f"      early in {', '.join(one['in'])}: {one['differs']}")
