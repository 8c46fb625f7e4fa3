"""QEMU's history to the ledger files of `matrix/qemu/ledger`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .. import door
from ..errors import DataError
from ..ledger import Covers, Ledger, render
from . import candidates, commits, documented, hmp, options, qmp, qom
from .git import Release, Repository, Tree, is_development, version_key
from .releases import Progress, merge_atoms, read_releases, render_releases, sort_releases

OLDEST = "0.9.0"

# (name as written, type) of everything that a release has.
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One ledger file: how it is called, what it covers, and what makes a reader of one tree.

    The reader is made once for a run, so that it can keep what it parsed by blob id.
    """

    name: str
    covers: Covers
    note: str
    make_reader: Callable[[], Callable[[Tree, str], Pairs]]


KINDS = (
    Kind(name="qmp", covers=qmp.COVERS, note=qmp.NOTE, make_reader=qmp.Reader),
    Kind(name="hmp", covers=hmp.COVERS, note=hmp.NOTE, make_reader=hmp.Reader),
    Kind(name="qom", covers=qom.COVERS, note=qom.NOTE, make_reader=qom.Reader),
    Kind(name="option", covers=options.COVERS, note=options.NOTE, make_reader=options.Reader),
    Kind(name="documented", covers=documented.COVERS, note=documented.NOTE, make_reader=documented.Reader),
)


def harvest(
    repos: Sequence[str | Path],
    out_dir: str | Path,
    progress: Progress,
    kinds: Sequence[Kind] = KINDS,
    head: str | None = None,
) -> None:
    """Bring the ledger in `out_dir` up to every release found in the repositories.

    A release that releases.txt and the ledger have is not read again; without a ledger file, all are.
    Where two repositories have a release, the first one that has its tag is read. `head` is a branch of the
    first repository whose newest commit counts as the last release; it goes with the next harvest. Raises
    TargetError, DataError and OSError; files are written whole, and releases.txt last.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        repositories = [stack.enter_context(Repository(str(repo))) for repo in repos]
        trees, found = _find_releases(repositories)
        known = [one for one in read_releases(out / "releases.txt") if not is_development(one.version)]
        if head and (tip := repositories[0].head(head)):
            trees[tip.version] = repositories[0].tree(tip.commit)
            found.append(tip)
        for kind in kinds:
            _harvest_kind(kind, out, [release.version for release in known], trees, progress)
        have = {release.version for release in known}
        releases = sort_releases([*known, *(release for release in found if release.version not in have)])
        _harvest_origins(out, repositories, releases, progress)
        _harvest_reverted(out, repositories, releases, progress)
    _write_changed(out / "releases.txt", render_releases(releases))
    progress(f"releases.txt: {len(releases)} releases, {len(releases) - len(known)} of them new")


def _find_releases(repositories: Sequence[Repository]) -> tuple[dict[str, Tree], list[Release]]:
    trees: dict[str, Tree] = {}
    found: dict[str, Release] = {}
    for repository in repositories:
        for release in repository.releases():
            other = found.get(release.version)
            is_better = other is None or (release.is_tagged and not other.is_tagged)
            if is_better and version_key(release.version) >= version_key(OLDEST):
                trees[release.version] = repository.tree(release.commit)
                found[release.version] = release
    return trees, list(found.values())


def _harvest_kind(
    kind: Kind, out: Path, known: Sequence[str], trees: Mapping[str, Tree], progress: Progress
) -> None:
    path = out / f"{kind.name}.txt"
    old = list(Ledger.read(path)) if path.exists() else []
    if not path.exists():
        if missing := sorted(set(known) - set(trees), key=version_key):
            problem = f"{path}: there is no such file, and no repository given has {', '.join(missing)}"
            raise DataError((problem,))
        known = ()
    fresh: dict[str, Pairs] = {}
    read = kind.make_reader()
    for version in sorted(set(trees) - set(known), key=version_key):
        fresh[version] = set(read(trees[version], version))
        progress(f"{kind.name} {version}: {len(list(fresh[version]))} lines")
    atoms = merge_atoms(old, known, fresh)
    _write_changed(path, render(atoms, kind=kind.name, covers=kind.covers, note=kind.note))
    progress(f"{path.name}: {len(atoms)} lines, {len(fresh)} releases read")


def _harvest_origins(
    out: Path, repositories: Sequence[Repository], releases: Iterable[Release], progress: Progress
) -> None:
    ledger = Ledger.read(out / "qmp.txt") if (out / "qmp.txt").exists() else None
    if ledger is None:
        return
    path = out / commits.FILE
    old = commits.read_origins(path)
    origins = commits.find_origins(repositories, ledger, releases, old, progress)
    _write_changed(path, commits.render_origins(origins))
    progress(
        f"{path.name}: {len(origins.found)} lines, {len(origins.looked - old.looked)} releases looked through"
    )


def _harvest_reverted(
    out: Path, repositories: Sequence[Repository], releases: Iterable[Release], progress: Progress
) -> None:
    if not (out / "qmp.txt").exists():
        return
    path = out / candidates.FILE
    ledger = Ledger.read(out / "qmp.txt")
    versions = [release.version for release in releases]
    old = candidates.read_reverted(path)
    reverted = candidates.find_reverted(repositories, ledger, versions, old, progress)
    _write_changed(path, candidates.render_reverted(reverted))
    progress(f"{path.name}: {len(reverted.found)} lines")


def _write_changed(path: Path, text: str) -> None:
    data = text.encode()
    if not path.exists() or path.read_bytes() != data:
        door.write_atomic(str(path), data, mode=0o644)
