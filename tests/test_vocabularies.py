"""The names that others give are those of the edition that knew hosts of such an age."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtgate.catalog import data_root, load_catalog
from virtgate.cli import main

HOSTS = Path(__file__).parent / "hosts"


def names_of(host: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    assert main(["gates", str(HOSTS / host / "host.json.xz"), "--alias", "libvirt"]) == 0
    return set(capsys.readouterr().out.split())


def test_a_name_that_was_dropped_is_given_to_older_hosts_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert "blockdev" in names_of("qemu-5.2.0_x86_64+debian", capsys)
    newer = names_of("qemu-7.2.22_x86_64+debian", capsys)
    assert "blockdev" not in newer
    assert "acpi-index" in newer


def test_every_name_that_an_edition_lacks_is_somewhere_in_the_data() -> None:
    catalog = load_catalog(str(data_root()))
    for hypervisor, rows in catalog.vocabularies.items():
        paths = [path for paths in catalog.paths[hypervisor].values() for path in paths]
        for row in rows:
            known = {name for path in paths for name in path.aliases.get(row.who, ())}
            assert row.lacks <= known, sorted(row.lacks - known)
