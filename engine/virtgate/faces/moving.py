"""A move's verdict as text and as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..hypervisors.moves import ENDS, Choice, Point
from .documents import FORMAT, pick
from .tables import wrapped

if TYPE_CHECKING:
    from ..migrate.answer import Answer

_NUMBER = re.compile(r"(?<!\d)(?<!\d\.)\d+(\.\d+)*$")
_MARKS = {"yes": "+", "no": "-", "unknown": "?"}


def move_document(answer: Answer) -> dict[str, Any]:
    """The whole answer."""
    return {
        "format": FORMAT,
        "state": answer.state,
        **{end.which: _end_document(end) for end in (answer.source, answer.destination)},
        "guest": [
            {"kind": part.kind, "name": part.name, "options": dict(part.options)}
            for part in answer.guest.parts
        ],
        "reasons": [_point_document(one) for one in answer.points],
        "settings": {which: list(answer.settings(which)) for which in ENDS},
        "choices": [pick(one, "about", "both", "source", "destination") for one in answer.choices],
        "capabilities": [_point_document(one) for one in answer.carried],
    }


def _end_document(end: Any) -> dict[str, Any]:
    host = end.host
    names = ("hypervisor", "version", "release", "downstream", "evr", "arch", "accel")
    return {"target": end.text, **{name: getattr(host, name) for name in names}}


def _point_document(one: Point) -> dict[str, Any]:
    return {
        **pick(one, "about", "name", "state", "sentence"),
        "settings": {which: list(texts) for which, texts in one.settings.items()},
        "evidence": list(one.evidence),
    }


def move_lines(answer: Answer) -> Iterator[str]:
    """The verdict, what speaks for and against it, what to set, and what there is to choose from."""
    yield from _wrapped(f"{answer.state}: {_verdict(answer)}", "")
    # What forbids the move comes first: the rest of the lines matters only without it.
    order = {"no": 0, "unknown": 1, "yes": 2}
    for one in sorted(answer.points, key=lambda point: order[point.state]):
        yield from _wrapped(f"{_MARKS[one.state]} {one.about} {one.name}: {one.sentence}", "  ")
        if one.evidence:
            yield f"      evidence  {', '.join(one.evidence)}"
    for which in ENDS:
        yield from (
            _wrapped(f"set on the {which}: {'; '.join(answer.settings(which))}", "")
            if answer.settings(which)
            else ()
        )
    for choice in answer.choices:
        yield from _choice_lines(choice)
    if answer.carried:
        yield from _carried_lines(answer.carried)


def _verdict(answer: Answer) -> str:
    what = "the guest" if any(part.kind != "capability" for part in answer.guest.parts) else "a guest"
    may = {"yes": "may move", "no": "does not move", "unknown": "may move or not, as the lines with ? say,"}
    return f"{what} {may[answer.state]} from {answer.source.text} to {answer.destination.text}"


def _choice_lines(one: Choice) -> Iterator[str]:
    for where, names in (
        ("on both ends", one.both),
        ("on the source alone", one.source),
        ("on the destination alone", one.destination),
    ):
        if names:
            yield from _wrapped(f"{one.about} {where}: {', '.join(_families(names))}", "")


def _families(names: Sequence[str]) -> Iterator[str]:
    """Names that differ in a number at their end alone, as the first to the last of them."""
    families: dict[str, list[str]] = {}
    for name in names:
        family = _NUMBER.sub("", name)
        families.setdefault(family, []).append(name)
    for family, own in families.items():
        # `pc-q35-2.4 to pc-q35-9.2` of the many types that a QEMU lists; `pc` alone ends with no number.
        spans = len(own) > 2 and family.endswith("-")
        yield from (f"{own[0]} to {own[-1].removeprefix(family)}",) if spans else own


def _carried_lines(rows: Iterable[Point]) -> Iterator[str]:
    yield "migration capabilities"
    for one in rows:
        yield from _wrapped(f"{_MARKS[one.state]} {one.name}: {one.sentence}", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return wrapped(text, indent, f"{indent}    ")
