"""Every problem in every file of the data; one rule a file, found by being there."""

from __future__ import annotations

import pkgutil
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from ..data import data_files, data_root, odd_files, read_catalog
from ..data.exceptions import EXCEPTIONS, read_exceptions
from ..data.yaml import Block, Problem
from ..driver.errors import DataError, say_why
from ..driver.system import write_atomic
from .data import Data
from .exceptions import RULE, settle
from .mending import MENDERS, mend

__all__ = ["RULES", "Data", "describe_rules", "lint_paths", "mend_paths"]

Rule = Callable[[Data], Iterator[Problem]]


def _find_rules() -> Iterator[tuple[str, Rule]]:
    """Every module here that has `find`, by its name."""
    for one in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{one.name}")
        if hasattr(module, "find"):
            yield one.name, module.find


RULES: Mapping[str, Rule] = MappingProxyType(dict(_find_rules()))
FORM = "form"


def describe_rules() -> dict[str, str]:
    """What every rule holds, in one line each, by its name."""
    told = {name: _first_line(rule.__module__) for name, rule in RULES.items()}
    told[FORM] = "A file holds what its form allows, and every name in it leads somewhere"
    told[RULE] = _first_line(settle.__module__)
    return dict(sorted(told.items()))


def _first_line(module: str) -> str:
    return (sys.modules[module].__doc__ or "").partition("\n")[0].rstrip(".")


def lint_paths(paths: Iterable[str | Path] = (), root: str | Path | None = None) -> list[Problem]:
    """Every problem in these files and folders, or in all data without any; sorted, each once.

    All data are read whatever is asked for, because one file is checked against the others: those around a
    path (the nearest folder above with `capabilities` and `matrix`), else those in `root` or installed.
    Files are named from that folder. Raises DataError when there are no data.
    """
    homes = _find_homes(paths, root)
    return sorted({problem for home, mine in homes.items() for problem in _lint_root(home, mine)})


def mend_paths(
    paths: Iterable[str | Path] = (), root: str | Path | None = None
) -> dict[str, tuple[str, ...]]:
    """Mend what has one right answer in these files and folders, or in all data.

    Gives the files that changed, with the rules that changed them. Only files with such a problem are
    touched, each whole or not at all. Raises DataError when there are no data or a file cannot be written.
    """
    done: dict[str, tuple[str, ...]] = {}
    for home, mine in _find_homes(paths, root).items():
        problems = _lint_root(home, mine)
        for name in sorted({one.file for one in problems if one.rule in MENDERS}):
            rules = _mend_file(home / name)
            if rules:
                done[name] = rules
    return done


def _mend_file(file: Path) -> tuple[str, ...]:
    try:
        content = file.read_bytes()
        mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
        text, rules = mend(content.decode("utf-8-sig"))
        if rules:
            target = file.resolve()
            write_atomic(str(target), mark + text.encode("utf-8"), target.stat().st_mode & 0o777)
    except OSError as error:
        raise DataError((f"{file}: cannot be mended: {say_why(error)}",)) from None
    return rules


def _find_homes(paths: Iterable[str | Path], root: str | Path | None) -> dict[Path, list[Path]]:
    """What was asked of each folder of data; nothing of one is all of it."""
    asked: dict[Path, list[Path]] = {}
    given = None if root is None else str(root)
    for path in map(Path, paths):
        home = _find_home(path.absolute()) if given is None else None
        asked.setdefault(home or data_root(given), []).append(path.absolute())
    return asked or {data_root(given): []}


def _find_home(path: Path) -> Path | None:
    folders = (folder for folder in (path, *path.parents) if (folder / "matrix").is_dir())
    return next((folder for folder in folders if (folder / "capabilities").is_dir()), None)


def _lint_root(root: Path, asked: list[Path]) -> list[Problem]:
    found = [
        Problem(file=_name(path, root), line=1, problem="is not a data file; name a .yaml file or a folder")
        for path in asked
        if path.is_file() and path.suffix not in {".yaml", ".yml", ".txt"}
    ]
    if odd := odd_files(root):
        return odd
    whole = data_files(root)
    wanted = [file for path in asked for file in _files_of(path, whole) if file != root / EXCEPTIONS]
    files = [*whole, *(file for file in wanted if file not in whole)]
    blocks: dict[str, Block] = {}
    catalog = read_catalog(root, found, files, blocks, is_full=True)
    names = {file: _name(file, root) for file in files}
    data = Data(catalog, blocks, frozenset(names.values()) - frozenset(blocks))
    for name, rule in RULES.items():
        found.extend(replace(one, rule=name) for one in rule(data))
    found = settle(found, read_exceptions(root, found, is_full=True), RULES)
    if asked:
        chosen = {names[file] for file in wanted} | {_name(path, root) for path in asked}
        found = [one for one in found if one.file in chosen or _is_under(root / one.file, asked)]
    return sorted(set(found))


def _files_of(path: Path, whole: Iterable[Path]) -> list[Path]:
    if path.is_dir():
        inside = [file for file in whole if file.is_relative_to(path)]
        # A folder outside all data: whatever YAML is in it is meant to be data.
        is_apart = not inside and _find_home(path) is None
        return sorted(path.rglob("*.yaml")) if is_apart else inside
    return [path] if path.suffix in {".yaml", ".yml"} or not path.exists() else []


def _is_under(file: Path, folders: list[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
