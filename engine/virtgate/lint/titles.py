"""A title is one phrase: a capital first, no full stop."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Titles that begin small, end with a full stop, or say what another says."""
    seen: dict[str, str] = {}
    for row in data.catalog.capabilities.values():
        if not row.title:
            continue
        if row.title[0].islower():
            yield locate(row.where, row.title, f"title '{row.title}' begins with a small letter")
        if row.title.endswith("."):
            yield locate(row.where, row.title, f"title '{row.title}' ends with a full stop")
        first = seen.setdefault(row.title.lower(), row.id)
        if first != row.id:
            place = data.catalog.capabilities[first].where
            yield locate(row.where, row.title, f"'{row.id}' has the title of '{first}' at {place}")
