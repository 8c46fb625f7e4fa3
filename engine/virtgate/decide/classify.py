"""What kind of difference a host shows from upstream: a backport, a fork's own, not built, divergent …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..conditions import View, footprint
from ..data import Catalog
from ..interface import Graph, parse_element, same_shape, walk
from ..interface.structure import (
    ABSENT,
    CHANGED,
    EXTRA,
    Comparer,
    Raw,
    find_change,
    is_same_level,
    parent_of,
    signature,
)
from ..interface.walk import enter, places_of
from ..model import Divergent, Element, Host
from ..upstream.history import History
from ..versions import Version
from .built import build_condition, is_in_every_build
from .divergent import is_divergent

_UNTOLD = "the ledger does not say whether upstream has it"
_NAMESPACED = re.compile(r"(?:^|[.:=(])__")
_GOES_ON = re.compile(r"[.:=|\[]")
# The classes that no driver should build on.
WRONG = frozenset({"fork-only", "divergent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One difference between a host and upstream.

    `kind` and `name` are the element's, `category` is the class of the difference, `since` the release in
    which upstream got the element. `side` is extra (only the host has it), absent (only upstream) or changed.
    """

    kind: str
    name: str
    side: str
    category: str
    since: str | None
    sentence: str


class Classifier:
    """Gives each of one host's differences its class."""

    def __init__(self, catalog: Catalog, host: Host, history: History, view: View, against: Version) -> None:
        self._catalog = catalog
        self._host = host
        self._history = history
        self._view = view
        self._against = against
        self._place = history.place_of(against)
        self._own = history.version_of(host.release) if host.release else against
        self._title = catalog.upstreams[host.hypervisor].title
        self._told: dict[str, Item | None] = {}
        self._downstream = catalog.downstreams.get(host.hypervisor, {}).get(host.downstream or "")

    def find_wrong(self, name: str) -> Item | None:
        """The divergent or fork's own part of a QMP element of the host, or of anything around it."""
        return next((item for item in map(self._tell, places_of(name)) if item is not None), None)

    def _tell(self, place: str) -> Item | None:
        if place not in self._told:
            told = self._look_at(place)
            self._told[place] = told if told is not None and told.category in WRONG else None
        return self._told[place]

    def _look_at(self, place: str) -> Item | None:
        """The difference at one place of the host's interface alone; None where it is upstream's."""
        mine, theirs = self._view.own.graph, self._history.graph(self._against)
        if mine is None or theirs is None or walk(mine, place) is None:
            return None
        element = Element(kind="qmp", name=place)
        if walk(theirs, place) is None:
            later, _ = self._find_later(place, mine, self._shared)
            return self.surplus("member", element, later)
        raw = find_change(mine, theirs, place)
        # A type that is whole as in a later release counts as that release's, although it differs here.
        if raw is None or (raw.place and self.find_level(raw.place, mine) is not None):
            return None
        return self._changed(raw, mine)

    @cached_property
    def _shared(self) -> frozenset[str | None]:
        """The host's types that upstream's release has too, anywhere."""
        mine, theirs = self._view.own.graph, self._history.graph(self._against)
        assert mine is not None
        assert theirs is not None
        comparer = Comparer(mine, theirs)
        for _ in comparer.compare():
            pass
        return frozenset(comparer.shared)

    def judge(self, raw: Raw, mine: Graph, shared: frozenset[str | None]) -> Iterator[Item]:
        """The item of a structural difference, and the items inside an element that upstream has later."""
        element = Element(kind="qmp", name=raw.name)
        if raw.side == ABSENT:
            yield self.absent(raw.kind, element)
        elif raw.side == CHANGED:
            yield self._changed(raw, mine)
        else:
            later, inside = self._find_later(raw.name, mine, shared)
            note = "; ".join(one.text for one in inside if one.side == CHANGED)
            yield self.surplus(raw.kind, element, later, owner=raw.owner, note=note)
            for one in inside:
                if one.side == EXTRA:
                    yield from self.judge(one, mine, shared)

    def _find_later(
        self, name: str, mine: Graph, shared: frozenset[str | None]
    ) -> tuple[Version | None, list[Raw]]:
        """The later release whose shape of an element is nearest to the host's, and what still differs."""
        found: tuple[Version | None, list[Raw]] = None, []
        for version, theirs in self._later_shapes(name):
            raws = list(Comparer(mine, theirs).compare_from(name, shared))
            if _is_other(name, mine, theirs) or any(_is_otherwise(raw, name, mine, theirs) for raw in raws):
                continue
            if not raws:
                return version, []
            if found[0] is None or len(raws) < len(found[1]):
                found = version, raws
        return found

    def _later_shapes(self, name: str) -> Iterator[tuple[Version, Graph]]:
        """The later releases that have an element, one for each signature of it."""
        mask = self._history.mask(Element(kind="qmp", name=name)) or 0
        tried: set[tuple[object, ...]] = set()
        for at in range(self._place + 1, len(self._history.versions)):
            version = self._history.versions[at]
            theirs = self._history.graph(version) if mask >> at & 1 else None
            if theirs is None:
                continue
            shape = _shape_of(theirs, name)
            if shape not in tried:
                tried.add(shape)
                yield version, theirs

    def surplus(
        self, kind: str, element: Element, later: Version | None, *, owner: str | None = None, note: str = ""
    ) -> Item:
        """The item for what only the host has; `later` is the release that has it in the host's shape.

        `owner` is the host's type that contains it, `note` what to add about a backport.
        """
        if element.kind == "qmp" and _NAMESPACED.search(element.name):
            return self._item(
                kind, element, EXTRA, "vendor-namespaced", None, "in its vendor's own namespace"
            )
        if self._host.newer:
            return self._item(kind, element, EXTRA, "newer-than-ledger", None, "newer than the ledger")
        mask = self._history.mask(element) or 0
        if self._history.has(element, self._against):
            since = self._history.first_in(mask)
            text = f"in {self._name(self._against)}, and the other host lacks it"
            return self._item(kind, element, EXTRA, "not-built", since, text)
        first_later = self._history.first_in(mask, self._place + 1)
        other = self._find_divergent(element, owner)
        if (reverted := self._history.taken_back(element)) and (self._host.snapshot or first_later is None):
            return self._item(kind, element, EXTRA, "removed", None, reverted)
        if first_later is not None:
            return self._ahead(kind, element, later or first_later, other, None if later is None else note)
        if mask and self._had_it(element):
            unread = self._history.unread(element.kind, self._against)
            text = f"upstream last had it in {self._name(self._history.last_in(mask))}{unread}"
            return self._item(kind, element, EXTRA, "unledgered" if unread else "removed", None, text)
        if self._history.covers(element.kind) != "complete":
            return self._item(kind, element, EXTRA, "unledgered", None, _UNTOLD)
        if self._may_be_unknown():
            text = f"the ledger knows this branch only up to {self._name(self._against)}"
            return self._item(kind, element, EXTRA, "newer-than-ledger", None, text)
        text = f"only {self._downstream.title} has it" if self._downstream else "no upstream release has it"
        last = f"; upstream last had it in {self._name(self._history.last_in(mask))}" if mask else ""
        text += last + (f"; {other.differs}" if other else "")
        return self._item(kind, element, EXTRA, "fork-only", None, text)

    def _ahead(
        self, kind: str, element: Element, since: Version, other: Divergent | None, note: str | None
    ) -> Item:
        """The item for what a later upstream release has: in this shape, or without a note in another."""
        if other is not None:
            return self._item(kind, element, EXTRA, "divergent", since, other.differs)
        if note is None:
            text = f"upstream has had it since {self._name(since)}, in another shape"
            return self._item(kind, element, EXTRA, "divergent", since, text)
        category = "unstable" if self._is_flagged_unstable(element) else "backport"
        seen = element.kind == "qmp" and self._view.own.graph is not None
        text = f"upstream has had it since {self._name(since)}{', in this shape' if seen else ''}"
        return self._item(kind, element, EXTRA, category, since, f"{text}, but {note}" if note else text)

    def _is_flagged_unstable(self, element: Element) -> bool:
        graph = self._view.own.graph if element.kind == "qmp" else None
        seen = walk(graph, element.name) if graph is not None else None
        return seen is not None and "unstable" in seen.features

    def _had_it(self, element: Element) -> bool:
        """Whether a host has a removed element because the upstream that it follows once had it.

        A snapshot may be from before the removal, so the release before it counts as well.
        """
        if self._host.kind in {"upstream", "distribution"}:
            return True
        place = self._history.place_of(self._own)
        places = {place, place - 1} if self._host.snapshot and place else {place}
        mask = self._history.mask(element) or 0
        return any(mask >> at & 1 for at in places)

    def _may_be_unknown(self) -> bool:
        """Whether upstream may have added it in a point release that the ledger lacks, or before a snapshot.

        Upstream's own builds and distributions get the benefit of that doubt; a fork does not.
        """
        follows = self._host.kind in {"upstream", "distribution"}
        return follows and (self._host.snapshot or self._host.version != self._host.release)

    @cached_property
    def _divergent_shapes(self) -> tuple[tuple[str, Divergent], ...]:
        """The divergent shapes that this host has, with every element that they name."""
        return tuple(
            (element.name, one)
            for capability in self._catalog.capabilities
            for path in self._catalog.paths_of(self._host.hypervisor, capability)
            for one in path.divergent
            if is_divergent(one, self._host, self._downstream, self._history, self._view)
            for element in footprint(one.when, self._view)
        )

    def _find_divergent(self, element: Element, owner: str | None) -> Divergent | None:
        """The divergent shape that names an element, something in it, or this part of its type elsewhere."""
        graph, name = self._view.own.graph, element.name
        part = name[len(parent_of(name)) :] if element.kind == "qmp" else ""
        for known, other in self._divergent_shapes:
            if known == name or (known.startswith(name) and _GOES_ON.match(known, len(name))):
                return other
            around = parent_of(known) if owner and part and known.endswith(part) else ""
            seen = walk(graph, around) if around and graph is not None else None
            if graph is not None and seen is not None and enter(graph, seen.reference)[0] == owner:
                return other
        return None

    def changed(self, kind: str, element: Element, text: str, *, relaxed: bool = False) -> Item:
        """The item for what differs; `relaxed` where a driver that follows upstream is not affected."""
        category = "fork-only" if relaxed else "divergent"
        if self._host.newer or self._host.snapshot:
            category = "newer-than-ledger"
        return self._item(kind, element, CHANGED, category, None, text)

    def retyped(self, kind: str, element: Element, version: Version) -> Item | None:
        """The item for a listed name that has another type than in a release, or is not optional alike."""
        mine = self._view.own.listed(element.kind, element.name)
        theirs = self._type_in(element, version)
        if mine is None or theirs is None or mine == theirs:
            return None
        text = f"{element.name} is of type {mine[0]} here, upstream's of type {theirs[0]}"
        if mine[0] == theirs[0]:
            how = "may be left out" if mine[1] else "is mandatory"
            text = f"{element.name} {how} here, upstream's is not so"
        later = self.find_typed(element, version)
        if later is not None:
            text = f"{text}; upstream changed it the same way in {self._name(later)}"
            return self._item(kind, element, CHANGED, "backport", later, text)
        return self.changed(kind, element, text, relaxed=mine[0] == theirs[0] and mine[1])

    def find_typed(self, element: Element, after: Version) -> Version | None:
        """The first release after one in which a listed name has the type that the host gives it."""
        mine = self._view.own.listed(element.kind, element.name)
        later = self._history.versions[self._history.place_of(after) + 1 :]
        return next((one for one in later if self._type_in(element, one) == mine), None)

    def _type_in(self, element: Element, version: Version) -> tuple[str, bool] | None:
        ledger = self._history.ledger(element.kind)
        known = ledger.at(element.name, version) if ledger is not None else None
        return (known.type, known.optional) if known is not None else None

    def absent(self, kind: str, element: Element) -> Item:
        """The item for what only upstream has."""
        mask = self._history.mask(element) or 0
        since = self._history.first_in(mask)
        if not mask:
            category = "fork-only" if self._history.covers(element.kind) == "complete" else "unledgered"
            if element.kind == "qmp" and _NAMESPACED.search(element.name):
                category = "vendor-namespaced"
            return self._item(kind, element, ABSENT, category, None, "only the other host has it")
        category, text = self._lack(element, mask, since)
        return self._item(kind, element, ABSENT, category, since, text)

    def _lack(self, element: Element, mask: int, since: Version | None) -> tuple[str, str]:
        if self._host.newer:
            return "newer-than-ledger", "newer than the ledger: removed by upstream, or not built"
        releases = dict.fromkeys((self._against, self._own))
        told = (build_condition(self._history, element, release) for release in releases)
        condition = next((one for one in told if one is not None), None)
        if condition is not None:
            return "not-built", f"built only with {condition}"
        is_here = self._own == self._against or self._history.has(element, self._own) is not False
        if not is_here and self._own < self._against:
            return "not-built", f"upstream added it in {self._name(since)}, after this host's release"
        last = self._history.last_in(mask)
        is_later = element.kind == "qmp" and self._host.kind != "upstream"
        if last is not None and last != self._history.versions[-1] and (is_later or not is_here):
            gone = self._history.versions[self._history.place_of(last) + 1]
            return "removed", f"upstream removed it in {self._name(gone)}"
        is_part = element.kind == "qmp" and parse_element(element.name)[1]
        if not is_part and not (is_later and is_in_every_build(self._history, element, self._against)):
            return "not-built", "this build or target does not have it"
        if self._host.snapshot:
            return "newer-than-ledger", f"{self._name(self._against)} has it, and this snapshot leads to that"
        return "divergent", f"every build of upstream has had it since {self._name(since)}"

    def _changed(self, raw: Raw, mine: Graph) -> Item:
        element = Element(kind="qmp", name=raw.name)
        if self._host.newer or self._host.snapshot:
            return self._item(raw.kind, element, CHANGED, "newer-than-ledger", None, raw.text)
        later = self.find_level(raw.name, mine)
        if later is not None:
            text = f"{raw.text}; upstream changed it the same way in {self._name(later)}"
            return self._item(raw.kind, element, CHANGED, "backport", later, text)
        own = self._history.graph(self._own)
        if self._own != self._against and own is not None and is_same_level(mine, own, raw.name):
            text = f"{raw.text}; upstream had it the same way in {self._name(self._own)}"
            return self._item(raw.kind, element, CHANGED, "removed", None, text)
        if raw.relaxed:
            text = f"{raw.text}; a driver that follows upstream is not affected"
            return self._item(raw.kind, element, CHANGED, "fork-only", None, text)
        since = self._history.first_in(self._history.mask(element) or 0)
        return self._item(raw.kind, element, CHANGED, "divergent", since, raw.text)

    def find_level(self, name: str, mine: Graph) -> Version | None:
        """The first later release in which an element has the host's type, nested types aside."""
        for version, theirs in self._later_shapes(name):
            if is_same_level(mine, theirs, name):
                return version
        return None

    def _name(self, version: Version | None) -> str:
        return f"{self._title} {self._history.name_of(version)}" if version else self._title

    def _item(  # noqa: PLR0917 - an Item's fields in their order
        self, kind: str, element: Element, side: str, category: str, since: Version | None, text: str
    ) -> Item:
        name = self._history.name_of(since) if since else None
        return Item(kind=kind, name=element.name, side=side, category=category, since=name, sentence=text)


def _is_other(name: str, mine: Graph, theirs: Graph) -> bool:
    """Whether a command or event takes other arguments, or a member differs in being optional."""
    if not parse_element(name)[1]:
        return bool(same_shape(signature(theirs, name), mine, theirs))
    here, there = walk(mine, name), walk(theirs, name)
    if here is None or there is None:
        return True
    sent = here.root.kind == "command" and "(" not in name
    return here.optional is not there.optional and here.optional is not sent


def _is_otherwise(raw: Raw, name: str, mine: Graph, theirs: Graph) -> bool:
    """Whether this difference inside an element makes it another one; a branch is only its members."""
    steps = parse_element(name)[1]
    if raw.side == CHANGED:
        seen = walk(theirs, raw.name)
        # Deep in a command, an optional member that differs is mentioned, but decides no verdict.
        return not raw.relaxed and (bool(steps) or seen is None or not seen.optional)
    if raw.side == EXTRA and raw.place == name and steps and steps[-1].sort == "branch":
        return True
    seen = walk(theirs if raw.side == ABSENT else mine, raw.name)
    # What upstream requires or always returns must be there, and nothing else may be required.
    return (
        raw.kind in {"argument", "member"}
        and seen is not None
        and not seen.optional
        and (raw.side == ABSENT or (seen.root.kind == "command" and "(" not in raw.name))
    )


def _shape_of(graph: Graph, name: str) -> tuple[object, ...]:
    """An element's signature in a ledger's graph: itself and what is directly inside it."""
    seen = walk(graph, name)
    if seen is None:
        return ()
    whole = enter(graph, seen.reference)[1]
    members = ((inner, member.type, member.optional) for inner, member in whole.members.items())
    root = seen.root.returns if seen.root.arguments == seen.reference else None
    return (
        seen.reference,
        root,
        seen.optional,
        tuple(sorted(members)),
        tuple(sorted(whole.branches)),
        tuple(sorted(whole.values)),
    )
