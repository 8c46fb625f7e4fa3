"""From facts and upstream's history to a verdict for every capability; pure."""

from __future__ import annotations

from ..driver.policy import Policy
from .decision import Decision, PathDecision
from .judge import Judge, decide
from .rows import ROWS, Case, first_row

__all__ = ["ROWS", "Case", "Decision", "Judge", "PathDecision", "Policy", "decide", "first_row"]
