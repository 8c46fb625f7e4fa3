"""toyvisor's history to its ledger: each release's FEATURES file, a feature a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...harvest.git import Repository, Source
from ...harvest.kinds import Kind, harvest_kind, write_changed
from ...harvest.releases import Progress, read_releases, render_releases, sort_releases


def _make_reader() -> Callable[[Source, str], Iterator[tuple[str, str]]]:
    def read(tree: Source, _release: str) -> Iterator[tuple[str, str]]:
        found = tree.read("FEATURES")
        yield from ((line, "feature") for line in (found[1].decode().split() if found else ()))

    return read


KIND = Kind(name="feature", covers="complete", note="the lines of FEATURES", make_reader=_make_reader)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every tagged release. Raises DataError, TargetError and OSError."""
    out = Path(out_dir)
    with Repository(str(repos[0])) as repository:
        known = read_releases(out / "releases.txt")
        names = [one.version for one in known]
        fresh = [one for one in repository.tagged() if one.version not in names]
        trees = {one.version: repository.tree(one.commit) for one in fresh}
        harvest_kind(KIND, out, names, trees, progress)
        write_changed(out / "releases.txt", render_releases(sort_releases([*known, *fresh])))
