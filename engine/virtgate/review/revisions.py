"""Two revisions of the data, reviewed: what changed for whom, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from ..ask.targets import Target, read_facts
from ..driver.errors import RecordingError, UsageError
from ..facts import Facts
from ..harvest.git import Repository
from ..model import Where
from .causes import fold_consequences
from .claims import Remark, find_remarks, find_returned, known_problems, unreadable
from .effect import Pairs
from .meaning import Effects, find_effects
from .notes import Note, find_notes
from .states import NAMED, Span, State, read_commit, read_work_tree, write_blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The whole of it. `base` and `head` are what the two sides are called; `files` are those that differ.

    `base_problems` are what today's reader refuses in the older side only.
    """

    base: str
    head: str
    files: tuple[str, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]
    effects: Effects
    base_problems: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether anything of it must not be merged."""
        return any(remark.level == "error" for remark in self.remarks)


def review_span(
    repository: Repository, root: FilePath, span: Span, folder: FilePath, clones: Mapping[str, Repository]
) -> Review:
    """What a change means; `root` is where the data lie in the work tree, `folder` an empty one to use.

    Raises TargetError when git fails, UsageError when nothing of the older side can be read.
    """
    prefix = root.relative_to(repository.top()).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    names = [_name(span.base_name, span.base), span.head_name]
    base = read_commit(repository, span.base, names[0], prefix, folder / "base")
    if span.head is None:
        head = read_work_tree(root, names[1], len(span.base), base)
    else:
        names[1] = _name(span.head_name, span.head)
        head = read_commit(repository, span.head, names[1], prefix, folder / "head", before=base)
    if base.is_empty and base.problems:
        raise UsageError(f"the data of {base.name} cannot be read at all: {base.problems[0]}")
    hosts = _Hosts(repository, head, folder / "hosts", is_work_tree=span.head is None)
    pairs = Pairs(base.catalog, head.catalog)
    effects = find_effects(base, head, pairs, hosts.of)
    remarks = [*find_remarks(base, head, pairs, clones), *_returned(repository, span.base, prefix, pairs)]
    for hypervisor in effects.unjudged:
        remarks += map(unreadable, head.ledger_problems(hypervisor))
    files = sorted({*base.blobs, *head.blobs})
    return Review(
        base=base.name,
        head=head.name,
        files=tuple(name for name in files if base.blobs.get(name) != head.blobs.get(name)),
        remarks=fold_consequences((*remarks, *hosts.remarks)),
        notes=tuple(find_notes(base, head)),
        effects=effects,
        base_problems=tuple(
            str(one) for one in base.problems if (one.file, one.problem) not in known_problems(head)
        ),
    )


def _name(name: str, commit: str) -> str:
    """What a revision is called, with its commit where that is another text."""
    return commit[:10] if commit.startswith(name) else f"{name} ({commit[:10]})"


def _returned(repository: Repository, base: str, prefix: str, pairs: Pairs) -> Iterator[Remark]:
    """New ids that the history had for something else."""
    new = {one: pairs.after[one].title for old, one in pairs if one and not old}
    for name, before in find_returned(base, prefix, new, repository).items() if pairs.before else ():
        message = f"id '{name}' was something else until {before}"
        yield Remark(rule="id-reused", level="error", message=message, where=pairs.after[name].where)


class _Hosts:
    """The recorded hosts of the newer side; each is read once, when its hypervisor may be compared."""

    def __init__(self, repository: Repository, head: State, folder: FilePath, *, is_work_tree: bool) -> None:
        self._repository = repository
        self._head = head
        self._folder = head.root if is_work_tree else folder
        self._is_work_tree = is_work_tree
        self._known: dict[str, Facts | None] = {}
        self.remarks: list[Remark] = []

    def of(self, hypervisor: str) -> dict[str, Facts]:
        """The facts of a hypervisor's recorded hosts by name; where the name does not tell, the file does."""
        found = {}
        for name, file in self._head.recordings().items():
            if file.startswith(NAMED) and not name.startswith(f"{hypervisor}-"):
                continue
            if file not in self._known:
                self._known[file] = self._read(file)
            facts = self._known[file]
            if facts is not None and facts.hypervisor == hypervisor:
                found[name] = facts
        return found

    def _read(self, file: str) -> Facts | None:
        path = self._folder / file
        try:
            if not self._is_work_tree:
                write_blob(self._repository, self._head.blobs[file], path)
            return read_facts(Target.parse(str(path)))
        except RecordingError as error:
            where = Where(file=file, line=1)
            self.remarks.append(
                Remark(rule="unreadable", level="warning", message=error.problem, where=where)
            )
        return None
