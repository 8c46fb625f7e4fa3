"""The full structural difference of two QMP graphs; type names are masked on a host, so pairs are walked.

Flags (`deprecated` and the like) are no structure and are left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .graph import ANY, EMPTY, Graph, Type
from .walk import Seen, enter, kinds, parse_element, walk

EXTRA, ABSENT, CHANGED = "extra", "absent", "changed"
# Two of the same of these have no difference, and lead nowhere.
_PLAIN = frozenset({"string", "int", "number", "boolean", "null"})
# Steps that lead to no type of their own.
_WITHOUT_TYPE = frozenset({"value", "feature", "mark", "kind"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One difference by its element's name: only here (extra), only there (absent), or changed.

    `place` is the element that it was met in, `owner` the host's type there. A change is `relaxed` when it
    asks less of who sends (it may be left out), or gives more to who reads (it is always there).
    """

    kind: str
    name: str
    side: str
    place: str
    text: str = ""
    relaxed: bool = False
    owner: str | None = None


class Place(NamedTuple):
    """Two types at one place; the order is that of looking: shallow before deep, short before long."""

    depth: int
    rank: int
    length: int
    name: str
    here: str | None
    there: str | None
    member: str
    sent: bool


class Comparer:
    """Walks two graphs side by side, breadth first, so that a type's difference is told where it is nearest.

    A type is met in many places: each pair is compared once, and what one of the host's types has besides, or
    lacks, is told once.
    """

    def __init__(self, mine: Graph, theirs: Graph, whose: str = "upstream's") -> None:
        self.mine = mine
        self.theirs = theirs
        self.whose = whose
        self.shared: set[str | None] = set()
        self._pairs: set[tuple[str | None, str | None]] = set()
        self._told: set[tuple[str | None, str, str]] = set()

    def compare(self, hidden: frozenset[str] = frozenset()) -> Iterator[Raw]:
        """Every difference; `hidden` are heads that only the schema has, and that nobody can use."""
        first: list[Place] = []
        here, there = frozenset(self.mine.roots()) - hidden, frozenset(self.theirs.roots())
        for name in sorted(here | there):
            if name in here and name in there:
                yield from self._head(name, first)
            else:
                root = (self.mine if name in here else self.theirs).root(name)
                kind = root.kind if root else "command"
                yield Raw(kind=kind, name=name, side=EXTRA if name in here else ABSENT, place="")
        yield from self._follow(first)

    def compare_from(self, name: str, known: frozenset[str | None]) -> Iterator[Raw]:
        """The differences inside one element that both have, without those of the host's `known` types."""
        first: list[Place] = []
        _, steps = parse_element(name)
        if not steps:
            yield from self._head(name, first)
        else:
            here, there = walk(self.mine, name), walk(self.theirs, name)
            if here is not None and there is not None:
                first.append(_place(name, here, there))
        yield from self._follow(first, known)

    def _head(self, name: str, into: list[Place]) -> Iterator[Raw]:
        here, there = self.mine.root(name), self.theirs.root(name)
        assert here is not None
        assert there is not None
        if here.kind != there.kind:
            text = f"{name} is a {here.kind} here, {self.whose} a {there.kind}"
            yield Raw(kind=here.kind, name=name, side=CHANGED, place="", text=text)
            return
        is_event = here.kind == "event"
        sort, rank = ("member", 2) if is_event else ("argument", 0)
        into.append(Place(0, rank, len(name), name, here.arguments, there.arguments, sort, not is_event))
        if here.returns is not None or there.returns is not None:
            whole = f"{name}()"
            into.append(Place(0, 1, len(whole), whole, here.returns, there.returns, "member", False))

    def _follow(self, pending: list[Place], known: frozenset[str | None] = frozenset()) -> Iterator[Raw]:
        heapq.heapify(pending)
        while pending:
            place = heapq.heappop(pending)
            pair = (place.here, place.there)
            if pair in self._pairs or enter(self.mine, place.here)[0] in known:
                # Another type than upstream's is a difference of each place, not of the type.
                yield from (raw for raw in self.level(place, []) if raw.name == place.name)
            else:
                self._pairs.add(pair)
                yield from self._tell(place, self.level(place, pending))

    def _tell(self, place: Place, found: Iterator[Raw]) -> Iterator[Raw]:
        """What was not yet told of one of these two types."""
        here, there = enter(self.mine, place.here)[0], enter(self.theirs, place.there)[0]
        for raw in found:
            suffix = raw.name[len(place.name) :]
            if not suffix:
                yield raw
                continue
            keys = {(there if raw.side == ABSENT else here, raw.side, suffix)}
            # Many commands share the type without members; what each of them lacks is another difference.
            keys |= {(here, raw.side, suffix)} if _holds_any(self.mine, here) else set()
            if self._told.isdisjoint(keys):
                yield replace(raw, owner=here)
            self._told |= keys

    def level(self, place: Place, into: list[Place]) -> Iterator[Raw]:
        """The differences of two types themselves; what they lead to is put into `into`."""
        self.shared.add(enter(self.mine, place.here)[0])
        here, mine = place.here, _open(self.mine, place.here)
        there, theirs = place.there, _open(self.theirs, place.there)
        while mine.kind == theirs.kind == "array":
            here, there = mine.element, theirs.element
            mine, theirs = _open(self.mine, here), _open(self.theirs, there)
        self.shared.add(here)
        if mine is ANY or theirs is ANY:
            return
        mine_kinds, their_kinds = kinds(self.mine, here), kinds(self.theirs, there)
        if mine_kinds != their_kinds:
            text = f"{place.name} is {_list(mine_kinds)} here, {self.whose} is {_list(their_kinds)}"
            yield _change(place, text, relaxed=place.sent and mine_kinds > their_kinds)
            if "alternate" not in {mine.kind, theirs.kind}:
                return
        elif {mine.kind, theirs.kind} == {"enum", "string"}:
            values = f"one of {len(mine.values or theirs.values)} values"
            here_is, there_is = (values, "any text") if mine.kind == "enum" else ("any text", values)
            text = f"{place.name} is {here_is} here, {self.whose} is {there_is}"
            # Both are texts on the wire: whoever reads the one can read the other.
            yield _change(place, text, relaxed=not place.sent or mine.kind == "string")
        else:
            yield from _values(place, mine, theirs)
            yield from self._members(place, mine, theirs, into)
        yield from self._branches(place, mine, theirs, into)

    def _members(self, place: Place, mine: Type, theirs: Type, into: list[Place]) -> Iterator[Raw]:
        for inner in sorted({*mine.members, *theirs.members}):
            whole = f"{place.name}.{inner}"
            here, there = mine.members.get(inner), theirs.members.get(inner)
            if here is None or there is None:
                side = ABSENT if here is None else EXTRA
                yield Raw(kind=place.member, name=whole, side=side, place=place.name)
                continue
            inside = _inside(place, whole, here.type, there.type)
            if here.optional is not there.optional:
                yield _change_need(inside, self.whose, optional=here.optional)
            kind = self.mine.type(here.type).kind
            if kind not in _PLAIN or kind != self.theirs.type(there.type).kind:
                into.append(inside)

    def _branches(self, place: Place, mine: Type, theirs: Type, into: list[Place]) -> Iterator[Raw]:
        if mine.kind == "alternate" or theirs.kind == "alternate":
            into.extend(self._alternatives(place, mine, theirs))
            return
        # With another tag every branch is another: the tag's own member tells it.
        if mine.tag and theirs.tag and mine.tag != theirs.tag:
            if mine.tag in theirs.members and theirs.tag in mine.members:
                yield _change(place, f"{place.name} goes by {mine.tag} here, {self.whose} by {theirs.tag}")
            return
        told = _tag_values(self.mine, mine), _tag_values(self.theirs, theirs)
        for case in sorted({*mine.branches, *theirs.branches}):
            here, there = mine.branches.get(case), theirs.branches.get(case)
            # No branch and an empty one are the same: introspection lists one for every value of the tag.
            if case in told[0] and case in told[1]:
                into.append(_inside(place, f"{place.name}:{case}", here, there))
            elif _holds_any(self.mine, here) or _holds_any(self.theirs, there):
                side = EXTRA if here is not None else ABSENT
                yield Raw(kind="branch", name=f"{place.name}:{case}", side=side, place=place.name)

    def _alternatives(self, place: Place, mine: Type, theirs: Type) -> Iterator[Place]:
        """The branches of two alternates meet by their JSON kind."""
        for here in _choices(mine, place.here):
            for there in _choices(theirs, place.there):
                shared = kinds(self.mine, here) & kinds(self.theirs, there)
                if shared & {"object", "array", "string"}:
                    yield _inside(place, place.name, here, there)


def is_same_level(mine: Graph, theirs: Graph, name: str) -> bool:
    """Whether both graphs have an element, of the same type without what that leads to."""
    here, there = walk(mine, name), walk(theirs, name)
    if here is None or there is None or here.optional is not there.optional:
        return False
    return next(Comparer(mine, theirs).level(_place(name, here, there), []), None) is None


def find_change(mine: Graph, theirs: Graph, name: str) -> Raw | None:
    """How an element that both graphs have is another itself, whatever is in it."""
    if (theirs, name) not in mine.walks:
        mine.walks[theirs, name] = next(_find_changes(mine, theirs, name), None)
    found: Raw | None = mine.walks[theirs, name]
    return found


def _find_changes(mine: Graph, theirs: Graph, name: str) -> Iterator[Raw]:
    here, there = walk(mine, name), walk(theirs, name)
    _, steps = parse_element(name)
    if here is None or there is None or (steps and steps[-1].sort in _WITHOUT_TYPE):
        return
    comparer, place = Comparer(mine, theirs), _place(name, here, there)
    if here.root.kind != there.root.kind:
        yield from comparer.compare_from(name, frozenset())
        return
    if here.optional is not there.optional:
        yield _change_need(place, comparer.whose, optional=here.optional)
    yield from (raw for raw in comparer.level(place, []) if raw.name == name)


def _place(name: str, here: Seen, there: Seen) -> Place:
    sent = here.root.kind == "command" and "(" not in name
    return Place(0, 0, 0, name, here.reference, there.reference, "member", sent)


def signature(graph: Graph, name: str) -> tuple[str, ...]:
    """An element with, for a command or an event, every member directly in it: what its shape is held by."""
    head, steps = parse_element(name)
    root = graph.root(head)
    if steps or root is None:
        return (name,)
    _, arguments = enter(graph, root.arguments)
    return (name, *(f"{name}.{member}" for member in sorted(arguments.members)))


def _inside(place: Place, name: str, here: str | None, there: str | None) -> Place:
    return Place(place.depth + 1, place.rank, len(name), name, here, there, "member", place.sent)


def _change_need(place: Place, whose: str, *, optional: bool) -> Raw:
    how, other = ("may be missing", "never is") if optional else ("is mandatory", "is optional")
    text = f"{place.name} {how} here, {whose} {other}"
    return _change(place, text, relaxed=optional is place.sent)


def _change(place: Place, text: str, *, relaxed: bool = False) -> Raw:
    outer = parent_of(place.name)
    return Raw(kind=place.member, name=place.name, side=CHANGED, place=outer, text=text, relaxed=relaxed)


def parent_of(name: str) -> str:
    """The element around an element; of a head, nothing."""
    head, steps = parse_element(name)
    if not steps:
        return ""
    last = steps[-1]
    cut = len("()") if last.sort == "return" else len(last.name) + (2 if last.sort == "feature" else 1)
    return name[:-cut] or head


def _values(place: Place, mine: Type, theirs: Type) -> Iterator[Raw]:
    for value in sorted(set(mine.values) ^ set(theirs.values)):
        side = EXTRA if value in mine.values else ABSENT
        yield Raw(kind="enum-value", name=f"{place.name}={value}", side=side, place=place.name)


def _open(graph: Graph, reference: str | None) -> Type:
    return EMPTY if reference is None else graph.type(reference)


def _choices(known: Type, reference: str | None) -> tuple[str | None, ...]:
    return tuple(known.branches.values()) if known.kind == "alternate" else (reference,)


def _tag_values(graph: Graph, union: Type) -> frozenset[str]:
    if union.tag is None or union.tag not in union.members:
        return frozenset()
    return frozenset(enter(graph, union.members[union.tag].type)[1].values)


def _holds_any(graph: Graph, reference: str | None) -> bool:
    known = enter(graph, reference)[1]
    return known.kind != "object" or bool(known.members or known.branches)


def _list(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))
