"""Every capability of a TARGET with its verdict, path, reason and evidence.

Exit 0 when every target that was named was answered, 1 when one could not be asked, 2 for wrong usage.
Of what this machine has, one that answers is enough.
"""

from __future__ import annotations

import argparse
import sys

from ..ask.answering import answer_release, open_catalog
from ..ask.naming import Naming, name_present, parse_naming
from ..data import Catalog
from ..driver.errors import TargetError, UsageError
from ..driver.gates import Gates
from ..driver.verdict import Verdict
from ..faces import FORMAT, Paint, gates_document, gates_table, targets_document
from ..faces.documents import failed_document
from . import options as shared

SHOWN_WITHOUT_A_HOST = ("qemu", "10.2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    shared.add_target(parser, many=True)
    parser.add_argument("--area", help="only this area's capabilities")
    parser.add_argument(
        "--state", choices=("enabled", "disabled", "unknown"), help="only those in this state"
    )
    parser.add_argument(
        "--all", action="store_true", help="also list capabilities that a target's hypervisor has no path for"
    )
    parser.add_argument(
        "--alias",
        metavar="WHO[@EDITION]",
        help="print the names that WHO gives to what is present: the edition at or below the one asked, "
        "or else the newest that drives hosts of that age",
    )
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    naming = parse_naming(options.alias, open_catalog(options.data)) if options.alias else None
    found = shared.find_gates(options)
    if not found:
        return _nothing_here(options)
    status = shared.status_of(found, named=bool(options.target or options.release))
    if options.json:
        _print_documents(options, found)
        return status
    if naming:
        return _print_names(found, naming, open_catalog(options.data)) or status
    paint = Paint(sys.stdout)
    for at, gates in enumerate(shared.only_gates(found)):
        print("\n" * bool(at) + "\n".join(_table(gates, options, paint)))
    return status


def _table(gates: Gates, options: argparse.Namespace, paint: Paint) -> list[str]:
    return gates_table(gates, _chosen(gates, options), paint, whole=options.all)


def _chosen(gates: Gates, options: argparse.Namespace) -> list[Verdict]:
    areas = dict.fromkeys(name.split(".")[0] for name in gates)
    if options.area and options.area not in areas:
        message = f"no area '{options.area}'; there are {', '.join(areas)}"
        raise UsageError(message)
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
    one_named = bool(options.release) or len(options.target) == 1
    if one_named:
        shared.print_json({"format": FORMAT, **documents[0]})
    else:
        shared.print_json(targets_document(documents))


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


def _nothing_here(options: argparse.Namespace) -> int:
    hypervisor, release = SHOWN_WITHOUT_A_HOST
    if options.json:
        shared.print_json(targets_document([]))
        return 0
    command = f"virtgate gates --release {hypervisor}={release}"
    print(shared.NOTHING_HERE.format(command=command))
    policy = shared.policy_of(options)
    gates = Gates(answer_release(hypervisor, release, policy, data=options.data), policy)
    print("\n".join(_table(gates, options, Paint(sys.stdout))))
    return 0
