"""The forms that the YAML may have: one declared row gives key, parser, JSON Schema and message."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..conditions import KINDS
from ..model import NOTHING, Branch, Condition, Leaf, Where
from .yaml import Block, Problem, Row, Text

ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
KEBAB = re.compile(r"[a-zA-Z0-9_]+(?:[-.][a-zA-Z0-9_]+)*")
DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


class Desk:
    """Where problems of one file are collected while its values are taken."""

    def __init__(
        self, file: str, found: list[Problem], numbers: Mapping[str, Mapping[str, str]] = NOTHING
    ) -> None:
        self.file = file
        self.found = found
        self.numbers = numbers

    def where(self, value: Any, fallback: int = 1) -> Where:
        """The place of a value that the reader gave."""
        return Where(file=self.file, line=getattr(value, "line", fallback))

    def report(self, value: Any, problem: str, hint: str | None = None) -> None:
        """Note one problem at the place of a value."""
        line = getattr(value, "line", 1)
        self.found.append(Problem(file=self.file, line=line, problem=problem, hint=hint))


Take = Callable[[Desk, str, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a form: how its value is taken, and how an editor's schema says the same."""

    take: Take
    schema: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    required: bool = False
    help: str = ""


Form = Mapping[str, Field]

FILE = "the file"

TEXT: Mapping[str, Any] = {"type": "string", "pattern": r"\S"}


def some(one: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one text of a kind, or of a list of such."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


TEXTS: Mapping[str, Any] = some(TEXT)


def schema_of(form: Form) -> dict[str, Any]:
    """The JSON Schema of a form, as an editor needs it."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {**one.schema, **({"description": one.help} if one.help else {})}
            for key, one in form.items()
        },
        "required": [key for key, one in form.items() if one.required],
    }


def take_form(desk: Desk, what: str, value: Any, form: Form) -> dict[str, Any] | None:
    """The values of a mapping by its form's keys; what is missing or wrong is reported and left out."""
    if not isinstance(value, Block):
        desk.report(value, f"{what} must be a mapping; {describe(value)} is not")
        return None
    for key in value:
        if key not in form:
            problem = f"{what} has unknown key '{key}'; valid keys are {', '.join(form)}"
            desk.report(key, problem, near(key, form))
    for name, one in form.items():
        if one.required and name not in value:
            desk.report(value, f"{what} has no key '{name}'")
    taken = (
        (str(key), form[key].take(desk, within(key, what), inner))
        for key, inner in value.items()
        if key in form
    )
    return {key: inner for key, inner in taken if inner is not None}


def within(key: str, what: str) -> str:
    """How a key inside something is named in messages; the file itself goes without saying."""
    return f"'{key}'" if what == FILE else f"'{key}' of {what}"


def take_text(desk: Desk, what: str, value: Any) -> Text | None:
    """One scalar that is not empty; it still knows its line, for those who report it later."""
    if isinstance(value, Text) and value.strip():
        return value
    desk.report(value, f"{what} must be text; {describe(value)} is not")
    return None


def take_texts(desk: Desk, what: str, value: Any) -> tuple[str, ...] | None:
    """A list of scalars, or one scalar for a list of one."""
    if isinstance(value, Text):
        text = take_text(desk, what, value)
        return (text,) if text else None
    if not isinstance(value, Row):
        desk.report(value, f"{what} must be text or a list of texts; {describe(value)} is neither")
        return None
    return _take_items(desk, what, value, take_text)


def _take_items(desk: Desk, what: str, row: Row, inner: Take) -> tuple[Any, ...] | None:
    if not row:
        desk.report(row, f"{what} is empty; leave it out or fill it")
        return None
    taken = [inner(desk, f"item {at} of {what}", one) for at, one in enumerate(row, 1)]
    return tuple(one for one in taken if one is not None)


def take_pattern(pattern: re.Pattern[str], allowed: str) -> Take:
    """A taker of one scalar that matches a pattern wholly; `allowed` says what that is."""

    def take(desk: Desk, what: str, value: Any) -> str | None:
        text = take_text(desk, what, value)
        if text is None or pattern.fullmatch(text):
            return text
        desk.report(value, f"{what} is '{text}'; allowed is {allowed}")
        return None

    return take


def take_choice(*choices: str) -> Take:
    """A taker of one of a few words."""

    def take(desk: Desk, what: str, value: Any) -> str | None:
        text = take_text(desk, what, value)
        if text is None or text in choices:
            return text
        *most, last = choices
        allowed = f"{', '.join(most)} or {last}" if most else last
        desk.report(value, f"{what} is '{text}'; allowed is {allowed}", near(text, choices))
        return None

    return take


def take_map(inner: Take) -> Take:
    """A taker of a mapping with free keys."""

    def take(desk: Desk, what: str, value: Any) -> Mapping[str, Any] | None:
        if not isinstance(value, Block):
            desk.report(value, f"{what} must be a mapping; {describe(value)} is not")
            return None
        taken = {str(key): inner(desk, within(key, what), one) for key, one in value.items()}
        return {key: one for key, one in taken.items() if one is not None}

    return take


def take_list(inner: Take) -> Take:
    """A taker of a list."""

    def take(desk: Desk, what: str, value: Any) -> tuple[Any, ...] | None:
        if not isinstance(value, Row):
            desk.report(value, f"{what} must be a list; {describe(value)} is not")
            return None
        return _take_items(desk, what, value, inner)

    return take


def take_condition(desk: Desk, what: str, value: Any) -> Condition | None:
    """A condition: a mapping of kinds, all of which must hold."""
    if not isinstance(value, Block) or not value:
        problem = f"{what} must be a condition such as {{command: drive-mirror}}; {describe(value)} is not"
        desk.report(value, problem)
        return None
    parts = []
    for key, inner in value.items():
        if key in {"all", "any", "not"}:
            parts.append(_take_branch(desk, what, key, inner))
        elif key in KINDS:
            parts.append(_take_leaf(desk, what, key, inner))
        else:
            valid = [*KINDS, "all", "any", "not"]
            hint = near(key, valid) or f"conditions are {', '.join(valid)}"
            desk.report(key, f"{what} has unknown condition '{key}'", hint)
    taken = tuple(part for part in parts if part is not None)
    return taken[0] if len(taken) == 1 else Branch(joint="all", parts=taken) if taken else None


def _take_branch(desk: Desk, what: str, joint: Text, value: Any) -> Condition | None:
    if joint == "not":
        inner = take_condition(desk, what, value)
        return None if inner is None else Branch(joint="not", parts=(inner,))
    parts = take_list(take_condition)(desk, f"'{joint}' of {what}", value)
    if not parts:
        return None
    return Branch(joint="all" if joint == "all" else "any", parts=parts)


def _take_leaf(desk: Desk, what: str, kind: Text, value: Any) -> Condition | None:
    row = KINDS[kind]
    if isinstance(value, Block):
        return _take_terms(desk, what, kind, value)
    if row.keys not in {("name",), ("cap",), ("op",)}:
        keys = ", ".join((*row.keys, *row.optional))
        desk.report(kind, f"'{kind}' in {what} must be a mapping with {keys}")
        return None
    key = row.keys[0]
    if isinstance(value, Row):
        names = take_texts(desk, f"'{kind}' of {what}", value) or ()
        if row.many == "any":
            return Leaf(kind=str(kind), terms={key: names})
        built = (_build_leaf(desk, kind, {key: name}) for name in names)
        leaves = tuple(leaf for leaf in built if leaf is not None)
        return leaves[0] if len(leaves) == 1 else Branch(joint="all", parts=leaves) if leaves else None
    text = take_text(desk, f"'{kind}' of {what}", value)
    return None if text is None else _build_leaf(desk, kind, {key: text})


def _take_terms(desk: Desk, what: str, kind: Text, value: Block) -> Condition | None:
    row = KINDS[kind]
    valid = (*row.keys, *row.optional)
    bad = [key for key in value if key not in valid]
    for key in bad:
        problem = f"'{kind}' in {what} has unknown key '{key}'; valid keys are {', '.join(valid)}"
        desk.report(key, problem, near(key, valid))
    lacks = [name for name in row.keys if name not in value]
    for name in lacks:
        desk.report(value, f"'{kind}' in {what} has no key '{name}'")
    if bad or lacks:
        return None
    terms: dict[str, Any] = {}
    for key, inner in value.items():
        take = take_texts if isinstance(inner, Row) else take_text
        terms[str(key)] = take(desk, f"'{key}' of '{kind}' in {what}", inner)
    return _build_leaf(desk, kind, terms) if None not in terms.values() else None


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


def describe(value: Any) -> str:
    """How a value is named in a message."""
    if isinstance(value, Text):
        return f"'{value}'" if value else "empty text"
    return "a mapping" if isinstance(value, Block) else "a list" if isinstance(value, Row) else "nothing"


def near(word: str, words: Iterable[str]) -> str | None:
    """A hint with the nearest allowed words, or None when none is near."""
    close = difflib.get_close_matches(word, list(words), n=3, cutoff=0.6)
    return f"nearest: {', '.join(close)}" if close else None
