"""The data as they were last read, kept so that they need not be read again until they change.

It stands to the YAML as a `.pyc` to its source, but is JSON: a list of every plain value, then tables of
tuples, mappings and the model's records, whose cells are places among what stands before. Reading it fills
records and calls nothing that a file could name.
"""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain, repeat
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .. import model
from ..data import Catalog
from ..driver import cache

Memo = Mapping[str, Any]
_Get = Callable[[int], Any]
_RECORDS: Mapping[str, type[Any]] = {
    one.__name__: one
    for one in (*vars(model).values(), Catalog)
    if isinstance(one, type) and dataclasses.is_dataclass(one)
}


def load(root: str, prints: str) -> tuple[Catalog, dict[str, Memo]] | None:
    """The catalog below a folder, and what was found of its histories; None when nothing of it is kept."""
    data = cache.read_private_bytes(cache.compiled_name(root))
    if data is None:
        return None
    stamp, _, body = data.partition(b"\n")
    try:
        if stamp.decode() != _stamp(prints, body):
            return None
        catalog, memos = _read(json.loads(body))
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    if not isinstance(catalog, Catalog) or not isinstance(memos, Mapping):
        return None
    return dataclasses.replace(catalog, root=Path(root)), dict(memos)


def keep(root: str, prints: str, catalog: Catalog, memos: Mapping[str, Memo]) -> None:
    """Keep them for the next time; where nothing can be kept, nothing is."""
    rootless = dataclasses.replace(catalog, root=None)  # type: ignore[arg-type]
    body = json.dumps(_Writer().write((rootless, memos)), separators=(",", ":")).encode()
    cache.write_private_bytes(cache.compiled_name(root), f"{_stamp(prints, body)}\n".encode() + body)


def _stamp(prints: str, body: bytes) -> str:
    """Our format, what the data were, what code read them, and a sum that damage does not keep."""
    code = cache.take_print(f"tree\t{cache.package_root()}")
    return json.dumps([cache.FORMAT, prints, code, zlib.crc32(body)])


class _Writer:
    """Numbers every value, equal ones once, after its parts; then puts those of a kind into tables."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._depths: list[int] = []
        self._known: dict[int, int] = {}  # by identity, which holds as long as the whole value does

    def write(self, value: Any) -> list[Any]:
        self._add(value)
        tables: dict[tuple[int, str], list[tuple[Any, ...]]] = {}
        for row, number in self._numbers.items():
            tables.setdefault((self._depths[number], row[0]), []).append((number, *row[1:]))
        ordered = sorted(tables.items())
        numbers = (row[0] for _, rows in ordered for row in rows)
        find = {number: place for place, number in enumerate(numbers)}.__getitem__
        document: list[Any] = [[row[1] for row in ordered[0][1]]]
        for (_, kind), rows in ordered[1:]:
            places = [[*map(find, row[1:])] for row in rows]
            document.append((kind, [*zip(*places, strict=True)] if kind in _RECORDS else places))
        return document

    def _add(self, value: Any) -> int:
        kind = type(value)
        depth = 0
        row: tuple[Any, ...]
        if kind in _PLAIN:
            row = ("", value, kind)
        elif isinstance(value, str):
            row = ("", str(value), str)
        else:
            name, take_apart = _TAKERS[kind]
            find, add = self._known.get, self._add
            parts = [add(one) if (found := find(id(one))) is None else found for one in take_apart(value)]
            row = (name, *parts)
            depth = 1 + max(map(self._depths.__getitem__, parts), default=0)
        number = self._numbers.setdefault(row, len(self._depths))
        if number == len(self._depths):
            self._depths.append(depth)
        self._known[id(value)] = number
        return number


_PLAIN = frozenset((str, int, bool, type(None)))
_TAKERS: Mapping[type, tuple[str, Callable[[Any], Iterable[Any]]]] = {
    **{
        kind: (name, attrgetter(*(one.name for one in dataclasses.fields(kind))))
        for name, kind in _RECORDS.items()
    },
    **{kind: ("mapping", lambda value: chain(*value.items())) for kind in (dict, MappingProxyType)},
    tuple: ("tuple", iter),
    frozenset: ("frozenset", iter),
}


def _read(document: list[Any]) -> Any:
    """The value that was written: the last one made."""
    made = [*document[0]]
    for kind, rows in document[1:]:
        made += _MAKERS[kind](rows, made.__getitem__)
    return made[-1]


def _make_records(kind: type[Any], columns: list[list[int]], get: _Get) -> list[Any]:
    # A column at a time: a frozen record's own constructor takes four times as long.
    names = [one.name for one in dataclasses.fields(kind)]
    made = [*map(object.__new__, repeat(kind, len(columns[0])))]
    for name, column in zip(names, columns, strict=True):
        if len(column) != len(made):
            message = f"column '{name}' is too short or too long"
            raise ValueError(message)
        deque(map(getattr(kind, name).__set__, made, map(get, column)), maxlen=0)
    return made


def _make_mapping(row: list[int], get: _Get) -> Mapping[Any, Any]:
    parts = map(get, row)
    return MappingProxyType(dict(zip(parts, parts, strict=True)))


_MAKERS: Mapping[str, Callable[[Any, _Get], list[Any]]] = {
    **{name: partial(_make_records, kind) for name, kind in _RECORDS.items()},
    "tuple": lambda rows, get: [tuple(map(get, row)) for row in rows],
    "frozenset": lambda rows, get: [frozenset(map(get, row)) for row in rows],
    "mapping": lambda rows, get: [_make_mapping(row, get) for row in rows],
}
