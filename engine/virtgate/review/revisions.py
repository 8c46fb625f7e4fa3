"""Two revisions of the data, reviewed: what changed for whom, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from ..ask.answering import host_of_release
from ..ask.targets import Target, read_facts
from ..decide import decide
from ..decide.sentences import evidence_of
from ..decide.standing import first_ranges
from ..errors import RecordingError, UsageError
from ..facts import Facts
from ..harvest.git import Repository
from ..model import Where
from ..policy import Policy
from .claims import Remark, find_remarks, find_returned, known_problems, unreadable
from .effect import Pairs
from .meaning import Effects, find_effects
from .said import downstream_edits, upstream_edits
from .states import Span, State, read_commit, read_work_tree, write_blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What else an edit says: of a file, in words."""

    file: str
    text: str


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
        head = read_work_tree(root, names[1], len(span.base))
    else:
        names[1] = _name(span.head_name, span.head)
        head = read_commit(repository, span.head, names[1], prefix, folder / "head")
    if base.is_empty and base.problems:
        message = f"the data of {base.name} cannot be read at all: {base.problems[0]}"
        raise UsageError(message)
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
        remarks=tuple(sorted((*remarks, *hosts.remarks), key=_place)),
        notes=tuple(_notes(base, head)),
        effects=effects,
        base_problems=tuple(
            str(one) for one in base.problems if (one.file, one.problem) not in known_problems(head)
        ),
    )


def _name(name: str, commit: str) -> str:
    """What a revision is called, with its commit where that is another text."""
    return commit[:10] if commit.startswith(name) else f"{name} ({commit[:10]})"


def _place(remark: Remark) -> tuple[int, str, int]:
    return ("error", "warning", "note").index(remark.level), remark.where.file, remark.where.line


def _returned(repository: Repository, base: str, prefix: str, pairs: Pairs) -> Iterator[Remark]:
    """New ids that the history had for something else."""
    new = {one: pairs.after[one].title for old, one in pairs if one and not old}
    for name, before in find_returned(base, prefix, new, repository).items() if pairs.before else ():
        message = f"id '{name}' was something else until {before}"
        yield Remark(rule="id-reused", level="error", message=message, where=pairs.after[name].where)


class _Hosts:
    """The recorded hosts of the newer side; each is read when its hypervisor is compared."""

    def __init__(self, repository: Repository, head: State, folder: FilePath, *, is_work_tree: bool) -> None:
        self._repository = repository
        self._head = head
        self._folder = head.root if is_work_tree else folder
        self._is_work_tree = is_work_tree
        self.remarks: list[Remark] = []

    def of(self, hypervisor: str) -> dict[str, Facts]:
        """The facts of a hypervisor's recorded hosts by name; a recording begins with what it is of."""
        found = {}
        for name, file in self._head.recordings().items():
            if name.startswith(f"{hypervisor}-"):
                facts = self._read(file)
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


def _notes(base: State, head: State) -> Iterator[Note]:
    """What changed besides capabilities and their paths."""
    for hypervisor in sorted({*base.catalog.upstreams, *head.catalog.upstreams}):
        then, now = (state.catalog.upstreams.get(hypervisor) for state in (base, head))
        file = f"matrix/{hypervisor}/upstream.yaml"
        if then is None or now is None:
            yield Note(file=file, text=f"hypervisor {hypervisor} is {'gone' if now is None else 'new'}")
        else:
            yield from (Note(file=file, text=text) for text in upstream_edits(then, now))
    for hypervisor in sorted({*base.catalog.downstreams, *head.catalog.downstreams}):
        yield from _downstream_notes(base, head, hypervisor)
    for hypervisor in sorted({*base.catalog.vocabularies, *head.catalog.vocabularies}):
        yield from _vocabulary_notes(base, head, hypervisor)
    for name in sorted({*base.blobs, *head.blobs}):
        if name.endswith(".txt") and base.blobs.get(name) != head.blobs.get(name):
            yield from _ledger_notes(base, head, name)


def _downstream_notes(base: State, head: State, hypervisor: str) -> Iterator[Note]:
    file = f"matrix/{hypervisor}/downstreams.yaml"
    then, now = (state.catalog.downstreams.get(hypervisor, {}) for state in (base, head))
    gone = [name for name in then if name not in now]
    come = [f"{name} ({now[name].kind})" for name in now if name not in then]
    for names, what in ((come, "new"), (gone, "gone")):
        if names:
            yield Note(file=file, text=f"{what}: {', '.join(names)}")
    for name in now:
        if name in then:
            yield from (
                Note(file=file, text=f"{name}: {text}") for text in downstream_edits(then[name], now[name])
            )


def _vocabulary_notes(base: State, head: State, hypervisor: str) -> Iterator[Note]:
    then, now = (state.catalog.vocabularies.get(hypervisor, ()) for state in (base, head))
    file = f"matrix/{hypervisor}/vocabularies.yaml"
    old = {(one.who, one.edition): one.lacks for one in then}
    new = {(one.who, one.edition): one.lacks for one in now}
    nothing: frozenset[str] = frozenset()
    for key in sorted({*old, *new}):
        before, after = old.get(key, nothing), new.get(key, nothing)
        lost, gained = after - before, before - after
        told = [f"lacks {len(lost)} more names"] if lost else []
        told += [f"has {len(gained)} more names"] if gained else []
        if told:
            yield Note(file=file, text=f"{key[0]} {key[1]} {', '.join(told)}")


def _ledger_notes(base: State, head: State, name: str) -> Iterator[Note]:
    texts = [
        (state.root / name).read_text(encoding="utf-8", errors="replace").splitlines()
        if name in state.blobs
        else []
        for state in (base, head)
    ]
    old, new = (Counter(line for line in lines if not line.startswith("#")) for lines in texts)
    come, gone = (new - old).total(), (old - new).total()
    if name not in base.blobs:
        yield Note(file=name, text=f"is new: +{come} lines")
    elif name not in head.blobs:
        yield Note(file=name, text=f"is gone: -{gone} lines")
    elif come or gone:
        yield Note(file=name, text=f"+{come} -{gone} lines")
    if name.endswith("/commits.txt"):
        yield from _evidence_notes(base, head, name)


def _evidence_notes(base: State, head: State, name: str) -> Iterator[Note]:
    """How many paths have another commit behind them in the newest release that both sides know."""
    hypervisor = name.split("/")[1]
    then, now = base.history(hypervisor), head.history(hypervisor)
    if then is None or now is None or not then.releases or not now.releases:
        return
    release = then.releases[-1].name
    evidence = []
    for state, history in ((base, then), (head, now)):
        decisions = decide(state.catalog, host_of_release(hypervisor, release), history, None, Policy())
        evidence.append(
            {
                (key, one.path.name): evidence_of(one, first_ranges(one.standing, history), history)
                for key, decision in decisions.items()
                for one in decision.paths
            }
        )
    both = set(evidence[0]) & set(evidence[1])
    changed = sum(evidence[0][key] != evidence[1][key] for key in both)
    yield Note(file=name, text=f"{changed} of {len(both)} paths have another commit behind them")
