"""The two sorts of QEMU that can be asked: a binary, and a running guest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...driver import system
from ...facts import Answer, Facts
from ..protocol import Asking, Sort
from . import everything, guest, probe
from .modules import read_modules
from .qmp_questions import PROPERTIES, question
from .view import ABSTRACT, QemuView

_IDENTITY = ("query-version", "query-target", "query-kvm", "accel", "os-release")
_FIRMWARE = ("/usr/share/qemu/firmware", "/etc/qemu/firmware", "/usr/share/qemu")
_FOLDERS = ("/usr/bin", "/usr/local/bin", "/usr/sbin")
_NAMES = ("qemu-system-*", "qemu-kvm", "kvm")
_PRIVATE = (
    "usr/libexec/qemu-kvm",
    "usr/libexec/xen-qemu-system-*",
    "usr/lib*/xen*/bin/qemu-system-*",
    "usr/lib*/xen*/bin/qemu-dm",
    "usr/libexec/xen*/bin/qemu-system-*",
    "usr/libexec/xen*/boot/qemu-system-*",
)


def find_binaries() -> tuple[str, ...]:
    """Every QEMU system emulator of this machine, sorted; one file under several names once.

    Looked for on PATH, in the usual folders, and in Xen's private ones.
    """
    folders = [Path(folder) for folder in (*os.get_exec_path(), *_FOLDERS) if folder.startswith("/")]
    able = [folder for folder in folders if system.is_folder(folder)]
    paths = [path for folder in able for name in _NAMES for path in sorted(folder.glob(name))]
    paths += [path for pattern in _PRIVATE for path in sorted(Path("/").glob(pattern))]
    found: dict[str, str] = {}
    for path in paths:
        if system.is_file(path) and os.access(path, os.X_OK):
            found.setdefault(str(path.resolve()), str(path))
    return tuple(sorted(found.values()))


def _find() -> Iterable[str]:
    """This machine's binaries, its own architecture's first."""
    own = os.uname().machine
    return sorted(find_binaries(), key=lambda path: not path.endswith(own))


def _ask_binary(asking: Asking) -> Mapping[str, Answer]:
    dependent = [one for one in asking.questions if one.startswith(PROPERTIES)]
    direct = [one for one in asking.questions if not one.startswith(PROPERTIES)]
    return probe.ask(
        asking.target,
        [*(probe.first_questions() if asking.whole else ()), *direct],
        accel=asking.accel,
        follow=lambda first: _follow(dependent, first, whole=asking.whole),
        on_progress=asking.on_progress,
        begun=asking.begun,
        answers=asking.answers,
    )


def _ask_guest(asking: Asking) -> Mapping[str, Answer]:
    direct = [one for one in asking.questions if not one.startswith(PROPERTIES)]
    wanted = [*(guest.everything_harmless() if asking.whole else ()), *direct]
    return guest.ask(asking.target, wanted, on_progress=asking.on_progress)


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


def _binary_prints(binary: str) -> Iterator[tuple[str, str]]:
    """The binary, the modules and firmware it may load, and the system's list of shared libraries."""
    yield "stat", binary
    yield "stat", os.path.realpath(binary)
    yield "environment", "QEMU_MODULE_DIR"
    yield "environment", "LD_LIBRARY_PATH"
    # ldconfig writes it anew whenever a package brings a library; those mapped are added when known.
    yield "stat", "/etc/ld.so.cache"
    try:
        # A FIFO in a binary's place would be waited for, and a device read without end.
        modules = read_modules(binary) if system.is_file(binary) else None
    except OSError:
        modules = None
    if modules is not None and not modules.is_elf:  # a script, which may find its QEMU by PATH
        yield "environment", "PATH"
        yield from (("stat", folder) for folder in os.get_exec_path())
    for path in (*(modules.folders() if modules else ()), *_FIRMWARE):
        yield "stat", path


SORTS = (
    Sort(
        name="binary",
        identity=(*_IDENTITY, "libraries"),
        claims=lambda _text: True,
        fallback=True,
        find=_find,
        ask=_ask_binary,
        prints=_binary_prints,
        computed_list=True,
    ),
    Sort(
        name="guest",
        identity=_IDENTITY,
        claims=lambda text: text.startswith(guest.PREFIX),
        ask=_ask_guest,
        prints=lambda text: (("stat", text.removeprefix(guest.PREFIX)),),
    ),
)
