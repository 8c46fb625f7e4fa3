"""libvirt's debug log of a QEMU monitor (`log_filters="1:qemu.qemu_monitor"`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....source.sent import Sent, Tally, parse_json
from .message import sent_of

_SENT = re.compile(
    r"\bQEMU_MONITOR_(?P<what>SEND_MSG|IO_WRITE): mon=(?P<monitor>\S+) (?:msg|buf)=(?P<json>.*)"
)
_LINE = re.compile(r"\bQEMU_MONITOR_[A-Z_]+: mon=\S+ ")
# A process drives as many monitors as it has guests; whoever logs more of them than this loses a cross-check.
_MOST_MONITORS = 100_000


class LibvirtLog(Tally):
    """Takes what is handed to a monitor, and what is written to it where the handing over was not logged.

    A message that takes several writes is logged anew with each, from where the last one ended.
    """

    name = "libvirt"

    def __init__(self) -> None:
        super().__init__()
        self._handed: set[str] = set()

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line is a monitor's."""
        return _LINE.search(line) is not None

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The command that a line hands to a monitor."""
        found = _SENT.search(line)
        if found is None or not self._counts(found["what"], found["monitor"]):
            return
        if not found["json"].startswith("{"):
            return
        try:
            sent = sent_of(number, parse_json(found["json"]))
        except ValueError:
            self.miss(number)
            return
        if sent is not None:
            yield sent

    def _counts(self, what: str, monitor: str) -> bool:
        if what == "SEND_MSG":
            if len(self._handed) < _MOST_MONITORS:
                self._handed.add(monitor)
            return True
        return monitor not in self._handed
