"""No line ends with blanks, one blank line parts what is apart, and the last line has its newline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data
from .marked import Marked

# What any of it looks like, in a value or not: only a text that has some is read with its marks.
_ODD = re.compile(r"[ \t\r](?=\n|\Z)|\A\n|\n\n(?=\n|\Z)|[^\n]\Z")
_HINT = "'virtgate lint --fix' mends it"


def find(data: Data) -> Iterator[Problem]:
    """Blanks at the end of a line, blank lines too many, carriage returns, and a last line without an end."""
    for file in data.blocks:
        for line, problem in _work(data.text(file))[1]:
            yield Problem(file=file, line=line + 1, problem=problem, hint=_HINT)


def mend(marked: Marked) -> str:
    """The text in this style; what is part of a value stays as it is."""
    return _work(marked.text)[0]


def _work(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text as it should be, and what of it is not so, by line."""
    marked = Marked(text.replace("\r\n", "\n"))
    if not _ODD.search(text) or marked.root is None:
        return text, []
    found = [(0, "lines end with a carriage return and a newline")] if "\r\n" in text else []
    protected = marked.protected()
    kept: list[str] = []
    *lines, rest = marked.lines
    for number, line in enumerate([*lines, rest] if rest else lines):
        bare = line if number in protected else line.rstrip(" \t")
        if bare != line:
            found.append((number, "the line ends with blanks"))
        if not bare and number not in protected and (not kept or not kept[-1]):
            found.append((number, "a blank line too many"))
        else:
            kept.append(bare)
    last = len(lines) - (not rest)
    if kept and not kept[-1] and last not in protected:
        found.append((last, "a blank line at the end"))
        kept.pop()
    if rest and last not in protected:
        found.append((last, "the last line has no newline"))
        kept.append("")
    elif not rest:
        kept.append("")
    return "\n".join(kept), found
