"""Every capability of a TARGET with its verdict, path, reason and evidence.

Exit 0 when every target that was named was answered, 1 when one could not be asked, 2 for wrong usage.
Of what this machine has, one that answers is enough.
"""

from __future__ import annotations

import argparse
import sys

from ..ask.answering import answer_release, open_catalog
from ..catalog import Catalog
from ..errors import UsageError
from ..faces import FORMAT, Paint, gates_document, gates_table, targets_document
from ..faces.documents import failed_document
from ..gates import Gates, Verdict
from ..model import Vocabulary
from ..versions import Constraint, parse_release
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
        "--all", action="store_true", help="also list what is no concern of a target's hypervisor"
    )
    parser.add_argument("--alias", metavar="WHO", help="print the names that WHO gives to what is present")
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    if options.alias:
        _check_alias(options)
    found = shared.find_gates(options)
    if not found:
        return _nothing_here(options)
    status = shared.status_of(found, named=bool(options.target or options.release))
    if options.json:
        _print_documents(options, found)
        return status
    paint = Paint(sys.stdout)
    for at, gates in enumerate(shared.only_gates(found)):
        if options.alias:
            _print_aliases(gates, options.alias, open_catalog(options.data))
            continue
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
        gates_document(gates, _chosen(gates, options))
        if isinstance(gates, Gates)
        else failed_document(text, str(gates))
        for text, gates in found
    ]
    one_named = bool(options.release) or len(options.target) == 1
    if one_named:
        shared.print_json({"format": FORMAT, **documents[0]})
    else:
        shared.print_json(targets_document(documents))


def _print_aliases(gates: Gates, who: str, catalog: Catalog) -> None:
    """The names of what is present, sorted; those that nobody could look for to standard error.

    Left out are the names that the edition which knew such a host does not have.
    """
    lacks = _lacking_names(gates, who, catalog)
    present: set[str] = set()
    unknown: set[str] = set()
    for name in gates:
        for path in gates.verdict(name).paths:
            names = path.aliases.get(who, ())
            (present if path.present else unknown if path.present is None else set()).update(names)
    for name in sorted(present - lacks):
        print(name)
    for name in sorted(unknown - present - lacks):
        print(f"unknown: {name}", file=sys.stderr)


def _lacking_names(gates: Gates, who: str, catalog: Catalog) -> frozenset[str]:
    """The names that who does not have for a host of this release."""
    release = gates.host.get("release")
    rows = catalog.vocabularies.get(gates.host.get("hypervisor") or "", ()) if release else ()
    found = (row.lacks for row in rows if row.who == who and _is_for(row, release or ""))
    return frozenset().union(*found)


def _is_for(row: Vocabulary, release: str) -> bool:
    return bool(Constraint.parse(row.release).accepts(parse_release(release)))


def _check_alias(options: argparse.Namespace) -> None:
    """Refuse a name that gives no names: a typo must not look like a host that has nothing."""
    catalog = open_catalog(options.data)
    paths = (path for support in catalog.paths.values() for paths in support.values() for path in paths)
    known = sorted({who for path in paths for who in path.aliases})
    if options.alias not in known:
        message = f"nobody called '{options.alias}' gives names; {' and '.join(known)} does"
        raise UsageError(message)


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
