"""What changed between two collections, as text, as a table and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..fleet.drift import Changed, Drift
from .documents import FORMAT
from .fleets import Answer, indented

_FEW = 6
# Gains and losses first: what changed and neither came nor went is a path or a reason, and breaks no driver.
_KINDS = (("+", "gained", False, True), ("-", "lost", True, False), ("~", "otherwise", True, True))


def show_drift(old: str, new: str, drift: Drift) -> Answer:
    """Every host that changed, by what it was and what it is."""
    return Answer(
        document={
            "format": FORMAT,
            "old": old,
            "new": new,
            "same": drift.same,
            "changed": [_document(one) for one in drift.changed],
            "gone": list(drift.gone),
            "new_hosts": list(drift.new),
        },
        head=("host", "id", "before", "after"),
        rows=[
            *(
                (host, name, _spell(then), _spell(now))
                for one in drift.changed
                for host in one.names
                for name, (then, now) in (one.changes or {"": (None, None)}).items()
            ),
            *((host, "", "there", "gone") for host in drift.gone),
            *((host, "", "", "new") for host in drift.new),
        ],
        lines=list(_lines(drift)),
    )


def _document(one: Changed) -> dict[str, Any]:
    return {
        "hosts": len(one.names),
        "names": list(one.names),
        "before": dict(one.before),
        "after": dict(one.after),
        "changes": [
            {"id": name, "before": _said(then), "after": _said(now)}
            for name, (then, now) in one.changes.items()
        ],
    }


def _said(said: tuple[str, ...] | None) -> dict[str, str | None] | None:
    if said is None:
        return None
    state, reason, *path = said
    return {"state": state, "reason": reason, "path": path[0] if path else None}


def _spell(said: tuple[str, ...] | None) -> str:
    return " ".join(said or ())


def _lines(drift: Drift) -> Iterator[str]:
    changed = sum(len(one.names) for one in drift.changed)
    yield f"{drift.same} as before, {changed} changed, {len(drift.gone)} gone, {len(drift.new)} new"
    for one in drift.changed:
        before, after = _build(one.before), _build(one.after)
        said = f"was {before}, is {after}" if before != after else f"{after} as before"
        yield from indented(f"{len(one.names)} host{'s' * (len(one.names) != 1)}: {said}", "")
        yield from indented(", ".join(one.names), "    ")
        for mark, word, then, now in _KINDS:
            yield from _changes(mark, word, one.having(before=then, after=now))
    for what, names in (("gone", drift.gone), ("new", drift.new)):
        if names:
            yield f"{what}:"
            yield from indented(", ".join(names), "    ")


def _build(host: Mapping[str, str | None]) -> str:
    told = (host["hypervisor"], host["version"], host["downstream"], host["package"], host["accel"])
    return " ".join(filter(None, told))


def _changes(mark: str, word: str, names: list[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        yield from indented(f"{mark} {len(names)} {word}: {', '.join(names[:_FEW])}{more}", "  ")
