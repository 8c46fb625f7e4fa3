"""Whether a path's footprint has the same shape on a host as upstream gave it.

Only the footprint is compared. What is sent must be accepted, with nothing more made mandatory; what is read
must come, of a kind that upstream allows and not newly optional. Whatever else a host has never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .graph import Graph, Type
from .walk import Seen, enter, kinds, parse_element, walk


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
    names = [name for name in footprint if walk(upstream, name) is not None]
    found: list[Difference] = []
    for name in names:
        here, there = walk(host, name), walk(upstream, name)
        if here is None:
            found.append(Difference(name, f"the host has no {name}", absent=True))
        elif there is not None:
            found.extend(_compare(name, names, host, here, upstream, there))
    for command in dict.fromkeys(parse_element(name)[0] for name in names):
        found.extend(_mandatory(command, names, host, upstream))
    return tuple(dict.fromkeys(found))


def _compare(  # noqa: PLR0917 - two graphs and what was seen in each
    name: str, names: list[str], host: Graph, here: Seen, upstream: Graph, there: Seen
) -> Iterable[Difference]:
    _, steps = parse_element(name)
    if not steps:
        if here.root.kind != there.root.kind:
            yield Difference(name, f"{name} is a {here.root.kind}, upstream's a {there.root.kind}")
        return
    if steps[-1].sort in {"value", "feature", "mark"}:
        return
    if there.root.kind == "event" or any(step.sort == "return" for step in steps):
        yield from _read(name, host, here, upstream, there)
    else:
        yield from _sent(name, names, host, here.reference, upstream, there.reference, set())


def _read(name: str, host: Graph, here: Seen, upstream: Graph, there: Seen) -> Iterable[Difference]:
    mine, theirs = kinds(host, here.reference), kinds(upstream, there.reference)
    if "any" not in theirs and not mine <= theirs | _widened(theirs):
        yield Difference(name, f"{name} is {_list(mine)}, upstream's is {_list(theirs)}")
    if here.optional and not there.optional:
        yield Difference(name, f"{name} may be missing, upstream's is always there")


def _sent(  # noqa: PLR0917 - likewise, and the pairs already seen
    name: str,
    names: list[str],
    host: Graph,
    here: str | None,
    upstream: Graph,
    there: str | None,
    known: set[tuple[str | None, str | None]],
) -> Iterable[Difference]:
    if (here, there) in known:
        return
    known.add((here, there))
    mine, theirs = kinds(host, here), kinds(upstream, there)
    if "any" not in mine and not theirs <= mine | _narrowed(mine):
        yield Difference(name, f"{name} takes {_list(mine)}, upstream's takes {_list(theirs)}")
        return
    (_, inner), (_, outer) = enter(host, here), enter(upstream, there)
    if inner.kind != "object" or outer.kind != "object":
        return
    for extra in sorted(_demanded(inner) - _demanded(outer)):
        if f"{name}.{extra}" not in names:
            yield Difference(f"{name}.{extra}", f"{name}.{extra} is mandatory, upstream's is not")
    for member in sorted(_demanded(outer)):
        if member not in inner.members:
            yield Difference(f"{name}.{member}", f"the host has no {name}.{member}", absent=True)
            continue
        pair = inner.members[member].type, outer.members[member].type
        yield from _sent(f"{name}.{member}", names, host, pair[0], upstream, pair[1], known)


def _mandatory(command: str, names: list[str], host: Graph, upstream: Graph) -> Iterable[Difference]:
    """What a command demands that the path does not send, and what upstream's demands and is not here."""
    here, there = host.root(command), upstream.root(command)
    if here is None or there is None or here.kind != "command":
        return
    yield from _sent(command, names, host, here.arguments, upstream, there.arguments, set())


def _demanded(known: Type) -> frozenset[str]:
    return frozenset(name for name, member in known.members.items() if not member.optional)


# A number takes an int on the wire, so an int that became a number is accepted, and one read may be either.
def _narrowed(mine: frozenset[str]) -> frozenset[str]:
    return frozenset({"int"}) if "number" in mine else frozenset()


def _widened(theirs: frozenset[str]) -> frozenset[str]:
    return frozenset({"int"}) if "number" in theirs else frozenset()


def _list(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
