"""A monitor that answers over HTTP on a Unix socket: where it is, and what a GET gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..driver import system
from ..driver.errors import TargetError, say_why
from ..facts.http import Exchange
from ..facts.parsing import parse_json
from .binaries import MOST_BYTES


def makes_prints(prefix: str) -> Callable[[str], Iterator[tuple[str, str]]]:
    """What says what a running one's answers hang on: it makes its socket anew when it starts."""
    # Its own answers tell nothing of when it was started; the file's number and day do.
    return lambda target: iter((("stat", target.removeprefix(prefix)),))


def open_way(target: str, prefix: str, who: str, example: str) -> Exchange:
    """The way to the socket that a target names. Raises TargetError for what is no whole path."""
    path = target.removeprefix(prefix)
    if not path.startswith("/"):
        raise TargetError(target, f"not a socket's whole path; {prefix}{example} is one")
    return Exchange(connect=lambda left: system.connect_unix(path, left), who=who, most=MOST_BYTES)


def get_document(way: Exchange, target: str, question: str) -> Any:
    """What `GET /PATH` is answered with. Raises TargetError where nobody is there, else Mute, ValueError."""
    try:
        return parse_json(way.get(question.partition(" ")[2]).decode("utf-8", "replace"))
    except OSError as error:
        told = f"cannot be reached: {say_why(error)}"
        raise TargetError(target, told) from None
