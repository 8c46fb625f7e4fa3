"""What a driver's sources use of a hypervisor's interface, before and after it is judged."""

from __future__ import annotations

from ..source import Scan, Use
from .finding import scan_diff, scan_paths
from .judging import RULES, Judged, judge_uses

__all__ = ["RULES", "Judged", "Scan", "Use", "judge_uses", "scan_diff", "scan_paths"]
