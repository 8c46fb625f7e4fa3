"""The one file of exceptions: problems of the data that stay, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from ..model import NOTHING, Where
from .forms import (
    FILE,
    TEXT,
    Desk,
    Field,
    Form,
    schema_of,
    take_form,
    take_list,
    take_map,
    take_pattern,
    take_text,
)
from .yaml import Block, Problem, read

EXCEPTIONS = "matrix/exceptions.yaml"
_NUMBER = re.compile(r"[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excepted:
    """One problem that a rule finds and that stays: the file it is in, and its exact words."""

    rule: str
    file: str
    problem: str
    because: str
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Every exception, and how many each rule may have; the numbers may only become smaller."""

    rows: tuple[Excepted, ...]
    at_most: Mapping[str, str]
    where: Where


def _text(help_text: str) -> Field:
    return Field(take=take_text, schema=TEXT, required=True, help=help_text)


EXCEPTED: Form = {
    "rule": _text("the rule, as `virtgate lint --json` names it"),
    "file": _text("the file that the problem is in"),
    "problem": _text("the problem, word for word, without file and line"),
    "because": _text("why it stays"),
}


def _take_excepted(desk: Desk, what: str, value: Any) -> dict[str, Any] | None:
    taken = take_form(desk, what, value, EXCEPTED)
    return None if taken is None else {**taken, "where": desk.where(value)}


EXCEPTIONS_FILE: Form = {
    "at-most": Field(
        take=take_map(take_pattern(_NUMBER, "a number of 1 and more")),
        schema={
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": f"^{_NUMBER.pattern}$"},
        },
        help="how many exceptions each rule has; a number may only become smaller",
    ),
    "exceptions": Field(
        take=take_list(_take_excepted),
        schema={"type": "array", "items": schema_of(EXCEPTED), "minItems": 1},
        help="the problems that stay",
    ),
}


def read_exceptions(root: FilePath, found: list[Problem]) -> Exceptions:
    """The exceptions of the data in a folder, none without the file; its problems go to `found`."""
    file = root / EXCEPTIONS
    desk = Desk(EXCEPTIONS, found)
    block = Block()
    try:
        if file.is_file():
            block = read(file.read_bytes(), EXCEPTIONS, found) or block
        elif file.exists():
            desk.report(None, "is not a regular file")
    except OSError as error:
        desk.report(None, f"cannot be read: {(error.strerror or str(error)).lower()}")
    return _build(desk, block)


def _build(desk: Desk, block: Block) -> Exceptions:
    taken = take_form(desk, FILE, block, EXCEPTIONS_FILE) or {}
    rows = (row for row in taken.get("exceptions", ()) if {*EXCEPTED} <= set(row))
    at_most = taken.get("at-most", NOTHING)
    place = next((key for key in block if key == "at-most"), block)
    return Exceptions(rows=tuple(Excepted(**row) for row in rows), at_most=at_most, where=desk.where(place))
