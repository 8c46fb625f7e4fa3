"""Xen's history to the ledger files of `matrix/xen/ledger`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest import commits
from ....harvest.git import Release, Repository, Tree, version_key
from ....harvest.growing import grow_ledger
from ....harvest.kinds import Kind, names_reader
from ....harvest.releases import Progress
from . import configuration, hypervisor, idl
from . import interface as libxl

OLDEST = "3.0.0"
# Tags that stand for releases which have none.
PROXIES = {
    "3.0.2": "3.0.2-branched",
    "3.0.3": "3.0.3-branched",
    "3.0.4": "3.0.4-branched",
    "3.1.0": "3.1.0-branched",
    "3.2.0": "3.2.0-rc6",
    "3.3.0": "3.3.0-branched",
    "3.4.0": "3.4.0-rc3",
}
_TAG = re.compile(r"refs/tags/RELEASE-(\d{1,4}\.\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)$")

KINDS = (*libxl.KINDS, idl.KIND, *hypervisor.KINDS, *configuration.KINDS)
# The kinds whose names a commit is looked for; no two of them can share a name.
_TRACED = ("libxl", "libxl-function", "libxl-type", "xen-config")

ORIGINS = commits.Subject(
    header="""\
# element, commit, day: the upstream commit that brought it for good, the last to do so before the first .0
# release that has it; day of the committer. Covered: libxl's macros, functions and types with their members,
# and configuration symbols; not covered: boot options, virt_caps, and types that libxl 4.1.0 had
""",
    paths=(
        *(f"{folder}/{name}" for folder in libxl.FOLDERS for name in libxl.HEADERS),
        *idl.SOURCES,
        *idl.GENERATORS,
        "xen/**/Kconfig*",
    ),
    make_reader=names_reader([kind for kind in KINDS if kind.name in _TRACED]),
)


def harvest(
    repos: Sequence[str | Path], out_dir: str | Path, progress: Progress, kinds: Sequence[Kind] = KINDS
) -> None:
    """Bring the ledger in `out_dir` up to every release that is tagged in the repositories.

    Where two repositories have a release, the first one's is read. Raises what `grow_ledger` does.
    """
    grow(Path(out_dir), "xen", repos, kinds, origins=ORIGINS, traced=_TRACED, progress=progress)


def grow(
    out: Path,
    hypervisor: str,
    repos: Sequence[str | Path],
    kinds: Sequence[Kind],
    *,
    origins: commits.Subject,
    traced: Sequence[str],
    progress: Progress,
    limit: str | None = None,
) -> None:
    """Bring one hypervisor's ledger up to Xen's releases, those before `limit` where that is one.

    `traced` are the kinds whose names a commit is looked for. Raises what `grow_ledger` does.
    """
    with ExitStack() as stack:
        repositories = [stack.enter_context(Repository(str(repo))) for repo in repos]
        found = _find_releases(repositories, limit)
        header = _head_releases(hypervisor, limit)
        grow_ledger(out, repositories, found, kinds, progress, origins=origins, traced=traced, header=header)


def list_releases(repository: Repository) -> Iterator[Release]:
    """The releases that are tagged, and those that another tag stands for, in no order."""
    proxies = {f"refs/tags/{tag}": version for version, tag in PROXIES.items()}
    for name, commit, date in repository.tags("*"):
        match = _TAG.match(name)
        version = match[1] if match else proxies.get(name)
        if version and version_key(version) >= version_key(OLDEST):
            yield Release(version=version, date=date, commit=commit, is_tagged=bool(match))


def _find_releases(repositories: Sequence[Repository], limit: str | None) -> dict[str, tuple[Release, Tree]]:
    """Each release with its files, from the first repository that has it."""
    found: dict[str, tuple[Release, Tree]] = {}
    for repository in repositories:
        for release in list_releases(repository):
            found.setdefault(release.version, (release, repository.tree(release.commit)))
    if not found:
        raise TargetError(repositories[0].path, "not Xen's history: it has no tag RELEASE-X.Y.Z")
    end = version_key(limit) if limit else None
    return {version: pair for version, pair in found.items() if end is None or version_key(version) < end}


def _head_releases(hypervisor: str, limit: str | None) -> str:
    lines = [
        f"hypervisor: {hypervisor}",
        "The repository has no release tag from 3.0.1 to 3.4.x. In their place stand, with the tag's own day"
        " and commit:",
        *(f"  {version} the tag {tag}" for version, tag in PROXIES.items()),
        "Of 3.0.1 and of the point releases of 3.0 to 3.4 nothing is known here.",
    ]
    if limit is not None:
        lines.append(f"{hypervisor} was removed before {limit} (xen@9e8672f1c36d).")
    return "".join(f"# {line}\n" for line in lines)
