"""QEMU's history to the ledger files of `matrix/qemu/ledger`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import ExitStack
from pathlib import Path

from ....harvest import commits
from ....harvest.git import Release, Repository, Tree, is_development, version_key
from ....harvest.kinds import Kind, harvest_kind, write_changed
from ....harvest.releases import Progress, read_releases, render_releases, sort_releases
from ....upstream.ledger import Ledger
from ....versions import Constraint, parse_release
from . import candidates, commandline, hmp, options, qmp, qom
from . import documentation as documented

OLDEST = "0.9.0"

KINDS = (
    Kind(name="qmp", covers=qmp.COVERS, note=qmp.NOTE, make_reader=qmp.Reader),
    Kind(name="hmp", covers=hmp.COVERS, note=hmp.NOTE, make_reader=hmp.Reader, oldest=OLDEST),
    Kind(name="qom", covers=qom.COVERS, note=qom.NOTE, make_reader=qom.Reader),
    Kind(name="option", covers=options.COVERS, note=options.NOTE, make_reader=options.Reader, oldest=OLDEST),
    Kind(
        name="command-line",
        covers=commandline.COVERS,
        note=commandline.NOTE,
        make_reader=commandline.Reader,
        oldest=OLDEST,
    ),
    Kind(
        name="block-driver",
        covers=commandline.DRIVER_COVERS,
        note=commandline.DRIVER_NOTE,
        make_reader=commandline.make_driver_reader,
        oldest=OLDEST,
    ),
    Kind(name="documented", covers=documented.COVERS, note=documented.NOTE, make_reader=documented.Reader),
)


def _make_reader() -> Callable[[commits.Snapshot, str], Set[str]]:
    reader = qmp.Reader(surface=True)
    return lambda snapshot, label: qmp.plain_names(reader(snapshot, label))


ORIGINS = commits.Subject(
    header="""\
# QMP element, commit, day: the upstream commit that brought it for good, the last to do so before the first
# .0 release that has it; day of the committer. Covered: commands, events, and their arguments and members;
# not covered: what types hold, returns, flags, and what came within the history of a release not named here
""",
    paths=(
        *(
            "VERSION",
            "qapi-schema.json",
            "qapi*.json",
            "qapi/**/*.json",
            "qmp-commands.hx",
            "qemu-monitor.hx",
        ),
        *("monitor.c", "QMP/qmp-events.txt", "docs/qmp/qmp-events.txt"),
    ),
    make_reader=_make_reader,
)


def harvest(
    repos: Sequence[str | Path],
    out_dir: str | Path,
    progress: Progress,
    kinds: Sequence[Kind] = KINDS,
    *,
    head: str | None = None,
    again: str = "",
) -> None:
    """Bring the ledger in `out_dir` up to every release found in the repositories.

    A release that releases.txt and the ledger have is not read again; without a ledger file, all are, and of
    those that the constraint `again` accepts every one that is found.
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
        accepted = Constraint.parse(again) if again else None
        anew = {version for version in trees if accepted and accepted.accepts(parse_release(version))}
        for kind in kinds:
            harvest_kind(kind, out, [release.version for release in known], trees, progress, again=anew)
        have = {release.version for release in known}
        releases = sort_releases([*known, *(release for release in found if release.version not in have)])
        _harvest_origins(out, repositories, releases, progress)
        _harvest_reverted(out, repositories, releases, progress)
    write_changed(out / "releases.txt", render_releases(releases))
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


def _harvest_origins(
    out: Path, repositories: Sequence[Repository], releases: Iterable[Release], progress: Progress
) -> None:
    ledger = Ledger.read(out / "qmp.txt") if (out / "qmp.txt").exists() else None
    if ledger is None:
        return
    path = out / commits.FILE
    commits.harvest_origins(
        path, repositories, qmp.list_plain_atoms(ledger), releases, ORIGINS, progress=progress
    )


def _harvest_reverted(
    out: Path, repositories: Sequence[Repository], releases: Iterable[Release], progress: Progress
) -> None:
    if not (out / "qmp.txt").exists():
        return
    path = out / candidates.FILE
    ledger = Ledger.read(out / "qmp.txt")
    old = candidates.read_reverted(path)
    reverted = candidates.find_reverted(repositories, ledger, releases, old, ORIGINS, progress=progress)
    write_changed(path, candidates.render_reverted(reverted))
    progress(f"{path.name}: {len(reverted.found)} lines")
