"""Every kind of condition by its name in the YAML: the machine's, and those of each hypervisor's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ..facts.folders import all_hypervisors
from . import machine
from .kind import Kind


class _Kinds(Mapping[str, Kind]):
    """The kinds, gathered when one is first asked for."""

    @cached_property
    def _known(self) -> dict[str, Kind]:
        own = (one.kinds for one in all_hypervisors().values())
        return {name: kind for kinds in (machine.KINDS, *own) for name, kind in kinds.items()}

    def __getitem__(self, name: str) -> Kind:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


KINDS: Mapping[str, Kind] = _Kinds()
