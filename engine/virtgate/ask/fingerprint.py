"""All that can change what a host answers: what its cached facts are held against."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import probe
from ..facts.xapi import INVENTORY
from ..facts.xen import DOM0
from ..probe import libxl, xen, xend, xenstore, xl
from ..probe.modules import read_modules
from .targets import Target

_FIRMWARE = ("/usr/share/qemu/firmware", "/etc/qemu/firmware", "/usr/share/qemu")


def host_prints(target: Target, questions: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds and paths, for `cache.take_prints`, of what one target's answers to these questions hang on."""
    found = [
        ("kernel", "-"),
        ("text", "/proc/sys/kernel/random/boot_id"),
        ("access", "/dev/kvm"),
        ("text", "/sys/devices/system/cpu/cpu0/microcode/version"),
        ("text", "/sys/module/kvm_intel/parameters/nested"),
        ("text", "/sys/module/kvm_amd/parameters/nested"),
        *_asked_files(questions),
        # How it is asked: a checkout's probe changes without its version.
        ("tree", str(Path(probe.__file__).parent)),
    ]
    if target.sort == "guest":
        found.append(("stat", target.text.removeprefix("qmp:")))
    elif target.sort == "xend":
        found += [("stat", f"/{name}") for name in (xend.HTTP_SOCKET, xend.RPC_SOCKET)]
        found += [("tree", folder) for folder in xend.find_sources()]
    elif target.sort == "xapi":
        found.append(("text", INVENTORY))
    elif target.sort == "binary":
        found += _binary_prints(target.text)
    elif target.sort == "xen":
        found += _xen_prints()
    return list(dict.fromkeys(found))


def _asked_files(questions: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in questions:
        kind, _, path = text.partition(" ")
        if kind == "file":
            yield "text", path
        elif kind == "node":
            yield "access", path
        elif kind == "syscall":
            yield "seccomp", "-"


def _xen_prints() -> Iterator[tuple[str, str]]:
    """Xen's tools and libraries, what this user may open, and whether xenstored has been started."""
    yield "environment", "PATH"
    yield "environment", "LD_LIBRARY_PATH"
    yield "text", DOM0
    yield "stat", f"/{xenstore.SOCKET}"
    for device in xl.DEVICES:
        yield "access", f"/{device}"
    release = xen.told_release()
    for name in ("xl", "xenhypfs"):
        yield from (("stat", path) for path in xl.find("/", release, name))
    for name in (libxl.NAME, libxl.PARSER):
        path = libxl.find("/", release, name)
        yield "stat", os.path.realpath(path) if path else f"/usr/lib/{name}.so"


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
        folders = read_modules(binary).folders() if Path(binary).is_file() else []
    except OSError:
        folders = []
    for path in (*folders, *_FIRMWARE):
        yield "stat", path
