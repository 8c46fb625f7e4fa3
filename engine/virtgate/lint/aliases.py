"""Another project's name belongs to one capability and to an edition, so that it translates both ways."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Edition, Path
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Aliases of two capabilities of one hypervisor or of no edition, and names of editions on no path."""
    yield from _find_shared(data)
    yield from _find_unnamed(data)


def _find_shared(data: Data) -> Iterator[Problem]:
    first: dict[tuple[str, str, str], Path] = {}
    for path in data.paths():
        for whose, names in path.aliases.items():
            for name in names:
                other = first.setdefault((path.hypervisor, whose, name), path)
                if other.capability != path.capability:
                    problem = f"{whose} alias '{name}' is on '{path.capability}' and on '{other.capability}'"
                    hint = f"the other is at {other.where}"
                    yield locate(path.where, name, problem, hint)


def _find_unnamed(data: Data) -> Iterator[Problem]:
    for hypervisor, rows in data.catalog.vocabularies.items():
        paths = [path for paths in data.catalog.paths.get(hypervisor, {}).values() for path in paths]
        for who in sorted({one.who for one in rows}):
            yield from _compare(who, [one for one in rows if one.who == who], paths)


def _compare(who: str, editions: list[Edition], paths: list[Path]) -> Iterator[Problem]:
    known = frozenset[str]().union(*(one.names for one in editions))
    given: dict[str, set[str]] = {}
    for path in paths:
        for name in path.aliases.get(who, ()):
            given.setdefault(name, set()).add(path.name)
            if name not in known:
                yield locate(path.where, name, f"no edition of {who} has the name '{name}'")
    for one in editions:
        for name in sorted(one.names - given.keys()):
            given[name] = set()
            yield locate(one.where, name, f"no path has the name '{name}' of {who} {one.release}")
        for name, wanted in one.by.items():
            if wanted not in given.get(name, ()):
                problem = f"{who} {one.release} gives '{name}' by '{wanted}', no path of which has that name"
                yield locate(one.where, name, problem)
