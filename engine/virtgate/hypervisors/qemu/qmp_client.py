"""A small blocking QMP client that trusts nobody: bounded in time and in memory."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from ...driver import system
from ...driver.errors import TargetError
from ...facts.parsing import MOST_VALUES, count_values
from .qmp_questions import NEGOTIATION, write_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator

Answer = dict[str, Any]
LINE_LIMIT = 64 << 20
TOTAL_LIMIT = 64 << 20
STDERR_KEPT = 4096
TOO_LONG = "takes too long in all"
ENDLESS = "prints without end"
UNASKED = "answers a question that was not asked"


class EndedError(TargetError):
    """The other side closed the connection or died."""


class SilentError(TargetError):
    """The other side is there and says nothing."""


class Client:
    """One QMP conversation over a connected socket.

    `deadline` is a moment of `time.monotonic`, `silence` the seconds without a byte after which the other
    side counts as dead. `errors`, a descriptor, is drained meanwhile; `errors_tail` keeps its end. What was
    sent `ahead`, with its own text as the id, is only waited for.
    Every problem is a TargetError: `EndedError` when the other side went away, `SilentError` when it says
    nothing.
    """

    def __init__(
        self,
        target: str,
        connection: socket.socket,
        *,
        deadline: float,
        silence: float = 10.0,
        errors: int | None = None,
        ahead: Iterable[str] = (),
        line_limit: int = LINE_LIMIT,
    ) -> None:
        self.target = target
        self.errors_tail = b""
        self._connection = connection
        self._deadline = deadline
        self.silence = silence
        self._errors = errors
        self._line_limit = line_limit
        self._received = bytearray()
        self._searched = 0
        self._total = 0
        self._values = 0
        self._outgoing = bytearray()
        self._waiting = dict.fromkeys(ahead)
        connection.setblocking(False)
        if errors is not None:
            os.set_blocking(errors, False)

    def greet(self, patience: float | None = None) -> dict[str, Any]:
        """Wait for the greeting, leave negotiation mode; the greeting's `QMP` member."""
        silence, self.silence = self.silence, min(self.silence, patience or self.silence)
        greeting = self._read_object()
        self.silence = silence
        if not isinstance(greeting.get("QMP"), dict):
            raise self._failed(f"does not greet as a QMP monitor: {shorten(json.dumps(greeting))}")
        for _, answer in self.ask([NEGOTIATION]):
            # 0.12 has no negotiation to leave: it came in 0.13 (qemu@4a7e1190dfad).
            if "return" not in answer and answer["error"]["class"] != "CommandNotFound":
                raise self._failed(f"refuses QMP's negotiation: {shorten(json.dumps(answer))}")
        found: dict[str, Any] = greeting["QMP"]
        return found

    def ask(self, questions: Iterable[str], depth: int | None = None) -> Iterator[tuple[str, Answer]]:
        """Each question with its answer, in order; `depth` (None: all) of them are sent ahead."""
        left = dict.fromkeys(questions)
        todo = [text for text in reversed(left) if text not in self._waiting]
        while left:
            while todo and (depth is None or len(self._waiting) < depth):
                text = todo.pop()
                self._outgoing += write_request(text)
                self._waiting[text] = None
            reply = self._read_object()
            if "return" in reply or "error" in reply:
                asked = str(reply.get("id", next(iter(self._waiting), "")))
                if asked not in self._waiting:
                    raise self._failed(UNASKED)
                del self._waiting[asked]
                if asked in left:  # else it was sent ahead, and nobody wants to know
                    del left[asked]
                    yield asked, _answer(reply)

    def _read_object(self) -> dict[str, Any]:
        while not (line := self._read_line().strip()):
            pass
        try:
            text = line.decode("utf-8")
            self._values += count_values(text)
            if self._values > MOST_VALUES:
                raise self._failed(ENDLESS)
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise self._failed(f"prints what is not QMP: {shorten(line.decode('utf-8', 'replace'))}")
        return found

    def _read_line(self) -> bytes:
        quiet_since = time.monotonic()
        while (end := self._received.find(b"\n", self._searched)) < 0:
            self._searched = len(self._received)
            if self._searched > self._line_limit or self._total > TOTAL_LIMIT:
                raise self._failed(ENDLESS)
            if self._exchange(quiet_since):
                quiet_since = time.monotonic()
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        self._searched = 0
        if time.monotonic() > self._deadline:
            raise self._failed(TOO_LONG)
        return line

    def _exchange(self, quiet_since: float) -> bool:
        """Wait for one step of traffic; True when it moved something."""
        now = time.monotonic()
        until = min(self._deadline, quiet_since + self.silence)
        if now >= until:
            if now >= self._deadline:
                raise self._failed(TOO_LONG)
            raise SilentError(self.target, f"says nothing for {self.silence:g} s")
        own = self._connection.fileno()
        readers = [own] if self._errors is None else [own, self._errors]
        readable, writable = system.wait_ready(readers, [own] if self._outgoing else [], until - now)
        if self._errors in readable:
            self._drain_errors()
        if own in readable:
            self._receive()
        if writable:
            self._send()
        return own in readable or bool(writable)

    def _receive(self) -> None:
        try:
            part = self._connection.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            half = shorten(self._received.decode("utf-8", "replace"))
            raise EndedError(self.target, f"ends in the middle of a reply: {half}" if half else "ends")
        self._total += len(part)
        self._received += part

    def _send(self) -> None:
        try:
            sent = self._connection.send(self._outgoing)
        except BlockingIOError:
            return
        except OSError:  # it no longer reads: what it still had to say is received first
            sent = len(self._outgoing)
        del self._outgoing[:sent]

    def _drain_errors(self) -> None:
        if self._errors is None:
            return
        try:
            part = os.read(self._errors, 65536)
        except BlockingIOError:
            return
        if part:
            self.errors_tail = (self.errors_tail + part)[-STDERR_KEPT:]
        else:
            self._errors = None

    def finish_errors(self, patience: float = 0.5) -> str:
        """What the other side said on standard error, its end: for the sentence about its death."""
        until = time.monotonic() + patience
        while self._errors is not None and (left := until - time.monotonic()) > 0:
            if not system.wait_readable(self._errors, left):
                break
            self._drain_errors()
        return self.errors_tail.decode("utf-8", "replace")

    def _failed(self, problem: str) -> TargetError:
        return TargetError(self.target, problem)


def collect(
    steps: Iterator[tuple[str, Answer]],
    answers: dict[str, Answer],
    on_answer: Callable[[], None] | None = None,
) -> TargetError | None:
    """Gather answers as they come; the problem that ended it early, None when all came."""
    try:
        for asked, answer in steps:
            answers[asked] = answer
            if on_answer is not None:
                on_answer()
    except TargetError as error:
        return error
    return None


def _answer(reply: dict[str, Any]) -> Answer:
    if "return" in reply:
        return {"return": reply["return"]}
    error = reply["error"] if isinstance(reply["error"], dict) else {}
    return {"error": {"class": str(error.get("class", "")), "desc": str(error.get("desc", ""))}}


def shorten(text: str, length: int = 80) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= length else line[:length] + "…") if line else ""
