"""Upstream's source to the ledger: reads git histories, runs nothing in them.

A release of QEMU that the ledger has is not read again, so one more tag costs that tag alone. Where several
repositories are given, a release comes from the first that has its tag. With --head the newest commit of a
branch counts as merged and not released, until the next harvest. For kvm a repository is Linux's, or
QEMU's with the copies of Linux's header in it; what the ledger knows is only narrowed. Of xend it is the
releases of Xen that had it. For xapi it is xen-api's: the datamodel of its newest commit tells every
release's interface.
"""

from __future__ import annotations

import argparse
import sys

from ..catalog import edited_root
from ..errors import UsageError
from ..faces import FORMAT
from ..harvest import kvm, qemu, xapi, xen, xend
from ..history import History
from . import options as shared

# How the source of each is read; qemu's takes a branch besides.
HARVESTERS = {
    "qemu": qemu.harvest,
    "kvm": kvm.harvest,
    "xen": xen.harvest,
    "xend": xend.harvest,
    "xapi": xapi.harvest,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("hypervisor", metavar="HYPERVISOR", help=f"whose source: {', '.join(HARVESTERS)}")
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
    parser.add_argument("--quiet", "-q", action="store_true", help="tell no progress")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    if options.hypervisor not in HARVESTERS:
        *others, last = HARVESTERS
        message = f"'{options.hypervisor}' cannot be harvested; {', '.join(others)} and {last} can"
        raise UsageError(message)
    folder = edited_root(options.data) / "matrix" / options.hypervisor / "ledger"
    progress = _Progress(quiet=options.quiet)
    if options.hypervisor == "qemu":
        qemu.harvest(options.repositories, folder, progress, head=options.head, again=options.again)
    elif options.head or options.again:
        message = f"--head and --again are for qemu, not for {options.hypervisor}"
        raise UsageError(message)
    else:
        HARVESTERS[options.hypervisor](options.repositories, folder, progress)
    if options.json:
        names = [release.name for release in History(folder).releases]
        shared.print_json({"format": FORMAT, "hypervisor": options.hypervisor, "releases": names})
    return 0


class _Progress:
    """One line on standard error that is written over on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.over = "\r\033[K" if sys.stderr.isatty() else ""

    def __call__(self, text: str) -> None:
        if not self.quiet:
            end = "" if self.over else "\n"
            print(f"{self.over}{text}", end=end, file=sys.stderr, flush=True)
