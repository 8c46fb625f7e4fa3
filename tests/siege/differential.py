"""Holds every host against what `--release` says of its release: nothing more may be enabled on it.

`python tests/siege/differential.py` holds all recordings and the hosts made of each release, then every Nth
(`--share N`, 40) of them as of each day before and after a release. With `--repository NAME=DIR` each
`since` is held against the commits of a clone, too. The exit status is 1 where anything is found.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from births import find_contradicted
from monotony import RECORDINGS, read

from ledgerhost import make_host, sorts_of
from virtgate.ask.answering import judge
from virtgate.ask.opened import open_catalog, open_history
from virtgate.ask.release import host_of_release
from virtgate.decide import Decision, PathDecision, Policy, decide
from virtgate.driver.errors import VirtgateError
from virtgate.facts import Facts

HYPERVISORS = sorted(open_catalog(None).upstreams)
DENIED = {"too-old", "unsupported", "removed"}
EARLY = {"backport", "declared-backport"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A path that is enabled on a host and not on its release, or denied where that enables it."""

    host: str
    as_of: str | None
    release: str
    path: str
    reason: str
    instead: str

    def __str__(self) -> str:
        day = f" as of {self.as_of}" if self.as_of else ""
        return f"{self.host}{day}: {self.path} is {self.reason}, and {self.instead} in {self.release}"


def find_in_recordings(as_of: str | None = None, share: int = 1) -> Iterator[Finding]:
    """What recorded hosts have enabled that their releases deny.

    A release alone cannot know what a build shows, so that only what it denies counts; and whoever is not
    upstream may have a path early.
    """
    for path in RECORDINGS:
        name = path.parent.name
        if not is_chosen(f"{name} {as_of}", share):
            continue
        yield from _compare(name, read(path), as_of, is_made=False)


def find_in_made_hosts(hypervisor: str, as_of: str | None = None, share: int = 1) -> Iterator[Finding]:
    """What is otherwise on hosts that tell no more than upstream's release: more, or denied."""
    whole = open_history(open_catalog(None), hypervisor)
    for release in whole.releases:
        for sort in sorts_of(hypervisor):
            name = f"{hypervisor} {release.name} {sort}"
            if is_chosen(f"{name} {as_of}", share):
                facts = make_host(hypervisor, sort, release.version, whole)
                yield from _compare(name, facts, as_of, is_made=True)


def is_chosen(text: str, share: int) -> bool:
    """Whether a text is in every `share`th; the same ones each time."""
    return zlib.crc32(text.encode()) % share == 0


def days_around(hypervisor: str) -> list[str]:
    """The days before and after each release."""
    releases = open_history(open_catalog(None), hypervisor).releases
    days = {
        one.date + datetime.timedelta(days=by) for one in releases if one.date is not None for by in (-1, 1)
    }
    return [day.isoformat() for day in sorted(days)]


def _compare(name: str, facts: Facts, as_of: str | None, *, is_made: bool) -> Iterator[Finding]:
    try:
        judged = judge(facts, Policy(), as_of=as_of)
    except VirtgateError:
        return  # a host that cannot be decided has nothing enabled
    host = judged.host
    last = judged.history.releases[-1].name if judged.history.releases else None
    release = last if host.newer else host.release
    there = _decide_release(facts.hypervisor, release, as_of) if release else {}
    for capability, decision in judged.decisions.items():
        for one in decision.paths:
            told = _path(there, capability, one.path.name)
            if _may_be(one, told, is_made=is_made, is_upstream=host.kind == "upstream"):
                continue
            yield Finding(
                host=name,
                as_of=as_of,
                release=release or "no release",
                path=f"{capability}/{one.path.name}",
                reason=one.reason,
                instead=told.reason if told else "nothing",
            )


def _path(there: Mapping[str, Decision], capability: str, name: str) -> PathDecision | None:
    decision = there.get(capability)
    return next((one for one in decision.paths if one.path.name == name), None) if decision else None


def _may_be(here: PathDecision, told: PathDecision | None, *, is_made: bool, is_upstream: bool) -> bool:
    """Whether a host may have a path so where its release has it so; a defect may be seen to be mended."""
    if here.state != "enabled":
        return not (is_made and here.reason in DENIED and told is not None and told.state == "enabled")
    if told is not None and (told.state == "enabled" or told.reason == "broken"):
        return True
    if is_made:
        return False
    is_denied = told is None or told.state == "disabled"
    return not is_denied or (not is_upstream and here.reason in EARLY)


@lru_cache(maxsize=512)
def _decide_release(hypervisor: str, release: str, as_of: str | None) -> Mapping[str, Decision]:
    """What `--release` decides."""
    catalog = open_catalog(None)
    history = open_history(catalog, hypervisor, as_of)
    return decide(catalog, host_of_release(hypervisor, release), history, None, Policy())


def find_all(share: int, hypervisors: Iterable[str]) -> Iterator[Finding]:
    """Everything as of today, and every `share`th as of each day around the releases."""
    yield from find_in_recordings()
    for hypervisor in hypervisors:
        yield from find_in_made_hosts(hypervisor)
        for day in days_around(hypervisor):
            yield from find_in_recordings(day, share)
            yield from find_in_made_hosts(hypervisor, day, share)


def main() -> int:
    """Prints each finding and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=40)
    parser.add_argument("hypervisors", nargs="*", default=HYPERVISORS)
    parser.add_argument("--repository", metavar="NAME=DIR", action="append", default=[])
    options = parser.parse_args()
    found = 0
    contradicted = (find_contradicted(*text.split("=", 1)) for text in options.repository)
    for one in chain(*contradicted, find_all(options.share, options.hypervisors)):
        found += 1
        print(one, flush=True)
    print(f"{found} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
