"""At which releases a verdict can turn, so that only those are decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..conditions import KINDS
from ..data import Catalog
from ..model import Element, Path, leaves
from ..upstream.history import History
from ..upstream.ledger import Atom, Ledger
from ..upstream.status import UNSTABLE_FLAG, find_used
from ..versions import Ranges


class Turns:
    """Finds the releases of one hypervisor from which on something is otherwise, as masks.

    Each is found rather once too often: a release that only looks as if something turned is decided as well.
    """

    def __init__(self, catalog: Catalog, hypervisor: str, history: History) -> None:
        self._paths = catalog.paths.get(hypervisor, {})
        self._capabilities = catalog.capabilities
        self._history = history
        self._all = (1 << len(history.versions)) - 1
        self._reached: dict[tuple[str, str], int] = {}

    def ids(self) -> list[frozenset[str]]:
        """The capabilities that can turn at each release, in version order, with those that need them."""
        masks = {name: self._mask(name, {}) for name in self._paths}
        return [
            frozenset(name for name, mask in masks.items() if not at or mask >> at & 1)
            for at in range(len(self._history.versions))
        ]

    def _mask(self, name: str, seen: Mapping[str, bool]) -> int:
        mask = 0
        for path in self._paths.get(name, ()):
            mask |= self._path(path)
        for need in self._capabilities[name].needs:
            mask |= self._mask(need, {**seen, name: True}) if need not in seen else 0
        return mask

    def _path(self, path: Path) -> int:
        mask = 0
        for leaf in leaves(path.when):
            if leaf.kind == "release":
                mask |= _edges(self._history.accepted_mask(leaf.terms["name"]))
        for element in _elements(path):
            mask |= self._element(element)
        for defect in path.broken:
            ranges = Ranges.parse(defect.releases)
            mask |= _edges(self._history.mask_of(lambda one, ranges=ranges: one in ranges))  # type: ignore[misc]
        for text in _typed(path):
            mask |= 1 << self._history.place_of(self._history.version_of(text))
        # From that release on a flag says what a name said before, so that every verdict may turn there.
        return (mask | 1 << self._history.place_of(UNSTABLE_FLAG)) & self._all

    def _element(self, element: Element) -> int:
        """Where an element, its flags or its build condition can turn."""
        ledger = self._history.ledger(element.kind)
        if ledger is None:
            return 0
        if element.kind in {"qmp", "op"}:
            return self._reach(ledger, re.split(r"[.:=(\[]", element.name, maxsplit=1)[0])
        around = {element.name, element.name.split(".", 1)[0], element.name.rsplit(".", 1)[0]}
        atoms = (atom for name in around for atom in (*ledger.atoms(name), *_marks(ledger.under(name), name)))
        return self._atoms(atoms) | _edges(self._history.mask(element) or 0)

    def _reach(self, ledger: Ledger, head: str) -> int:
        """What a command, an event or a call hangs on: all inside it, and each type that is named there."""
        key = (ledger.kind, head)
        if key not in self._reached:
            names = [head]
            # The list grows while it is walked: a type may name itself, and is there already.
            for name in names:
                atoms = (*ledger.atoms(name), *ledger.under(name))
                named = dict.fromkeys(atom.type.strip("[]").partition(" ")[2] for atom in atoms)
                names += [one for one in named if one and one not in names]
            self._reached[key] = self._atoms(
                atom for name in names for atom in (*ledger.atoms(name), *ledger.under(name))
            )
        return self._reached[key]

    def _atoms(self, atoms: Iterable[Atom]) -> int:
        mask = 0
        for ranges in {atom.ranges for atom in atoms}:
            mask |= _edges(self._history.mask_of_ranges(ranges))
        return mask


def _edges(mask: int) -> int:
    """The places at which a mask changes."""
    return mask ^ (mask << 1)


def _elements(path: Path) -> Iterator[Element]:
    named = [one for leaf in leaves(path.when) for one in KINDS[leaf.kind].elements(leaf.terms)]
    yield from dict.fromkeys((*named, *find_used(path, named)))


def _marks(atoms: Iterable[Atom], name: str) -> Iterator[Atom]:
    """The flags and build conditions among what is inside an element."""
    return (atom for atom in atoms if atom.name.startswith(f"{name}["))


def _typed(path: Path) -> Iterator[str]:
    """The releases that somebody typed for a path."""
    yield from (
        stated.release for stated in (path.since, path.until) if stated and stated.release != "unreleased"
    )
    ends = (path.deprecated.since, path.deprecated.removed) if path.deprecated else ()
    option = path.optional.since if path.optional else None
    yield from (text for text in (*ends, option) if text)
