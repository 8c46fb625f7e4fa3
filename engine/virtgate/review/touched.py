"""Which releases, and which capabilities, a change to a ledger can touch, so that only those are decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..conditions import KINDS
from ..model import Condition, Element, Path, leaves
from ..upstream.history import History
from ..upstream.ledger import Atom, Ledger
from ..upstream.sets import Masks


def changed_releases(before: History, after: History, *, is_qmp_edited: bool) -> set[str]:
    """The releases of which QMP's ledger says something else, and those that only one side knows.

    The state of upstream's branch counts as one.
    """
    old, new = (_names_of(history) for history in (before, after))
    ledgers = (before.ledger("qmp"), after.ledger("qmp"))
    if not is_qmp_edited:
        return set(old) ^ set(new)
    if ledgers[0] is None or ledgers[1] is None or ledgers[0].covers != ledgers[1].covers:
        return set(old) | set(new)
    return (set(old) ^ set(new)) | _changed_in(ledgers[0], ledgers[1], before, after)


def is_touched(path: Path, kinds: Collection[str], before: History, after: History) -> bool:
    """Whether ledgers of these kinds, QMP's apart, say something else of what a path names.

    Of a divergent shape it counts, in QMP too, whether upstream ever had it.
    """
    elements = {one for one in _named(path.when) if one.kind in kinds and one.kind != "qmp"}
    if any(_differs(one, before, after) for one in elements):
        return True
    foreign = [tuple(_named(one.when)) for one in path.divergent]
    return any(bool(before.common_mask(one)) != bool(after.common_mask(one)) for one in foreign)


def _named(condition: Condition) -> Iterator[Element]:
    return (element for leaf in leaves(condition) for element in KINDS[leaf.kind].elements(leaf.terms))


def _differs(element: Element, before: History, after: History) -> bool:
    """Whether two histories say something else of an element, in the releases that both know."""
    masks = (before.mask(element), after.mask(element))
    if before.covers(element.kind) != after.covers(element.kind) or None in masks:
        return True
    if _is_bounded(element, before) != _is_bounded(element, after):
        return True
    names = [[release.name for release in history.releases] for history in (before, after)]
    count = len(names[0])
    if names[1][:count] == names[0]:
        return masks[0] != (masks[1] or 0) & (1 << count) - 1
    having = (
        {name for at, name in enumerate(names[side]) if (masks[side] or 0) >> at & 1} for side in (0, 1)
    )
    return bool(set.symmetric_difference(*having) & set(names[0]) & set(names[1]))


def _is_bounded(element: Element, history: History) -> bool:
    ledger = history.ledger(element.kind)
    return any(atom.ranges.startswith("<=") for atom in (ledger.atoms(element.name) if ledger else ()))


def _names_of(history: History) -> tuple[str, ...]:
    """The known releases, with the state of upstream's branch."""
    return tuple(release.name for release in (history.ahead or history).releases)


def _changed_in(old: Ledger, new: Ledger, before: History, after: History) -> set[str]:
    """The releases in which two ledgers of a kind differ.

    A line that both have means the same in a release that both know.
    """
    lines = (set(old), set(new))
    found: dict[tuple[str, str, bool, bool], tuple[set[str], set[str]]] = {}
    for at, history in enumerate((before, after)):
        whole = history.ahead or history
        masks = Masks(whole.versions)
        for atom in lines[at] - lines[1 - at]:
            mask = masks.of_ranges(atom.ranges)
            names = {one.name for place, one in enumerate(whole.releases) if mask >> place & 1}
            found.setdefault(_key(atom), (set(), set()))[at].update(names)
    return {name for one, other in found.values() for name in one ^ other}


def _key(atom: Atom) -> tuple[str, str, bool, bool]:
    return atom.name, atom.type, atom.optional, atom.ranges.startswith("<=")
