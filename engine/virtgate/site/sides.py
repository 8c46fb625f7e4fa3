"""Two releases or hosts side by side: what one has and the other has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..model import Shipped
from .addresses import page
from .atlas import Atlas, Page
from .marks import ENABLED, Mark
from .recorded import Recorded
from .timeline import Timeline

_HAS = ENABLED | {"backport"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a capability is on one side, and through which path where it is enabled."""

    mark: Mark
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: what it is called, its page, and its verdicts."""

    title: str
    address: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One capability that is otherwise on the right than on the left."""

    id: str
    left: Cell
    right: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedPair:
    """Two neighbouring releases of a distribution, and the places of the hypervisor's that they ship."""

    address: str
    hypervisor: str
    left: str
    right: str
    places: tuple[int, int]


def side_of_host(host: Recorded) -> Side:
    """A recorded host as a side."""
    cells = {name: Cell(mark=host.marks[name], path=one.path) for name, one in host.verdicts.items()}
    return Side(title=host.title, address=host.address, cells=cells)


def side_of_release(timeline: Timeline, at: int, title: str = "") -> Side:
    """An upstream release as a side."""
    name = timeline.releases[at].name
    cells = {
        one: Cell(mark=timeline.mark(one, at), path=timeline.verdicts[at][one].path) for one in timeline.ids
    }
    return Side(
        title=title or f"{timeline.title} {name}",
        address=page("release", timeline.hypervisor, name),
        cells=cells,
    )


def compare(left: Side, right: Side) -> dict[str, list[Difference]]:
    """What differs, in groups: what only the right has, what only the left has, and what is otherwise."""
    groups: dict[str, list[Difference]] = {"gained": [], "lost": [], "moved": [], "refused": []}
    for name, one in left.cells.items():
        other = right.cells.get(name)
        if other is not None and one != other:
            found = Difference(id=name, left=one, right=other)
            groups[_group(one, other)].append(found)
    return groups


def _group(left: Cell, right: Cell) -> str:
    had, has = left.mark.name in _HAS, right.mark.name in _HAS
    if had and has:
        return "moved"
    return "gained" if has else "lost" if had else "refused"


def pair_pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each pair of neighbouring hosts, and of neighbouring releases of a distribution."""
    for left, right in atlas.pairs:
        address = pair_address(left.name, right.name)
        yield _pair(address, side_of_host(left), side_of_host(right), is_hosts=True)
    for pair in shipped_pairs(atlas):
        timeline = atlas.timelines[pair.hypervisor]
        sides = [
            side_of_release(timeline, at, f"{name}: {timeline.title} {timeline.releases[at].name}")
            for name, at in zip((pair.left, pair.right), pair.places, strict=True)
        ]
        yield _pair(pair.address, sides[0], sides[1], is_hosts=False)


def pair_address(left: str, right: str) -> str:
    """The page of two sides."""
    return page("compare", f"{left}..{right}")


def shipped_pairs(atlas: Atlas) -> Iterator[ShippedPair]:
    """Neighbouring releases of distributions that ship different releases of a hypervisor."""
    for rows in atlas.shipped.values():
        for hypervisor in sorted({name for name, _ in rows}):
            mine = [
                (one, place)
                for name, one in rows
                if name == hypervisor and (place := atlas.place_of(name, one.ships)) is not None
            ]
            for (left, first), (right, second) in pairwise(mine):
                # Two that ship the same release differ in their packages, which upstream's verdicts cannot
                # tell.
                if first != second:
                    names = (f"{hypervisor}-in-{_short(left)}", _short(right))
                    yield ShippedPair(
                        address=pair_address(*names),
                        hypervisor=hypervisor,
                        left=f"{left.title} {left.release}",
                        right=f"{right.title} {right.release}",
                        places=(first, second),
                    )


def _short(one: Shipped) -> str:
    """`debian-12` of Debian's 12 (bookworm)."""
    return f"{one.distribution}-{one.release.partition(' (')[0].replace(' ', '-')}"


def _pair(address: str, left: Side, right: Side, *, is_hosts: bool) -> Page:
    content = {"left": left, "right": right, "groups": compare(left, right), "is_hosts": is_hosts}
    return Page(
        address=address, template="pair.html", title=f"{left.title} beside {right.title}", content=content
    )
