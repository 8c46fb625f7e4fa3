"""Three-valued look-ups in what a xend said, and in what its installed source shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from ...facts.lookups import Lookups

NODE = "xend node"
SOURCE = "xend source"


class XendView(Lookups):
    """Look-ups in one xend's facts; builds each index once, when first used."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What xend says of its node, by the names of the S-expression."""
        return self.told_fields(NODE)

    @cached_property
    def operations(self) -> Mapping[str, tuple[str, ...]] | None:
        """Every operation with its arguments, read in the source of the xend that is installed.

        One that may be left out ends in `?`; `dev=mac` is a kind of value that an argument takes.
        """
        found = self._shown("operations")
        if not isinstance(found, Mapping):
            return None
        return {name: _texts(args) for name, args in found.items() if isinstance(args, list)}

    @cached_property
    def device_classes(self) -> frozenset[str] | None:
        """The classes of devices that the installed xend knows."""
        found = self._shown("device-classes")
        return frozenset(_texts(found)) if isinstance(found, list) else None

    def has_operation(self, name: str, arguments: Iterable[str] = ()) -> bool | None:
        """Whether there is such an operation, and it reads each of these arguments."""
        if self.operations is None:
            return None
        taken = {one.removesuffix("?") for one in self.operations.get(name, ())}
        return name in self.operations and set(arguments) <= taken

    def demanded(self, name: str) -> tuple[str, ...]:
        """The arguments that an operation cannot be called without."""
        taken = (self.operations or {}).get(name, ())
        return tuple(one for one in taken if not one.endswith("?") and "=" not in one)

    def _shown(self, what: str) -> Any:
        told = self.facts.returned(SOURCE)
        return told.get(what) if isinstance(told, Mapping) else None


def _texts(rows: Iterable[object]) -> tuple[str, ...]:
    return tuple(one for one in rows if isinstance(one, str))
