"""The commit that brought each element: upstream's history between releases to `commits.txt`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..driver.errors import DataError, TargetError
from ..upstream.ledger import Atom
from ..versions import Version, parse_release
from .archive import Listed
from .git import Change, Release, Repository, Source, is_development
from .kinds import write_changed
from .releases import COMMIT_DIGITS, Progress

FILE = "commits.txt"
LOOKED = "# looked through: "
NAME_COLUMN = 56
_ZEROS = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What origins are looked for of: the file's header, the paths (globs) that say what a commit had, and
    what makes a reader of a commit's names. The reader may raise DataError for a commit nobody can read.
    """

    header: str
    paths: tuple[str, ...]
    make_reader: Callable[[], Callable[[Source, str], Set[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Commit and day by element, and the releases whose history was looked through."""

    found: Mapping[str, tuple[str, str]]
    looked: frozenset[str]


def harvest_origins(
    path: Path,
    repositories: Sequence[Repository],
    atoms: Iterable[Atom],
    releases: Iterable[Release],
    subject: Subject,
    *,
    progress: Progress,
) -> None:
    """Bring a commits.txt up to what these repositories tell. Raises DataError, TargetError and OSError."""
    old = read_origins(path)
    origins = find_origins(repositories, atoms, releases, old, subject, progress=progress)
    write_changed(path, render_origins(origins, subject.header))
    fresh = len(origins.looked - old.looked)
    progress(f"{path.name}: {len(origins.found)} lines, {fresh} releases looked through")


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
            fields = line.rsplit(maxsplit=width - 1)  # an element may have a blank in its name
            if len(fields) != width:
                raise DataError((f"{path}:{number}: a line is {line_is}: '{line}'",))
            rows.append(fields)
    return rows, looked


def render_origins(origins: Origins, header: str) -> str:
    """The text of a commits.txt."""
    looked = " ".join(sorted(origins.looked, key=parse_release))
    lines = sorted(
        f"{name.ljust(NAME_COLUMN)}  {commit[:COMMIT_DIGITS]}  {date}\n"
        for name, (commit, date) in origins.found.items()
    )
    return f"{header}{LOOKED}{looked}\n{''.join(lines)}"


def find_origins(
    repositories: Sequence[Repository],
    atoms: Iterable[Atom],
    releases: Iterable[Release],
    old: Origins,
    subject: Subject,
    *,
    progress: Progress,
) -> Origins:
    """What brought the elements of these lines, where a repository has the history of a release.

    A release that was looked through is not again. A history of which files are missing is left alone.
    """
    starts = [
        one for one in releases if is_development(one.version) or not parse_release(one.version).is_point
    ]
    wanted = _list_wanted(atoms, [release.version for release in starts])
    found, looked = dict(old.found), set(old.looked)
    for repository in repositories:
        here = {one.version: commit for one in starts if (commit := repository.find_commit(one.commit))}
        if not any(version in wanted and version not in looked for version in here):
            continue
        try:
            for version, origins in Walk(repository, here, subject).look(wanted, looked, progress):
                found.update(origins)
                if not is_development(version):
                    looked.add(version)
        except TargetError as error:
            progress(f"commits: {error}")
    names = set().union(*wanted.values())
    kept = {name: origin for name, origin in found.items() if name in names}
    return Origins(found=kept, looked=frozenset(looked))


def _list_wanted(atoms: Iterable[Atom], starts: Sequence[str]) -> dict[str, set[str]]:
    """The elements that a commit is looked for, by the first .0 release that has them."""
    versions = {version: parse_release(version) for version in starts}
    firsts: dict[str, Version | None] = {}
    earliest: dict[str, Version] = {}
    for atom in atoms:
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


class Walk:
    """One repository's history of the files that tell, and what each of its commits had.

    `main_line` leaves out what lies behind a merge: a branch's own commits were never upstream's state.
    """

    def __init__(
        self,
        repository: Repository,
        releases: Mapping[str, str],
        subject: Subject,
        *,
        main_line: bool = False,
    ) -> None:
        self._repository = repository
        self._main_line = main_line
        self._releases = releases
        self._paths = subject.paths
        self._changes: dict[str, Change] = {}
        self._blobs: dict[str, Mapping[str, str]] = {}
        self._names: dict[str, Set[str]] = {}
        self._reader = subject.make_reader()
        self._read = lru_cache(maxsize=512)(
            lambda blob: found[1] if (found := repository.blob(blob)) else None
        )

    def look(
        self, wanted: Mapping[str, Set[str]], looked: Set[str], progress: Progress
    ) -> Iterator[tuple[str, Mapping[str, tuple[str, str]]]]:
        """Each release that was not looked through, with what brought the elements first in it."""
        for version, commits in self.cycles():
            if version in wanted and version not in looked:
                origins = self._look_between(commits, wanted[version])
                progress(f"commits {version}: {len(origins)} of {len(wanted[version])} elements")
                yield version, origins

    def cycles(self) -> Iterator[tuple[str, Set[str]]]:
        """Each release, and the commits that lead to it and not to the one before."""
        self._load()
        before: Set[str] = frozenset()
        for version in sorted(self._releases, key=parse_release):
            tip = self._releases[version]
            if tip not in self._changes:
                tip = self._repository.nearest(tip, self._paths) or tip
            if tip not in self._changes:
                continue
            behind = self._ancestors(tip)
            yield version, behind - before
            before = behind

    def names_in_turn(self, commits: Set[str]) -> Iterator[tuple[str, Set[str]]]:
        """Some of the commits, oldest first, each with the elements that it had."""
        for commit in self._changes:
            if commit in commits:
                yield commit, self._names_at(commit)

    def _load(self) -> None:
        tips = list(self._releases.values())
        for change in self._repository.walk(tips, self._paths, main_line=self._main_line):
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
        """The elements that a commit had; those of its first parent where nobody can read its files."""
        if commit not in self._names:
            try:
                snapshot = Listed(place=self._repository.path, blobs=self._blobs[commit], find=self._read)
                self._names[commit] = self._reader(snapshot, commit[:COMMIT_DIGITS])
            except DataError:
                parents = self._changes[commit].parents
                self._names[commit] = self._names_at(parents[0]) if parents else frozenset()
        return self._names[commit]
