"""toyvisor's interface in a driver's source: `toy("FEATURE")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...source import Seen, Text
from ...upstream.history import History
from ..uses import Scanner, UseKind

_CALL = re.compile(r'\btoy\("(?P<name>\w+)"')


def _prepare(_history: History, _texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    return _find


def _find(text: Text) -> Iterator[Seen]:
    for match in _CALL.finditer(text.code):
        yield Seen(kind="feature", name=match["name"], at=match.start("name"))


SCANNER = Scanner(prepare=_prepare, kinds={"feature": UseKind(ledger="feature", word="feature")})
