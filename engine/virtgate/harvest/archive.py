"""A release's source without a git history: upstream's tarball, or the folder it was unpacked to."""

from __future__ import annotations

import datetime
import hashlib
import lzma
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..driver.errors import TargetError
from .git import MOST_BLOB, Release, is_development, read_version
from .releases import NO_COMMIT

# QEMU's own tarball has 0.7 GiB of files, and a fifth of that itself; one that unpacks to more is made to.
_MOST_BYTES, _MOST_TIMES, _ALWAYS = 4 << 30, 64, 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Files by the ids of their blobs, each of which `find` gives; None where it is not here."""

    place: str
    blobs: Mapping[str, str]
    find: Callable[[str], bytes | None]

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""
        blob = self.blobs.get(path)
        return (blob, self.content(blob)) if blob is not None else None

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Blob id of every file under a folder, by path from the root."""
        under = f"{folder}/" if folder else ""
        return {path: blob for path, blob in self.blobs.items() if path.startswith(under)}

    def content(self, blob: str) -> bytes:
        """The bytes of a blob by its id. Raises TargetError for one that is not here."""
        found = self.find(blob)
        if found is None:
            raise TargetError(self.place, f"object {blob} is missing")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree(Listed):
    """The files of one release, by the ids that git would give their content; nothing is unpacked.

    Raises TargetError for what cannot be read.
    """

    day: str

    def content(self, blob: str) -> bytes:
        """The bytes of a blob by its id."""
        try:
            return Listed.content(self, blob)
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
        # What `tarfile` raises for headers without sense is not its own.
        except (OSError, tarfile.TarError, EOFError, ValueError, ArithmeticError, LookupError) as error:
            raise TargetError(place, str(error)) from None
        except (zlib.error, lzma.LZMAError):
            raise TargetError(place, "invalid compressed data") from None
        yield tree


def _read_folder(folder: Path) -> SourceTree:
    blobs, places = {}, {}
    bound = _Bound(str(folder), _MOST_BYTES)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            bound.take(str(path), path.stat().st_size)
            blob = _blob_id(path.read_bytes())
            blobs[path.relative_to(folder).as_posix()] = blob
            places[blob] = path
    told = folder / "VERSION"
    day = _day(told.stat().st_mtime) if told.is_file() else "-"
    return SourceTree(place=str(folder), blobs=blobs, find=lambda blob: places[blob].read_bytes(), day=day)


def _read_tarball(place: str, stack: ExitStack) -> SourceTree:
    """A compressed stream cannot be read here and there, so that its files are kept in one without a name."""
    plain = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    blobs, spans, day = {}, {}, "-"
    bound = _Bound(place, min(_MOST_BYTES, _ALWAYS + _MOST_TIMES * Path(place).stat().st_size))
    with tarfile.open(place, "r|*") as stream:
        for member in stream:
            bound.take(member.name, member.size)
            # A tarball has all in one folder, called after the release.
            path = member.name.removeprefix("./").partition("/")[2]
            file = stream.extractfile(member) if member.isreg() and not member.issparse() and path else None
            if file is None:
                continue
            data = file.read()
            blob = _blob_id(data)
            blobs[path], spans[blob] = blob, (plain.tell(), len(data))
            plain.write(data)
            day = _day(member.mtime) if path == "VERSION" else day

    def find(blob: str) -> bytes:
        start, size = spans[blob]
        plain.seek(start)
        return plain.read(size)

    return SourceTree(place=place, blobs=blobs, find=find, day=day)


class _Bound:
    """How many bytes the files of a release may have; more raise TargetError before they are read."""

    def __init__(self, place: str, most: int) -> None:
        self._place, self._most, self._left = place, most, most

    def take(self, name: str, size: int) -> None:
        self._left -= size
        if size > MOST_BLOB:
            raise TargetError(self._place, f"{name} has more than {MOST_BLOB} bytes")
        if size < 0 or self._left < 0:
            raise TargetError(self._place, f"its files have more than {self._most} bytes")


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()
