"""Which loadable modules a QEMU binary has: where it looks, what is there and of the same build."""

from __future__ import annotations

import mmap
import os
import re
import struct
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

MARK = b"QEMU_MODULE_DIR\0"
STAMP = b"qemu_stamp_"
FOLDER_ENDS = (b"/qemu\0", b"/qemu-kvm\0")
BLOCK_MODULES: Mapping[
    str, tuple[str, ...]
] = {  # a module, and the block drivers in it, as upstream builds it
    "block-blkio": (
        "io_uring",
        "nvme-io_uring",
        "virtio-blk-vfio-pci",
        "virtio-blk-vhost-user",
        "virtio-blk-vhost-vdpa",
    ),
    "block-curl": ("ftp", "ftps", "http", "https"),
    "block-gluster": ("gluster",),
    "block-iscsi": ("iscsi", "iser"),
    "block-nfs": ("nfs",),
    "block-rbd": ("rbd",),
    "block-ssh": ("ssh",),
}


def read_modules(binary: str) -> Modules:
    """What a binary's file says about its modules, read once for each state of the file. Raises OSError."""
    found = Path(binary).stat()
    return _read_once(binary, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=8)
def _read_once(binary: str, *_state: int) -> Modules:
    return Modules(binary)


class Modules:
    """What one binary's file says about its modules.

    Raises OSError for a file that cannot be read.
    """

    def __init__(self, binary: str) -> None:
        self.binary = Path(binary).resolve()  # where it stands; what is read is what was named
        self.is_elf = False
        self.is_modular = False
        self._stamp = b""
        self._compiled: list[str] = []
        with Path(binary).open("rb") as file:
            self.is_elf = file.read(4) == b"\x7fELF"
            if self.is_elf:
                self._read(file.fileno())

    def _read(self, descriptor: int) -> None:
        flags = mmap.MAP_PRIVATE | getattr(mmap, "MAP_POPULATE", 0)
        with mmap.mmap(descriptor, 0, flags=flags, prot=mmap.PROT_READ) as content:
            start, end = _find_constants(content)
            self.is_modular = content.find(MARK, start, end) >= 0
            if not self.is_modular:
                return
            stamp = content.find(STAMP, start, end)
            self._stamp = content[stamp : stamp + 64].partition(b"\0")[0] if stamp >= 0 else b""
            ends = (_strings_ending(content, mark, start, end) for mark in FOLDER_ENDS)
            self._compiled = [text for texts in ends for text in texts]

    def folders(self, version: str = "") -> list[str]:
        """Where this build may look; `version` is the package version it reports.

        Whether it looks beside itself or only where it was configured differs by age and by build; the stamp
        of the modules found settles it.
        """
        found = [os.environ["QEMU_MODULE_DIR"]] if os.environ.get("QEMU_MODULE_DIR") else []
        compiled = [folder for folder in self._compiled if folder.startswith("/") and "/lib" in folder]
        found += [*map(self._relocate, compiled), *compiled]
        if version:
            found.append("/var/run/qemu/" + re.sub(r"[^A-Za-z0-9+.~-]", "_", version))
        return list(dict.fromkeys(found))

    def _relocate(self, folder: str) -> str:
        """The same folder beside the binary, for a build that was moved as a whole."""
        prefix = os.path.commonpath([folder, "/usr/bin"])
        if prefix == "/" or not self.binary.parent.name.endswith("bin"):
            return folder
        return os.path.normpath(self.binary.parent / os.path.relpath(folder, f"{prefix}/bin"))

    def installed(self, version: str = "") -> list[str]:
        """The modules that this build would load, by file name without the ending."""
        return sorted({name for folder in self.folders(version) for name in self._loadable(folder)})

    def _loadable(self, folder: str) -> Iterator[str]:
        for file in sorted(Path(folder).glob("*.so")):
            if self._is_of_this_build(file):
                yield file.stem

    def _is_of_this_build(self, file: Path) -> bool:
        """QEMU refuses a module without its own build's stamp, as an upgrade leaves behind."""
        try:
            return self._stamp in file.read_bytes()
        except OSError:
            return False


def parse_block_formats(text: str, unloadable: Container[str]) -> dict[str, object]:
    """What `drive_add … format=help` prints, parted into what can be used and what waits for a module.

    QEMU lists the drivers of every module it was built with, installed or not; `unloadable` are those that it
    did not know when it was told to use them.
    """
    lists = {"rw": [], "ro": []} | {
        "ro" if read_only else "rw": names.split()
        for read_only, names in re.findall(r"Supported formats( \(read-only\))?:([^\r\n]*)", text)
    }
    modules = {driver: module for module, drivers in BLOCK_MODULES.items() for driver in drivers}
    missing = {
        name: modules.get(name, name) for name in sorted({*lists["rw"], *lists["ro"]}) if name in unloadable
    }
    usable = {key: sorted({name for name in names if name not in missing}) for key, names in lists.items()}
    return {**usable, "not-installed": missing}


def _strings_ending(content: mmap.mmap, mark: bytes, first: int, last: int) -> Iterator[str]:
    place = content.find(mark, first, last)
    while place >= 0:
        start = content.rfind(b"\0", max(0, place - 256), place) + 1
        yield content[start : place + len(mark) - 1].decode("ascii", "replace")
        place = content.find(mark, place + 1, last)


def _find_constants(content: mmap.mmap) -> tuple[int, int]:
    """Where an ELF file has its constants (section .rodata), a fifth of a QEMU; else the whole file."""
    whole = (0, len(content))
    try:
        if content[4] != 2 or content[5] not in {1, 2}:
            return whole
        order = "<" if content[5] == 1 else ">"
        (table,) = struct.unpack_from(f"{order}Q", content, 0x28)
        size, count, names = struct.unpack_from(f"{order}HHH", content, 0x3A)
        headers = [struct.unpack_from(f"{order}IIQQQQ", content, table + at * size) for at in range(count)]
        for name, _, _, _, start, length in headers:
            at = headers[names][4] + name
            if content[at : at + 8] == b".rodata\0":
                return start, start + length
    except (struct.error, IndexError):
        return whole
    return whole
