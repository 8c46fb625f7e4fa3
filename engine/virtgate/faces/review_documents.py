"""A reviewed change as JSON, and as findings at the lines that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..model import Where
from ..review.effect import Effect, Move
from ..review.revisions import Review
from .documents import FORMAT, pick
from .review import move_text
from .sarif import Finding


def review_document(review: Review) -> dict[str, Any]:
    """All of it; keys are never missing, and what there is not is null."""
    effects = review.effects
    return {
        "format": FORMAT,
        "base": review.base,
        "head": review.head,
        "refused": review.is_refused,
        "files": list(review.files),
        "remarks": [{**pick(one, "rule", "level", "message"), **_place(one.where)} for one in review.remarks],
        "notes": [asdict(note) for note in review.notes],
        "upstream": [
            {
                **pick(one, "hypervisor", "releases", "against"),
                "changes": [{**asdict(change), "flags": list(change.flags)} for change in one.changes],
            }
            for one in effects.upstream
        ],
        "hosts": [asdict(one) for one in effects.told],
        "capabilities": [_effect_document(one) for one in effects.effects],
        "unreadable": list(review.base_problems),
        "not_compared": dict(effects.unjudged),
    }


def _effect_document(effect: Effect) -> dict[str, Any]:
    return {
        "id": effect.id,
        "change": effect.sort,
        "was": effect.was,
        **_place(effect.where),
        "edits": list(effect.edits),
        "moves": [_move_document(move) for move in effect.moves],
    }


def _move_document(move: Move) -> dict[str, Any]:
    names = list(move.names)
    return {
        "hypervisor": move.hypervisor,
        "releases": names if move.whose == "release" else [],
        "ranges": move.spelled if move.whose == "release" else None,
        "hosts": names if move.whose == "host" else [],
        "path": move.path,
        "before": asdict(move.before) if move.before else None,
        "after": asdict(move.after) if move.after else None,
    }


def _place(where: Where) -> dict[str, Any]:
    return {"file": where.file, "line": where.line}


def review_findings(review: Review) -> Iterator[Finding]:
    """The remarks, and each effect as a note at its line in the newer side."""
    for one in review.remarks:
        yield Finding(
            rule=one.rule, level=one.level, message=one.message, file=one.where.file, line=one.where.line
        )
    for effect in review.effects.effects:
        if effect.sort not in {"removed", "follows"}:
            told = "; ".join((*effect.edits, *move_text(effect)))
            yield Finding(
                rule="effect",
                level="note",
                message=f"{effect.id}: {told}",
                file=effect.where.file,
                line=effect.where.line,
            )
