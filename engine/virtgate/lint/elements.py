"""What `when` and `uses` name is in some upstream release, where a ledger would know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..conditions import alternatives, problem_of
from ..data.forms import near
from ..data.records import UNREADABLE
from ..data.yaml import Problem
from ..model import Element, Path, leaves
from ..upstream.history import History
from ..upstream.status import upstream_mask
from .data import Data, elements_of, locate, misspelling, positive_leaves, used_elements


def find(data: Data) -> Iterator[Problem]:
    """Elements that no release ever had, and paths whose elements were never there together."""
    for path in data.paths():
        yield from _find_misspelt(path)
    for path in data.accepted:
        history = data.history(path.hypervisor)
        unknown = list(_find_unknown(path, history))
        yield from unknown
        if not unknown and not _is_anywhere(path, history):
            names = " and ".join(f"'{one}'" for named in alternatives(path.when) for one in named)
            problem = f"no release of {path.hypervisor} has all that '{path.name}' names: {names}"
            yield locate(path.where, None, problem)


def _find_misspelt(path: Path) -> Iterator[Problem]:
    if path.when == UNREADABLE or any(problem_of(leaf, path.hypervisor) for leaf in leaves(path.when)):
        return
    used = used_elements(path)
    if path.uses and not used:
        problem = f"'{path.name}' has 'uses' and names no command or event"
        yield locate(path.where, path.uses[0], problem)
    for text, element in used:
        problem = misspelling(element) or ""
        if problem:
            yield locate(path.where, text, problem)


def _find_unknown(path: Path, history: History) -> Iterator[Problem]:
    for element, text in _named(path):
        if history.mask(element) == 0 and _is_sure(element, history):
            problem = f"no release of {path.hypervisor} has '{element}'"
            yield locate(path.where, text, problem, _nearest(element, history))


def _named(path: Path) -> Iterator[tuple[Element, object]]:
    """Every element with the text that names it."""
    for leaf in positive_leaves(path.when):
        for element in elements_of(leaf):
            yield element, next(iter(leaf.terms.values()), None)
    for text, element in used_elements(path):
        yield element, text


def _nearest(element: Element, history: History) -> str | None:
    ledger = history.ledger(element.kind)
    owner = element.name.rsplit(".", 1)[0]
    if ledger is None:
        return None
    inside = {atom.name for atom in ledger.under(owner)} if owner != element.name else set()
    if inside and owner in ledger:
        return near(element.name, inside)
    return near(element.name, {atom.name for atom in ledger if not set(atom.name) & set(".:|([<")})


def _is_anywhere(path: Path, history: History) -> bool:
    """Whether some release had one of the ways that a path may be there; true where nobody can tell."""
    bare = replace(path, since=None, until=None)
    for named in alternatives(path.when):
        sure = [one for one in named if _is_sure(one, history)]
        if upstream_mask(bare, sure, history) != 0:
            return True
    return not history.releases


def _is_sure(element: Element, history: History) -> bool:
    """Whether what the ledger lacks was in no release."""
    return history.covers(element.kind) in {"complete", "superset"}
