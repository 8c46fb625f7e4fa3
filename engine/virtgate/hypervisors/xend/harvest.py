"""Xen's history to the ledger files of `matrix/xend/ledger`: what a xend can be asked to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from pathlib import Path

from ...harvest import commits
from ...harvest.git import Readable
from ...harvest.kinds import Kind
from ...harvest.releases import Progress
from ...upstream.ledger import Covers
from ..xen import harvest as xen
from .source import FILES, read_device_classes, read_operations

FOLDER = "tools/python/xen"
# The release whose tree has no xend any more (xen@9e8672f1c36d).
WITHOUT_XEND = "4.5.0"
COVERS: Covers = "complete"
OPERATION_NOTE = (
    "the operations over HTTP of a domain and of the list of domains, each argument with its type; the"
    " methods over XML-RPC but those of XenAPI and xend.security, each argument with its place; dev=mac is a"
    " kind of value"
)
CLASS_NOTE = "the classes of devices that a domain's configuration may have"


class _Reader(ABC):
    """Reads what of a tree's xend tells, each state of those files once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], frozenset[tuple[str, str]]] = {}

    def __call__(self, tree: Readable, _release: str) -> Iterable[tuple[str, str]]:
        """The names with their types."""
        found = {name: blob for name in FILES if (blob := tree.read(f"{FOLDER}/{name}"))}
        state = tuple(blob for blob, _ in found.values())
        if state not in self._known:
            texts = {name: content.decode(errors="replace") for name, (_, content) in found.items()}
            self._known[state] = frozenset(self.list_pairs(texts))
        return self._known[state]

    @abstractmethod
    def list_pairs(self, files: dict[str, str]) -> Iterator[tuple[str, str]]:
        """What these texts tell."""


class OperationReader(_Reader):
    """Reads the operations of one tree after another."""

    def list_pairs(self, files: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Operations, methods and their arguments."""
        for name, arguments in read_operations(files).items():
            yield name, "method" if "." in name else "op"
            yield from ((f"{name}.{one}", one.type) for one in arguments)


class ClassReader(_Reader):
    """Reads the classes of devices of one tree after another."""

    def list_pairs(self, files: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The classes."""
        yield from ((name, "device-class") for name in read_device_classes(files))


KINDS = (
    Kind(name="op", covers=COVERS, note=OPERATION_NOTE, make_reader=OperationReader),
    Kind(name="device-class", covers=COVERS, note=CLASS_NOTE, make_reader=ClassReader),
)


def _make_reader() -> Callable[[commits.Snapshot, str], Set[str]]:
    readers = (OperationReader(), ClassReader())

    def read(snapshot: commits.Snapshot, label: str) -> Set[str]:
        return {name.removesuffix("?") for one in readers for name, _ in one(snapshot, label)}

    return read


ORIGINS = commits.Subject(
    header="""\
# element, commit, day: the upstream commit that brought it for good, the last to do so before the first .0
# release that has it; day of the committer
""",
    paths=tuple(f"{FOLDER}/{name}" for name in FILES),
    make_reader=_make_reader,
)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every release of Xen that had xend, as `xen.harvest` does."""
    xen.grow(
        Path(out_dir),
        "xend",
        repos,
        KINDS,
        origins=ORIGINS,
        traced=tuple(kind.name for kind in KINDS),
        progress=progress,
        limit=WITHOUT_XEND,
    )
