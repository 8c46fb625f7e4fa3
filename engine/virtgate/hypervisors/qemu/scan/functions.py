"""Where a function begins, in any language that is read."""

from __future__ import annotations

import re

FUNCTION = re.compile(r"\n(?:func|(?:my )?sub|static|[ \t]*(?:async )?def|[ \t]*(?:pub )?fn)[ \t]|\n\}\n")
FAR = 4000


def function_start(code: str, at: int) -> int:
    """Where the function around a place begins, as far as is looked."""
    start = max(0, at - FAR)
    for edge in FUNCTION.finditer(code, start, at):
        start = edge.end()
    return start
