"""Conditions joined and looked at: whether they hold, what they ask, what they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from ..interface import parse_element
from ..model import Branch, Condition, Element, Leaf, leaves
from ..versions import Constraint
from .kind import View
from .kinds import KINDS

_NUMBER = re.compile(r"0x[0-9a-fA-F]+|0|[1-9][0-9]*")


def not_(value: bool | None) -> bool | None:
    """The contrary of an answer; of none there is no contrary."""
    return None if value is None else not value


def all_of(values: Iterable[bool | None]) -> bool | None:
    """Whether all hold: one False is enough to know that they do not."""
    found = list(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """Whether any holds: one True is enough to know that it does."""
    found = list(values)
    return True if True in found else None if None in found else False


def look(condition: Condition, view: View) -> bool | None:
    """Whether a condition holds on a host; None where nobody could look."""
    if isinstance(condition, Leaf):
        known = view.seen.get(id(condition))
        if known is None:  # the leaf is kept beside, so that no other can have its identity
            known = view.seen[id(condition)] = condition, KINDS[condition.kind].look(view, condition.terms)
        return known[1]
    found = [look(part, view) for part in condition.parts]
    match condition.joint:
        case "not":
            return not_(found[0])
        case "all":
            return all_of(found)
        case _:
            return any_of(found)


def look_where_visible(condition: Condition, view: View) -> bool | None:
    """Whether a condition holds as far as a probe can see it: what none can see is taken to hold.

    None where something could be seen and was not: a question without an answer.
    """
    if isinstance(condition, Leaf):
        kind = KINDS[condition.kind]
        return kind.look(view, condition.terms) if kind.visible(view) else True
    if condition.joint == "not":
        part = condition.parts[0]
        return not_(look(part, view)) if all(_is_visible(one, view) for one in leaves(part)) else True
    found = [look_where_visible(part, view) for part in condition.parts]
    if condition.joint == "all":
        return all_of(found)
    seen = [look(part, view) for part in condition.parts]
    # One way of several that no probe can see is no reason to pass over the others' silence.
    return True if True in seen else None if None in found else any_of(found)


def _is_visible(leaf: Leaf, view: View) -> bool:
    return KINDS[leaf.kind].visible(view)


def questions(condition: Condition | None) -> Iterator[str]:
    """What a host must be asked before this condition can be looked at."""
    if isinstance(condition, Leaf):
        yield from KINDS[condition.kind].ask(condition.terms)
    elif condition is not None:
        for part in condition.parts:
            yield from questions(part)


def missing(condition: Condition, view: View) -> tuple[Leaf, ...]:
    """The leaves to which a condition's falsehood is owed; for another architecture, nothing but that."""
    if look(condition, view) is not False:
        return ()
    if isinstance(condition, Leaf):
        return (condition,)
    if condition.joint == "not":
        return tuple(leaves(condition))
    lost = [part for part in condition.parts if look(part, view) is False]
    elsewhere = tuple(part for part in lost if isinstance(part, Leaf) and part.kind == "arch")
    if condition.joint == "all" and elsewhere:
        return elsewhere
    return tuple(leaf for part in lost for leaf in missing(part, view))


def lack_of(condition: Condition, view: View) -> Literal["build", "host"]:
    """Whether the host or the build lacks what a false condition needs.

    Where several are needed, the host's lack counts first, because no other build would help. Where any of
    them would do, another build helps if it provides one.
    """
    if isinstance(condition, Leaf):
        return KINDS[condition.kind].lack
    if condition.joint == "not":
        return _worst(KINDS[leaf.kind].lack for leaf in leaves(condition))
    lacks = [lack_of(part, view) for part in condition.parts if look(part, view) is False]
    if condition.joint == "any":
        return "build" if "build" in lacks else "host"
    return _worst(lacks)


def _worst(lacks: Iterable[str]) -> Literal["build", "host"]:
    return "host" if "host" in lacks else "build"


def unseen(condition: Condition, view: View) -> tuple[Leaf, ...]:
    """The leaves that would have to be looked at, of a condition of which nobody can tell."""
    if look(condition, view) is not None:
        return ()
    if isinstance(condition, Leaf):
        return (condition,)
    return tuple(leaf for part in condition.parts for leaf in unseen(part, view))


def footprint(condition: Condition | None, view: View | None = None) -> tuple[Element, ...]:
    """Every element that a condition names positively, each once.

    Of `any` it takes the branch that holds on the host, or without one the first; nothing under `not`.
    """
    return tuple(dict.fromkeys(_elements(condition, view)))


def names_alike(condition: Condition) -> bool:
    """Whether a condition names the same elements on every host: it has no `any` to choose from."""
    if isinstance(condition, Leaf) or condition.joint == "not":
        return True
    return condition.joint == "all" and all(map(names_alike, condition.parts))


def affirmed(condition: Condition) -> Iterator[Leaf]:
    """The leaves that are asked for, and not denied."""
    if isinstance(condition, Leaf):
        yield condition
    elif condition.joint != "not":
        for part in condition.parts:
            yield from affirmed(part)


def alternatives(condition: Condition) -> Iterator[tuple[Element, ...]]:
    """The footprints that a condition can have: one for each way in which it can hold."""
    yield from map(footprint, ways(condition))


def ways(condition: Condition) -> Iterator[Condition]:
    """The ways in which a condition can hold: each branch of its outermost `any`, or itself."""
    if isinstance(condition, Branch) and condition.joint == "any":
        for part in condition.parts:
            yield from ways(part)
    else:
        yield condition


def _elements(condition: Condition | None, view: View | None) -> Iterator[Element]:
    if condition is None:
        return
    if isinstance(condition, Leaf):
        yield from KINDS[condition.kind].elements(condition.terms)
    elif condition.joint == "all":
        for part in condition.parts:
            yield from _elements(part, view)
    elif condition.joint == "any":
        held = (part for part in condition.parts if view is not None and look(part, view))
        yield from _elements(next(held, condition.parts[0]), view)


def problem_of(leaf: Leaf, hypervisor: str) -> str | None:
    """What is wrong with a leaf in a file of this hypervisor, or None."""
    kind = KINDS[leaf.kind]
    if kind.hypervisors and hypervisor not in kind.hypervisors:
        return f"condition '{leaf.kind}' cannot be asked of {hypervisor}"
    try:
        for element in kind.elements(leaf.terms):
            if element.kind == "qmp":
                parse_element(element.name)
        if leaf.kind in {"release", "kernel"}:
            Constraint.parse(leaf.terms["name"])
    except ValueError as error:
        return str(error)
    for key in {"bits", "at-least"} & leaf.terms.keys():
        if not _NUMBER.fullmatch(str(leaf.terms[key])):
            return f"'{key}' of '{leaf.kind}' is '{leaf.terms[key]}'; allowed is a number such as 4 or 0x10"
    if leaf.kind in {"property", "machine-property", "property-default"}:
        name = leaf.terms.get("name") or leaf.terms["property"]
        if "." not in name:
            return f"'{name}' must be TYPE.PROPERTY"
    return None
