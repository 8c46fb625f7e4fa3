"""Three-valued look-ups in what a xend said, and in what its installed source shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from .held import Facts

NODE = "xend node"
SOURCE = "xend source"


class XendView:
    """Look-ups in one xend's facts; builds each index once, when first used."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What xend says of its node, by the names of the S-expression."""
        told = self.facts.returned(NODE)
        return told if isinstance(told, Mapping) else {}

    @cached_property
    def operations(self) -> Mapping[str, tuple[str, ...]] | None:
        """Every operation with its mandatory arguments, read in the source of the xend that is installed."""
        told = self.facts.returned(SOURCE)
        found = told.get("operations") if isinstance(told, Mapping) else None
        if not isinstance(found, Mapping):
            return None
        return {name: tuple(args) for name, args in found.items() if isinstance(args, list)}

    def has_operation(self, name: str, arguments: Iterable[str] = ()) -> bool | None:
        """Whether there is such an operation, and it reads each of these arguments."""
        if self.operations is None:
            return None
        return name in self.operations and set(arguments) <= set(self.operations[name])
