"""What upstream's documentation lists as deprecated, and no feature flag can, is typed as `deprecated`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..data.yaml import Problem
from ..model import Element, Path
from ..upstream.ledger import Atom, Ledger
from .data import Data, elements_of, locate, positive_leaves

# What a heading may have before and after the name of the thing: `-device sga`, `cpu-add (since 4.0)`.
_HEADING = re.compile(r"(?:-device )?(\S+)(?: \(.*\))?")


def find(data: Data) -> Iterator[Problem]:
    """Paths through a device, an option or a monitor command that a heading names, whole, and nothing more.

    Only releases that have the path count, and QMP is left to its flags. Headings in other words are missed.
    """
    headings = {name: _read_headings(data, name) for name in data.catalog.paths}
    for path in data.accepted:
        if path.deprecated is None and headings[path.hypervisor]:
            yield from _check(path, headings[path.hypervisor], data)


def _read_headings(data: Data, hypervisor: str) -> Mapping[str, list[Atom]]:
    """The lines of the list, by the name of the thing that each is about."""
    found: dict[str, list[Atom]] = {}
    ledger: Iterable[Atom] = () if data.ledger_problems(hypervisor) else _list_of(data, hypervisor)
    for atom in ledger:
        for part in atom.name.split(" and ") if atom.type.startswith("deprecated since ") else ():
            match = _HEADING.fullmatch(part)
            if match:
                found.setdefault(match[1], []).append(atom)
    return found


def _list_of(data: Data, hypervisor: str) -> Ledger | tuple[Atom, ...]:
    return data.history(hypervisor).ledger("documented") or ()


def _check(path: Path, headings: Mapping[str, list[Atom]], data: Data) -> Iterator[Problem]:
    history, mask = data.history(path.hypervisor), data.standing(path).mask
    for leaf in positive_leaves(path.when):
        text = next(iter(leaf.terms.values()), None)
        for element in elements_of(leaf):
            for atom in headings.get(_heading_of(element) or "", ()):
                if history.mask_of_ranges(atom.ranges) & mask and _is_about(atom, element):
                    since = atom.type.partition(":")[0].removeprefix("deprecated since ")
                    problem = f"'{path.name}' goes through '{element}', which is documented as deprecated"
                    hint = f'deprecated: {{since: "{since}", evidence: [repository@hash]}}'
                    yield locate(path.where, text, problem, hint)
                    return


def _heading_of(element: Element) -> str | None:
    """How a heading would name an element; None for QMP's, and for a part of something."""
    match element.kind:
        case "option":
            return f"-{element.name.split('.', 1)[0]}"
        case "qom" | "hmp":
            return element.name
        case _:
            return None


def _is_about(atom: Atom, element: Element) -> bool:
    """Whether a list's section is of this kind of thing: a monitor command's name may be QMP's, too."""
    return ("human monitor" in atom.type) == (element.kind == "hmp") and "(QMP)" not in atom.type
