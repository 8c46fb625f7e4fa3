"""What was made of the data, so that they need not be read again until they change.

It stands to the YAML as a `.pyc` to its source, but is JSON: a list of every plain value, then tables of
tuples, mappings and records, whose cells are places among what stands before. Reading it fills records and
calls nothing that a file could name.

A wheel ships it for its own data. It is held against their bytes and the code's, for an installer gives
files times of its own. That of any other data is kept in the cache, and held against the state of the files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain, repeat
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .. import model
from ..data import Catalog, catalog_files
from ..data.root import MOST_BYTES
from ..driver import cache, system
from ..upstream.standing import Found

CATALOG = "catalog"
FOLDER = "compiled"
# What reading a document that is none of ours raises.
_ODD = (ValueError, TypeError, LookupError, RecursionError)
_Get = Callable[[int], Any]
_RECORDS: Mapping[str, type[Any]] = {
    one.__name__: one
    for one in (*vars(model).values(), Catalog, Found)
    if isinstance(one, type) and dataclasses.is_dataclass(one)
}
# The code that makes it. What else a hypervisor's folder has looks at sources and guests.
_CODE = (
    *("*.py", "ask/compiled.py", "conditions/*.py", "data/*.py", "driver/*.py", "facts/*.py", "harvest/*.py"),
    *("hypervisors/*.py", "hypervisors/*/*.py", "interface/*.py", "upstream/*.py", "versions/*.py"),
)


def read_yaml(root: Path) -> Catalog:
    """The catalog as it is written. Raises DataError."""
    from ..data import load_catalog

    return load_catalog(str(root))


class Compiled:
    """What was made of the data below one folder: the catalog, and what was found of each hypervisor.

    `shipped` are the parts that came with the package.
    """

    def __init__(self, root: Path, prints: str) -> None:
        self.root = root
        self.shipped: set[str] = set()
        self._prints = prints

    def load(self, part: str) -> Any:
        """The catalog, or what was found of a hypervisor; None where there is none of these data."""
        if self.root == Path(cache.package_root()).resolve():
            found = self._load_shipped(part)
            if found is not None:
                self.shipped.add(part)
                return found
        content = cache.read_private_bytes(cache.compiled_name(str(self.root), part))
        return None if content is None else parse(content, self._state, part, self.root)

    def keep(self, part: str, value: Any) -> None:
        """Keep one of them for the next time; where nothing can be kept, nothing is."""
        name = cache.compiled_name(str(self.root), part)
        cache.write_private_bytes(name, render(value, self._state))

    def _load_shipped(self, part: str) -> Any:
        try:
            sealed = system.read_bytes(str(self.root / FOLDER / part), MOST_BYTES)
            content = system.unseal(part, sealed)
            return None if content is None else parse(content, self.content_of(part), part, self.root)
        except OSError:
            return None

    @cached_property
    def _state(self) -> str:
        """Our format, what the data are, and what code read them, by the state of the files."""
        return json.dumps([cache.FORMAT, self._prints, cache.take_print(f"tree\t{cache.package_root()}")])

    def content_of(self, part: str) -> str:
        """The same by the files' content, which is the same wherever they are installed. Raises OSError."""
        ledger = self.root.glob(f"matrix/{part}/ledger/*") if part != CATALOG else ()
        return json.dumps([self._content, _sum(self.root, ledger)])

    @cached_property
    def _content(self) -> str:
        package = Path(cache.package_root())
        code = (path for pattern in _CODE for path in package.glob(pattern))
        return _sum(self.root, catalog_files(self.root)) + _sum(package, code)


def _sum(root: Path, files: Iterable[Path]) -> str:
    """One sum of what files are called and what is in them."""
    told = []
    for path in sorted(map(str, files)):
        content = system.read_bytes(path, MOST_BYTES)
        told.append(f"{path[len(str(root)) :]}\0{system.checksum(content)}")
    return system.checksum(os.fsencode("\0".join(told)))


def render(value: Any, stamp: str) -> bytes:
    """The content of a file with one part, for `parse`; the same value gives the same bytes.

    The paths of a catalog are a line for each hypervisor, for most processes ask one.
    """
    values = [value]
    if isinstance(value, Catalog):
        bare = dataclasses.replace(value, root=None, paths=tuple(value.paths))  # type: ignore[arg-type]
        values = [bare, *value.paths.values()]
    lines = (json.dumps(_Writer().write(one), separators=(",", ":")) for one in values)
    return "\n".join((stamp, *lines)).encode()


def parse(content: bytes, stamp: str, part: str, root: Path) -> Any:
    """The value in a file's content; None when it is of another stamp, or of no such part."""
    head, *lines = content.split(b"\n")
    try:
        found = _read(json.loads(lines[0])) if head.decode() == stamp else None
        if part == CATALOG and isinstance(found, Catalog):
            paths = _Paths(dict(zip(found.paths, lines[1:], strict=True)), root)
            return dataclasses.replace(found, root=root, paths=paths)
    except _ODD:
        return None
    return found if part != CATALOG and isinstance(found, Found) else None


class _Paths(Mapping[str, Mapping[str, tuple[model.Path, ...]]]):
    """The paths of each hypervisor, read when they are first asked for."""

    def __init__(self, lines: Mapping[str, bytes], root: Path) -> None:
        self._lines = lines
        self._root = root
        self._read: dict[str, Mapping[str, tuple[model.Path, ...]]] = {}

    def __getitem__(self, hypervisor: str) -> Mapping[str, tuple[model.Path, ...]]:
        if hypervisor not in self._read:
            # Of several threads all get what one of them read: who knows a path knows it by its identity.
            self._read.setdefault(hypervisor, self._load(self._lines[hypervisor], hypervisor))
        return self._read[hypervisor]

    def _load(self, line: bytes, hypervisor: str) -> Mapping[str, tuple[model.Path, ...]]:
        with contextlib.suppress(*_ODD):
            found = _read(json.loads(line))
            if isinstance(found, Mapping):
                return found
        return read_yaml(self._root).paths[hypervisor]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


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
    frozenset: ("frozenset", sorted),  # whose order is another in every process
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
            raise ValueError(f"column '{name}' is too short or too long")
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
