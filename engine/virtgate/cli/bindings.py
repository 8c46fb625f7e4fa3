"""Constants, types and a reader for a driver in another language, on standard output.

The ids by area, the paths of each, states and reasons are names of the language, so that a slip of the pen
does not compile. A driver of one hypervisor names it, and has no branch to write for the paths of others. The
reader takes a file that `gates --json` wrote, or asks `virtgate serve`.
"""

from __future__ import annotations

import argparse
import sys

from ..bindings import LANGUAGES, render_bindings
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    known = ", ".join(f"{name} ({file})" for name, file in LANGUAGES.items())
    parser.add_argument("language", metavar="LANGUAGE", choices=LANGUAGES, help=known)
    shared.add_many(
        parser,
        "--hypervisor",
        "NAME",
        "only what this one has, and only its paths; may be given several times",
    )
    shared.add_data(parser)


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(render_bindings(options.language, options.hypervisor, options.data))
    return 0
