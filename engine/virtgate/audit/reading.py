"""A trace as a stream: its format is told by its first telling line, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from ..facts.folders import all_hypervisors
from ..source.sent import Reader, Sent

# No more of a line than this is held; a longer one is counted as unreadable.
_LONGEST_LINE = 1 << 24


def all_formats() -> tuple[str, ...]:
    """The formats of every hypervisor's traces."""
    audits = (one.audit() for one in all_hypervisors().values() if one.audit is not None)
    return tuple(dict.fromkeys(name for audit in audits for name in audit.formats))


class Trace:
    """One trace being read: how many lines and commands so far, and how many lines could not be read.

    `formats` are those that it may be of, `wanted` the one it is of; else its first telling line says.
    """

    def __init__(self, formats: Mapping[str, type[Reader]], wanted: str | None = None) -> None:
        self.formats = formats
        self._reader: Reader | None = formats[wanted]() if wanted else None
        self.lines = 0
        self.commands = 0
        self._long = 0
        self._first_long: int | None = None

    @property
    def format(self) -> str | None:
        """The format, once a line told it."""
        return self._reader.name if self._reader else None

    @property
    def unreadable(self) -> int:
        """How many lines look like a command and cannot be read, or are too long."""
        return self._long + (self._reader.unreadable if self._reader else 0)

    @property
    def first_unreadable(self) -> int | None:
        """The number of the first of them."""
        firsts = [self._first_long, self._reader.first_unreadable if self._reader else None]
        return min((one for one in firsts if one is not None), default=None)

    def read(self, lines: Iterable[bytes | None]) -> Iterator[Sent]:
        """Every command in the lines, in their order; None stands for a line that was too long."""
        for line in lines:
            self.lines += 1
            if line is None:
                self._long += 1
                self._first_long = self._first_long or self.lines
                continue
            # A log has what other programs wrote, in whatever encoding.
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if self._reader is None:
                self._reader = next((one() for one in self.formats.values() if one.is_mine(text)), None)
            if self._reader is not None:
                for sent in self._reader.read(self.lines, text):
                    self.commands += 1
                    yield sent
        for sent in self._reader.close() if self._reader is not None else ():
            self.commands += 1
            yield sent


def read_trace(stream: BinaryIO, trace: Trace) -> Iterator[Sent]:
    """Every command of a stream. Raises OSError."""
    yield from trace.read(_lines(stream))


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) < _LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None
