"""What a host has otherwise of a path than upstream gave it."""

from __future__ import annotations

from collections.abc import Iterator

from ..conditions import KINDS, View, look
from ..interface import Difference, Graph, same_shape, walk
from ..interface.walk import parse_element
from ..model import Element, Path, leaves
from ..upstream.history import History
from ..upstream.status import UpstreamStatus
from ..versions import Version
from .classify import WRONG, Classifier


class Shapes:
    """One host's interface, held against upstream's a path at a time."""

    def __init__(self, history: History, view: View, classifier: Classifier) -> None:
        self._history = history
        self._view = view
        self._classifier = classifier

    def differ(self, path: Path, standing: UpstreamStatus) -> tuple[Difference, ...]:
        """Where a path that is there is not as upstream has it in the release that the standing refers to."""
        if standing.reference is None:
            return ()
        held = (leaf for leaf in leaves(path.when) if look(leaf, self._view))
        of_kinds = (one for leaf in held for one in KINDS[leaf.kind].differ(self._view, leaf.terms))
        listed = self._listed(standing, standing.reference)
        return (*self._qmp(standing), *self._properties(standing), *listed, *of_kinds)

    def _listed(self, standing: UpstreamStatus, reference: Version) -> Iterator[Difference]:
        """What the host lists under a name of the path's and with another type."""
        found = (self._classifier.retyped(one.kind, one, reference) for one in standing.footprint)
        yield from (Difference(one.name, one.sentence) for one in found if one and one.category in WRONG)

    def _qmp(self, standing: UpstreamStatus) -> tuple[Difference, ...]:
        graph = self._view.own.graph
        upstream = self._history.graph(standing.reference) if standing.reference else None
        if graph is None or upstream is None:
            return ()
        names = [name for one in standing.footprint for name in _spell(one, graph, upstream)]
        # A command that the monitor has and the schema lacks has a shape that nobody can see.
        told = [name for name in names if graph.root(_head(name)) is not None or not self._has(name)]
        return same_shape(told, graph, upstream) or tuple(self._wrong(told))

    def _has(self, name: str) -> bool:
        return bool(self._view.own.has_command(_head(name)))

    def _wrong(self, names: list[str]) -> Iterator[Difference]:
        """What `diff` calls divergent or a fork's own: no gate is milder about the same element."""
        found = map(self._classifier.find_wrong, names)
        yield from (Difference(item.name, item.sentence) for item in found if item is not None)

    def _properties(self, standing: UpstreamStatus) -> Iterator[Difference]:
        """What a path sends to a type whose properties were asked for and do not have it."""
        for one in standing.footprint:
            kind, dot, name = one.name.rpartition(".")
            if one.kind == "qom" and dot and self._view.own.property(kind, name) is False:
                yield Difference(one.name, f"the host has no {one.name}", absent=True)


def _spell(element: Element, *graphs: Graph) -> tuple[str, ...]:
    """What QMP calls an element: an object that can be made is a branch of object-add's, with its members."""
    if element.kind == "qmp":
        return (element.name,)
    kind = element.name.partition(".")[0]
    if element.kind != "qom" or not any(walk(graph, f"object-add:{kind}") for graph in graphs):
        return ()
    return f"object-add.qom-type={kind}", f"object-add:{element.name}"


def _head(name: str) -> str:
    return parse_element(name)[0]
