"""A QMP message as what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....model import NOTHING
from ....source.sent import Sent


def sent_of(number: int, value: Any) -> Sent | None:
    """The command that a QMP message sends; None for a reply, an event or anything else."""
    if not isinstance(value, dict):
        return None
    command = value.get("execute", value.get("exec-oob"))
    arguments = value.get("arguments", NOTHING)
    if not isinstance(command, str) or not isinstance(arguments, Mapping):
        return None
    return Sent(line=number, command=command, arguments=arguments)
