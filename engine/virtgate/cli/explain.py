"""The whole decision on ID for a TARGET: what was seen, the YAML line, the evidence, what would help.

Exit 0 whatever the decision is, 1 when a target could not be asked, 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..driver.gates import Gates
from ..faces.documents import failed_document, gate_document, host_document
from ..faces.explanation import explain
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a capability, such as block.mirror")
    shared.add_target(parser)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    found = shared.find_gates(options)
    if not found and not options.json:
        shared.tell_nothing_here()
        return 1
    status = shared.status_of(found, named=bool(options.target or options.release))
    if options.json:
        documents = [_document(text, gates, options.id) for text, gates in found]
        shared.print_documents(documents, several=not (options.target or options.release))
        return status
    told = [explain(gates, options.id) for gates in shared.only_gates(found)]
    if told:
        print("\n\n".join(told))
    return status


def _document(text: str, gates: object, identifier: str) -> dict[str, object]:
    if not isinstance(gates, Gates):
        return failed_document(text, str(gates))
    return {
        "host": host_document(gates.host, text),
        "gate": gate_document(gates.verdict(gates.parse(identifier))),
    }
