"""What happened upstream between two releases: one change a path, in five groups, and what no path is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, TypeVar

from ..decide import Decision, PathDecision
from ..interface import walk
from ..model import Element
from ..upstream.documented import Documented, find_documented
from ..upstream.history import History
from ..upstream.status import is_taken_away
from ..versions import Version, parse_release

Row = TypeVar("Row")
Group = Literal["new", "deprecated", "removed", "unstable", "stable"]
GROUPS: tuple[Group, ...] = ("new", "deprecated", "removed", "unstable", "stable")

# What stands alone, by what a ledger calls it, and not inside something else.
_WHOLE = frozenset({"command", "event", "option", "driver", "type"})
# Before it there was no such flag, and a name said it.
_FIRST_WITH_FLAG = parse_release("6.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one path, and in which release (None: the data cannot tell).

    `other` says that the capability had another path before (`new`), or has one afterwards (else); `flags`
    are what a new path has from its first day: `deprecated`, `unstable`.
    """

    group: Group
    capability: str
    path: str
    release: str | None
    successor: str | None
    other: bool
    flags: tuple[str, ...] = ()


def find_changes(
    before: Mapping[str, Decision],
    after: Mapping[str, Decision],
    span: tuple[Version, Version],
    history: History,
) -> Iterator[Change]:
    """What differs between the decisions on two upstream releases of one hypervisor, in the data's order.

    `span` are the two releases. Only the ends count: what came and went in between is not told.
    """
    for capability, then in before.items():
        now = after[capability]
        for old, new in zip(then.paths, now.paths, strict=True):
            for group in _groups(old, new, span[1], history):
                yield Change(
                    group=group,
                    capability=capability,
                    path=old.path.name,
                    release=_release_of(group, old, new, span, history),
                    successor=old.path.successor,
                    other=_has_other(then if group == "new" else now, old.path.name),
                    flags=_flags(new) if group == "new" else (),
                )


def list_documented(
    hypervisor: str, span: tuple[Version, Version], history: History
) -> dict[str, list[Documented]]:
    """What upstream's own lists say was deprecated and removed in the span, in their words."""
    found: dict[str, list[Documented]] = {"deprecated": [], "removed": []}
    for one in find_documented(hypervisor, history):
        for group, release in (("deprecated", one.deprecated), ("removed", one.removed)):
            if release is not None and span[0] < history.version_of(release) <= span[1]:
                found[group].append(one)
    return found


def list_unnamed(
    decisions: Mapping[str, Decision], span: tuple[Version, Version], history: History
) -> dict[str, dict[str, list[str]]]:
    """What came and went and no path stands on, by what the ledgers call it: `qmp command`, `qom type`."""
    paths = [path for decision in decisions.values() for path in decision.paths]
    named = {element for path in paths for element in path.standing.footprint}
    found: dict[str, dict[str, list[str]]] = {"new": {}, "removed": {}}
    seen: set[tuple[str, str]] = set()
    for kind in history.kinds:
        whole = {(atom.name, atom.type) for atom in history.ledger(kind) or () if atom.type in _WHOLE}
        for name, sort in sorted(whole - seen):
            element = Element(kind=kind, name=name)
            had, has_it = (history.has(element, version) for version in span)
            if had is not has_it and element not in named:
                found["new" if has_it else "removed"].setdefault(f"{kind} {sort}", []).append(name)
        # What two ledgers call the same came once.
        seen |= whole
    return found


def has(one: PathDecision) -> bool:
    """Whether the release that was decided on has a path."""
    return one.standing.status == "here" and not one.case.gone


def _groups(old: PathDecision, new: PathDecision, last: Version, history: History) -> Iterator[Group]:
    if not has(old) or not has(new):
        if has(new):
            yield "new"
        elif has(old) and is_taken_away(old.path, old.standing.footprint, last, history):
            yield "removed"
        return
    if new.case.deprecated and not old.case.deprecated:
        yield "deprecated"
    if new.case.unstable is not old.case.unstable:
        yield "unstable" if new.case.unstable else "stable"


def _flags(one: PathDecision) -> tuple[str, ...]:
    told = (("deprecated", one.case.deprecated), ("unstable", one.case.unstable))
    return tuple(name for name, is_told in told if is_told)


def _has_other(decision: Decision, path: str) -> bool:
    return any(has(one) for one in decision.paths if one.path.name != path)


def _release_of(
    group: Group, old: PathDecision, new: PathDecision, span: tuple[Version, Version], history: History
) -> str | None:
    """The first release in the span from which on to its end it was so."""
    told = new.path.deprecated
    match group:
        case "new":
            found = _first_so(span, history, lambda one: _is_in(new.standing.mask, one, history))
        case "removed" if told and told.removed and new.case.gone:
            found = history.version_of(told.removed)
        case "removed":
            found = _first_so(span, history, lambda one: not _is_in(old.standing.mask, one, history))
        case "deprecated" if told and told.since:
            found = history.version_of(told.since)
        case "stable":
            found = _first_so(span, history, lambda one: not _has_flag(new, "unstable", one, history))
            found = max(found, _FIRST_WITH_FLAG) if found else None
        case _:
            found = _first_so(span, history, lambda one: _has_flag(new, group, one, history))
    return history.name_of(found) if found else None


def _first_so(
    span: tuple[Version, Version], history: History, is_so: Callable[[Version], bool]
) -> Version | None:
    return first_throughout([one for one in history.versions if span[0] < one <= span[1]], is_so)


def first_throughout(rows: Sequence[Row], is_so: Callable[[Row], bool]) -> Row | None:
    """The first from which on all are so to the last; None where the last is not."""
    return next(iter([*takewhile(is_so, reversed(rows))][::-1]), None)


def _is_in(mask: int, version: Version, history: History) -> bool:
    return bool(mask >> history.place_of(version) & 1)


def _has_flag(one: PathDecision, flag: str, version: Version, history: History) -> bool:
    graph = history.graph(version)
    names = (element.name for element in one.standing.footprint if element.kind == "qmp")
    seen = (walk(graph, name) for name in names) if graph else ()
    return any(found is not None and flag in found.features for found in seen)
