"""The smallest set of upgrades after which every host of a FLEET has some capabilities.

Each host that lacks one is to get the first upstream release after its own that has all of them; where the
data know it, the release of its distribution and the package version are told that bring it. What a machine,
a build or a policy lacks, no upgrade brings. Exit 0 when every host has it or can be upgraded, 1 when one
cannot, 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..faces.planning import show_plan
from ..fleet.plan import find_plan
from ..fleet.questions import Fleet
from . import options as shared
from .fleet_printing import add_fleet, print_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_fleet(parser)
    parser.add_argument("ids", metavar="ID", nargs="+", help="a capability that every host shall have")
    parser.add_argument("--hosts", action="store_true", help="name the hosts of every group")
    shared.add_data(parser)


def run(options: argparse.Namespace) -> int:
    fleet = Fleet(options.fleet)
    ids = tuple(dict.fromkeys(options.ids))
    fleet.check_ids(ids)
    plan = find_plan(fleet.alike(), ids, data=options.data)
    print_answer(options, show_plan(fleet.path, ids, plan, hosts=options.hosts))
    return 1 if plan.stuck else 0
