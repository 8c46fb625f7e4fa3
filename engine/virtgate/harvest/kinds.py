"""The files of a ledger, one a kind of element: what reads a release for it, and how it grows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..driver import system
from ..driver.errors import DataError, TargetError
from ..upstream.ledger import Atom, Covers, Ledger, render
from .git import Readable, Source, version_key
from .releases import Progress, merge_atoms

# (name as written, type) of everything that a release has.
Pairs = Iterable[tuple[str, str]]
Reader = Callable[[Source, str], Pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One ledger file: how it is called, what it covers, and what makes a reader of one tree.

    The reader is made once for a run, so that it can keep what it parsed by blob id. What the `oldest`
    release has may be older, for none before it can be read; with None, what comes first came then.
    """

    name: str
    covers: Covers
    note: str
    make_reader: Callable[[], Reader]
    oldest: str | None = None


def read_first(tree: Readable, paths: Iterable[str]) -> str | None:
    """The text of the first of some files that a tree has; None without one."""
    found = next(filter(None, map(tree.read, paths)), None)
    return found[1].decode(errors="replace") if found else None


def file_reader(paths: Iterable[str], parse: Callable[[str], Pairs]) -> Reader:
    """What reads the first of some files that a release has, each state of it once."""
    # By its text and not by its blob's id: a tarball and a repository may both have it.
    places, known = tuple(paths), cache(lambda text: frozenset(parse(text)))
    return lambda tree, _release: () if (text := read_first(tree, places)) is None else known(text)


def folder_reader(folder: str, pattern: re.Pattern[str], parse: Callable[[bytes], Pairs]) -> Reader:
    """What reads the files of a folder that a pattern names, each state of one once."""
    known: dict[str, frozenset[tuple[str, str]]] = {}

    def read(tree: Readable, _release: str) -> Pairs:
        found: set[tuple[str, str]] = set()
        for path, blob in tree.list_blobs(folder).items():
            if pattern.match(path):
                # By its id, for releases share most files, and git takes longest to give one.
                if blob not in known:
                    content = tree.read(path)
                    known[blob] = frozenset(parse(content[1])) if content else frozenset()
                found |= known[blob]
        return found

    return read


def names_reader(kinds: Sequence[Kind]) -> Callable[[], Callable[[Source, str], Set[str]]]:
    """What makes a reader of the names of some kinds, of which a commit is looked for."""

    def make() -> Callable[[Source, str], Set[str]]:
        readers = [kind.make_reader() for kind in kinds]
        return lambda tree, label: {
            name.removesuffix("?") for read in readers for name, _ in read(tree, label) if "[" not in name
        }

    return make


def harvest_kind(
    kind: Kind,
    out: Path,
    known: Sequence[str],
    trees: Mapping[str, Source],
    progress: Progress,
    *,
    again: Set[str] = frozenset(),
    bounded: Set[str] = frozenset(),
) -> None:
    """Bring one file in `out` up to the releases that there are trees of.

    Those `known` are not read, but for those to be read `again`: what reads them has changed. What a
    `bounded` release is the first to have may be older.

    Without the file all are, so that a tree of each must be there. Raises DataError, TargetError, OSError.
    """
    path = out / f"{kind.name}.txt"
    old = list(Ledger.read(path)) if path.exists() else []
    if not path.exists():
        # A ledger without some of its releases would say of what they have that it came later.
        if missing := sorted(set(known) - set(trees), key=version_key):
            problem = f"{path}: there is no such file, and no repository given has {', '.join(missing)}"
            raise DataError((problem,))
        # What was read before is in no file: every release must be read again.
        known = ()
    fresh: dict[str, Pairs] = {}
    read = kind.make_reader()
    for version in sorted(set(trees) - (set(known) - again), key=version_key):
        try:
            fresh[version] = set(read(trees[version], version))
        except (ValueError, RecursionError) as error:
            raise TargetError(f"{kind.name} of {version}", str(error)) from None
        progress(f"{kind.name} {version}: {len(list(fresh[version]))} lines")
    doubtful = {*bounded, *([kind.oldest] if kind.oldest else [])}
    atoms = [_bound(atom, doubtful) for atom in merge_atoms(old, known, fresh)]
    write_changed(path, render(atoms, kind=kind.name, covers=kind.covers, note=kind.note))
    progress(f"{path.name}: {len(atoms)} lines, {len(fresh)} releases read")


def _bound(atom: Atom, doubtful: Set[str]) -> Atom:
    is_doubtful = str(atom.parsed_ranges.first) in doubtful
    return atom._replace(ranges=f"<={atom.ranges}") if is_doubtful else atom


def write_changed(path: Path, text: str) -> None:
    """Put a text into a file, whole or not at all; a file that has it is left alone. Raises OSError."""
    data = text.encode()
    if not path.exists() or path.read_bytes() != data:
        system.write_atomic(str(path), data, mode=0o644)
