"""What `when` and `uses` name is in some upstream release, where a ledger would know."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalog.forms import near
from ..conditions import alternatives
from ..decide.standing import spell_uses, upstream_mask
from ..history import History
from ..model import Element, Path
from ..reader import Problem
from .data import Data, elements_of, locate, positive_leaves


def find(data: Data) -> Iterator[Problem]:
    """Elements that no release ever had, and paths whose elements were never there together."""
    for path in data.accepted():
        history = data.history(path.hypervisor)
        unknown = list(_find_unknown(path, history))
        yield from unknown
        if not unknown and not _is_anywhere(path, history):
            names = " and ".join(f"'{one}'" for named in alternatives(path.when) for one in named)
            problem = f"no release of {path.hypervisor} has all that '{path.name}' names: {names}"
            yield locate(path.where, None, problem)


def _find_unknown(path: Path, history: History) -> Iterator[Problem]:
    for element, text in _named(path):
        try:
            mask = history.mask(element)
        except ValueError:
            continue
        if mask == 0 and history.covers(element.kind) in {"complete", "superset"}:
            problem = f"no release of {path.hypervisor} has '{element}'"
            yield locate(path.where, text, problem, _nearest(element, history))


def _named(path: Path) -> Iterator[tuple[Element, object]]:
    """Every element with the text that names it."""
    for leaf in positive_leaves(path.when):
        for element in elements_of(leaf):
            yield element, next(iter(leaf.terms.values()), None)
    named = next(iter(alternatives(path.when)), ())
    try:
        spelt = spell_uses(path, named)
    except ValueError:
        return
    for name, text in zip(spelt, path.uses, strict=False):
        yield Element(kind="qmp", name=name), text


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
    masks = [upstream_mask(path, named, history) for named in alternatives(path.when)]
    return not history.releases or any(mask != 0 for mask in masks)
