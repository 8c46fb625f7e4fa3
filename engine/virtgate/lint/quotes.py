"""Plain text that other YAML tools take for a number, a date, a flag or nothing wants quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..data.yaml import Block, Problem, Row, Text
from .data import Data
from .marked import Marked

# YAML 1.1's types (yaml.org/type) and YAML 1.2's core schema, each as its tools implement it: no parser at
# hand takes a lone `y` or `n` for a flag.
_READ_AS = {
    "nothing": r"~|null|Null|NULL",
    "true or false": r"(?:[Yy]es|YES|[Nn]o|NO|[Tt]rue|TRUE|[Ff]alse|FALSE|[Oo]n|ON|[Oo]ff|OFF)",
    "a date": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?",
    "a number in base 60": r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?",
    "a number": (
        r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*"
        r"|(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
        r"|\.(?:nan|NaN|NAN)"
    ),
    "a default value's mark": "=",
}
_PATTERNS = [(re.compile(pattern), kind) for kind, pattern in _READ_AS.items()]
# Most text begins otherwise; this keeps the patterns from all of it.
_FIRST = frozenset("0123456789.+-~=nNyYtTfFoO")


def find(data: Data) -> Iterator[Problem]:
    """Every plain scalar, key or value, that is not text to others, but for what is wanted so."""
    for file, block in data.blocks.items():
        for text, key in _scalars(block, ""):
            kind = read_as(text) if text.plain and text[:1] in _FIRST else None
            if kind is None or _is_wanted(key, text):
                continue
            problem = f"'{text}' without quotes is {kind} to other tools"
            yield Problem(file=file, line=text.line, problem=problem, hint=f'write "{text}"')


def _is_wanted(key: str, text: str) -> bool:
    """Whether the schema allows what other tools make of it: a flag to compare with, a number to reach."""
    return (key == "is" and text in {"true", "false"}) or (key == "at-least" and text.isdecimal())


def read_as(text: str) -> str | None:
    """What a YAML tool makes of this plain text; None when it stays text."""
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(text)), None)


def _scalars(value: Any, key: str) -> Iterator[tuple[Text, str]]:
    if isinstance(value, Text):
        yield value, key
    elif isinstance(value, Row):
        for one in value:
            yield from _scalars(one, key)
    elif isinstance(value, Block):
        for name, one in value.items():
            yield name, ""
            yield from _scalars(one, name)


def mend(marked: Marked) -> str:
    """The text with quotes where other tools need them."""
    return marked.replaced(
        (node, _quote(node.value))
        for node, key in marked.scalars()
        if not node.style and node.start_mark.line == node.end_mark.line
        if read_as(node.value) and not _is_wanted(key, node.value)
    )


def _quote(text: str) -> str:
    """The text in double quotes, or where those would need an escape in single ones."""
    return f'"{text}"' if not set(text) & {'"', "\\"} else "'" + text.replace("'", "''") + "'"
