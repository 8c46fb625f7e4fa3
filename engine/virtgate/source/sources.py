"""Where sources come from: files, folders, and the added lines of a unified diff."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from ..driver.errors import UsageError
from ..driver.system import read_bytes
from .language import Language, language_of, may_be_read
from .use import Skipped

LARGEST = 1 << 20
PASSED_OVER = frozenset({"vendor", "node_modules", "po"})
_HUNK = re.compile(r"@@ -\d+(?:,(?P<olds>\d+))? \+(?P<start>\d+)(?:,(?P<news>\d+))? @@")
_MOST_DIGITS = 9
# How git writes a byte of a name: "b/gr\303\274n.c".
_SPELT = re.compile(r"\\(?:([0-7]{3})|(.))")
_MEANT = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_NO_FILE = "/dev/null"
# What git says of a change without lines: of a mode, a name, a binary file.
_EMPTY = "diff --git "


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file's text, a byte a character; of a diff the parts that it shows.

    `lines` gives each line of the text its number in the file, and `added` those that count; None of a whole
    file, where all of them do.
    """

    file: str
    language: Language
    text: str
    lines: tuple[int, ...] | None = None
    added: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A source with its comments taken out."""

    source: Source
    code: str

    @property
    def folder(self) -> str:
        """The folder it is in."""
        return str(PurePosixPath(self.source.file).parent)


def read_paths(paths: Iterable[str], exclude: Iterable[str], skipped: list[Skipped]) -> Iterator[Source]:
    """The sources in files and folders; what cannot be read is appended to `skipped`.

    Raises UsageError for a path that is not there.
    """
    patterns = tuple(exclude)
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or folder")
        # What is named is told why it was passed over; what a folder has beside sources is not worth a line.
        is_folder = Path(path).is_dir()
        for file in _walk(Path(path), patterns, skipped) if is_folder else [path]:
            before = len(skipped)
            source = _read(file, skipped)
            if source is not None:
                yield source
            elif not is_folder and len(skipped) == before:
                skipped.append(Skipped(file=file, why="in no language that is read"))


def _walk(folder: Path, patterns: tuple[str, ...], skipped: list[Skipped]) -> Iterator[str]:
    """The files below a folder that may be sources, sorted; links to folders are not followed."""

    def tell(error: OSError) -> None:
        skipped.append(Skipped(file=str(error.filename), why=error.strerror or "cannot be read"))

    for place, folders, files in os.walk(folder, onerror=tell):
        here = Path(place)
        # In place: `os.walk` goes on with what is left in its list.
        folders[:] = sorted(
            name
            for name in folders
            if name not in PASSED_OVER
            and not name.startswith(".")
            and not _is_excluded(here / name, folder, patterns)
        )
        for name in sorted(files):
            file = here / name
            if may_be_read(name) and not file.is_symlink() and not _is_excluded(file, folder, patterns):
                yield str(file)


def _is_excluded(path: Path, folder: Path, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits a path from the folder on, or its last name."""
    inside = path.relative_to(folder).as_posix()
    return any(fnmatch(inside, one) or fnmatch(path.name, one) for one in patterns)


def _read(file: str, skipped: list[Skipped]) -> Source | None:
    try:
        status = Path(file).stat()
        if not stat.S_ISREG(status.st_mode):
            why = "no regular file"
        elif status.st_size > LARGEST:
            why = "large"
        else:
            data = read_bytes(file, LARGEST)
            if b"\0" not in data:
                text = data.decode("latin-1")
                language = language_of(file, text)
                return Source(file=file, language=language, text=text) if language else None
            why = "binary"
    except OSError as error:
        why = error.strerror or "cannot be read"
    skipped.append(Skipped(file=file, why=why))
    return None


def read_diff(text: str) -> Iterator[Source]:
    """The new side of a unified diff, a source a file, with the lines that were added.

    What a hunk shows around them is read too, so that a call is known where it begins. Raises UsageError for
    a text that is no unified diff.
    """
    lines = text.split("\n")
    file: str | None = None
    shown: list[tuple[int, str, bool]] = []
    seen = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("+++ ") and at and lines[at - 1].startswith("--- "):
            yield from _source(file, shown)
            file, shown, seen = _new_name(line), [], True
        match = _HUNK.match(line)
        at += 1
        if match is not None and any(len(one or "") > _MOST_DIGITS for one in match.groups()):
            raise UsageError(f"line {at} of the diff: no file has so many lines")
        if match is not None and file is not None:
            at = _read_hunk(lines, at, match, shown)
    if not seen and text.strip() and _EMPTY not in text:
        raise UsageError("standard input is no unified diff: no line '+++' after a line '---'")
    yield from _source(file, shown)


def _new_name(line: str) -> str:
    name = line[4:].split("\t", 1)[0].rstrip("\r")
    if name.startswith('"'):
        name = _SPELT.sub(_mean, name.strip('"'))
    name = name.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    return name[2:] if name.startswith("b/") else name


def _mean(match: re.Match[str]) -> str:
    return chr(int(match[1], 8) & 0xFF) if match[1] else _MEANT.get(match[2], match[2])


def _read_hunk(lines: list[str], at: int, match: re.Match[str], shown: list[tuple[int, str, bool]]) -> int:
    """Append the new side of a hunk; where the hunk ends."""
    number = int(match["start"])
    old, new = int(match["olds"] or 1), int(match["news"] or 1)
    while at < len(lines) and (old > 0 or new > 0):
        mark, text = lines[at][:1], lines[at][1:]
        at += 1
        if mark == "\\":
            continue
        if mark == "-":
            old -= 1
            continue
        shown.append((number, text, mark == "+"))
        number, new = number + 1, new - 1
        old -= mark != "+"
    return at


def _source(file: str | None, shown: list[tuple[int, str, bool]]) -> Iterator[Source]:
    if file is None or file == _NO_FILE or not any(added for _, _, added in shown):
        return
    text = "\n".join(line for _, line, _ in shown)
    language = language_of(file, text)
    if language is not None:
        yield Source(
            file=file,
            language=language,
            text=text,
            lines=tuple(number for number, _, _ in shown),
            added=frozenset(number for number, _, added in shown if added),
        )
