"""HTTP/1.1 as far as this server speaks it: bounded requests, an answer each, kept-alive connections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

MOST_HEAD = 16 << 10
MOST_BODY = 64 << 10


class Refused(Exception):
    """A request that is answered with a status and closes its connection."""

    def __init__(self, status: HTTPStatus, told: str) -> None:
        super().__init__(status, told)
        self.status = status
        self.told = told


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    keeps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def render(self, *, keeps: bool, is_head: bool = False) -> bytes:
        """The bytes of it."""
        told = {
            **({"Content-Type": self.kind} if self.body else {}),
            **({} if self.status == HTTPStatus.NOT_MODIFIED else {"Content-Length": str(len(self.body))}),
            **self.headers,
            **({} if keeps else {"Connection": "close"}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        start = f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n{head}\r\n".encode(
            "latin-1", "replace"
        )
        return start if is_head else start + self.body


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None where the client has gone. Raises Refused.

    `reader` was made with MOST_HEAD for its limit.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"over {MOST_HEAD} bytes") from None
    first, *lines = head[:-4].lstrip(b"\r\n").decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"} or not words[1].startswith("/"):
        raise Refused(HTTPStatus.BAD_REQUEST, "not a request of HTTP/1.1")
    headers = _read_headers(lines)
    length = _read_length(headers)
    try:
        body = await reader.readexactly(length) if length else b""
    except asyncio.IncompleteReadError:
        return None
    # HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 the other way round (RFC 9112, 9.3).
    asked = headers.get("connection", "").lower()
    keeps = asked != "close" and (words[2] == "HTTP/1.1" or asked == "keep-alive")
    return Request(method=words[0], path=words[1], headers=headers, body=body, keeps=keeps)


def _read_headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        # Two readers that take such a header differently are how requests are smuggled.
        if not colon or not name or name != name.strip() or (name == "content-length" and name in headers):
            raise Refused(HTTPStatus.BAD_REQUEST, "a header that is none")
        headers[name] = value.strip()
    return headers


def _read_length(headers: Mapping[str, str]) -> int:
    # Chunks would need a parser that nothing here needs, and are the other half of smuggling.
    if "transfer-encoding" in headers:
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "a body has a Content-Length here")
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is no number")
    # The length first: a number of a million digits takes long to read.
    if len(text) > 9 or int(text) > MOST_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"over {MOST_BODY} bytes")
    return int(text)
