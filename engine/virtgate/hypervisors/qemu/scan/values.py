"""What a source gives to a command, as far as it is written there: names, values and their JSON kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....source.structure import Part, close, entries, split
from .functions import function_start

# What only the running driver knows.
UNKNOWN = object()
_DEEPEST = 6
_TRUE = re.compile(r"(?:true|True|TRUE|JSON::true|\\1)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE|JSON::false|\\0)\Z")
_NUMBER = re.compile(r"-?\d+\Z")
_OPENS = re.compile(
    r"(?:&?map\[[^\]\n]*\][\w.{}*]*|&?\[\][\w.{}*]*|[\w.]*(?:json|qobject)!?\(|[\\&]?[\w.:]*)\s*\{|\\?(?P<list>\[)"
)
# Of a literal into which something is put, and of what makes a text of something, only the kind is known.
_PUT_IN = re.compile(r"[$%{\\]")
_MAKES_TEXT = re.compile(
    r"(?:str|String|(?:fmt\.)?Sprintf|strconv\.(?:Itoa|Quote|Format\w+)|sprintf|format!)\(|f?[\"'`][^\"'`\n]*[\"'`]\s*(?:%|\.format\()"
    r"|[\w.]{1,60}\.(?:to_string|toString|String)\(\)\Z"
)
_FLOAT = re.compile(r"-?\d+\.\d+\Z")
_NAMED = re.compile(r"[$]?(?P<name>[A-Za-z_]\w*)\Z")
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
            # `'{"size": '$SIZE'}'`: a shell's quotes are not JSON's.
            is_ours = text[0] == "'" and "$" in literal
            return UNKNOWN if is_ours else "" if _PUT_IN.search(literal) else literal
        if _TRUE.match(text) or _FALSE.match(text):
            return bool(_TRUE.match(text))
        if _NUMBER.match(text):
            return int(text[:18])
        if _FLOAT.match(text):
            return 0.5
        if _MAKES_TEXT.match(text):
            return ""
        opened = _OPENS.match(text)
        if opened is None and depth <= _DEEPEST and (named := _NAMED.match(text)) is not None:
            held = _held(code, named["name"], part.start)
            return UNKNOWN if held is None else self._read(held, code, depth + 1)
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


def _held(code: str, name: str, at: int) -> Part | None:
    """What a function gave a variable last before a place, where that shows its kind."""
    start = function_start(code, at)
    if code.find(name, start, at) < 0:
        return None
    given = re.compile(rf"(?<![\w.$]){name}[ \t]*(?::=|=(?![=~>]))[ \t]*(?P<value>[^;\n]*)")
    last = next(reversed(list(given.finditer(code, start, at))), None)
    if last is None or last["value"].strip() == name:
        return None
    start = last.start("value")
    opened = _OPENS.match(last["value"])
    if opened is None:
        return Part(text=last["value"], start=start)
    # An object that the place is in takes what the name held before.
    end = close(code, start + opened.end())
    return Part(text=code[start:end], start=start) if end is not None and end < at else None


def read_tree(code: str, keyed: Iterable[tuple[str, int, Part | None, str]]) -> Tree:
    """The arguments with these names, places, values and letters."""
    tree = Tree()
    for name, at, value, letter in keyed:
        tree.add(name, at, value, code, letter)
    return tree
