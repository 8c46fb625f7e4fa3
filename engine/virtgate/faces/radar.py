"""The deprecation radar as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..radar.driven import Driven
from ..radar.ending import Fading
from ..scan import Use
from ..upstream.documented import Documented
from .documents import pick
from .paint import Paint
from .tables import columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """What one hypervisor's upstream gives up, and the driver whose uses are told beside it, if one is."""

    hypervisor: str
    fading: tuple[Fading, ...]
    documented: tuple[Documented, ...]
    driven: Driven | None

    def uses(self, one: Fading | Documented) -> tuple[Use, ...]:
        """Where the driver uses what is given up."""
        elements = one.ending.elements if isinstance(one, Fading) else one.elements
        return self.driven.of(self.hypervisor, elements) if self.driven else ()


def radar_document(radars: Iterable[Radar]) -> dict[str, Any]:
    """The document of several hypervisors' radars."""
    found = list(radars)
    return {
        "paths": [_fading(radar, one) for radar in found for one in radar.fading],
        "documented": [documented_document(radar, one) for radar in found for one in radar.documented],
    }


def _fading(radar: Radar, one: Fading) -> dict[str, Any]:
    return {
        "hypervisor": radar.hypervisor,
        "id": one.path.capability,
        "path": one.path.name,
        **pick(one.ending, "deprecated", "removed", "may_go"),
        "successor": one.path.successor,
        "uses": _uses(radar, one),
    }


def documented_document(radar: Radar, one: Documented) -> dict[str, Any]:
    """One heading of upstream's lists, with its uses in a driver."""
    return {
        "hypervisor": radar.hypervisor,
        **pick(one, "heading", "section", "deprecated", "removed"),
        "current": one.is_current,
        "elements": [{"kind": element.kind, "name": element.name} for element in one.elements],
        "about": one.about,
        "uses": _uses(radar, one),
    }


def _uses(radar: Radar, one: Fading | Documented) -> list[dict[str, Any]] | None:
    """Where a driver uses it; null where none was named."""
    return [use_document(use) for use in radar.uses(one)] if radar.driven else None


def use_document(use: Use) -> dict[str, Any]:
    """One use in a driver's source."""
    return pick(use, "file", "line", "kind", "name")


def use_lines(uses: Iterable[Use]) -> Iterator[str]:
    """Uses for a person, below what they are of."""
    yield from (f"    {use.file}:{use.line}: {use.name}" for use in uses)


def radar_lines(radars: Iterable[Radar], paint: Paint, *, width: int | None = None) -> Iterator[str]:
    """The radar for a person; with a driver only what the driver uses."""
    for radar in radars:
        going = [one for one in radar.fading if one.ending.removed is None]
        gone = [one for one in radar.fading if one.ending.removed is not None]
        listed = [one for one in radar.documented if one.is_current]
        ended = [one for one in radar.documented if one.removed is not None]
        yield from _group(radar, "deprecated", going, paint, width)
        yield from _group(radar, "removed", gone, paint, width)
        yield from _group(radar, "documented as deprecated", listed, paint, width)
        # What documentation lists as removed is long, and the past: it is told where a driver uses it.
        if radar.driven:
            yield from _group(radar, "documented as removed", ended, paint, width)


def _group(
    radar: Radar, title: str, rows: Sequence[Fading | Documented], paint: Paint, width: int | None
) -> Iterator[str]:
    shown = [one for one in rows if radar.driven is None or radar.uses(one)]
    if not rows:
        return
    used = f"{len(shown)} of {len(rows)} used" if radar.driven else str(len(rows))
    yield paint(f"{radar.hypervisor}, {title}: {used}", "bold")
    lines = columns([cells_of(one) for one in shown], widest=(46, 30), width=width)
    # A row that took more lines cannot be told from the next one: the uses then stand below all rows.
    if width is not None or len(lines) != len(shown):
        yield from lines
        yield from (line for one in shown for line in use_lines(radar.uses(one)))
        return
    for one, line in zip(shown, lines, strict=True):
        yield line
        yield from use_lines(radar.uses(one))


def cells_of(one: Fading | Documented) -> tuple[str, str, str]:
    """What ends, when, and what instead or in which section."""
    if isinstance(one, Documented):
        days = [f"since {one.deprecated}"] if one.deprecated else []
        days += [f"gone in {one.removed}"] if one.removed else []
        return f"  {one.heading}", ", ".join(days), one.section
    ending = one.ending
    told = [f"deprecated since {ending.deprecated}"] if ending.deprecated else []
    told += [f"gone in {ending.removed}"] if ending.removed else []
    told += [f"may go from {ending.may_go} on"] if ending.may_go else []
    if one.path.successor and one.path.successor != "none":
        told.append(f"use {one.path.successor}")
    return f"  {one.path.capability}", one.path.name, ", ".join(told)
