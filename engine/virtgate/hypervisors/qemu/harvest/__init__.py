"""QEMU's history to the ledger files of `matrix/qemu/ledger`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import ExitStack
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest import commits
from ....harvest.archive import SourceTree, is_repository, open_source
from ....harvest.git import Release, Repository, Source, is_development, version_key
from ....harvest.kinds import Kind, harvest_kind, write_changed
from ....harvest.releases import (
    DOCUMENTED,
    Progress,
    merge_releases,
    read_releases,
    render_releases,
)
from ....upstream.ledger import Ledger
from ....versions import Constraint, parse_release
from . import candidates, commandline, hmp, observed, options, qmp, qom
from . import documentation as documented

OLDEST = "0.9.0"

KINDS = (qmp.KIND, hmp.KIND, qom.KIND, options.KIND, *commandline.KINDS, documented.KIND)


def _make_reader() -> Callable[[Source, str], Set[str]]:
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

    What is no repository is the source of one release: a tarball, or a folder of files. A release that
    releases.txt and the ledger have is not read again; without a ledger file, all are, and of those that the
    constraint `again` accepts every one that is found.
    Where two repositories have a release, the first one that has its tag is read. `head` is a branch of the
    first repository whose newest commit counts as the last release; it goes with the next harvest. Raises
    TargetError, DataError and OSError; files are written whole, and releases.txt last.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    documents = [Path(repo) for repo in repos if observed.is_documentation(repo)]
    sources = [repo for repo in repos if Path(repo) not in documents]
    with ExitStack() as stack:
        repositories = [stack.enter_context(Repository(str(one))) for one in sources if is_repository(one)]
        archives = [stack.enter_context(open_source(one)) for one in sources if not is_repository(one)]
        trees, found = _find_releases(repositories, archives)
        _add_head(trees, found, repositories, head, documents)
        known = [one for one in read_releases(out / "releases.txt") if not is_development(one.version)]
        releases = merge_releases(known, found)
        accepted = Constraint.parse(again) if again else None
        anew = {version for version in trees if accepted and accepted.accepts(parse_release(version))}
        anew |= {one.version for one in known if one.commit == DOCUMENTED} & trees.keys()
        names, doubtful = [one.version for one in known], set(_list_doubtful(releases))
        for kind in kinds:
            harvest_kind(kind, out, names, trees, progress, again=anew, bounded=doubtful)
        _harvest_history(out, repositories, releases, progress)
    write_changed(out / "releases.txt", render_releases(releases))
    progress(f"releases.txt: {len(releases)} releases, {len(set(releases) - set(known))} of them new")


def _add_head(
    trees: dict[str, Source],
    found: list[Release],
    repositories: Sequence[Repository],
    head: str | None,
    documents: Sequence[Path],
) -> None:
    """What is known beyond the releases: the newest commit, or what documentation of a later release adds."""
    if documents and not (head and repositories):
        raise TargetError(str(documents[0]), "needs a repository and --head, the last source before it")
    tip = repositories[0].head(head) if head and repositories else None
    if tip is None:
        return
    tree = repositories[0].tree(tip.commit)
    if not documents:
        trees[tip.version] = tree
        found.append(tip)
    for folder in documents:
        for release, files in observed.read_observed(folder, tree):
            if release.version not in trees:
                trees[release.version] = files
                found.append(release)


def _list_doubtful(releases: Iterable[Release]) -> Iterator[str]:
    """The documented releases before which some of their series were never looked at."""
    for one in releases:
        if one.commit == DOCUMENTED and parse_release(one.version).is_point:
            yield one.version


def _find_releases(
    repositories: Sequence[Repository], archives: Sequence[SourceTree]
) -> tuple[dict[str, Source], list[Release]]:
    """Every release with its files; a repository knows its commit, so that it comes before an archive."""
    alone = {archive.release().version: archive for archive in archives}
    trees: dict[str, Source] = dict(alone)
    found: dict[str, Release] = {}
    for repository in repositories:
        for release in repository.releases():
            other = found.get(release.version)
            is_better = other is None or (release.is_tagged and not other.is_tagged)
            if is_better and version_key(release.version) >= version_key(OLDEST):
                trees[release.version] = repository.tree(release.commit)
                found[release.version] = release
    return trees, [*found.values(), *(one.release() for name, one in alone.items() if name not in found)]


def _harvest_history(
    out: Path, repositories: Sequence[Repository], releases: Iterable[Release], progress: Progress
) -> None:
    """The commits behind QMP's elements, and what upstream's branch had and took back."""
    if not (out / "qmp.txt").exists():
        return
    ledger = Ledger.read(out / "qmp.txt")
    atoms = qmp.list_plain_atoms(ledger)
    commits.harvest_origins(out / commits.FILE, repositories, atoms, releases, ORIGINS, progress=progress)
    path = out / candidates.FILE
    old = candidates.read_reverted(path)
    reverted = candidates.find_reverted(repositories, ledger, releases, old, ORIGINS, progress=progress)
    write_changed(path, candidates.render_reverted(reverted))
    progress(f"{path.name}: {len(reverted.found)} lines")
