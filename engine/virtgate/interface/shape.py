"""Whether a path's footprint has the same shape on a host as upstream gave it.

Only the footprint is compared. What is sent must be accepted, with nothing more made mandatory; what is read
must come, of a kind that upstream allows and not newly optional. Whatever else a host has never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .graph import EMPTY, Graph, Kind, Type
from .walk import Seen, Step, enter, kinds, objects, parse_element, places_of, walk


@dataclass(frozen=True, slots=True)
class Difference:
    """One element of a footprint that a host has otherwise; `absent` when it has it not at all."""

    element: str
    text: str
    absent: bool = False


def same_shape(footprint: Iterable[str], host: Graph, upstream: Graph) -> tuple[Difference, ...]:
    """Where a host's shape of these elements is not upstream's; empty when it is the same.

    Elements that upstream's graph lacks are left out: they belong to another release.
    """
    names = tuple(name for name in footprint if walk(upstream, name) is not None)
    if (upstream, names) not in host.walks:
        host.walks[upstream, names] = _compare(names, host, upstream)
    found: tuple[Difference, ...] = host.walks[upstream, names]
    return found


def _compare(names: tuple[str, ...], host: Graph, upstream: Graph) -> tuple[Difference, ...]:
    compared = _Comparison(host, upstream, frozenset(place for name in names for place in places_of(name)))
    found = [one for name in names for one in compared.element(name)]
    for command in dict.fromkeys(parse_element(name)[0] for name in names):
        found.extend(compared.arguments(command))
    return tuple(dict.fromkeys(found))


class _Comparison:
    """Two graphs, and every place that a path names: what it sends, and what it reads."""

    def __init__(self, host: Graph, upstream: Graph, named: frozenset[str]) -> None:
        self._host = host
        self._upstream = upstream
        self._named = named

    def element(self, name: str) -> Iterable[Difference]:
        """What differs of one element, and of the places on the way to it."""
        if walk(self._host, name) is None:
            yield Difference(name, f"the host has no {name}", absent=True)
            return
        _, steps = parse_element(name)
        for place, step, after in zip(places_of(name), (None, *steps), (*steps, None), strict=True):
            here, there = walk(self._host, place), walk(self._upstream, place)
            if here is not None and there is not None:
                yield from self._place(place, step, after, here, there)

    def _place(
        self, place: str, step: Step | None, after: Step | None, here: Seen, there: Seen
    ) -> Iterable[Difference]:
        if step is None:
            if here.root.kind != there.root.kind:
                yield Difference(place, f"{place}: {here.root.kind} here, {there.root.kind} upstream")
        elif step.sort in {"value", "feature", "mark"}:
            return
        elif there.root.kind == "event" or "(" in place:
            yield from self._read(place, here, there)
        elif after is None or after.sort in {"feature", "mark"}:
            yield from self._sent(place, here.reference, there.reference, set())
        else:
            yield from self._passed(place, after, here.reference, there.reference)

    def arguments(self, command: str) -> Iterable[Difference]:
        """What a command demands that the path does not send, and what upstream's demands and is not here."""
        here, there = self._host.root(command), self._upstream.root(command)
        if here is None or there is None or here.kind != "command":
            return
        yield from self._sent(command, here.arguments, there.arguments, set())

    def _read(self, name: str, here: Seen, there: Seen) -> Iterable[Difference]:
        mine, theirs = here.reference, there.reference
        while _is_array(self._host, mine) and _is_array(self._upstream, theirs):
            mine, theirs = _element(self._host, mine), _element(self._upstream, theirs)
        given, allowed = kinds(self._host, mine), kinds(self._upstream, theirs)
        if "any" not in allowed and not given <= allowed | _widened(allowed):
            yield Difference(name, f"{name} is {_list(given)}, upstream's is {_list(allowed)}")
        if here.optional and not there.optional:
            yield Difference(name, f"{name} may be missing, upstream's is always there")

    def _passed(self, name: str, after: Step, here: str | None, there: str | None) -> Iterable[Difference]:
        """A place on the way: what the path puts there must be taken, with nothing more demanded."""
        given = kinds(self._upstream, there)
        if given != {"array"}:
            given = frozenset({_given(after)})
        taken = kinds(self._host, here)
        if "any" not in taken and not given <= taken | _narrowed(taken):
            yield Difference(name, f"{name} takes {_list(taken)}, upstream's takes {_list(given)}")
            return
        mine = objects(self._host, enter(self._host, here)[1])
        theirs = objects(self._upstream, enter(self._upstream, there)[1])
        if mine and theirs:
            yield from self._object(name, mine[0], theirs[0], set())

    def _sent(
        self, name: str, here: str | None, there: str | None, known: set[tuple[str | None, str | None]]
    ) -> Iterable[Difference]:
        if (here, there) in known:
            return
        known.add((here, there))
        taken, given = kinds(self._host, here), kinds(self._upstream, there)
        if "any" not in taken and not given <= taken | _narrowed(taken):
            yield Difference(name, f"{name} takes {_list(taken)}, upstream's takes {_list(given)}")
        elif _is_array(self._host, here) and _is_array(self._upstream, there):
            elements = _element(self._host, here), _element(self._upstream, there)
            yield from self._sent(name, *elements, known)
        else:
            mine, theirs = _type(self._host, here), _type(self._upstream, there)
            if mine.kind == theirs.kind == "object":
                yield from self._object(name, mine, theirs, known)

    def _object(
        self, name: str, mine: Type, theirs: Type, known: set[tuple[str | None, str | None]]
    ) -> Iterable[Difference]:
        for extra in sorted(_demanded(mine) - _demanded(theirs)):
            if not self._sends(name, extra, mine):
                yield Difference(f"{name}.{extra}", f"{name}.{extra} is mandatory, upstream's is not")
        for member in sorted(_demanded(theirs)):
            if member not in mine.members:
                yield Difference(f"{name}.{member}", f"the host has no {name}.{member}", absent=True)
                continue
            pair = mine.members[member].type, theirs.members[member].type
            yield from self._sent(f"{name}.{member}", *pair, known)

    def _sends(self, name: str, member: str, mine: Type) -> bool:
        """Whether a path sends a member; whoever names a union's branch sends its tag."""
        if f"{name}.{member}" in self._named:
            return True
        return member == mine.tag and any(place.startswith(f"{name}:") for place in self._named)


def _type(graph: Graph, reference: str | None) -> Type:
    return EMPTY if reference is None else graph.type(reference)


def _is_array(graph: Graph, reference: str | None) -> bool:
    return _type(graph, reference).kind == "array"


def _element(graph: Graph, reference: str | None) -> str:
    return _type(graph, reference).element


def _demanded(known: Type) -> frozenset[str]:
    return frozenset(name for name, member in known.members.items() if not member.optional)


def _given(after: Step) -> Kind:
    """The JSON kind that a path puts at a place, by where it goes on from there."""
    if after.sort == "kind":
        return after.name  # type: ignore[return-value]
    return "string" if after.sort == "value" else "object"


# A number takes an int on the wire, so an int that became a number is accepted, and one read may be either.
def _narrowed(mine: frozenset[str]) -> frozenset[str]:
    return frozenset({"int"}) if "number" in mine else frozenset()


def _widened(theirs: frozenset[str]) -> frozenset[str]:
    return frozenset({"int"}) if "number" in theirs else frozenset()


def _list(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
