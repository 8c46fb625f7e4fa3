"""From a TARGET to its facts, to verdicts, to the rows that gates are made of."""

from __future__ import annotations

from .answering import Judged, answer, answer_recording, answer_release, judge
from .targets import Target, ask_facts, find_targets, parse_claims, read_facts

__all__ = [
    "Judged",
    "Target",
    "answer",
    "answer_recording",
    "answer_release",
    "ask_facts",
    "find_targets",
    "judge",
    "parse_claims",
    "read_facts",
]
