"""An id is area.name or area.name.detail, in words that mean one thing everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Capability
from .data import Data, locate

MOST_PARTS = 3
NO_AREA = "guest"
# capabilities/README.md says what each word that stays means.
INSTEAD = {
    "alter": "change",
    "ask": "read",
    "configure": "set",
    "delete": "remove",
    "enumerate": "list",
    "get": "read",
    "hot-add": "hot-plug",
    "hot-remove": "hot-unplug",
    "hotplug": "hot-plug",
    "modify": "change",
    "query": "read",
    "unplug": "hot-unplug",
}
_WORD = re.compile(rf"(?<![a-z-])(?:{'|'.join(INSTEAD)})(?![a-z])")


def find(data: Data) -> Iterator[Problem]:
    """Ids with too many parts, with a word that another one stands for, or in an area that says nothing."""
    areas: set[str] = set()
    for row in data.catalog.capabilities.values():
        yield from _find_in(row)
        if row.area == NO_AREA and row.area not in areas:
            problem = f"area '{row.area}' tells nothing: whatever a driver asks for is a guest's"
            yield locate(row.where, None, problem, "the area is what it is about: block, net, memory")
        areas.add(row.area)


def _find_in(row: Capability) -> Iterator[Problem]:
    parts = row.id.split(".")
    if len(parts) > MOST_PARTS:
        problem = f"'{row.id}' has {len(parts)} parts; an id is area.name or area.name.detail"
        yield locate(row.where, None, problem, f"such as {'.'.join(parts[:2])}.{'-'.join(parts[2:])}")
    for word in dict.fromkeys(_WORD.findall(row.id)):
        yield locate(row.where, None, f"'{row.id}' says '{word}', for which ids have '{INSTEAD[word]}'")
