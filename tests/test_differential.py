"""A host has nothing enabled that its release denies.

`python tests/siege/differential.py` holds every host against every release; here are all recordings, and some
of the hosts that are made of a release, as of today and of some days.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

from differential import HYPERVISORS, days_around, find_in_made_hosts, find_in_recordings


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
