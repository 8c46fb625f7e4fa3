"""The lines of a ledger: every interface element and the releases that had it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from ..driver.errors import DataError
from ..versions import Ranges, Version

Covers = Literal["complete", "superset", "partial"]

HEADS = frozenset({"command", "event", "enum", "object", "alternate", "type", "option"})
# What stands beside ledgers and is none.
LISTS = frozenset({"releases.txt", "products.txt", "commits.txt", "reverted.txt"})
# What may follow an element's name in the name of something inside it.
_SEPARATORS = frozenset(".:|([<")
_CODE_NAME = re.compile(r"[A-Za-z][\w-]*")
_MAX_NAME_COLUMN = 56
_MAX_TYPE_COLUMN = 32


class Atom(NamedTuple):
    """One line: a name without its `?`, whether it had one, the type's text and the ranges' text."""

    name: str
    type: str
    ranges: str
    optional: bool = False

    @property
    def written_name(self) -> str:
        """The name as it stands in the file."""
        return f"{self.name}?" if self.optional else self.name

    @property
    def parsed_ranges(self) -> Ranges:
        """The ranges as a value; raises ValueError when they cannot be read."""
        return Ranges.parse(self.ranges)


class Ledger:
    """The lines of one file; a line is parsed when it is asked for, so that reading costs little."""

    def __init__(
        self, lines: list[str], *, kind: str, covers: Covers, note: str = "", first_line: int = 1
    ) -> None:
        self.kind = kind
        self.covers: Covers = covers
        self.note = note
        self._lines = lines
        self._first_line = first_line
        self._atoms: dict[str, tuple[Atom, ...]] = {}
        self._under: dict[str, tuple[Atom, ...]] = {}
        self._inside: dict[str, tuple[tuple[str, str, Atom], ...]] = {}

    @classmethod
    def read(cls, path: str | Path, names: Mapping[str, str] | None = None) -> Ledger:
        """The ledger in a file; raises DataError when it is none, OSError when it cannot be read."""
        return cls.parse(Path(path).read_text(encoding="utf-8"), str(path), names)

    @classmethod
    def parse(cls, text: str, source: str = "ledger", names: Mapping[str, str] | None = None) -> Ledger:
        """The ledger in a text; raises DataError when its header is not one.

        `names` are the numbers of the code names that its ranges may be written in; atoms have numbers only.
        """
        start = 0
        header = []
        while text.startswith("#", start):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            header.append(text[start + 1 : end].strip())
            start = end + 1
        fields = dict(line.split(": ", 1) for line in header if ": " in line)
        covers, _, note = fields.get("covers", "").partition(" - ")
        if "kind" not in fields or covers not in get_args(Covers):
            allowed = ", ".join(get_args(Covers))
            raise DataError((f"{source}:1: header lacks 'kind' or a 'covers' that is one of {allowed}",))
        lines = text[start:].split("\n")
        if lines and not lines[-1]:
            lines.pop()
        if names:
            lines = [_number(line, names) for line in lines]
        return cls(
            lines,
            kind=fields["kind"],
            covers=covers,  # type: ignore[arg-type]
            note=note,
            first_line=len(header) + 1,
        )

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Atom]:
        return map(_parse_line, self._lines)

    def __contains__(self, name: str) -> bool:
        return bool(self._find(name)) or bool(self._find(f"{name}?"))

    def atoms(self, name: str) -> tuple[Atom, ...]:
        """Every line of an element, given without `?`: several where its type or optionality changed."""
        if name not in self._atoms:
            self._atoms[name] = tuple(map(_parse_line, self._find(name) + self._find(f"{name}?")))
        return self._atoms[name]

    def at(self, name: str, version: Version) -> Atom | None:
        """The element as a release had it; None when it had none."""
        return next((atom for atom in self.atoms(name) if version in atom.parsed_ranges), None)

    def heads(self) -> tuple[Atom, ...]:
        """Commands, events, types and options, each line of them."""
        return self._heads

    def under(self, name: str) -> tuple[Atom, ...]:
        """Every line of what is inside an element, at any depth of its name, without the element itself."""
        if name not in self._under:
            self._under[name] = tuple(self._find_under(name))
        return self._under[name]

    def _find_under(self, name: str) -> Iterator[Atom]:
        index = bisect_left(self._lines, name)
        while index < len(self._lines) and self._lines[index].startswith(name):
            if self._lines[index][len(name)] in _SEPARATORS:
                yield _parse_line(self._lines[index])
            index += 1

    def inside(self, name: str) -> tuple[tuple[str, str, Atom], ...]:
        """What is directly inside an element: the mark that leads there, the name there, and the line."""
        if name not in self._inside:
            start = len(name) + 1
            self._inside[name] = tuple(
                (atom.name[start - 1], atom.name[start:], atom)
                for atom in self.under(name)
                if not _goes_on(atom, start)
            )
        return self._inside[name]

    def flags(self, name: str) -> Iterable[tuple[str, Atom]]:
        """The flags of an element (`deprecated` of `VM.start[deprecated]`), each with its line."""
        return self._flags.get(name, ())

    def problems(self, source: str = "ledger") -> tuple[str, ...]:
        """Everything wrong with the lines, as `file:line: problem`."""
        return tuple(_find_problems(self._lines, self._first_line, source))

    @cached_property
    def _flags(self) -> Mapping[str, list[tuple[str, Atom]]]:
        found: dict[str, list[tuple[str, Atom]]] = {}
        for line in (one for one in self._lines if "[" in one):
            name, mark, flag = line.partition("  ")[0].partition("[")
            if mark:
                found.setdefault(name, []).append((flag[:-1], _parse_line(line)))
        return found

    @cached_property
    def _heads(self) -> tuple[Atom, ...]:
        return tuple(_parse_line(line) for line in self._lines if _read_type(line) in HEADS)

    def _find(self, name: str) -> list[str]:
        # Two blanks end a name and sort before all that may continue one: the lines' order is the names'.
        key = f"{name}  "
        start = end = bisect_left(self._lines, key)
        while end < len(self._lines) and self._lines[end].startswith(key):
            end += 1
        return self._lines[start:end]


def render(atoms: Iterable[Atom], *, kind: str, covers: Covers, note: str = "") -> str:
    """The text of a ledger with these atoms, sorted; the same atoms give the same bytes."""
    header = f"# kind: {kind}\n# covers: {covers}{f' - {note}' if note else ''}\n"
    ordered = sorted(atoms, key=_sort_key)
    return header + "".join(f"{_render_line(atom)}\n" for atom in ordered)


@lru_cache(maxsize=8192)
def first_release(ranges: str) -> tuple[int, ...]:
    """What sorts ranges' text by its first release."""
    first = ranges.split(" ", 1)[0].removeprefix("<=").split("..", 1)[0]
    return tuple(int(part) if part.isdecimal() else 0 for part in first[:64].split("."))


def _goes_on(atom: Atom, start: int) -> bool:
    """Whether a name leads further. A value may hold dots, and so may a downstream's `__` domain."""
    name = atom.name[start:]
    rest = name.partition("_")[2] if name.startswith("__") else name
    return not (_SEPARATORS - {"."} if atom.type == "value" else _SEPARATORS).isdisjoint(rest)


def _sort_key(atom: Atom) -> tuple[str, tuple[int, ...], str]:
    return (atom.written_name, first_release(atom.ranges), atom.type)


def _render_line(atom: Atom) -> str:
    name = atom.written_name.ljust(_MAX_NAME_COLUMN)
    return f"{name}  {atom.type.ljust(_MAX_TYPE_COLUMN)}  {atom.ranges}"


def _parse_line(line: str) -> Atom:
    name, type_, ranges = _split_line(line)
    optional = name.endswith("?")
    return Atom(name=name[:-1] if optional else name, optional=optional, type=type_, ranges=ranges)


def _split_line(line: str) -> tuple[str, str, str]:
    """The name as it is written, the type and the ranges."""
    name, _, rest = line.partition("  ")
    type_, _, ranges = rest.lstrip().partition("  ")
    return name, type_, ranges.strip()


def _number(line: str, names: Mapping[str, str]) -> str:
    """A line with the numbers of code names in its ranges."""
    head, gap, ranges = line.rpartition("  ")
    return head + gap + _CODE_NAME.sub(lambda found: names.get(found[0], found[0]), ranges)


def _read_type(line: str) -> str:
    return _split_line(line)[1]


def _find_problems(lines: list[str], first_line: int, source: str) -> Iterator[str]:
    previous: tuple[str, tuple[int, ...], str] | None = None
    for number, line in enumerate(lines, first_line):
        name, type_, ranges = _split_line(line)
        if not (name.removesuffix("?") and type_ and ranges):
            yield f"{source}:{number}: a line is a name, a type and ranges, two blanks apart: '{line}'"
            continue
        try:
            Ranges.parse(ranges)
        except ValueError as error:
            yield f"{source}:{number}: ranges '{ranges}': {error}"
            continue
        key = (name, first_release(ranges), type_)
        if previous is not None and key <= previous:
            yield f"{source}:{number}: '{name}' is out of order after '{previous[0]}'"
        previous = key
