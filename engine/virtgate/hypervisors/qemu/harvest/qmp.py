"""QMP of one release: its schema and command tables to (name, type) pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import Any

from ....driver.errors import DataError
from ....harvest.git import Readable
from ....harvest.kinds import Kind
from ....upstream.ledger import Atom, Ledger
from . import tables
from .qapi import Expression, collect_expressions, normalise_condition, parse_expressions

ENTRY = "qapi/qapi-schema.json"
_ENTRIES = (ENTRY, "qapi-schema.json")
_KINDS = {
    "enum": "enum",
    "struct": "object",
    "type": "object",
    "union": "object",
    "alternate": "alternate",
    "command": "command",
    "event": "event",
}
_INTEGERS = frozenset(
    {"int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "size"}
)
_BUILTINS = _INTEGERS | {"str", "number", "bool", "null", "any"}
_UNTYPED = frozenset({"**", "dict", "visitor"})
EMPTY = "q_empty"
# What leads into something other than a member in the name of an element.
_NOT_PLAIN = frozenset("([:|*")


class Reader:
    """Reads trees; keeps the expressions of each blob, and the pairs of each set of blobs.

    With `surface`, what types hold is left out, and an event counts whether the schema or the table has it:
    2.1's series moved them from one to the other a commit at a time.
    """

    def __init__(self, *, surface: bool = False) -> None:
        self._list = _list_surface if surface else _list_pairs
        self._expressions: dict[str, list[Expression]] = {}
        self._pairs: dict[tuple[str, ...], frozenset[tuple[str, str]]] = {}

    def __call__(self, tree: Readable, version: str) -> Set[tuple[str, str]]:
        blobs: list[str] = []

        def read(path: str) -> list[Expression] | None:
            found = tree.read(path)
            if found is None:
                return None
            blobs.append(found[0])
            if found[0] not in self._expressions:
                source = f"{version}:{path}"
                self._expressions[found[0]] = parse_expressions(found[1].decode(errors="replace"), source)
            return self._expressions[found[0]]

        entry = next((path for path in _ENTRIES if tree.read(path) is not None), None)
        expressions = list(collect_expressions(entry, read)) if entry else []
        table, table_blobs = tables.read_qmp(tree)
        key = (*blobs, *table_blobs)
        if key not in self._pairs:
            try:
                self._pairs[key] = frozenset(self._list(expressions, table))
            except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
                raise DataError(
                    (f"{version}: the schema has a definition unlike any known: {error!r}",)
                ) from error
        return self._pairs[key]


def read_definitions(tree: Readable) -> dict[str, Expression]:
    """The definitions of a schema by their names."""

    def read(path: str) -> list[Expression] | None:
        found = tree.read(path)
        return parse_expressions(found[1].decode(errors="replace"), path) if found else None

    named = (
        (one, next((one[word] for word in _KINDS if word in one), None))
        for one in collect_expressions(ENTRY, read)
    )
    return {name: one for one, name in named if name is not None}


def _list_pairs(expressions: list[Expression], table: tables.Table) -> set[tuple[str, str]]:
    schema = _add_heads(expressions, table)
    schema.close()
    events = () if schema.names("event") else _list_event_pairs(table)
    return schema.pairs | set(events)


def _list_surface(expressions: list[Expression], table: tables.Table) -> set[tuple[str, str]]:
    return _add_heads(expressions, table).pairs | set(_list_event_pairs(table))


def _add_heads(expressions: list[Expression], table: tables.Table) -> Schema:
    """The schema with its commands and events, and the pairs of those that only the table has."""
    schema = Schema(expressions)
    for name in schema.names("command"):
        if not table.commands or name in table.commands:
            schema.add_command(name)
    for name in schema.names("event"):
        schema.add_event(name)
    described = schema.names("command")
    for command in table.commands.values():
        schema.pairs |= set(_list_table_pairs(command, described))
    return schema


def _list_event_pairs(table: tables.Table) -> Iterator[tuple[str, str]]:
    for name, members in table.events.items():
        yield name, "event"
        yield from _list_member_pairs(name, members)


def _list_table_pairs(command: tables.Command, described: Set[str]) -> Iterator[tuple[str, str]]:
    if command.condition:
        yield f"{command.name}[if={command.condition}]", "feature"
    if command.name in described:
        return
    yield command.name, "command"
    if command.name.startswith("query-"):
        # It returns something, and nothing that a machine can read says what.
        yield f"{command.name}()", "any"
    yield from _list_member_pairs(command.name, command.arguments)


def _list_member_pairs(owner: str, members: Iterable[tables.Argument]) -> Iterator[tuple[str, str]]:
    for name, optional, kind in members:
        yield f"{owner}.{name}{'?' if optional else ''}", kind


class Schema:
    """A schema's definitions, and the pairs of those that were added and of all that they refer to."""

    def __init__(self, expressions: Iterable[Expression]) -> None:
        self.pairs: set[tuple[str, str]] = set()
        self._definitions: dict[str, tuple[str, Expression]] = {}
        self._commands: dict[str, Expression] = {}
        self._events: dict[str, Expression] = {}
        self._waiting: list[str] = []
        self._done: set[str] = set()
        for expression in expressions:
            self._define(expression)

    def names(self, kind: str) -> Set[str]:
        """The names of all commands or events."""
        return (self._commands if kind == "command" else self._events).keys()

    def add_command(self, name: str) -> None:
        """Add a command, its arguments and its return."""
        body = self._commands[name]
        self._add(name, "command", body)
        self._add_arguments(name, body)
        if body.get("allow-oob"):
            self.pairs.add((f"{name}[allow-oob]", "flag"))
        if "returns" in body:
            self.pairs.add((f"{name}()", self._name_type(body["returns"], f"{name}-ret")))

    def add_event(self, name: str) -> None:
        """Add an event and its members."""
        self._add(name, "event", self._events[name])
        self._add_arguments(name, self._events[name])

    def close(self) -> None:
        """Add every type that something added refers to."""
        while self._waiting:
            name = self._waiting.pop()
            kind, body = self._definitions[name]
            self._add(name, kind, body)
            if kind == "enum":
                self._add_values(name, body["data"])
            elif kind == "alternate":
                self._add_alternate(name, body["data"])
            else:
                self._add_members(name, self._flatten(name))
                self._add_branches(name, body)

    def _define(self, expression: Expression) -> None:
        kind = next((word for word in _KINDS if word in expression), None)
        if kind is None:
            return
        name = expression[kind]
        if kind in ("command", "event"):
            (self._commands if kind == "command" else self._events)[name] = expression
        elif expression.get("discriminator") == {}:
            # An alternate as it was written before 2.4.
            self._definitions[name] = ("alternate", expression)
        else:
            self._definitions[name] = (_KINDS[kind], expression)
            if kind == "union" and "discriminator" not in expression:
                self._define_kind(name, expression)

    def _define_kind(self, name: str, expression: Expression) -> None:
        """The enumeration of a simple union's branches, which upstream generated."""
        values = [
            {"name": branch, **({"if": spec["if"]} if isinstance(spec, dict) and "if" in spec else {})}
            for branch, spec in expression["data"].items()
        ]
        self._definitions[f"{name}Kind"] = ("enum", {"enum": f"{name}Kind", "data": values})

    def _add(self, name: str, kind: str, body: Any) -> None:
        self.pairs.add((name, kind))
        self._add_flags(name, body)

    def _add_flags(self, name: str, spec: Any) -> None:
        """The build condition and the feature flags of anything that may have them."""
        if not isinstance(spec, dict):
            return
        if "if" in spec:
            self.pairs.add((f"{name}[if={normalise_condition(spec['if'])}]", "feature"))
        for feature in spec.get("features", ()):
            flag = feature["name"] if isinstance(feature, dict) else feature
            self.pairs.add((f"{name}[{flag}]", "feature"))

    def _add_arguments(self, name: str, body: Expression) -> None:
        data = body.get("data", {})
        if isinstance(data, dict):
            self._add_members(name, data)
        elif data in _UNTYPED:
            self.pairs.add((f"{name}.*", "any"))
        elif "union" in self._definitions[data][1]:
            self.pairs.add((f"{name}.*", self._name_type(data, "")))
        else:
            self._add_members(name, self._flatten(data))
            self._add_flags(name, {"features": self._definitions[data][1].get("features", ())})

    def _add_members(self, owner: str, members: Mapping[str, Any]) -> None:
        for written, spec in members.items():
            name = written.removeprefix("*")
            mark = "?" if written.startswith("*") else ""
            self.pairs.add((f"{owner}.{name}{mark}", self._name_type(spec, f"{owner}-{name}")))
            if _is_typed(spec):
                self._add_flags(f"{owner}.{name}", spec)

    def _add_values(self, owner: str, values: Iterable[Any]) -> None:
        for value in values:
            name = f"{owner}.{value['name'] if isinstance(value, dict) else value}"
            self._add(name, "value", value)

    def _add_alternate(self, owner: str, branches: Mapping[str, Any]) -> None:
        for spec in branches.values():
            type_ = self._name_type(spec, owner)
            self._add(f"{owner}|{_json_kind(type_)}", type_, spec)

    def _add_branches(self, owner: str, body: Expression) -> None:
        if "union" not in body:
            return
        flat = "discriminator" in body
        tag = body.get("discriminator", "type")
        self.pairs.add((f"{owner}:", f"tag {tag}"))
        for value, spec in body["data"].items():
            type_ = self._name_type(spec, f"{owner}-{value}")
            self._add(f"{owner}:{value}", type_ if flat else self._wrap(type_), spec)
        if flat:
            self._add_empty_branches(owner, tag, body["data"])

    def _add_empty_branches(self, owner: str, tag: str, branches: Mapping[str, Any]) -> None:
        """A value of the tag without a branch is an empty object's, as introspection has it."""
        members = self._flatten(owner)
        spec = members.get(tag, "str")
        type_ = spec["type"] if isinstance(spec, dict) else spec
        if type_ not in self._definitions:
            return
        for value in self._definitions[type_][1]["data"]:
            name = value["name"] if isinstance(value, dict) else value
            if name not in branches:
                self.pairs |= {(EMPTY, "object"), (f"{owner}:{name}", f"object {EMPTY}")}
                condition = value.get("if") if isinstance(value, dict) else None
                self._add_flags(f"{owner}:{name}", {"if": condition} if condition else None)

    def _wrap(self, type_: str) -> str:
        """The object that a simple union's branch is on the wire: a single `data`."""
        name = f"{type_.strip('[]').split()[-1]}{'List' if type_.startswith('[') else ''}-wrapper"
        self.pairs |= {(name, "object"), (f"{name}.data", type_)}
        return f"object {name}"

    def _flatten(self, name: str) -> dict[str, Any]:
        """The members of a struct or union with those of its bases, and a simple union's tag."""
        body = self._definitions[name][1]
        base = body.get("base", {})
        members = dict(base) if isinstance(base, dict) else self._flatten(base)
        if "union" not in body:
            return {**members, **body.get("data", {})}
        return members if "discriminator" in body else {**members, "type": f"{name}Kind"}

    def _name_type(self, spec: Any, implicit: str) -> str:
        """A type as the ledger writes it; what it names is added later."""
        if isinstance(spec, list):
            return f"[{self._name_type(spec[0], implicit)}]"
        if isinstance(spec, dict):
            if _is_typed(spec):
                return self._name_type(spec["type"], implicit)
            self._definitions.setdefault(implicit, ("object", {"struct": implicit, "data": spec}))
            spec = implicit
        if spec in _UNTYPED:
            return "any"
        if spec in _BUILTINS:
            return str(spec)
        if spec not in self._done:
            self._done.add(spec)
            self._waiting.append(spec)
        return f"{self._definitions[spec][0]} {spec}"


def _is_typed(spec: Any) -> bool:
    """Whether a member is given as a mapping with `type`, not as a nested object of before 2.4."""
    return isinstance(spec, dict) and "type" in spec and spec.keys() <= {"type", "if", "features"}


def _json_kind(type_: str) -> str:
    if type_.startswith("["):
        return "array"
    if type_ in _INTEGERS:
        return "int"
    return "str" if type_.startswith("enum ") else type_.split(maxsplit=1)[0]


@lru_cache(maxsize=64)
def plain_names(pairs: Set[tuple[str, str]]) -> frozenset[str]:
    """The commands and events, and their arguments and members, among a reader's pairs."""
    return frozenset(name.removesuffix("?") for name, _ in pairs if _NOT_PLAIN.isdisjoint(name))


def list_plain_atoms(ledger: Ledger) -> Iterator[Atom]:
    """The lines of a ledger that `plain_names` are of."""
    heads = {atom.name for atom in ledger.heads() if atom.type in ("command", "event")}
    for atom in ledger:
        if atom.name.partition(".")[0] in heads and _NOT_PLAIN.isdisjoint(atom.name):
            yield atom


KIND = Kind(
    name="qmp",
    covers="complete",
    note="where the schema and 1.0's to 2.7's command table differ on arguments, the schema counts;"
    " arguments of commands without a schema, and members of events before 2.1, are from the tables and the"
    " documentation, by JSON kind; a query's return before a schema has it (to 1.3) is 'any', here unknown",
    make_reader=Reader,
)
