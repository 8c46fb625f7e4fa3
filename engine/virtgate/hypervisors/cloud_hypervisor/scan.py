"""Cloud Hypervisor's interface in a driver's source: routes, clients, ch-remote, fields, options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...source import Seen, Text
from ...source.structure import entries, split
from ...upstream.history import History
from ..uses import Scanner, UseKind
from .server_names import choose_element, name_in_server

# Whoever drives it says so somewhere in the file.
_WORDS = ("hypervisor", "ch-remote", "clh", "chclient", "/api/v1/vm")
_SPEAKS = re.compile(r"(?i)cloud.?hypervisor|\bch-remote\b|\bclh\b|chclient|/api/v1/vmm?\.")
# A route in quotes, behind a slash, or at the end of an address, where it can be an unknown one.
_ROUTE = re.compile(r"(?P<before>/api/v1/|[\"'`/])(?P<route>vmm?\.[a-z]+(?:-[a-z]+)*)(?=[\"'`?\s\\]|\Z)")
# What generators make of an operation: VmAddNetPut in Go, vm_add_net_put in Rust and Python.
_CAMEL = re.compile(r"\.(?P<name>Vmm?(?:[A-Z][a-z]+)+)(?:Put|Get)(?:Execute)?\(")
_SNAKE = re.compile(r"\b(?P<name>vmm?(?:_[a-z]+)+)_(?:put|get)\(")
_NAMED = re.compile(
    r"(?:\.|::)(?P<word>Create|Delete|Boot|Pause|Resume|Shutdown|Reboot|PowerButton)(?P<of>VMM?)\("
)
_REMOTE = re.compile(r"ch-remote\b(?P<rest>[^\n;|&]{0,200})")
_WORD = re.compile(r"[\s\"'](?P<word>[a-z]+(?:-[a-z]+)*)(?=[\s\"',)\]]|\Z)")
_OPTION = re.compile(r"[\s\"'](?P<option>--[a-z]+(?:-[a-z]+)*)(?=[\s\"'=]|\Z)")
_STARTED = re.compile(
    r"(?<![\w/-])(?:[\w./${}-]{0,200}/)?cloud-hypervisor(?=[\s\"'])(?P<rest>(?:\\\n|[^\n;|&]){0,400})"
)
_MADE = re.compile(r"\b(?P<variable>\w+)\s*:?=\s*[*&]?(?:\w+\.)?New(?P<type>[A-Z]\w*?)(?:WithDefaults)?\(")
_KEY = re.compile(r"[\"'](?P<key>[a-z]+(?:_[a-z0-9]+)+)\\?[\"']\s*:")
_ON_VMM = frozenset({"ping", "shutdown-vmm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interface:
    """What any release had: routes, options, each type's fields by a spelling that every language shares."""

    history: History
    routes: frozenset[str]
    options: frozenset[str]
    fields: Mapping[str, Mapping[str, str]]
    telling: Mapping[str, str]

    @classmethod
    def of(cls, history: History) -> _Interface:
        """The interface in these ledgers."""
        fields: dict[str, dict[str, str]] = {}
        owners: dict[str, dict[str, str]] = {}
        for atom in (*(history.ledger("api") or ()), *(history.ledger("server") or ())):
            owner, dot, field = atom.name.partition(".")
            if dot and atom.type not in {"operation", "value", "flag", "condition"} and " " not in owner:
                fields.setdefault(owner, {})[_plain(field)] = field
                owners.setdefault(field, {}).setdefault(name_in_server(owner), owner)
        return cls(
            history=history,
            routes=frozenset(one.name[1:] for one in history.ledger("server") or () if one.type == "route"),
            options=frozenset(one.name for one in history.ledger("cli") or () if one.type == "option"),
            fields=fields,
            telling={field: min(known.values()) for field, known in owners.items() if len(known) == 1},
        )

    def field(self, owner: str, field: str, at: int) -> Seen:
        """A field's use, by the ledger that knows it longest."""
        element = choose_element(self.history, f"{owner}.{field}")
        kind = "field" if element.kind == "api" else "server-field"
        return Seen(kind=kind, name=element.name, at=at)


def _plain(field: str) -> str:
    return field.replace("_", "").replace("-", "").lower()


def _prepare(history: History, _texts: Sequence[Text]) -> Callable[[Text], Iterable[Seen]]:
    interface = _Interface.of(history)

    def find(text: Text) -> Iterator[Seen]:
        lowered = text.code.lower()
        if any(word in lowered for word in _WORDS) and _SPEAKS.search(text.code):
            yield from _routes(text.code, interface)
            yield from _options(text.code, interface)
            yield from _fields(text, interface)

    return find


def _routes(code: str, interface: _Interface) -> Iterator[Seen]:
    for match in _ROUTE.finditer(code):
        if match["route"] in interface.routes or match["before"] == "/api/v1/":
            yield Seen(kind="operation", name=f"/{match['route']}", at=match.start("route"))
    for pattern in (_CAMEL, _SNAKE):
        for match in pattern.finditer(code):
            yield from _known(_hyphens(match["name"]), match.start("name"), interface)
    for match in _NAMED.finditer(code):
        name = f"{match['of'].lower()}-{_hyphens(match['word'])}"
        yield from _known(name, match.start("word"), interface)
    for match in _REMOTE.finditer(code):
        for word in _WORD.finditer(match["rest"]):
            name = word["word"].removesuffix("-vmm")
            prefix = "vmm" if word["word"] in _ON_VMM else "vm"
            if f"{prefix}.{name}" in interface.routes:
                at = match.start("rest") + word.start("word")
                yield Seen(kind="operation", name=f"/{prefix}.{name}", at=at)
                break


def _known(name: str, at: int, interface: _Interface) -> Iterator[Seen]:
    route = name.replace("-", ".", 1)
    if route in interface.routes:
        yield Seen(kind="operation", name=f"/{route}", at=at)


def _hyphens(name: str) -> str:
    """`vm-add-net` of `VmAddNet` and of `vm_add_net`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).replace("_", "-").lower()


def _options(code: str, interface: _Interface) -> Iterator[Seen]:
    """Options behind the program's name; in a list of words, where --api-socket shows whose they are."""
    spans = [(match.start("rest"), match["rest"]) for match in _STARTED.finditer(code)]
    if re.search(r"[\"']--api-socket[\"'=]", code):
        spans = [(0, code)]
    for start, part in spans:
        for match in _OPTION.finditer(part):
            if match["option"] in interface.options:
                yield Seen(kind="option", name=match["option"], at=start + match.start("option"))


def _fields(text: Text, interface: _Interface) -> Iterator[Seen]:
    code = text.code
    for owner, known in interface.fields.items():
        for match in re.finditer(rf"\b{owner}\s*\{{", code) if owner in code else ():
            for entry in entries(split(code, match.end())):
                if _plain(entry.key) in known:
                    yield interface.field(owner, known[_plain(entry.key)], entry.start)
    for made in _MADE.finditer(code):
        known = interface.fields.get(made["type"], {})
        setting = rf"\b{made['variable']}\.(?:Set)?(?P<field>[A-Z]\w*)\s*[=(]"
        for match in re.finditer(setting, code) if known else ():
            if _plain(match["field"]) in known:
                yield interface.field(made["type"], known[_plain(match["field"])], match.start("field"))
    if _ROUTE.search(code):
        for match in _KEY.finditer(code):
            if match["key"] in interface.telling:
                yield interface.field(interface.telling[match["key"]], match["key"], match.start("key"))


SCANNER = Scanner(
    prepare=_prepare,
    kinds={
        "operation": UseKind(ledger="server", word="operation"),
        "field": UseKind(ledger="api", word="field"),
        "server-field": UseKind(ledger="server", word="field"),
        "option": UseKind(ledger="cli", word="option"),
    },
)
