"""The installed libxenlight: which one a driver's link would find, and what it exports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ...driver import system
from ...facts.machine_probe import Answer, refusal, refuse
from ..qemu.elf import Library, read_library

NAME = "libxenlight"
PARSER = "libxlutil"  # of xl's configuration files, with the same version
_MOST_BYTES = 32 << 20
_PUBLIC = re.compile(r"(?:libxl|xlu)_(?!_)\w+")
_FOLDERS = ("usr/local/lib", "usr/lib64", "usr/lib", "lib64", "lib")
_SONAME = re.compile(r"\.so\.(\d+(?:\.\d+)*)$")


def find(root: str, release: str | None, name: str = NAME) -> str | None:
    """The file of a library: the running hypervisor's own version first, else the newest; None without one.

    `ctypes.util.find_library` would need ldconfig or a compiler, and says nothing of which version.
    """
    found = [path for folder in list_folders(root) for path in _versions_in(folder, name)]
    fitting = [path for path in found if release and path.name == f"{name}.so.{release}"]
    newest = sorted(found, key=lambda path: _numbers(path.name), reverse=True)
    return next((str(path) for path in (*fitting, *newest)), None)


def ask_library(root: str, release: str | None) -> Answer:
    """The library's own name and its version, without the folder."""
    path = find(root, release)
    found = _read(path)
    if not isinstance(found, Library):
        return found
    version = _SONAME.search(os.path.realpath(path or ""))
    return {"return": {"soname": found.soname, "version": version[1] if version else None}}


def ask_functions(root: str, release: str | None) -> Answer:
    """The public functions of libxenlight, and of libxlutil where that is installed beside it."""
    found = _read(find(root, release))
    if not isinstance(found, Library):
        return found
    beside = _read(find(root, release, PARSER))
    names = found.functions + (beside.functions if isinstance(beside, Library) else ())
    return {"return": sorted({name for name in names if _PUBLIC.fullmatch(name)})}


def list_folders(root: str) -> Iterator[Path]:
    """Where the dynamic linker looks, in about its order; ld.so(8)."""
    if root == "/":
        yield from (Path(one) for one in os.environ.get("LD_LIBRARY_PATH", "").split(":") if one)
    top = Path(root)
    for file in sorted(top.glob("etc/ld.so.conf.d/*.conf")):
        try:
            lines = system.read_text(str(file)).splitlines()
        except OSError:
            continue
        yield from (top / line.strip().lstrip("/") for line in lines if line.strip().startswith("/"))
    own = os.uname().machine
    yield from sorted(top.glob("usr/lib/*-linux-*"), key=lambda one: (not one.name.startswith(own), one.name))
    yield from (top / folder for folder in _FOLDERS)


def _versions_in(folder: Path, name: str) -> list[Path]:
    """The files that are called by a soname: two numbers; a third is the file behind such a link."""
    found = folder.glob(f"{name}.so.*") if system.is_folder(folder) else ()
    return [path for path in found if len(_numbers(path.name)) == 2]


def _numbers(name: str) -> tuple[int, ...]:
    found = _SONAME.search(name)
    return tuple(map(int, found[1].split("."))) if found else ()


def _read(path: str | None) -> Library | Answer:
    if path is None:
        return refuse("ENOENT", f"no {NAME}.so here: Xen's toolstack library is not installed")
    name = Path(path).name
    try:
        return read_library(system.read_bytes(path, _MOST_BYTES))
    except ValueError as error:
        return refuse("ENOEXEC", f"{name} is {error}")
    except OSError as error:
        return refusal(error)
