"""What becomes of the capabilities, and for whom: the records of a review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..data import Catalog
from ..model import Where
from ..radar.changed import Change

Sort = Literal["new", "removed", "renamed", "changed", "follows"]
Whose = Literal["release", "host"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A state, its reason, and the path that is used."""

    state: str
    reason: str
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The releases or the recorded hosts of one hypervisor on which one thing becomes another.

    `path` is the path of which it is said; None for the capability itself. Before or after it there may be
    none. `spelled` has the names, those of releases as ranges.
    """

    hypervisor: str
    whose: Whose
    names: tuple[str, ...]
    spelled: str
    path: str | None
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What became of one capability: by an edit of its own, or because what it stands on changed.

    `id` is its name now (before, for one that is removed), `was` the one before, where it had one; `edits` is
    what its records say otherwise.
    """

    id: str
    was: str | None
    sort: Sort
    where: Where
    edits: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What new releases of a hypervisor brought, compared with the newest that was known, if one was."""

    hypervisor: str
    releases: tuple[str, ...]
    against: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A recorded host that is taken for something else than before."""

    name: str
    before: str
    after: str


class Pairs:
    """Which capability before is which after: the same id, or the one that was called so."""

    def __init__(self, before: Catalog, after: Catalog) -> None:
        self.before, self.after = before.capabilities, after.capabilities
        self._new = {
            old: new.id
            for new in self.after.values()
            for old in new.formerly
            if old in self.before and old not in self.after and new.id not in self.before
        }
        self._old = {new: old for old, new in self._new.items()}

    def __iter__(self) -> Iterator[tuple[str | None, str | None]]:
        yield from ((self.old(new), new) for new in self.after)
        yield from ((old, None) for old in self.before if old not in self.after and old not in self._new)

    def old(self, new: str) -> str | None:
        """The id that a capability of today had; None for a new one."""
        name = self._old.get(new, new)
        return name if name in self.before else None

    def today(self, old: str) -> str:
        """What a capability of before is called today; its own id where it is not renamed."""
        return self._new.get(old, old)
