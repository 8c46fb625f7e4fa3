"""QEMU's interface in a driver's source: commands, arguments, events, devices and options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from ....source import Seen, Text, Use
from ....upstream.history import History
from ...protocol import Scanner, UseKind
from .commands import find_commands, speaks_qmp
from .literals import find_literals
from .names import Names
from .wrappers import Wrappers

_AGENT = "guest-"


def _prepare(history: History, texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    names, wrappers = Names.of(history), Wrappers(texts)

    def find(text: Text) -> Iterator[Seen]:
        commands = list(find_commands(text, wrappers, names))
        return chain(commands, find_literals(text, names, speaks=bool(commands) or speaks_qmp(text)))

    return find


def _untold(use: Use) -> str | None:
    is_agents = use.kind == "command" and use.name.startswith(_AGENT)
    return "the guest agent's; no ledger has its commands" if is_agents else None


SCANNER = Scanner(
    prepare=_prepare,
    kinds={
        "command": UseKind(ledger="qmp", word="command"),
        "argument": UseKind(ledger="qmp", word="argument", is_argument=True),
        "event": UseKind(ledger="qmp", word="event", excuse="an event is only waited for"),
        "hmp": UseKind(ledger="hmp", word="HMP command"),
        "device": UseKind(ledger="qom", word="device"),
        "option": UseKind(ledger="option", word="option"),
    },
    untold=_untold,
)
