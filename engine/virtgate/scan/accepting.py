"""Findings that somebody has accepted: by a comment beside them, or by a line in a baseline file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..driver.errors import UsageError
from ..driver.system import read_text, write_atomic
from ..source.use import Scan
from .judging import Judged

_HEADER = (
    "# accepted findings of 'virtgate scan', one a line: the file, from this one's folder on, and the name\n"
)
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The lines of a baseline file, each with its number; `folder` is what files are named from."""

    path: str
    lines: Mapping[tuple[str, str], int]

    @classmethod
    def read(cls, path: str) -> Baseline:
        """The baseline in a file. Raises UsageError when it cannot be read or is none."""
        try:
            text = read_text(path, _LARGEST)
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror or 'cannot be read'}") from None
        lines: dict[tuple[str, str], int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            file, colon, name = line.rpartition(": ")
            if line.strip() and not line.startswith("#"):
                if not colon:
                    raise UsageError(f"{path}:{number}: '{line}' is no line of a baseline; FILE: NAME is")
                lines[file, name] = number
        return cls(path=path, lines=lines)

    def key(self, judged: Judged, *, is_diff: bool) -> tuple[str, str]:
        """How a finding is written here; a diff names its files from its own root on."""
        file = judged.use.file
        return (file if is_diff else name_from(self.path, file)), judged.use.name

    def stale(self, scan: Scan, found: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Those lines, as `file:line: problem`, whose file was read, or is gone, without that finding."""
        kept = set(found)
        read = {name_from(self.path, file) for file in scan.files}
        folder = Path(self.path).parent
        for (file, name), number in self.lines.items():
            # A file that was not part of this scan may have it still.
            if (file, name) not in kept and (file in read or not (folder / file).exists()):
                yield f"{self.path}:{number}: '{name}' is no longer found in {file}"


def name_from(baseline: str, file: str) -> str:
    """A file's name from the folder of a baseline on."""
    return Path(os.path.relpath(file, Path(baseline).parent)).as_posix()


def write_baseline(path: str, found: Iterable[Judged], *, is_diff: bool) -> int:
    """Put findings into a baseline file, sorted and each once; how many lines that is. Raises OSError."""
    empty = Baseline(path=path, lines={})
    lines = sorted({"{}: {}\n".format(*empty.key(one, is_diff=is_diff)) for one in found})
    # A name of a file need not be text.
    write_atomic(path, (_HEADER + "".join(lines)).encode("utf-8", "surrogateescape"), 0o644)
    return len(lines)


def by_comment(scan: Scan) -> frozenset[tuple[str, int, str]]:
    """The file, line and name of what comments accept: on their own line and the next."""
    return frozenset(
        (one.file, one.line + more, one.name) for one in scan.accepted if one.reason for more in (0, 1)
    )


def idle_comments(scan: Scan, found: Iterable[Judged]) -> Iterator[str]:
    """Comments that accept nothing, as `file:line: problem`: without a reason, or without such a finding."""
    seen = {(one.use.file, one.use.line, one.use.name) for one in found}
    for one in scan.accepted:
        if not one.reason:
            yield f"{one.file}:{one.line}: 'virtgate: accept {one.name}' gives no reason, and accepts nothing"
        elif not any((one.file, one.line + more, one.name) in seen for more in (0, 1)):
            yield f"{one.file}:{one.line}: 'virtgate: accept {one.name}' has no such finding beside it"
