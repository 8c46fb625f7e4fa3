"""Keys of a path that had another name before: both names are read, and lint mends the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .yaml import Block, Row, Text

# `early` was mistaken for a backport, which is the opposite: upstream's own shape in an older release.
RENAMED: Mapping[str, str] = MappingProxyType({"early": "divergent"})


def find_old_keys(block: Block) -> Iterator[Text]:
    """Every old key of a path in a support file."""
    support = next((value for key, value in block.items() if key == "support"), None)
    for rows in support.values() if isinstance(support, Block) else ():
        for path in rows if isinstance(rows, Row) else ():
            yield from (key for key in path if _is_old(key, path)) if isinstance(path, Block) else ()


def rename_keys(path: Any) -> Any:
    """A path with the new names of its keys, each in its place and at its line."""
    if not isinstance(path, Block) or RENAMED.keys().isdisjoint(path):
        return path
    renamed = Block((_rename(key) if _is_old(key, path) else key, value) for key, value in path.items())
    renamed.line = path.line
    return renamed


def _is_old(key: Text, path: Block) -> bool:
    return key in RENAMED and RENAMED[key] not in path


def _rename(old: Text) -> Text:
    new = Text(RENAMED[old])
    new.line, new.plain = old.line, old.plain
    return new
