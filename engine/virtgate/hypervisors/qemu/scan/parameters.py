"""From an option and what it is given to the names that the ledgers have for that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ....model import Element
from ....source import Seen
from ....source.structure import entries, split
from ....upstream.documented import find_documented
from ....upstream.history import History
from .written import HOLE, Written

# Options whose first word names a type; where it has a key of its own, that is written out now and then.
_TYPED: Mapping[str, str] = {
    "M": "type",
    "accel": "accel",
    "audiodev": "driver",
    "blockdev": "driver",
    "chardev": "backend",
    "cpu": "",
    "device": "driver",
    "display": "type",
    "fsdev": "fsdriver",
    "machine": "type",
    "net": "type",
    "netdev": "type",
    "numa": "type",
    "object": "qom-type",
    "soundhw": "",
    "tpmdev": "type",
    "usbdevice": "",
    "vga": "",
    "virtfs": "fsdriver",
    "watchdog": "",
}
# The groups whose name is not their option's.
_GROUPS = {"boot": "boot-opts", "smp": "smp-opts", "M": "machine", "sandbox": "sandbox"}
# The command that takes the same, by QMP.
_COMMANDS = {"netdev": "netdev_add", "object": "object-add", "blockdev": "blockdev-add"}
_NUMBERED = re.compile(r"\d\.\d")
_WORD = re.compile(r"[A-Za-z][\w.+-]*\Z")
_ITEM = re.compile(r"(?:[^,]|,,)*")
# What every device has, and no ledger as a property.
_EVERY = frozenset({"id", "bus"})
_MACHINE = "-machine"
_CPU = "x86_64-cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an option is given: a type, and what is set; each with where it stands in the text."""

    type: str
    type_at: int
    members: tuple[tuple[str, str | None, int], ...]

    def value(self, key: str) -> str | None:
        """What a member is set to."""
        return next((value for name, value, _ in self.members if name == key), None)


def read_given(option: str, text: str) -> Given:
    """The type and the members in `type,key=value,…` or in JSON."""
    told = _TYPED.get(option)
    if text.lstrip().startswith("{"):
        found = [
            (one.key, one.value.literal or one.value.text.strip(" \n}"), one.start)
            for one in entries(split(text, text.index("{") + 1))
        ]
        return _typed(told, found)
    members: list[tuple[str, str | None, int]] = []
    at, kind, kind_at = 0, "", 0
    while at <= len(text) and (match := _ITEM.match(text, at)):
        key, equals, value = match[0].partition("=")
        if _WORD.match(key.lstrip("+-")) or key.startswith(("+", "-")):
            if at == 0 and told is not None and not equals:
                kind, kind_at = key, at
            else:
                members.append((key, value if equals else None, at))
        at = match.end() + 1
    return Given(type=kind, type_at=kind_at, members=tuple(members)) if kind else _typed(told, members)


def _typed(told: str | None, members: Sequence[tuple[str, str | None, int]]) -> Given:
    keys = {told, "driver"} if told else set()
    found = next(((value or "", at) for key, value, at in members if key in keys), ("", 0))
    rest = tuple(one for one in members if one[0] not in keys)
    return Given(type=found[0] if _WORD.match(found[0]) else "", type_at=found[1], members=rest)


class Parameters:
    """Finds the ledgers' names for what options are given, as any release had them."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._newest = len(history.versions) - 1

    def find(self, option: str, written: Written) -> Iterator[Seen]:
        """The types, members and values that some release had, or that its documentation names."""
        given = read_given(option, written.text)
        for kind, name, index in self._names(option, given):
            yield Seen(kind=kind, name=name, at=written.at(index))

    def find_device(
        self, type_: str, type_at: int, members: Iterable[tuple[str, str | None, int]]
    ) -> Iterator[Seen]:
        """A device in an object of its own, with those of its members that are properties."""
        given = Given(type=type_, type_at=type_at, members=tuple(members))
        for kind, name, at in self._device(given):
            yield Seen(kind=kind, name=name, at=at)

    def find_machine(self, name: str, at: int) -> Iterator[Seen]:
        """A machine type that some release had."""
        if self._is_machine(name):
            yield Seen(kind="machine", name=f"{name}{_MACHINE}", at=at)

    def _is_machine(self, name: str) -> bool:
        """Whether a release had a machine type; what has no number may have become another's alias."""
        type_ = f"{name}{_MACHINE}"
        return self._is_current("qom", type_) if not _NUMBERED.search(name) else self._has("qom", type_)

    def _names(self, option: str, given: Given) -> Iterator[tuple[str, str, int]]:
        if option == "device":
            yield from self._device(given)
        elif option == "object":
            yield from self._object(given)
        elif option in _COMMANDS:
            yield from self._command(option, given)
        elif option in {"M", "machine"} and self._is_machine(given.type):
            yield "machine", f"{given.type}{_MACHINE}", given.type_at
        elif option == "cpu":
            yield from self._properties(_CPU, given)
        yield from self._parameters(option, given)

    def _device(self, given: Given) -> Iterator[tuple[str, str, int]]:
        """A device and its properties; one of an unknown device only where no device has it any more."""
        if given.type and self._has("qom", given.type):
            is_object = self._has("qmp", f"object-add.qom-type={given.type}")
            yield "object" if is_object else "device", given.type, given.type_at
            yield from self._properties(given.type, given)
        elif not given.type:
            for key, _, at in given.members:
                if key in self._lost:
                    yield "property", f"{self._lost[key]}.{key}", at

    def _object(self, given: Given) -> Iterator[tuple[str, str, int]]:
        """An object by the schema of `object-add` where that brought it, else by its type."""
        name = f"object-add:{given.type}"
        if self._has("qom", given.type) and not self._is_younger(given.type):
            yield "object", given.type, given.type_at
            yield from self._properties(given.type, given)
        elif given.type and self._has("qmp", name):
            yield from self._command("object", given)

    def _is_younger(self, type_: str) -> bool:
        """Whether a type came when `object-add` had its schema, which then has all of it."""
        mask = self._mask("qom", type_)
        described = self._mask("qmp", "object-add:iothread")
        return bool(described) and (mask & -mask) >= (described & -described)

    def _command(self, option: str, given: Given) -> Iterator[tuple[str, str, int]]:
        command = _COMMANDS[option]
        if not given.type or not self._has("qmp", f"{command}:{given.type}"):
            return
        yield "value", f"{command}:{given.type}", given.type_at
        for key, _, at in given.members:
            name = self._spelt("qmp", f"{command}:{given.type}.", key.partition(".")[0])
            inner = f"{command}.{key}"
            if self._has("qmp", inner):
                continue
            if name or option == "object":
                yield "argument", name or f"{command}:{given.type}.{key}", at

    def _properties(self, owner: str, given: Given) -> Iterator[tuple[str, str, int]]:
        for key, _, at in given.members:
            if key in _EVERY:
                continue
            name = self._spelt("qom", f"{owner}.", key.lstrip("+-"))
            if name:
                yield "property", name, at

    def _parameters(self, option: str, given: Given) -> Iterator[tuple[str, str, int]]:
        """What the option's group has, and what only upstream's documentation tells of."""
        group = _GROUPS.get(option, option)
        if given.type and f"{option}={given.type}" in self._documented:
            yield "suboption", f"{option}={given.type}", given.type_at
        for key, value, at in given.members:
            documented = {f"{option}.{key}", f"{option}.{key}={value}"} & self._documented
            name = self._spelt("option", f"{group}.", key)
            if documented:
                yield "suboption", min(documented), at
            elif name and (self._is_current("option", name) or name in self._documented_parameters):
                yield "parameter", name, at

    def _spelt(self, kind: str, owner: str, key: str) -> str | None:
        """A member as a release had it, with hyphens or underscores; the newest's spelling first."""
        names = [
            f"{owner}{one}" for one in dict.fromkeys((key, key.replace("_", "-"), key.replace("-", "_")))
        ]
        known = [name for name in names if self._has(kind, name)]
        return next((name for name in known if self._is_current(kind, name)), known[0] if known else None)

    def _mask(self, kind: str, name: str) -> int:
        try:
            return self._history.mask(Element(kind=kind, name=name)) or 0
        except ValueError:  # no name of an element: what a driver writes may be anything
            return 0

    def _has(self, kind: str, name: str) -> bool:
        return HOLE not in name and bool(self._mask(kind, name))

    def _is_current(self, kind: str, name: str) -> bool:
        return bool(self._mask(kind, name) >> self._newest & 1)

    @cached_property
    def _lost(self) -> Mapping[str, str]:
        """The properties that every type with them has lost, by a type that had it last."""
        found: dict[str, tuple[int, str]] = {}
        for atom in self._history.ledger("qom") or ():
            owner, _, key = atom.name.rpartition(".")
            if owner and not set("<[").intersection(key) and not key.startswith("x-"):
                mask = self._mask("qom", atom.name)
                found[key] = max(found.get(key, (0, "")), (mask, owner))
        return {key: owner for key, (mask, owner) in found.items() if not mask >> self._newest & 1}

    @cached_property
    def _documented(self) -> frozenset[str]:
        return frozenset(one.name for one in self._all_documented if one.kind == "command-line")

    @cached_property
    def _documented_parameters(self) -> frozenset[str]:
        return frozenset(one.name for one in self._all_documented if one.kind == "option")

    @cached_property
    def _all_documented(self) -> frozenset[Element]:
        return frozenset(one for told in find_documented("qemu", self._history) for one in told.elements)


def find_type(history: History, owner: str, key: str) -> str | None:
    """The type of a property in the newest release, by the type that defines it."""
    ledger, newest = history.ledger("qom"), history.versions[-1]
    if ledger is None:
        return None
    left, seen = [owner], {owner}
    while left:
        one = left.pop()
        atom = ledger.at(f"{one}.{key}", newest)
        if atom is not None and atom.type != "any":
            return atom.type
        around = (atom.name.partition("<") for atom in ledger.under(one) if newest in atom.parsed_ranges)
        more = [parent for name, mark, parent in around if mark and name == one and parent not in seen]
        seen.update(more)
        left += more
    return None
