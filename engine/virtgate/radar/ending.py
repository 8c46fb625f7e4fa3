"""When upstream deprecated a path, and when it went or may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ..data import Catalog
from ..facts.folders import find_hypervisor
from ..interface import walk
from ..model import Element, Path
from ..upstream.documented import find_documented
from ..upstream.history import History
from ..upstream.status import find_status, is_taken_away
from ..versions import Version, next_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A path's end: the releases since which it is deprecated and in which it is gone; None where not.

    `may_go` is the first release that may be without it, where upstream has a rule for that; `elements` are
    those of its footprint that the end is about.
    """

    deprecated: str | None
    removed: str | None
    may_go: str | None
    elements: tuple[Element, ...]

    @property
    def is_one(self) -> bool:
        """Whether there is anything to tell."""
        return self.deprecated is not None or self.removed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fading:
    """A path that is deprecated or gone."""

    path: Path
    ending: Ending


def find_ending(path: Path, history: History) -> Ending:
    """What is known of a path's end, by flags, by the ledgers and by what is typed."""
    last = find_status(path, None, history, None).last
    # No release had it, so that nothing of it can end.
    if last is None:
        return Ending(deprecated=None, removed=None, may_go=None, elements=())
    footprint = find_status(path, last, history, None).footprint
    documented = read_documented(path.hypervisor, history)
    typed = path.deprecated
    since = (typed.since if typed else None) or _deprecated_since(footprint, last, history, documented)
    removed = _removed_in(path, footprint, last, history)
    return Ending(
        deprecated=since,
        removed=removed,
        may_go=_may_go(since, path.hypervisor, history) if since and removed is None else None,
        elements=_ending_elements(footprint, last, history, documented),
    )


def find_fading(catalog: Catalog, hypervisor: str, history: History) -> Iterator[Fading]:
    """Every path that upstream deprecates, or had and has no longer, in the data's order."""
    for paths in catalog.paths.get(hypervisor, {}).values():
        for path in paths:
            ending = find_ending(path, history)
            if ending.is_one:
                yield Fading(path=path, ending=ending)


def _deprecated_since(
    footprint: tuple[Element, ...], last: Version, history: History, documented: Mapping[Element, Version]
) -> str | None:
    """Since when by the flags; where documentation, which is older than those, told earlier, since then."""
    flagged = history.flagged_since(footprint, "deprecated", last)
    if flagged is None:
        return None
    told = [documented[one] for one in footprint if one in documented and documented[one] <= last]
    return history.name_of(min([history.version_of(flagged), *told]))


@lru_cache(maxsize=8)
def read_documented(hypervisor: str, history: History) -> Mapping[Element, Version]:
    """Since when an element was deprecated by documentation, whichever release's that is."""
    found: dict[Element, Version] = {}
    for one in find_documented(hypervisor, history):
        if one.deprecated is not None:
            for element in one.elements:
                version = history.version_of(one.deprecated)
                found[element] = min(version, found.get(element, version))
    return MappingProxyType(found)


def _removed_in(path: Path, footprint: tuple[Element, ...], last: Version, history: History) -> str | None:
    """The release that took something of a path away; None where none did."""
    if path.deprecated and path.deprecated.removed:
        return path.deprecated.removed
    if last == history.last or not is_taken_away(path, footprint, history.last, history):
        return None
    # What is typed is a commit's release; the ledger knows only between which two releases it went.
    return path.until.release if path.until else removed_after(last, history)


def removed_after(last: Version | None, history: History) -> str | None:
    """The first release after the last that had something; None while the newest has it."""
    if last is None or last == history.last:
        return None
    return history.name_of(history.versions[history.place_of(last) + 1])


def _may_go(since: str, hypervisor: str, history: History) -> str | None:
    """The first release that may be without what is deprecated, where upstream counts releases."""
    kept = find_hypervisor(hypervisor).keeps_deprecated
    if kept is None:
        return None
    version = history.version_of(since)
    for _ in range(kept):
        version = next_release(version, history.versions)
    return history.name_of(version)


def _ending_elements(
    footprint: tuple[Element, ...], last: Version, history: History, documented: Mapping[Element, Version]
) -> tuple[Element, ...]:
    """The elements that the newest release lacks or that are deprecated."""
    graph, newest = history.graph(last), history.last
    found = []
    for one in footprint:
        seen = walk(graph, one.name) if graph is not None and one.kind == "qmp" else None
        is_flagged = seen is not None and "deprecated" in seen.features
        is_gone = newest is not None and history.has(one, newest) is False
        if is_flagged or is_gone or one in documented:
            found.append(one)
    return tuple(found)
