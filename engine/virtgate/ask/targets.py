"""What a TARGET is, and how it is asked."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import TargetError, UsageError
from ..facts import Facts, QemuView, question, read_replies, read_schema
from ..facts.qemu import ABSTRACT, PROPERTIES
from ..facts.recording import read_json, take_recording
from ..facts.schema import is_schema
from ..probe import everything, guest, kvm, qemu, xapi, xen, xend
from ..versions import parse_qemu

Sort = Literal["binary", "guest", "kvm", "xen", "xend", "xapi", "recording", "replies"]
# A package string may hold commas and blanks, so it is the rest.
_CLAIM = re.compile(r"qemu=(?P<release>[^\s,]+)(?:[\s,]+package=(?P<package>.*))?")
Progress = Callable[[int, int], None]
# What tells whose build a host is, and how it was asked, whatever else is wanted.
IDENTITY: Mapping[Sort, tuple[str, ...]] = {
    "binary": ("query-version", "query-target", "query-kvm", "accel", "os-release", "libraries"),
    "guest": ("query-version", "query-target", "query-kvm", "accel", "os-release"),
    "kvm": ("KVM_GET_API_VERSION", "uname", "os-release", "cpu"),
    "xen": (*xen.IDENTITY, "os-release"),
    "xend": (*xend.IDENTITY, "os-release"),
    "xapi": (*xapi.IDENTITY, "os-release"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to ask: its text, and which sort of thing that is."""

    text: str
    sort: Sort

    @property
    def hypervisor(self) -> str | None:
        """The hypervisor behind it; None for a file, which says so itself."""
        own = {"kvm": "kvm", "xen": "xen", "xend": "xend", "xapi": "xapi"}
        return {"binary": "qemu", "guest": "qemu", **own}.get(self.sort)

    @property
    def is_remote(self) -> bool:
        """Whether it is on another machine, where nothing tells that it changed."""
        return self.text.startswith(xend.PREFIX)

    @staticmethod
    def parse(text: str) -> Target:
        """The target that a text names."""
        if text.startswith("qmp:"):
            return Target(text=text, sort="guest")
        if text in {"kvm", "xen"}:
            return Target(text=text, sort="kvm" if text == "kvm" else "xen")
        if text == "xend" or text.startswith(xend.PREFIX):
            return Target(text=text, sort="xend")
        if text == "xapi":
            return Target(text=text, sort="xapi")
        if text.endswith((".replies", ".replies.xz")):
            return Target(text=text, sort="replies")
        if text.endswith((".json", ".json.xz")):
            return Target(text=text, sort="recording")
        return Target(text=text, sort="binary")


def find_targets() -> tuple[Target, ...]:
    """Everything that this machine has: its QEMU binaries, its own architecture's first, KVM, Xen, xend.

    A guest of Xen does not have Xen.
    """
    own = os.uname().machine
    binaries = sorted(qemu.find_binaries(), key=lambda path: not path.endswith(own))
    found = [Target(text=path, sort="binary") for path in binaries]
    if Path("/dev/kvm").exists() or Path("/sys/module/kvm").is_dir():
        found.append(Target(text="kvm", sort="kvm"))
    if xen.is_here() and not xen.is_guest():
        found.append(Target(text="xen", sort="xen"))
    if xend.is_here():
        found.append(Target(text="xend", sort="xend"))
    if xapi.is_here():
        found.append(Target(text="xapi", sort="xapi"))
    return tuple(found)


def parse_claims(text: str) -> dict[str, str]:
    """`qemu=6.2.0`, or `qemu=6.2.0,package=TEXT`, as release and package. Raises UsageError."""
    found = _CLAIM.fullmatch(text.strip())
    if found is None:
        message = f"'{text}' is no claim; qemu=X.Y.Z is, or qemu=X.Y.Z,package=TEXT"
        raise UsageError(message)
    try:
        parse_qemu(found["release"])
    except ValueError as error:
        raise UsageError(str(error)) from None
    return {key: value for key, value in found.groupdict().items() if value is not None}


def read_facts(target: Target, claims: Mapping[str, str] | None = None) -> Facts:
    """The facts in a file. Raises RecordingError; UsageError for claims about what speaks for itself."""
    document = read_json(target.text) if target.sort == "recording" else None
    if is_schema(document):
        return read_schema(target.text, document, claims or {})
    if claims:
        message = f"--claims is for a bare schema; {target.text} says itself what it is"
        raise UsageError(message)
    return read_replies(target.text) if target.sort == "replies" else take_recording(document, target.text)


def ask_facts(
    target: Target,
    questions: Iterable[str],
    *,
    accel: str | None = None,
    whole: bool = False,
    on_progress: Progress | None = None,
) -> Facts:
    """The facts of a live host; `whole` asks everything else too, for a recording.

    Raises TargetError when nothing could be learned.
    """
    answers: Mapping[str, Any]
    if target.sort == "recording" or target.sort == "replies":  # noqa: PLR1714, a set would not narrow the type
        raise TargetError(target.text, "is a recording, not a host that can be asked")
    wanted = [*IDENTITY[target.sort], *questions]
    direct = [
        *(_everything(target.sort) if whole else ()),
        *(q for q in wanted if not q.startswith(PROPERTIES)),
    ]
    match target.sort:
        case "binary":
            dependent = [one for one in wanted if one.startswith(PROPERTIES)]
            answers = qemu.ask(
                target.text,
                direct,
                accel=accel,
                follow=lambda first: _follow(dependent, first, whole=whole),
                on_progress=on_progress,
            )
        case "guest":
            answers = guest.ask(target.text, direct, on_progress=on_progress)
        case "kvm":
            answers = kvm.ask(direct)
        case "xend":
            answers = xend.ask(target.text, None if whole else direct)
        case "xapi":
            answers = xapi.ask(None if whole else direct)
        case _:
            answers = xen.ask(direct)
    taken = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    hypervisor = target.hypervisor or "qemu"
    return Facts(hypervisor=hypervisor, target=target.text, via=target.sort, answers=answers, taken=taken)


def _everything(sort: Sort) -> Iterable[str]:
    """What a recording asks whatever the data names today."""
    match sort:
        case "binary":
            return qemu.first_questions()
        case "guest":
            return guest.everything_harmless()
        case "kvm":
            return kvm.everything()
        case _:
            return xen.everything()


def _follow(dependent: Iterable[str], answers: Mapping[str, Any], *, whole: bool) -> Iterable[str]:
    """The property listings to ask for, now that types and machines are known; none for a type not there."""
    if whole:
        yield from everything.following_questions(answers)
    view = QemuView(Facts(hypervisor="qemu", target="", via="binary", answers=answers))
    for text in dict.fromkeys(dependent):
        name = text.removeprefix(PROPERTIES)
        kind = view.machine_type(name[1:]) if name.startswith("@") else name
        if kind is None or (view.has_type(kind) is False and not kind.endswith(ABSTRACT)):
            continue
        is_device = view.devices is not None and kind in view.devices
        listing = "device-list-properties" if is_device else "qom-list-properties"
        yield question(listing, {"typename": kind})
