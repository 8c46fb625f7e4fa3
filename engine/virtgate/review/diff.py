"""A host's whole interface against upstream's ledger: what it has besides, what it lacks, and what that is.

No verdict depends on this: a path is judged by its footprint alone (see `interface.shape`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..catalog import Catalog
from ..conditions import View
from ..history import History
from ..interface import Graph, parse_element
from ..model import Element, Host
from ..versions import Version
from .classify import Classifier, Item
from .structure import ABSENT, CHANGED, EXTRA, Comparer, Raw

__all__ = ["Item", "counts", "diff_host"]


def diff_host(catalog: Catalog, host: Host, history: History, view: View, against: Version) -> Iterator[Item]:
    """Every difference between a host and one upstream release, QMP first, then types, then options."""
    differ = _Differ(catalog, host, history, view, against)
    yield from differ.qmp()
    yield from differ.machines()
    yield from differ.types()
    yield from differ.properties()
    yield from differ.options()


class _Differ:
    """Finds one host's differences and has each classed."""

    def __init__(self, catalog: Catalog, host: Host, history: History, view: View, against: Version) -> None:
        self.history = history
        self.view = view
        self.against = against
        self.place = history.place_of(against)
        self.classifier = Classifier(catalog, host, history, view, against)
        downstreams = catalog.downstreams.get(host.hypervisor, {}).values()
        self.vendor_machines = [(one.title, pattern) for one in downstreams for pattern in one.machines]

    def qmp(self) -> Iterator[Item]:
        """Commands, events, and everything in them; names alone where a host has no schema."""
        mine, theirs = self.view.qemu.graph, self.history.graph(self.against)
        if theirs is None:
            return
        if mine is None:
            yield from self._names(theirs)
            return
        comparer = Comparer(mine, theirs)
        raws = [raw for raw in comparer.compare(self._hidden(mine)) if not self._is_listed(raw)]
        shared = frozenset(comparer.shared)
        found = [item for raw in self._join(raws, mine) for item in self.classifier.judge(raw, mine, shared)]
        yield from sorted(found, key=lambda item: item.name)

    def _hidden(self, mine: Graph) -> frozenset[str]:
        """The commands that the schema has and the monitor has not: up to 2.12 it told all targets'."""
        listed = self.view.qemu.commands
        roots = ((name, mine.root(name)) for name in mine.roots())
        commands = {name for name, root in roots if root is not None and root.kind == "command"}
        return frozenset(commands - listed) if listed is not None else frozenset()

    def _is_listed(self, raw: Raw) -> bool:
        """Whether the monitor has a command that its schema lacks."""
        return (
            raw.side == ABSENT and raw.kind == "command" and self.view.qemu.has_command(raw.name) is not False
        )

    def _join(self, raws: list[Raw], mine: Graph) -> Iterator[Raw]:
        """The differences, with all those of one inner type as one where the host has a later release's."""
        whole: dict[str, Raw | None] = {}
        for raw in raws:
            if raw.side != EXTRA and _is_inner(raw.place) and raw.place not in whole:
                later = self.classifier.find_level(raw.place, mine)
                text = f"{raw.place} has other contents here"
                one = Raw(kind="member", name=raw.place, side=CHANGED, place="", text=text)
                whole[raw.place] = one if later is not None else None
        for raw in raws:
            if whole.get(raw.place) is None:
                yield raw
        yield from (raw for raw in whole.values() if raw is not None)

    def _names(self, theirs: Graph) -> Iterator[Item]:
        for kind, known in (("command", self.view.qemu.commands), ("event", self.view.qemu.events)):
            if known is None:
                continue
            roots = ((name, theirs.root(name)) for name in theirs.roots())
            upstream = {name for name, root in roots if root is not None and root.kind == kind}
            for name in sorted(known ^ upstream):
                element = Element(kind="qmp", name=name)
                yield self._plain(kind, element) if name in known else self.classifier.absent(kind, element)

    def machines(self) -> Iterator[Item]:
        """Machine types that a downstream made."""
        for name in sorted(self.view.qemu.machines or {}):
            for title, pattern in self.vendor_machines:
                if re.search(pattern, name):
                    text = f"{title}'s machine type"
                    yield Item(
                        kind="machine",
                        name=name,
                        side=EXTRA,
                        category="vendor-machine",
                        since=None,
                        sentence=text,
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
                yield self.classifier.absent("type", element)

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
        return self.classifier.surplus(kind, element, later)


def _is_inner(place: str) -> bool:
    """Whether a place is neither a command's arguments nor its whole return."""
    steps = parse_element(place)[1] if place else ()
    return bool(steps) and steps[-1].sort != "return"


def counts(items: Iterable[Item]) -> dict[str, int]:
    """How many items there are of each class."""
    found: dict[str, int] = {}
    for item in items:
        found[item.category] = found.get(item.category, 0) + 1
    return dict(sorted(found.items()))
