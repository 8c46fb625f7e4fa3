"""A ledger brought up to the releases that git repositories have tagged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..upstream.ledger import Atom, Ledger
from . import commits
from .git import Release, Repository, Tree
from .kinds import Kind, harvest_kind, write_changed
from .releases import HEADER, Progress, read_releases, render_releases, sort_releases


def find_tagged(repositories: Iterable[Repository]) -> dict[str, tuple[Release, Tree]]:
    """Each tagged release with its files, from the first repository that has it."""
    found: dict[str, tuple[Release, Tree]] = {}
    for repository in repositories:
        for release in repository.tagged():
            found.setdefault(release.version, (release, repository.tree(release.commit)))
    return found


def grow_ledger(
    out: Path,
    repositories: Sequence[Repository],
    found: Mapping[str, tuple[Release, Tree]],
    kinds: Iterable[Kind],
    progress: Progress,
    *,
    origins: commits.Subject | None = None,
    traced: Iterable[str] = (),
    header: str = HEADER,
) -> None:
    """Bring the files in `out` up to the releases that were found.

    A release that releases.txt and the ledger have is not read again; without a ledger file, all are.
    `traced` are the kinds whose names `origins` looks a commit for; `header` begins releases.txt. Raises
    TargetError, DataError and OSError; files are written whole, and releases.txt last.
    """
    out.mkdir(parents=True, exist_ok=True)
    known = read_releases(out / "releases.txt")
    trees = {version: tree for version, (_, tree) in found.items()}
    for kind in kinds:
        harvest_kind(kind, out, [release.version for release in known], trees, progress)
    everything = (*(release for release, _ in found.values()), *known)
    releases = sort_releases({one.version: one for one in everything}.values())
    if origins is not None:
        atoms = _list_traced(out, traced)
        path = out / commits.FILE
        commits.harvest_origins(path, repositories, atoms, releases, origins, progress=progress)
    # Last: until it names a release, a run that was interrupted reads that again.
    write_changed(out / "releases.txt", render_releases(releases, header))
    progress(f"releases.txt: {len(releases)} releases, {len(releases) - len(known)} of them new")


def _list_traced(out: Path, kinds: Iterable[str]) -> Iterator[Atom]:
    """The lines of what a commit is looked for: not of what may be older than its kind can be read."""
    for kind in kinds:
        path = out / f"{kind}.txt"
        atoms = [atom for atom in Ledger.read(path) if "[" not in atom.name] if path.exists() else []
        # What the first release that can be read has may be older than any commit that can be told.
        old = {atom.name for atom in atoms if atom.parsed_ranges.is_bounded}
        yield from (atom for atom in atoms if atom.name not in old)
