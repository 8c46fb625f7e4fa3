"""The commit that brought each QMP element: QEMU's history between releases to `commits.txt`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..errors import DataError, TargetError
from ..ledger import Ledger
from ..versions import Version, parse_release
from . import qmp
from .git import Change, Release, Repository, is_development
from .releases import COMMIT_DIGITS, Progress

FILE = "commits.txt"
PATHS = (
    *("VERSION", "qapi-schema.json", "qapi*.json", "qapi/**/*.json", "qmp-commands.hx", "qemu-monitor.hx"),
    *("monitor.c", "QMP/qmp-events.txt", "docs/qmp/qmp-events.txt"),
)
HEADER = """\
# QMP element, commit, day: the upstream commit that brought it for good, the last to do so before the first
# .0 release that has it; day of the committer. Covered: commands, events, and their arguments and members;
# not covered: what types hold, returns, flags, and what came within the history of a release not named here
"""
LOOKED = "# looked through: "
NAME_COLUMN = 56
_NOT_PLAIN = frozenset("([:|*")
_ZEROS = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Commit and day by element, and the releases whose history was looked through."""

    found: Mapping[str, tuple[str, str]]
    looked: frozenset[str]


def read_origins(path: Path) -> Origins:
    """What a commits.txt says; nothing when the file does not exist. Raises DataError."""
    rows, looked = read_looked(path, "an element, a commit and a day", 3)
    return Origins(found={name: (commit, date) for name, commit, date in rows}, looked=looked)


def read_looked(path: Path, line_is: str, width: int) -> tuple[list[list[str]], frozenset[str]]:
    """The rows of a file with so many fields a line, and the releases that it says were looked through.

    Nothing when the file does not exist. Raises DataError with what a line is.
    """
    rows, looked = [], frozenset[str]()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        if line.startswith(LOOKED):
            looked = frozenset(line.removeprefix(LOOKED).split())
        elif line.strip() and not line.startswith("#"):
            fields = line.split()
            if len(fields) != width:
                raise DataError((f"{path}:{number}: a line is {line_is}: '{line}'",))
            rows.append(fields)
    return rows, looked


def render_origins(origins: Origins) -> str:
    """The text of a commits.txt."""
    looked = " ".join(sorted(origins.looked, key=parse_release))
    lines = sorted(
        f"{name.ljust(NAME_COLUMN)}  {commit[:COMMIT_DIGITS]}  {date}\n"
        for name, (commit, date) in origins.found.items()
    )
    return f"{HEADER}{LOOKED}{looked}\n{''.join(lines)}"


def find_origins(
    repositories: Sequence[Repository],
    ledger: Ledger,
    releases: Iterable[Release],
    old: Origins,
    progress: Progress,
) -> Origins:
    """What brought the elements of the ledger, where a repository has the history of a release.

    A release that was looked through is not again. A history of which files are missing is left alone.
    """
    starts = [
        one for one in releases if is_development(one.version) or not parse_release(one.version).is_point
    ]
    wanted = _list_wanted(ledger, [release.version for release in starts])
    found, looked = dict(old.found), set(old.looked)
    for repository in repositories:
        here = {one.version: commit for one in starts if (commit := repository.find_commit(one.commit))}
        if not any(version in wanted and version not in looked for version in here):
            continue
        try:
            for version, origins in _Walk(repository, here).look(wanted, looked, progress):
                found.update(origins)
                if not is_development(version):
                    looked.add(version)
        except TargetError as error:
            progress(f"commits: {error}")
    names = set().union(*wanted.values())
    kept = {name: origin for name, origin in found.items() if name in names}
    return Origins(found=kept, looked=frozenset(looked))


def _list_wanted(ledger: Ledger, starts: Sequence[str]) -> dict[str, set[str]]:
    """The elements that a commit is looked for, by the first .0 release that has them."""
    versions = {version: parse_release(version) for version in starts}
    firsts: dict[str, Version | None] = {}
    earliest: dict[str, Version] = {}
    heads = {atom.name for atom in ledger.heads() if atom.type in ("command", "event")}
    for atom in ledger:
        if atom.name.partition(".")[0] not in heads or not _NOT_PLAIN.isdisjoint(atom.name):
            continue
        if atom.ranges not in firsts:
            ranges = atom.parsed_ranges
            firsts[atom.ranges] = min((one for one in versions.values() if one in ranges), default=None)
        first = firsts[atom.ranges]
        if first is not None:
            earliest[atom.name] = min(first, earliest.get(atom.name, first))
    wanted: dict[str, set[str]] = {}
    for name, version in earliest.items():
        wanted.setdefault(str(version), set()).add(name)
    return wanted


class _Walk:
    """One repository's history of the schema, and what each of its commits had."""

    def __init__(self, repository: Repository, releases: Mapping[str, str]) -> None:
        self._repository = repository
        self._releases = releases
        self._changes: dict[str, Change] = {}
        self._blobs: dict[str, Mapping[str, str]] = {}
        self._names: dict[str, Set[str]] = {}
        self._reader = qmp.Reader(surface=True)
        self._read = lru_cache(maxsize=512)(repository.blob)

    def look(
        self, wanted: Mapping[str, Set[str]], looked: Set[str], progress: Progress
    ) -> Iterator[tuple[str, Mapping[str, tuple[str, str]]]]:
        """Each release that was not looked through, with what brought the elements first in it."""
        self._load()
        before: Set[str] = frozenset()
        for version in sorted(self._releases, key=parse_release):
            tip = self._releases[version]
            if tip not in self._changes:
                tip = self._repository.nearest(tip, PATHS) or tip
            if tip not in self._changes:
                continue
            behind = self._ancestors(tip)
            if version in wanted and version not in looked:
                origins = self._look_between(behind - before, wanted[version])
                progress(f"commits {version}: {len(origins)} of {len(wanted[version])} elements")
                yield version, origins
            before = behind

    def _load(self) -> None:
        for change in self._repository.walk(list(self._releases.values()), PATHS):
            self._changes[change.commit] = change
            blobs = self._blobs[change.parents[0]] if change.parents else {}
            if change.blobs:
                blobs = {path: blob for path, blob in {**blobs, **change.blobs}.items() if blob != _ZEROS}
            self._blobs[change.commit] = blobs

    def _ancestors(self, tip: str) -> Set[str]:
        """A commit of the walk and all before it."""
        seen: set[str] = set()
        waiting = [tip]
        while waiting:
            commit = waiting.pop()
            if commit not in seen:
                seen.add(commit)
                waiting += self._changes[commit].parents
        return seen

    def _look_between(self, commits: Set[str], wanted: Set[str]) -> dict[str, tuple[str, str]]:
        origins = {}
        for commit, change in self._changes.items():
            if commit not in commits:
                continue
            had: set[str] = set()
            for parent in change.parents:
                had |= self._names_at(parent) & wanted
            for name in (self._names_at(commit) & wanted) - had:
                origins[name] = (commit, change.date)
        return origins

    def _names_at(self, commit: str) -> Set[str]:
        """The elements that a commit had; those of its first parent where nobody can read its schema."""
        if commit not in self._names:
            try:
                pairs = self._reader(_Snapshot(self._blobs[commit], self._read), commit[:COMMIT_DIGITS])
                self._names[commit] = plain_names(pairs)
            except DataError:
                parents = self._changes[commit].parents
                self._names[commit] = self._names_at(parents[0]) if parents else frozenset()
        return self._names[commit]


@lru_cache(maxsize=64)
def plain_names(pairs: Set[tuple[str, str]]) -> frozenset[str]:
    """The commands and events, and their arguments and members, among a reader's pairs."""
    return frozenset(name.removesuffix("?") for name, _ in pairs if _NOT_PLAIN.isdisjoint(name))


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The files of a commit by their blobs. Raises TargetError for one that is not here."""

    blobs: Mapping[str, str]
    find: Callable[[str], tuple[str, bytes] | None]

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""
        blob = self.blobs.get(path)
        if blob is None:
            return None
        found = self.find(blob)
        if found is None:
            raise TargetError(path, f"object {blob} is missing")
        return found
