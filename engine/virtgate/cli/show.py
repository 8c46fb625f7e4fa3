"""One capability across hypervisors: each path, the releases that have it, and what proves it.

With KIND/NAME, such as machine/pc-i440fx-2.3, device/virtio-net-pci or command/blockdev-mirror, one element
of upstream's interface, and the releases that have it.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from functools import partial
from typing import Any

from ..ask.opened import open_catalog, open_history
from ..data import Catalog
from ..data.search import find_named, make_index
from ..data.table import compute_row
from ..decide.proof import evidence_of
from ..driver.errors import UsageError
from ..faces.documents import FORMAT, pick
from ..faces.paint import Paint
from ..faces.tables import wrapped
from ..model import Capability, Path
from ..radar.element_releases import explain_absence, find_releases
from ..radar.ending import find_ending
from ..upstream.status import find_status
from . import options as shared

# Between the words of one term; a wrap does not break there.
_GLUE = "\N{NO-BREAK SPACE}"
_ENDS = (("deprecated since", "deprecated"), ("removed in", "removed"), ("successor", "successor"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id",
        metavar="ID",
        help="a capability, such as net.hot-unplug; a path or another name of one; or KIND/NAME",
    )
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    catalog = open_catalog(options.data)
    if "/" in options.id:
        return _show_element(catalog, options)
    row = _find(catalog, options.id)
    needed_by = [one.id for one in catalog.capabilities.values() if row.id in one.needs]
    columns = {
        hypervisor: [_path(catalog, path) for path in catalog.paths_of(hypervisor, row.id)]
        for hypervisor in sorted(catalog.upstreams)
    }
    document = {
        "format": FORMAT,
        **pick(row, "id", "title", "area", "needs"),
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
            _print_wrapped(2, f"{title}: {', '.join(names)}")
    for hypervisor, paths in columns.items():
        print(f"{paint(catalog.upstreams[hypervisor].title, 'bold')}: {'' if paths else 'no path'}".rstrip())
        for path in paths:
            _print_path(path)
    return 0


def _find(catalog: Catalog, text: str) -> Capability:
    """The capability of an id, or the only one that another name is of. Raises UnknownCapability."""
    # An id is what it says, even where another capability has a path of that name.
    found = [] if catalog.find(text) else find_named(make_index(catalog), text)
    return catalog.get(found[0] if len(found) == 1 else text)


def _show_element(catalog: Catalog, options: argparse.Namespace) -> int:
    """Which releases have an element. Raises UsageError for one that no release has."""
    found = {
        hypervisor: releases
        for hypervisor in sorted(catalog.upstreams)
        if (releases := find_releases(options.id, hypervisor, open_history(catalog, hypervisor)))
    }
    if not found:
        raise UsageError(explain_absence(options.id, catalog.upstreams, partial(open_history, catalog)))
    if options.json:
        rows = {name: dataclasses.asdict(one) for name, one in found.items()}
        shared.print_json({"format": FORMAT, "element": options.id, "hypervisors": rows})
        return 0
    print(Paint(sys.stdout)(options.id, "bold"))
    for hypervisor, one in found.items():
        ends = f", removed in {one.removed}" if one.removed else ""
        _print_wrapped(2, f"{catalog.upstreams[hypervisor].title}: {one.releases}{ends} ({one.proof})")
    return 0


def _path(catalog: Catalog, path: Path) -> dict[str, object]:
    history = open_history(catalog, path.hypervisor)
    row = compute_row(path.capability, path, history)
    standing = find_status(path, None, history, None)
    ending = find_ending(path, history)
    repository = catalog.upstreams[path.hypervisor].repository
    return {
        "path": path.name,
        "when": str(path.when),
        "usable": str(path.usable) if path.usable else None,
        "releases": row.releases or None,
        "proof": row.proof,
        "evidence": list(evidence_of(path, standing, history, repository)),
        "deprecated": ending.deprecated,
        "removed": ending.removed,
        "successor": path.successor,
        "early": [{"in": list(one.by), "differs": one.differs} for one in path.divergent],
        "aliases": {who: list(names) for who, names in path.aliases.items()},
        "where": str(path.where),
    }


def _print_path(path: dict[str, Any]) -> None:
    proof = "; ".join(path["evidence"]) or path["proof"]
    _print_wrapped(2, f"{path['path']}: {path['releases'] or 'in no release'} ({proof})")
    _print_condition(f"when {path['when']}")
    if path["usable"]:
        _print_condition(f"usable when {path['usable']}")
    ends = [f"{word} {path[key]}" for word, key in _ENDS if path[key]]
    if ends:
        _print_wrapped(6, ", ".join(ends))
    for one in path["early"]:
        _print_wrapped(6, f"divergent in {', '.join(one['in'])}: {one['differs']}")


def _print_wrapped(indent: int, text: str) -> None:
    lines = wrapped(text, " " * indent, " " * (indent + 4))
    print("\n".join(lines).replace(_GLUE, " "))


def _print_condition(text: str) -> None:
    """A condition in as many lines as it takes, broken between its terms rather than inside one."""
    terms = re.split(r"(?<= or )|(?<= and )", text)
    # The glue keeps a term whole; the blank behind `and` is where a line may end.
    _print_wrapped(6, "".join(term[:-1].replace(" ", _GLUE) + term[-1] for term in terms))
