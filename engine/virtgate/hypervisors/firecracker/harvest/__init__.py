"""Firecracker's history to its ledger: each tag's API file, command lines, CPU templates and changelog."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest import commits
from ....harvest.git import Repository
from ....harvest.growing import find_tagged, grow_ledger
from ....harvest.kinds import Kind, names_reader
from ....harvest.releases import Progress
from . import swagger
from .programs import program_reader, read_server
from .snapshots import read_snapshots, read_templates

KINDS = (
    Kind(
        name="api",
        covers="complete",
        note="the operations, types, fields and values of the API file, without what it says of errors;"
        " deprecated is what its descriptions or the changelog call so",
        make_reader=swagger.make_reader,
    ),
    *(
        Kind(
            name=name,
            covers="complete",
            note=f"the options of the program {program}, and whether one takes a value",
            make_reader=partial(program_reader, program),
        )
        for name, program in (("cli", "firecracker"), ("jailer", "jailer"))
    ),
    Kind(
        name="server",
        covers="complete",
        note="the methods and the first word of each path that the server takes, in the API file or not",
        make_reader=lambda: read_server,
        oldest="0.20.0",
    ),
    Kind(
        name="cpu-template",
        covers="complete",
        note="the static CPU templates and the fields of a custom one, by the architecture that has them",
        make_reader=lambda: read_templates,
    ),
    Kind(
        name="snapshot-version",
        covers="complete",
        note="the format of snapshots since 1.7; before it, the releases that a snapshot could be made for",
        make_reader=lambda: read_snapshots,
    ),
    Kind(
        name="documented",
        covers="superset",
        note="what the changelog calls deprecated or removed, in its own words; a range says which releases"
        " list it so",
        make_reader=swagger.make_changelog_reader,
    ),
)


ORIGINS = commits.Subject(
    header="""\
# element, commit, day: the upstream commit that brought it for good to the API file, the last to do so before
# the first .0 release that has it; day of the committer
""",
    paths=swagger.PATHS,
    make_reader=names_reader(KINDS[:1]),
)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every tagged release. Raises TargetError, DataError and OSError.

    Patches are made on branches: a release is what its own tag has, whatever a lower number had.
    """
    with ExitStack() as stack:
        repositories = [stack.enter_context(Repository(str(repo))) for repo in repos]
        found = find_tagged(repositories)
        if not any(tree.read(path) for _, tree in found.values() for path in swagger.PATHS):
            raise TargetError(repositories[0].path, "no tag of it has Firecracker's API file")
        grow_ledger(Path(out_dir), repositories, found, KINDS, progress, origins=ORIGINS, traced=("api",))
