"""A floor, and the lowest one, as text and as the JSON that programs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..floor.minimum import Always, Dead, Floor, Lowest
from ..model import Element, Shipped
from ..radar.driven import Driven
from .documents import FORMAT, pick
from .paint import Paint
from .radar import Radar, cells_of, documented_document, use_document, use_lines
from .tables import columns

_WHY = {
    "removed": "removed before it: delete",
    "stand-in": "that were a way to tell it of older releases alone: delete",
    "shadowed": "superseded wherever they are: delete",
    "fallback": "superseded but on a host that lacks the better one: keep for that alone",
}


def floor_document(floor: Floor, title: str, driven: Driven | None = None) -> dict[str, Any]:
    """A floor's document; each dead path has its uses in a driver, or null where none was named."""
    return {
        "format": FORMAT,
        "hypervisor": floor.hypervisor,
        "title": title,
        "release": floor.release,
        "releases": list(floor.releases),
        "always": [_always(one) for one in floor.always],
        "dead": [_dead(one, floor.hypervisor, driven) for one in floor.dead],
        "documented": [documented_document(_radar(floor, driven), one) for one in floor.documented],
        "later": [{"id": name, "since": since} for name, since in floor.later.items()],
        "behind": [shipped_document(one) for one in floor.behind],
    }


def _radar(floor: Floor, driven: Driven | None) -> Radar:
    """What upstream's lists say, as the radar tells it."""
    return Radar(hypervisor=floor.hypervisor, fading=(), documented=floor.documented, driven=driven)


def _always(one: Always) -> dict[str, Any]:
    return {
        "id": one.capability,
        "title": one.title,
        "path": one.path,
        "certain": one.is_certain,
        **pick(one, "lacking", "needs", "deprecated"),
    }


def _dead(one: Dead, hypervisor: str, driven: Driven | None) -> dict[str, Any]:
    uses = driven.of(hypervisor, one.elements) if driven else None
    return {
        "id": one.capability,
        **pick(one, "path", "why", "last", "by", "unless"),
        "elements": [{"kind": element.kind, "name": element.name} for element in one.elements],
        "successor": one.successor,
        "uses": None if uses is None else [use_document(use) for use in uses],
    }


def shipped_document(one: Shipped) -> dict[str, Any]:
    """What one release of a distribution ships."""
    return pick(one, "distribution", "title", "release", "ships", "until", "extended", "evidence")


def floor_lines(
    floor: Floor, title: str, paint: Paint, driven: Driven | None = None, *, area: str | None = None
) -> Iterator[str]:
    """A floor for a person: what is always on, what is dead, who is left behind; of one area where named.

    With a driver, each of its lines that goes with a dead path stands below it.
    """
    always = [one for one in floor.always if _is_in(one.capability, area)]
    dead = [one for one in floor.dead if _is_in(one.capability, area)]
    later = {name: since for name, since in floor.later.items() if _is_in(name, area)}
    count = len(floor.releases)
    span = f"{count} {'release' if count == 1 else 'releases'}, to {floor.releases[-1]}"
    yield paint(f"{title} {floor.release} or later: {span}", "bold")
    yield from _group(paint, "always on, on every host: no check", _rows(always, certain=True))
    told = "always upstream's, but a build or a machine may lack it: no check of the release"
    yield from _group(paint, told, _rows(always, certain=False))
    for why, text in _WHY.items():
        ended = [one for one in dead if one.why == why]
        rows = [(f"- {one.capability}", one.path, _end(one)) for one in ended]
        # The group's head is printed even for none: that nothing is dead is an answer.
        title_line, *lines = _group(paint, f"paths {text}", rows)
        yield title_line
        for one, line in zip(ended, lines, strict=True):
            yield line
            if driven:
                yield from use_lines(driven.of(floor.hypervisor, one.elements))
    if area is None:
        yield from _documented_lines(_radar(floor, driven), paint)
    waiting = [(f"? {name}", f"always on since {since}") for name, since in later.items()]
    yield from _group(paint, "later: a check of the release remains", waiting)
    yield from _group(
        paint, "left behind, as far as the data know distributions", list(map(_behind, floor.behind))
    )


def _documented_lines(radar: Radar, paint: Paint) -> Iterator[str]:
    """Of upstream's lists, which are long, only what a driver uses."""
    used = [one for one in radar.documented if radar.uses(one)]
    count = f"{len(used)} of {len(radar.documented)} used" if radar.driven else str(len(radar.documented))
    yield paint(f"documented as removed before it: delete ({count})", "bold")
    for one, line in zip(used, columns([cells_of(one) for one in used], widest=(46, 30)), strict=True):
        yield line.replace(" ", "-", 1)
        yield from use_lines(radar.uses(one))


def _is_in(capability: str, area: str | None) -> bool:
    return area is None or capability.startswith(f"{area}.")


def _group(paint: Paint, title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield paint(f"{title} ({len(rows)})", "bold")
    yield from columns(rows, widest=(42, 30))


def _rows(always: Iterable[Always], *, certain: bool) -> list[tuple[str, str, str]]:
    return [
        (f"+ {one.capability}", one.path or "", _why_not(one)) for one in always if one.is_certain is certain
    ]


def _why_not(one: Always) -> str:
    told = [] if one.path else ["through one path in some releases, through another in others"]
    told += [f"may lack {_shorten(text)}" for text in one.lacking]
    told += [f"needs {need}" for need in one.needs]
    told += [f"deprecated since {one.deprecated}"] if one.deprecated else []
    return "; ".join(told)


def _shorten(text: str) -> str:
    """The first of several alternatives, where there are many."""
    # An architecture is often one of ten, and the line is about the capability.
    first, *others = text.split(" or ")
    return f"{first} or {len(others)} others" if len(others) > 1 else text


def _end(one: Dead) -> str:
    told = [f"last in {one.last}"] if one.last else [f"use {' or '.join(one.by)}"]
    if one.unless:
        told.append(f"unless it lacks {' and '.join(map(_shorten, one.unless))}")
    if one.elements:
        told.append(f"nothing else uses {', '.join(map(spell_element, one.elements))}")
    return "; ".join(told)


def spell_element(one: Element) -> str:
    """An element with its kind, but for QMP, which goes without saying."""
    return one.name if one.kind == "qmp" else f"{one.kind} {one.name}"


def _behind(one: Shipped) -> tuple[str, str, str]:
    days = [f"until {one.until}" if one.until else "", f"some until {one.extended}" if one.extended else ""]
    return f"- {one.title} {one.release}", one.ships, ", ".join(filter(None, days))


def lowest_document(rows: Iterable[Lowest]) -> dict[str, Any]:
    """The lowest floor of some capabilities, by hypervisor."""
    return {
        "format": FORMAT,
        "floors": [
            {
                **pick(one, "hypervisor", "release", "deciding"),
                "capabilities": [
                    {"id": name, "since": since, "reason": one.reasons.get(name)}
                    for name, since in one.each.items()
                ],
            }
            for one in rows
        ],
    }


def lowest_lines(rows: Iterable[Lowest], paint: Paint) -> Iterator[str]:
    """The lowest floor for a person, with what each capability would take."""
    for one in rows:
        deciding = ", ".join(one.deciding)
        if one.release is None:
            yield paint(f"{one.hypervisor}: no release has all of it always on: {deciding}", "bold")
        else:
            yield paint(f"{one.hypervisor} {one.release}: decided by {deciding}", "bold")
        cells = [
            (f"  {name}", since or f"not in the newest release: {one.reasons[name]}")
            for name, since in one.each.items()
        ]
        yield from columns(cells)
