"""A reviewed change as Markdown that GitHub and GitLab show alike: the outcome first, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..review.effect import Effect, Move
from ..review.revisions import Review
from .markdown import code, escape, table
from .review import (
    LEVELS,
    LONGEST,
    Part,
    alike,
    digest_parts,
    other_parts,
    problem_parts,
    say,
    summary_of,
    title_of,
    told_effects,
    told_moves,
    whom,
)

# A comment on GitHub holds 65,536 characters.
_MOST = 50_000
_SIGNS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}


def review_markdown(review: Review, *, whole: bool = False, site: str | None = None) -> list[str]:
    """The lines of a comment; with `site` each capability, release and host leads to its page there."""
    lines = [f"### {escape(title_of(review))}", "", f"**{escape(summary_of(review))}**", ""]
    if review.remarks:
        told = (
            (f"{_SIGNS[x.level]} {LEVELS[x.level]}", code(str(x.where)), x.message) for x in review.remarks
        )
        lines += [*table(("", "where", "what"), ((a, b, escape(c)) for a, b, c in told)), ""]
    lines += _bullets([*problem_parts(review), *other_parts(review, whole=whole)])
    rows = [row for group in alike(told_effects(review)) for row in _rows(group, site)]
    if not rows:
        return lines
    changes = [*table(("capability", "edit", "on", "before", "now"), rows), ""]
    if whole or len(rows) <= LONGEST:
        return lines + changes
    lines += _bullets(digest_parts(review))
    # A comment that is too long is refused as a whole: the digest above is kept.
    if sum(map(len, changes)) > _MOST:
        return lines
    return [*lines, "<details><summary>Each capability</summary>", "", *changes, "</details>"]


def _rows(group: list[Effect], site: str | None) -> Iterator[tuple[str, ...]]:
    """A row a move; what is edited stands in the first alone."""
    first = group[0]
    names = "<br>".join(_linked(one.id, f"id/{one.id}/", site) for one in group)
    edits = [first.sort if first.sort in {"new", "renamed"} else "", *first.edits]
    told = "<br>".join(escape(text) for text in edits if text)
    edit = "with what changed" if first.sort == "follows" else f"{told}<br>{code(str(first.where))}"
    moves = told_moves(first)
    if not moves:
        nothing = "no hypervisor has a path for it" if first.sort == "new" else "no verdict changes"
        yield names, edit, nothing, "", ""
    for at, move in enumerate(moves):
        told = f"path {move.path}: " if move.path else ""
        before = "" if first.sort == "new" else escape(told + say(move.before))
        # An empty cell reads as "the same", and a table on GitHub cannot join cells.
        start = ("", "") if at else (names, edit)
        yield *start, _subject(move, site), before, escape(say(move.after))


def _subject(move: Move, site: str | None) -> str:
    """On which releases or hosts; one that has a page of its own leads there."""
    if len(move.names) > 1 or not move.names:
        return escape(whom(move))
    name = move.names[0]
    folder = f"release/{move.hypervisor}" if move.whose == "release" else "host"
    return _linked(whom(move), f"{folder}/{name}/", site)


def _linked(text: str, address: str, site: str | None) -> str:
    return f"[{escape(text)}]({site.rstrip('/')}/{address})" if site else escape(text)


def _bullets(parts: Iterable[Part]) -> list[str]:
    lines = []
    for part in parts:
        lines.append(f"- {escape(part.head)}")
        lines += [f"  - {escape(line)}" for line in part.lines]
    return [*lines, ""] if lines else []
