"""What every rule looks at: the catalog, the files as they were written, and the ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from ..conditions import KINDS, alternatives, problem_of
from ..data import Catalog
from ..data.records import UNREADABLE
from ..data.yaml import Block, Problem
from ..driver.errors import DataError
from ..interface import parse_element
from ..model import Branch, Condition, Element, Leaf, Path, Where, leaves
from ..upstream.history import History
from ..upstream.ledger import Ledger
from ..upstream.releases import read_code_names
from ..upstream.status import UpstreamStatus, find_status, find_used

NEWLINE = b"\n"
_COMMIT = re.compile(r"\S+(?: \S+)* {2,}[0-9a-f]{12}  [0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_REVERTED = re.compile(r"\S+ {2,}[0-9.]+ +[0-9a-f]{12}  [0-9a-f]{12}")
_RELEASE = re.compile(r"\S+\s+(?:[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|-)(?:\s+\S+)?")


class Data:
    """All data, read once; `unread` are the names of files of which nothing could be made."""

    def __init__(self, catalog: Catalog, blocks: Mapping[str, Block], unread: frozenset[str]) -> None:
        self.catalog = catalog
        self.blocks = blocks
        self.unread = unread
        self._histories: dict[str, History] = {}
        self._standings: dict[int, UpstreamStatus] = {}
        self._ledgers: dict[str, tuple[Problem, ...]] = {}

    def history(self, hypervisor: str) -> History:
        """What upstream had, by the ledgers beside the files."""
        if hypervisor not in self._histories:
            folder = self.catalog.root / "matrix" / hypervisor / "ledger"
            self._histories[hypervisor] = History(folder)
        return self._histories[hypervisor]

    def standing(self, path: Path) -> UpstreamStatus:
        """Where one of these paths stands upstream, seen from no release."""
        if id(path) not in self._standings:
            self._standings[id(path)] = find_status(path, None, self.history(path.hypervisor), None)
        return self._standings[id(path)]

    def ledger_problems(self, hypervisor: str) -> tuple[Problem, ...]:
        """What is wrong with one hypervisor's ledgers; no rule may ask those that have a problem."""
        if hypervisor not in self._ledgers:
            folder = self.catalog.root / "matrix" / hypervisor / "ledger"
            found = [one for path in sorted(folder.glob("*.txt")) for one in _read_ledger(path)]
            name = f"matrix/{hypervisor}/ledger"
            self._ledgers[hypervisor] = tuple(
                Problem(file=f"{name}/{file}", line=line, problem=problem) for file, line, problem in found
            )
        return self._ledgers[hypervisor]

    def text(self, file: str) -> str:
        """What stands in a file that could be read."""
        return (self.catalog.root / file).read_bytes().decode("utf-8-sig")

    def paths(self) -> Iterator[Path]:
        """Every path of every hypervisor."""
        for support in self.catalog.paths.values():
            for paths in support.values():
                yield from paths

    @cached_property
    def accepted(self) -> tuple[Path, ...]:
        """The paths that some upstream release should have, of which every element can be read."""
        return tuple(path for path in self.paths() if self._is_accepted(path))

    def _is_accepted(self, path: Path) -> bool:
        is_merged = path.since is not None and path.since.release == "unreleased"
        if path.rejected or path.fork or is_merged or self.ledger_problems(path.hypervisor):
            return False
        return _is_readable(path)


def _read_ledger(path: FilePath) -> Iterator[tuple[str, int, str]]:
    """The file, line and text of each problem in one ledger or list of releases."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
        if path.name in _LISTS:
            said = tuple(_LISTS[path.name](text, path.name))
        else:
            said = Ledger.parse(text, path.name, read_code_names(path.parent)).problems(path.name)
    except UnicodeDecodeError as error:
        if error.object != content:  # of the releases, where code names are read: they have it themselves
            return
        said = (f"{path.name}:{content.count(NEWLINE, 0, error.start) + 1}: byte {error.start} is not UTF-8",)
    except DataError as error:
        said = error.problems
    for one in said:
        file, line, problem = one.split(":", 2)
        yield file, int(line), problem.strip()


def _read_releases(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#") and not _RELEASE.fullmatch(line.rstrip()):
            yield f"{name}:{number}: a line is a release, a day as YYYY-MM-DD or -, a commit: '{line}'"


def _read_products(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#") and len(line.split(maxsplit=3)) != 4:
            yield f"{name}:{number}: a line is a code name, an API version, a release and a product: '{line}'"


def _read_commits(text: str, name: str) -> Iterator[str]:
    yield from _read_list(text, name, _COMMIT, "an element, a commit of 12 digits, a day as YYYY-MM-DD")


def _read_reverted(text: str, name: str) -> Iterator[str]:
    yield from _read_list(text, name, _REVERTED, "an element, a release, and two commits of 12 digits")


def _read_list(text: str, name: str, line_form: re.Pattern[str], form: str) -> Iterator[str]:
    previous = last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if not line_form.fullmatch(line):
            yield f"{name}:{number}: a line is {form}: '{line}'"
            continue
        element = line.partition("  ")[0]
        if line <= last:
            yield f"{name}:{number}: '{element}' is out of order after '{previous}'"
        previous, last = element, line


# The files that list something else than elements with their releases.
_LISTS = {
    "releases.txt": _read_releases,
    "products.txt": _read_products,
    "commits.txt": _read_commits,
    "reverted.txt": _read_reverted,
}


def locate(where: Where, text: Any, problem: str, hint: str | None = None) -> Problem:
    """A problem at the line of a text that knows it, else at the record's."""
    return Problem(file=where.file, line=getattr(text, "line", where.line), problem=problem, hint=hint)


def positive_leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Every leaf that has to hold, or may: all but those under `not`."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Branch) and condition.joint != "not":
        for part in condition.parts:
            yield from positive_leaves(part)


def elements_of(leaf: Leaf) -> tuple[Element, ...]:
    """What of upstream's interface a leaf names."""
    return KINDS[leaf.kind].elements(leaf.terms)


def used_elements(path: Path) -> list[tuple[str, Element]]:
    """The elements that a path's `uses` spells, each with its text there."""
    named = next(iter(alternatives(path.when)), ())
    return list(zip(path.uses or (), find_used(path, named), strict=False))


def misspelling(element: Element) -> str | None:
    """Why an element's name cannot be read; None when it can."""
    try:
        if element.kind == "qmp":
            parse_element(element.name)
    except ValueError as error:
        return str(error)
    return None


def _is_readable(path: Path) -> bool:
    if path.when == UNREADABLE or any(problem_of(leaf, path.hypervisor) for leaf in leaves(path.when)):
        return False
    return not any(misspelling(element) for _, element in used_elements(path))
