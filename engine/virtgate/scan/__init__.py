"""What a driver's sources use of a hypervisor's interface, before and after it is judged."""

from __future__ import annotations

from .finding import scan_diff, scan_paths
from .judging import RULES, Judged, judge_uses
from .names import Names
from .use import Accepted, Scan, Skipped, Use

__all__ = [
    "RULES",
    "Accepted",
    "Judged",
    "Names",
    "Scan",
    "Skipped",
    "Use",
    "judge_uses",
    "scan_diff",
    "scan_paths",
]
