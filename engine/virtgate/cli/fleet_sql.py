"""The rows that a SELECT gives, by DuckDB, over the views `verdicts` and `problems` of a FLEET.

`verdicts` has a row for each capability of each host, `problems` one for each recording that was not decided.
Nothing is written and nothing else is read. Exit 0, or 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..faces.documents import FORMAT
from ..faces.fleets import Answer
from ..faces.tables import columns
from ..fleet.store import select
from .fleet_printing import add_fleet, print_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_fleet(parser)
    parser.add_argument("question", metavar="SELECT", help="one statement of SQL")


def run(options: argparse.Namespace) -> int:
    head, rows = select(options.fleet, options.question)
    told = [["" if cell is None else str(cell) for cell in row] for row in (head, *rows)]
    values = [[cell if isinstance(cell, int | str | None) else str(cell) for cell in row] for row in rows]
    answer = Answer(
        document={"format": FORMAT, "fleet": options.fleet, "columns": list(head), "rows": values},
        head=head,
        rows=rows,
        lines=columns(told),
    )
    print_answer(options, answer)
    return 0
