"""The hypervisors that there are: each a folder, found by being there.

This is the one place that reaches down: rooms above the hypervisors ask here for what one of them gives.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

_ROOM = "virtgate.hypervisors"


@cache
def all_hypervisors() -> Mapping[str, Any]:
    """Every hypervisor by its name, as `hypervisors.protocol.Hypervisor` describes one."""
    room = importlib.import_module(_ROOM)
    folders = sorted(one.name for one in pkgutil.iter_modules(room.__path__) if one.ispkg)
    found = (importlib.import_module(f"{_ROOM}.{name}.hypervisor").HYPERVISOR for name in folders)
    return MappingProxyType({one.name: one for one in found})


def find_hypervisor(name: str) -> Any:
    """One hypervisor by its name; for one that has no folder, what is true of any."""
    return all_hypervisors().get(name) or importlib.import_module(f"{_ROOM}.protocol").UNKNOWN
