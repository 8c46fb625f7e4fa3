"""A host's process, started before the rest of the way to an answer is loaded.

A hypervisor's folder may have a `start.py`, which loads next to nothing: `may_start` tells by a target's name
whether it is one of its own, `start` begins it.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from ..driver import cache


def start(key: cache.Key) -> Any:
    """What was started for a target of which nothing is kept; None where nothing was."""
    if key.machine or os.path.lexists(os.path.join(cache.folder(), key.facts_name())):
        return None
    room = f"{cache.package_root()}/hypervisors"
    for name in sorted(os.listdir(room)):
        if os.path.exists(f"{room}/{name}/start.py"):
            own = importlib.import_module(f"..hypervisors.{name}.start", __package__)
            if own.may_start(key.target):
                try:
                    return own.start(key.target, key.accel)
                except OSError:  # whoever asks will meet it again, and says what it means
                    return None
    return None
