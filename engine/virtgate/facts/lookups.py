"""Look-ups in what one host said; a hypervisor's own add to these what only it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..interface import Introspection
from .answers import Facts


class Lookups:
    """What the engine asks of any host's answers, and what a host says that has nothing of it.

    Everything is three-valued: True, False, or None where nobody could look.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def told_names(self, question: str) -> frozenset[str] | None:
        """The texts in a list that was answered; None where there is no list."""
        rows = self.facts.returned(question)
        return frozenset(one for one in rows if isinstance(one, str)) if isinstance(rows, list) else None

    def told_fields(self, question: str) -> Mapping[str, str]:
        """The fields of an object that was answered and are texts; none where there is no object."""
        told = self.facts.returned(question)
        rows = told.items() if isinstance(told, Mapping) else ()
        return {name: text for name, text in rows if isinstance(text, str)}

    @property
    def graph(self) -> Introspection | None:
        """The interface as the host describes it."""
        return None

    @property
    def commands(self) -> frozenset[str] | None:
        """The names of the commands."""
        return None

    @property
    def events(self) -> frozenset[str] | None:
        """The names of the events."""
        return None

    @property
    def types(self) -> frozenset[str] | None:
        """The names of the types of objects."""
        return None

    @property
    def devices(self) -> frozenset[str] | None:
        """The names of the types of devices."""
        return None

    @property
    def machines(self) -> Mapping[str, Mapping[str, Any]] | None:
        """Machine types by name and by alias."""
        return None

    @property
    def options(self) -> Mapping[str, frozenset[str]] | None:
        """Command-line options with their parameters' names."""
        return None

    @property
    def fields(self) -> Mapping[str, str]:
        """What the host says of itself in words of its own."""
        return {}

    def has_machine(self, _name: str) -> bool | None:
        """Whether there is such a machine type or alias."""
        return None

    def has_command(self, _name: str) -> bool | None:
        """Whether there is such a command."""
        return None

    def has_symbol(self, _name: str) -> bool | None:
        """Whether the build has a symbol that its source asks for."""
        return None

    def listed(self, _kind: str, _name: str) -> tuple[str, bool] | None:
        """The type that the host gives a name of a flat ledger's kind, and whether it may be left out."""
        return None

    def property(self, _kind: str, _name: str) -> Mapping[str, Any] | bool | None:
        """The description of a type's property; False where type or property is not there."""
        return None
