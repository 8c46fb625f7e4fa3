"""What on a machine keeps a condition from holding, and what would take it out of the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Sort = Literal["permission", "module", "parameter", "setting", "firmware", "machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing in the way: `place` is a device, a parameter or a setting, `why` what was seen of it.

    `granted` are the answers that the host would give without it; of what nobody can foretell an answer is
    unanswered. None for what no change of this machine takes away.
    """

    sort: Sort
    place: str
    why: str
    remedy: str
    granted: Mapping[str, Any] | None = None

    @property
    def is_told(self) -> bool:
        """Whether it stands in a verdict's sentence: who may not ask does not know what is lacking."""
        return self.sort in {"permission", "machine"}


def no_permission(place: str, detail: str, group: str | None, granted: Mapping[str, Any]) -> Obstacle:
    """A device that is there, and not for who asks; `group` is the one whose members may open it."""
    why = f"this user may not open {place} ({detail})"
    remedy = f"let the user open {place}, by a udev rule that gives it a group"
    if group:
        why = f"this user is not in group {group}, which may open {place} ({detail})"
        remedy = f"add the user to group {group}, which may open {place}"
    return Obstacle(sort="permission", place=place, why=why, remedy=remedy, granted=granted)
