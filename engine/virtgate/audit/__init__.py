"""What a driver really sent, held against what its gates for that host granted."""

from __future__ import annotations

from .judging import REASONS, Auditor, Item, Report
from .reading import Trace, all_formats, read_trace

__all__ = ["REASONS", "Auditor", "Item", "Report", "Trace", "all_formats", "read_trace"]
