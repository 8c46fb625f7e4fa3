"""What upstream had in which release: one hypervisor's ledgers, walked as a graph of any release."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from .interface import Graph, Member, Root, Type, walk
from .interface.graph import ANY, Kind
from .ledger import Atom, Ledger
from .masks import Masks
from .model import Element
from .versions import Version, parse_release

_JSON_KINDS: dict[str, Kind] = {
    "str": "string",
    "number": "number",
    "bool": "boolean",
    "null": "null",
    "any": "any",
    "int": "int",
    "size": "int",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One upstream release: its day and its commit (or `-` where no repository at hand has it)."""

    version: Version
    name: str
    date: datetime.date | None
    commit: str


class LedgerGraph:
    """QMP as one upstream release had it, in the form in which a host tells it."""

    def __init__(self, ledger: Ledger, version: Version) -> None:
        self._ledger = ledger
        self._version = version
        self._known: dict[str, Type] = {}
        self._inside: dict[str, list[Atom]] = {}

    def roots(self) -> Iterable[str]:
        """The names of every command and event of the release."""
        heads = self._ledger.heads()
        return [a.name for a in heads if a.type in {"command", "event"} and self._version in a.parsed_ranges]

    def root(self, name: str) -> Root | None:
        """The command or event of that name."""
        atom = self._ledger.at(name, self._version)
        if atom is None or atom.type not in {"command", "event"}:
            return None
        returns = self._ledger.at(f"{name}()", self._version)
        whole = self._ledger.at(f"{name}.*", self._version)
        # `any` says that it takes members besides those named (device_add, until it was described).
        arguments = whole.type if whole and whole.type != "any" else f"arguments {name}"
        kind = "command" if atom.type == "command" else "event"
        return Root(kind, arguments, returns.type if returns else None, self._flags(name))  # type: ignore[arg-type]

    def type(self, reference: str) -> Type:
        """The type behind a reference: `enum X`, `[object X]`, `uint32`, or a command's arguments."""
        if reference not in self._known:
            self._known[reference] = self._read(reference)
        return self._known[reference]

    def _read(self, reference: str) -> Type:
        if reference.startswith("["):
            return Type("array", element=reference[1:-1])
        sort, _, name = reference.partition(" ")
        match sort:
            case "arguments" | "object":
                return self._read_object(name)
            case "enum":
                values = {a.name[len(name) + 1 :]: self._flags(a.name) for a in self._parts(name, ".")}
                return Type("enum", values=values)
            case "alternate":
                return Type("alternate", branches={a.type: a.type for a in self._parts(name, "|")})
            case _ if sort.startswith(("int", "uint")):
                return Type("int")
            case _:
                return Type(_JSON_KINDS[sort]) if sort in _JSON_KINDS else ANY

    def _read_object(self, name: str) -> Type:
        members = {
            atom.name[len(name) + 1 :]: Member(atom.type, atom.optional, self._flags(atom.name))
            for atom in self._parts(name, ".")
        }
        branches = {atom.name[len(name) + 1 :]: atom.type for atom in self._parts(name, ":")}
        tag = branches.pop("", "").removeprefix("tag ") or None
        return Type("object", members, tag, branches, features=self._flags(name))

    def _parts(self, name: str, separator: str) -> list[Atom]:
        """What is directly inside an element in this release, by the mark that leads into it."""
        length = len(name) + 1
        return [
            atom
            for atom in self._under(name)
            if atom.name[length - 1] == separator and not _is_inner(atom.name, length) and atom.name[-1] != "*"
        ]

    def _under(self, name: str) -> list[Atom]:
        if name not in self._inside:
            self._inside[name] = [a for a in self._ledger.under(name) if self._version in a.parsed_ranges]
        return self._inside[name]

    def _flags(self, name: str) -> frozenset[str]:
        start = f"{name}["
        return frozenset(
            atom.name[len(start) : -1]
            for atom in self._under(name)
            if atom.name.startswith(start) and not atom.name.startswith(f"{start}if=")
        )


class History:
    """One hypervisor's releases and ledgers; each file is read when first needed.

    `newest` cuts what is known at a release, `as_of` at a day: later releases are as if not yet made.
    """

    def __init__(self, folder: Path, *, newest: Version | None = None, as_of: datetime.date | None = None) -> None:
        self._folder = folder
        self._newest = newest
        self.as_of = as_of
        self._ledgers: dict[str, Ledger | None] = {}
        self._found: dict[Element, int | None] = {}

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """Every known release in version order."""
        path = self._folder / "releases.txt"
        if not path.is_file():
            return ()
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = (line.split() for line in lines if line.strip() and not line.startswith("#"))
        known = (_read_release(row, at) for at, row in enumerate(rows))
        return tuple(sorted((one for one in known if self._is_known(one)), key=lambda one: one.version))

    def _is_known(self, release: Release) -> bool:
        if self._newest is not None and release.version > self._newest:
            return False
        return self.as_of is None or (release.date is not None and release.date <= self.as_of)

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The versions of those releases."""
        return tuple(release.version for release in self.releases)

    @cached_property
    def _names(self) -> dict[str, Version]:
        return {release.name: release.version for release in self.releases}

    def version_of(self, text: str) -> Version:
        """The version that a release's name stands for. Raises ValueError."""
        return self._names.get(text) or parse_release(text)

    def name_of(self, version: Version) -> str:
        """A release's own name: its number, or its code name."""
        return next((one.name for one in self.releases if one.version == version), str(version))

    def ledger(self, kind: str) -> Ledger | None:
        """The ledger of one kind of element; None where nothing was harvested."""
        if kind not in self._ledgers:
            path = self._folder / f"{kind}.txt"
            self._ledgers[kind] = Ledger.read(path) if path.is_file() else None
        return self._ledgers[kind]

    def covers(self, kind: str) -> str | None:
        """`complete`, `superset` or `partial`; None where there is no ledger for the kind."""
        ledger = self.ledger(kind)
        return ledger.covers if ledger else None

    def graph(self, version: Version) -> Graph | None:
        """QMP as a release had it; None without a ledger of it."""
        ledger = self.ledger("qmp")
        return self._graph(ledger, version) if ledger else None

    @lru_cache(maxsize=256)  # noqa: B019 - one History lives as long as its process
    def _graph(self, ledger: Ledger, version: Version) -> LedgerGraph:
        return LedgerGraph(ledger, version)

    @cached_property
    def _masks(self) -> Masks:
        return Masks(self.versions)

    def mask(self, element: Element) -> int | None:
        """The releases that had an element, one bit each in version order; None without a ledger."""
        if element not in self._found:
            ledger = self.ledger(element.kind)
            self._found[element] = None if ledger is None else self._find(ledger, element)
        return self._found[element]

    def _find(self, ledger: Ledger, element: Element) -> int:
        if element.kind != "qmp":
            return self._masks.of_property(ledger, element.name)
        quick = self._masks.of_walk(ledger, element.name)
        if quick is not None:
            return quick
        graphs = (self._graph(ledger, version) for version in self.versions)
        return sum(1 << at for at, graph in enumerate(graphs) if walk(graph, element.name) is not None)

    def has(self, element: Element, version: Version) -> bool | None:
        """Whether a release had an element; None where no ledger covers its kind."""
        mask = self.mask(element)
        if mask is None or version not in self._places:
            return None
        return bool(mask >> self._places[version] & 1)

    @cached_property
    def _places(self) -> dict[Version, int]:
        return {version: at for at, version in enumerate(self.versions)}

    def releases_with(self, elements: Iterable[Element]) -> tuple[Version, ...] | None:
        """The releases that had every one of these elements; None when no ledger covers any of them."""
        masks = [mask for mask in map(self.mask, elements) if mask is not None]
        if not masks:
            return None
        common = masks[0]
        for mask in masks[1:]:
            common &= mask
        return tuple(version for at, version in enumerate(self.versions) if common >> at & 1)

    def flagged_since(self, elements: Iterable[Element], flag: str) -> str | None:
        """The first release that flags any of these QMP elements; None when the newest flags none."""
        ledger = self.ledger("qmp")
        atoms = [
            atom
            for one in elements
            for atom in (ledger.atoms(f"{one.name}[{flag}]") if ledger and one.kind == "qmp" else ())
            if self.versions[-1] in atom.parsed_ranges
        ]
        firsts = [first for atom in atoms if (first := atom.parsed_ranges.first) is not None]
        return self.name_of(min(firsts)) if firsts else None

    def build_condition(self, element: Element, version: Version) -> str | None:
        """The build condition of an element's head, or of the innermost part that has one."""
        ledger = self.ledger(element.kind)
        if ledger is None:
            return None
        head = element.name.split(".", 1)[0].split("(", 1)[0].split(":", 1)[0]
        for name in (element.name, head):
            for atom in ledger.under(name):
                if atom.name.startswith(f"{name}[if=") and version in atom.parsed_ranges:
                    return atom.name[len(name) + 4 : -1]
        return None


def _is_inner(name: str, start: int) -> bool:
    """Whether a name goes on after its next step: to a flag, or deeper."""
    inner = name[start:]
    if inner.startswith("__"):
        inner = inner.partition("_")[2]
        return "[" in inner or "(" in inner
    return any(mark in inner for mark in ".:|([")


def _read_release(row: list[str], place: int) -> Release:
    """One line; a code name, which has no order of its own, takes its place in the file."""
    name, day, commit = (*row, "-", "-")[:3]
    try:
        version = parse_release(name)
    except ValueError:
        version = Version(release=(place, 0, 0), text=name)
    date = None if day == "-" else datetime.date.fromisoformat(day)
    return Release(version=version, name=name, date=date, commit=commit)
