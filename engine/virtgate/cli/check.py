"""May ID be used on TARGET? One line with the reason.

Exit 0 when it is enabled, 1 when it is not, 2 for wrong usage. Without a TARGET everything that this machine
has is asked, a line each, and 0 says that one of them enables it: name the TARGET where that matters.
"""

from __future__ import annotations

import argparse
import sys

from ..driver.gates import Gates
from ..faces import FORMAT, gate_document, targets_document
from ..faces.documents import failed_document, host_document
from . import check_line
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("id", metavar="ID", help="a capability, such as block.mirror")
    shared.add_target(parser)
    parser.add_argument("--quiet", "-q", action="store_true", help="print nothing; the exit status answers")
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    found = shared.find_gates(options)
    several = not (options.target or options.release)
    if options.json:
        return _print_documents(options, found, several=several)
    enabled = False
    known = False
    for gates in shared.only_gates(found):
        if options.id not in gates and several:
            continue
        verdict = gates.verdict(options.id)
        known = True
        enabled = enabled or bool(verdict)
        if not options.quiet:
            start = f"{gates.host['target']}: " if several else ""
            print(f"{start}{check_line(verdict)}")
    if not found:
        print(
            "virtgate: no hypervisor was found on this machine; name a TARGET or a --release", file=sys.stderr
        )
    elif not known:
        _refuse_unknown(options.id, found)
    return 0 if enabled else 1


def _refuse_unknown(identifier: str, found: list[shared.Found]) -> None:
    """Where no target knows the id it is no capability at all. Raises UnknownCapability."""
    for _, gates in found:
        if isinstance(gates, Gates):
            gates.verdict(identifier)
            return


def _print_documents(options: argparse.Namespace, found: list[shared.Found], *, several: bool) -> int:
    documents = []
    enabled = False
    for text, gates in found:
        if not isinstance(gates, Gates):
            documents.append(failed_document(text, str(gates)))
            continue
        verdict = gates.verdict(options.id)
        enabled = enabled or bool(verdict)
        documents.append({"host": host_document(gates.host, text), "gate": gate_document(verdict)})
    if several:
        shared.print_json(targets_document(documents))
    elif documents:
        shared.print_json({"format": FORMAT, **documents[0]})
    return 0 if enabled else 1
