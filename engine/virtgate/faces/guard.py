"""Output that no text of somebody else's can command: neither the terminal nor the direction of writing."""

from __future__ import annotations

import re
from typing import Any, TextIO

# Our own colours and the beginning of a progress line stand.
# Any other control character, and every mark that turns or hides text, is written out.
_ODD = re.compile(
    "(\x1b\\[(?:[012]|3[123])m|\\A\r\x1b\\[K)|[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


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
    return match[1] or f"\\u{ord(match[0]):04x}"
