"""What a minimum release means: what is always on from it on, which paths are dead, who is left behind.

A branch stands for its first release. With --for it is asked the other way round: the lowest release from
which on some capabilities are all there.
Exit 0 when there is an answer, 1 when no release has all that --for names, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys

from ..ask.opened import open_catalog
from ..driver.errors import UsageError
from ..faces.floor import floor_document, floor_lines, lowest_document, lowest_lines
from ..faces.paint import Paint
from ..floor.minimum import find_floor, find_lowest
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "release", metavar="HYPERVISOR=RELEASE", nargs="?", help="the minimum: qemu=6.2 (with --for: qemu)"
    )
    parser.add_argument(
        "--for",
        dest="ids",
        metavar="ID[,ID…]",
        action="append",
        help="the lowest release that has these capabilities, instead",
    )
    shared.add_many(parser, "--driver", "PATH", "where the sources of a driver use what no living path does")
    parser.add_argument("--area", help="only this area's capabilities; --json has all")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    if options.ids:
        return _run_lowest(options)
    if options.release is None:
        raise UsageError("name a release, such as qemu=6.2, or what it must have with --for")
    hypervisor, text = shared.parse_release(options.release)
    catalog = open_catalog(options.data)
    shared.check_area(catalog, options.area)
    floor = find_floor(hypervisor, text, data=options.data)
    title = catalog.upstreams[hypervisor].title
    driven = shared.read_driver(options.driver, catalog)
    if options.json:
        shared.print_json(floor_document(floor, title, driven))
    else:
        print("\n".join(floor_lines(floor, title, Paint(sys.stdout), driven, area=options.area)))
    return 0


def _run_lowest(options: argparse.Namespace) -> int:
    """The lowest floor on one hypervisor, or on each that has a path for anything asked for."""
    if options.release and "=" in options.release:
        raise UsageError(f"--for finds the release; name only the hypervisor, not {options.release}")
    if options.driver:
        raise UsageError("--driver goes with a release, whose floor makes its code dead")
    catalog = open_catalog(options.data)
    ids = [one.strip() for given in options.ids for one in given.split(",") if one.strip()]
    if not ids:
        raise UsageError("--for needs a capability")
    ids = [catalog.get(name).id for name in ids]
    having = [one for one in sorted(catalog.upstreams) if any(catalog.paths_of(one, name) for name in ids)]
    # A hypervisor that has no path for any of it would only say that no release has it.
    named = [options.release] if options.release else having or sorted(catalog.upstreams)
    found = [find_lowest(hypervisor, ids, data=options.data) for hypervisor in named]
    if options.json:
        shared.print_json(lowest_document(found))
    else:
        print("\n".join(lowest_lines(found, Paint(sys.stdout))))
    return 0 if any(one.release for one in found) else 1
