"""Where upstream's ledger knows what an object, device, netdev or chardev takes, `uses` says what is sent."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..interface import Graph, walk
from ..interface.walk import enter, parse_element
from ..model import Element, Path
from ..upstream.history import History
from .data import Data, elements_of, locate, positive_leaves

# A device does little without what is behind it, which is another object's id or something of the host's.
BACKENDS = (
    *("drive", "netdev", "chardev", "memdev", "fsdev", "tpmdev", "cryptodev", "rng", "evdev", "backend"),
    *("host", "sysfsdev", "socket"),
)
_UNIONS = ("netdev_add:", "chardev-add.backend:")


def find(data: Data) -> Iterator[Problem]:
    """Paths that rest on a name alone, which a fork may have given to something else."""
    for path in data.accepted:
        if path.uses is not None:
            continue
        leaf = _find_bare(path, data.history(path.hypervisor))
        if leaf is not None:
            name, known = leaf
            problem = f"'{path.name}' rests on the name '{name}' alone, and takes {known}"
            hint = "say in 'uses' what a driver must send, or 'uses: none' where the name is enough"
            yield locate(path.where, None, problem, hint)


def _find_bare(path: Path, history: History) -> tuple[str, str] | None:
    """The first element of a path that has members of which the path names none, and one of them."""
    named = [one for leaf in positive_leaves(path.when) for one in elements_of(leaf)]
    heads = {one.name for one in named if one.kind == "qmp"}
    for one in named:
        if any(other.name.startswith(f"{one.name}.") for other in named):
            continue
        member = None
        if one.kind == "qom" and not heads and "." not in one.name:
            member = _find_sent(one.name, history)
        elif one.kind == "qmp" and one.name.startswith(_UNIONS):
            member = next(iter(_members(one.name, history)), None)
        if member is not None:
            return one.name, member
    return None


def _find_sent(kind: str, history: History) -> str | None:
    """What a type takes: any member of an object, a device's backend if that is as old as the device."""
    inside = _members(f"object-add:{kind}", history)
    if inside:
        return inside[0]
    mask = history.mask(Element(kind="qom", name=kind)) or 0
    told = ((name, history.mask(Element(kind="qom", name=f"{kind}.{name}")) or 0) for name in BACKENDS)
    return next((name for name, known in told if mask and known & mask == mask), None)


def _members(branch: str, history: History) -> tuple[str, ...]:
    """The members of a union's branch in the last release that has it; of a wrapped one those of its data."""
    last = history.last_in(history.mask(Element(kind="qmp", name=branch)) or 0)
    graph = history.graph(last) if last is not None else None
    if graph is None or parse_element(branch)[1][-1].sort != "branch":
        return ()
    inside = _names(graph, branch)
    return _names(graph, f"{branch}.data") if inside == ("data",) else inside


def _names(graph: Graph, name: str) -> tuple[str, ...]:
    seen = walk(graph, name)
    return tuple(enter(graph, seen.reference)[1].members) if seen is not None else ()
