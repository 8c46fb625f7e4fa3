"""All files read, put together, and checked against each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any

from ..conditions import KINDS
from ..conditions.machine import number_names
from ..driver import system
from ..driver.errors import DataError, say_why
from ..model import Branch, Capability, Downstream, Edition, Leaf, Moves, Path, Shipped, Upstream, leaves
from ..upstream.ledger import Ledger
from .catalog import Catalog
from .check import check
from .collector import collector_off
from .distributions import read_distributions
from .downstreams import read_downstreams
from .forms import find_form_problems
from .move_rules import read_moves
from .records import read_capabilities, read_support, read_upstream
from .root import NUMBERS, data_files, data_root, find_odd
from .taking import Desk
from .vocabularies import read_vocabularies
from .yaml import Block, Problem, Text, read


@collector_off()
def load_catalog(given: str | None = None) -> Catalog:
    """The data, from `given` or where it is installed. Raises DataError with every problem found."""
    root = data_root(given)
    found = odd_files(root)
    if found:
        raise DataError(tuple(map(str, found)))
    catalog = read_catalog(root, found)
    if found:
        # The schemas' words, where jsonschema is there to say them.
        with suppress(ImportError):
            told: list[Problem] = []
            read_catalog(root, told, is_full=True)
            found = told or found
        raise DataError(tuple(str(problem) for problem in sorted(found)))
    return catalog


def odd_files(root: FilePath) -> list[Problem]:
    """Each file of the data that may not even be opened."""
    return sorted(Problem(file=name, line=1, problem=problem) for name, problem in find_odd(root))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one file holds: as it was written, and the records `made` of it, with every problem in it."""

    kind: str
    block: Block
    made: Any
    problems: tuple[Problem, ...]


Contents = dict[tuple[str, bytes, bytes], Content]
"""What files hold, by their name, their bytes, and those of the ledger that tells numbers."""


def read_catalog(
    root: FilePath,
    found: list[Problem],
    files: Iterable[FilePath] | None = None,
    blocks: dict[str, Block] | None = None,
    *,
    known: Contents | None = None,
    is_full: bool = False,
) -> Catalog:
    """The data as far as it can be read; every problem in every file goes to `found`.

    `blocks` gets what each file holds, by the file's name, for who wants to see it as it was written. `known`
    spares who reads the data of several revisions most of each after the first. Only a full reading holds
    each file against its schema; any other refuses what it cannot make records of.
    """
    builder = _Builder(root, found, {} if blocks is None else blocks, known, is_full=is_full)
    for file in data_files(root) if files is None else files:
        builder.add(file)
    return builder.finish()


class _Builder:
    """Collects the files' records, then checks what needs all of them."""

    def __init__(
        self,
        root: FilePath,
        found: list[Problem],
        blocks: dict[str, Block],
        known: Contents | None,
        *,
        is_full: bool,
    ) -> None:
        self.is_full = is_full
        self.known = {} if known is None else known
        self.root = root
        self.found = found
        self.blocks = blocks
        self.unread: set[str] = set()
        self.capabilities: dict[str, Capability] = {}
        self.paths: dict[str, dict[str, tuple[Path, ...]]] = {}
        self.upstreams: dict[str, Upstream] = {}
        self.vocabularies: dict[str, tuple[Edition, ...]] = {}
        self.downstreams: dict[str, dict[str, Downstream]] = {}
        self.distributions: dict[str, tuple[Shipped, ...]] = {}
        self.moves: dict[str, Moves] = {}

    @cached_property
    def _numbered(self) -> bytes:
        """The ledger of KVM's capabilities; empty where there is none."""
        path = self.root / NUMBERS
        return path.read_bytes() if path.is_file() else b""

    @cached_property
    def numbers(self) -> Mapping[str, Mapping[str, str]]:
        """The number that each KVM capability's name has, and the kernels where the number is that name's."""
        name = NUMBERS
        try:
            atoms = Ledger.parse(self._numbered.decode(), name) if self._numbered else ()
            return number_names((atom.name, atom.type, atom.parsed_ranges) for atom in atoms)
        except (DataError, UnicodeDecodeError) as error:
            problem = str(error).removeprefix(f"{name}:1: ")
            self.found.append(Problem(file=name, line=1, problem=problem))
            return {}

    def add(self, file: FilePath) -> None:
        name = file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else file.as_posix()
        desk = Desk(name, self.found, self.numbers, is_told=self.is_full)
        content = None
        try:
            if system.is_there(file) and not system.is_file(file):
                desk.report(None, "is not a regular file")
            else:
                content = self._read(file, name, file.read_bytes())
        except OSError as error:
            desk.report(None, f"cannot be read: {say_why(error)}")
        if content is None:
            self.unread.add(name)
            return
        self.blocks[name] = content.block
        self.found += content.problems
        getattr(self, f"_add_{content.kind}")(desk, content.made)

    def _read(self, file: FilePath, name: str, data: bytes) -> Content | None:
        """What a file holds; None where nothing of it can be read."""
        key = (name, data, self._numbered)
        if key in self.known:
            return self.known[key]
        found: list[Problem] = []
        block = read(data, name, found)
        if block is None:
            self.found += found
            return None
        desk = Desk(name, found, self.numbers, is_told=self.is_full)
        self._check_folder(desk, file, block)
        kind = _kind_of(name, block)
        if self.is_full:
            found += find_form_problems(kind, block, name)
        made = _READERS[kind](desk, block)
        content = Content(kind=kind, block=block, made=made, problems=tuple(found))
        self.known[key] = content
        return content

    def _check_folder(self, desk: Desk, file: FilePath, block: Block) -> None:
        named = next((value for key, value in block.items() if key == "hypervisor"), None)
        folder = file.parent
        if isinstance(named, Text) and folder.parent.name == "matrix" and named != folder.name:
            desk.report(named, f"hypervisor '{named}' is in folder '{folder.name}'")

    def _add_vocabularies(self, _desk: Desk, made: tuple[str, tuple[Edition, ...]]) -> None:
        hypervisor, self.vocabularies[hypervisor] = made

    def _add_distributions(self, _desk: Desk, made: tuple[str, tuple[Shipped, ...]]) -> None:
        hypervisor, self.distributions[hypervisor] = made

    def _add_moves(self, _desk: Desk, made: tuple[str, Moves]) -> None:
        hypervisor, self.moves[hypervisor] = made

    def _add_downstreams(self, _desk: Desk, made: Iterable[Downstream]) -> None:
        for one in made:
            self.downstreams.setdefault(one.hypervisor, {})[one.name] = one

    def _add_upstream(self, desk: Desk, made: Upstream | None) -> None:
        if made is None:
            self.unread.add(desk.file)
        else:
            self.upstreams[made.hypervisor] = made

    def _add_capabilities(self, desk: Desk, made: Iterable[Capability]) -> None:
        for row in made:
            first = self.capabilities.setdefault(row.id, row)
            if first is not row:
                desk.report(row.where, f"capability '{row.id}' is here twice; first at {first.where}")

    def _add_support(self, desk: Desk, made: tuple[str, Mapping[str, tuple[Path, ...]]]) -> None:
        hypervisor, support = made
        mine = self.paths.setdefault(hypervisor, {})
        for key, paths in support.items():
            if key in mine:
                place = mine[key][0].where if mine[key] else "another file"
                desk.report(key, f"'{key}' has its support twice; first at {place}")
            elif paths:
                mine[str(key)] = tuple(map(_imply, paths))

    def finish(self) -> Catalog:
        catalog = self._catalog()
        check(catalog, self.found, frozenset(self.unread))
        return catalog

    def _judge(self, hypervisor: str, mine: dict[str, tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
        """The paths, those marked that rest on no repository in which upstream accepts."""
        upstream = self.upstreams.get(hypervisor)
        foreign = upstream.foreign if upstream else None
        if upstream is None or not foreign:
            return mine
        own = (f"{upstream.repository}@",)
        return {key: tuple(_mark(path, own, foreign) for path in paths) for key, paths in mine.items()}

    def _catalog(self) -> Catalog:
        return Catalog(
            root=self.root,
            capabilities=MappingProxyType(dict(sorted(self.capabilities.items()))),
            paths=_frozen({key: self._judge(key, mine) for key, mine in self.paths.items()}),
            upstreams=MappingProxyType(dict(sorted(self.upstreams.items()))),
            vocabularies=MappingProxyType(dict(sorted(self.vocabularies.items()))),
            downstreams=MappingProxyType(
                {key: MappingProxyType(table) for key, table in sorted(self.downstreams.items())}
            ),
            distributions=MappingProxyType(dict(sorted(self.distributions.items()))),
            moves=MappingProxyType(dict(sorted(self.moves.items()))),
        )


def _frozen(
    paths: Mapping[str, Mapping[str, tuple[Path, ...]]],
) -> Mapping[str, Mapping[str, tuple[Path, ...]]]:
    """The same, sorted and unchangeable, without hypervisors that have nothing."""
    return MappingProxyType(
        {key: MappingProxyType(dict(sorted(mine.items()))) for key, mine in sorted(paths.items()) if mine}
    )


def _mark(path: Path, own: tuple[str, ...], foreign: Collection[str]) -> Path:
    """A path as accepted, or not: by its typed commits, else by where the ledgers are from."""
    said = path.since.evidence if path.since else own
    is_foreign = all(text.partition("@")[0] in foreign for text in said)
    return replace(path, is_accepted=False) if is_foreign else path


_HELD = ("capabilities", "support", "downstreams", "vocabularies", "distributions", "moves")
_READERS: Mapping[str, Callable[[Desk, Block], Any]] = {
    "capabilities": read_capabilities,
    "support": read_support,
    "downstreams": read_downstreams,
    "vocabularies": read_vocabularies,
    "distributions": read_distributions,
    "moves": read_moves,
    "upstream": read_upstream,
}


def _kind_of(name: str, block: Block) -> str:
    """Which form a file has: what it holds says so, or else where it lies."""
    held = next((kind for kind in _HELD if kind in block), None)
    if held is not None:
        return held
    folder, _, file = name.rpartition("/")
    if file in {f"{one}.yaml" for one in ("upstream", *_HELD[2:])}:
        return file.removesuffix(".yaml")
    return "capabilities" if folder.rpartition("/")[2] == "capabilities" else "support"


def _imply(path: Path) -> Path:
    """The path with what the kinds of its conditions ask for besides as a part of its `usable`."""
    implied = {str(leaf): leaf for leaf in _implied(path)}
    if not implied:
        return path
    parts = (*((path.usable,) if path.usable else ()), *implied.values())
    return replace(path, usable=parts[0] if len(parts) == 1 else Branch(joint="all", parts=parts))


def _implied(path: Path) -> Iterator[Leaf]:
    for leaf in leaves(path.when):
        implies = KINDS[leaf.kind].implies
        if implies is not None:
            yield implies(leaf.terms)
