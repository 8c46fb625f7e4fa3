"""What was merged and taken back before a release: QEMU's branch to `reverted.txt`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest.commits import LOOKED, NAME_COLUMN, Subject, Walk, read_looked
from ....harvest.git import Release, Repository, is_development, version_key
from ....harvest.releases import COMMIT_DIGITS, Progress
from ....upstream.ledger import Ledger, first_release
from ....versions import parse_release

FILE = "reverted.txt"
HEADER = """\
# QMP command, event, argument or member, release, two commits: what upstream's branch had on the way to
# that release, and neither that release nor an earlier one has; a later one may. The first commit (or merge)
# brought it, the second took it back. Not covered: what types hold, but for what snapshots showed, and the
# way to releases not named here
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """Elements, each with a release and the commits that brought and took it; the releases looked at."""

    found: frozenset[tuple[str, str, str, str]]
    looked: frozenset[str]


def read_reverted(path: Path) -> Reverted:
    """What a reverted.txt says; nothing when the file does not exist. Raises DataError."""
    rows, looked = read_looked(path, "an element, a release and two commits", 4)
    return Reverted(found=frozenset((row[0], row[1], row[2], row[3]) for row in rows), looked=looked)


def render_reverted(reverted: Reverted) -> str:
    """The text of a reverted.txt."""
    looked = " ".join(sorted(reverted.looked, key=version_key))
    lines = sorted(
        f"{name.ljust(NAME_COLUMN)}  {release:<8}  {brought[:COMMIT_DIGITS]}  {gone[:COMMIT_DIGITS]}\n"
        for name, release, brought, gone in reverted.found
    )
    return f"{HEADER}{LOOKED}{looked}\n{''.join(lines)}"


def find_reverted(
    repositories: Sequence[Repository],
    ledger: Ledger,
    releases: Iterable[Release],
    old: Reverted,
    subject: Subject,
    *,
    progress: Progress,
) -> Reverted:
    """What upstream's branch had for nothing; the way to a release that was looked at is not again."""
    starts = [one for one in releases if _ends_a_cycle(one)]
    found, looked = set(old.found), set(old.looked)
    firsts = _list_firsts(ledger)
    for repository in repositories:
        here = {one.version: commit for one in starts if (commit := repository.find_commit(one.commit))}
        if looked.issuperset(here):
            continue
        walk = Walk(repository, here, subject, main_line=True)
        try:
            for version, commits in walk.cycles():
                if version not in looked:
                    gone = set(_list_gone(walk, commits, firsts, version))
                    progress(f"reverted {version}: {len(gone)} elements")
                    found |= gone
                    looked.add(version)
        except TargetError as error:
            progress(f"reverted: {error}")
    return Reverted(found=frozenset(found), looked=frozenset(looked))


def _ends_a_cycle(release: Release) -> bool:
    return not is_development(release.version) and not parse_release(release.version).is_point


def _list_firsts(ledger: Ledger) -> Mapping[str, tuple[int, ...]]:
    """The first release of each element."""
    firsts: dict[str, tuple[int, ...]] = {}
    for atom in ledger:
        first = first_release(atom.ranges)
        firsts[atom.name] = min(first, firsts.get(atom.name, first))
    return firsts


def _list_gone(
    walk: Walk, commits: Set[str], firsts: Mapping[str, tuple[int, ...]], release: str
) -> Iterator[tuple[str, str, str, str]]:
    brought: dict[str, str] = {}
    gone: dict[str, str] = {}
    known = {name for name, first in firsts.items() if first <= version_key(release)}
    for commit, names in walk.names_in_turn(commits):
        fresh = names - known
        for name in fresh:
            brought.setdefault(name, commit)
            gone.pop(name, None)
        for name in brought.keys() - fresh - gone.keys():
            gone[name] = commit
    for name, commit in gone.items():
        yield name, release, brought[name], commit
