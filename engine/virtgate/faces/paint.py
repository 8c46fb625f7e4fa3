"""Colour for a terminal, and none for anything else."""

from __future__ import annotations

import os
from typing import TextIO

from .guard import command

_CODES = {"enabled": "32", "disabled": "31", "unknown": "33", "bold": "1", "dim": "2"}
MARKS = {"enabled": "+", "disabled": "-", "unknown": "?"}


class Paint:
    """Paints words when the stream is a terminal that wants it (see no-color.org)."""

    def __init__(self, stream: TextIO) -> None:
        # An empty NO_COLOR asks for nothing (no-color.org).
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.is_on = stream.isatty() and not plain

    def __call__(self, text: str, style: str) -> str:
        return command(f"\033[{_CODES[style]}m") + text + command("\033[0m") if self.is_on else text

    def mark(self, state: str) -> str:
        """The one sign of a state."""
        return self(MARKS[state], state)
