"""Which loadable modules a QEMU binary has: where it looks, what is there and of the same build."""

from __future__ import annotations

import os
import re
import struct
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...driver import system
from .qmp_questions import BLOCK_MODULES

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import BinaryIO

MARK = b"QEMU_MODULE_DIR"
STAMP = b"qemu_stamp_"
FOLDER_END = re.compile(rb"/qemu(?:-kvm)?\0")
# The file and what it names may be anybody's: so much is read of each. Half of a QEMU's 40 MiB is constants.
MOST_CONSTANTS, MOST_NAMES, MOST_FOLDERS = 64 << 20, 1 << 20, 1024
# A folder's name is shorter than an edge, and so is a stamp.
_PIECE, _EDGE = 256 << 10, 256
MOST_MODULE, MOST_MODULES = 64 << 20, 256 << 20
_SECTION = "IIQQQQ16x"  # of 64 bits: name, kind, flags, address, offset, size


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
        with system.open_regular(binary) as file:
            self.is_elf = file.read(4) == b"\x7fELF"
            if self.is_elf:
                self._read(file)

    def _read(self, file: BinaryIO) -> None:
        stamp = b""
        folders: list[str] = []
        for content, inner in _read_constants(file):
            self.is_modular = self.is_modular or MARK in content
            if not stamp and (at := content.find(STAMP, inner.start, inner.stop + len(STAMP) - 1)) >= 0:
                stamp = content[at : at + 64].partition(b"\0")[0]
            folders += _find_folders(content, inner)
        if self.is_modular:
            self._stamp, self._compiled = stamp, folders[:MOST_FOLDERS]

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
        left = MOST_MODULES
        found = set()
        folders = filter(system.is_folder, self.folders(version))
        for file in (file for folder in folders for file in sorted(Path(folder).glob("*.so"))):
            content = _read_module(file, min(left, MOST_MODULE))
            left -= len(content)
            # QEMU refuses a module without its own build's stamp, as an upgrade leaves behind.
            if content and self._stamp in content:
                found.add(file.stem)
        return sorted(found)


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


def _read_module(file: Path, most: int) -> bytes:
    """A module's file; nothing of what is none, or has more bytes than that."""
    try:
        with system.open_regular(str(file)) as opened:
            content = opened.read(most + 1)
    except OSError:
        return b""
    return content if len(content) <= most else b""


def _find_folders(content: bytes, inner: range) -> Iterator[str]:
    # A text that ends in no zero is found several times as fast.
    at = inner.start - 1
    while (at := content.find(b"/qemu", at + 1, inner.stop + len(b"/qemu") - 1)) >= 0:
        before = content.rfind(b"\0", max(0, at - _EDGE), at)
        if before >= 0 and (end := FOLDER_END.match(content, at)):
            yield content[before + 1 : end.end() - 1].decode("ascii", "replace")


def _read_constants(file: BinaryIO) -> Iterator[tuple[bytes, range]]:
    """An ELF file's constants (section .rodata), up to half of a QEMU; the start of a file without them.

    They come in pieces that a processor's cache takes, which overlap: each with where in it begins what no
    other piece has.
    """
    start, length = _find_constants(file) or (0, MOST_CONSTANTS)
    left = min(length, MOST_CONSTANTS)
    first = 0
    while content := _read_at(file, start, min(_PIECE, left)):
        is_last = len(content) < _PIECE or len(content) == left
        yield content, range(first, len(content) if is_last else len(content) - _EDGE)
        if is_last:
            return
        step = _PIECE - 2 * _EDGE
        start, left, first = start + step, left - step, _EDGE


def _find_constants(file: BinaryIO) -> tuple[int, int] | None:
    header = _read_at(file, 0, 64)
    if len(header) < 64 or header[4] != 2 or header[5] not in {1, 2}:
        return None
    order = "<" if header[5] == 1 else ">"
    (table,) = struct.unpack_from(f"{order}Q", header, 0x28)
    size, count, names = struct.unpack_from(f"{order}HHH", header, 0x3A)
    layout = struct.Struct(order + _SECTION)
    rows = _read_at(file, table, count * layout.size)
    if size != layout.size or len(rows) != count * size or names >= count:
        return None
    sections = list(layout.iter_unpack(rows))
    texts = _read_at(file, sections[names][4], min(sections[names][5], MOST_NAMES))
    found = (one for one in sections if texts[one[0] : one[0] + 8] == b".rodata\0")
    return next(((one[4], one[5]) for one in found), None)


def _read_at(file: BinaryIO, start: int, length: int) -> bytes:
    """The bytes at a place; those that the file has."""
    left = os.fstat(file.fileno()).st_size - start
    return os.pread(file.fileno(), min(length, left), start) if left > 0 else b""
