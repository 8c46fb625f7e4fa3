"""The little language of `when`: what must be seen on a host, and what that says of the interface."""

from __future__ import annotations

from .kind import View, always
from .kinds import KINDS
from .language import (
    affirmed,
    alternatives,
    footprint,
    lack_of,
    look,
    look_where_visible,
    missing,
    names_alike,
    problem_of,
    questions,
    unseen,
    ways,
)

__all__ = [
    "KINDS",
    "View",
    "affirmed",
    "alternatives",
    "always",
    "footprint",
    "lack_of",
    "look",
    "look_where_visible",
    "missing",
    "names_alike",
    "problem_of",
    "questions",
    "unseen",
    "ways",
]
