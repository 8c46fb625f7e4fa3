"""What the hosts of a FLEET have in common, by hypervisor, and which hosts keep each other thing out.

With a release, also what an upgrade of the older hosts to it would free, and what it would end. Exit 0, or 2
for wrong usage.
"""

from __future__ import annotations

import argparse
import sys

from ..driver.errors import UsageError
from ..driver.policy import Policy
from ..faces.paint import Paint
from ..faces.shared import Section, Upgraded, sections_of, show_shared
from ..fleet.questions import Fleet
from ..fleet.sharing import find_shared, upgrade
from . import options as shared
from .fleet_printing import add_fleet, print_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_fleet(parser)
    parser.add_argument(
        "--with",
        dest="release",
        metavar="HYPERVISOR=RELEASE",
        help="also what an upgrade of the older hosts to this release would free: qemu=10.0",
    )
    shared.add_data(parser)


def run(options: argparse.Namespace) -> int:
    fleet = Fleet(options.fleet)
    hypervisor, release = shared.parse_release(options.release) if options.release else ("", "")
    found = sections_of(fleet.alike())
    if hypervisor and hypervisor not in found:
        raise UsageError(f"no host of {hypervisor} in {fleet.path}; there are {', '.join(found)}")
    sections = []
    for name, several in found.items():
        upgraded = None
        # A release is one hypervisor's: the hosts of the others stay what they are.
        if name == hypervisor:
            full, after = upgrade(several, name, release, Policy(), data=options.data)
            older = sum(len(now.names) for now, then in zip(several, after, strict=True) if now is not then)
            upgraded = Upgraded(release=full, hosts=older, shared=find_shared(after))
        sections.append(
            Section(hypervisor=name, several=several, shared=find_shared(several), upgraded=upgraded)
        )
    print_answer(options, show_shared(fleet.path, sections, Paint(sys.stdout)))
    return 0
