"""KVM's interface in a driver's source: the kernel's constants for KVM_CHECK_EXTENSION."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...source import Seen, Text
from ..uses import Scanner, UseKind

_CAP = re.compile(r"(?<!#define )(?<!\w)KVM_CAP_[A-Z0-9_]+\b(?!\()")


def _find(text: Text) -> Iterator[Seen]:
    if "KVM_CAP_" in text.code:
        for match in _CAP.finditer(text.code):
            yield Seen(kind="cap", name=match[0], at=match.start())


SCANNER = Scanner(
    prepare=lambda _history, _texts: _find,
    kinds={"cap": UseKind(ledger="cap", word="constant", excuse="it only asks")},
)
