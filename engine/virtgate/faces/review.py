"""A reviewed change as text for a terminal: whole, or as a digest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..radar.changed import GROUPS
from ..review.effect import Effect, Move, Outcome, Sort, Upstream
from ..review.revisions import Review
from .paint import Paint
from .tables import wrapped

# What is longer is told as a digest, unless all of it is wanted.
LONGEST = 48
_MOST_NAMES = 12
_MOST_ROWS = 6
_MARKS = {"new": "+", "removed": "-", "renamed": "~", "changed": "~", "follows": "~"}
LEVELS = {"error": "refused", "warning": "doubtful", "note": "note"}
_WHOLE_PATH = re.compile(r"\S+ path \S+ is (new|gone)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing to say: a head, and what stands below it."""

    head: str
    lines: tuple[str, ...] = ()


def review_text(review: Review, paint: Paint, *, whole: bool = False) -> list[str]:
    """A review as lines for a terminal."""
    lines = [paint(title_of(review), "bold")]
    for part in _parts(review, whole=whole):
        lines += wrapped(part.head, "", "    ")
        for line in part.lines:
            lines += wrapped(line, "    ", "      ")
    return [*lines, summary_of(review)]


def title_of(review: Review) -> str:
    """What is compared."""
    count = len(review.files)
    told = {0: "the same data", 1: "1 file of the data differs"}
    return f"{review.base} -> {review.head}: {told.get(count, f'{count} files of the data differ')}"


def _parts(review: Review, *, whole: bool) -> list[Part]:
    parts = [*problem_parts(review), *remark_parts(review), *other_parts(review, whole=whole)]
    effects = list(_effect_parts(told_effects(review)))
    # What counts is how long it is on the screen: one capability may have forty moves, and forty may have
    # one.
    length = sum(
        len(wrapped(part.head)) + sum(len(wrapped(x, "    ", "      ")) for x in part.lines)
        for part in effects
    )
    return [*parts, *(effects if whole or length <= LONGEST else digest_parts(review))]


def other_parts(review: Review, *, whole: bool) -> list[Part]:
    """What is said of no single capability: files, releases, and hosts that are taken for something else."""
    parts = [*_note_parts(review), *(_upstream_part(one, whole=whole) for one in review.effects.upstream)]
    parts += [Part(head=f"host {one.name}: {one.before} -> {one.after}") for one in review.effects.told]
    return parts + [Part(head=f"not compared: {one}: {why}") for one, why in review.effects.unjudged.items()]


def told_effects(review: Review) -> Iterator[Effect]:
    """The effects, but for what is only removed: a remark says that."""
    return (one for one in review.effects.effects if one.sort != "removed")


def problem_parts(review: Review) -> Iterator[Part]:
    """What today's reader refuses in the older side only."""
    problems = review.base_problems
    if problems:
        more = (f"{len(problems) - _MOST_ROWS} more",) if len(problems) > _MOST_ROWS else ()
        head = f"{len(problems)} of what today's reader refuses in {review.base} is no more"
        yield Part(head=head, lines=(*(one.partition("\n")[0] for one in problems[:_MOST_ROWS]), *more))


def remark_parts(review: Review) -> Iterator[Part]:
    """What is refused, then what is doubtful, then the notes."""
    for level, word in LEVELS.items():
        mine = [one for one in review.remarks if one.level == level]
        told = [f"{word}: {one.where}: {one.message}" for one in mine[: 2 * _MOST_ROWS]]
        more = [f"{len(mine) - len(told)} more"] if len(mine) > len(told) else []
        yield from (Part(head=text) for text in (*told, *more))


def _note_parts(review: Review) -> Iterator[Part]:
    files: dict[str, list[str]] = {}
    for note in review.notes:
        files.setdefault(note.file, []).append(note.text)
    for file, texts in files.items():
        more = [f"{len(texts) - 2 * _MOST_ROWS} more"] if len(texts) > 2 * _MOST_ROWS else []
        yield Part(head=file, lines=(*texts[: 2 * _MOST_ROWS], *more))


def _upstream_part(one: Upstream, *, whole: bool) -> Part:
    count = len(one.releases)
    names = (
        ", ".join(one.releases)
        if count < 4
        else f"{one.releases[0]} to {one.releases[-1]} ({count} releases)"
    )
    if one.against is None:
        return Part(head=f"{one.hypervisor} {names}: releases that the data did not know")
    groups = {group: [c for c in one.changes if c.group == group] for group in GROUPS}
    told = ", ".join(f"{len(changes)} {group}" for group, changes in groups.items() if changes)
    lines = []
    for group, changes in groups.items():
        listed = [_named(c.capability, c.path, c.successor) for c in changes]
        if listed:
            lines.append(f"{group}: {', '.join(listed) if whole else _some(listed, _MOST_NAMES)}")
    return Part(
        head=f"{one.hypervisor} {names} against {one.against}: {told or 'no path differs'}",
        lines=tuple(lines),
    )


def _named(capability: str, path: str, successor: str | None) -> str:
    return f"{capability} ({path}{f', now {successor}' if successor else ''})"


def _effect_parts(effects: Iterable[Effect]) -> Iterator[Part]:
    for group in alike(effects):
        first = group[0]
        names = ", ".join(one.id for one in group)
        if first.sort == "follows":
            yield Part(head=f"{_MARKS[first.sort]} {names}, with what changed", lines=tuple(move_text(first)))
        else:
            how = f"{first.sort} " if first.sort in {"new", "removed"} else ""
            head = f"{_MARKS[first.sort]} {how}{names}  {first.where}"
            yield Part(head=head, lines=(*first.edits, *move_text(first)))


def alike(effects: Iterable[Effect]) -> Iterable[list[Effect]]:
    """Each effect; those that only follow, in the same way, together."""
    groups: dict[object, list[Effect]] = {}
    for effect in effects:
        # Those that follow were not edited: that they did alike is all there is to say of each.
        key = _signature(effect) if effect.sort == "follows" else effect.id
        groups.setdefault(key, []).append(effect)
    return groups.values()


def _signature(effect: Effect) -> object:
    return tuple(
        (move.hypervisor, move.whose, move.names, say(move.before, bare=True), say(move.after, bare=True))
        for move in effect.moves
    )


def move_text(effect: Effect) -> Iterator[str]:
    """A line a move; of what is new one only where it is enabled, and how many other hosts are not."""
    told = told_moves(effect)
    for move in told:
        thing = f"path {move.path} " if move.path else ""
        before = "" if effect.sort == "new" else f"{thing}{say(move.before)} -> "
        yield f"{whom(move)}: {before}{say(move.after)}"
    others = [move for move in effect.moves if move.whose == "host" and move not in told]
    counts = Counter(say(move.after) for move in others for _ in move.names)
    if counts:
        yield f"other hosts: {', '.join(f'{count} {what}' for what, count in counts.most_common())}"
    if not effect.moves and effect.sort != "removed":
        yield "no hypervisor has a path for it" if effect.sort == "new" else "no verdict changes"


def told_moves(effect: Effect) -> tuple[Move, ...]:
    """The moves; of what is new those that enable it, where there are any."""
    enabled = [move for move in effect.moves if move.after and move.after.state == "enabled"]
    return tuple(enabled) if effect.sort == "new" and enabled else effect.moves


def whom(move: Move) -> str:
    """The releases or the hosts that a move is about."""
    if move.whose == "release":
        return f"{move.hypervisor} {move.spelled}"
    count = len(move.names)
    return f"{'host' if count == 1 else f'{count} hosts'} {_some(move.names, 3)}"


def say(outcome: Outcome | None, *, bare: bool = False) -> str:
    """A verdict in a few words."""
    if outcome is None:
        return "not there"
    path = f" through {outcome.path}" if outcome.path and not bare else ""
    return f"{outcome.state} ({outcome.reason}){path}"


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def digest_parts(review: Review) -> Iterator[Part]:
    """Many effects in few lines."""
    effects = review.effects.effects
    yield Part(head="by area", lines=tuple(_area_lines(effects)))
    yield from _edit_parts(effects)
    moves = [move for effect in effects for move in effect.moves if effect.sort != "new"]
    yield from _transition_parts([move for move in moves if move.whose == "release"])
    yield from _host_parts([move for effect in effects for move in effect.moves if move.whose == "host"])
    yield Part(head="--full tells each capability")


def _area_lines(effects: Sequence[Effect]) -> Iterator[str]:
    areas: dict[str, list[Effect]] = {}
    for effect in effects:
        areas.setdefault(effect.id.partition(".")[0], []).append(effect)
    for area, mine in areas.items():
        counts = Counter(effect.sort for effect in mine)
        told = ", ".join(f"{counts[sort]} {_SORTS[sort]}" for sort in _SORTS if counts[sort])
        yield f"{area}: {told}: {_some([effect.id.partition('.')[2] for effect in mine], 4)}"


_SORTS: dict[Sort, str] = {
    "new": "new",
    "removed": "removed",
    "renamed": "renamed",
    "changed": "edited",
    "follows": "with what changed",
}


def _edit_parts(effects: Sequence[Effect]) -> Iterator[Part]:
    """Which edits were made more than once: the same text, or else the same field."""
    texts = [_without_name(text) for effect in effects for text in effect.edits]
    same = {text: count for text, count in Counter(texts).most_common(_MOST_ROWS) if count > 1}
    fields = Counter(text.split()[0] for text in texts if text not in same)
    rows = [
        *same.items(),
        *((f"{field}, each its own", count) for field, count in fields.most_common(_MOST_ROWS)),
    ]
    if rows:
        yield Part(head=f"{len(texts)} edits", lines=tuple(f"{text}: {count}" for text, count in rows))


def _without_name(edit: str) -> str:
    """An edit without whose it is."""
    whole_path = _WHOLE_PATH.match(edit)
    return f"a path is {whole_path[1]}" if whole_path else edit.partition(": ")[2] or edit


def _transition_parts(moves: Iterable[Move]) -> Iterator[Part]:
    """What becomes of verdicts on releases, the commonest first."""
    counts: Counter[str] = Counter()
    for move in moves:
        counts[f"{move.hypervisor}: {say(move.before, bare=True)} -> {say(move.after, bare=True)}"] += len(
            move.names
        )
    if counts:
        lines = [f"{text}: {count} verdicts" for text, count in counts.most_common(2 * _MOST_ROWS)]
        yield Part(head=f"on releases that were known, {counts.total()} verdicts differ", lines=tuple(lines))


def _host_parts(moves: Iterable[Move]) -> Iterator[Part]:
    """What becomes of verdicts on each recorded host."""
    hosts: dict[str, Counter[str]] = {}
    for move in moves:
        text = f"{say(move.before, bare=True)} -> {say(move.after, bare=True)}"
        for name in move.names:
            hosts.setdefault(name, Counter())[text] += 1
    alike: dict[str, list[str]] = {}
    for name, counts in sorted(hosts.items()):
        told = "; ".join(f"{count} {text}" for text, count in counts.most_common(3))
        rest = counts.total() - sum(count for _, count in counts.most_common(3))
        alike.setdefault(f"{told}{f'; {rest} others' if rest else ''}", []).append(name)
    if alike:
        lines = [f"{_some(names, 2)}: {text}" for text, names in alike.items()]
        more = [f"{len(lines) - _MOST_ROWS} more groups of hosts"] if len(lines) > _MOST_ROWS else []
        yield Part(head=f"on {len(hosts)} recorded hosts", lines=(*lines[:_MOST_ROWS], *more))


def summary_of(review: Review) -> str:
    """All of it in one line."""
    effects = review.effects.effects
    counts = Counter(effect.sort for effect in effects)
    told = [f"{counts[sort]} {_SORTS[sort]}" for sort in _SORTS if counts[sort]]
    moved = [move for effect in effects for move in effect.moves]
    hosts = {name for move in moved if move.whose == "host" for name in move.names}
    verdicts = sum(len(move.names) for move in moved if move.whose == "release")
    refused = sum(remark.level == "error" for remark in review.remarks)
    what = f"capabilities: {', '.join(told)}" if told else "no capability changes"
    if not (told or review.notes or review.effects.upstream or refused):
        return "no effect"
    where = (
        f"{verdicts} verdicts on releases and {len(hosts)} recorded hosts differ"
        if moved
        else "no verdict differs"
    )
    return f"{what}; {where}; {f'{refused} refused' if refused else 'nothing refused'}"
