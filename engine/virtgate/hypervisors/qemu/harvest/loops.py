"""Names that C source builds from constants, or takes from a table in a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ....harvest.csource import Function, read_elements, read_fields, read_string, split_list
from .sources import Struct, Unit

_MEMBER = re.compile(r"\(?\s*+(\w++)\s*+(?:\[\s*+\w++\s*+\]\s*+)?(?:->|\.)\s*+(\w++)\s*+\)?$")
_POINTER = r"\b{}\s*=\s*&?\s*(\w+)"
_POINTED = r"\b{}\s*=\s*&?\s*(\w+)(?:->(\w+))?\s*[;\[]"


class Frame(NamedTuple):
    """A function being read: where it stands, what its parameters hold, what called it.

    `bindings` are strings; `loops` are arrays, each with the unit that has it, of which a parameter is one or
    points into one.
    """

    unit: Unit
    function: Function
    bindings: dict[str, str]
    stack: tuple[str, ...]
    loops: dict[str, tuple[Unit, Struct]]

    def find_loop(self, name: str, own: Mapping[str, str], depth: int = 3) -> tuple[Unit, Struct] | None:
        """The array that a variable is, or points into: a parameter's, the type's own, or this file's."""
        if name in self.loops:
            return self.loops[name]
        struct = self.unit.arrays.get(name)
        if struct is not None:
            return (self.unit, struct) if struct.is_array else None
        pointed = re.search(_POINTED.format(name), self.function.body) if name.isidentifier() else None
        if pointed is None or not depth:
            return self.unit.release.find_array(name, self.unit.file.includes)
        last = pointed[2]
        if last:
            struct = self.unit.arrays.get(own.get(last, ""))
            return (self.unit, struct) if struct is not None and struct.is_array else None
        return self.find_loop(pointed[1], own, depth - 1)


def resolve_string(unit: Unit, text: str, bindings: dict[str, str] | None = None) -> str | None:
    """The value of a string expression seen from a file; None when it is not a constant one."""
    text = text.strip()
    if bindings and text in bindings:
        return bindings[text]
    value = read_string(text)
    return value if value is not None else read_string(unit.expand(text).strip())


def loop_elements(unit: Unit, text: str, code: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Values of a member that a loop runs over, `array[i].name` or `info->name`, with their elements."""
    member = _MEMBER.match(text)
    if member is None:
        return
    struct = unit.arrays.get(member[1])
    if struct is None or not struct.is_array:
        pointed = re.search(_POINTER.format(member[1]), code)
        struct = unit.arrays.get(pointed[1]) if pointed else None
    if struct is None:
        return
    yield from read_members(unit, struct, member[2])


def read_members(unit: Unit, struct: Struct, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """A member's string in a structure, or in each element of an array of them, with its fields."""
    body = unit.expand(struct.body)
    for element in read_elements(body) if struct.is_array else [body]:
        fields = read_fields(element)
        value = resolve_string(unit, fields[name] if name in fields else _only_string(element))
        if value is not None:
            yield value, fields


def _only_string(element: str) -> str:
    """The one string of an element written without field names; a NULL beside it may be what is asked for."""
    items = [item.strip() for item in split_list(element)]
    strings = {item for item in items if item.startswith('"')}
    return strings.pop() if len(strings) == 1 and items[1:2] != ["NULL"] else "NULL"
