"""What a TARGET says when it is asked: who it is, which questions it answered, and a QEMU's details.

With --record FILE everything is asked and kept, to be asked again later with the same verdicts; FILE ends in
.json or .json.xz. Exit 0 when every target answered, 1 when one could not be asked, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from ..ask.answering import check_known, wanted_questions
from ..ask.opened import open_catalog, open_history
from ..ask.targets import Target, ask_facts, find_targets, read_facts
from ..driver.errors import DataError, UsageError, VirtgateError, say_why
from ..driver.verdict import clean
from ..faces.details import details_document, details_lines
from ..faces.documents import failed_document, matched_document
from ..faces.tables import columns
from ..facts import Facts, write_recording
from ..facts.folders import find_hypervisor
from ..hypervisors.qemu.details import read_details
from ..match import match_host
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", nargs="?", help="what to ask; see below")
    parser.add_argument("--record", metavar="FILE", help="ask everything and keep it in FILE")
    shared.add_accel(parser)
    shared.add_claims(parser)
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    if options.record and not options.record.endswith((".json", ".json.xz")):
        raise UsageError(f"'{options.record}' must end in .json or .json.xz")
    targets = [Target.parse(options.target)] if options.target else list(find_targets())
    if options.record and len(targets) != 1:
        raise UsageError(f"--record keeps one TARGET, and {len(targets)} were found; name one")
    documents = []
    status = 0
    for target in targets:
        try:
            facts = _facts(target, options)
        # A host that does not answer is one line of several; a wrong call or wrong data is all of them.
        except (UsageError, DataError):
            raise
        except VirtgateError as error:
            status = 1
            documents.append(failed_document(target.text, str(error)))
            if not options.json:
                print(f"virtgate: {error}", file=sys.stderr)
            continue
        documents.append(_document(facts, target.text, options))
        if not options.json:
            _print_facts(facts, documents[-1]["host"])
    if options.json:
        shared.print_documents(documents, several=not options.target)
    elif not targets:
        print("virtgate: no hypervisor was found on this machine; name a TARGET", file=sys.stderr)
    return status


def _facts(target: Target, options: argparse.Namespace) -> Facts:
    if target.is_file:
        facts = read_facts(target, options.claims)
        check_known(facts, open_catalog(options.data))
    else:
        wanted = [*wanted_questions(open_catalog(options.data), target.hypervisor or "")]
        wanted += find_hypervisor(target.hypervisor or "").beside
        whole = bool(options.record)
        facts = shared.watched(
            target.text,
            lambda report: ask_facts(target, wanted, accel=options.accel, whole=whole, on_progress=report),
        )
    if options.record:
        try:
            write_recording(facts, options.record)
        except OSError as error:
            raise UsageError(f"cannot write {options.record}: {say_why(error)}") from None
    return facts


def _document(facts: Facts, source: str, options: argparse.Namespace) -> dict[str, object]:
    catalog = open_catalog(options.data)
    host = match_host(facts, catalog, open_history(catalog, facts.hypervisor))
    return {
        "host": matched_document(host, source),
        "via": facts.via,
        "taken": facts.taken,
        "details": details_document(read_details(facts)),
        "answers": dict(facts.answers),
    }


def _print_facts(facts: Facts, host: object) -> None:
    assert isinstance(host, dict)
    # A host's words may have what commands a terminal.
    rows = [(name, clean(str(value))) for name, value in host.items() if value]
    sorts = Counter(_sort_of(answer) for answer in facts.answers.values())
    rows.append(("questions", ", ".join(f"{count} {name}" for name, count in sorted(sorts.items()))))
    print("\n".join(columns(rows)) + "\n")
    if told := details_lines(read_details(facts)):
        print("\n".join(map(clean, told)) + "\n")
    for asked, reply in facts.answers.items():
        if "unanswered" in reply:
            print(clean(f"unanswered: {asked}: {reply['unanswered']}"))


def _sort_of(answer: object) -> str:
    assert isinstance(answer, dict)
    return "answered" if "return" in answer else "refused" if "error" in answer else "unanswered"
