"""The verdicts on any number of recordings, as one Parquet file: a FLEET.

Recordings come from folders, with all that is below them, or by name. Each distinct recording is decided
once. A run that was interrupted goes on where it was when it is started again. What cannot be read or
decided is a row of problems. Exit 0 when every recording was decided, 1 when one was not, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any

from ..driver.errors import TargetError, UsageError
from ..faces import FORMAT
from ..fleet.collecting import Progress, Start, collect
from ..fleet.gathering import find_recordings
from ..fleet.matching import Terms
from . import options as shared

_EVERY = 10.0  # seconds between lines of progress where no terminal rewrites one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("places", metavar="DIR", nargs="+", help="a folder with recordings below it, or one")
    parser.add_argument("-o", "--output", metavar="FLEET", required=True, help="the file that is written")
    parser.add_argument(
        "--as-of", metavar="YYYY-MM-DD", help="judge by what upstream had accepted on that day"
    )
    parser.add_argument("--jobs", metavar="N", type=int, help="how many processes; else one a processor")
    parser.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="let the workers of this Dask scheduler do it, who find the recordings under the same names",
    )
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    if options.jobs is not None and options.jobs < 1:
        message = f"--jobs {options.jobs}: at least one process is needed"
        raise UsageError(message)
    terms = Terms(policy=shared.policy_of(options), as_of=options.as_of, data=options.data)
    hosts = find_recordings(options.places)
    if not hosts:
        message = f"no recordings in {', '.join(options.places)}; 'virtgate probe --record FILE' makes one"
        raise UsageError(message)
    with _workers(options.scheduler, options.jobs) as (start, count):
        done = collect(hosts, options.output, terms, start, workers=count, report=_Reporter())
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
        problems = f", {done.problems} with problems" if done.problems else ""
        print(f"{options.output}: {done.of} recordings, {done.decisions} decisions{problems}")
    return 1 if done.problems else 0


class _Reporter:
    """Progress on standard error: one line that is rewritten on a terminal, else one now and then."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0.2 if self._is_terminal else _EVERY)

    def __call__(self, so_far: Progress) -> None:
        if time.monotonic() < self._next and so_far.done < so_far.of:
            return
        self._next = time.monotonic() + (0.2 if self._is_terminal else _EVERY)
        problems = f", {so_far.problems} problems" if so_far.problems else ""
        told = f"{so_far.done} of {so_far.of} recordings, {so_far.decisions} decisions{problems}"
        begin, end = ("\r\033[K", "\n" * (so_far.done == so_far.of)) if self._is_terminal else ("", "\n")
        print(f"{begin}{told}", end=end, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _workers(scheduler: str | None, jobs: int | None) -> Iterator[tuple[Start, int]]:
    """What starts workers, and how many there are."""
    if scheduler is None:
        count = jobs or len(os.sched_getaffinity(0))
        # Not by fork: what is copied of a process with threads may be locked for ever.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["virtgate.fleet.matching"])
        yield lambda: ProcessPoolExecutor(count, mp_context=context), count
        return
    with _connect(scheduler) as client:
        count = jobs or sum(client.nthreads().values())
        if not count:
            raise TargetError(scheduler, "has no workers")
        yield lambda: _executor(client), count


def _connect(scheduler: str) -> Any:
    import distributed

    try:
        return distributed.Client(scheduler, timeout=10, set_as_default=False)
    except ValueError as error:
        message = f"--scheduler {scheduler}: {error}"
        raise UsageError(message) from None
    except OSError as error:
        raise TargetError(scheduler, f"cannot be reached: {str(error).splitlines()[0]}") from None


def _executor(client: Any) -> Executor:
    executor: Executor = client.get_executor(pure=False)
    return executor
