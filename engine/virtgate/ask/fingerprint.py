"""All that can change what a host answers: what its cached facts are held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import hypervisors
from ..driver import cache, system
from .targets import Target


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
        code_print(str(Path(hypervisors.__file__).parent)),
    ]
    if not target.is_file:
        found += target.how.prints(target.text)
    return list(dict.fromkeys(found))


def code_print(folder: str) -> tuple[str, str]:
    """The kind and path of a folder of our code.

    An installer writes every file of a package anew, so one stands for all; a checkout's are not.
    """
    package = cache.package_root()
    is_installed = system.is_folder(Path(package, "matrix"))
    return ("stat", f"{package}/__init__.py") if is_installed else ("tree", folder)


def _asked_files(questions: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in questions:
        kind, _, path = text.partition(" ")
        if kind == "file":
            yield "text", path
        elif kind == "node":
            yield "access", path
        elif kind == "syscall":
            yield "seccomp", "-"
