"""QMP as one upstream release had it, walked like a host's own description of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..interface import Member, Root, Type
from ..interface.graph import ANY, Kind
from .ledger import Atom, Ledger
from .sets import Masks

_JSON_KINDS: dict[str, Kind] = {
    "str": "string",
    "number": "number",
    "bool": "boolean",
    "null": "null",
    "any": "any",
    "int": "int",
    "size": "int",
}


class LedgerGraph:
    """QMP as one upstream release had it, in the form in which a host tells it."""

    def __init__(self, ledger: Ledger, masks: Masks, place: int) -> None:
        self._ledger = ledger
        self._masks = masks
        self._place = place
        self.walks: dict[Any, Any] = {}
        self._roots: dict[str, Root | None] = {}
        self._known: dict[str, Type] = {}

    def roots(self) -> Iterable[str]:
        """The names of every command and event of the release."""
        heads = self._ledger.heads()
        return [a.name for a in heads if a.type in {"command", "event"} and self._holds(a)]

    def _holds(self, atom: Atom) -> bool:
        return bool(self._masks.of_ranges(atom.ranges) >> self._place & 1)

    def _at(self, name: str) -> Atom | None:
        return next((atom for atom in self._ledger.atoms(name) if self._holds(atom)), None)

    def root(self, name: str) -> Root | None:
        """The command or event of that name."""
        if name not in self._roots:
            self._roots[name] = self._read_root(name)
        return self._roots[name]

    def _read_root(self, name: str) -> Root | None:
        atom = self._at(name)
        if atom is None or atom.type not in {"command", "event"}:
            return None
        returns = self._at(f"{name}()")
        whole = self._at(f"{name}.*")
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
                values = {inner: self._flags(atom.name) for inner, atom in self._parts(name, ".")}
                return Type("enum", values=values)
            case "alternate":
                return Type("alternate", branches={a.type: a.type for _, a in self._parts(name, "|")})
            case _ if sort.startswith(("int", "uint")):
                return Type("int")
            case _:
                return Type(_JSON_KINDS[sort]) if sort in _JSON_KINDS else ANY

    def _read_object(self, name: str) -> Type:
        members = {
            inner: Member(atom.type, atom.optional, self._flags(atom.name))
            for inner, atom in self._parts(name, ".")
            if inner != "*"
        }
        branches = {inner: atom.type for inner, atom in self._parts(name, ":")}
        tag = branches.pop("", "").removeprefix("tag ") or None
        return Type("object", members, tag, branches, features=self._flags(name))

    def _parts(self, name: str, mark: str) -> list[tuple[str, Atom]]:
        """What is directly inside an element in this release, by the mark that leads into it."""
        return [
            (inner, atom)
            for one, inner, atom in self._ledger.inside(name)
            if one == mark and self._holds(atom)
        ]

    def _flags(self, name: str) -> frozenset[str]:
        told = ((flag, atom) for flag, atom in self._ledger.flags(name) if not flag.startswith("if="))
        return frozenset(flag for flag, atom in told if self._holds(atom))
