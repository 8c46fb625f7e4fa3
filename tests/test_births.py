"""Where a ledger begins is no birth: what its first release has is bounded, or its interface began there."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtgate.ask.opened import open_catalog
from virtgate.lint.data import Data
from virtgate.upstream.ledger import Ledger
from virtgate.versions import Version

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
# The option that an interface came with; the ledgers of the others reach back to the oldest release.
CAME_WITH = {"qmp": "qmp", "qom": "device"}
KINDS = ("hmp", "option", "command-line", "block-driver", "qmp", "qom")


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(open_catalog(None), {}, frozenset())


def first_of(kind: str, name: str | None = None) -> Version:
    ledger = Ledger.read(LEDGER / f"{kind}.txt")
    return min(atom.parsed_ranges.first for atom in (ledger.atoms(name) if name else ledger))


@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_begins_with_its_interface_or_is_bounded_there(kind: str) -> None:
    first = first_of(kind)
    if kind in CAME_WITH:
        assert first == first_of("command-line", CAME_WITH[kind])
    else:
        oldest = [one for one in Ledger.read(LEDGER / f"{kind}.txt") if one.parsed_ranges.first == first]
        assert all(atom.parsed_ranges.is_bounded for atom in oldest)


def test_no_path_of_qemu_begins_where_the_releases_do_unless_bounded(data: Data) -> None:
    history = data.history("qemu")
    oldest = history.versions[0]
    told = [(path, data.standing(path)) for path in data.accepted if path.hypervisor == "qemu"]
    assert sum(standing.bounded for _, standing in told) > 10
    assert [path.name for path, one in told if one.since == oldest and not one.bounded] == []


def test_what_0_15_has_did_not_come_in_1_0(data: Data) -> None:
    """Of every capability that begins at 1.0, no element stands in 0.15's ledgers."""
    history = data.history("qemu")
    before = history.versions[history.place_of(history.version_of("1.0.0")) - 1]
    firsts: dict[str, list[tuple[Version, str]]] = {}
    for path in data.accepted:
        standing = data.standing(path)
        if path.hypervisor == "qemu" and standing.since is not None:
            named = [str(one) for one in standing.footprint if not history.has(one, before)]
            firsts.setdefault(path.capability, []).append((standing.since, ", ".join(named)))
    came = {name: min(found) for name, found in firsts.items()}
    at = {name: lacking for name, (since, lacking) in came.items() if str(since) == "1.0.0"}
    assert at
    assert all(at.values())
