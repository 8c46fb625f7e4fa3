"""A XenServer or XCP-ng host, by the inventory in its control domain.

What XenAPI itself would tell, host.get_software_version too, it tells to a session; nobody logs in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...driver import system
from ...driver.errors import TargetError
from ...facts import machine_probe as machine
from .view import INVENTORY

_QUESTION = f"file {INVENTORY}"
IDENTITY = (_QUESTION,)
# What is installed; the rest of the inventory names this one machine.
_KEPT = re.compile(r"^(?:PRODUCT|PLATFORM|BUILD)_[A-Z_]*=.*$", re.M)


def is_here(root: str = "/") -> bool:
    """Whether this machine is such a host's control domain."""
    return system.is_file(f"{root.rstrip('/')}{INVENTORY}")


def ask(questions: Iterable[str] | None) -> dict[str, Any]:
    """An answer for each question about the machine; None asks everything. Raises TargetError elsewhere."""
    if not is_here():
        raise TargetError("xapi", f"no XenServer or XCP-ng here: there is no {INVENTORY}")
    found = machine.ask(None if questions is None else [*IDENTITY, *questions])
    answers = {**machine.ask(IDENTITY), **found}
    text = answers[_QUESTION].get("return")
    if isinstance(text, str):
        answers[_QUESTION] = {"return": keep_product(text)}
    return answers


def keep_product(inventory: str) -> str:
    """The lines of an inventory that say what is installed."""
    return "".join(f"{line}\n" for line in _KEPT.findall(inventory))
