"""The reviewed data: rows, columns and downstreams, checked against each other; immutable."""

from __future__ import annotations

from .catalog import Catalog
from .load import load_catalog, odd_files, read_catalog
from .root import catalog_files, data_files, data_root, edited_root

__all__ = [
    "Catalog",
    "catalog_files",
    "data_files",
    "data_root",
    "edited_root",
    "load_catalog",
    "odd_files",
    "read_catalog",
]
