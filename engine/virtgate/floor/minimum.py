"""What a minimum release means: what is always on from it on, which paths are dead, and how low it can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..ask.answering import judge_release
from ..ask.opened import open_catalog, open_history
from ..ask.release import check_hypervisor, find_product_release, host_of_release
from ..data import Catalog
from ..decide import Decision, PathDecision, decide
from ..driver.policy import Policy
from ..interface.walk import places_of
from ..model import Element, Path, Shipped
from ..radar.changed import first_throughout, has
from ..radar.ending import find_ending
from ..upstream.documented import Documented, find_documented
from ..upstream.history import History
from ..upstream.status import find_status, is_taken_away
from .lacking import may_lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """A capability that upstream's every release from the floor on enables.

    `path` is the first path that all of them enable (None: they take turns); `lacking` what a build or a
    machine may fail of it, `needs` the needed capabilities of which the same is true. With neither, no check
    is left to do. `deprecated` is the release since which upstream wants the path given up.
    """

    capability: str
    title: str
    path: str | None
    lacking: tuple[str, ...]
    needs: tuple[str, ...]
    deprecated: str | None

    @property
    def is_certain(self) -> bool:
        """Whether no host from the floor on can lack it."""
        return self.path is not None and not self.lacking and not self.needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A path that a driver with this floor has no use for.

    `why` is `removed` (`last` is the last release that had it), `stand-in` (up to `last` it stood for what
    releases from then on tell otherwise; upstream took nothing away), `shadowed` (wherever it is, the
    preferred paths of `by` are too) or `fallback`: as shadowed, but a host may lack `unless` of those and
    still have this. `elements` is what of the interface no living path touches.
    """

    capability: str
    path: str
    why: str
    last: str | None
    by: tuple[str, ...]
    unless: tuple[str, ...]
    elements: tuple[Element, ...]
    successor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One minimum release, and every release from it on.

    `documented` is what upstream's own lists say had gone by then. `later` has ids for which a check remains,
    each with since when it is always on; `behind` which releases of distributions ship an older one.
    """

    hypervisor: str
    release: str
    releases: tuple[str, ...]
    always: tuple[Always, ...]
    dead: tuple[Dead, ...]
    documented: tuple[Documented, ...]
    later: Mapping[str, str]
    behind: tuple[Shipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowest:
    """The lowest floor of some capabilities: each with its own, and why those have none that have none."""

    hypervisor: str
    release: str | None
    each: Mapping[str, str | None]
    reasons: Mapping[str, str]

    @property
    def deciding(self) -> tuple[str, ...]:
        """The capabilities that keep the floor from being lower: those that have none, or the latest."""
        wanted = None if self.reasons else self.release
        return tuple(name for name, release in self.each.items() if release == wanted)


def find_floor(hypervisor: str, text: str, *, data: str | None = None) -> Floor:
    """What a minimum means; a branch is its first release. Raises UnknownRelease, UsageError, DataError."""
    catalog = open_catalog(data)
    history = _history(catalog, hypervisor)
    first = find_first_release(catalog, history, hypervisor, text)
    names = tuple(one.name for one in history.releases[history.place_of(history.version_of(first)) :])
    span = [judge_release(hypervisor, name, Policy(), data=data).decisions for name in names]
    always = tuple(_find_always(catalog, span, history, names))
    return Floor(
        hypervisor=hypervisor,
        release=first,
        releases=names,
        always=always,
        dead=tuple(_find_dead(catalog, span, history, hypervisor, names)),
        documented=tuple(_find_told(hypervisor, history, first)),
        later=MappingProxyType(_find_later(span, names)),
        behind=tuple(
            one
            for one in catalog.distributions.get(hypervisor, ())
            if history.version_of(one.ships) < history.version_of(first)
        ),
    )


def _history(catalog: Catalog, hypervisor: str) -> History:
    check_hypervisor(catalog, hypervisor)
    return open_history(catalog, hypervisor)


def find_first_release(catalog: Catalog, history: History, hypervisor: str, text: str) -> str:
    """A release by its name or its product's, or a branch by the first that it had. Raises UnknownRelease."""
    names = (release.name for release in history.releases)
    branch = next((name for name in names if name.startswith(f"{text}.")), None)
    return branch or find_product_release(catalog, history, hypervisor, text)


def _find_always(
    catalog: Catalog, span: Sequence[Mapping[str, Decision]], history: History, names: Sequence[str]
) -> Iterator[Always]:
    found: dict[str, Always] = {}
    for name in catalog.with_needs_first(span[0]):
        decisions = [one[name] for one in span]
        if not all(one.state == "enabled" for one in decisions):
            continue
        columns = zip(*(one.paths for one in decisions), strict=True)
        throughout = (row[0].path for row in columns if all(one.state == "enabled" for one in row))
        path = next(throughout, None)
        found[name] = Always(
            capability=name,
            title=catalog.capabilities[name].title,
            path=path.name if path else None,
            lacking=_lacking_in(catalog, path, history, names) if path else (),
            needs=tuple(
                need
                for need in catalog.capabilities[name].needs
                if need not in found or not found[need].is_certain
            ),
            deprecated=find_ending(path, history).deprecated if path else None,
        )
    yield from (found[name] for name in sorted(found))


def _lacking_in(catalog: Catalog, path: Path, history: History, names: Sequence[str]) -> tuple[str, ...]:
    """What may be missing of a path in the first or in the last of the releases."""
    # The two ends stand for what is between them: each release costs a walk of all conditions.
    ends = (history.version_of(names[0]), history.version_of(names[-1]))
    kinds = catalog.upstreams[path.hypervisor].unconditional if path.optional is None else ()
    return tuple(dict.fromkeys(text for version in ends for text in may_lack(path, history, version, kinds)))


def _find_dead(
    catalog: Catalog,
    span: Sequence[Mapping[str, Decision]],
    history: History,
    hypervisor: str,
    names: Sequence[str],
) -> Iterator[Dead]:
    touched = _touched_by_living(span)
    for name in catalog.ids(hypervisor):
        decisions = [one[name] for one in span]
        for at, first in enumerate(decisions[0].paths):
            columns = [one.paths[: at + 1] for one in decisions]
            having = [column for column in columns if has(column[-1])]
            by = () if not having else _superseding(having)
            # A path that no release ever had is a fork's or unreleased: nobody wrote code for it.
            if (having and not by) or not first.standing.mask:
                continue
            path = first.path
            last = None if having else history.last_in(first.standing.mask)
            unless = _unless(catalog, path, by, history, names)
            footprint = find_status(path, last, history, None).footprint
            is_removed = is_taken_away(path, footprint, history.version_of(names[0]), history)
            gone = "removed" if is_removed else "stand-in"
            yield Dead(
                capability=name,
                path=path.name,
                why="fallback" if unless else "shadowed" if having else gone,
                last=history.name_of(last) if last else None,
                by=tuple(one.name for one in by),
                unless=unless,
                elements=_only_here(footprint, touched),
                successor=path.successor,
            )


def _find_told(hypervisor: str, history: History, first: str) -> Iterator[Documented]:
    """What upstream's lists say that the floor has no more, whether or not a path here is about it."""
    start = history.version_of(first)
    for one in find_documented(hypervisor, history):
        if one.elements and one.removed is not None and history.version_of(one.removed) <= start:
            yield one


def _superseding(having: Sequence[Sequence[PathDecision]]) -> tuple[Path, ...]:
    """The paths before the last of each column that are enabled wherever it is; none where one has none."""
    found: dict[str, Path] = {}
    for *before, _ in having:
        first = next((one for one in before if one.state == "enabled"), None)
        if first is None:
            return ()
        found[first.path.name] = first.path
    return tuple(found.values())


def _unless(
    catalog: Catalog, path: Path, by: Iterable[Path], history: History, names: Sequence[str]
) -> tuple[str, ...]:
    mine = _lacking_in(catalog, path, history, names)
    theirs = (text for one in by for text in _lacking_in(catalog, one, history, names))
    return tuple(dict.fromkeys(text for text in theirs if text not in mine))


def _touched_by_living(span: Sequence[Mapping[str, Decision]]) -> frozenset[Element]:
    """Every element of a path that some release has and that no other makes superfluous, with its heads."""
    touched: set[Element] = set()
    # What only releases between the two touch has come and gone within them.
    for decisions in (span[0], span[-1]):
        for decision in decisions.values():
            for at, one in enumerate(decision.paths):
                if has(one) and not any(before.state == "enabled" for before in decision.paths[:at]):
                    touched.update(whole for part in one.standing.footprint for whole in _around(part))
    return frozenset(touched)


def _around(element: Element) -> Iterator[Element]:
    """An element and what it is in, from the outermost."""
    if element.kind != "qmp":
        yield element
        return
    yield from (Element(kind="qmp", name=name) for name in places_of(element.name))


def _only_here(footprint: Iterable[Element], touched: frozenset[Element]) -> tuple[Element, ...]:
    """The outermost elements that nothing living touches."""
    found = (next((one for one in _around(part) if one not in touched), None) for part in footprint)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _find_later(span: Sequence[Mapping[str, Decision]], names: Sequence[str]) -> dict[str, str]:
    """Since when each capability is always on that is not yet at the floor; those that never are left out."""
    found = {}
    for capability in span[0]:
        at = _first_always([one[capability] for one in span])
        if at:
            found[capability] = names[at]
    return found


def _first_always(decisions: Sequence[Decision]) -> int | None:
    """The place from which on all are enabled; None where the last is not."""
    return first_throughout(range(len(decisions)), lambda at: decisions[at].state == "enabled")


def find_lowest(hypervisor: str, ids: Sequence[str], *, data: str | None = None) -> Lowest:
    """The lowest release from which on upstream's every release enables all of some capabilities.

    Raises UnknownCapability, UsageError, DataError.
    """
    catalog = open_catalog(data)
    history = _history(catalog, hypervisor)
    ids = tuple(catalog.get(name).id for name in ids)
    rows = {name: catalog.capabilities[name] for name in catalog.with_needs_first(ids)}
    # Every release is decided: a dozen ids and their needs, and not the thousand that nobody asked about.
    small = replace(catalog, capabilities=MappingProxyType(rows))
    span = [
        decide(small, host_of_release(hypervisor, release.name), history, None, Policy())
        for release in history.releases
    ]
    each: dict[str, str | None] = {}
    for name in dict.fromkeys(ids):
        at = _first_always([one[name] for one in span])
        each[name] = None if at is None else history.releases[at].name
    # Why the newest release does not enable it: what an older one lacked may have come since.
    reasons = {name: span[-1][name].reason for name, release in each.items() if release is None}
    known = [release for release in each.values() if release is not None]
    return Lowest(
        hypervisor=hypervisor,
        release=None if reasons else max(known, key=history.version_of),
        each=MappingProxyType(each),
        reasons=MappingProxyType(reasons),
    )
