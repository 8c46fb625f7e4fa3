"""From a command and its arguments to the names that the ledgers have for what was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ....interface import Graph, Type, parse_element
from ....interface.walk import enter, kinds, objects
from ....model import Element
from ....source.sent import Sent

# What QAPI takes for a name; anything else that is sent is no element of any release.
_NAME = re.compile(r"(?:__[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*_)?[A-Za-z0-9_+-]+")
_VALUE = re.compile(r"[A-Za-z0-9_+.-]+")
_BRANCH = re.compile(r":[A-Za-z0-9_+.-]+\Z")
_ACTION = re.compile(r"transaction\.actions:(?P<command>[A-Za-z0-9_-]+)\.data")
_DEEPEST = 32
_LONGEST_NAME = 300
# The argument that names the type of what is added.
_ADDS = {"device_add": "driver", "object-add": "qom-type"}
# Their other arguments no schema describes: of a device never, of these others until 5.0 and 6.0.
_OPEN = frozenset({"device_add", "netdev_add", "object-add"})
# A boolean is an integer to Python, so it comes first.
_KINDS = {bool: "boolean", int: "int", float: "number", str: "string", Mapping: "object", list: "array"}
_HMP = "human-monitor-command"

Has = Callable[[Element], bool]


def spell(sent: Sent, graph: Graph | None, has: Has) -> Iterator[Element]:
    """Every element that was sent, from the outermost: command, arguments, values, members, branches.

    `graph` is the release's own; of what it lacks, `has` says whether any release has it by that name.
    Inside something that the release lacks there is nothing to spell. What is given inside another argument
    and has the type of a command's own arguments is spelt as that command's: a transaction's
    `blockdev-backup`, the `file` of a `blockdev-add`.
    """
    yield _qmp(sent.command)
    root = graph.root(sent.command) if graph is not None else None
    if graph is None or root is None or root.kind != "command":
        return
    if sent.command == _HMP:
        yield from _spell_monitor(sent.arguments)
    yield from _Speller(graph, has, sent.command).given(sent.arguments, root.arguments)


def shorten(name: str) -> str:
    """A name; of what is longer than any is, the beginning."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _qmp(name: str) -> Element:
    return Element(kind="qmp", name=shorten(name))


def _spell_monitor(arguments: Mapping[str, Any]) -> Iterator[Element]:
    """The monitor command in `human-monitor-command`: its word, or two after `info`."""
    line = arguments.get("command-line")
    words = line.split(maxsplit=2) if isinstance(line, str) else []
    if words:
        told = words[:2] if words[0] == "info" else words[:1]
        yield Element(kind="hmp", name=" ".join(told)[:_LONGEST_NAME])


def _boxed(graph: Graph) -> Iterator[tuple[str, str]]:
    """The commands whose arguments are one type with a name, by that type; the first by name."""
    for name in sorted(graph.roots(), reverse=True):
        root = graph.root(name)
        reference = root.arguments if root is not None and root.kind == "command" else None
        if reference is not None and enter(graph, reference)[1].members:
            yield reference, name


class _Speller:
    """Spells the arguments of one command."""

    def __init__(self, graph: Graph, has: Has, command: str) -> None:
        self._graph = graph
        self._has = has
        self._command = command
        if "commands" not in graph.walks:
            graph.walks["commands"] = dict(_boxed(graph))
        self._boxed: Mapping[str, str] = graph.walks["commands"]

    def given(self, arguments: Mapping[str, Any], reference: str | None) -> Iterator[Element]:
        """The arguments themselves; where no schema describes them, the type added and its properties."""
        _, known = enter(self._graph, reference)
        is_open = self._command in _OPEN and not known.tag
        told = {name: one for name, one in arguments.items() if not is_open or name in known.members}
        yield from self._value(self._command, reference, told, 0)
        added = arguments.get(_ADDS.get(self._command, ""))
        if is_open and isinstance(added, str) and _NAME.fullmatch(added):
            yield Element(kind="qom", name=added[:_LONGEST_NAME])
            # An object's properties stood in an argument of their own until 6.0.
            props = arguments.get("props")
            for name in [*arguments, *(props if isinstance(props, Mapping) else ())]:
                if name not in told and _NAME.fullmatch(name):
                    yield Element(kind="qom", name=f"{added}.{name}"[:_LONGEST_NAME])

    def _value(self, name: str, reference: str | None, value: Any, depth: int) -> Iterator[Element]:
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for one in value:
                yield from self._value(name, reference, one, depth + 1)
            return
        reference, known = enter(self._graph, reference)
        if isinstance(value, Mapping):
            name = self._command_at(name, self._object(reference, known)) if depth else name
            for one in objects(self._graph, known):
                yield from self._members(name, one, value, depth)
        elif isinstance(value, str):
            yield from self._word(name, known, value)

    def _command_at(self, name: str, reference: str | None) -> str:
        """The command whose arguments stand at a place, by their type or as a transaction's action."""
        action = _ACTION.fullmatch(name)
        root = self._graph.root(action["command"]) if action else None
        if action and root is not None and root.kind == "command":
            return action["command"]
        return self._boxed.get(reference or "", name)

    def _object(self, reference: str | None, known: Type) -> str | None:
        """The object that a place takes: itself, or the one among an alternate's branches."""
        if known.kind != "alternate":
            return reference
        found = (enter(self._graph, branch) for branch in known.branches.values())
        return next((one for one, inner in found if inner.kind == "object"), None)

    def _word(self, name: str, known: Type, value: str) -> Iterator[Element]:
        """A value of an enum, or of an enum among an alternate's branches."""
        branches = known.branches.values() if known.kind == "alternate" else ()
        kinds = [known, *(enter(self._graph, branch)[1] for branch in branches)]
        takes_any = any(one.kind in {"string", "any"} for one in kinds)
        enums = [one for one in kinds if one.kind == "enum"]
        if _VALUE.fullmatch(value) and enums and (not takes_any or any(value in one.values for one in enums)):
            yield _qmp(f"{name}={value}")

    def _members(self, name: str, known: Type, value: Mapping[str, Any], depth: int) -> Iterator[Element]:
        """The members of an object; what is not among them is the branch's that the tag chooses."""
        tag = value.get(known.tag) if known.tag else None
        chosen = tag if isinstance(tag, str) and _VALUE.fullmatch(tag) else None
        for key, one in value.items():
            if key in known.members:
                yield _qmp(f"{name}.{key}")
                kind = next((kind for type_, kind in _KINDS.items() if isinstance(one, type_)), None)
                taken = kinds(self._graph, known.members[key].type)
                if kind is not None and not taken & {"any", kind, "number" if kind == "int" else kind}:
                    yield _qmp(f"{name}.{key}|{kind}")
                if chosen is None or key != known.tag:
                    yield from self._value(f"{name}.{key}", known.members[key].type, one, depth + 1)
        rest = {key: one for key, one in value.items() if key not in known.members}
        if chosen is not None:
            yield _qmp(f"{name}:{chosen}")
            branch = enter(self._graph, known.branches.get(chosen))[1]
            yield from self._members(f"{name}:{chosen}", branch, rest, depth + 1)
        else:
            yield from (self._unknown(name, key) for key in rest)

    def _unknown(self, name: str, key: str) -> Element:
        """What this release lacks here: by the name that another has it by, else as the branch's own."""
        names = [name]
        while match := _BRANCH.search(names[-1]):
            names.append(names[-1][: match.start()])
        found = (_qmp(f"{one}.{key}") for one in names)
        return next((one for one in found if is_element(one) and self._has(one)), _qmp(f"{name}.{key}"))


def is_element(element: Element) -> bool:
    """Whether a QMP name can be an element's at all: what a driver sends may be anything."""
    try:
        parse_element(element.name)
    except ValueError:
        return False
    return True
