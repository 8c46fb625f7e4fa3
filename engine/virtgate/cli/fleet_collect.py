"""The verdicts on any number of recordings, as one Parquet file: a FLEET.

Recordings come from folders, with all that is below them, or by name. Each distinct recording is decided
once. A run that was interrupted goes on where it was when it is started again. What cannot be read or
decided is a row of problems. Exit 0 when every recording was decided, 1 when one was not, 2 for wrong usage.
"""

from __future__ import annotations

import argparse

from ..driver.errors import UsageError
from ..faces.documents import FORMAT
from ..fleet.collecting import collect
from ..fleet.gathering import find_recordings
from ..fleet.matching import Terms
from . import options as shared
from .fleet_workers import Reporter, open_workers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("places", metavar="DIR", nargs="+", help="a folder with recordings below it, or one")
    parser.add_argument("-o", "--output", metavar="FLEET", required=True, help="the file that is written")
    shared.add_as_of(parser)
    parser.add_argument("--jobs", metavar="N", type=int, help="how many processes; else one a processor")
    parser.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="let the workers of this Dask scheduler do it, who find the recordings under the same names",
    )
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    if options.jobs is not None and options.jobs < 1:
        raise UsageError(f"--jobs {options.jobs}: at least one process is needed")
    terms = Terms(policy=shared.policy_of(options), as_of=options.as_of, data=options.data)
    hosts = find_recordings(options.places)
    if not hosts:
        message = f"no recordings in {', '.join(options.places)}; 'virtgate probe --record FILE' makes one"
        raise UsageError(message)
    with open_workers(options.scheduler, options.jobs) as (start, count):
        done = collect(hosts, options.output, terms, start, workers=count, report=Reporter())
    if options.json:
        shared.print_json(
            {
                "format": FORMAT,
                "fleet": options.output,
                "recordings": done.of,
                "decisions": done.decisions,
                "problems": done.problems,
            }
        )
    else:
        print(f"{options.output}: {done}")
    return 1 if done.problems else 0
