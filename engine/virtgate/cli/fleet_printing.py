"""The argument and the forms that every question to a FLEET has."""

from __future__ import annotations

import argparse

from ..faces.fleets import Answer, csv_lines, markdown_lines
from . import options as shared

_LINES = {"csv": csv_lines, "markdown": markdown_lines}


def add_fleet(parser: argparse.ArgumentParser, *names: str) -> None:
    """The FLEET that is asked, and how the answer is printed."""
    for name in names or ("FLEET",):
        parser.add_argument(name.lower(), metavar=name, help="a file that 'virtgate fleet collect' wrote")
    parser.add_argument(
        "--format",
        choices=("text", "json", *_LINES),
        help="how it is printed, else text; --json is short for one",
    )
    shared.add_json(parser)


def print_answer(options: argparse.Namespace, answer: Answer) -> None:
    """Print an answer as it was asked for. Raises UsageError for two forms."""
    form = shared.form_of(options)
    if form == "json":
        shared.print_json(answer.document)
        return
    for line in _LINES[form](answer) if form in _LINES else answer.lines:
        print(line)
