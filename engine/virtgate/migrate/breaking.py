"""What is known to break a move: whether it is of these two ends and of this guest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ..conditions.language import all_of, any_of
from ..data import Catalog
from ..facts.machine import kernel_release
from ..hypervisors.moves import ENDS, End, Guest, Mover, Part, Point
from ..model import Breakage
from ..versions import Constraint, parse_release

_COMPARISON = re.compile(r"(?P<sign><=|>=|==|<|>)\s*(?P<evr>\S+)")
_HOLDS = {"<": (-1,), "<=": (-1, 0), "==": (0,), ">=": (0, 1), ">": (1,)}
_VERSION = "machine-version"
_OPTION = "option"


def find_breakages(
    catalog: Catalog, mover: Mover, source: End, destination: End, guest: Guest
) -> Iterator[Point]:
    """Every known breakage that is, or may be, of this move."""
    known = catalog.moves.get(source.host.hypervisor)
    is_described = any(part.kind != "capability" for part in guest.parts)
    for name, one in known.breakages.items() if known else ():
        # Of a guest that nobody described only what these two ends have with each other is worth telling.
        if not (is_described or one.ends):
            continue
        hits = applies(catalog, mover, one, (source, destination), guest)
        if hits is not False:
            yield _point(name, one, hits=hits)


def applies(
    catalog: Catalog, mover: Mover, one: Breakage, ends: tuple[End, End], guest: Guest
) -> bool | None:
    """Whether a breakage is of these ends and of this guest; None where something of that is not known."""
    found = [_is_end(catalog, end, one.ends.get(end.which, {})) for end in ends]
    if False in found:
        return False
    found += [_is_guest(mover, guest, kind, patterns) for kind, patterns in one.guest.items()]
    return False if _is_cured(one, mover, guest) else all_of(found)


def _is_end(catalog: Catalog, end: End, terms: Mapping[str, Any]) -> bool | None:
    found: list[bool | None] = []
    if "release" in terms:
        found.append(_compare(terms["release"], end.host.version or end.host.release))
    if "kernel" in terms:
        kernel = kernel_release(end.view.facts) if end.view is not None else None
        found.append(_compare(terms["kernel"], kernel))
    if "packages" in terms:
        found.append(_is_package(catalog, end, terms["packages"]))
    return all_of(found)


def _compare(constraint: str, version: str | None) -> bool | None:
    # Of `6.1.0-31-amd64` the number that upstream's range is about.
    found = re.match(r"\d+(\.\d+)*", version or "")
    return Constraint.parse(constraint).accepts(parse_release(found[0])) if found else None


def _is_package(catalog: Catalog, end: End, wanted: Mapping[str, str]) -> bool | None:
    """Whether an end's package is one of these; an upstream build is none, and of another nobody can tell."""
    host = end.host
    text = wanted.get(host.downstream or "")
    comparison = _COMPARISON.fullmatch(text or "")
    if comparison is None:
        return False
    own = catalog.downstreams[host.hypervisor][host.downstream or ""]
    # A downstream's package without its number may be either side of the range.
    if host.evr is None:
        return None
    return own.compare(host.evr, comparison["evr"]) in _HOLDS[comparison["sign"]]


def _is_guest(mover: Mover, guest: Guest, kind: str, patterns: tuple[str, ...]) -> bool | None:
    """Whether the guest has a part like one of these; of a guest that nobody described, None."""
    if kind == _VERSION:
        machine = guest.first("machine")
        version = mover.machine_version(machine.name) if machine else None
        return None if machine is None else any_of(_compare(one, version) or False for one in patterns)
    if kind == _OPTION:
        return any(_is_set(one, mover, guest) for one in patterns)
    found = any(fnmatchcase(part.name, one) for part in guest.of(kind) for one in patterns)
    # What is asked of the migration itself is known, and a guest that names its parts names all but these.
    is_open = not any(part.kind != "capability" for part in guest.parts)
    return found or (None if kind != "capability" and (is_open or _is_unsaid(guest, kind)) else False)


def _is_unsaid(guest: Guest, kind: str) -> bool:
    return kind in {"accel", "machine"} and guest.first(kind) is None


def _is_cured(one: Breakage, mover: Mover, guest: Guest) -> bool:
    """Whether the guest is already started with what helps, on either end."""
    return any(all(_is_set(text, mover, guest) for text in one.settings.get(which, ("",))) for which in ENDS)


def _is_set(text: str, mover: Mover, guest: Guest) -> bool:
    parts, option, value = _read_setting(text, guest)
    return bool(parts) and all(mover.has_option(part, option, value) for part in parts)


def _read_setting(text: str, guest: Guest) -> tuple[list[Part], str, str]:
    """The guest's parts that `virtio-net-*.host_uso=off` is about, the option and its value."""
    named, _, value = text.partition("=")
    pattern, _, option = named.rpartition(".")
    parts = [one for one in guest.parts if fnmatchcase(one.name, pattern) or one.kind == pattern]
    return parts, option, value


def _point(name: str, one: Breakage, *, hits: bool | None) -> Point:
    sure = hits and not one.may
    told = one.title if hits else f"{one.title}; a guest may have what that takes"
    return Point(
        about="breakage",
        name=name,
        state="no" if sure else "unknown",
        sentence=told,
        settings={which: one.settings[which] for which in ENDS if which in one.settings},
        evidence=one.evidence,
    )
