"""One command that a driver sent, as a reader of some format gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..model import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command with its arguments, and the line that it begins at.

    `is_mangled` says that the name is as C has it: every hyphen and point is an underscore.
    """

    line: int
    command: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    is_mangled: bool = False


class Reader(Protocol):
    """Reads one format, line after line.

    `name` is the format's; `unreadable` has how many lines looked like a command and could not be read, and
    `first_unreadable` the first of them.
    """

    name: str
    unreadable: int
    first_unreadable: int | None

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line can only be of this format."""

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The commands that a line completes."""

    def close(self) -> Iterable[Sent]:
        """What the end of the file left open; what cannot be read of that is noted."""


class Tally:
    """Counts the lines that could not be read."""

    def __init__(self) -> None:
        self.unreadable = 0
        self.first_unreadable: int | None = None

    def close(self) -> Iterable[Sent]:
        """Nothing is open behind a whole line."""
        return ()

    def miss(self, number: int) -> None:
        """Note a line that could not be read."""
        self.unreadable += 1
        if self.first_unreadable is None:
            self.first_unreadable = number


def parse_json(text: str) -> Any:
    """The JSON value that a text begins with. Raises ValueError, also for one that is nested too deep."""
    try:
        # What follows on the line is the log's own.
        return json.JSONDecoder().raw_decode(text.lstrip())[0]
    except RecursionError:
        raise ValueError("nested too deep") from None
