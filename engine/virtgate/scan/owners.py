"""Whose an element is that upstream never had, and what upstream has in its place, as the data know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..conditions import footprint
from ..data import Catalog
from ..model import Condition, Element


def read_owners(catalog: Catalog, hypervisor: str) -> Mapping[Element, str]:
    """Who has an element, by title: from forks' paths, divergent shapes, markers and elements."""
    downstreams = catalog.downstreams.get(hypervisor, {})
    found: dict[Element, str] = {}
    for condition, owners in _owned(catalog, hypervisor):
        titles = [downstreams[name].title for name in owners if name in downstreams]
        for element in footprint(condition) if titles else ():
            found.setdefault(element, " and ".join(titles))
    return found


def _owned(catalog: Catalog, hypervisor: str) -> Iterator[tuple[Condition, tuple[str, ...]]]:
    for paths in catalog.paths.get(hypervisor, {}).values():
        for path in paths:
            if path.fork is not None:
                yield path.when, (path.fork,)
            yield from ((one.when, one.by) for one in path.divergent)
    for one in catalog.downstreams.get(hypervisor, {}).values():
        yield from ((condition, (one.name,)) for condition in (*one.markers, *one.elements))


def read_successors(catalog: Catalog, hypervisor: str) -> Mapping[Element, str]:
    """The path or capability to use instead, by the element that a path with a successor stands on."""
    return {
        element: path.successor
        for paths in catalog.paths.get(hypervisor, {}).values()
        for path in paths
        if path.successor is not None
        for element in footprint(path.when)
    }
