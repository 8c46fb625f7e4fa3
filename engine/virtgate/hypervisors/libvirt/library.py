"""The installed libraries and schemas of libvirt, read as files: nothing of them runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ...driver import system
from ...facts.machine_probe import Answer, refusal, refuse
from ..qemu.elf import read_versions
from ..xen.libxl import list_folders
from .relaxng import read_paths

NAME = "libvirt.so.0"
_LIBRARIES = (NAME, "libvirt-qemu.so.0", "libvirt-lxc.so.0", "libvirt-admin.so.0")
_SCHEMAS = "share/libvirt/schemas"
_MOST_BYTES = 64 << 20
_MOST_SCHEMA = 4 << 20
# VIR_LOG_VERSION_STRING in src/util/virlog.c, since 0.8.3: it is there that packagers name themselves.
_BANNER = re.compile(rb"libvirt version: (\d+\.\d+\.\d+)(?:, package: ([^\0\n]{1,200}))?\0")
_FILE = re.compile(r"\.so\.0\.(\d+)\.(\d+)$")
_PUBLIC = re.compile(r"LIBVIRT_(?:(?:QEMU|LXC|ADMIN)_)?\d+\.\d+\.\d+")


def find(root: str = "/", name: str = NAME) -> str | None:
    """The library that a program's link would find; None without one."""
    return next((str(path) for folder in list_folders(root) if (path := folder / name).is_file()), None)


def find_schemas(root: str = "/") -> str | None:
    """The folder of the schemas that were installed with the library; None without one."""
    path = find(root)
    folders = (above / _SCHEMAS for above in Path(os.path.realpath(path)).parents[1:4]) if path else ()
    return next((str(folder) for folder in folders if (folder / "domain.rng").is_file()), None)


def ask_library(root: str = "/") -> Answer:
    """The library's version and what its packager wrote beside it; an older one's from its file's name."""
    path = find(root)
    if path is None:
        return _missing()
    try:
        told = _BANNER.search(system.read_bytes(path, _MOST_BYTES))
    except OSError as error:
        return refusal(error)
    if told:
        return {"return": {"version": told[1].decode(), "package": (told[2] or b"").decode(errors="replace")}}
    named = _FILE.search(os.path.realpath(path))
    if named is None:
        return refuse("ENOEXEC", f"{NAME} does not say its version")
    major, minor = divmod(int(named[1]), 1000)
    return {"return": {"version": f"{major}.{minor}.{named[2]}", "package": ""}}


def ask_functions(root: str = "/") -> Answer:
    """What the libraries export under public symbol versions."""
    path = find(root)
    if path is None:
        return _missing()
    names: set[str] = set()
    try:
        for name in _LIBRARIES:
            beside = Path(path).with_name(name)
            if beside.is_file():
                versions = read_versions(system.read_bytes(str(beside), _MOST_BYTES))
                names.update(one for one, version in versions.items() if _PUBLIC.fullmatch(version))
    except ValueError as error:
        return refuse("ENOEXEC", f"{NAME} is {error}")
    except OSError as error:
        return refusal(error)
    return {"return": sorted(names)}


def ask_schemas(root: str = "/") -> Answer:
    """What the installed schemas allow in documents, by path."""
    folder = find_schemas(root)
    if folder is None:
        return refuse("ENOENT", "no schemas of libvirt are installed")

    def read(name: str) -> bytes | None:
        path = Path(folder, name)
        return system.read_bytes(str(path), _MOST_SCHEMA) if path.is_file() else None

    try:
        return {"return": sorted(read_paths(read))}
    except ValueError as error:
        return refuse("EINVAL", str(error))
    except OSError as error:
        return refusal(error)


def list_schemas(root: str = "/") -> tuple[str, ...]:
    """The files of the schemas, whose change is a change of the answer."""
    folder = find_schemas(root)
    return tuple(map(str, sorted(Path(folder).glob("*.rng")))) if folder else ()


def _missing() -> Answer:
    return refuse("ENOENT", f"no {NAME} here: libvirt's library is not installed")
