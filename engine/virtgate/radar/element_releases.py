"""Which releases have one element of a hypervisor's interface, by its kind and its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ..conditions import KINDS
from ..facts.folders import find_hypervisor
from ..model import Element
from ..upstream.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """The releases that have an element, the first without it where it went, and what proves that."""

    element: str
    releases: str
    removed: str | None
    proof: str


def find_releases(text: str, hypervisor: str, history: History) -> Had | None:
    """Which releases have `machine/pc-i440fx-2.3`; None where none has it, or no ledger tells."""
    elements = _elements(text, hypervisor)
    mask = history.common_mask(elements) if elements else None
    if not mask:
        return None
    last = history.last_in(mask)
    after = history.versions[history.place_of(last) + 1 :] if last else ()
    # A point release of a branch that lived on after the next one began is not what went without it.
    gone = next((one for one in after if not one.is_point), None)
    return Had(
        element=", ".join(f"{one.kind} {one.name}" for one in elements),
        releases=history.spell(mask),
        removed=history.name_of(gone) if gone else None,
        proof="documented" if last and history.is_documented(last) else "ledger",
    )


def explain_absence(text: str, hypervisors: Iterable[str], history: Callable[[str], History]) -> str:
    """Why nothing is found: no such kind, or no release with it; with the names that are like it."""
    kind, _, name = text.partition("/")
    own = {one: find_hypervisor(one) for one in hypervisors}
    known = sorted(_kinds() | {word for one in own.values() for word in one.elements})
    if kind not in known:
        return f"no kind of element '{kind}'; there are {', '.join(known)}"
    # Of all hypervisors: the kind may be another one's than the reader thought.
    names = {
        other
        for hypervisor in own
        for element in _elements(text, hypervisor)
        if (ledger := history(hypervisor).ledger(element.kind))
        for other in (atom.name for atom in ledger)
    }
    wanted = [element.name for one in own for element in _elements(text, one)]
    near = [found for one in wanted for found in get_close_matches(one, names, n=3)]
    shown = ", ".join(one.removesuffix(f"-{kind}") for one in dict.fromkeys(near))
    return f"no release is known to have {kind} '{name}'{f'; nearest: {shown}' if shown else ''}"


def _kinds() -> set[str]:
    """The kinds of conditions that name an element by one word."""
    return {word for word, row in KINDS.items() if row.keys == ("name",) and row.elements({"name": "x"})}


def _elements(text: str, hypervisor: str) -> tuple[Element, ...]:
    kind, _, name = text.partition("/")
    own = find_hypervisor(hypervisor).elements.get(kind)
    if own is not None:
        return (own(name),)
    if kind not in _kinds() or hypervisor not in (KINDS[kind].hypervisors or (hypervisor,)):
        return ()
    return KINDS[kind].elements({"name": name})
