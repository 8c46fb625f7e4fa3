"""What was sent to an HTTP interface: a log of requests, and the ledger's names for what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..model import Element
from ..source.sent import Reader, Sent, Tally, parse_json
from ..upstream.history import History
from ..versions import Version
from .http_api import LEDGER
from .uses import Audit

_REQUEST = re.compile(
    r"^\s*(?:[>*]\s*|->\s*)?(?P<method>GET|PUT|PATCH|POST|DELETE) (?P<path>/\S*) HTTP/1\.[01]\s*$"
)
_NAME = re.compile(r"[\w.-]+")
_VALUE = re.compile(r"[\w. -]+")
_DEEPEST = 16
_LONGEST_NAME = 300
# A body of more characters than this is given up.
_LONGEST = 1 << 20


class HttpLog(Tally):
    """Takes requests as they are on the wire, or one JSON object a line with `method`, `path` and `body`.

    A request's body is the JSON behind its headers; a client's log may lack it.
    """

    name = "http"

    def __init__(self) -> None:
        super().__init__()
        self._open: tuple[int, str] | None = None
        self._body: list[str] | None = None
        self._length = 0

    @staticmethod
    def is_mine(line: str) -> bool:
        """Whether a line is a request's first, or an object with one."""
        return _REQUEST.match(line) is not None or _read_object(line) is not None

    def read(self, number: int, line: str) -> Iterator[Sent]:
        """The request that a line completes."""
        found = _REQUEST.match(line)
        whole = None if found else _read_object(line)
        if found or whole:
            yield from self._end()
        if whole is not None:
            yield Sent(line=number, command=whole[0], arguments=whole[1])
        elif found:
            self._open = (number, f"{found['method']} {found['path']}")
        elif self._open is not None and self._body is not None:
            yield from self._take(number, line)
        elif self._open is not None and not line.strip(" \t<>*\r"):
            self._body = []

    def _take(self, number: int, line: str) -> Iterator[Sent]:
        assert self._body is not None
        self._body.append(line)
        self._length += len(line)
        text = "\n".join(self._body).lstrip()
        try:
            told, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            if self._length > _LONGEST:
                self._miss()
            return
        yield from self._end(told)
        # The next request may begin where a body without a line's end stops.
        if text[end:].strip():
            yield from self.read(number, text[end:])

    def _end(self, told: Any = None) -> Iterator[Sent]:
        """The request that is open, with its body where that was seen."""
        if self._open is None:
            return
        # A body that never became whole is a request with unknown fields: to count it without them would
        # grant them.
        if told is None and self._body and any(line.strip() for line in self._body):
            self._miss()
            return
        number, command = self._open
        self._forget()
        yield Sent(line=number, command=command, arguments=told if isinstance(told, Mapping) else {})

    def _miss(self) -> None:
        self.miss(self._open[0] if self._open else 0)
        self._forget()

    def _forget(self) -> None:
        self._open, self._body, self._length = None, None, 0

    def close(self) -> Iterator[Sent]:
        """The request that the end of the file left open."""
        yield from self._end()


def _read_object(line: str) -> tuple[str, Mapping[str, Any]] | None:
    """A request in a JSON object of one line."""
    # Most lines of a log are none: a look at one character is cheap.
    if not line.lstrip().startswith("{"):
        return None
    try:
        told = parse_json(line)
    except ValueError:
        return None
    method = told.get("method") if isinstance(told, dict) else None
    if not isinstance(method, str):
        return None
    path = next((told[key] for key in ("path", "uri", "url") if isinstance(told.get(key), str)), None)
    if path is None:
        return None
    body = told.get("body")
    return f"{method.upper()} {path}", body if isinstance(body, Mapping) else {}


def _in_file(_history: History, name: str) -> Element:
    return Element(kind=LEDGER, name=name)


def make_audit(
    formats: Mapping[str, type[Reader]], base: str = "", choose: Callable[[History, str], Element] = _in_file
) -> Audit:
    """How what was sent is read and spelt; `base` is what stands before the API's paths.

    `choose` says which ledger's element a name in the API file stands for.
    """
    return Audit(
        formats={**formats, "http": HttpLog},
        kind=LEDGER,
        prepare=lambda *known: _Speller(base, choose, *known).spell,
        # Who may send a value may send the field.
        places=lambda name: (name, name.partition("=")[0]),
        harmless=("GET ",),
    )


class _Speller:
    """Spells requests by the types that a release's operations take."""

    def __init__(
        self,
        base: str,
        choose: Callable[[History, str], Element],
        history: History,
        release: Version | None,
    ) -> None:
        self._base = base
        self._choose = choose
        self._history = history
        self._release = release
        self._ledger = history.ledger(LEDGER)
        atoms = self._ledger if self._ledger is not None else ()
        self._paths = {
            (method, tuple(path.strip("/").split("/"))): f"{method} {path}"
            for method, _, path in (one.name.partition(" ") for one in atoms if one.type == "operation")
        }

    def spell(self, sent: Sent) -> Iterator[Element]:
        """The operation, then every field and value that stands in its body.

        Inside something that the release lacks there is nothing to spell.
        """
        method, _, path = sent.command.partition(" ")
        path = path.partition("?")[0].removeprefix(self._base)
        name = self._find(method, tuple(path.strip("/").split("/"))) or f"{method} {path}"[:_LONGEST_NAME]
        yield self._choose(self._history, name)
        taken = self._type_of(f"{name}.*")
        if taken is not None:
            yield from self._object(taken, sent.arguments, 0)

    def _find(self, method: str, steps: tuple[str, ...]) -> str | None:
        exact = self._paths.get((method, steps))
        if exact is not None:
            return exact
        alike = ((one, name) for (verb, one), name in self._paths.items() if verb == method)
        return next((name for one, name in alike if _fits(one, steps)), None)

    def _type_of(self, name: str) -> str | None:
        if self._ledger is None or self._release is None:
            return None
        known = self._ledger.at(name, self._release)
        return known.type if known is not None else None

    def _object(self, type_: str, told: Mapping[str, Any], depth: int) -> Iterator[Element]:
        if self._type_of(type_) is None or depth > _DEEPEST:
            return
        for key, value in told.items():
            # What can be in no ledger is not looked up, and is no finding: a log may be of anything.
            if not _NAME.fullmatch(key):
                continue
            yield self._choose(self._history, f"{type_}.{key}")
            yield from self._value(f"{type_}.{key}", value, depth)

    def _value(self, name: str, value: Any, depth: int) -> Iterator[Element]:
        if isinstance(value, list):
            for one in value:
                yield from self._value(name, one, depth + 1)
        elif isinstance(value, Mapping):
            yield from self._object(str(self._type_of(name)).strip("[]"), value, depth + 1)
        elif isinstance(value, str) and _VALUE.fullmatch(value) and self._has_values(name):
            yield self._choose(self._history, f"{name}={value}")

    def _has_values(self, name: str) -> bool:
        """Whether a field takes one of a few values in some release."""
        return any(
            one.name.startswith(f"{name}=") for one in (self._ledger if self._ledger is not None else ())
        )


def _fits(path: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Whether a request's steps are a path's, of which some may be anything."""
    return len(path) == len(steps) and all(
        one == step or ("{" in one and bool(step)) for one, step in zip(path, steps, strict=True)
    )
