"""Who does the work of a collection, processes or a Dask cluster, and how far it is."""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any

from ..driver.errors import TargetError, UsageError
from ..faces.guard import REWRITE
from ..fleet.collecting import Progress, Start, decide_each
from ..fleet.matching import Decided, Terms
from . import options as shared

_EVERY = 5.0  # seconds between lines of progress where no terminal rewrites one


class Reporter:
    """Progress on standard error: one line that is rewritten on a terminal, else one now and then."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0.2 if self._is_terminal else _EVERY)

    def __call__(self, so_far: Progress) -> None:
        is_last = so_far.done == so_far.of
        # The last line on a terminal always, for it ends with a line's end; a log has the summary for that.
        if not self._is_terminal if is_last else time.monotonic() < self._next:
            return
        self._next = time.monotonic() + (0.2 if self._is_terminal else _EVERY)
        begin, end = (REWRITE, "\n" * is_last) if self._is_terminal else ("", "\n")
        print(f"{begin}{so_far}", end=end, file=sys.stderr, flush=True)


def decide_recordings(
    sources: Sequence[str], options: argparse.Namespace
) -> tuple[dict[str, Decided], dict[str, str]]:
    """What was decided of each recording, gates and all, and the problem of each other."""
    terms = Terms(
        policy=shared.policy_of(options),
        as_of=options.as_of,
        data=options.data,
        machine=options.machine,
        whole=True,
    )
    with open_workers(None, None) as (start, count):
        return decide_each(sources, terms, start, workers=count, report=Reporter())


@contextlib.contextmanager
def open_workers(scheduler: str | None, jobs: int | None) -> Iterator[tuple[Start, int]]:
    """What starts workers, and how many there are."""
    if scheduler is None:
        # Those that this process may use: a container or a batch job may have few of the machine's.
        count = jobs or len(os.sched_getaffinity(0))
        # Not by fork: what is copied of a process with threads may be locked for ever.
        context = multiprocessing.get_context("forkserver")
        # Loaded once, and in memory once: each worker begins as a copy of it.
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
        raise UsageError(f"--scheduler {scheduler}: {error}") from None
    except OSError as error:
        raise TargetError(scheduler, f"cannot be reached: {str(error).splitlines()[0]}") from None


def _executor(client: Any) -> Executor:
    # `pure` would give two calls with the same arguments one answer, even that of a worker that died.
    executor: Executor = client.get_executor(pure=False)
    return executor
