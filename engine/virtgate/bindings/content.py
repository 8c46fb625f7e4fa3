"""What bindings are made of: ids with their paths, reasons, states, and the records of the documents."""

from __future__ import annotations

from itertools import groupby

from ..data import Catalog


def ids_by_area(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The ids of each area, sorted."""
    rows = sorted(catalog.capabilities.values(), key=lambda row: (row.area, row.id))
    return {area: tuple(row.id for row in mine) for area, mine in groupby(rows, lambda row: row.area)}
