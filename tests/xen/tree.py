"""A small root file system, gathered from Debian's packages and written as an initramfs."""

from __future__ import annotations

import io
import stat
import struct
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from importlib.util import cache_from_source
from pathlib import Path
from typing import BinaryIO

# Debian's packages of before the merge still have these beside /usr.
MERGED = ("bin", "sbin", "lib", "lib64")
# In a .pyc's head: what is not held against the source's time or hash.
UNCHECKED = b"\1" + bytes(11)


class Tree:
    """Files by path, without a leading slash: a mode with its type, and content or a link's target."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[int, bytes]] = {}
        for name in MERGED:
            self.link(name, f"usr/{name}")

    def copied(self) -> Tree:
        """Another with the same files."""
        other = Tree()
        other._entries = dict(self._entries)
        return other

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Put a file, in the place of one that is there."""
        self._put(path, stat.S_IFREG | mode, content)

    def link(self, path: str, target: str) -> None:
        """Put a symbolic link."""
        self._put(path, stat.S_IFLNK | 0o777, target.encode())

    def folder(self, path: str) -> None:
        """Put a folder; those of a file need not be put."""
        self._put(path, stat.S_IFDIR | 0o755, b"")

    def copy(self, source: Path, path: str, wanted: Callable[[str], bool] = lambda _: True) -> None:
        """Put a folder's files below a path, those whose name below the folder is wanted."""
        for one in sorted(source.rglob("*")):
            name = one.relative_to(source).as_posix()
            if one.is_file() and wanted(name):
                self.file(f"{path}/{name}", one.read_bytes())

    def unpack(self, package: Path, wanted: Callable[[str], bool]) -> None:
        """Put the files of a package, those that are wanted by their path in it."""
        for path, member, content in read_package(package, wanted):
            if member.issym():
                self.link(path, member.linkname)
            elif member.islnk():
                self._put(path, *self._entries[_merged(_clean(member.linkname))])
            else:
                self.file(path, content, member.mode & 0o777)

    def add_bytecode(self, origin: Callable[[str], Path]) -> None:
        """Put beside each Python file what this machine's Python made of the same file, where it did.

        Installing a package makes it; the emulated processor would need ten seconds.
        """
        for path, (_, content) in [*self._entries.items()]:
            source = origin(path)
            if path.endswith(".py") and source.is_file() and source.read_bytes() == content:
                made = Path(cache_from_source(source))
                data = made.read_bytes() if made.is_file() else b""
                found = source.stat()
                if data[4:16] == struct.pack("<3L", 0, int(found.st_mtime), found.st_size):
                    self.file(cache_from_source(path), data[:4] + UNCHECKED + data[16:])

    def content(self, path: str) -> bytes:
        """A file's content."""
        return self._entries[path][1]

    def write(self, path: Path) -> int:
        """Write an initramfs; its size. The kernel reads it as it is, and need not decompress it."""
        with path.open("wb") as file:
            for number, (name, mode, content, device) in enumerate(self._nodes(), 1):
                _write_entry(file, number, name, mode, content, device)
        return path.stat().st_size

    def _put(self, path: str, mode: int, content: bytes) -> None:
        self._entries[_merged(path)] = (mode, content)

    def _nodes(self) -> Iterator[tuple[str, int, bytes, tuple[int, int]]]:
        yield "dev", stat.S_IFDIR | 0o755, b"", (0, 0)
        yield "dev/console", stat.S_IFCHR | 0o600, b"", (5, 1)
        folders = {str(one) for path in self._entries for one in Path(path).parents} - {".", "dev"}
        for name in sorted(folders - self._entries.keys()):
            yield name, stat.S_IFDIR | 0o755, b"", (0, 0)
        for name, (mode, content) in sorted(self._entries.items()):
            yield name, mode, content, (0, 0)
        yield "TRAILER!!!", 0, b"", (0, 0)


def read_package(
    package: Path, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, tarfile.TarInfo, bytes]]:
    """The path, the entry and the content of each file in a package that is wanted; no folders."""
    listing = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with (
        subprocess.Popen(listing, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            path = _clean(member.name)
            if not member.isdir() and wanted(path):
                content = archive.extractfile(member) if member.isreg() else None
                yield path, member, (content or io.BytesIO()).read()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, "dpkg-deb")


def _clean(path: str) -> str:
    return path.removeprefix("./").lstrip("/")


def _merged(path: str) -> str:
    first, slash, _ = path.partition("/")
    return f"usr/{path}" if slash and first in MERGED else path


def _write_entry(
    file: BinaryIO, number: int, name: str, mode: int, content: bytes, device: tuple[int, int]
) -> None:
    """One entry of the kernel's initramfs format, documented as newc in its driver-api."""
    raw = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(raw), 0)
    header = b"070701" + b"".join(b"%08x" % field for field in fields) + raw
    file.write(header + b"\0" * (-len(header) % 4))
    file.write(content + b"\0" * (-len(content) % 4))
