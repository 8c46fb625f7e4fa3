"""What was merged and taken back before a release: QEMU's candidates to `reverted.txt`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..ledger import Ledger, first_release
from . import qmp
from .commits import LOOKED, NAME_COLUMN, read_looked
from .git import Candidate, Repository, version_key
from .releases import Progress

FILE = "reverted.txt"
HEADER = """\
# QMP command, event, argument or member, candidates: what candidates of a release had, from the first of
# them to the last, and neither that release nor an earlier one; a later one may. Not covered: what types
# hold, what came and went between two candidates, and the candidates of releases not named here
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """Elements with the first and the last candidate that had them, and the releases that were looked at."""

    found: frozenset[tuple[str, str]]
    looked: frozenset[str]


def read_reverted(path: Path) -> Reverted:
    """What a reverted.txt says; nothing when the file does not exist. Raises DataError."""
    rows, looked = read_looked(path, "an element and candidates", 2)
    return Reverted(found=frozenset((name, candidates) for name, candidates in rows), looked=looked)


def render_reverted(reverted: Reverted) -> str:
    """The text of a reverted.txt."""
    looked = " ".join(sorted(reverted.looked, key=version_key))
    lines = sorted(f"{name.ljust(NAME_COLUMN)}  {candidates}\n" for name, candidates in reverted.found)
    return f"{HEADER}{LOOKED}{looked}\n{''.join(lines)}"


def find_reverted(
    repositories: Sequence[Repository],
    ledger: Ledger,
    releases: Sequence[str],
    old: Reverted,
    progress: Progress,
) -> Reverted:
    """What candidates of the releases had for nothing; a release that was looked at is not again."""
    reader = qmp.Reader(surface=True)
    found, looked = set(old.found), set(old.looked)
    firsts = _list_firsts(ledger)
    for repository in repositories:
        for version, candidates in _group(repository.candidates()).items():
            if version in looked or version not in releases:
                continue
            names = {
                one.name: qmp.plain_names(reader(repository.tree(one.commit), one.name)) for one in candidates
            }
            gone = set(_list_gone(names, firsts, version_key(version)))
            progress(f"candidates of {version}: {len(gone)} elements came to nothing")
            found |= gone
            looked.add(version)
    return Reverted(found=frozenset(found), looked=frozenset(looked))


def _group(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    grouped: dict[str, list[Candidate]] = {}
    for one in candidates:
        grouped.setdefault(one.release, []).append(one)
    return grouped


def _list_firsts(ledger: Ledger) -> Mapping[str, tuple[int, ...]]:
    """The first release of each element."""
    firsts: dict[str, tuple[int, ...]] = {}
    for atom in ledger:
        first = first_release(atom.ranges)
        firsts[atom.name] = min(first, firsts.get(atom.name, first))
    return firsts


def _list_gone(
    names: Mapping[str, frozenset[str]], firsts: Mapping[str, tuple[int, ...]], release: tuple[int, ...]
) -> Iterator[tuple[str, str]]:
    for name in frozenset().union(*names.values()):
        if name not in firsts or firsts[name] > release:
            having = [candidate for candidate, known in names.items() if name in known]
            yield name, f"{having[0]}..{having[-1]}"
