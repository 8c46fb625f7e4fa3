"""YAML text to values that know their line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 1 << 20
MOST_DEPTH = 32

_TAB = re.compile(r"^ *\t", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# What either parser says of a syntax error: our words, a hint, and whether it is where the thing began.
_SYNTAX: Mapping[str, tuple[str, str | None, bool]] = {
    "mapping values are not allowed": (
        "a ': ' where no key can be",
        "text with ': ' in it wants quotes, and a key its own line",
        False,
    ),
    "unexpected end of stream": ("a quote is opened here and never closed", None, True),
    "expected ',' or": (
        "'{it}' is opened here and not closed, or a comma is missing in it",
        "a value with brackets or braces of its own wants quotes",
        True,
    ),
    "could not find expected ':'": ("a key without ':'", None, True),
    "cannot start any token": ("text cannot begin with '{it}'", "put it in quotes", False),
    "expected key": ("the indentation fits nothing above", None, False),
    "expected <block end>": ("the indentation fits nothing above", None, False),
    "expected '-' indicator": ("the indentation fits nothing above", None, False),
    "maximum nesting depth": (f"nested deeper than {MOST_DEPTH} levels", None, False),
    "unknown escape character": (
        "an escape that YAML does not know, in double quotes",
        "in single quotes every character stands for itself",
        False,
    ),
}


def find_loader() -> Any:
    """PyYAML's loader, the one in C where there is one; loaded when there is a text to read."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar as it stands in the file; `plain` is false for one in quotes or a block."""

    __slots__ = ("line", "plain")
    line: int
    plain: bool


class Block(dict[Text, Any]):
    """A mapping; its keys are `Text`, so each knows its line."""

    __slots__ = ("line",)
    line: int


class Row(list[Any]):
    """A sequence."""

    __slots__ = ("line",)
    line: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing wrong in one place, at most one hint, and the rule that minds it."""

    file: str
    line: int
    problem: str
    hint: str | None = field(default=None, compare=False)
    rule: str = field(default="form", compare=False)

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.problem}"
        return f"{text}\nhint: {self.hint}" if self.hint else text


class Unreadable(Exception):
    """A text that is not the YAML allowed here; `problem` says where and what is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def read(text: str | bytes, file: str, found: list[Problem]) -> Block | None:
    """The mapping that a file holds; problems that leave the rest readable go to `found`.

    None when nothing can be made of it. Every scalar is text: a schema alone says what is a number. Anchors,
    aliases, tags, merge keys and duplicate keys are refused, as are more than 1 MiB and more than 32 levels.
    """
    try:
        decoded = _decode(text, file)
        return _build(decoded, file, found)
    except Unreadable as refused:
        found.append(refused.problem)
    return None


def _build(text: str, file: str, found: list[Problem]) -> Block | None:
    tabs = _TAB.finditer(text) if "\t" in text else ()
    lines = [text.count("\n", 0, match.start()) + 1 for match in tabs]
    if lines:
        problem = "a tab indents this line; only blanks may"
        found += [Problem(file=file, line=line, problem=problem) for line in lines]
        return None
    import yaml

    try:
        return _Builder(text, file, found).document()
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_explain(error, text, file)) from None
    except yaml.YAMLError as error:
        match = _CONTROL.search(text)
        said = f"control character {ord(match[0]):#04x} is not allowed" if match else f"not YAML: {error}"
        line = text.count("\n", 0, match.start()) + 1 if match else 1
        raise Unreadable(Problem(file=file, line=line, problem=said)) from None


def _explain(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """A syntax error in words of our own, the same whichever of PyYAML's two parsers found it."""
    said = f"{error.problem}"
    known = (words for sign, words in _SYNTAX.items() if sign in said)
    problem, hint, is_at_start = next(known, (f"not YAML: {said}", None, False))
    mark = error.context_mark if is_at_start else error.problem_mark
    line = mark.line + 1 if mark else 1
    if mark and "{it}" in problem:
        problem = problem.format(it=text.splitlines()[mark.line][mark.column : mark.column + 1])
    return Problem(file=file, line=line, problem=problem, hint=hint)


def _decode(text: str | bytes, file: str) -> str:
    is_long = isinstance(text, str) and MOST_BYTES // 4 < len(text) <= MOST_BYTES
    size = len(text.encode(errors="replace")) if isinstance(text, str) and is_long else len(text)
    if size > MOST_BYTES:
        raise Unreadable(
            Problem(file=file, line=1, problem=f"{size} bytes are too many; {MOST_BYTES} are allowed")
        )
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(file=file, line=line, problem=f"byte {error.start} is not UTF-8")) from None


class _Builder:
    """Builds one document's values from parser events, one level of nesting a call."""

    def __init__(self, text: str, file: str, found: list[Problem]) -> None:
        import yaml

        self._kinds = yaml
        self._scalars = yaml.ScalarEvent
        self._next = find_loader()(text).get_event
        self._file = file
        self._found = found
        self._depth = 0

    def document(self) -> Block | None:
        self._next()
        event = self._next()
        if isinstance(event, self._kinds.StreamEndEvent):
            raise self._refusal(event, "the file is empty; a mapping is expected")
        value = self._value(self._next())
        self._next()
        event = self._next()
        if not isinstance(event, self._kinds.StreamEndEvent):
            self._report(event.start_mark.line + 1, "a second document begins; one a file is allowed")
        if not isinstance(value, Block):
            kind = "list" if isinstance(value, Row) else "text"
            problem = f"the file is a {kind}; a mapping is expected"
            raise Unreadable(Problem(file=self._file, line=value.line, problem=problem))
        return value

    def _value(self, event: Any) -> Any:
        if type(event) is self._scalars:
            return self._scalar(event)
        if isinstance(event, self._kinds.AliasEvent):
            raise self._refusal(event, f"alias '*{event.anchor}' is not allowed", "write the value out")
        self._check_marks(event)
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self._refusal(event, f"nested deeper than {MOST_DEPTH} levels")
        value = (
            self._mapping(event)
            if isinstance(event, self._kinds.MappingStartEvent)
            else self._sequence(event)
        )
        self._depth -= 1
        return value

    def _scalar(self, event: Any) -> Text:
        if event.anchor is not None or event.tag is not None:
            self._check_marks(event)
        text = Text(event.value)
        text.line = event.start_mark.line + 1
        text.plain = event.implicit[0]
        return text

    def _sequence(self, start: Any) -> Row:
        row = Row()
        row.line = start.start_mark.line + 1
        end = self._kinds.SequenceEndEvent
        while type(event := self._next()) is not end:
            row.append(self._value(event))
        return row

    def _mapping(self, start: Any) -> Block:
        block = Block()
        block.line = start.start_mark.line + 1
        while type(event := self._next()) is self._scalars:
            key = self._scalar(event)
            value = self._value(self._next())
            if key in block:
                first = next(known.line for known in block if known == key)
                self._report(key.line, f"key '{key}' is here twice; first in line {first}")
            elif key == "<<" and key.plain:
                self._report(key.line, "merge key '<<' is not allowed")
            else:
                block[key] = value
        if not isinstance(event, self._kinds.MappingEndEvent):
            raise self._refusal(event, "a key must be one text; a mapping, list or alias is not")
        return block

    def _check_marks(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor is not None:
            self._report(
                line, f"anchor '&{event.anchor}' is not allowed", "write the value out where it is used"
            )
        if event.tag is not None:
            self._report(
                line, f"tag '{event.tag}' is not allowed", "every scalar is text here, without a tag"
            )

    def _report(self, line: int, problem: str, hint: str | None = None) -> None:
        self._found.append(Problem(file=self._file, line=line, problem=problem, hint=hint))

    def _refusal(self, event: Any, problem: str, hint: str | None = None) -> Unreadable:
        line = event.start_mark.line + 1
        return Unreadable(Problem(file=self._file, line=line, problem=problem, hint=hint))
