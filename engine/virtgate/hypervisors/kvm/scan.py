"""KVM's interface in a driver's source: the kernel's constants for KVM_CHECK_EXTENSION."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...source import Seen, Text
from ...upstream.history import History
from ..uses import Scanner, UseKind

_CAP = re.compile(r"(?<!#define )(?<!\w)KVM_CAP_[A-Z0-9_]+\b(?!\()")


def _prepare(_history: History, _texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    return _find


def _find(text: Text) -> Iterator[Seen]:
    if "KVM_CAP_" in text.code:
        for match in _CAP.finditer(text.code):
            yield Seen(kind="cap", name=match[0], at=match.start())


SCANNER = Scanner(
    prepare=_prepare, kinds={"cap": UseKind(ledger="cap", word="constant", excuse="it only asks")}
)
