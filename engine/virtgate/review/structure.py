"""The full structural difference of two QMP graphs; type names are masked on a host, so pairs are walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..interface import Graph, Type
from ..interface.walk import enter, kinds, parse_element


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One difference by its element's name: only here (extra), only there (absent), or changed."""

    kind: str
    name: str
    side: str
    text: str = ""


def compare_graphs(mine: Graph, theirs: Graph) -> Iterator[Raw]:
    """Every difference, each type pair compared once, where it is first met."""
    comparer = _Comparer(mine, theirs)
    for name in sorted({*mine.roots(), *theirs.roots()}):
        here, there = mine.root(name), theirs.root(name)
        if here is None or there is None:
            one = here or there
            assert one is not None
            yield Raw(kind=one.kind, name=name, side="absent" if here is None else "extra")
            continue
        if here.kind != there.kind:
            yield Raw(kind=here.kind, name=name, side="changed", text=f"{name} is a {here.kind} here")
            continue
        is_event = here.kind == "event"
        member = "member" if is_event else "argument"
        yield from comparer.compare(name, here.arguments, there.arguments, member=member, sent=not is_event)
        if here.returns and there.returns:
            yield from comparer.compare(f"{name}()", here.returns, there.returns, member="member", sent=False)


def signature(graph: Graph, name: str) -> tuple[str, ...]:
    """An element with, for a command or an event, every member directly in it: what its shape is held by."""
    head, steps = parse_element(name)
    root = graph.root(head)
    if steps or root is None:
        return (name,)
    _, arguments = enter(graph, root.arguments)
    return (name, *(f"{name}.{member}" for member in sorted(arguments.members)))


class _Comparer:
    """Walks two graphs side by side."""

    def __init__(self, mine: Graph, theirs: Graph) -> None:
        self.mine = mine
        self.theirs = theirs
        self.known: set[tuple[str | None, str | None]] = set()

    def compare(
        self, name: str, here: str | None, there: str | None, *, member: str, sent: bool
    ) -> Iterator[Raw]:
        """The differences of two types, and of what is in them."""
        here, mine = enter(self.mine, here)
        there, theirs = enter(self.theirs, there)
        if (here, there) in self.known:
            return
        # A command's arguments have one command each; only types proper are met again.
        self.known.add((here, there))
        mine_kinds, their_kinds = kinds(self.mine, here), kinds(self.theirs, there)
        if mine_kinds != their_kinds and "any" not in mine_kinds | their_kinds:
            here_is, there_is = " or ".join(sorted(mine_kinds)), " or ".join(sorted(their_kinds))
            told = f"{name} is {here_is} here, upstream's is {there_is}"
            yield Raw(kind=member, name=name, side="changed", text=told)
            return
        for value in sorted(set(mine.values) ^ set(theirs.values)):
            side = "extra" if value in mine.values else "absent"
            yield Raw(kind="enum-value", name=f"{name}={value}", side=side)
        yield from self._members(name, mine, theirs, member=member, sent=sent)
        yield from self._branches(name, mine, theirs, sent=sent)

    def _members(self, name: str, mine: Type, theirs: Type, *, member: str, sent: bool) -> Iterator[Raw]:
        for inner in sorted({*mine.members, *theirs.members}):
            whole = f"{name}.{inner}"
            here, there = mine.members.get(inner), theirs.members.get(inner)
            if here is None or there is None:
                yield Raw(kind=member, name=whole, side="absent" if here is None else "extra")
                continue
            # Relaxed is harmless: what is sent may become optional, what is read may become certain.
            if here.optional is not there.optional and here.optional is not sent:
                how = "may be missing" if here.optional else "is mandatory"
                yield Raw(
                    kind=member, name=whole, side="changed", text=f"{whole} {how} here, upstream's is not so"
                )
            yield from self.compare(whole, here.type, there.type, member="member", sent=sent)

    def _branches(self, name: str, mine: Type, theirs: Type, *, sent: bool) -> Iterator[Raw]:
        if mine.kind == "alternate" or theirs.kind == "alternate":
            yield from self._alternatives(name, mine, theirs, sent=sent)
            return
        for case in sorted({*mine.branches, *theirs.branches}):
            whole = f"{name}:{case}"
            if case not in mine.branches or case not in theirs.branches:
                side = "extra" if case in mine.branches else "absent"
                yield Raw(kind="branch", name=whole, side=side)
                continue
            yield from self.compare(
                whole, mine.branches[case], theirs.branches[case], member="member", sent=sent
            )

    def _alternatives(self, name: str, mine: Type, theirs: Type, *, sent: bool) -> Iterator[Raw]:
        """The branches of two alternates meet by their JSON kind."""
        for here in mine.branches.values():
            for there in theirs.branches.values():
                if kinds(self.mine, here) == kinds(self.theirs, there):
                    yield from self.compare(name, here, there, member="member", sent=sent)
