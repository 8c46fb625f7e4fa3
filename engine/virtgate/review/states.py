"""The data as two revisions of one repository have them; the work tree is one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from types import MappingProxyType

from ..conditions import KINDS, problem_of
from ..data import Catalog, read_catalog
from ..data.load import Contents
from ..data.records import UNREADABLE
from ..data.yaml import Block, Problem
from ..driver.errors import DataError, TargetError, UsageError, say_why
from ..harvest.git import Repository
from ..interface import parse_element
from ..model import Capability, Element, Path, leaves
from ..upstream.history import History
from ..upstream.ledger import LISTS
from ..upstream.status import find_used
from ..versions import Ranges

_ROWS = "capabilities"
_DATA = (_ROWS, "matrix")
# Every folder of recordings; in the first, a host's name begins with its hypervisor's.
_HOSTS = re.compile(r"tests/[^/]*hosts[^/]*/(?P<host>[^/]+)/(?:[^/]+/)*[^/]+\.(?:json|replies)(?:\.xz)?")
NAMED = "tests/hosts/"
# Where the others branch off: what a remote says of itself, then what is usual.
_DEFAULTS = ("refs/heads/main", "refs/heads/master", "refs/remotes/origin/main", "refs/remotes/origin/master")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Two revisions: commit ids, `head` None for the work tree, and what each is called."""

    base: str
    head: str | None
    base_name: str
    head_name: str


def find_span(repository: Repository, text: str | None) -> Span:
    """What `BASE..HEAD` names; `A...B` is from where the two parted, one revision is against the work tree.

    Without a text the work tree is held against where its branch parted from the default one; on the default
    branch, from the one that it follows. Raises UsageError for a revision that is none.
    """
    if text is None:
        name = _default_base(repository)
        base = repository.merge_base(_commit(repository, name), _commit(repository, "HEAD"))
        short = _short(name)
        told = short if base == repository.find_commit("HEAD^{commit}") else f"where it left {short}"
        return _span(base or _commit(repository, "HEAD"), None, told, "the work tree")
    first, dots, last = _part(text)
    base, base_name = _commit(repository, first), first
    if not dots:
        return _span(base, None, base_name, "the work tree")
    head = _commit(repository, last)
    if dots == "...":
        common = repository.merge_base(base, head)
        if common is None:
            raise UsageError(f"'{first}' and '{last}' have no commit in common")
        base, base_name = common, f"where {last} left {first}"
    return _span(base, head, base_name, last)


def _span(base: str, head: str | None, base_name: str, head_name: str) -> Span:
    return Span(base=base, head=head, base_name=base_name, head_name=head_name)


def _part(text: str) -> tuple[str, str, str]:
    """The two revisions and the dots between them; one that is left out is HEAD, as for git."""
    dots = "..." if "..." in text else ".." if ".." in text else ""
    first, _, last = text.partition(dots) if dots else (text, "", "")
    return first or "HEAD", dots, last or "HEAD"


def _commit(repository: Repository, name: str) -> str:
    found = None if "\n" in name or not name.strip() else repository.find_commit(f"{name}^{{commit}}")
    if found is None:
        raise UsageError(f"no revision '{' '.join(name.split())}' in {repository.path}")
    return found


def _default_base(repository: Repository) -> str:
    branch = repository.branch()
    told = repository.symbolic("refs/remotes/origin/HEAD")
    known = [name for name in (told, *_DEFAULTS) if name and repository.find_commit(f"{name}^{{commit}}")]
    if branch and (not known or _short(branch).rpartition("/")[2] == _short(known[0]).rpartition("/")[2]):
        upstream = repository.upstream_of(branch)
        is_here = upstream and repository.find_commit(f"{upstream}^{{commit}}")
        return upstream if upstream and is_here else "HEAD"
    return known[0] if known else "HEAD"


def _short(name: str) -> str:
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/")


class State:
    """The data of one revision, as far as today's reader can read them; `problems` say what it cannot.

    `root` is a folder with the files, `blobs` their git ids by name, recordings included. What is the same in
    the revision `before` is not read again.
    """

    def __init__(self, name: str, root: FilePath, blobs: Mapping[str, str], before: State | None) -> None:
        self.name = name
        self.root = root
        self.blobs = blobs
        self._histories: dict[str, History | None] = {}
        found: list[Problem] = []
        self._blocks: dict[str, Block] = {}
        self._contents: Contents = before._contents if before else {}
        catalog = read_catalog(root, found, blocks=self._blocks, known=self._contents)
        for hypervisor in catalog.paths:
            self._histories[hypervisor] = self._read_history(hypervisor, before, found)
        self.catalog = _mend(catalog, self._histories, found)
        self.problems = tuple(sorted(set(found)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all could be read."""
        return not (self.catalog.capabilities or self.catalog.paths or self.catalog.upstreams)

    def is_unread(self, file: str) -> bool:
        """Whether a file is there and nothing of it can be read."""
        return file in self.blobs and file not in self._blocks

    def may_have(self, row: Capability) -> bool:
        """Whether a row that another revision has is here too, readable or not."""
        rows = (value for block in self._blocks.values() for key, value in block.items() if key == _ROWS)
        return self.is_unread(row.where.file) or any(row.id in one for one in rows if isinstance(one, Block))

    def history(self, hypervisor: str) -> History | None:
        """One hypervisor's releases and ledgers; None where they cannot be read."""
        return self._histories.get(hypervisor)

    def ledger_problems(self, hypervisor: str) -> Iterator[Problem]:
        """What is wrong with the lines of a hypervisor's ledgers; reading them all takes a moment."""
        history = self._histories.get(hypervisor)
        for name in self.ledger_blobs(hypervisor) if history else ():
            ledger = history.ledger(name.removesuffix(".txt")) if history and name not in LISTS else None
            for text in ledger.problems(name) if ledger else ():
                _, line, problem = text.split(":", 2)
                file = f"matrix/{hypervisor}/ledger/{name}"
                yield Problem(file=file, line=int(line), problem=problem.strip())

    def ledger_blobs(self, hypervisor: str) -> dict[str, str]:
        """The git ids of a hypervisor's ledgers and lists, by file name."""
        start = f"matrix/{hypervisor}/ledger/"
        return {name.removeprefix(start): blob for name, blob in self.blobs.items() if name.startswith(start)}

    def recordings(self) -> dict[str, str]:
        """The recorded hosts' files by the name of their folder, or by their own where it has several."""
        found = [match for name in sorted(self.blobs) if (match := _HOSTS.fullmatch(name))]
        hosts = [match["host"] for match in found]
        return {
            host if hosts.count(host) == 1 else match[0].removeprefix(NAMED).removeprefix("tests/"): match[0]
            for match, host in zip(found, hosts, strict=True)
        }

    def _read_history(self, hypervisor: str, before: State | None, found: list[Problem]) -> History | None:
        file = f"matrix/{hypervisor}/ledger"
        is_same = before is not None and before.ledger_blobs(hypervisor) == self.ledger_blobs(hypervisor)
        history = (before.history(hypervisor) if before and is_same else None) or History(self.root / file)
        try:
            for path in sorted((self.root / file).glob("*.txt")):
                file = f"matrix/{hypervisor}/ledger/{path.name}"
                _check_text(path)
                if path.name not in LISTS:
                    history.ledger(path.stem)
            file = f"matrix/{hypervisor}/ledger/releases.txt"
            _ = history.releases
        except DataError as error:
            said = str(error).rpartition(".txt:1: ")[2].removeprefix("releases.txt: ")
            problem = f"{said}; nothing of {hypervisor} is compared"
            found.append(Problem(file=file, line=1, problem=problem))
            return None
        return history


def _check_text(path: FilePath) -> None:
    """Raises DataError for what is no file, or none of text."""
    if not path.is_file():
        raise DataError(("is not a regular file",))
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError((f"byte {error.start} is not UTF-8",)) from None
    except OSError as error:
        raise DataError((f"cannot be read: {say_why(error)}",)) from None


def read_commit(
    repository: Repository,
    commit: str,
    name: str,
    prefix: str,
    folder: FilePath,
    *,
    before: State | None = None,
) -> State:
    """The data of a commit, written below a folder; nothing of it is checked out. Raises TargetError."""
    blobs = {
        path.removeprefix(prefix): blob
        for part in (*_DATA, "tests")
        for path, blob in repository.list_blobs(commit, f"{prefix}{part}").items()
    }
    blobs = {path: blob for path, blob in blobs.items() if _is_of_data(path)}
    for part in _DATA:
        (folder / part).mkdir(parents=True)
    for path, blob in blobs.items():
        if not path.startswith("tests/"):
            old = before.root / path if before and before.blobs.get(path) == blob else None
            if old is None or not _link(old, folder / path):
                write_blob(repository, blob, folder / path)
    return State(name, folder, blobs, before)


def _link(there: FilePath, here: FilePath) -> bool:
    """Whether one file could be put under a second name: not every file system has hard links."""
    here.parent.mkdir(parents=True, exist_ok=True)
    try:
        here.hardlink_to(there)
    except OSError:
        return False
    return True


def write_blob(repository: Repository, blob: str, path: FilePath) -> None:
    """Put a blob into a file. Raises TargetError where it is missing."""
    found = repository.blob(blob)
    if found is None:
        raise TargetError(repository.path, f"object {blob} is missing")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found[1])


def read_work_tree(root: FilePath, name: str, digits: int, before: State) -> State:
    """The data as they lie in a folder, committed or not; `digits` is the length of the repository's ids."""
    folders = (*(root / part for part in _DATA), *sorted(root.glob("tests/*hosts*")))
    paths = (path for folder in folders for path in sorted(folder.rglob("*")))
    names = {path.relative_to(root).as_posix(): path for path in paths if path.is_file()}
    blobs = {name: _blob_id(path, digits) for name, path in names.items() if _is_of_data(name)}
    return State(name, root, blobs, before)


def _blob_id(path: FilePath, digits: int) -> str:
    """The id that git would give a file's content; empty where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    head = b"blob %d\0" % len(content)
    return (hashlib.sha256 if digits == 64 else hashlib.sha1)(
        head + content, usedforsecurity=False
    ).hexdigest()


def _is_of_data(path: str) -> bool:
    """Whether a file is data: neither what is computed from them nor a text about them."""
    match path.split("/"):
        case ["capabilities" | "matrix", file]:
            return file.endswith(".yaml")
        case ["matrix", hypervisor, file]:
            return hypervisor != ".." and file.endswith(".yaml")
        case ["matrix", hypervisor, "ledger", file]:
            return hypervisor != ".." and file.endswith(".txt")
        case ["tests", *inner]:
            return ".." not in inner and _HOSTS.fullmatch(path) is not None
    return False


def _mend(catalog: Catalog, histories: Mapping[str, History | None], found: list[Problem]) -> Catalog:
    """The catalog without what cannot be decided on, so that the rest of it can."""
    paths = {
        hypervisor: MappingProxyType(
            {
                key: kept
                for key, rows in support.items()
                if (kept := tuple(_readable(rows, histories[hypervisor], found)))
            }
        )
        for hypervisor, support in catalog.paths.items()
    }
    rows = MappingProxyType(dict(sorted(_without_circles(catalog.capabilities))))
    return replace(catalog, capabilities=rows, paths=MappingProxyType(paths))


def _readable(paths: Iterable[Path], history: History | None, found: list[Problem]) -> Iterator[Path]:
    for path in paths:
        problem = _trouble(path, history) if history is not None else None
        if problem is None:
            yield path
        elif path.when != UNREADABLE:
            problem = f"'{path.name}' of '{path.capability}' is left out: {problem}"
            found.append(Problem(file=path.where.file, line=path.where.line, problem=problem))


def _trouble(path: Path, history: History) -> str | None:
    """Why nothing can be decided of a path; None when it can."""
    if path.when == UNREADABLE:
        return "its 'when' cannot be read"
    named: list[Element] = []
    conditions = (
        path.when,
        path.usable,
        *(one.when for one in path.divergent),
        *(d.witness for d in path.broken),
    )
    for leaf in (leaf for condition in conditions for leaf in leaves(condition)):
        problem = problem_of(leaf, path.hypervisor)
        if problem:
            return problem
        named += KINDS[leaf.kind].elements(leaf.terms)
    try:
        for element in (*named, *find_used(path, named)):
            if element.kind == "qmp":
                parse_element(element.name)
        told = path.deprecated
        typed = [stated.release for stated in (path.since, path.until) if stated]
        for text in (*typed, *((told.since, told.removed) if told else ())):
            if text is not None and text != "unreleased":
                history.version_of(text)
        for defect in path.broken:
            Ranges.parse(defect.releases)
    except ValueError as error:
        return str(error)
    return None


def _without_circles(rows: Mapping[str, Capability]) -> Iterator[tuple[str, Capability]]:
    """The rows without needs that are no rows, or that lead back to where they came from."""
    done: set[str] = set()
    rest = dict(rows)
    while rest:
        ready = [
            key for key, row in rest.items() if all(need in done or need not in rows for need in row.needs)
        ]
        # None is ready: they wait for each other.
        for key in ready or list(rest):
            row = rest.pop(key)
            yield key, replace(row, needs=tuple(need for need in row.needs if need in done))
        done.update(ready or [key for key in rows if key not in rest])
