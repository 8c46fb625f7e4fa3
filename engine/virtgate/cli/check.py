"""May ID be used on TARGET? One line with the reason.

Exit 0 when it is enabled, 1 when it is not, 2 for wrong usage; with --exit-unknown, 3 where it is unknown or
a host could not be asked. Without a TARGET everything that this machine
has is asked, a line each, and 0 says that one of them enables it: name the TARGET where that matters.
"""

from __future__ import annotations

import argparse

from ..driver.gates import Gates
from ..driver.verdict import Verdict
from ..faces.documents import check_document, failed_document
from . import check_line, check_status
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a capability, such as block.mirror")
    shared.add_target(parser)
    parser.add_argument("--quiet", "-q", action="store_true", help="print nothing; the exit status answers")
    shared.add_exit_unknown(parser)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    found = shared.find_gates(options)
    several = not (options.target or options.release)
    if options.json:
        return _print_documents(options, found, several=several)
    verdicts: list[Verdict | None] = [None for _, gates in found if not isinstance(gates, Gates)]
    known = False
    for gates in shared.only_gates(found):
        # Of all that this machine has, most know nothing of an id that is another hypervisor's.
        if options.id not in gates and several:
            continue
        verdict = gates.verdict(options.id)
        verdicts.append(verdict)
        known = True
        if not options.quiet:
            start = f"{gates.host['target']}: " if several else ""
            print(f"{start}{check_line(verdict)}")
    # 0 would be a yes, and 1 a no of a host: with nothing asked, the status is that of an unknown.
    if not found:
        shared.tell_nothing_here()
        verdicts = [None]
    elif not known:
        _refuse_unknown(options.id, found)
    return check_status(verdicts, exit_unknown=options.exit_unknown)


def _refuse_unknown(identifier: str, found: list[shared.Found]) -> None:
    """Where no target knows the id it is no capability at all. Raises UnknownCapability."""
    for _, gates in found:
        if isinstance(gates, Gates):
            gates.parse(identifier)
            return


def _print_documents(options: argparse.Namespace, found: list[shared.Found], *, several: bool) -> int:
    documents = []
    verdicts: list[Verdict | None] = [] if found else [None]
    for text, gates in found:
        if not isinstance(gates, Gates):
            documents.append(failed_document(text, str(gates)))
            verdicts.append(None)
            continue
        if several and options.id not in gates:
            continue
        verdicts.append(gates.verdict(options.id))
        documents.append(check_document(gates, gates.verdict(options.id), text))
    if several and not any(verdicts):
        _refuse_unknown(options.id, found)
    if several or documents:
        shared.print_documents(documents, several=several)
    return check_status(verdicts, exit_unknown=options.exit_unknown)
