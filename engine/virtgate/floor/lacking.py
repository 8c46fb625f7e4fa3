"""What a host may lack of a path that every upstream release has: what its build left out, or the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..conditions import KINDS, footprint
from ..decide.built import build_condition
from ..interface.walk import places_of
from ..model import Branch, Condition, Element, Leaf, Path
from ..upstream.history import History
from ..upstream.status import find_used
from ..versions import Version

# QMP is one schema for all builds, but for what a build condition stands at.
_IN_SCHEMA = frozenset({"command", "event", "qmp", "migration-capability"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One release, and the kinds of conditions of which no build leaves anything out."""

    history: History
    version: Version
    unconditional: frozenset[str]


def may_lack(
    path: Path, history: History, version: Version, unconditional: Iterable[str] = ()
) -> tuple[str, ...]:
    """The conditions of a path that a host of this release can fail, each as a text; empty: none.

    `unconditional` are the kinds of conditions of which no build leaves anything out; the release of a host
    is what a floor is about. Without a build condition what QMP's schema describes is in every build. A
    device, an option, a module, an architecture or anything of the machine may be missing on some host.
    """
    asked = _Asked(history=history, version=version, unconditional=frozenset({"release", *unconditional}))
    told = [*_lacking(path.when, asked)]
    if path.usable is not None:
        told += _lacking(path.usable, asked)
    for used in find_used(path, footprint(path.when)):
        for built in _build_conditions(used, history, version) if used.kind == "qmp" else ():
            # A command that needs a build's part is told with it already.
            if not any(text.endswith(f"(built with {built})") for text in told):
                told.append(f"{used.name} (built with {built})")
    return tuple(dict.fromkeys(told))


def _lacking(condition: Condition, asked: _Asked) -> Iterator[str]:
    if isinstance(condition, Leaf):
        yield from _lacking_leaf(condition, asked)
    elif condition.joint == "all":
        for part in condition.parts:
            yield from _lacking(part, asked)
    # And of `not` nothing: what is refused is no part that a build could leave out.
    elif condition.joint == "any":
        yield from _lacking_any(condition, asked)


def _lacking_any(condition: Branch, asked: _Asked) -> Iterator[str]:
    """Nothing, when one of the alternatives cannot be missing in this release."""
    alternatives = []
    for part in condition.parts:
        told = tuple(_lacking(part, asked))
        if told:
            alternatives.append(" and ".join(told))
        elif _is_had(part, asked):
            return
    if alternatives:
        yield " or ".join(alternatives)


def _is_had(condition: Condition, asked: _Asked) -> bool:
    """Whether the release has what a condition names, as far as ledgers tell."""
    if isinstance(condition, Branch):
        parts = [_is_had(part, asked) for part in condition.parts]
        return {"any": any(parts), "all": all(parts), "not": False}[condition.joint]
    if condition.kind == "release":
        accepted = asked.history.accepted_mask(condition.terms["name"])
        return bool(accepted >> asked.history.place_of(asked.version) & 1)
    elements = KINDS[condition.kind].elements(condition.terms)
    return all(asked.history.has(element, asked.version) is not False for element in elements)


def _lacking_leaf(leaf: Leaf, asked: _Asked) -> Iterator[str]:
    if leaf.kind in asked.unconditional:
        return
    if leaf.kind not in _IN_SCHEMA:
        yield str(leaf)
        return
    for element in KINDS[leaf.kind].elements(leaf.terms):
        for built in _build_conditions(element, asked.history, asked.version):
            yield f"{leaf} (built with {built})"


def _build_conditions(element: Element, history: History, version: Version) -> Iterator[str]:
    """The conditions of a QMP element and of everything around it, each once."""
    around = (Element(kind="qmp", name=name) for name in places_of(element.name))
    found = (build_condition(history, one, version) for one in around)
    yield from dict.fromkeys(built for built in found if built is not None)
