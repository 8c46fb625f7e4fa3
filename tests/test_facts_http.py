"""One HTTP request: what is an answer, and that no server holds us or feeds us without end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import pytest

from virtgate.facts.http import Exchange, Mute

Serve = Callable[[socket.socket], None]


def ask(serve: Serve, patience: float = 5.0) -> bytes:
    """What a GET is answered with by a server that does this to the connection."""
    ours, theirs = socket.socketpair()

    def run() -> None:
        with theirs:
            theirs.recv(65536)
            with contextlib.suppress(OSError):
                serve(theirs)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        return Exchange(connect=lambda _left: ours, who="a test", patience=patience, most=4096).get("/ping")
    finally:
        thread.join(10)


def reply(text: bytes) -> Serve:
    return lambda connection: connection.sendall(text)


def test_a_body_is_read_to_its_length_and_no_further() -> None:
    assert ask(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK")) == b"{}"


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    assert ask(reply(b"HTTP/1.0 200 OK\r\n\r\n{}")) == b"{}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", "status 302"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "status 404"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "answers half"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "in chunks"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no HTTP"),
        (b"", "hangs up"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 9000, "without end"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000, "without end"),
    ],
)
def test_anything_else_is_no_answer(text: bytes, why: str) -> None:
    with pytest.raises(Mute, match=why):
        ask(reply(text))


def test_a_server_that_says_a_byte_at_a_time_is_left() -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" * 20:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    start = time.monotonic()
    with pytest.raises(Mute, match="too long"):
        ask(drip, patience=0.3)
    assert time.monotonic() - start < 9
