"""One HTTP request over a socket, with bounds on time and size; what answers may be hostile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

MOST_BYTES = 1 << 18
PATIENCE = 5.0
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r?\n", re.IGNORECASE)
_OK = 200

Connect = Callable[[float], "socket.socket"]


class Mute(Exception):
    """Nothing was answered that could be read; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One way to a server that is called `who` in what is said of it; `connect` takes the time that is left.

    A redirect is an answer like any other: nothing follows it.
    """

    connect: Connect
    who: str
    patience: float = PATIENCE
    most: int = MOST_BYTES

    def get(self, path: str) -> bytes:
        """The body that a GET is answered with. Raises Mute, OSError."""
        headers = "Host: localhost\r\nAccept: application/json\r\nConnection: close"
        return self.ask(f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode())

    def ask(self, request: bytes) -> bytes:
        """The body that a request is answered with, where its status is 200. Raises Mute, OSError."""
        deadline = time.monotonic() + self.patience
        with self.connect(self.patience) as connection:
            connection.sendall(request)
            head, body = self._read_head(connection, deadline)
            status = _STATUS.match(head)
            if status is None:
                raise Mute(f"does not answer as {self.who}: no HTTP")
            if int(status[1]) != _OK:
                raise Mute(f"answers with status {status[1].decode()}")
            if b"\ntransfer-encoding:" in head.lower():
                raise Mute(f"does not answer as {self.who}: a reply in chunks")
            length = _LENGTH.search(head + b"\n")
            wanted = int(length[1]) if length else None
            while wanted is None or len(body) < wanted:
                part = self._receive(connection, deadline, len(body))
                if not part and wanted is not None:
                    raise Mute("answers half and hangs up")
                if not part:
                    return body
                body += part
        return body[:wanted]

    def _read_head(self, connection: socket.socket, deadline: float) -> tuple[bytes, bytes]:
        """The reply's first lines, and what came of the body with them."""
        text = b""
        while True:
            found = re.search(rb"\r?\n\r?\n", text)
            if found:
                return text[: found.end()], text[found.end() :]
            part = self._receive(connection, deadline, len(text))
            if not part:
                raise Mute("hangs up before it has answered")
            text += part

    def _receive(self, connection: socket.socket, deadline: float, so_far: int) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Mute("takes too long")
        if so_far > self.most:
            raise Mute("answers without end")
        connection.settimeout(left)
        try:
            return connection.recv(65536)
        except TimeoutError:
            raise Mute("takes too long") from None
