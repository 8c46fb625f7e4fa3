"""Output that no text of somebody else's can command: neither the terminal nor the direction of writing."""

from __future__ import annotations

import os
import re
from typing import Any, TextIO

# Our own colours stand between two of these, which no text of somebody else's can foresee.
_OWN = f"\0{os.urandom(8).hex()}\0"
# Any other control character, and every mark that turns or hides text, is written out.
_ODD = re.compile(
    f"{_OWN}(.{{,9}}?){_OWN}|[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def command(text: str) -> str:
    """What a guarded stream passes on to the terminal as it is."""
    return f"{_OWN}{text}{_OWN}"


REWRITE = command("\r\x1b[K")  # begins a line of progress that is written over


class Guarded:
    """A stream that writes `\\u001b` for an escape: readable as text, and the same as before in JSON."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text without what commands a terminal; how much of it that was, which is all."""
        self._stream.write(_ODD.sub(_write_out, text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _write_out(match: re.Match[str]) -> str:
    # JSON spells a control character in the same way, so that a document stays one.
    return match[1] or f"\\u{ord(match[0]):04x}"
