"""A host's process, started before the rest of the way to an answer is loaded.

A hypervisor's folder may have a `start.py`, which loads next to nothing: `may_start` tells by a target's name
whether it is one of its own, `start` begins it and sends the first questions.

What to ask is a computed list beside the tables, `matrix/NAME/table/questions.txt`. Whether it is all that
the conditions name today is seen when they have been read; what is missing is asked then.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from ..driver import cache

LIST = "matrix/{}/table/questions.txt"


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
                    return own.start(key.target, key.accel, read_questions(key.data, name) or ())
                except OSError:  # whoever asks will meet it again, and says what it means
                    return None
    return None


def read_questions(data: str | None, hypervisor: str) -> list[str] | None:
    """What to ask one of a hypervisor's hosts; None where the data have no list of it."""
    package = cache.package_root()
    for root in (data,) if data else (package, os.path.dirname(os.path.dirname(package))):
        try:
            with open(os.path.join(root, LIST.format(hypervisor)), encoding="utf-8") as file:
                return file.read().splitlines()
        except (OSError, UnicodeDecodeError):
            continue
    return None
