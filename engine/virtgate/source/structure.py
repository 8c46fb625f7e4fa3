"""What stands between brackets: the arguments of a call, the entries of an object, the keys of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# How far a call or an object is followed; what is longer is cut there.
REACH = 4000
# And how deep: nobody nests calls so, but a file of open brackets would be followed from each of them.
DEEPEST = 64
_TOKEN = re.compile(
    r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?' r"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?" r"|`[^`]*+`?|[()\[\]{},]",
    re.DOTALL,
)
_KEY = re.compile(
    r"""\s*(?:(?P<quote>\\?["'])(?P<quoted>[\w.-]+)(?P=quote)|(?P<bare>[A-Za-z_]\w*))\s*(?:=>|:(?![:=]))\s*"""
)
LITERAL = re.compile(r"""\s*[rbuf]?(?P<quote>\\?["'`])(?P<text>[^"'`\\\n]*)(?P=quote)\s*\Z""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One item between commas, and where it starts in the text."""

    text: str
    start: int

    @property
    def literal(self) -> str | None:
        """What a string literal says; None of anything else."""
        match = LITERAL.match(self.text)
        return match["text"] if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key of an object with its value; `quoted` says whether the key was a literal."""

    key: str
    quoted: bool
    start: int
    value: Part


def close(text: str, start: int) -> int | None:
    """Where the bracket closes just behind which `start` is; None where it is not near."""
    depth = 0
    for match in _TOKEN.finditer(text, start, min(len(text), start + REACH)):
        depth += match[0] in "([{"
        depth -= match[0] in ")]}"
        if depth < 0:
            return match.start()
        # Nobody nests so deep: a file that does was made to cost time.
        if depth > DEEPEST:
            break
    return None


def tokens(text: str, start: int) -> Iterator[tuple[int, re.Match[str]]]:
    """Strings, brackets and commas up to the bracket that closes, each with how deep it is."""
    depth = 0
    for match in _TOKEN.finditer(text, start, min(len(text), start + REACH)):
        depth -= match[0] in ")]}"
        if not 0 <= depth <= DEEPEST:
            return
        yield depth, match
        depth += match[0] in "([{"


def split(text: str, start: int) -> list[Part]:
    """The items from just behind an opening bracket to the bracket that closes it."""
    parts: list[Part] = []
    depth, begun, end = 0, start, min(len(text), start + REACH)
    for match in _TOKEN.finditer(text, start, end):
        mark = match[0]
        if mark in "([{":
            depth += 1
            if depth > DEEPEST:
                end = match.start()
                break
        elif mark in ")]}":
            depth -= 1
            if depth < 0:
                end = match.start()
                break
        elif mark == "," and depth == 0:
            parts.append(Part(text=text[begun : match.start()], start=begun))
            begun = match.end()
    if text[begun:end].strip():
        parts.append(Part(text=text[begun:end], start=begun))
    return parts


def entries(parts: list[Part]) -> Iterator[Entry]:
    """Those of these items that are a key and a value."""
    for part in parts:
        match = _KEY.match(part.text)
        if match is not None:
            value = Part(text=part.text[match.end() :], start=part.start + match.end())
            # A key in quotes is the wire's own name; a bare one may be a language's spelling of it.
            key = match["quoted"] or match["bare"]
            start = part.start + match.start("quoted" if match["quoted"] else "bare")
            yield Entry(key=key, quoted=bool(match["quoted"]), start=start, value=value)


def open_object(part: Part) -> int | None:
    """Where the first object in an item begins, just behind its brace; None without one."""
    # Go's `interface{}` is a type and opens none.
    at = re.search(r"\{(?!\}\{)(?<!interface\{)", part.text)
    return None if at is None else part.start + at.end()
