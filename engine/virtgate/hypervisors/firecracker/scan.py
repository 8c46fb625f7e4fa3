"""Firecracker's interface in a driver's source."""

from __future__ import annotations

from ..http_scan import Dialect, make_scanner

SCANNER = make_scanner(Dialect(words=("firecracker", "jailer"), programs=("cli", "jailer")))
