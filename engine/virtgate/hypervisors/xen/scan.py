"""Xen's interface in a driver's source: libxl's functions, macros, values and members of structs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...source import Seen, Text, Use
from ...upstream.history import History
from ..uses import Scanner, UseKind

_NAME = re.compile(r"\bLIBXL_HAVE_[A-Z0-9_]+\b|\blibxl_[a-z]\w*(?=\()")
_VALUE = re.compile(r"\bLIBXL_(?!HAVE_)[A-Z][A-Z0-9_]+\b")
_DECLARED = re.compile(
    r"\b(?P<type>libxl_[a-z]\w*)\s*+\*?\s*+(?:const\s++)?\b(?P<name>[a-z_]\w*+)\s*+[,;=)\[]"
)
_MEMBER = re.compile(r"\b(?P<name>[a-z_]\w*)(?:->|\.)(?P<path>[a-z_]\w*(?:\.[a-z_]\w*)*)")


class _Finder:
    """Finds what of libxl's interface stands in one text after another."""

    def __init__(self, history: History) -> None:
        self._values: dict[str, str] = {}
        self._types: dict[str, set[str]] = {}
        for atom in history.ledger("libxl-type") or ():
            type_, _, inner = atom.name.partition(".")
            if atom.type.startswith("value"):
                self._values[inner] = atom.name
            elif inner:
                self._types.setdefault(type_, set()).add(inner)
        known = (inner for members in self._types.values() for inner in members)
        self._deepest = max((inner.count(".") + 1 for inner in known), default=0)

    def __call__(self, text: Text) -> Iterator[Seen]:
        """Every use in a text."""
        if "libxl_" not in text.code and "LIBXL_" not in text.code:
            return
        for match in _NAME.finditer(text.code):
            yield Seen(kind="libxl", name=match[0], at=match.start())
        for match in _VALUE.finditer(text.code):
            if match[0] in self._values:
                yield Seen(kind="value", name=self._values[match[0]], at=match.start())
        declared = {one["name"]: one["type"] for one in _DECLARED.finditer(text.code)}
        yield from self._members(
            text.code, {name: type_ for name, type_ in declared.items() if type_ in self._types}
        )

    def _members(self, code: str, declared: Mapping[str, str]) -> Iterator[Seen]:
        """The members of variables whose type the text says, as deep as libxl knows them."""
        for match in _MEMBER.finditer(code) if declared else ():
            type_ = declared.get(match["name"], "")
            steps = match["path"].split(".", self._deepest)[: self._deepest]
            paths = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
            found = next((path for path in paths if path in self._types.get(type_, ())), None)
            if found is not None:
                yield Seen(kind="member", name=f"{type_}.{found}", at=match.start("path"))


def _kind_of(use: Use) -> UseKind:
    if use.kind != "libxl":
        return _MEMBER_KIND if use.kind == "member" else _VALUE_KIND
    return _MACRO if use.name.startswith("LIBXL_") else _FUNCTION


def _untold(use: Use) -> str | None:
    if _kind_of(use) is not _FUNCTION:
        return None
    return "not among libxl's functions; its macros and inline functions are in no ledger"


_MACRO = UseKind(ledger="libxl", word="libxl name", excuse="it only asks")
_FUNCTION = UseKind(ledger="libxl-function", word="libxl name")
_VALUE_KIND = UseKind(ledger="libxl-type", word="value")
_MEMBER_KIND = UseKind(ledger="libxl-type", word="member")
SCANNER = Scanner(
    prepare=lambda history, _texts: _Finder(history),
    kinds={"libxl": _FUNCTION, "value": _VALUE_KIND, "member": _MEMBER_KIND},
    kind_of=_kind_of,
    untold=_untold,
)
