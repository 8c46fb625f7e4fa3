"""Machine types: a guest keeps the one it was started with, and both ends must have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ....model import Element
from ...moves import Choice, End, Guest, Part, Point, Settings, on_both
from ..view import QemuView

_VERSIONED = re.compile(r"(?P<family>.+?)-(?P<version>\d+\.\d+(?:\.\d+)?)$")
# What may stand before a number: `pc-q35-rhel9.6.0`, `pc-q35-noble`.
_DOWNSTREAM = re.compile(r"(?P<family>pc-i440fx|pc-q35|virt|pseries|s390-ccw-virtio)-(?P<version>\w[\w.-]*)$")
_FAMILIES = {"q35": "pc-q35", "pc": "pc-i440fx"}


def machine_version(name: str) -> str | None:
    """The release of upstream's whose behaviour a machine type keeps; None where its name has none."""
    found = _VERSIONED.match(name)
    return found["version"] if found else None


def _is_kept(name: str) -> bool:
    """Whether a type is kept alike from release to release: one with a version in its name is."""
    return bool(_VERSIONED.match(name) or _DOWNSTREAM.match(name))


def _types(end: End) -> Mapping[str, Mapping[str, Any]] | None:
    return end.view.on(QemuView).machines if end.view is not None else None


def _has(end: End, name: str) -> bool | None:
    if end.view is not None:
        return end.has("machine", name)
    return end.had((Element(kind="qom", name=f"{name}-machine"),))


def _newest(end: End, family: str) -> str | None:
    """The type that an alias stands for here: with a host what it says, with a release its own number."""
    types = _types(end)
    if types is not None:
        return str(types[family]["name"]) if family in types else None
    if end.version is None or end.view is not None:
        return None
    name = f"{_FAMILIES.get(family, family)}-{end.version.branch}"
    return name if _has(end, name) else None


def expand_machine(source: End, guest: Guest) -> Guest:
    """The guest with the machine type that its alias stands for on the source, where it was started."""
    named = guest.first("machine")
    name = named.name if named else ""
    if not guest.parts or _is_kept(name):
        return guest
    found = _newest(source, name) if name else _default(source)
    if found is None or found == name:
        return guest
    part = replace(named, name=found) if named else Part(kind="machine", name=found)
    rest = tuple(one for one in guest.parts if one.kind != "machine")
    return replace(guest, parts=(part, *rest))


def _default(end: End) -> str | None:
    rows = (_types(end) or {}).values()
    return next((str(row["name"]) for row in rows if row.get("is-default")), None)


def machine_points(source: End, destination: End, guest: Guest) -> Iterator[Point]:
    """What the guest's machine type says; without a guest, what an alias on the source does."""
    part = guest.first("machine")
    if part is not None:
        yield _point(source, destination, part.name)
    elif guest.parts:
        yield Point(about="machine", name="default", state="unknown", sentence=_UNSAID)


_UNSAID = "the guest names no machine type, and what its source takes by default is not known"


def _point(source: End, destination: End, name: str) -> Point:
    found = {end.which: _has(end, name) for end in (source, destination)}
    lacking = [end for end in (source, destination) if found[end.which] is False]
    if lacking:
        said = f"{lacking[0].title} has no machine type {name}{_since(lacking[0], name)}"
        return Point(
            about="machine", name=name, state="no", sentence=said, settings=_other(source, destination, name)
        )
    if None in found.values():
        end = source if found["source"] is None else destination
        return Point(
            about="machine",
            name=name,
            state="unknown",
            sentence=f"nobody can tell whether {end.title} has {name}",
        )
    if not _is_kept(name) and source.host.version != destination.host.version:
        said = f"{name} has no version, so that it may differ from release to release"
        return Point(about="machine", name=name, state="unknown", sentence=said)
    settings = on_both(f"-machine {name}")
    return Point(about="machine", name=name, state="yes", sentence="both ends have it", settings=settings)


def _since(end: End, name: str) -> str:
    """Which upstream releases have a type, where that says why one does not."""
    mask = end.history.mask(Element(kind="qom", name=f"{name}-machine"))
    return f"; upstream has it in {end.history.spell(mask)}" if mask else ""


def _other(source: End, destination: End, name: str) -> Settings:
    """The newest type of the same family that both have, for a guest that is started anew."""
    match = _VERSIONED.match(name) or _DOWNSTREAM.match(name)
    both = machine_choice(source, destination).both
    family = [one for one in both if match and one.startswith(f"{match['family']}-")]
    best = max(family, key=_age, default=None)
    return on_both(f"-machine {best}") if best else {}


def _age(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name.rpartition("-")[2])))


def machine_choice(source: End, destination: End) -> Choice:
    """The machine types with a version that both ends have, and those that one has alone."""
    here, there = _kept_types(source), _kept_types(destination)
    return Choice(
        about="machine",
        both=_ordered(here & there),
        source=_ordered(here - there),
        destination=_ordered(there - here),
    )


def _kept_types(end: End) -> set[str]:
    types = _types(end)
    if types is not None:
        return {str(row["name"]) for row in types.values() if _is_kept(str(row["name"]))}
    return set(_types_of_release(end)) if end.view is None else set()


def _types_of_release(end: End) -> Iterator[str]:
    ledger = end.history.ledger("qom")
    for atom in ledger.heads() if ledger else ():
        name = atom.name.removesuffix("-machine")
        if name != atom.name and _VERSIONED.match(name) and _has(end, name):
            yield name


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name.rpartition("-")[0], _age(name), name)))
