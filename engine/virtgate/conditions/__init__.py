"""The little language of `when`: what must be seen on a host, and what that says of the interface."""

from __future__ import annotations

from .kinds import KINDS, SCHEMA, Kind, View
from .language import alternatives, footprint, look, missing, problem_of, questions, unseen

__all__ = [
    "KINDS",
    "SCHEMA",
    "Kind",
    "View",
    "alternatives",
    "footprint",
    "look",
    "missing",
    "problem_of",
    "questions",
    "unseen",
]
