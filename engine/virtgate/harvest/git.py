"""A repository, upstream's or our own, read through git and never checked out."""

from __future__ import annotations

import os
import re
import select
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from ..driver import system
from ..driver.errors import TargetError
from .gitsettings import ENVIRONMENT, LOG, SETTINGS, refuse_pipes

# Point releases up to four parts exist (2.4.0.1); a suffix is a candidate's or a fork's.
_TAG = re.compile(r"refs/tags/v(\d{1,4}\.\d{1,4}(?:\.\d{1,4}){0,2})$")
_VERSION_FILE = re.compile(rb"v?(\d{1,4}\.\d{1,4}(?:\.\d{1,4}){0,2})\s*$")
_STABLE = re.compile(r"/stable-(\d+\.\d+)$")
# A development version has a micro of 50 and more, a candidate 90 and more.
_FIRST_DEVELOPMENT_MICRO = 50

PATIENCE = 600.0  # for one command; the whole history of a big file takes minutes
SOON = 10.0  # for what git answers at once, unless its configuration names a pipe
MOST_OUTPUT, MOST_BLOB = 256 << 20, 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One upstream release: its version (`1.0` is written `1.0.0`), ISO date and commit id.

    `is_tagged` says that a tag names the commit; else VERSION's history does.
    """

    version: str
    date: str
    commit: str
    is_tagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A commit, its day, its parents, and the blobs it gave paths compared with the first of them.

    A path that it took away has a blob id of zeros only.
    """

    commit: str
    date: str
    parents: tuple[str, ...]
    blobs: Mapping[str, str]


class Readable(Protocol):
    """Files that are read by path, each with its blob's id."""

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Blob id of every file under a folder, by path from the root."""


class Source(Readable, Protocol):
    """All files of one release."""

    def content(self, blob: str) -> bytes:
        """The bytes of a blob by its id; parse an id once, for releases share most of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a commit that changed a file says of it: its id, the ISO date it was committed on, the text."""

    commit: str
    date: str
    text: str


class Repository:
    """A git directory, bare or not; use it as a context manager, for it holds a process.

    Nothing is fetched: an object that a partial clone lacks is absent. Nothing is run that the repository
    names, and its work tree is never looked at: neither the attributes nor the mailmap in it count. Raises
    TargetError when git fails.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._reader: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None
        told = self._run("rev-parse", "--absolute-git-dir", "--git-common-dir", patience=SOON)
        folder, common = os.fsdecode(told).splitlines()
        refuse_pipes(folder)
        refuse_pipes(str(Path(self.path, common)))
        self._folder = folder

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process; a later read starts another."""
        if self._reader is not None:
            self._pipe(self._reader.stdin).close()
            self._reader.wait()
            self._pipe(self._reader.stdout).close()
            self._reader = None

    def releases(self) -> tuple[Release, ...]:
        """Every upstream release found here, in version order; a tag wins over VERSION's history."""
        found = {release.version: release for release in self._versioned()}
        found.update((release.version, release) for release in self._tagged())
        return tuple(sorted(found.values(), key=lambda release: version_key(release.version)))

    def tagged(self) -> tuple[Release, ...]:
        """The releases that have a tag, in no order."""
        return tuple(self._tagged())

    def tags(self, pattern: str) -> Iterator[tuple[str, str, str]]:
        """Each tag that a pattern (a glob) matches, as a ref's whole name, with its commit and day."""
        fields = "%(refname)%09%(objectname)%09%(*objectname)%09%(creatordate:short)"
        found = self._run("for-each-ref", f"--format={fields}", f"refs/tags/{pattern}")
        for line in found.decode(errors="replace").splitlines():
            name, own, peeled, date = line.split("\t")
            yield name, peeled or own, date

    def messages(self, path: str) -> tuple[Message, ...]:
        """The commits before HEAD that changed a file, newest first, merges left out."""
        log = self._run(*LOG, "-z", "--no-merges", "--format=%H%x09%cs%x09%B", "HEAD", "--", path)
        fields = (entry.split("\t", 2) for entry in log.decode(errors="replace").split("\0") if entry)
        return tuple(Message(commit=commit, date=date, text=text) for commit, date, text in fields)

    def head(self, branch: str) -> Release | None:
        """A branch's newest commit by the development version that VERSION has there; None for a release."""
        told = self._run(*LOG, "-1", "--format=%H %cs", branch, "--").decode().split()
        blob = self.blob(f"{told[0]}:VERSION")
        version = read_version(blob[1]) if blob else ""
        return Release(version=version, date=told[1], commit=told[0]) if is_development(version) else None

    def nearest(self, tip: str, paths: Sequence[str]) -> str | None:
        """The newest commit at or before a tip that changed a path (a glob)."""
        found = self._run("rev-list", "-1", tip, "--", *(f":(glob){path}" for path in paths))
        return found.decode().strip() or None

    def tree(self, commit: str) -> Tree:
        """The files at a commit."""
        return Tree(self, commit)

    def blob(self, name: str) -> tuple[str, bytes] | None:
        """Id and content of an object named by its id or as `COMMIT:PATH`; None when it is not here."""
        return self._object(name, b"blob")

    def find_commit(self, name: str) -> str | None:
        """The whole id of a commit named by its first digits; None when it is not here."""
        found = self._object(name, b"commit")
        return found[0] if found else None

    def top(self) -> str:
        """The folder of the work tree. Raises TargetError for a repository without one."""
        found = self._start_and_read([*self._git(), "-C", self.path, "rev-parse", "--show-toplevel"], SOON)
        return os.fsdecode(found.removesuffix(b"\n"))

    def branch(self) -> str | None:
        """The branch that HEAD is, by its full name; None for a commit."""
        return self._ask("symbolic-ref", "--quiet", "HEAD")

    def upstream_of(self, branch: str) -> str | None:
        """The branch, by its full name, that another (by its full name) follows."""
        return self._ask("for-each-ref", "--format=%(upstream)", branch)

    def symbolic(self, name: str) -> str | None:
        """What a symbolic name, such as `refs/remotes/origin/HEAD`, stands for."""
        return self._ask("symbolic-ref", "--quiet", name)

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit from which two part; None when they have none in common."""
        return self._ask("merge-base", one, other)

    def is_in(self, commit: str, other: str) -> bool:
        """Whether a commit is another's ancestor, or the other itself."""
        return not self._run("rev-list", "-1", commit, f"^{other}", "--")

    def day_of(self, commit: str) -> str:
        """The day on which a commit was committed, as YYYY-MM-DD."""
        return self._run(*LOG, "-1", "--format=%cs", commit, "--").decode().strip()

    def removed_lines(self, tip: str, path: str) -> Iterator[tuple[str, list[str]]]:
        """Each commit before a tip that changed a folder, newest first, with the lines that it took away."""
        log = self._run(*LOG, "-p", "-U0", "--no-renames", "--format=%x01%h", tip, "--", path)
        for entry in log.decode(errors="replace").split("\x01")[1:]:
            commit, *lines = entry.split("\n")
            yield commit, [one[1:] for one in lines if one.startswith("-") and not one.startswith("---")]

    def walk(self, tips: Sequence[str], paths: Sequence[str], *, main_line: bool = False) -> Iterator[Change]:
        """The commits that lead to the tips and changed a path (a glob), merges included, oldest first.

        Parents are the nearest that changed one, too. On the `main_line` a merge has its first parent alone.
        """
        log = self._run(
            *(*LOG, "--reverse", "--topo-order", "--parents", "--format=%x01%H %cs %P", "--raw", "-z"),
            *("--no-abbrev", "--no-renames", "--diff-merges=first-parent"),
            *(("--first-parent",) if main_line else ()),
            *(*tips, "--"),
            *(f":(glob){path}" for path in paths),
        )
        for entry in log.split(b"\x01")[1:]:
            head, *rest = entry.decode(errors="surrogateescape").split("\0")
            commit, date, *parents = head.split()
            fields = [field for field in rest if field.strip()]
            blobs = {path: meta.split()[3] for meta, path in zip(fields[::2], fields[1::2], strict=True)}
            kept = parents[:1] if main_line else parents
            yield Change(commit=commit, date=date, parents=tuple(kept), blobs=blobs)

    def list_blobs(self, commit: str, folder: str = "") -> dict[str, str]:
        """Blob id of every file under a folder (all of them under ""), by path from the root."""
        # --literal-pathspecs is not needed: ls-tree takes no patterns.
        listing = self._run("ls-tree", "-r", "-z", "--full-tree", commit, *([f"{folder}/"] if folder else []))
        blobs = {}
        for entry in listing.split(b"\0"):
            meta, _, path = entry.partition(b"\t")
            if meta and meta.split()[1] == b"blob":
                blobs[path.decode(errors="surrogateescape")] = meta.split()[2].decode()
        return blobs

    def _object(self, name: str, sort: bytes) -> tuple[str, bytes] | None:
        reader = self._reader or self._start_reader()
        stdin, stdout = self._pipe(reader.stdin), self._pipe(reader.stdout)
        stdin.write(name.encode() + b"\n")
        stdin.flush()
        # An object of a partial clone, or a pipe in its place, may never be answered.
        if not select.select([stdout], [], [], SOON * 6)[0]:
            reader.kill()
            raise TargetError(self.path, f"git does not say what {name} is")
        header = stdout.readline().split()
        # `NAME missing` and `NAME ambiguous` are two words.
        if len(header) != 3 or not header[2].isdigit():
            return None
        if int(header[2]) > MOST_BLOB:
            reader.kill()
            self.close()
            raise TargetError(self.path, f"{name} has more than {MOST_BLOB} bytes")
        content = stdout.read(int(header[2]) + 1)[:-1]
        return (header[0].decode(), content) if header[1] == sort else None

    def _tagged(self) -> Iterator[Release]:
        for name, commit, date in self.tags("v*"):
            if match := _TAG.match(name):
                yield Release(version=normalise_version(match[1]), date=date, commit=commit, is_tagged=True)

    def _versioned(self) -> Iterator[Release]:
        """Releases told by the oldest commit of upstream's branches that gave VERSION their number.

        The main branch makes no point releases and a stable one only its own, since 1.0 moved them there:
        what else VERSION says is what a fork calls itself.
        """
        for name, series in (("HEAD", ""), *self._stable_branches()):
            outside = () if name == "HEAD" else ("^HEAD",)
            log = self._run(*LOG, "--reverse", "--format=%H%x09%cs", name, *outside, "--", "VERSION")
            seen = set()
            for line in log.decode().splitlines():
                commit, date = line.split("\t")
                blob = self.blob(f"{commit}:VERSION")
                version = read_version(blob[1]) if blob else ""
                if version and version not in seen and _is_made_on(version, series):
                    seen.add(version)
                    yield Release(version=version, date=date, commit=commit)

    def _stable_branches(self) -> Iterator[tuple[str, str]]:
        """Upstream's stable branches by their full names, each with the series that it is of."""
        told = self._run("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes")
        for name in told.decode(errors="replace").splitlines():
            if match := _STABLE.search(name):
                yield name, match[1]

    def _start_reader(self) -> subprocess.Popen[bytes]:
        self._reader = system.spawn(
            self._argv("cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        return self._reader

    def _run(self, *arguments: str, patience: float = PATIENCE) -> bytes:
        return self._start_and_read(self._argv(*arguments), patience)

    def _start_and_read(self, argv: list[str], patience: float) -> bytes:
        with tempfile.TemporaryFile() as said:
            try:
                status, output = system.run(
                    argv, patience, MOST_OUTPUT, stdin=subprocess.DEVNULL, stderr=said, env=self._environment
                )
            except OSError as error:
                raise TargetError(self.path, f"git cannot be started: {error.strerror}") from error
            said.seek(0)
            problem = said.read(4096).decode(errors="replace").strip().replace("\n", "; ")
        if status is None:
            is_long = len(output) >= MOST_OUTPUT
            problem = (
                f"prints more than {MOST_OUTPUT} bytes" if is_long else f"takes more than {patience:g} s"
            )
            raise TargetError(self.path, f"git {problem}")
        if status:
            raise TargetError(self.path, problem)
        return output

    def _ask(self, *arguments: str) -> str | None:
        """The first line that git prints; None for none, or where git refuses."""
        try:
            return self._run(*arguments).decode(errors="surrogateescape").partition("\n")[0] or None
        except TargetError:
            return None

    def _argv(self, *arguments: str) -> list[str]:
        if self._folder is None:
            return [*self._git(), "-C", self.path, *arguments]
        return [*self._git(), f"--git-dir={self._folder}", "--work-tree=/nonexistent", *arguments]

    @staticmethod
    def _git() -> list[str]:
        own = [word for setting in SETTINGS for word in ("-c", setting)]
        return [system.find_program("git"), "--no-pager", *own]

    @cached_property
    def _environment(self) -> dict[str, str]:
        # GIT_DIR and its like name another repository.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return {**kept, **ENVIRONMENT}

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a repository at one commit."""

    repository: Repository
    commit: str

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""
        return self.repository.blob(f"{self.commit}:{path}")

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Blob id of every file under a folder, by path from the root."""
        return self.repository.list_blobs(self.commit, folder)

    def content(self, blob: str) -> bytes:
        """The bytes of a blob by its id; parse an id once, for releases share most of them."""
        found = self.repository.blob(blob)
        if found is None:
            raise TargetError(self.repository.path, f"object {blob} is missing")
        return found[1]


def normalise_version(text: str) -> str:
    """`1.0` as `1.0.0`; longer versions as they are."""
    return text if text.count(".") >= 2 else f"{text}.0"


def read_version(content: bytes) -> str:
    """The version in a file VERSION; empty where it is none of upstream's."""
    match = _VERSION_FILE.match(content)
    return normalise_version(match[1].decode()) if match else ""


def _is_made_on(version: str, series: str) -> bool:
    """Whether upstream makes a release on its main branch, or on the stable branch of a series."""
    if is_development(version):
        return False
    if series:
        return version.startswith(f"{series}.") and not version.endswith(".0")
    return version.startswith("0.") or version.endswith(".0")


def is_development(version: str) -> bool:
    """Whether a version is what upstream's files say between releases."""
    return bool(version) and version_key(version)[2] >= _FIRST_DEVELOPMENT_MICRO


def version_key(text: str) -> tuple[int, ...]:
    """What orders upstream's plain version numbers."""
    return tuple(int(part) for part in text.split("."))
