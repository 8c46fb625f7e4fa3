"""What is known not to work is refused in the releases that have it so, and in no other."""

from __future__ import annotations

import pytest

import virtgate
from virtgate.ask.opened import open_catalog

CATALOG = open_catalog(None)
BROKEN = [
    (identifier, path.name, defect)
    for identifier, paths in CATALOG.paths["qemu"].items()
    for path in paths
    for defect in path.broken
]


@pytest.mark.parametrize(
    ("identifier", "broken", "fixed"),
    [
        ("block.qcow2.luks", "4.1.0", "4.1.1"),
        ("block.resize", "8.1.0", "8.1.4"),
        ("block.nbd.reconnect", "5.1.0", "5.2.0"),
        ("display.screenshot.png", "8.0.0", "8.0.1"),
        ("machine.type.microvm", "8.2.0", "9.1.0"),
        ("memory.balloon.free-page-hinting", "5.0.0", "5.0.1"),
        ("migration.multifd.zstd", "9.2.0", "10.0.0"),
        ("migration.postcopy.preempt", "8.2.0", "9.0.0"),
        ("migration.tls.authorization", "8.1.0", "8.1.2"),
    ],
)
def test_a_hole_ends_with_the_release_that_has_the_fix(identifier: str, broken: str, fixed: str) -> None:
    assert virtgate.release("qemu", broken).verdict(identifier).reason == "broken"
    assert virtgate.release("qemu", fixed).enabled(identifier)


def test_each_breakage_names_the_fix_and_who_made_it() -> None:
    """But for the one that upstream never mended."""
    assert len(BROKEN) >= 25
    for identifier, path, defect in BROKEN:
        assert defect.evidence, (identifier, path)
        assert defect.fixed or identifier == "security.authorization.list-file"
