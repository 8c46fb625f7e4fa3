"""A driver's sources: their languages, what stands between brackets, and a use of an interface in them."""

from __future__ import annotations

from .sources import Source, Text, read_diff, read_paths
from .use import Accepted, Scan, Seen, Skipped, Use

__all__ = ["Accepted", "Scan", "Seen", "Skipped", "Source", "Text", "Use", "read_diff", "read_paths"]
