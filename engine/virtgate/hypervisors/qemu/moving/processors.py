"""CPU models: what keeps each from either end, and what a guest would lose on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ....model import Element
from ...moves import Choice, End, Guest, Part, Point, Settings, on_both
from ..details import CpuModel, read_details
from .guest_words import has_option

# QEMU's words for models that are as the host is, or as the release is: no two need be alike.
_UNSAFE = {
    "host": "the host's own processor",
    "max": "all that QEMU and the host have",
    "host-model": "libvirt's",
}
_NOT_FEATURES = frozenset(
    {"enforce", "check", "migratable", "vendor", "family", "model", "stepping", "model-id"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Processors:
    """One end's models by name; None where it was not asked for them."""

    end: End
    models: Mapping[str, CpuModel] | None
    accel: str | None

    def lacks(self, name: str, part: Part | None = None) -> frozenset[str] | None:
        """The features of a model that the end cannot give, without what the guest leaves out."""
        model = (self.models or {}).get(name)
        if model is None or model.blockers is None:
            return None
        off = () if part is None else (one for one in model.blockers if has_option(part, one, "off"))
        return frozenset(model.blockers) - frozenset(off)


def _read(end: End) -> _Processors:
    if end.view is None:
        return _Processors(end=end, models=None, accel=None)
    details = read_details(end.view.facts)
    models = details.cpu_models
    by_name = None if models is None else {one.name: one for one in models}
    return _Processors(end=end, models=by_name, accel=end.host.accel)


def processor_points(source: End, destination: End, guest: Guest) -> Iterator[Point]:
    """What the guest's architecture, accelerator and CPU model say."""
    archs = (source.host.arch, destination.host.arch)
    if None not in archs and archs[0] != archs[1]:
        said = f"the source runs {archs[0]} guests, and the destination {archs[1]}"
        yield Point(about="architecture", name=str(archs[0]), state="no", sentence=said)
        return
    yield from _accelerator(source, destination, guest)
    part = guest.first("cpu")
    if part is not None:
        yield _model(_read(source), _read(destination), part)


def _accelerator(source: End, destination: End, guest: Guest) -> Iterator[Point]:
    wanted = guest.first("accel")
    accels = (source.host.accel, destination.host.accel)
    if wanted is None and None not in accels and accels[0] != accels[1]:
        said = f"the source uses {accels[0]}, the destination {accels[1]}; neither loads what the other saves"
        both = on_both("-accel tcg")
        yield Point(about="accelerator", name=str(accels[0]), state="no", sentence=said, settings=both)
    for end in (source, destination) if wanted is not None and wanted.name == "kvm" else ():
        if end.has("accel", "kvm") is False and end.host.accel == "tcg":
            said = f"{end.title} cannot use KVM, with which the guest is started"
            yield Point(about="accelerator", name="kvm", state="unknown", sentence=said)


def _model(here: _Processors, there: _Processors, part: Part) -> Point:
    name = part.name
    for one in (here, there):
        if name in _UNSAFE and one.lacks(name):
            said = f"{one.end.title} cannot give {_few(one.lacks(name) or frozenset())} of {name}"
            return Point(about="cpu", name=name, state="no", sentence=said)
    if name in _UNSAFE:
        said = (
            f"{name} is {_UNSAFE[name]}, which QEMU does not call migration-safe; name a model that both have"
        )
        return Point(about="cpu", name=name, state="unknown", sentence=said)
    for one in (here, there):
        known = _has(one, name)
        if known is False:
            said = f"{one.end.title} has no CPU model {name}"
            return Point(about="cpu", name=name, state="no", sentence=said)
        if known is None:
            said = (
                f"nobody can tell whether {one.end.title} has CPU model {name}; a recording of the host can"
            )
            return Point(about="cpu", name=name, state="unknown", sentence=said)
    return _compared(here, there, part)


def _has(one: _Processors, name: str) -> bool | None:
    if one.models is not None:
        return name in one.models
    ledger = [
        one.end.had((Element(kind="qom", name=f"{name}-{arch}-cpu"),))
        for arch in ("arm", "riscv", "loongarch")
    ]
    return True if True in ledger else None


def _compared(here: _Processors, there: _Processors, part: Part) -> Point:
    """A model that both have, by what each cannot give of it."""
    mine, theirs = here.lacks(part.name, part), there.lacks(part.name, part)
    added = sorted(key for key, value in part.options.items() if value == "on" and key not in _NOT_FEATURES)
    if mine is None or theirs is None:
        told = "has it" if here.end.view is None else "has it; this build does not say what it lacks of it"
        return Point(about="cpu", name=part.name, state="yes", sentence=f"each end {told}")
    strict = has_option(part, "enforce", "on")
    for one, lack in ((here, mine), (there, theirs)):
        if lack and strict:
            said = (
                f"{one.end.title} cannot give {_few(lack)} of {part.name}, and 'enforce' asks for all of it"
            )
            return Point(
                about="cpu", name=part.name, state="no", sentence=said, settings=_without(part, mine | theirs)
            )
    lost = theirs - mine
    if lost:
        said = (
            f"the guest would lose {_few(lost)} of {part.name} at {there.end.title}; QEMU only warns of that"
        )
        return Point(
            about="cpu", name=part.name, state="no", sentence=said, settings=_without(part, mine | theirs)
        )
    more = f"; nobody looked for {', '.join(added)}" if added else ""
    said = (
        "both ends give the same of it"
        if mine == theirs
        else "the destination gives all that the source does"
    )
    words = _words(part, mine)
    return Point(
        about="cpu",
        name=part.name,
        state="unknown" if more else "yes",
        sentence=said + more,
        settings=on_both(words),
    )


def _few(names: frozenset[str]) -> str:
    told = sorted(names)
    return ", ".join(told[:6]) + (f" and {len(told) - 6} more" if len(told) > 6 else "")


def _without(part: Part, lacks: frozenset[str]) -> Settings:
    """The model without what either end lacks, for a guest that is started anew; `type` is no feature."""
    return {} if "type" in lacks else on_both(_words(part, lacks))


def _words(part: Part, lacks: frozenset[str]) -> str:
    given = {key: value for key, value in part.options.items() if key not in lacks and key != "enforce"}
    words = [f"{key}={value}" for key, value in given.items()]
    return ",".join([f"-cpu {part.name}", *words, *(f"{one}=off" for one in sorted(lacks)), "enforce"])


def _usable(one: _Processors) -> set[str]:
    """The models that an end gives whole, and that QEMU calls safe to migrate."""
    rows = (one.models or {}).values()
    return {
        row.name for row in rows if row.usable and row.migratable is not False and row.name not in _UNSAFE
    }


def cpu_choice(source: End, destination: End) -> Iterator[Choice]:
    """The models that both ends give whole; nothing where one of them was not asked."""
    here, there = _read(source), _read(destination)
    if here.models is None or there.models is None:
        return
    mine, theirs = _usable(here), _usable(there)
    yield Choice(
        about="cpu",
        both=tuple(sorted(mine & theirs)),
        source=tuple(sorted(mine - theirs)),
        destination=tuple(sorted(theirs - mine)),
    )
