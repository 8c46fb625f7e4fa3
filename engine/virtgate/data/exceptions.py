"""The one file of exceptions: problems of the data that stay, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path as FilePath
from typing import Any

from ..driver.errors import say_why
from ..model import NOTHING, Where
from .forms import find_form_problems
from .taking import Desk, take_list, take_map, take_row, take_text
from .yaml import Block, Problem, Text, read

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


def _take_number(desk: Desk, value: Any) -> Text | None:
    if isinstance(value, Text) and _NUMBER.fullmatch(value):
        return value
    desk.refuse(value, "not a number of 1 and more")
    return None


_EXCEPTED = take_row(dict.fromkeys(("rule", "file", "problem", "because"), take_text))
_FILE = take_row({}, {"at-most": take_map(_take_number), "exceptions": take_list(_EXCEPTED)})


def read_exceptions(root: FilePath, found: list[Problem], *, is_full: bool = False) -> Exceptions:
    """The exceptions of the data in a folder, none without the file; its problems go to `found`."""
    file = root / EXCEPTIONS
    desk = Desk(EXCEPTIONS, found, is_told=is_full)
    block = Block()
    try:
        if file.is_file():
            block = read(file.read_bytes(), EXCEPTIONS, found) or block
        elif file.exists():
            desk.report(None, "is not a regular file")
    except OSError as error:
        desk.report(None, f"cannot be read: {say_why(error)}")
    if is_full:
        found.extend(find_form_problems("exceptions", block, EXCEPTIONS))
    return _build(desk, block)


def _build(desk: Desk, block: Block) -> Exceptions:
    taken = _FILE(desk, block)
    rows = (row for row in taken.get("exceptions", ()) if len(row) == len(fields(Excepted)))
    at_most = taken.get("at-most", NOTHING)
    place = next((key for key in block if key == "at-most"), block)
    return Exceptions(rows=tuple(Excepted(**row) for row in rows), at_most=at_most, where=desk.where(place))
