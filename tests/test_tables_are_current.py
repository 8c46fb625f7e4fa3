"""The committed tables are what the data and the ledgers mean today: a one-line edit shows its effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtgate.ask.opened import open_catalog, open_history
from virtgate.data.table import render_tables

ROOT = Path(__file__).parents[1]
HYPERVISORS = sorted(folder.parent.name for folder in ROOT.glob("matrix/*/upstream.yaml"))


@pytest.mark.parametrize("hypervisor", HYPERVISORS)
def test_the_committed_tables_are_what_the_data_say_today(hypervisor: str) -> None:
    catalog = open_catalog(str(ROOT))
    folder = ROOT / "matrix" / hypervisor / "table"
    committed = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")}
    computed = render_tables(catalog, hypervisor, open_history(catalog, hypervisor))
    assert committed == dict(computed), "run 'virtgate lint --write-tables' and commit what it changes"
