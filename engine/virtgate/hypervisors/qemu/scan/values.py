"""What a source gives to a command, as far as it is written there: names, values and their JSON kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....source.structure import Part, entries, split

# What only the running driver knows.
UNKNOWN = object()
_DEEPEST = 6
_TRUE = re.compile(r"(?:true|True|TRUE|JSON::true|\\1)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE|JSON::false|\\0)\Z")
_NUMBER = re.compile(r"-?\d+\Z")
_OPENS = re.compile(
    r"(?:&?map\[[^\]\n]*\][\w.{}*]*|&?\[\][\w.{}*]*|[\w.]*(?:json|qobject)!?\(|[\\&]?[\w.:]*)\s*\{|\\?(?P<list>\[)"
)
# A literal into which something is put says nothing.
_PUT_IN = re.compile(r"[$%{\\]")
# How libvirt writes the kind of an argument before its name.
_LETTERS: Mapping[str, Any] = {
    **dict.fromkeys("sS", ""),
    **dict.fromkeys("iIjJuUpPzZyYkK", 0),
    **dict.fromkeys("bBT", True),
    **dict.fromkeys("d", 0.5),
}


@dataclass(slots=True, kw_only=True)
class Tree:
    """The arguments of one command, and where the words in them stand."""

    arguments: dict[str, Any] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, at: int, value: Part | None, code: str, letter: str = "") -> None:
        """Put an argument in."""
        self.places.setdefault(name, at)
        found = self._read(value, code, 0) if value is not None else UNKNOWN
        # Of a text that is not shown its kind is known: it is no value of an enum, but it is a string.
        kind = _LETTERS.get(letter, UNKNOWN)
        self.arguments[name] = kind if found is UNKNOWN else found

    def _read(self, part: Part, code: str, depth: int) -> Any:
        text = part.text.strip()
        if part.literal is not None:
            literal = part.literal
            self.places.setdefault(literal, part.start)
            return UNKNOWN if _PUT_IN.search(literal) else literal
        if _TRUE.match(text) or _FALSE.match(text):
            return bool(_TRUE.match(text))
        if _NUMBER.match(text):
            return int(text[:18])
        opened = _OPENS.match(text)
        if opened is None or depth > _DEEPEST:
            return UNKNOWN
        at = part.start + part.text.index(text[:1]) + opened.end()
        # Go's lists stand in braces, too: `[]any{…}`.
        is_list = opened["list"] or text.lstrip("&").startswith("[]")
        return self._list(code, at, depth) if is_list else self._object(code, at, depth)

    def _object(self, code: str, at: int, depth: int) -> dict[str, Any]:
        found = {}
        for entry in entries(split(code, at)):
            self.places.setdefault(entry.key, entry.start)
            found[entry.key] = self._read(entry.value, code, depth + 1)
        return found

    def _list(self, code: str, at: int, depth: int) -> list[Any]:
        return [self._read(one, code, depth + 1) for one in split(code, at)]


def read_tree(code: str, keyed: Iterable[tuple[str, int, Part | None, str]]) -> Tree:
    """The arguments with these names, places, values and letters."""
    tree = Tree()
    for name, at, value, letter in keyed:
        tree.add(name, at, value, code, letter)
    return tree
