"""What a maintainer looks at: how a host, a driver or a change stands against upstream."""

from __future__ import annotations

from .diff import Item, diff_host

__all__ = ["Item", "diff_host"]
