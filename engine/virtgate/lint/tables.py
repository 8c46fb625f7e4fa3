"""The computed tables say what the support files and the ledgers mean today."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..ask.answering import wanted_questions
from ..ask.early import LIST
from ..data.table import Row, compute_row
from ..data.yaml import Block, Problem
from ..model import Path, Where
from .data import Data
from .releases import version_of

HINT = "'virtgate lint --write-tables' writes it anew"
_LINE = re.compile(r"^(?: {2}(?P<id>\S+):| {4}(?P<path>\S+): \{(?P<cells>[^}]*)\})$")
_CELL = re.compile(r'\b(\w+): "?([^",]*)"?')

Told = Mapping[str, str]
Key = tuple[str, str]


def find(data: Data) -> Iterator[Problem]:
    """Lines that are missing, out of date or of no path; data without a table folder have none to keep."""
    sayable = {id(path) for path in data.accepted}
    yield from _find_unlisted(data)
    for hypervisor in data.catalog.paths:
        if (data.catalog.root / "matrix" / hypervisor / "table").is_dir():
            yield from _find_in(data, hypervisor, sayable)


def _find_unlisted(data: Data) -> Iterator[Problem]:
    """The list of what a QEMU is asked, which is begun to be asked before the conditions have been read."""
    for hypervisor in data.catalog.upstreams:
        name = LIST.format(hypervisor)
        path = data.catalog.root / name
        if not path.is_file() or data.unread:
            continue
        told = path.read_text(encoding="utf-8", errors="replace").splitlines()
        wanted = sorted(wanted_questions(data.catalog, hypervisor))
        if told != wanted:
            odd = sorted(set(told) ^ set(wanted))
            problem = f"{name} is not what the conditions ask: {len(odd)} questions differ"
            yield _problem(Where(file=name, line=1), problem)


def _find_in(data: Data, hypervisor: str, sayable: set[int]) -> Iterator[Problem]:
    if data.ledger_problems(hypervisor):
        return
    tables = _read_tables(data, hypervisor)
    for paths in data.catalog.paths[hypervisor].values():
        for path in paths:
            _, told = tables.get((path.capability, path.name), (None, None))
            if id(path) in sayable or path.fork or path.rejected:
                yield from _compare(path, told, data)
    yield from _find_leftovers(data, hypervisor, tables)


def _compare(path: Path, told: Told | None, data: Data) -> Iterator[Problem]:
    """One path's line; what no release has, or a release that is none, is another rule's problem."""
    history = data.history(path.hypervisor)
    if any(stated and version_of(history, stated.release) is None for stated in (path.since, path.until)):
        return
    row = compute_row(path.capability, path, history)
    name = _name(path.hypervisor, path.capability)
    if told is None:
        yield _problem(path.where, f"{name} has no line for '{path.name}' of '{path.capability}'")
    elif (row.releases or row.proof != "ledger") and told != _cells(row):
        problem = f"{name} says {_say(told)} of '{path.name}'; the data say {_say(_cells(row))}"
        yield _problem(path.where, problem)


def _cells(row: Row) -> Told:
    cells = {"since": row.since, "releases": row.releases if row.releases != f"{row.since}.." else None}
    return {key: text for key, text in (*cells.items(), ("proof", row.proof)) if text}


def _say(told: Told) -> str:
    return f"'{', '.join(f'{key} {text}' for key, text in told.items())}'"


def _find_leftovers(
    data: Data, hypervisor: str, tables: Mapping[Key, tuple[Where, Told]]
) -> Iterator[Problem]:
    """Lines of paths that no support file names, were it one that can be read or not."""
    prefix = f"matrix/{hypervisor}/"
    if any(file.startswith(prefix) for file in data.unread):
        return
    written = set(_written(data, prefix))
    for (capability, path), (where, _) in tables.items():
        if (capability, path) not in written:
            yield _problem(where, f"has a line for '{path}' of '{capability}', which the data do not have")


def _written(data: Data, prefix: str) -> Iterator[Key]:
    for file, block in data.blocks.items():
        support = block.get("support") if file.startswith(prefix) else None  # type: ignore[call-overload]
        for capability, paths in support.items() if isinstance(support, Block) else ():
            for path in paths if isinstance(paths, list) else ():
                name = path.get("path") if isinstance(path, Block) else None  # type: ignore[call-overload]
                yield str(capability), str(name)


def _read_tables(data: Data, hypervisor: str) -> Mapping[Key, tuple[Where, Told]]:
    """Every line of a hypervisor's tables, with its place."""
    found: dict[Key, tuple[Where, Told]] = {}
    for file in sorted((data.catalog.root / "matrix" / hypervisor / "table").glob("*.yaml")):
        name, capability = f"matrix/{hypervisor}/table/{file.name}", ""
        for number, text in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            line = _LINE.match(text)
            if line is None:
                continue
            capability = line["id"] or capability
            if line["path"]:
                where = Where(file=name, line=number)
                found[capability, line["path"]] = where, dict(_CELL.findall(line["cells"]))
    return found


def _name(hypervisor: str, capability: str) -> str:
    return f"matrix/{hypervisor}/table/{capability.split('.', 1)[0]}.yaml"


def _problem(where: Where, problem: str) -> Problem:
    return Problem(file=where.file, line=where.line, problem=problem, hint=HINT)
