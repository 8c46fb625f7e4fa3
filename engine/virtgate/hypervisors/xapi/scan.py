"""XenAPI in a driver's source: messages and fields, by the class they are of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...source import Seen, Text
from ...upstream.history import History
from ..uses import Scanner, UseKind

_SPEAKING = ("xapi", "xenapi", "xen-api")
# "VM.start" alone in a literal, or called on a session: session.xenapi.VM.start(, xenapi.VM.Start(.
_NAMED = re.compile(r"""(?P<mark>["'`])(?:Async\.)?(?P<class>[A-Za-z]\w*)\.(?P<name>[a-z]\w*)(?P=mark)""")
_CALLED = re.compile(
    r"(?i:\b\w{0,40}(?:xenapi|session|xapi)\w{0,40})\.(?:Async\.)?(?P<class>[A-Za-z]\w*)\.(?P<name>[A-Za-z]\w*)\("
)
# What is made of a field: get_memory_target, set_memory_target, add_to_other_config.
_OF_FIELD = re.compile(r"(?:get|set|add_to|remove_from|add|remove)_(?P<field>\w+)\Z")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _prepare(history: History, _texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    kinds = {
        atom.name: atom.type for atom in history.ledger("xenapi") or () if atom.type in {"message", "field"}
    }

    def find(text: Text) -> Iterator[Seen]:
        lowered = text.code.lower()
        # `VM.start` is anybody's, were it not for a file that speaks of XenAPI.
        if not any(word in lowered for word in _SPEAKING):
            return
        for pattern in (_NAMED, _CALLED):
            for match in pattern.finditer(text.code):
                name = _name_of(match["class"], match["name"], kinds)
                if name is not None:
                    yield Seen(kind=kinds[name], name=name, at=match.start("class"))

    return find


def _name_of(class_: str, message: str, known: Iterable[str]) -> str | None:
    """The message, or the field that it is made of; Go writes VM.GetMemoryTarget for VM.get_memory_target."""
    snake = message if message.islower() or "_" in message else _HUMP.sub("_", message)
    for name in (message, snake, snake.lower()):
        made = _OF_FIELD.match(name)
        for told in (f"{class_}.{name}", f"{class_}.{made['field']}" if made else ""):
            if told in known:
                return told
    return None


SCANNER = Scanner(
    prepare=_prepare,
    kinds={
        "message": UseKind(ledger="xenapi", word="message"),
        "field": UseKind(ledger="xenapi", word="field"),
    },
)
