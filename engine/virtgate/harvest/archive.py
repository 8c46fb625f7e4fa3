"""A release's source without a git history: upstream's tarball, or the folder it was unpacked to."""

from __future__ import annotations

import datetime
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..driver.errors import TargetError
from .git import Release, is_development, read_version
from .releases import NO_COMMIT

# QEMU's own tarball has 0.7 GiB of files; a stream that never ends must end here.
_MAX_BYTES = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """The files of one release, by the ids that git would give their content; nothing is unpacked.

    Raises TargetError for what cannot be read.
    """

    place: str
    blobs: Mapping[str, str]
    find: Callable[[str], bytes]
    day: str

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""
        blob = self.blobs.get(path)
        return (blob, self.content(blob)) if blob is not None else None

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Blob id of every file under a folder, by path from the root."""
        under = f"{folder}/" if folder else ""
        return {path: blob for path, blob in self.blobs.items() if path.startswith(under)}

    def content(self, blob: str) -> bytes:
        """The bytes of a blob by its id."""
        try:
            return self.find(blob)
        except OSError as error:
            raise TargetError(self.place, str(error)) from None

    def release(self) -> Release:
        """The release that VERSION names, without a commit. Raises TargetError where it names none."""
        found = self.read("VERSION")
        version = read_version(found[1]) if found else ""
        if not version or is_development(version):
            raise TargetError(self.place, "its file VERSION names no release")
        return Release(version=version, date=self.day, commit=NO_COMMIT)


def is_repository(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a git directory or its work tree; else it is an archive or a folder of files."""
    place = Path(path)
    return place.is_dir() and ((place / ".git").exists() or (place / "objects").is_dir())


@contextmanager
def open_source(path: str | os.PathLike[str]) -> Iterator[SourceTree]:
    """The files of a tarball or of a folder. Raises TargetError."""
    place = os.fspath(path)
    with ExitStack() as stack:
        try:
            tree = _read_folder(Path(place)) if Path(place).is_dir() else _read_tarball(place, stack)
        except (OSError, tarfile.TarError, EOFError) as error:
            raise TargetError(place, str(error)) from None
        yield tree


def _read_folder(folder: Path) -> SourceTree:
    blobs, places = {}, {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            blob = _blob_id(path.read_bytes())
            blobs[path.relative_to(folder).as_posix()] = blob
            places[blob] = path
    told = folder / "VERSION"
    day = _day(told.stat().st_mtime) if told.is_file() else "-"
    return SourceTree(place=str(folder), blobs=blobs, find=lambda blob: places[blob].read_bytes(), day=day)


def _read_tarball(place: str, stack: ExitStack) -> SourceTree:
    """A compressed stream cannot be read here and there, so that it is kept uncompressed without a name."""
    plain = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    with tarfile.open(place, "r|*") as stream:
        assert stream.fileobj is not None
        while data := stream.fileobj.read(1 << 20):
            plain.write(data)
            if plain.tell() > _MAX_BYTES:
                raise TargetError(place, f"more than {_MAX_BYTES >> 30} GiB of files")
    plain.seek(0)
    blobs, spans, day = {}, {}, "-"
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        for member in archive:
            path = member.name.removeprefix("./").partition("/")[2]
            if not member.isreg() or not path:
                continue
            plain.seek(member.offset_data)
            blob = _blob_id(plain.read(member.size))
            blobs[path], spans[blob] = blob, (member.offset_data, member.size)
            day = _day(member.mtime) if path == "VERSION" else day

    def find(blob: str) -> bytes:
        start, size = spans[blob]
        plain.seek(start)
        return plain.read(size)

    return SourceTree(place=place, blobs=blobs, find=find, day=day)


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()
