"""The reviewed data as one value, which everything else is passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from ..driver.errors import UnknownCapability
from ..model import Capability, Downstream, Edition, Moves, Path, Shipped, Upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The reviewed data, whole and checked; it never changes.

    `paths` are by hypervisor, then by capability, in the order that a driver should prefer.
    """

    root: FilePath
    capabilities: Mapping[str, Capability]
    paths: Mapping[str, Mapping[str, tuple[Path, ...]]]
    upstreams: Mapping[str, Upstream]
    vocabularies: Mapping[str, tuple[Edition, ...]]
    downstreams: Mapping[str, Mapping[str, Downstream]]
    distributions: Mapping[str, tuple[Shipped, ...]]
    moves: Mapping[str, Moves]

    def ids(self, hypervisor: str) -> tuple[str, ...]:
        """The capabilities that one hypervisor has paths for, sorted."""
        return tuple(sorted(self.paths.get(hypervisor, ())))

    def find(self, name: str) -> Capability | None:
        """The capability of an id, or of one that it had before."""
        former = (one for one in self.capabilities.values() if name in one.formerly)
        return self.capabilities.get(name) or next(former, None)

    def get(self, name: str) -> Capability:
        """The capability of an id, or of one that it had before. Raises UnknownCapability."""
        from difflib import get_close_matches

        row = self.find(name)
        if row is None:
            raise UnknownCapability(name, tuple(get_close_matches(name.lower(), self.capabilities)))
        return row

    def with_needs_first(self, names: Iterable[str]) -> Iterable[str]:
        """These ids and what they need, each after all that it needs."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in done:
                for need in self.capabilities[name].needs:
                    visit(need)
                done[name] = None

        for name in names:
            visit(name)
        return done

    def paths_of(self, hypervisor: str, capability: str) -> tuple[Path, ...]:
        """The paths of one capability on one hypervisor; none where it has no support."""
        return self.paths.get(hypervisor, {}).get(capability, ())
