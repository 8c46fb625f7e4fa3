"""A plain QMP transcript: JSON on one line or on several, with or without `->` and `<-` before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ....source.sent import Sent, Tally, parse_json
from .message import sent_of

_MARK = re.compile(r"^\s*(?:->|<-|>>>|<<<|C:|S:)\s*")
# How a message begins that is written on one line: whatever was open before it never ended.
_BEGINS = re.compile(r'\{\s*"(?:execute|exec-oob|return|error|event|timestamp|QMP)"')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_OPENING, _CLOSING = re.compile(r"[\[{]"), re.compile(r"[\]}]")
# A message of more characters than this is given up.
_LONGEST = 1 << 24


class Transcript(Tally):
    """Collects lines until their brackets are closed.

    A mark, or a message's first key at the beginning of a line, begins anew what was open before it.
    """

    name = "transcript"

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._start = 0
        self._depth = 0
        self._length = 0

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line begins a JSON object, with a mark or without."""
        return _MARK.sub("", line, count=1).lstrip().startswith("{")

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The command that a line completes."""
        mark = _MARK.match(line)
        text = line[mark.end() :] if mark else line
        if self._lines and (mark or _BEGINS.match(text)):
            self._give_up()
        if not self._lines:
            if not text.lstrip().startswith("{"):
                return
            self._start = number
        self._lines.append(text)
        self._length += len(text)
        bare = _STRING.sub("", text)
        self._depth += len(_OPENING.findall(bare)) - len(_CLOSING.findall(bare))
        if self._length > _LONGEST:
            self._give_up()
        elif self._depth <= 0:
            yield from self._complete()

    def _complete(self) -> Iterator[Sent]:
        text, number = "\n".join(self._lines), self._start
        self._forget()
        try:
            sent = sent_of(number, parse_json(text))
        except ValueError:
            self.miss(number)
            return
        if sent is not None:
            yield sent

    def _give_up(self) -> None:
        self.miss(self._start)
        self._forget()

    def _forget(self) -> None:
        self._lines, self._depth, self._length = [], 0, 0

    def close(self) -> Iterable[Sent]:
        """Note a message that the end of the file left open."""
        if self._lines:
            self._give_up()
        return ()
