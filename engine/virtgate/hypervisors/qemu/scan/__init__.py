"""QEMU's interface in a driver's source: commands, arguments, events, devices and options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from ....interface.walk import places_of
from ....model import Element
from ....source import Seen, Text, Use
from ....upstream.documented import End
from ....upstream.history import History
from ...uses import Scanner, UseKind
from .commands import Commands, speaks_qmp
from .literals import find_literals
from .names import Names
from .parameters import Parameters
from .speller import Speller

_AGENT = "guest-"


def _prepare(history: History, texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    names, parameters = Names.of(history), Parameters(history)
    finder = Commands(texts, names, Speller(history))

    def find(text: Text) -> Iterator[Seen]:
        commands = list(finder.find(text))
        speaks = bool(commands) or speaks_qmp(text)
        return chain(commands, find_literals(text, names, parameters, finder.others(text), speaks=speaks))

    return find


def _untold(use: Use) -> str | None:
    is_agents = use.kind == "command" and use.name.startswith(_AGENT)
    return "the guest agent's; no ledger has its commands" if is_agents else None


def _owner(name: str) -> str:
    """What an argument or a value is in."""
    places = places_of(name)
    return places[-2] if len(places) > 1 else ""


def _end_of(element: Element) -> End | None:
    """Until when device_add made numbers and booleans of strings (qemu@be93fd53723c)."""
    is_text = element.kind == "qom" and element.name.endswith("|string")
    return End(deprecated=None, removed="9.2") if is_text else None


SCANNER = Scanner(
    prepare=_prepare,
    kinds={
        "command": UseKind(ledger="qmp", word="command"),
        "argument": UseKind(ledger="qmp", word="argument", owner=_owner),
        "value": UseKind(ledger="qmp", word="value", owner=_owner),
        "json": UseKind(
            ledger="qmp",
            word="kind of value",
            owner=_owner,
            never="no release of {title} takes that kind of value",
            gone="{title} {gone} takes that kind of value no more",
        ),
        "text": UseKind(
            ledger="qom",
            word="kind of value",
            owner=lambda name: name.partition("|")[0],
            gone="{title} {gone} takes no string for it any more, but JSON's own kind",
        ),
        "event": UseKind(ledger="qmp", word="event", excuse="an event is only waited for"),
        "hmp": UseKind(ledger="hmp", word="HMP command"),
        "device": UseKind(ledger="qom", word="device"),
        "property": UseKind(ledger="qom", word="property", owner=lambda name: name.rpartition(".")[0]),
        "object": UseKind(ledger="qom", word="object"),
        "machine": UseKind(ledger="qom", word="machine type"),
        "option": UseKind(ledger="option", also="command-line", word="option"),
        "parameter": UseKind(
            ledger="option",
            also="command-line",
            word="parameter",
            owner=lambda name: name.partition(".")[0],
        ),
        "suboption": UseKind(ledger="command-line", also="option", word="argument of an option"),
    },
    untold=_untold,
    end_of=_end_of,
)
