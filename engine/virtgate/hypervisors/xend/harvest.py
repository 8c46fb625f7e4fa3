"""Xen's history to the ledger files of `matrix/xend/ledger`: what a xend can be asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from ...harvest import commits
from ...harvest.git import Readable
from ...harvest.kinds import Kind, Pairs, Reader, names_reader, read_first
from ...harvest.releases import Progress
from ..xen import harvest as xen
from .source import FILES, read_device_classes, read_operations

FOLDER = "tools/python/xen"
# The release whose tree has no xend any more (xen@9e8672f1c36d).
WITHOUT_XEND = "4.5.0"


def make_reader(list_pairs: Callable[[Mapping[str, str]], Pairs]) -> Reader:
    """What reads what of a tree's xend tells, each state of those files once."""
    known = cache(lambda files: frozenset(list_pairs(dict(files))))

    def read(tree: Readable, _release: str) -> Pairs:
        # All of them: what one file registers, another defines.
        texts = ((name, read_first(tree, [f"{FOLDER}/{name}"])) for name in FILES)
        return known(tuple((name, text) for name, text in texts if text is not None))

    return read


def _list_operations(files: Mapping[str, str]) -> Pairs:
    for name, arguments in read_operations(files).items():
        yield name, "method" if "." in name else "op"
        yield from ((f"{name}.{one}", one.type) for one in arguments)


KINDS = (
    Kind(
        name="op",
        covers="complete",
        note="the operations over HTTP of a domain and of the list of domains, each argument with its type;"
        " the methods over XML-RPC but those of XenAPI and xend.security, each argument with its place;"
        " dev=mac is a kind of value",
        make_reader=lambda: make_reader(_list_operations),
    ),
    Kind(
        name="device-class",
        covers="complete",
        note="the classes of devices that a domain's configuration may have",
        make_reader=lambda: make_reader(
            lambda files: ((name, "device-class") for name in read_device_classes(files))
        ),
    ),
)

ORIGINS = commits.Subject(
    header="""\
# element, commit, day: the upstream commit that brought it for good, the last to do so before the first .0
# release that has it; day of the committer
""",
    paths=tuple(f"{FOLDER}/{name}" for name in FILES),
    make_reader=names_reader(KINDS),
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
