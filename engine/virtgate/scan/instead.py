"""What to write instead of what upstream deprecated or removed, since when, and what to ask for before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from ..conditions import footprint
from ..data import Catalog
from ..model import Element, Path
from ..upstream.history import History

_FILE = "instead.txt"
_MOST = 2
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Another way: how it is written, the element that brought it, and the capability that names that."""

    text: str
    element: Element | None
    capability: str | None


def read_instead(catalog: Catalog, hypervisor: str, history: History) -> Mapping[Element, Instead]:
    """The other way by the element that ends: as a file of the data says, else by the paths' successors."""
    named = dict(_name_capabilities(catalog, hypervisor))
    found: dict[Element, Instead] = {}
    for paths in catalog.paths.get(hypervisor, {}).values():
        by_name = {path.name: path for path in paths}
        for path in paths:
            if path.successor is not None:
                told = _by_successor(path, by_name.get(path.successor))
                found.update((element, told) for element in footprint(path.when))
    for ending, element, text in _read_file(history.folder.parent / _FILE):
        found[ending] = Instead(
            text=text, element=element, capability=named.get(element) if element else None
        )
    return found


def _by_successor(path: Path, other: Path | None) -> Instead:
    """Another path of the same capability, or another capability."""
    if other is None:
        return Instead(text=path.successor or "", element=None, capability=path.successor)
    ours = set(footprint(path.when))
    new = [one for one in footprint(other.when) if one not in ours]
    text = " with ".join(one.name for one in new[:_MOST]) or other.name
    return Instead(text=text, element=new[0] if new else None, capability=path.capability)


def _name_capabilities(catalog: Catalog, hypervisor: str) -> Iterator[tuple[Element, str]]:
    """The capability that an element is named by: of a few the one whose path names least besides.

    What many name, such as an option that everything needs, tells none of them.
    """
    told: dict[Element, list[tuple[int, str]]] = {}
    for paths in catalog.paths.get(hypervisor, {}).values():
        for path in paths:
            elements = footprint(path.when)
            for element in elements:
                told.setdefault(element, []).append((len(elements), path.capability))
    yield from ((element, min(names)[1]) for element, names in told.items() if len(names) <= _FEW)


def _read_file(file: File) -> Iterator[tuple[Element, Element | None, str]]:
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        if line and not line.startswith("#"):
            ending, element, text = line.split("  ", 2)
            yield _parse(ending), None if element == "-" else _parse(element), text


def _parse(text: str) -> Element:
    kind, _, name = text.partition(":")
    return Element(kind=kind, name=name)
