"""Xen's history to the ledger files of `matrix/xen/ledger`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest import commits
from ....harvest.git import Readable, Release, Repository, Tree, version_key
from ....harvest.growing import grow_ledger
from ....harvest.kinds import Kind
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

KINDS = (
    Kind(name="libxl", covers=libxl.COVERS, note=libxl.MACRO_NOTE, make_reader=libxl.make_macro_reader),
    Kind(
        name="libxl-function", covers=libxl.COVERS, note=libxl.FUNCTION_NOTE, make_reader=libxl.FunctionReader
    ),
    Kind(name="libxl-type", covers=idl.COVERS, note=idl.NOTE, make_reader=idl.Reader, oldest=idl.OLDEST),
    Kind(
        name="virt-cap",
        covers=hypervisor.VIRT_CAP_COVERS,
        note=hypervisor.VIRT_CAP_NOTE,
        make_reader=hypervisor.VirtCapReader,
    ),
    Kind(
        name="xen-cap",
        covers=hypervisor.XEN_CAP_COVERS,
        note=hypervisor.XEN_CAP_NOTE,
        make_reader=hypervisor.make_xen_cap_reader,
    ),
    Kind(
        name="xen-config",
        covers=hypervisor.CONFIG_COVERS,
        note=hypervisor.CONFIG_NOTE,
        make_reader=hypervisor.make_config_reader,
    ),
    Kind(
        name="xen-option",
        covers=hypervisor.OPTION_COVERS,
        note=hypervisor.OPTION_NOTE,
        make_reader=hypervisor.make_option_reader,
    ),
    Kind(
        name="xl-cfg",
        covers=configuration.COVERS,
        note=configuration.KEY_NOTE,
        make_reader=configuration.make_key_reader,
    ),
    Kind(
        name="xl-cfg-option",
        covers=configuration.COVERS,
        note=configuration.OPTION_NOTE,
        make_reader=configuration.make_option_reader,
        oldest=configuration.FIRST_OPTIONS,
    ),
)
# The kinds whose names a commit is looked for; no two of them can share a name.
_TRACED: Mapping[str, Callable[[], Callable[[Readable, str], Iterable[tuple[str, str]]]]] = {
    "libxl": libxl.make_macro_reader,
    "libxl-function": libxl.FunctionReader,
    "libxl-type": idl.Reader,
    "xen-config": hypervisor.make_config_reader,
}


def _make_reader() -> Callable[[commits.Snapshot, str], Set[str]]:
    readers = [make() for make in _TRACED.values()]
    return lambda snapshot, label: {
        name for read in readers for name, _ in read(snapshot, label) if "[" not in name
    }


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
    make_reader=_make_reader,
)


def harvest(
    repos: Sequence[str | Path], out_dir: str | Path, progress: Progress, kinds: Sequence[Kind] = KINDS
) -> None:
    """Bring the ledger in `out_dir` up to every release that is tagged in the repositories.

    Where two repositories have a release, the first one's is read. Raises what `grow_ledger` does.
    """
    grow(Path(out_dir), "xen", repos, kinds, origins=ORIGINS, traced=tuple(_TRACED), progress=progress)


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
