"""What a machine interface is made of, whether a host told it or upstream's source did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

Kind = Literal["object", "enum", "alternate", "array", "string", "int", "number", "boolean", "null", "any"]

_NONE: Mapping[str, str] = MappingProxyType({})
_NO_MEMBERS: Mapping[str, Member] = MappingProxyType({})
_NO_VALUES: Mapping[str, frozenset[str]] = MappingProxyType({})


class Member(NamedTuple):
    """A member of an object, an argument of a command: its type's reference, optional or not, its flags."""

    type: str
    optional: bool
    features: frozenset[str] = frozenset()


class Type(NamedTuple):
    """One type. References in it are opaque keys of the graph that gave it.

    An object has `members`, and a union besides its `tag` and `branches` by the tag's value; an alternate has
    `branches` by JSON kind; an enum `values` with their flags; an array the reference of its `element`.
    """

    kind: Kind
    members: Mapping[str, Member] = _NO_MEMBERS
    tag: str | None = None
    branches: Mapping[str, str] = _NONE
    values: Mapping[str, frozenset[str]] = _NO_VALUES
    element: str = ""
    features: frozenset[str] = frozenset()


class Root(NamedTuple):
    """A command or an event: where every walk begins."""

    kind: Literal["command", "event"]
    arguments: str | None
    returns: str | None
    features: frozenset[str] = frozenset()


class Graph(Protocol):
    """A machine interface that can be walked; `walks` is where what was found in it is kept."""

    walks: dict[Any, Any]

    def root(self, name: str) -> Root | None:
        """The command or event of that name."""

    def roots(self) -> Iterable[str]:
        """The names of every command and event."""

    def type(self, reference: str) -> Type:
        """The type behind a reference that this graph gave."""


EMPTY = Type(kind="object")
ANY = Type(kind="any")
