"""What changed from one FLEET to a later one: which hosts, by what they were and are, and what that did.

Exit 0 when nothing changed, 1 when something did, 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..faces.drifting import show_drift
from ..fleet.drift import find_drift
from ..fleet.questions import Fleet
from .fleet_printing import add_fleet, print_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_fleet(parser, "OLD", "NEW")


def run(options: argparse.Namespace) -> int:
    drift = find_drift(Fleet(options.old), Fleet(options.new))
    print_answer(options, show_drift(options.old, options.new, drift))
    return 0 if drift.is_none else 1
