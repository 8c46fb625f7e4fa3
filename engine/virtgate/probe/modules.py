"""Which loadable modules a QEMU binary has: where it looks, what is there and of the same build."""

from __future__ import annotations

import mmap
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


class Modules:
    """What one binary's file says about its modules.

    Raises OSError for a file that cannot be read.
    """

    def __init__(self, binary: str) -> None:
        self.binary = Path(binary).resolve()  # where it stands; what is read is what was named
        self.is_elf = False
        self.is_modular = False
        self.block: dict[str, str] = {}  # block driver to the module that this build has it in
        self._stamp = b""
        self._compiled: list[str] = []
        with Path(binary).open("rb") as file:
            self.is_elf = file.read(4) == b"\x7fELF"
            if self.is_elf:
                self._read(file.fileno())

    def _read(self, descriptor: int) -> None:
        flags = mmap.MAP_PRIVATE | getattr(mmap, "MAP_POPULATE", 0)
        with mmap.mmap(descriptor, 0, flags=flags, prot=mmap.PROT_READ) as content:
            self.is_modular = content.find(MARK) >= 0
            if not self.is_modular:
                return
            start = content.find(STAMP)
            self._stamp = content[start : start + 64].partition(b"\0")[0] if start >= 0 else b""
            self._compiled = [text for end in FOLDER_ENDS for text in _strings_ending(content, end)]
            for module, drivers in BLOCK_MODULES.items():
                if content.find(module.encode() + b"\0") >= 0:
                    self.block.update(dict.fromkeys(drivers, module))

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


def parse_block_formats(text: str, drivers: Mapping[str, str], installed: list[str]) -> dict[str, object]:
    """What `drive_add … format=help` prints, parted into what can be used and what waits for a module.

    QEMU lists the drivers of every module it was built with, installed or not; `drivers` tells the modules.
    """
    lists = {"rw": [], "ro": []} | {
        "ro" if read_only else "rw": names.split()
        for read_only, names in re.findall(r"Supported formats( \(read-only\))?:([^\r\n]*)", text)
    }
    missing = {
        name: drivers[name]
        for name in sorted({*lists["rw"], *lists["ro"]})
        if name in drivers and drivers[name] not in installed
    }
    usable = {key: sorted({name for name in names if name not in missing}) for key, names in lists.items()}
    return {**usable, "not-installed": missing}


def _strings_ending(content: mmap.mmap, end: bytes) -> Iterator[str]:
    place = content.find(end)
    while place >= 0:
        start = content.rfind(b"\0", max(0, place - 256), place) + 1
        yield content[start : place + len(end) - 1].decode("ascii", "replace")
        place = content.find(end, place + 1)
