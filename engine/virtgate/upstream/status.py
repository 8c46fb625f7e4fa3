"""What upstream says about a path, seen from one release."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..conditions import KINDS, View, affirmed, footprint, look, names_alike, ways
from ..interface import parse_element
from ..interface.walk import enter
from ..model import Condition, Element, Leaf, Path, Stated, leaves
from ..versions import Version, parse_release
from .history import History

Status = Literal["none", "rejected", "never", "unledgered", "removed", "merged", "here", "later"]

# Since then QMP's introspection flags what is unstable (qemu@9fb49daabfb0).
UNSTABLE_FLAG = parse_release("6.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamStatus:
    """Where a path stands upstream.

    The releases of `mask` had its whole footprint; `since` is the first of them, `last` the last, and
    `reference` the one whose shape a host is held against. `complete` says that ledgers cover every element
    for certain, `bounded` that the first of the releases may be later than the truth.
    """

    status: Status
    mask: int = 0
    since: Version | None = None
    last: Version | None = None
    footprint: tuple[Element, ...] = ()
    reference: Version | None = None
    complete: bool = True
    bounded: bool = False


def find_status(path: Path, release: Version | None, history: History, view: View | None) -> UpstreamStatus:
    """Where a path stands upstream for a host of this release (None: a host whose release nobody knows).

    What hangs on no host's answers is found once for each release.
    """
    if view is not None and not (path.fork is None and names_alike(path.when)):
        return _find_status(path, release, history, view)
    found: tuple[Path, UpstreamStatus] | None = history.statuses.get((id(path), release))
    if found is None or found[0] is not path:  # which may have got the place in memory of another
        found = history.statuses[id(path), release] = path, _find_status(path, release, history, None)
    return found[1]


def _find_status(path: Path, release: Version | None, history: History, view: View | None) -> UpstreamStatus:
    if path.rejected:
        return UpstreamStatus(status="rejected")
    if path.fork is not None:
        here = view is not None and look(path.when, view) is not False
        return UpstreamStatus(status="never" if here else "none", footprint=footprint(path.when, view))
    if not path.is_accepted:
        return UpstreamStatus(status="never", footprint=footprint(path.when, view))
    if path.since is not None and path.since.release == "unreleased":
        return UpstreamStatus(status="merged", footprint=footprint(path.when, view), reference=None)
    elements = path_footprint(path, history, release, view)
    mask = upstream_mask(path, elements, history)
    complete = all(history.covers(one.kind) in {"complete", None} for one in elements)
    if mask is None:
        return UpstreamStatus(status="unledgered", footprint=elements, complete=False)
    status, reference = _place(mask, release, history)
    if status == "never" and path.since is not None and not _typed_mask(path, history):
        status = _status_of_accepted(path.since, history)
    if status == "never" and path.since is None and _is_merged(elements, history):
        status = "merged"
    if status == "never" and path.since is None and history.ahead is not None:
        merged = _stand_ahead(path, history.ahead, view)
        if merged is not None:
            return merged
    return UpstreamStatus(
        status=status,
        mask=mask,
        since=history.first_in(mask),
        last=history.last_in(mask),
        footprint=elements,
        reference=reference,
        complete=complete,
        bounded=_is_bounded(path, elements, mask, history),
    )


def _is_bounded(path: Path, elements: tuple[Element, ...], mask: int, history: History) -> bool:
    """Whether the first release of a path may be later than the truth, by its `since` or by a ledger."""
    typed = path.since is not None and path.since.is_bounded
    first = _typed_mask(path, history)
    return (typed and mask & -mask == first & -first) or history.is_bounded(elements, mask)


def _stand_ahead(path: Path, ahead: History, view: View | None) -> UpstreamStatus | None:
    """A path that no release has and upstream's branch has; None for one that it has not."""
    head = ahead.versions[-1]
    elements = path_footprint(path, ahead, head, view)
    mask = upstream_mask(path, elements, ahead) or 0
    if ahead.last_in(mask) != head:
        return None
    return UpstreamStatus(status="merged", footprint=elements, reference=head)


def _status_of_accepted(since: Stated, history: History) -> Status:
    """A release that lies beyond what is known: merged by the day that counts, or not yet accepted."""
    day = history.as_of
    accepted = datetime.date.fromisoformat(since.accepted) if since.accepted else None
    return "merged" if day is None or (accepted is not None and accepted <= day) else "never"


def _is_merged(elements: Iterable[Element], history: History) -> bool:
    """Whether upstream had everything by the day that counts, in no release of that day."""
    found = [history.commit_of(one) for one in elements]
    if history.as_of is None or not found:
        return False
    return all(one is not None and datetime.date.fromisoformat(one[1]) <= history.as_of for one in found)


def _place(mask: int, release: Version | None, history: History) -> tuple[Status, Version | None]:
    if not mask:
        return "never", None
    if release is None:
        return "here", history.last_in(mask)
    reference = history.first_in(mask, history.place_of(release))
    if reference == release:
        return "here", reference
    return ("later", reference) if reference is not None else ("removed", history.last_in(mask))


def upstream_mask(path: Path, elements: Iterable[Element], history: History) -> int | None:
    """The upstream releases that had a path: typed, where it had to be, else from the ledgers.

    A typed end counts in both cases: what the ledger goes on listing may have changed its meaning.
    """
    if path.since is None:
        mask = history.common_mask(elements)
        if mask is not None and path.until is not None:
            mask &= history.mask_between(None, history.version_of(path.until.release))
    else:
        # What a ledger that is not complete lacks proves nothing against a commit.
        told = (one for one in elements if history.covers(one.kind) == "complete" or history.mask(one))
        known = history.common_mask(told)
        mask = _typed_mask(path, history)
        mask = mask if known is None else mask & known
    for text in _release_terms(path.when):
        accepted = history.accepted_mask(text)
        mask = accepted if mask is None else mask & accepted
    return mask


def _typed_mask(path: Path, history: History) -> int:
    """The releases that a path's `since` and `until` say."""
    if path.since is None or path.since.release == "unreleased":
        return 0
    first = history.version_of(path.since.release)
    end = history.version_of(path.until.release) if path.until else None
    return history.mask_between(first, end)


def _release_terms(condition: Condition) -> Iterable[str]:
    if isinstance(condition, Leaf):
        if condition.kind == "release":
            yield condition.terms["name"]
    elif condition.joint == "all":
        for part in condition.parts:
            yield from _release_terms(part)


def path_footprint(
    path: Path, history: History, release: Version | None, view: View | None
) -> tuple[Element, ...]:
    """Every element that a path really touches: named by `when`, added by `uses`, demanded upstream."""
    named = _choose(path.when, history, release, view)
    whole = tuple(dict.fromkeys((*named, *find_used(path, named))))
    return whole + tuple(one for one in _demanded(whole, history, release) if one not in whole)


def _choose(
    condition: Condition, history: History, release: Version | None, view: View | None
) -> tuple[Element, ...]:
    """The branch of an `any` that the host has; where none is seen, the one that the release has."""
    if release is None or (view is not None and look(condition, view)):
        return footprint(condition, view)
    choices = tuple(ways(condition))
    may = (one for one in choices if len(choices) == 1 or _may_have(one, history, release))
    return footprint(next(may, choices[0]))


def _may_have(condition: Condition, history: History, release: Version) -> bool:
    """Whether a release is one that a condition accepts, with everything that it names."""
    accepted = (history.accepted_mask(text) for text in _release_terms(condition))
    if not all(mask >> history.place_of(release) & 1 for mask in accepted):
        return False
    return all(history.has(element, release) is not False for element in footprint(condition))


def find_used(path: Path, named: Iterable[Element]) -> tuple[Element, ...]:
    """What a path's `uses` adds to its first command or event, or where it names neither to its type."""
    heads = [(one.kind, parse_element(one.name)[0]) for one in named if one.kind == "qmp"]
    heads += [("qom", one.name) for one in named if one.kind == "qom" and "." not in one.name]
    return tuple(
        Element(kind=kind, name=head + (text if text[0] in ".:(=[" else f".{text}"))
        for kind, head in heads[:1]
        for text in path.uses or ()
    )


def _demanded(elements: tuple[Element, ...], history: History, release: Version | None) -> Iterable[Element]:
    """The arguments that upstream's commands cannot do without, in the release or in the first later one."""
    qmp = tuple(one for one in elements if one.kind == "qmp")
    if not qmp:
        return
    start = history.place_of(release) if release is not None else 0
    reference = history.first_in(history.common_mask(qmp) or 0, start)
    graph = history.graph(reference) if reference else None
    if graph is None:
        return
    for head in dict.fromkeys(parse_element(one.name)[0] for one in qmp):
        root = graph.root(head)
        if root is None or root.kind != "command":
            continue
        _, arguments = enter(graph, root.arguments)
        for name, member in arguments.members.items():
            if not member.optional:
                yield Element(kind="qmp", name=f"{head}.{name}")


def is_taken_away(
    path: Path, footprint: tuple[Element, ...], release: Version | None, history: History
) -> bool:
    """Whether upstream took something of a path away, up to a release that has not the path.

    Else the path ends only because a host tells the same otherwise from then on.
    """
    is_typed = path.until is not None or (path.deprecated is not None and bool(path.deprecated.removed))
    return is_typed or any(
        release and history.has(one, release) is False and _is_told(one, history) for one in footprint
    )


def _is_told(element: Element, history: History) -> bool:
    """Whether an element has ended where its ledger ends it.

    What C code compared an option's argument with may come from a table or a list of types since.
    """
    ledger = history.ledger(element.kind)
    atoms = ledger.atoms(element.name) if ledger and ledger.covers == "partial" else ()
    return not any(atom.type in {"suboption", "value"} for atom in atoms)


def first_ranges(standing: UpstreamStatus, history: History) -> str:
    """The releases of a standing as ranges text, or an empty text when there are none."""
    return ("<=" if standing.bounded else "") + history.spell(standing.mask)


def rests_on_release(condition: Condition) -> bool:
    """Whether nothing of a host's build is looked at: its release and its target say it all."""
    return all(leaf.kind in {"release", "arch"} for leaf in leaves(condition))


def is_visible(path: Path, view: View | None = None) -> bool:
    """Whether a probe can see a path: on this host, or without one on any.

    Every leaf of its condition must be visible, and one at least show more than where the host stands.
    """
    shows = any(not KINDS[leaf.kind].circumstance for leaf in affirmed(path.when))
    return path.marker and shows and all(KINDS[leaf.kind].visible(view) for leaf in leaves(path.when))


def has_part(name: str, prefix: str) -> bool:
    """Whether a part of an element's name, wherever it stands, begins so."""
    return any(part.startswith(prefix) for part in re.split(r"[.:=(\[]", name))
