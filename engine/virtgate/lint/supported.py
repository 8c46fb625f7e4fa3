"""A capability that no hypervisor has a path for can never be anything but refused."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Capabilities without a path anywhere, not even a rejected one."""
    named = {
        str(key)
        for block in data.blocks.values()
        for key in (block.get("support") or ())  # type: ignore[call-overload]
    }
    unread = {name.rsplit("/", 1)[-1].removesuffix(".yaml") for name in data.unread}
    for row in data.catalog.capabilities.values():
        if row.id not in named and row.area not in unread:
            hint = f"say who has it in matrix/HYPERVISOR/{row.id.split('.', 1)[0]}.yaml"
            yield locate(row.where, None, f"no hypervisor has a path for '{row.id}'", hint)
