"""QEMU's own trace, by its log backend: `handle_qmp_command` and, since 7.0, `qmp_enter_*`.

A line may begin with `PID@SECONDS:` (with `-msg timestamp=on`, and always before 6.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....source.sent import Sent, Tally, parse_json
from .message import sent_of

_PREFIX = r"^(?:\d+@\d+\.\d+:)?"
_REQUEST = re.compile(_PREFIX + r"handle_qmp_command mon \S+ req: (?P<json>\{.*)")
_ENTER = re.compile(_PREFIX + r"qmp_enter_(?P<name>\w+) (?P<json>\{.*)")
_EVENT = re.compile(_PREFIX + r"(?:handle_qmp_command|monitor_qmp_\w+|qmp_(?:enter|exit)_\w+) ")


class QemuTrace(Tally):
    """Takes requests; where none is traced, what each command was entered with.

    A trace that has both tells each command twice: once a request was seen, only requests count. The query
    that QEMU asks itself for its greeting is entered before the first of them.
    """

    name = "qemu"

    def __init__(self) -> None:
        super().__init__()
        self._has_requests = False

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line is one of these events."""
        return _EVENT.match(line) is not None

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The command that a line traces."""
        request = _REQUEST.match(line)
        entered = None if request or self._has_requests else _ENTER.match(line)
        try:
            if request is not None:
                self._has_requests = True
                sent = sent_of(number, parse_json(request["json"]))
                if sent is not None:
                    yield sent
            elif entered is not None:
                arguments = parse_json(entered["json"])
                yield Sent(line=number, command=entered["name"], arguments=arguments, is_mangled=True)
        except ValueError:
            self.miss(number)
