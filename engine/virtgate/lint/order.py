"""Ids stand in alphabetical order, so that two people's additions meet where they belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise

import yaml

from ..data.yaml import Block, Problem
from .data import Data
from .marked import Marked, indent_of

_SORTED = ("capabilities", "support")


def find(data: Data) -> Iterator[Problem]:
    """Every id that stands after one it should precede."""
    for file, block in data.blocks.items():
        for name in _SORTED:
            rows = block.get(name)  # type: ignore[call-overload]
            for before, here in pairwise(rows if isinstance(rows, Block) else ()):
                if here < before:
                    problem = f"'{here}' stands after '{before}'; ids are in alphabetical order"
                    yield Problem(
                        file=file, line=here.line, problem=problem, hint="'virtgate lint --fix' mends it"
                    )


def mend(marked: Marked) -> str:
    """The text with every entry, and the comments that belong to it, in its place.

    A comment above an entry is its own, and so is one below that is indented deeper than its id. What moves
    gets as many blank lines before it as most of its neighbours have.
    """
    root, lines = marked.root, list(marked.lines)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in _SORTED and isinstance(value, yaml.MappingNode) and not value.flow_style:
            starts = [name.start_mark for name, _ in value.value]
            if (
                all(not lines[at.line][: at.column].strip() for at in starts)
                and starts[0].line > key.end_mark.line
            ):
                _sort(lines, key.end_mark.line + 1, value)
    return "\n".join(lines)


def _sort(lines: list[str], start: int, entries: yaml.MappingNode) -> None:
    """Put the entries' lines in order; the lines before `start` and after the last entry stay."""
    blanks: list[int] = []
    found: list[tuple[str, list[str]]] = []
    begin = _pass_header(lines, start, entries.value[0][0].start_mark.line)
    first = begin
    for at, (name, value) in enumerate(entries.value):
        column = name.start_mark.column
        following = entries.value[at + 1 : at + 2]
        limit = following[0][0].start_mark.line if following else len(lines)
        end = _end_of(lines, max(name.end_mark.line, _last_line(value)) + 1, limit, column)
        lead = begin
        while not lines[lead].strip():
            lead += 1
        blanks.append(lead - begin)
        found.append((name.value, lines[lead:end]))
        begin = end
    usual = Counter(blanks[1:]).most_common(1)[0][0] if blanks[1:] else 0
    highest = accumulate((name for name, _ in found), max)
    spaced = [
        (name, usual if at == 0 or name < top else count, own)
        for at, (top, count, (name, own)) in enumerate(zip(highest, blanks, found, strict=True))
    ]
    spaced.sort(key=lambda one: one[0])
    lines[first:begin] = [
        line
        for at, (_, count, own) in enumerate(spaced)
        for line in [*[""] * (count if at else blanks[0]), *own]
    ]


def _pass_header(lines: list[str], start: int, first: int) -> int:
    """Past the comments that a blank line parts from the first entry: they are about all of them."""
    parted = [at for at in range(start, first) if not lines[at].strip()]
    return parted[-1] if parted else start


def _end_of(lines: list[str], start: int, limit: int, column: int) -> int:
    """Past the comments right below an entry that are indented deeper than its id."""
    end = start
    for at in range(start, limit):
        text = lines[at].strip()
        if text and (not text.startswith("#") or indent_of(lines[at]) <= column):
            break
        end = at + 1 if text else end
    return end


def _last_line(node: yaml.Node) -> int:
    """The last line of a value's own text: a block ends only where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(map(_last_line, last)) if isinstance(last, tuple) else _last_line(last)
    line: int = node.end_mark.line
    return line - 1 if node.end_mark.column == 0 and line > node.start_mark.line else line
