"""From an element's name to the place in a graph that it names.

A name is a walk from a command or an event: `drive-mirror.sync=top`, `query-sev().state`,
`blockdev-add:rbd.user`, `block-commit.base[deprecated]`. Arrays are walked through silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, get_args

from .graph import ANY, EMPTY, Graph, Kind, Root, Type

# A downstream's name begins with `__` and its reversed domain, so it may hold dots (qmp-spec, 2.3).
_NAME = r"(?:__[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*_)?[A-Za-z0-9_+-]+"
# A value ends a walk, and may hold dots too: blkdebug's events had them until 2.5.
_VALUE = r"[A-Za-z0-9_+.-]+"
_STEP = re.compile(rf"\.({_NAME})|:({_NAME})|=({_VALUE})|(\(\))|\|([a-z]+)|\[([a-z-]+)\]|([?!])$")
_HEAD = re.compile(_NAME)
_SORTS = ("member", "branch", "value", "return", "kind", "feature", "mark")
_SPELT = {"member": ".", "branch": ":", "value": "=", "return": "", "kind": "|", "mark": ""}
# QAPI nests arrays once or twice; a host that says otherwise must not keep us.
_DEEPEST_ARRAY = 16
_ALONE: Mapping[Kind, frozenset[Kind]] = {one: frozenset({one}) for one in get_args(Kind)}


class Step(NamedTuple):
    """One step of a walk: `sort` is member, branch, value, return, kind, feature or mark (`?` or `!`)."""

    sort: str
    name: str


class Seen(NamedTuple):
    """What a walk ended at: the type's reference there, whether it is optional, and every flag on the way."""

    root: Root
    reference: str | None
    optional: bool
    features: frozenset[str]


@cache
def parse_element(name: str) -> tuple[str, tuple[Step, ...]]:
    """The head of an element's name and its steps. Raises ValueError when it is none."""
    head = _HEAD.match(name)
    at = head.end() if head else 0
    steps = []
    while head and at < len(name):
        step = _STEP.match(name, at)
        if step is None:
            break
        index = step.lastindex or 1
        steps.append(Step(_SORTS[index - 1], step[index]))
        at = step.end()
    if head is None or at < len(name):
        raise ValueError(f"'{name}' is not an element: cannot read '{name[at:]}'")
    return head[0], tuple(steps)


@cache
def places_of(name: str) -> tuple[str, ...]:
    """Every place that a walk to an element passes, from the head to the element itself."""
    head, steps = parse_element(name)
    places = [head]
    for step in steps:
        places.append(places[-1] + _spell(step))
    return tuple(places)


def _spell(step: Step) -> str:
    return f"[{step.name}]" if step.sort == "feature" else f"{_SPELT[step.sort]}{step.name}"


def walk(graph: Graph, name: str) -> Seen | None:
    """The place that an element's name leads to in this graph; None where there is none."""
    if name not in graph.walks:
        graph.walks[name] = _walk(graph, name)
    seen: Seen | None = graph.walks[name]
    return seen


def _walk(graph: Graph, name: str) -> Seen | None:
    head, steps = parse_element(name)
    around = name[: -len(_spell(steps[-1]))] if steps else ""
    if around in graph.walks:  # who goes from place to place has just been there
        known: Seen | None = graph.walks[around]
        seen, steps = known, steps[-1:]
    else:
        root = graph.root(head)
        seen = None if root is None else Seen(root, root.arguments, False, root.features)
    for step in steps:
        seen = None if seen is None else _take(graph, seen, step)
    return seen


def enter(graph: Graph, reference: str | None) -> tuple[str | None, Type]:
    """A type with the arrays around it opened; no reference is an object without members."""
    if reference is None:
        return None, EMPTY
    known = graph.type(reference)
    for _ in range(_DEEPEST_ARRAY):
        if known.kind != "array":
            break
        reference = known.element
        known = graph.type(reference)
    return reference, known


def kinds(graph: Graph, reference: str | None) -> frozenset[Kind]:
    """The JSON kinds that a type takes; an enum's is string."""
    known = EMPTY if reference is None else graph.type(reference)
    if known.kind == "alternate":
        return frozenset().union(*(_alone(graph.type(branch)) for branch in known.branches.values()))
    return _alone(known)


def _alone(known: Type) -> frozenset[Kind]:
    return _ALONE["string" if known.kind == "enum" else known.kind]


def _take(graph: Graph, seen: Seen, step: Step) -> Seen | None:
    match step.sort:
        case "return":
            return (
                Seen(seen.root, seen.root.returns, False, seen.root.features) if seen.root.returns else None
            )
        case "mark":
            return seen if seen.optional == (step.name == "?") else None
    reference, known = enter(graph, seen.reference)
    if step.sort == "feature":
        return seen if step.name in seen.features | known.features else None
    found = _TAKERS[step.sort](graph, reference, known, step.name)
    if found is None:
        return None
    into, optional, flags = found
    return Seen(seen.root, into, optional, seen.features | flags)


# Where a step leads: the type's reference, whether it is optional, its flags. The takers share one form.
_Found = tuple[str | None, bool, frozenset[str]]


def _member(graph: Graph, _reference: str | None, known: Type, name: str) -> _Found | None:
    for one in objects(graph, known):
        if name in one.members:
            member = one.members[name]
            return member.type, member.optional, member.features
    return None


def _branch(graph: Graph, _reference: str | None, known: Type, name: str) -> _Found | None:
    for one in objects(graph, known):
        if name in one.branches:
            return one.branches[name], False, _tag_flags(graph, one, name)
        if one.tag and one.tag in one.members:
            _, tag = enter(graph, one.members[one.tag].type)
            if name in tag.values:
                return None, False, tag.values[name]
    return None


def _tag_flags(graph: Graph, union: Type, name: str) -> frozenset[str]:
    if not union.tag or union.tag not in union.members:
        return frozenset()
    return enter(graph, union.members[union.tag].type)[1].values.get(name, frozenset())


def _value(graph: Graph, reference: str | None, known: Type, name: str) -> _Found | None:
    for one in _alternatives(graph, known):
        if name in one.values:
            return reference, False, one.values[name]
    return None


def _kind(graph: Graph, reference: str | None, known: Type, name: str) -> _Found | None:
    for branch in known.branches.values() if known.kind == "alternate" else (reference,):
        if branch is not None and name in kinds(graph, branch):
            return branch, False, frozenset()
    return (reference, False, frozenset()) if known is ANY else None


def objects(graph: Graph, known: Type) -> list[Type]:
    """The object that a type is, or those among an alternate's branches."""
    if known.kind == "object":
        return [known]
    return [one for one in _alternatives(graph, known) if one.kind == "object"]


def _alternatives(graph: Graph, known: Type) -> list[Type]:
    if known.kind != "alternate":
        return [known]
    return [enter(graph, branch)[1] for branch in known.branches.values()]


_TAKERS = {"member": _member, "branch": _branch, "value": _value, "kind": _kind}
