"""A file's text, and where in it its values stand: what is edited in place, comments and all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

import yaml

from ..data.yaml import find_loader

# What YAML takes for the end of a line, and str.splitlines or an editor may not.
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_BLANK = re.compile(r"\s*")


class Marked:
    """A text that the reader takes without a problem; lines and columns count from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")

    @cached_property
    def root(self) -> yaml.Node | None:
        """The file's value with its marks; None where lines cannot be counted as an editor counts them."""
        if _ODD_BREAKS.search(self.text):
            return None
        node: yaml.Node | None = yaml.compose(self.text, find_loader())
        return node

    def scalars(self) -> Iterator[tuple[yaml.ScalarNode, str]]:
        """Every scalar, key or value, with the key that it is under; an empty text for a key."""
        yield from _scalars(self.root, "")

    def protected(self) -> frozenset[int]:
        """The lines in which a blank may be part of a value: of scalars over several lines."""
        found: set[int] = set()
        for node, _ in self.scalars():
            if node.end_mark.line > node.start_mark.line:
                found.update(range(node.start_mark.line, node.end_mark.line + (node.end_mark.column > 0)))
        return frozenset(found)

    def replaced(self, edits: Iterable[tuple[yaml.Node, str]]) -> str:
        """The text with other words for some of its scalars, each in one line."""
        lines = list(self.lines)
        for node, words in sorted(edits, key=lambda one: one[0].start_mark.index, reverse=True):
            start, end = node.start_mark, node.end_mark
            line = lines[start.line]
            lines[start.line] = line[: start.column] + words + line[end.column :]
        return "\n".join(lines)

    def comments(self) -> list[str]:
        """Every comment, without the blanks around it, sorted."""
        inside = {(line, column) for node, _ in self.scalars() for line, column in _hashes(node, self.lines)}
        found = []
        for number, line in enumerate(self.lines):
            for match in re.finditer(r"(?:(?<=\s)|^)#", line):
                if (number, match.start()) not in inside:
                    found.append(line[match.start() :].rstrip())
                    break
        return sorted(found)


def _scalars(node: yaml.Node | None, key: str) -> Iterator[tuple[yaml.ScalarNode, str]]:
    if isinstance(node, yaml.ScalarNode):
        yield node, key
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _scalars(one, key)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _scalars(name, "")
            yield from _scalars(value, name.value)


def _hashes(node: yaml.ScalarNode, lines: list[str]) -> Iterator[tuple[int, int]]:
    """The places of `#` that are part of a scalar; a comment may stand behind a block's `|`."""
    start, end = node.start_mark, node.end_mark
    first = start.line + (node.style in {"|", ">"})
    for number in range(first, min(end.line + 1, len(lines))):
        line = lines[number]
        left = start.column if number == start.line else 0
        right = end.column if number == end.line else len(line)
        yield from ((number, at) for at in range(left, right) if line[at : at + 1] == "#")


def indent_of(line: str) -> int:
    """How many blanks a line begins with."""
    match = _BLANK.match(line)
    return match.end() if match else 0
