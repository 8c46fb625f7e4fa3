"""The reviewed data: rows, columns and downstreams, checked against each other; immutable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .catalog import Catalog
from .root import catalog_files, data_files, data_root, edited_root

if TYPE_CHECKING:
    from .load import load_catalog, odd_files, read_catalog

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


def __getattr__(name: str) -> Any:
    """What reads YAML, loaded by who reads some: most find the data compiled."""
    if name not in __all__:
        raise AttributeError(name)
    from . import load

    return getattr(load, name)
