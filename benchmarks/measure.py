"""What every benchmark here stands on: rows of the table, turns, and processes that are timed whole."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `met` is None where there is no budget to meet."""

    what: str
    ours: str
    budget: str
    met: bool | None
    beside: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things are: two fresh environments, the checkout, a folder to write in, the QEMU to ask."""

    own: Path  # virtgate alone
    peers: Path  # virtgate and the peers of the bench extra
    root: Path
    scratch: Path
    binary: str
    rounds: int

    @property
    def python(self) -> str:
        return str(self.own / "bin/python")

    def environment(self, cache: Path | None = None) -> dict[str, str]:
        """Little, the same for all, with virtgate's cache in a folder of ours."""
        folder = cache or self.scratch / "cache"
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "VIRTGATE_CACHE_DIR": str(folder)}


def in_turns(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each run's times; the runs take turns, so that a busy moment hits all alike. The first turn is lost."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            took = run()
            if turn:
                times[name].append(took)
    return times


def timed(argv: Sequence[str], environment: Mapping[str, str], *, check: bool = True) -> float:
    """Seconds from starting a process to its end, on the wall's clock."""
    with Path(os.devnull).open("r+b") as nothing:
        started = time.perf_counter()
        run = subprocess.run(
            argv, env=environment, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, check=False
        )
        took = time.perf_counter() - started
    if check and run.returncode:
        raise SystemExit(f"{' '.join(argv)[:300]}: status {run.returncode}: {run.stderr.decode()[-2000:]}")
    return took


def output(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a process prints."""
    return subprocess.run(argv, env=environment, check=True, capture_output=True, text=True).stdout


def median_over(times: Mapping[str, list[float]], name: str, base: str) -> float:
    """The median of what a run took more than the base in the same turn."""
    return statistics.median(one - least for one, least in zip(times[name], times[base], strict=True))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
