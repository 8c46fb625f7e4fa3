"""The graph in a reply to query-qmp-schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal
from weakref import WeakValueDictionary

from .graph import ANY, Kind, Member, Root, Type

# docs/devel/qapi-code-gen, "Client JSON Protocol introspection": a builtin names its JSON type.
_JSON_KINDS: Mapping[str, Kind] = {
    "string": "string",
    "int": "int",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "object",
    "array": "array",
    "value": "any",
}


class Introspection:
    """A host's own account of its QMP; type names in it are masked and mean nothing outside.

    `reply` is the list that query-qmp-schema returns. Raises ValueError when it is not of that form.
    """

    _held: ClassVar[WeakValueDictionary[int, Introspection]] = WeakValueDictionary()

    @classmethod
    def of(cls, reply: Sequence[Any]) -> Introspection:
        """The graph in a reply; hosts that are looked at together and tell the same have one."""
        known = cls._held.get(len(reply))
        if known is None or known._reply != reply:
            cls._held[len(reply)] = known = cls(reply)
        return known

    def __init__(self, reply: Any) -> None:
        self._reply = reply
        self._told: dict[str, dict[str, Any]] = {}
        self._roots: dict[str, Root] = {}
        self._types: dict[str, dict[str, Any]] = {}
        self._known: dict[str, Type] = {}
        self.walks: dict[Any, Any] = {}
        try:
            for entry in reply:
                table = self._told if entry["meta-type"] in {"command", "event"} else self._types
                table[entry["name"]] = entry
        except (TypeError, KeyError):
            raise ValueError("not a reply to query-qmp-schema") from None

    def roots(self) -> Iterable[str]:
        """The names of every command and event."""
        return self._told

    def root(self, name: str) -> Root | None:
        """The command or event of that name."""
        if name not in self._roots and name in self._told:
            entry = self._told[name]
            kind: Literal["command", "event"] = "command" if entry["meta-type"] == "command" else "event"
            ends = _reference(entry, "arg-type"), _reference(entry, "ret-type")
            self._roots[name] = Root(kind, *ends, _flags(entry))
        return self._roots.get(name)

    def type(self, reference: str) -> Type:
        """The type behind a reference; one that the reply lacks takes anything."""
        if reference not in self._known:
            entry = self._types.get(reference)
            self._known[reference] = _try_type(entry) if entry else ANY
        return self._known[reference]


def _flags(entry: Mapping[str, Any]) -> frozenset[str]:
    told = entry.get("features", ())
    return frozenset(one for one in told if isinstance(one, str)) if isinstance(told, list) else frozenset()


def _reference(entry: Mapping[str, Any], key: str) -> str | None:
    told = entry.get(key)
    return told if isinstance(told, str) else None


def _try_type(entry: Mapping[str, Any]) -> Type:
    """A type as told; one that is told wrongly takes anything, as one that is not told."""
    try:
        return _read_type(entry)
    except (AttributeError, KeyError, TypeError):
        return ANY


def _read_type(entry: Mapping[str, Any]) -> Type:
    match entry["meta-type"]:
        case "object":
            return _read_object(entry)
        case "enum":
            # `members` carries the flags since 6.2; `values` is what older hosts have.
            told = {value["name"]: _flags(value) for value in entry.get("members", ())}
            values = {value: told.get(value, frozenset()) for value in entry.get("values", told)}
            return Type("enum", values=values)
        case "array":
            return Type("array", element=_text(entry["element-type"]))
        case "alternate":
            return Type("alternate", branches={m["type"]: _text(m["type"]) for m in entry["members"]})
        case _:
            return Type(_JSON_KINDS.get(entry.get("json-type", "value"), "any"))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read_object(entry: Mapping[str, Any]) -> Type:
    members = {
        member["name"]: Member(_text(member["type"]), "default" in member, _flags(member))
        for member in entry["members"]
    }
    branches = {variant["case"]: _text(variant["type"]) for variant in entry.get("variants", ())}
    return Type("object", members, _reference(entry, "tag"), branches, features=_flags(entry))
