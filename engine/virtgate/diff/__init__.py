"""A host's whole interface against upstream's ledger: what it has besides, what it lacks, and what that is.

A path is judged by its footprint alone; about the same element no gate is milder (see `decide.shapes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..conditions import View
from ..data import Catalog
from ..decide.classify import Classifier, Item
from ..facts.folders import find_hypervisor
from ..hypervisors.protocol import Listed, Names
from ..interface import Graph, parse_element
from ..interface.structure import ABSENT, CHANGED, EXTRA, Comparer, Raw
from ..model import Element, Host
from ..upstream.history import History
from ..versions import Version

_CALLS = frozenset({"op", "method"})
Parts = Mapping[str, bool | None]

__all__ = ["Item", "counts", "diff_host"]


def diff_host(  # noqa: PLR0917 - who is compared, with what
    catalog: Catalog, host: Host, history: History, view: View, against: Version, other: View | None = None
) -> Iterator[Item]:
    """Every difference between a host and one upstream release: QMP, types, options; else what is listed.

    With `other`, a host of that release takes its place; only what both were asked is compared.
    """
    differ = _Differ(catalog, host, history, view, against, other)
    yield from differ.qmp()
    yield from differ.machines()
    yield from differ.types()
    yield from differ.properties()
    yield from differ.options()
    yield from differ.listed()


class _Differ:
    """Finds one host's differences and has each classed."""

    def __init__(  # noqa: PLR0917 - as diff_host's
        self, catalog: Catalog, host: Host, history: History, view: View, against: Version, other: View | None
    ) -> None:
        self.other = other
        self.history = history
        self.view = view
        self.against = against
        self.place = history.place_of(against)
        self.own = history.version_of(host.release) if host.release else against
        self.classifier = Classifier(catalog, host, history, view, against)
        downstreams = catalog.downstreams.get(host.hypervisor, {}).values()
        self.vendor_machines = [
            (one.title, re.compile(pattern)) for one in downstreams for pattern in one.machines
        ]

    def qmp(self) -> Iterator[Item]:
        """Commands, events, and everything in them; names alone where a host has no schema."""
        mine, theirs = self.view.own.graph, self._their_graph()
        if theirs is None:
            return
        if mine is None:
            yield from self._names(theirs)
            return
        whose = "upstream's" if self.other is None else "the other host's"
        comparer = Comparer(mine, theirs, whose)
        raws = [raw for raw in comparer.compare(self._hidden(mine)) if not self._is_listed(raw)]
        shared = frozenset(comparer.shared)
        found = [item for raw in self._join(raws, mine) for item in self.classifier.judge(raw, mine, shared)]
        yield from sorted(found, key=lambda item: item.name)

    def _their_graph(self) -> Graph | None:
        return self.history.graph(self.against) if self.other is None else self.other.own.graph

    def _hidden(self, mine: Graph) -> frozenset[str]:
        """The commands that the schema has and the monitor has not: up to 2.12 it told all targets'."""
        listed = self.view.own.commands
        roots = ((name, mine.root(name)) for name in mine.roots())
        commands = {name for name, root in roots if root is not None and root.kind == "command"}
        return frozenset(commands - listed) if listed is not None else frozenset()

    def _is_listed(self, raw: Raw) -> bool:
        """Whether the monitor has a command that its schema lacks."""
        return (
            raw.side == ABSENT and raw.kind == "command" and self.view.own.has_command(raw.name) is not False
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
        for kind, known in (("command", self.view.own.commands), ("event", self.view.own.events)):
            if known is None:
                continue
            roots = ((name, theirs.root(name)) for name in theirs.roots())
            upstream = {name for name, root in roots if root is not None and root.kind == kind}
            for name in sorted(known ^ upstream):
                element = Element(kind="qmp", name=name)
                yield self._plain(kind, element) if name in known else self.classifier.absent(kind, element)

    def machines(self) -> Iterator[Item]:
        """Machine types that a downstream made."""
        for name in sorted(self.view.own.machines or {}):
            owner = next((title for title, one in self.vendor_machines if one.search(name)), None)
            if owner is not None and not (self.other and self.other.own.has_machine(name)):
                text = f"{owner}'s machine type"
                yield Item(
                    kind="machine",
                    name=name,
                    side=EXTRA,
                    category="vendor-machine",
                    since=None,
                    sentence=text,
                )

    def types(self) -> Iterator[Item]:
        """Device types and other QOM types that can be created."""
        known, theirs = self.view.own.types, self._their_types()
        if known is None or theirs is None:
            return
        devices = self.view.own.devices or frozenset()
        for name in sorted(known - theirs):
            # A vendor's machine types are counted as such, above.
            bare = name.removesuffix("-machine")
            if not any(one.search(bare) for _, one in self.vendor_machines):
                element = Element(kind="qom", name=name)
                yield self._plain("device" if name in devices else "type", element)
        for name in sorted(theirs - known):
            yield self.classifier.absent("type", Element(kind="qom", name=name))

    def _their_types(self) -> frozenset[str] | None:
        if self.other is not None:
            return self.other.own.types
        ledger = self.history.ledger("qom")
        if ledger is None:
            return None
        heads = (atom.name for atom in ledger.heads() if atom.type == "type")
        return frozenset(
            name for name in heads if self.history.has(Element(kind="qom", name=name), self.against)
        )

    def properties(self) -> Iterator[Item]:
        """The properties of every type that was asked for them."""
        # Only types that were asked for: of any other nobody knows which properties it has.
        for asked, reply in sorted(self.view.facts.answers.items()):
            found = re.fullmatch(r'(?:device|qom)-list-properties \{"typename":"(.+)"\}', asked)
            mine = _row_names(reply) if found else None
            if found is None or mine is None:
                continue
            theirs = self._their_properties(asked, found[1], mine)
            for name in sorted(mine ^ theirs if theirs is not None else ()):
                element = Element(kind="qom", name=f"{found[1]}.{name}")
                lacks = name not in mine
                yield (
                    self.classifier.absent("property", element) if lacks else self._plain("property", element)
                )

    def _their_properties(self, asked: str, kind: str, mine: frozenset[str]) -> frozenset[str] | None:
        """The properties that the other host lists, or those of this host's that the ledger has too."""
        if self.other is not None:
            return _row_names(self.other.facts.told.get(asked, {}))
        # Of a type that the release lacks the type itself is the difference, and not its forty properties.
        if not self.history.has(Element(kind="qom", name=kind), self.against):
            return None
        elements = {name: Element(kind="qom", name=f"{kind}.{name}") for name in mine}
        return frozenset(name for name, one in elements.items() if self.history.has(one, self.against))

    def options(self) -> Iterator[Item]:
        """Command-line options and their parameters."""
        mine = _option_names(self.view)
        if mine is None or (self.other is None and self.history.ledger("option") is None):
            return
        elements = {name: Element(kind="option", name=name) for name in mine}
        theirs: frozenset[str] | None = (
            _option_names(self.other)
            if self.other is not None
            else frozenset(name for name, one in elements.items() if self.history.has(one, self.against))
        )
        for name in sorted(mine ^ theirs if theirs is not None else ()):
            kind, element = "parameter" if "." in name else "option", Element(kind="option", name=name)
            yield self._plain(kind, element) if name in mine else self.classifier.absent(kind, element)

    def listed(self) -> Iterator[Item]:
        """Names without a graph: functions, operations and their arguments, capabilities."""
        beside = () if self.other is None else _list_shown(self.other, self.history, self.against)
        others = {one.ledger: one.names for one in beside}
        for shown in _list_shown(self.view, self.history, self.against):
            if self.other is None:
                theirs = _list_upstream(self.history, shown.ledger, self.against)
                yield from self._names_of(shown, theirs)
            elif shown.ledger in others:
                yield from self._names_of(shown, others[shown.ledger])

    def _names_of(self, shown: Listed, theirs: Names) -> Iterator[Item]:
        retyped: set[str] = set()
        extra, absent = shown.names.keys() - theirs.keys(), theirs.keys() - shown.names.keys()
        for name in sorted({*shown.names, *theirs}):
            # What is inside a name that only one has, or has otherwise, is no difference of its own.
            inside = extra if name in extra else absent if name in absent else frozenset[str]()
            if _around(name) in inside | retyped or (inside and _around(name) in shown.echoes):
                continue
            element = Element(kind=shown.ledger, name=name)
            if name in shown.names and name in theirs:
                yield from self._parts(element, shown.names[name], theirs[name])
                other = self.classifier.retyped(shown.kind, element, self.against)
                retyped |= set() if other is None else {name}
                yield from () if other is None else (other,)
            elif name not in theirs:
                later = self._find_later(shown.ledger, name, shown.names[name])
                yield self.classifier.surplus(shown.kind, element, later)
            # Of a list that need not be whole nothing is known to be absent.
            elif shown.whole:
                yield self.classifier.absent(shown.kind, element)

    def _find_later(self, kind: str, name: str, mine: Parts, part: str | None = None) -> Version | None:
        """The first later release whose call of this name (that reads this part) is served by the host's."""
        element = Element(kind=kind, name=name)
        if self.view.own.listed(kind, name) is not None:
            return self.classifier.find_typed(element, self.against)
        mask = self.history.mask(element) or 0
        for at in range(self.place + 1, len(self.history.versions)):
            version = self.history.versions[at]
            theirs = _list_upstream(self.history, kind, version).get(name, {}) if mine else {}
            is_served = theirs.keys() <= mine.keys() and _demanded(mine) <= theirs.keys()
            if mask >> at & 1 and is_served and (part is None or part in theirs):
                return version
        return None

    def _parts(self, whole: Element, mine: Parts, theirs: Parts) -> Iterator[Item]:
        for part in sorted({*mine, *theirs}):
            element = Element(kind=whole.kind, name=f"{whole.name}.{part}")
            if part not in theirs:
                later = self._find_later(whole.kind, whole.name, mine, part)
                yield self.classifier.surplus("argument", element, later)
            elif part not in mine:
                lacking = self.classifier.absent("argument", element)
                text = f"{whole.name} does not read {part} here, upstream's does"
                is_own = self.history.has(element, self.own) is not False
                yield self.classifier.changed("argument", element, text) if is_own else lacking
            elif mine[part] is not theirs[part]:
                how = "may be left out" if mine[part] else "is mandatory"
                text = f"{element.name} {how} here, upstream's is not so"
                yield self.classifier.changed("argument", element, text, relaxed=bool(mine[part]))

    def _plain(self, kind: str, element: Element) -> Item:
        """An element without a shape: its presence is all there is to compare."""
        later = self.history.first_in(self.history.mask(element) or 0, self.place + 1)
        return self.classifier.surplus(kind, element, later)


def _around(name: str) -> str:
    """What a listed name is inside of, by its spelling; an empty text where that does not tell."""
    for mark in ("=", "()", "."):
        around, found, _ = name.rpartition(mark)
        if found:
            return around
    return ""


def _demanded(parts: Parts) -> frozenset[str]:
    return frozenset(name for name, optional in parts.items() if optional is False)


def _is_inner(place: str) -> bool:
    """Whether a place is neither a command's arguments nor its whole return."""
    steps = parse_element(place)[1] if place else ()
    return bool(steps) and steps[-1].sort != "return"


def _row_names(reply: Mapping[str, Any]) -> frozenset[str] | None:
    """The properties in a reply without a type's own parts, which nobody sets and code may name."""
    rows = reply.get("return")
    if not isinstance(rows, list):
        return None
    set_ones = (row for row in rows if isinstance(row, dict) and not _is_part(row))
    return frozenset(row["name"] for row in set_ones if isinstance(row.get("name"), str))


def _is_part(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("type"), str) and row["type"].startswith("child<")


def _option_names(view: View) -> frozenset[str] | None:
    """Options, and their parameters as `option.parameter`."""
    known = view.own.options
    if known is None:
        return None
    return frozenset(known) | {f"{option}.{one}" for option, inner in known.items() for one in inner}


def counts(items: Iterable[Item]) -> dict[str, int]:
    """How many items there are of each class."""
    found: dict[str, int] = {}
    for item in items:
        found[item.category] = found.get(item.category, 0) + 1
    return dict(sorted(found.items()))


def _list_shown(view: View, history: History, release: Version) -> Iterator[Listed]:
    """What a host shows by name, a ledger's kind at a time."""
    yield from find_hypervisor(view.facts.hypervisor).list_shown(view, history, release)


def _list_upstream(history: History, kind: str, release: Version) -> Names:
    """What an upstream release has of a flat ledger's kind, as a host without a graph shows it: by name."""
    found: dict[str, dict[str, bool | None]] = {}
    for atom in history.ledger(kind) or ():
        if "[" in atom.name or release not in atom.parsed_ranges:
            continue
        if kind != "op" or atom.type in _CALLS:
            found.setdefault(atom.name, {})
        else:
            head, _, part = atom.name.rpartition(".")
            found.setdefault(head, {})[part] = None if "=" in part else atom.optional
    return found
