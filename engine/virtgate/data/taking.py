"""Typed values out of a file, for records that are built at once; what has another type is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..conditions import KINDS
from ..model import NOTHING, Branch, Condition, Leaf, Where
from .forms import describe, near
from .yaml import Block, Problem, Row, Text

ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
JOINTS = ("all", "any", "not")


class Desk:
    """Where problems of one file are collected while its values are taken.

    `is_told` says that the file has been held against its schema, which told every problem of its form.
    """

    def __init__(
        self,
        file: str,
        found: list[Problem],
        numbers: Mapping[str, Mapping[str, str]] = NOTHING,
        *,
        is_told: bool = False,
    ) -> None:
        self.file = file
        self.found = found
        self.numbers = numbers
        self.is_told = is_told

    def where(self, value: Any, fallback: int = 1) -> Where:
        """The place of a value that the reader gave."""
        return Where(file=self.file, line=getattr(value, "line", fallback))

    def report(self, value: Any, problem: str, hint: str | None = None) -> None:
        """Note one problem at the place of a value."""
        line = getattr(value, "line", 1)
        self.found.append(Problem(file=self.file, line=line, problem=problem, hint=hint))

    def refuse(self, value: Any, problem: str) -> None:
        """Note a problem of form, in few words: the schema has better ones."""
        if not self.is_told:
            self.report(value, problem, "`virtgate lint` says what is allowed")


Take = Callable[[Desk, Any], Any]


def take_text(desk: Desk, value: Any) -> Text | None:
    """One scalar that is not empty; it still knows its line, for those who report it later."""
    if isinstance(value, Text) and value.strip():
        return value
    desk.refuse(value, f"{describe(value)} is not text")
    return None


def take_choice(*choices: str) -> Take:
    """A taker of one of a few words."""

    def take(desk: Desk, value: Any) -> str | None:
        if isinstance(value, Text) and value in choices:
            return value
        desk.refuse(value, f"{describe(value)} is none of {', '.join(choices)}")
        return None

    return take


def take_list(inner: Take) -> Take:
    """A taker of a list, which has at least one item."""

    def take(desk: Desk, value: Any) -> tuple[Any, ...] | None:
        if not isinstance(value, list) or not value:
            desk.refuse(value, f"{describe(value)} is not a list with something in it")
            return None
        return tuple(one for one in (inner(desk, item) for item in value) if one is not None)

    return take


_take_list_of_texts = take_list(take_text)


def take_texts(desk: Desk, value: Any) -> tuple[str, ...] | None:
    """A list of scalars, or one scalar for a list of one."""
    return _take_list_of_texts(desk, [value] if isinstance(value, Text) else value) or None


def take_map(inner: Take) -> Take:
    """A taker of a mapping with free keys."""
    take_rows_of = take_rows(inner)

    def take(desk: Desk, value: Any) -> Mapping[str, Any] | None:
        taken = take_rows_of(desk, value)
        return None if taken is None else {str(key): one for key, one in taken.items()}

    return take


def take_rows(inner: Take) -> Take:
    """A taker of a mapping with free keys that still know their line."""

    def take(desk: Desk, value: Any) -> Mapping[Text, Any] | None:
        if not isinstance(value, Block):
            desk.refuse(value, f"{describe(value)} is not a mapping")
            return None
        taken = ((key, inner(desk, one)) for key, one in value.items())
        return {key: one for key, one in taken if one is not None}

    return take


def take_row(required: Mapping[str, Take], optional: Mapping[str, Take] = NOTHING) -> Take:
    """A taker of a mapping with these keys and no others, and with its place as `where`."""
    takes = {**required, **optional}

    def take(desk: Desk, value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Block):
            desk.refuse(value, f"{describe(value)} is not a mapping")
            return None
        taken = {}
        for key, one in value.items():
            if key not in takes:
                desk.refuse(key, f"unknown key '{key}'")
            elif (found := takes[key](desk, one)) is not None:
                taken[str(key)] = found
        for name in required:
            if name not in value:
                desk.refuse(value, f"there is no key '{name}'")
        taken["where"] = desk.where(value)
        return taken

    return take


def take_condition(desk: Desk, value: Any) -> Condition | None:
    """A condition: a mapping of kinds, all of which must hold."""
    if not isinstance(value, Block) or not value:
        desk.refuse(value, f"{describe(value)} is not a condition")
        return None
    parts = [_take_part(desk, key, inner) for key, inner in value.items()]
    return _join([part for part in parts if part is not None])


_take_conditions = take_list(take_condition)


def _join(parts: list[Condition]) -> Condition | None:
    return parts[0] if len(parts) == 1 else Branch(joint="all", parts=tuple(parts)) if parts else None


def _take_part(desk: Desk, key: Text, value: Any) -> Condition | None:
    if key == "not":
        inner = take_condition(desk, value)
        return None if inner is None else Branch(joint="not", parts=(inner,))
    if key in JOINTS:
        parts = _take_conditions(desk, value)
        return Branch(joint="all" if key == "all" else "any", parts=parts) if parts else None
    if key in KINDS:
        return _take_leaf(desk, key, value)
    desk.refuse(key, f"unknown condition '{key}'")
    return None


def _take_leaf(desk: Desk, kind: Text, value: Any) -> Condition | None:
    row = KINDS[kind]
    if isinstance(value, Block):
        return _take_terms(desk, kind, value)
    if len(row.keys) != 1:
        desk.refuse(kind, f"'{kind}' is a mapping, and {describe(value)} is not")
        return None
    (key,) = row.keys
    names = take_texts(desk, value) or ()
    if isinstance(value, Row) and row.many == "any":
        return Leaf(kind=str(kind), terms={key: names}) if names else None
    built = [_build_leaf(desk, kind, {key: name}) for name in names]
    return _join([leaf for leaf in built if leaf is not None])


def _take_terms(desk: Desk, kind: Text, value: Block) -> Condition | None:
    row = KINDS[kind]
    # What is looked for is one thing; what it may be can be several.
    required = {key: _take_term if key == "is" else take_text for key in row.keys}
    taken = take_row(required, dict.fromkeys(row.optional, _take_term))(desk, value)
    is_whole = taken.keys() >= value.keys() | required.keys()
    del taken["where"]
    return _build_leaf(desk, kind, taken) if is_whole else None


def _take_term(desk: Desk, value: Any) -> Any:
    return take_texts(desk, value) if isinstance(value, Row) else take_text(desk, value)


def _build_leaf(desk: Desk, kind: Text, terms: dict[str, Any]) -> Condition | None:
    """A leaf; a KVM capability's name gets its number."""
    if kind != "kvm" or not desk.numbers:
        return Leaf(kind=str(kind), terms=terms)
    number = desk.numbers.get(terms["cap"])
    if number is None:
        problem = f"'{terms['cap']}' is no KVM capability in the ledger"
        desk.report(kind, problem, near(terms["cap"], desk.numbers))
        return None
    return Leaf(kind=str(kind), terms={**terms, **number})
