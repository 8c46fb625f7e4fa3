"""Who the hosts of a FLEET are and what they lack, by groups; of an ID who has it, and what would enable it.

Exit 0, or 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..faces.fleets import show_fleet, show_standings
from ..fleet.questions import BY, Fleet
from .fleet_printing import add_fleet, print_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_fleet(parser)
    parser.add_argument("ids", metavar="ID", nargs="*", help="a capability; without one, the hosts are told")
    parser.add_argument("--by", choices=BY, default="release", help="what groups are told apart by")
    parser.add_argument("--hosts", action="store_true", help="name the hosts of every group")


def run(options: argparse.Namespace) -> int:
    fleet = Fleet(options.fleet)
    if options.ids:
        fleet.check_ids(options.ids)
        standings = fleet.standings(options.ids, options.by)
        print_answer(options, show_standings(fleet, standings, options.by, hosts=options.hosts))
    else:
        print_answer(options, show_fleet(fleet, options.by, hosts=options.hosts))
    return 0
