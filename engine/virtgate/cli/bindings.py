"""Constants, types and a reader for a driver in another language, on standard output.

The ids by area, the paths of each, states and reasons are names of the language, so that a slip of the pen
does not compile. The reader takes a file that `gates --json` wrote, or asks `virtgate serve`.
"""

from __future__ import annotations

import argparse
import sys

from ..bindings import LANGUAGES, render_bindings
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    known = ", ".join(f"{name} ({file})" for name, file in LANGUAGES.items())
    parser.add_argument("language", metavar="LANGUAGE", choices=LANGUAGES, help=known)
    shared.add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    sys.stdout.write(render_bindings(options.language, options.data))
    return 0
