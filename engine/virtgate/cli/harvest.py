"""Upstream's source to the ledger: reads git histories, runs nothing in them.

A release of QEMU that the ledger has is not read again, so one more tag costs that tag alone. Where several
repositories are given, a release comes from the first that has its tag. With --head the newest commit of a
branch counts as merged and not released, until the next harvest. For kvm a repository is Linux's, or
QEMU's with the copies of Linux's header in it; what the ledger knows is only narrowed. Of xend it is the
releases of Xen that had it. For xapi it is xen-api's: the datamodel of its newest commit tells every
release's interface. With --check nothing is read but names: each release that a repository's tags, a
tarball's name or Debian's package lists (- for what apt-cache prints) have and the ledger lacks is told, with
status 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from ..data import edited_root
from ..driver.errors import UsageError
from ..faces.documents import FORMAT
from ..faces.guard import REWRITE
from ..faces.tables import columns
from ..facts.folders import all_hypervisors
from ..harvest.check import check_sources
from ..hypervisors.protocol import Hypervisor
from ..upstream.history import History
from . import options as shared


def _harvesters() -> Mapping[str, Hypervisor]:
    return {name: own for name, own in all_hypervisors().items() if own.harvest is not None}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("hypervisor", metavar="HYPERVISOR", help=f"whose source: {', '.join(_harvesters())}")
    parser.add_argument("repositories", metavar="REPO", nargs="+", help="a git repository with its history")
    parser.add_argument(
        "--head",
        metavar="BRANCH",
        nargs="?",
        const="master",
        help="take what is merged and unreleased, too: a branch of the first REPO (master)",
    )
    parser.add_argument(
        "--again",
        metavar="RANGE",
        default="",
        help="read QEMU's releases of a range (<1.1) anew, after a change of what reads them",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="say which releases REPO (a repository, a tarball, a package list, -) has and the ledger lacks",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="show no progress")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    known = _harvesters()
    if options.hypervisor not in known:
        *others, last = known
        raise UsageError(f"'{options.hypervisor}' cannot be harvested; {', '.join(others)} and {last} can")
    folder = edited_root(options.data) / "matrix" / options.hypervisor / "ledger"
    own, progress = known[options.hypervisor], _Progress(quiet=options.quiet)
    # Only a hypervisor whose folder takes an option gets it: the others' function has no such argument.
    given = {name: value for name in ("head", "again") if (value := getattr(options, name))}
    if not given.keys() <= own.harvest_options:
        raise UsageError(f"--head and --again are for qemu, not for {options.hypervisor}")
    if options.check:
        return _check(options, own, History(folder))
    assert own.harvest is not None
    own.harvest(options.repositories, folder, progress, **given)
    if options.json:
        names = [release.name for release in History(folder).releases]
        shared.print_json({"format": FORMAT, "hypervisor": options.hypervisor, "releases": names})
    return 0


def _check(options: argparse.Namespace, own: Hypervisor, history: History) -> int:
    """Tell what the ledger lacks; 1 where that is anything."""
    found = check_sources(options.repositories, own.package or own.name.replace("_", "-"), history)
    if options.json:
        names = [release.name for release in history.releases]
        unknown = [
            {
                "release": str(one.release),
                "named": one.named,
                "source": one.source,
                "documented": one.is_documented,
            }
            for one in found
        ]
        shared.print_json({"format": FORMAT, "hypervisor": own.name, "releases": names, "unknown": unknown})
    else:
        told = {True: "by its documentation alone", False: "not in the ledger"}
        rows = [(str(one.release), told[one.is_documented], one.named, one.source) for one in found]
        print(
            "\n".join(
                [*columns(rows), f"{len(found)} to harvest; the ledger ends with {history.releases[-1].name}"]
            )
        )
    return 1 if found else 0


class _Progress:
    """One line on standard error that is written over on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.over = REWRITE if sys.stderr.isatty() else ""

    def __call__(self, text: str) -> None:
        if not self.quiet:
            # In a log each line stands: there is nothing to write over.
            end = "" if self.over else "\n"
            print(f"{self.over}{text}", end=end, file=sys.stderr, flush=True)
