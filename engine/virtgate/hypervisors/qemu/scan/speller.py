"""From a command and what a source gives to it to the names that the ledgers have for that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....model import Element
from ....source import Seen
from ....source.sent import Sent
from ....upstream.history import History
from ..audit.spelling import is_element, spell
from .parameters import find_type
from .values import Tree

_LAST = re.compile(r"[.=:](?P<word>[^.=:|]+)(?:\|\w+)?\Z")
# Kinds of properties that a QMP client may not send as a string any more.
_NO_TEXT = re.compile(r"(?:bool|u?int\d*|size|number)\Z")


class Speller:
    """Spells commands by the newest release's interface, and by an older one's where that had a name."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._graph = history.graph(history.versions[-1])

    def spell(self, command: str, tree: Tree) -> Iterator[Seen]:
        """The arguments, values and members; of devices and objects the types and properties."""
        sent = Sent(line=0, command=command, arguments=tree.arguments)
        spelt = list(spell(sent, self._graph, self._has))[1:]
        if len(spelt) == 0:
            spelt = [Element(kind="qmp", name=f"{command}.{name}") for name in tree.arguments]
        for element in dict.fromkeys(spelt):
            at = tree.places.get(_word(element.name))
            kind = self._kind(element)
            if at is not None and kind is not None:
                yield Seen(kind=kind, name=element.name, at=at)
                if kind == "property" and self._is_text(element.name, tree):
                    yield Seen(kind="text", name=f"{element.name}|string", at=at)

    def _is_text(self, name: str, tree: Tree) -> bool:
        """Whether a string is sent for a property that takes a number or a boolean."""
        owner, _, key = name.rpartition(".")
        type_ = find_type(self._history, owner, key)
        return isinstance(tree.arguments.get(key), str) and bool(_NO_TEXT.match(type_ or ""))

    def _has(self, element: Element) -> bool:
        return bool(self._history.mask(element))

    def _kind(self, element: Element) -> str | None:
        """What kind of use an element is; None of no name."""
        name = element.name
        if element.kind == "hmp":
            return None
        if element.kind == "qom":
            return ("property" if "." in name else "device") if self._has(element) else None
        if not is_element(element):
            return None
        if "|" in name:
            return "json"
        last = re.search(r"[.=:](?=[^.=:]*\Z)", name)
        return {".": "argument", "=": "value", ":": "value"}.get(last[0] if last else "")


def _word(name: str) -> str:
    """The last word of an element's name, which stands in the source."""
    match = _LAST.search(name)
    return match["word"] if match else name
