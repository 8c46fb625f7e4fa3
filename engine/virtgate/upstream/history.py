"""What upstream had in which release: one hypervisor's ledgers, walked as a graph of any release."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ..interface import Graph, walk
from ..model import Element
from ..versions import Constraint, Ranges, Version, parse_release
from .ledger import LISTS, Ledger
from .ledger_graph import LedgerGraph
from .releases import Product, Release, is_head, read_code_names, read_products, read_releases
from .sets import Masks, split_call

# The kinds whose elements commits.txt may have, by name alone.
_TRACED = frozenset({"api", "device-class", "qmp", "libxl", "libxl-function", "libxl-type", "xen-config"})

_KEPT = ("_found", "_spelt", "_accepted", "_origins", "_flagged")


class History:
    """One hypervisor's releases and ledgers; each file is read when first needed.

    `newest` cuts what is known at a release, `as_of` at a day: later releases are as if not yet made. The
    state of upstream's branch, where it was harvested, is no release; `with_head` takes it for the newest.
    """

    def __init__(
        self,
        folder: Path,
        *,
        newest: Version | None = None,
        as_of: datetime.date | None = None,
        with_head: bool = False,
    ) -> None:
        self.folder = folder
        self._newest = newest
        self.as_of = as_of
        self._with_head = with_head
        self._ledgers: dict[str, Ledger | None] = {}
        self._found: dict[tuple[str, str], int | None] = {}
        self._graphs: dict[Version, LedgerGraph] = {}
        self._spelt: dict[int, str] = {}
        self._accepted: dict[str, int] = {}
        self._origins: dict[str, tuple[str, str] | None] = {}
        self._flagged: dict[tuple[Element, str, int], int] = {}
        self.statuses: dict[tuple[int, Version | None], tuple[Any, Any]] = {}

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """Every known release in version order."""
        return tuple(one for one in self._listed if self._with_head or not is_head(one))

    @cached_property
    def ahead(self) -> History | None:
        """What upstream has merged, as if it were the newest release; None where it was not harvested."""
        if self._with_head or not any(map(is_head, self._listed)):
            return None
        return History(self.folder, newest=self._newest, as_of=self.as_of, with_head=True)

    @cached_property
    def _listed(self) -> tuple[Release, ...]:
        return tuple(one for one in read_releases(self.folder) if self._is_known(one))

    def _is_known(self, release: Release) -> bool:
        if self._newest is not None and release.version > self._newest:
            return False
        return self.as_of is None or (release.date is not None and release.date <= self.as_of)

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The versions of those releases."""
        return tuple(release.version for release in self.releases)

    @cached_property
    def _names(self) -> dict[str, Version]:
        named = {release.name: release.version for release in self.releases}
        also = ((one.code_name, one.release) for one in self.products)
        return {**{name: named[release] for name, release in also if name and release in named}, **named}

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """What is sold under a name of its own, in upstream's order; none where a release is the product."""
        return read_products(self.folder)

    def version_of(self, text: str) -> Version:
        """The version that a release's name stands for. Raises ValueError."""
        return self._names.get(text) or parse_release(text)

    def name_of(self, version: Version) -> str:
        """A release's own name: its number, or its code name."""
        place = self._places.get(version)
        return str(version) if place is None else self.releases[place].name

    def is_documented(self, version: Version) -> bool:
        """Whether what a release has rests on its documentation."""
        place = self._places.get(version)
        return place is not None and self.releases[place].is_documented

    def unread(self, kind: str, version: Version) -> str:
        """What ends a sentence on what a release lacks, where its ledger of this kind is no proof.

        Documentation names all of QMP, and of nothing else.
        """
        is_read = kind == "qmp" or not self.is_documented(version)
        return "" if is_read else f", and of {self.name_of(version)} only the documentation is known"

    def spell(self, mask: int) -> str:
        """Some of the releases as ranges text; code names from the first to the last."""
        if mask not in self._spelt:
            self._spelt[mask] = self._spell(mask) if mask else ""
        return self._spelt[mask]

    def _spell(self, mask: int) -> str:
        start = (mask & -mask).bit_length() - 1
        first = self.versions[start]
        if mask == (1 << len(self.versions)) - (1 << start) and not first.is_point:
            return f"{self.name_of(first)}.."
        if all(release.name[0].isdigit() for release in self.releases):
            versions = {version for at, version in enumerate(self.versions) if mask >> at & 1}
            return str(Ranges.of(versions, self.versions))
        return " | ".join(self._spell_run(first, last) for first, last in _runs(mask))

    def _spell_run(self, first: int, last: int) -> str:
        """Neighbouring releases, where each is in a branch of its own."""
        name = self.releases[first].name
        if last == len(self.releases) - 1:
            return f"{name}.."
        return name if first == last else f"{name}..{self.releases[last].name}"

    @cached_property
    def reverted(self) -> frozenset[str]:
        """What was merged and taken back before a release: only a snapshot can have it."""
        path = self.folder / "reverted.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()
        return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))

    @property
    def last(self) -> Version | None:
        """The newest release, if any is known."""
        return self.versions[-1] if self.versions else None

    def ledger(self, kind: str) -> Ledger | None:
        """The ledger of one kind of element; None where nothing was harvested."""
        if kind not in self._ledgers:
            path = self.folder / f"{kind}.txt"
            self._ledgers[kind] = Ledger.read(path, read_code_names(self.folder)) if path.is_file() else None
        return self._ledgers[kind]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of element that were harvested."""
        names = (path.name for path in self.folder.glob("*.txt") if path.name not in LISTS)
        return tuple(sorted((name.removesuffix(".txt") for name in names), reverse=True))

    def covers(self, kind: str) -> str | None:
        """`complete`, `superset` or `partial`; None where there is no ledger for the kind."""
        ledger = self.ledger(kind)
        return ledger.covers if ledger else None

    def graph(self, version: Version) -> Graph | None:
        """QMP as a release had it; None without a ledger of it."""
        ledger = self.ledger("qmp")
        if ledger is None or version not in self._places:
            return self.ahead.graph(version) if ledger and self.ahead else None
        if version not in self._graphs:
            self._graphs[version] = LedgerGraph(ledger, self._masks, self._places[version])
        return self._graphs[version]

    @cached_property
    def _masks(self) -> Masks:
        return Masks(self.versions)

    def mask(self, element: Element) -> int | None:
        """The releases that had an element, one bit each in version order; None without a ledger."""
        key = (element.kind, element.name)
        if key not in self._found:
            ledger = self.ledger(element.kind)
            self._found[key] = None if ledger is None else self._find(ledger, element)
        return self._found[key]

    def mask_of_ranges(self, ranges: str) -> int:
        """The releases of a ledger line's ranges, as a mask."""
        return self._masks.of_ranges(ranges)

    def memo(self) -> Mapping[str, Any]:
        """What was found so far and costs time to find again, for `remember`."""
        return {name: getattr(self, name) for name in _KEPT}

    def remember(self, memo: Mapping[str, Any]) -> None:
        """Take over what another history of the same files had found."""
        for name in _KEPT:
            getattr(self, name).update(memo[name])

    def _find(self, ledger: Ledger, element: Element) -> int:
        if element.kind == "op":
            return self._masks.of_call(ledger, element.name)
        if element.kind != "qmp":
            return self._masks.of_property(ledger, element.name)
        quick = self._masks.of_walk(ledger, element.name)
        if quick is not None:
            return quick
        graphs = enumerate(map(self.graph, self.versions))
        return sum(1 << at for at, graph in graphs if graph and walk(graph, element.name) is not None)

    def commit_of(self, element: Element) -> tuple[str, str] | None:
        """The commit that brought an element upstream and its day; None where nobody looked for it."""
        if element.kind == "op":
            found = [self._origin(part) for part in split_call(element.name)]
            known = [one for one in found if one is not None]
            return max(known, key=lambda one: one[1]) if len(known) == len(found) else None
        return self._origin(element.name) if element.kind in _TRACED else None

    def _origin(self, name: str) -> tuple[str, str] | None:
        if name not in self._origins:
            at = bisect_left(self._commits, f"{name}  ")
            fields = self._commits[at].rsplit(maxsplit=2) if at < len(self._commits) else []
            self._origins[name] = (fields[1], fields[2]) if fields[:1] == [name] else None
        return self._origins[name]

    def taken_back(self, element: Element) -> str | None:
        """What upstream's branch did with an element between two releases and undid before the second."""
        found = self._reverted.get(element.name) if element.kind == "qmp" else None
        if found is None:
            return None
        release, brought, gone = found
        return f"upstream had it on the way to {release} ({brought}) and took it back ({gone})"

    @cached_property
    def _reverted(self) -> Mapping[str, Sequence[str]]:
        path = self.folder / "reverted.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()
        rows = (line.split() for line in lines if not line.startswith("#"))
        return {row[0]: row[1:] for row in rows if self._is_past(row[1])}

    def _is_past(self, release: str) -> bool:
        return self.last is not None and parse_release(release) <= self.last

    def day_of(self, commit: str) -> str | None:
        """The day of a commit, by its first twelve digits, where the data have it; else None."""
        short = commit[:12]
        days = (line.split()[-1] for line in self._commits if f"  {short}  " in line)
        told = (str(one.date) for one in self.releases if one.date and one.commit[:12] == short)
        return next(days, None) or next(told, None)

    @cached_property
    def _commits(self) -> list[str]:
        path = self.folder / "commits.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return [line for line in lines if not line.startswith("#")]

    def has(self, element: Element, version: Version) -> bool | None:
        """Whether a release had an element; None where no ledger covers its kind."""
        mask = self.mask(element)
        if mask is None or version not in self._places:
            return None
        return bool(mask >> self._places[version] & 1)

    @cached_property
    def _places(self) -> dict[Version, int]:
        return {version: at for at, version in enumerate(self.versions)}

    def common_mask(self, elements: Iterable[Element]) -> int | None:
        """The releases that had every one of these elements; None when no ledger covers any of them."""
        masks = [mask for mask in map(self.mask, elements) if mask is not None]
        if not masks:
            return None
        common = masks[0]
        for mask in masks[1:]:
            common &= mask
        return common

    def mask_of(self, chosen: Callable[[Version], bool | None]) -> int:
        """The releases of which something is true, as a mask."""
        return sum(1 << at for at, version in enumerate(self.versions) if chosen(version))

    def mask_between(self, first: Version | None, end: Version | None) -> int:
        """The releases from one on and before another, as a mask."""
        start = self.place_of(first) if first is not None else 0
        stop = self.place_of(end) if end is not None else len(self.versions)
        return (1 << stop) - 1 & -1 << start

    def accepted_mask(self, constraint: str) -> int:
        """The releases that a `release:` condition accepts."""
        if constraint not in self._accepted:
            self._accepted[constraint] = self.mask_of(Constraint.parse(constraint).accepts)
        return self._accepted[constraint]

    def place_of(self, version: Version) -> int:
        """Where a release stands in version order, or would stand."""
        if version not in self._places:
            return bisect_left(self.versions, version)
        return self._places[version]

    def first_in(self, mask: int, start: int = 0) -> Version | None:
        """The first release of a mask at or after a place."""
        rest = mask >> start << start
        return self.versions[(rest & -rest).bit_length() - 1] if rest else None

    def last_in(self, mask: int) -> Version | None:
        """The last release of a mask."""
        return self.versions[mask.bit_length() - 1] if mask else None

    def is_bounded(self, elements: Iterable[Element], mask: int) -> bool:
        """Whether the first release of a mask is only the latest that an element's first one can be."""
        first = mask & -mask
        for one in elements:
            if one.kind == "qmp" and self._untold(one.name) & first >> 1:
                return True
            ledger = self.ledger(one.kind)
            for atom in ledger.atoms(one.name) if ledger else ():
                known = self._masks.of_ranges(atom.ranges)
                if atom.ranges.startswith("<=") and known & -known == first:
                    return True
        return False

    def _untold(self, name: str) -> int:
        """The releases of which nobody knows what a query returned: those before a schema described it."""
        head, inside, _ = name.partition("()")
        ledger = self.ledger("qmp") if inside else None
        return (
            self._masks.of_atoms([a for a in ledger.atoms(f"{head}()") if a.type == "any"]) if ledger else 0
        )

    def flags(self, element: Element, release: Version) -> frozenset[str]:
        """The flags that a flat ledger has of an element or of what it is in; QMP's are in its graph."""
        ledger = self.ledger(element.kind)
        if ledger is None or element.kind == "qmp" or release not in self._places:
            return frozenset()
        here = 1 << self._places[release]
        around = (flag for name in _around(element.name) for flag in ledger.flags(name))
        return frozenset(flag for flag, atom in around if self._masks.of_ranges(atom.ranges) & here)

    def flagged_since(
        self, elements: Iterable[Element], flag: str, release: Version | None = None
    ) -> str | None:
        """Since when any of these elements, or one around it, carries a flag that it has in a release.

        Without a release it is the newest.
        """
        newest = release or (self.versions[-1] if self.versions else None)
        if newest is None:
            return None
        dated = (self._flagged_from(one, flag, newest) for one in elements)
        firsts = [first for first in dated if first is not None]
        return self.name_of(min(firsts)) if firsts else None

    def _flagged_from(self, element: Element, flag: str, release: Version) -> Version | None:
        place = self.place_of(release)
        first = self._flagged.get((element, flag, place), place + 1)
        if first > place:
            while first > 0 and flag in self._flags_of(element, self.versions[first - 1]):
                first = self._flagged.get((element, flag, first - 1), first - 1)
            self._flagged[element, flag, place] = first
        return self.versions[first] if first <= place else None

    def _flags_of(self, element: Element, version: Version) -> frozenset[str]:
        if element.kind != "qmp":
            return self.flags(element, version)
        graph = self.graph(version)
        seen = walk(graph, element.name) if graph else None
        return seen.features if seen is not None else frozenset()

    def build_condition(self, element: Element, version: Version) -> str | None:
        """The build condition of an element's head, or of the innermost part that has one."""
        ledger = self.ledger(element.kind)
        if ledger is None:
            return None
        head = element.name.split(".", 1)[0].split("(", 1)[0].split(":", 1)[0]
        for name in (element.name, head):
            for atom in ledger.under(name):
                if atom.name.startswith(f"{name}[if=") and version in atom.parsed_ranges:
                    return atom.name[len(name) + 4 : -1]
        return None


def _around(name: str) -> Iterator[str]:
    """An element's name, and what it is in: `VM.start` is in `VM`."""
    yield name
    if "." in name:
        yield name.rsplit(".", 1)[0]


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """The first and the last place of each run of neighbouring bits."""
    while mask:
        first = (mask & -mask).bit_length() - 1
        rest = (mask >> first) + 1
        length = (rest & -rest).bit_length() - 1
        yield first, first + length - 1
        mask &= -1 << (first + length)


# Each hypervisor's history by its name.
Histories = Callable[[str], History]
