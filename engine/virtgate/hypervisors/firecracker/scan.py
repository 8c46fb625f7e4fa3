"""Firecracker's interface in a driver's source."""

from __future__ import annotations

import re

from ..http_scan import Dialect, make_scanner

SCANNER = make_scanner(
    Dialect(speaks=re.compile(r"firecracker|jailer", re.IGNORECASE), programs=("cli", "jailer"))
)
