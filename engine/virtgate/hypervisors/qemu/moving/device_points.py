"""Devices and what is behind them: what the guest was started with, both ends must be able to start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....model import Element
from ...moves import End, Guest, Part, Point
from ..qmp_questions import PROPERTIES
from ..view import QemuView

# What every device takes, whatever its list of properties says.
_ALWAYS = frozenset({"id", "bus", "driver"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Short names of devices (system/qdev-monitor.c): the architecture's transport follows.
_SHORT = frozenset(
    {
        *(
            f"virtio-{one}"
            for one in ("blk", "net", "scsi", "serial", "balloon", "rng", "gpu", "9p", "crypto")
        ),
        *(f"virtio-{one}" for one in ("input-host", "keyboard", "mouse", "tablet")),
        *("vhost-user-fs", "vhost-vsock"),
    }
)
# Where the schema lists a kind of backend, and one that is always listed: a schema without it tells nothing.
_BACKENDS = {
    "netdev": ("netdev_add.type={}", "socket"),
    "tpmdev": ("query-tpm-types()={}", "passthrough"),
    "audiodev": ("query-audiodevs().driver={}", "none"),
    "blockdev": ("blockdev-add.driver={}", "file"),
}


def property_questions_of(guest: Guest) -> tuple[str, ...]:
    """What a host is asked for the properties of a guest's devices."""
    return tuple(
        dict.fromkeys(f"{PROPERTIES}{name}" for one in guest.of("device", "object") for name in _names(one))
    )


def _names(part: Part) -> tuple[str, ...]:
    """A device's name, or what its short name stands for."""
    return (f"{part.name}-pci", f"{part.name}-ccw") if part.name in _SHORT else (part.name,)


def device_points(source: End, destination: End, guest: Guest) -> Iterator[Point]:
    """What the guest's devices and backends say, each told once."""
    told: set[tuple[str, ...]] = set()
    for part in guest.parts:
        for point in _points(source, destination, part):
            key = (point.about, point.name, point.sentence)
            if key not in told:
                told.add(key)
                yield point


def _points(source: End, destination: End, part: Part) -> Iterator[Point]:
    ends = (source, destination)
    if part.kind in {"device", "object"}:
        present = [_find(end, part) for end in ends]
        if all(present):
            yield Point(about=part.kind, name=part.name, state="yes", sentence="both ends have it")
        for end, name in zip(ends, present, strict=True):
            yield from _properties(end, name, part) if name else _absent(end, part)
    elif part.kind in _BACKENDS:
        for end in ends:
            yield from _backend(end, part)


def _kind(part: Part) -> str:
    return "device" if part.kind == "device" else "qom"


def _find(end: End, part: Part) -> str | None:
    """The type that an end has for a part."""
    return next((name for name in _names(part) if end.has(_kind(part), name)), None)


def _absent(end: End, part: Part) -> Iterator[Point]:
    is_known = all(end.has(_kind(part), name) is False for name in _names(part))
    said = f"{end.title} has no" if is_known else f"nobody can tell whether {end.title} has"
    sentence = f"{said} {part.name}{_when(end, part.name)}"
    yield Point(about=part.kind, name=part.name, state="no" if is_known else "unknown", sentence=sentence)


def _properties(end: End, kind: str, part: Part) -> Iterator[Point]:
    for option in sorted(part.options.keys() - _ALWAYS):
        yield from _property(end, kind, option)


def _when(end: End, name: str) -> str:
    mask = end.history.mask(Element(kind="qom", name=name))
    return f"; upstream has it in {end.history.spell(mask)}" if mask else ""


def _property(end: End, kind: str, option: str) -> Iterator[Point]:
    spelt = (option, option.replace("_", "-"), re.split(r"[.\[]", option)[0])
    found = [_has_property(end, kind, one) for one in dict.fromkeys(spelt)]
    if True in found:
        return
    name = f"{kind}.{option}"
    if None in found:
        said = f"nobody can tell whether {end.title} has {name}"
        yield Point(about="property", name=name, state="unknown", sentence=said)
        return
    said = f"{end.title} has no property {name}{_when(end, name)}; it does not start with it"
    yield Point(about="property", name=name, state="no", sentence=said)


def _has_property(end: End, kind: str, option: str) -> bool | None:
    if end.view is None:
        had = end.had((Element(kind="qom", name=f"{kind}.{option}"),))
        return had or None  # of a release, the ledger lacks some properties
    found = end.view.on(QemuView).property(kind, option)
    return None if found is None else found is not False


def _backend(end: End, part: Part) -> Iterator[Point]:
    found = _has_backend(end, part)
    if found:
        return
    said = f"nobody can tell whether {end.title} has {part.kind} {part.name}"
    if found is False:
        said = f"{end.title} has no {part.kind} {part.name}; start the guest there with another one"
    yield Point(about=part.kind, name=part.name, state="no" if found is False else "unknown", sentence=said)


def _has_backend(end: End, part: Part) -> bool | None:
    if part.kind == "blockdev" and end.view is not None:
        has = end.has("block-driver", part.name)
        if has is not None:
            return has
    if not _NAME.fullmatch(part.name):
        return None
    form, always = _BACKENDS[part.kind]
    found = end.has("qmp", form.format(part.name))
    return found if found or end.has("qmp", form.format(always)) else None
