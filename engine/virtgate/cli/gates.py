"""Every capability of a TARGET with its verdict, path, reason and evidence.

Exit 0 when every target that was named was answered, 1 when one could not be asked, 2 for wrong usage.
Of what this machine has, one that answers is enough.
"""

from __future__ import annotations

import argparse
import sys

from ..ask.answering import answer_release
from ..ask.naming import Naming, name_present, parse_naming
from ..ask.opened import open_catalog
from ..data import Catalog
from ..driver.errors import TargetError, UsageError
from ..driver.gates import Gates
from ..driver.verdict import Verdict
from ..faces.documents import failed_document, gates_document
from ..faces.exports import csv_lines, flagd_document, ndjson_lines, nfd_lines, prometheus_lines
from ..faces.paint import Paint
from ..faces.tables import areas_table, gates_table, hosts_table
from . import options as shared

SHOWN_WITHOUT_A_HOST = ("qemu", "10.2")
_LINES = {"ndjson": ndjson_lines, "csv": csv_lines, "prometheus": prometheus_lines, "nfd": nfd_lines}
FORMATS = ("table", "json", *_LINES, "flagd")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_target(parser, many=True)
    parser.add_argument("--area", help="only this area's capabilities")
    parser.add_argument(
        "--state", choices=("enabled", "disabled", "unknown"), help="only those in this state"
    )
    parser.add_argument(
        "--all", action="store_true", help="list every capability instead of how many each area has"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="how it is printed, else as a table; prometheus is for node_exporter's textfile collector, "
        "nfd for node-feature-discovery's features.d, flagd for its file source",
    )
    parser.add_argument(
        "--alias",
        metavar="WHO[@EDITION]",
        help="print the names that WHO gives to what is present: the edition at or below the one asked, "
        "or else the newest that drives hosts of that age",
    )
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    form = options.format or ("json" if options.json else "table")
    if options.json and form != "json":
        raise UsageError(f"--json and --format {form} are two answers; one is given")
    if options.alias and form not in {"table", "json"}:
        raise UsageError(f"--alias prints names, and --format {form} has none")
    naming = parse_naming(options.alias, open_catalog(options.data)) if options.alias else None
    found = shared.find_gates(options)
    # What another program reads is empty then; a person is shown what there would be.
    if not found and form in {"table", "json"}:
        return _nothing_here(options, form)
    status = shared.status_of(found, named=bool(options.target or options.release))
    if form == "json":
        _print_documents(options, found)
        return status
    if form != "table":
        _print_exported(options, form, found)
        return status
    if naming:
        return _print_names(found, naming, open_catalog(options.data)) or status
    paint = Paint(sys.stdout)
    # A thousand lines a host are no answer to who has how much.
    if len(found) > 1 and not _is_listed(options):
        print("\n".join(hosts_table(list(shared.only_gates(found)), paint)))
        return status
    for at, gates in enumerate(shared.only_gates(found)):
        print("\n" * bool(at) + "\n".join(_table(gates, options, paint)))
    return status


def _is_listed(options: argparse.Namespace) -> bool:
    """Whether capabilities are listed, or only counted: a whole list is long, and so is asked for."""
    return bool(options.all or options.area or options.state)


def _table(gates: Gates, options: argparse.Namespace, paint: Paint) -> list[str]:
    chosen = _chosen(gates, options)
    if not _is_listed(options):
        return areas_table(gates, chosen, paint)
    return gates_table(gates, chosen, paint, whole=options.all, width=shared.terminal_width())


def _print_exported(options: argparse.Namespace, form: str, found: list[shared.Found]) -> None:
    """The gates in a format of another program; who could not be asked is told on standard error, too."""
    ids_of = (_chosen(gates, options) for _, gates in found if isinstance(gates, Gates))
    ids = {one.id for chosen in ids_of for one in chosen}
    if form == "flagd":
        shared.print_json(flagd_document(list(shared.each_told(found)), ids))
        return
    for line in _LINES[form](list(shared.each_told(found)), ids):
        print(line)


def _chosen(gates: Gates, options: argparse.Namespace) -> list[Verdict]:
    areas = dict.fromkeys(name.split(".")[0] for name in gates)
    shared.refuse_area(options.area, areas)
    verdicts = (gates.verdict(name) for name in gates)
    return [
        one
        for one in verdicts
        if options.area in {None, one.id.split(".")[0]} and options.state in {None, one.state}
    ]


def _print_documents(options: argparse.Namespace, found: list[shared.Found]) -> None:
    documents = [
        gates_document(gates, _chosen(gates, options), text)
        if isinstance(gates, Gates)
        else failed_document(text, str(gates))
        for text, gates in found
    ]
    shared.print_documents(documents, several=not options.release and len(options.target) != 1)


def _print_names(found: list[shared.Found], naming: Naming, catalog: Catalog) -> int:
    """The names of what is present, sorted; those that nobody could look for to standard error.

    1 when a host is one that the edition does not drive.
    """
    status = 0
    for gates in shared.only_gates(found):
        try:
            names = name_present(gates, naming, catalog)
        except TargetError as error:
            print(f"virtgate: {error}", file=sys.stderr)
            status = 1
            continue
        for name in names.given:
            print(name)
        for name in names.unseen:
            print(f"unknown: {name}", file=sys.stderr)
    return status


def _nothing_here(options: argparse.Namespace, form: str) -> int:
    hypervisor, release = SHOWN_WITHOUT_A_HOST
    if form == "json":
        shared.print_documents([], several=True)
        return 0
    command = f"virtgate gates --release {hypervisor}={release}"
    print(shared.NOTHING_HERE.format(command=command))
    policy = shared.policy_of(options)
    gates = Gates(answer_release(hypervisor, release, policy, data=options.data), policy)
    print("\n".join(_table(gates, options, Paint(sys.stdout))))
    return 0
