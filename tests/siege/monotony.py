"""Takes every answer from every recorded host, or spoils it, and lists what that enables: nothing may be.

`python tests/siege/monotony.py` tries all of them, `--share N` every Nth. The exit status is 1 where anything
is enabled that was not.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from virtgate.ask.opened import open_catalog, open_history
from virtgate.ask.targets import Target, read_facts
from virtgate.conditions import View, questions
from virtgate.data import Catalog
from virtgate.decide import Policy, decide
from virtgate.driver.errors import VirtgateError
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History

ROOT = Path(__file__).parents[2]
RECORDINGS = sorted(
    path
    for folder in ("hosts", "xen_hosts", "old_hosts")
    for path in ROOT.glob(f"tests/{folder}/*/host.json*")
)
EMPTY: tuple[Any, ...] = (None, {}, [], "", 0, False)
FOREIGN: tuple[Any, ...] = (5, "x", [[]], [None], {"x": None}, True)


def spoil(reply: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Everything that may become of a reply that says less, and how; None where it is gone."""
    yield "removed", None
    yield "unanswered", {"unanswered": "timed out"}
    yield "refused", {"error": {"class": "GenericError", "desc": "refused"}}
    for one in EMPTY:
        yield f"{one!r}", {"return": one}
    if "return" not in reply:
        return
    value = reply["return"]
    for one in FOREIGN:
        if type(one) is not type(value) or isinstance(one, (list, dict)):
            yield f"{one!r}", {"return": one}
    if isinstance(value, dict):
        for key in value:
            yield f"without {key}", {"return": {k: v for k, v in value.items() if k != key}}
            for one in (None, {}, [], ""):
                yield f"{key}: {one!r}", {"return": {**value, key: one}}
    elif isinstance(value, list):
        yield "emptied rows", {"return": [{} for _ in value]}
        yield "first half", {"return": value[: len(value) // 2]}
        yield "second half", {"return": value[len(value) // 2 :]}
    elif isinstance(value, str):
        yield "first line", {"return": value.partition("\n")[0]}


def enabled(facts: Facts, like: Host | None = None, asked: str = "") -> frozenset[tuple[str, str]]:
    """Every path that is enabled; none on a host that cannot be decided.

    Where the host is still `like` before, only what hangs on the answer to `asked` is decided.
    """
    catalog, history = _data(facts.hypervisor)
    try:
        host = match_host(facts, catalog, history)
        only = hanging_on(facts.hypervisor)[asked] if host == like else None
        decisions = decide(catalog, host, history, View(facts, host.release), Policy(), only)
    except VirtgateError:
        return frozenset()
    return frozenset(
        (one.capability, path.path.name)
        for one in decisions.values()
        for path in one.paths
        if path.state == "enabled"
    )


@cache
def _data(hypervisor: str) -> tuple[Catalog, History]:
    catalog = open_catalog(None)
    return catalog, open_history(catalog, hypervisor)


@cache
def hanging_on(hypervisor: str) -> Mapping[str, frozenset[str]]:
    """The capabilities of which a condition asks a question."""
    found: dict[str, set[str]] = defaultdict(set)
    for capability, paths in open_catalog(None).paths[hypervisor].items():
        for path in paths:
            for condition in (
                path.when,
                path.usable,
                *(one.when for one in path.divergent),
                *(one.witness for one in path.broken),
            ):
                for asked in questions(condition):
                    found[asked].add(capability)
    return defaultdict(frozenset, {asked: frozenset(ids) for asked, ids in found.items()})


@cache
def read(path: Path) -> Facts:
    return read_facts(Target.parse(str(path)), None)


def find_enabling(path: Path, share: int = 1) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """What is enabled only after a recording says less: the question, what became of its answer, the path."""
    facts = read(path)
    before = enabled(facts)
    host = match_host(facts, *_data(facts.hypervisor))
    for asked, reply in facts.answers.items():
        for how, instead in spoil(reply):
            if zlib.crc32(f"{path.parent.name} {asked} {how}".encode()) % share:
                continue
            answers = {key: value for key, value in facts.answers.items() if key != asked}
            if instead is not None:
                answers[asked] = instead
            for one in sorted(enabled(replace(facts, answers=answers), host, asked) - before):
                yield asked, how, one


class Enabled(AssertionError):
    """Something is enabled only because less was said."""


def try_one(random_: random.Random) -> None:
    """One answer of one recording, spoilt in one way. Raises Enabled."""
    path = random_.choice(RECORDINGS)
    facts, before, host = _as_recorded(path)
    if not facts.answers:
        return
    asked = random_.choice(list(facts.answers))
    how, instead = random_.choice(list(spoil(facts.answers[asked])))
    answers = {key: value for key, value in facts.answers.items() if key != asked}
    if instead is not None:
        answers[asked] = instead
    found = enabled(replace(facts, answers=answers), host, asked) - before
    if found:
        raise Enabled(path.parent.name, asked, how, sorted(found)[:3])


@lru_cache(maxsize=16)
def _as_recorded(path: Path) -> tuple[Facts, frozenset[tuple[str, str]], Host]:
    facts, catalog = read_facts(Target.parse(str(path)), None), open_catalog(None)
    return facts, enabled(facts), match_host(facts, catalog, open_history(catalog, facts.hypervisor))


def main() -> int:
    """Prints each finding and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    found = 0
    for path in RECORDINGS:
        if options.names and path.parent.name not in options.names:
            continue
        for asked, how, (capability, name) in find_enabling(path, options.share):
            found += 1
            print(f"{path.parent.name}: {asked} {how}: {capability} through {name}", flush=True)
    print(f"{found} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
