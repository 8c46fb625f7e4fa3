"""A key that was renamed has its new name; the old one is still read."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ..data.old_keys import RENAMED, find_old_keys
from ..data.yaml import Problem
from .data import Data
from .marked import Marked


def find(data: Data) -> Iterator[Problem]:
    """Every old key of a path."""
    for file, block in data.blocks.items():
        for key in find_old_keys(block):
            problem = f"'{key}' is called '{RENAMED[key]}' now"
            yield Problem(file=file, line=key.line, problem=problem, hint="'virtgate lint --fix' renames it")


def mend(marked: Marked) -> str:
    """The text with the new names."""
    return marked.replaced((key, RENAMED[key.value]) for key in _old_keys(marked.root))


def _old_keys(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    for paths in _values(_under(root, "support")):
        for path in paths.value if isinstance(paths, yaml.SequenceNode) else ():
            keys = [key for key, _ in _pairs(path)]
            names = {key.value for key in keys}
            yield from (key for key in keys if key.value in RENAMED and RENAMED[key.value] not in names)


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _values(node: yaml.Node | None) -> list[yaml.Node]:
    return [value for _, value in _pairs(node)]


def _under(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _pairs(node) if key.value == name), None)
