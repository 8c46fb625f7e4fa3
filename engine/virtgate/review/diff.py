"""A host's whole interface against upstream's ledger: what it has besides, what it lacks, and what that is.

No verdict depends on this: a path is judged by its footprint alone (see `interface.shape`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..catalog import Catalog
from ..conditions import View
from ..history import History
from ..interface import Graph, same_shape, walk
from ..model import Element, Host
from ..versions import Version
from .structure import Raw, compare_graphs, signature

EXTRA, ABSENT, CHANGED = "extra", "absent", "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One difference: the kind of element, its name, which class of difference, since when upstream has it.

    `side` is extra (only the host has it), absent (only upstream) or changed.
    """

    kind: str
    name: str
    side: str
    category: str
    since: str | None
    sentence: str


def diff_host(catalog: Catalog, host: Host, history: History, view: View, against: Version) -> Iterator[Item]:
    """Every difference between a host and one upstream release, QMP first, then types, then options."""
    differ = _Differ(catalog, host, history, view, against)
    yield from differ.qmp()
    yield from differ.machines()
    yield from differ.types()
    yield from differ.properties()
    yield from differ.options()


class _Differ:
    """Finds one host's differences and says what each is."""

    def __init__(self, catalog: Catalog, host: Host, history: History, view: View, against: Version) -> None:
        self.host = host
        self.history = history
        self.view = view
        self.against = against
        self.place = history.place_of(against)
        upstream = catalog.upstreams[host.hypervisor]
        self.title = upstream.title
        downstreams = catalog.downstreams.get(host.hypervisor, {}).values()
        self.vendor_machines = [(one.title, pattern) for one in downstreams for pattern in one.machines]
        self.owner = next((one.title for one in downstreams if one.name == host.downstream), None)

    def qmp(self) -> Iterator[Item]:
        """Commands, events, and everything in them."""
        mine, theirs = self.view.qemu.graph, self.history.graph(self.against)
        if mine is None or theirs is None:
            return
        for raw in compare_graphs(mine, theirs):
            element = Element(kind="qmp", name=raw.name)
            if raw.side == ABSENT:
                yield self._absent(raw.kind, element)
            elif raw.side == EXTRA:
                yield self._extra(raw.kind, element, self._later_shape(raw.name, mine))
            else:
                yield self._changed(raw, mine)

    def _later_shape(self, name: str, mine: Graph) -> Version | None:
        """The first later release whose shape of an element the host has."""
        mask = self.history.mask(Element(kind="qmp", name=name)) or 0
        tried: set[tuple[str, ...]] = set()
        for at in range(self.place + 1, len(self.history.versions)):
            version = self.history.versions[at]
            theirs = self.history.graph(version) if mask >> at & 1 else None
            if theirs is None:
                continue
            shape = signature(theirs, name)
            if shape in tried:
                continue
            tried.add(shape)
            if not same_shape(shape, mine, theirs):
                return version
        return None

    def _extra(self, kind: str, element: Element, later: Version | None) -> Item:
        mask = self.history.mask(element)
        first_later = self.history.first_in(mask or 0, self.place + 1)
        if "__" in element.name and re.search(r"(?:^|[.:=(])__", element.name):
            return self._item(kind, element, EXTRA, "vendor-namespaced", None, "a vendor's own, and named so")
        if self.host.newer:
            return self._item(kind, element, EXTRA, "newer-than-ledger", None, "beyond the ledger")
        if later is not None:
            flag = self._flag(element, later)
            text = f"upstream has it since {self._name(later)}, in this shape"
            return self._item(kind, element, EXTRA, flag or "backport", later, text)
        if first_later is not None:
            text = f"upstream has it since {self._name(first_later)}, in another shape"
            return self._item(kind, element, EXTRA, "divergent", first_later, text)
        if mask:
            last = self.history.last_in(mask)
            return self._item(
                kind, element, EXTRA, "removed", None, f"upstream had it last in {self._name(last)}"
            )
        if self.history.covers(element.kind) == "complete":
            if self._may_be_point_release():
                text = f"the ledger has this branch's releases up to {self._name(self.against)} only"
                return self._item(kind, element, EXTRA, "newer-than-ledger", None, text)
            whose = f"only {self.owner} has it" if self.owner else "no upstream release has it"
            return self._item(kind, element, EXTRA, "fork-only", None, whose)
        return self._item(
            kind, element, EXTRA, "unledgered", None, "the ledger cannot tell whether upstream has it"
        )

    def _may_be_point_release(self) -> bool:
        """Whether a point release that the ledger lacks may have brought it, as such have before.

        Whoever builds upstream first gets the benefit of that doubt; a fork does not.
        """
        follows = self.host.kind in {"upstream", "distribution"}
        return follows and not self.host.snapshot and self.host.version != self.host.release

    def _flag(self, element: Element, version: Version) -> str | None:
        graph = self.history.graph(version)
        seen = walk(graph, element.name) if graph is not None and element.kind == "qmp" else None
        return "unstable" if seen is not None and "unstable" in seen.features else None

    def _absent(self, kind: str, element: Element) -> Item:
        since = self.history.first_in(self.history.mask(element) or 0)
        if self.host.newer:
            text = "beyond the ledger: removed since, or not built"
            return self._item(kind, element, ABSENT, "newer-than-ledger", since, text)
        condition = self.history.build_condition(element, self.against)
        text = f"built only with {condition}" if condition else "this build or target does not have it"
        return self._item(kind, element, ABSENT, "not-built", since, text)

    def _changed(self, raw: Raw, mine: Graph) -> Item:
        element = Element(kind="qmp", name=raw.name)
        if self.host.newer:
            return self._item(raw.kind, element, CHANGED, "newer-than-ledger", None, raw.text)
        later = self._later_shape(raw.name, mine)
        if later is not None:
            text = f"{raw.text}; upstream's is so since {self._name(later)}"
            return self._item(raw.kind, element, CHANGED, "backport", later, text)
        since = self.history.first_in(self.history.mask(element) or 0)
        return self._item(raw.kind, element, CHANGED, "divergent", since, raw.text)

    def machines(self) -> Iterator[Item]:
        """Machine types that a downstream made."""
        for name in sorted(self.view.qemu.machines or {}):
            for title, pattern in self.vendor_machines:
                if re.search(pattern, name):
                    element = Element(kind="qom", name=name)
                    yield self._item(
                        "machine", element, EXTRA, "vendor-machine", None, f"{title}'s machine type"
                    )
                    break

    def types(self) -> Iterator[Item]:
        """Device types and other QOM types that can be created."""
        ledger = self.history.ledger("qom")
        known = self.view.qemu.types
        if ledger is None or known is None:
            return
        devices = self.view.qemu.devices or frozenset()
        patterns = [re.compile(pattern) for _, pattern in self.vendor_machines]
        for name in sorted(known):
            element = Element(kind="qom", name=name)
            bare = name.removesuffix("-machine")
            if self.history.has(element, self.against) or any(one.search(bare) for one in patterns):
                continue
            yield self._plain("device" if name in devices else "type", element)
        for atom in ledger.heads():
            element = Element(kind="qom", name=atom.name)
            if atom.type == "type" and atom.name not in known and self.history.has(element, self.against):
                yield self._absent("type", element)

    def properties(self) -> Iterator[Item]:
        """The properties of every type that was asked for them."""
        if self.history.ledger("qom") is None:
            return
        for asked, reply in sorted(self.view.facts.answers.items()):
            found = re.fullmatch(r'(?:device|qom)-list-properties \{"typename":"(.+)"\}', asked)
            rows = reply.get("return") if found else None
            if found is None or not isinstance(rows, list):
                continue
            kind = found[1]
            if not self.history.has(Element(kind="qom", name=kind), self.against):
                continue
            for row in rows:
                element = Element(kind="qom", name=f"{kind}.{row['name']}")
                if not self.history.has(element, self.against):
                    yield self._plain("property", element)

    def options(self) -> Iterator[Item]:
        """Command-line options and their parameters."""
        if self.history.ledger("option") is None or self.view.qemu.options is None:
            return
        for option, parameters in sorted(self.view.qemu.options.items()):
            names = [option, *(f"{option}.{parameter}" for parameter in sorted(parameters))]
            for name in names:
                element = Element(kind="option", name=name)
                if not self.history.has(element, self.against):
                    yield self._plain("parameter" if "." in name else "option", element)

    def _plain(self, kind: str, element: Element) -> Item:
        """An element without a shape: its presence is all there is to compare."""
        later = self.history.first_in(self.history.mask(element) or 0, self.place + 1)
        return self._extra(kind, element, later)

    def _name(self, version: Version | None) -> str:
        return f"{self.title} {self.history.name_of(version)}" if version else self.title

    def _item(  # noqa: PLR0917 - an Item's fields in their order
        self, kind: str, element: Element, side: str, category: str, since: Version | None, text: str
    ) -> Item:
        name = self.history.name_of(since) if since else None
        return Item(kind=kind, name=element.name, side=side, category=category, since=name, sentence=text)


def counts(items: Iterable[Item]) -> dict[str, int]:
    """How many items there are of each class."""
    found: dict[str, int] = {}
    for item in items:
        found[item.category] = found.get(item.category, 0) + 1
    return dict(sorted(found.items()))
