"""A TARGET's whole interface against upstream's ledger: what it has besides, what it lacks, and what that is.

Exit 0 when nothing on it is a fork's own or divergent, 1 when something is, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys

from ..ask.answering import check_known, wanted_questions
from ..ask.opened import open_catalog, open_history
from ..ask.targets import Target, ask_facts, read_facts
from ..conditions import View
from ..decide.classify import WRONG
from ..diff import Item, counts, diff_host
from ..driver import system
from ..driver.errors import UnknownRelease, UsageError
from ..faces.documents import FORMAT, matched_document
from ..faces.paint import Paint
from ..faces.tables import columns
from ..facts import Facts
from ..match import match_host
from ..model import Host
from ..upstream.history import History
from ..versions import Version
from . import options as shared

# What a build left out, and what nobody can tell: many lines, and no finding.
COUNTED = frozenset({"not-built", "unledgered"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="what to compare; see below")
    parser.add_argument(
        "--against", metavar="NAME=X.Y|RECORDING", help="another release than the host's own, or another host"
    )
    shared.add_claims(parser)
    shared.add_accel(parser)
    shared.add_as_of(parser, "compare with")
    parser.add_argument(
        "--all",
        action="store_true",
        help="list what is not built or not in a ledger too, not its count alone",
    )
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    facts = _facts(options)
    catalog = open_catalog(options.data)
    check_known(facts, catalog)
    history = open_history(catalog, facts.hypervisor, options.as_of)
    host = match_host(facts, catalog, history)
    other = _other(options, host)
    told_of = match_host(other, catalog, history) if other is not None else host
    against = _against(options, told_of, history)
    their_view = View(other, told_of.release) if other is not None else None
    items = list(diff_host(catalog, host, history, View(facts, host.release), against, their_view))
    name = f"{facts.hypervisor}={history.name_of(against)}" if other is None else str(options.against)
    if options.json:
        rows = [
            {
                "kind": one.kind,
                "name": one.name,
                "class": one.category,
                "since": one.since,
                "sentence": one.sentence,
            }
            for one in items
        ]
        document = {"host": matched_document(host, options.target), "against": name}
        shared.print_json({"format": FORMAT, **document, "items": rows})
    else:
        _print_items(items, host, name if other else name.replace("=", " "), everything=options.all)
    return 1 if any(one.category in WRONG for one in items) else 0


def _facts(options: argparse.Namespace) -> Facts:
    target = Target.parse(options.target)
    if target.is_file:
        return read_facts(target, options.claims)
    if options.claims:
        raise UsageError(f"--claims is for a bare schema, and {options.target} is a host")
    wanted = wanted_questions(open_catalog(options.data), target.hypervisor or "")
    facts: Facts = shared.watched(
        options.target,
        lambda report: ask_facts(target, wanted, accel=options.accel, whole=True, on_progress=report),
    )
    return facts


def _other(options: argparse.Namespace, host: Host) -> Facts | None:
    """The recording to compare with, if it is one."""
    if not options.against or not system.is_file(options.against):
        return None
    other = read_facts(Target.parse(options.against), None)
    if other.hypervisor != host.hypervisor:
        message = f"{options.against} is a {other.hypervisor} host, and {host.target} is {host.hypervisor}"
        raise UsageError(message)
    return other


def _against(options: argparse.Namespace, host: Host, history: History) -> Version:
    """The release to compare with: the one named, else the host's own, else the ledger's newest."""
    names = tuple(release.name for release in history.releases)
    if options.against and not system.is_file(options.against):
        hypervisor, release = shared.parse_release(options.against)
        known = [name for name in names if name == release or name.startswith(f"{release}.")]
        if hypervisor != host.hypervisor or not known:
            raise UnknownRelease(hypervisor, release, names)
        return history.version_of(release if release in names else known[-1])
    if not history.versions:
        raise UsageError(f"no ledger of {host.hypervisor} to compare with")
    # A build beyond the ledger is nearest to the newest release: what it has besides came later.
    if host.release is None or host.newer:
        return history.versions[-1]
    own = history.version_of(host.release)
    at = history.place_of(own)
    # As of a day before its own release, the one before that day is what there was.
    return own if own in history.versions else history.versions[max(at - 1, 0)]


def _print_items(items: list[Item], host: Host, against: str, *, everything: bool) -> None:
    paint = Paint(sys.stdout)
    print(paint(f"{host.target}: {host.hypervisor} {host.version} against {against}", "bold"))
    shown = [one for one in items if everything or one.category not in COUNTED]
    rows = [(one.category, one.kind, one.name, one.sentence) for one in shown]
    if rows:
        print("\n".join(columns(rows)))
    told = ", ".join(f"{count} {name}" for name, count in counts(items).items())
    more = "" if everything or len(shown) == len(items) else " (--all lists all)"
    print(f"{told or 'no difference'}{more}")
