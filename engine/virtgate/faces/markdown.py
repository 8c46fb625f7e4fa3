"""Tables in Markdown, whose cells are shown as they are: no markup, no end of a cell or of the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# Of an underscore within a word nothing is made (CommonMark, 6.2), and names are full of them.
_SPECIAL = re.compile(r"([\\`*{}\[\]<>&#|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
# CommonMark ends a line with any of these, and a table's row with it.
_LINE_END = re.compile(r"\r\n|[\r\n]")
_ENDING = re.compile(r"[`|\r\n]")


def escape(text: str) -> str:
    """Text that is shown as it is: no markup, no table's end, and no list within a list."""
    spelt = _LINE_END.sub(" ", _SPECIAL.sub(r"\\\1", text))
    return f"\\{spelt}" if spelt.startswith(("+", "-")) else spelt


def code(text: str) -> str:
    """Text in backticks, in which nothing can be escaped: GitHub splits a row at a bar even there."""
    return f"`{_ENDING.sub(' ', text)}`"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table, of cells that are Markdown already."""
    names = list(head)
    yield from (f"| {' | '.join(cells)} |" for cells in (names, ["---"] * len(names), *rows))
