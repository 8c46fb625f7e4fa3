"""What a driver really sent, held against what its gates for that host granted."""

from __future__ import annotations

from .judging import REASONS, Auditor, Item, Report
from .reading import FORMATS, Trace, read_trace

__all__ = ["FORMATS", "REASONS", "Auditor", "Item", "Report", "Trace", "read_trace"]
