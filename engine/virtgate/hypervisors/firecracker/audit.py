"""What was sent to a Firecracker: its own log, or its socket's requests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...source.sent import Sent, Tally, parse_json
from ..http_audit import make_audit

# parsed_request.rs, describe(): the body as Rust writes a text.
_RECEIVED = re.compile(
    r'The API server received an? (?P<method>Get|Put|Patch|Delete) request on "(?P<path>/[^"]*)"'
    r'(?: with body (?P<body>"(?:[^"\\]|\\.)*"))?'
)
_BRACED = re.compile(r"\\u\{([0-9a-fA-F]{1,4})\}")


class FirecrackerLog(Tally):
    """Takes the requests that Firecracker logs at the level Info; since 0.20 with their bodies."""

    name = "firecracker"

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line says that a request was received."""
        return _RECEIVED.search(line) is not None

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The request that a line tells."""
        found = _RECEIVED.search(line)
        if found is None:
            return
        try:
            body = _read_body(found["body"]) if found["body"] else {}
        except ValueError:
            self.miss(number)
            return
        yield Sent(line=number, command=f"{found['method'].upper()} {found['path']}", arguments=body)


def _read_body(text: str) -> dict[str, object]:
    """The body in a text as Rust's {:?} writes it. Raises ValueError."""
    as_json = _BRACED.sub(lambda one: f"\\u{int(one[1], 16):04x}", text).replace("\\'", "'")
    told = parse_json(str(parse_json(as_json)))
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


AUDIT = make_audit({"firecracker": FirecrackerLog})
