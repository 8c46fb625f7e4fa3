"""Xen's interface in a driver's source: libxl's functions, and the macros that say what it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...source import Seen, Text, Use
from ...upstream.history import History
from ..protocol import Scanner, UseKind

_NAME = re.compile(r"\bLIBXL_HAVE_[A-Z0-9_]+\b|\blibxl_[a-z]\w*(?=\()")


def _prepare(_history: History, _texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    return _find


def _find(text: Text) -> Iterator[Seen]:
    if "libxl_" in text.code or "LIBXL_HAVE_" in text.code:
        for match in _NAME.finditer(text.code):
            yield Seen(kind="libxl", name=match[0], at=match.start())


def _kind_of(use: Use) -> UseKind:
    return _MACRO if use.name.startswith("LIBXL_") else _FUNCTION


def _untold(use: Use) -> str | None:
    if _kind_of(use) is _MACRO:
        return None
    return "not among libxl's functions; its macros and inline functions are in no ledger"


_MACRO = UseKind(ledger="libxl", word="libxl name", excuse="it only asks")
_FUNCTION = UseKind(ledger="libxl-function", word="libxl name")
SCANNER = Scanner(prepare=_prepare, kinds={"libxl": _FUNCTION}, kind_of=_kind_of, untold=_untold)
