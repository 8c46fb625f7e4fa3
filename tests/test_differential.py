"""A host has nothing enabled that its release denies.

`python tests/siege/differential.py` holds every host against every release; here are all recordings, and some
of the hosts that are made of a release, as of today and of some days. With `--repository qemu=DIR`
each `since` is held against the commits of a clone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, product
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

from births import Births, is_other
from differential import HYPERVISORS, days_around, find_in_made_hosts, find_in_recordings

from hostmaker import ROOT, decide_release
from virtgate.ask.opened import open_catalog, open_history
from virtgate.model import Branch, Condition, Leaf
from virtgate.upstream.history import History
from virtgate.upstream.status import find_status
from virtgate.versions import parse_release

# What they run is traced elsewhere, and tracing takes as long again.
pytestmark = pytest.mark.no_cover


def test_no_recorded_host_has_what_its_release_denies() -> None:
    assert list(map(str, find_in_recordings())) == []


@pytest.mark.parametrize("hypervisor", HYPERVISORS)
def test_a_host_that_shows_a_release_has_no_more_than_the_release(hypervisor: str) -> None:
    assert list(map(str, find_in_made_hosts(hypervisor, share=16))) == []


@pytest.mark.parametrize("hypervisor", HYPERVISORS)
def test_nor_has_it_as_of_the_days_around_a_release(hypervisor: str) -> None:
    days = days_around(hypervisor)
    for day in days[1 :: len(days) // 3]:
        found = [*find_in_made_hosts(hypervisor, day, share=80), *find_in_recordings(day, share=40)]
        assert list(map(str, found)) == []


def test_a_way_that_only_a_later_release_has_tells_nothing_of_an_older_one() -> None:
    """drive.if is listed since 0.12; that 1.6 lists no parameters says nothing of 0.11, which has -drive."""
    (one,) = (
        one
        for one in decide_release("0.11.0", ROOT).decisions["firmware.flash"].paths
        if one.path.name == "drive-pflash"
    )
    assert one.reason == "too-old"


def every_way(condition: Condition) -> Iterator[Condition]:
    """Each choice of one branch of every `any`."""
    if isinstance(condition, Leaf) or condition.joint == "not":
        yield condition
    elif condition.joint == "any":
        for part in condition.parts:
            yield from every_way(part)
    else:
        for parts in product(*map(every_way, condition.parts)):
            yield Branch(joint="all", parts=parts)


@pytest.mark.parametrize("hypervisor", HYPERVISORS)
def test_a_path_of_several_ways_came_with_the_earliest_of_them(hypervisor: str) -> None:
    catalog = open_catalog(None)
    history = open_history(catalog, hypervisor)
    for path in chain.from_iterable(catalog.paths[hypervisor].values()):
        ways = list(every_way(path.when)) if path.is_accepted else []
        found = [find_status(replace(path, when=way), None, history, None).since for way in ways]
        known = [since for since in found if since is not None]
        said = find_status(path, None, history, None).since
        assert not known or said == min(known), f"{path.capability}/{path.name}"


def test_a_commit_is_born_with_the_first_release_that_contains_it(tmp_path: Path) -> None:
    first, second = make_repository(tmp_path / "clone", "one", "two")
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    (ledger / "releases.txt").write_text(f"1.0.0 2020-01-01 {first}\n1.1.0 2021-01-01 {second}\n")
    births = Births(str(tmp_path / "clone"), History(ledger))
    old, new = parse_release("1.0.0"), parse_release("1.1.0")
    assert [births.of(first), births.of(second)] == [old, new]
    assert is_other(old, new, births)
    assert is_other(new, old, births)
    assert not is_other(new, new, births)
    assert not is_other(new, old, births, is_bounded=True)


def make_repository(folder: Path, *messages: str) -> list[str]:
    """A repository with a commit for each message; their ids."""
    git = ("git", "-C", str(folder), "-c", "user.name=made", "-c", "user.email=made@example.org")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for message in messages:
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    log = subprocess.run(
        [*git, "log", "--reverse", "--format=%H"], check=True, capture_output=True, text=True
    )
    return log.stdout.split()
