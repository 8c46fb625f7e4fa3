"""The ledgers can be read: their headers, and every line; no type is spelt as nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..data.yaml import Problem
from .data import Data

_WORD = re.compile(r"\b[a-z][\w-]*")
# Their types are arguments and enums as the source spells them, each its own.
_SPELT = frozenset({"documented", "hmp", "libvirt-constant", "libxl-function", "libxl-type", "op"})
# What upstream has for one name alone.
_ONCE = frozenset(
    {"ep-powerpc64-cpu", "hex8", "pci-devfn", "scalar", "strList", "subcommand", "uint4", "zpci_fid"}
)
# In a shorter one a type that is there once tells nothing.
_FEWEST = 200
_ODD = "no other line has the type '{}', and it is no name of this ledger"


def find(data: Data) -> Iterator[Problem]:
    """Lines that no ledger may have, and lists of releases that cannot be read."""
    folders = sorted(data.catalog.root.glob("matrix/*/ledger"))
    problems = [one for folder in folders for one in data.ledger_problems(folder.parent.name)]
    yield from problems or find_odd_types(path for folder in folders for path in sorted(folder.glob("*.txt")))


def find_odd_types(paths: Iterable[Path]) -> Iterator[Problem]:
    """The words that one line of all ledgers has for a type: slips of the pen, for a harvest makes none."""
    found: dict[str, Problem | None] = {}
    for path in paths:
        kind, *lines = path.read_text(encoding="utf-8").split("\n")
        rows = [(number, line.partition("  ")) for number, line in enumerate(lines, 2) if "  " in line]
        is_closed = kind.startswith("# kind: ") and kind.split()[-1] not in _SPELT and len(rows) >= _FEWEST
        names = set(_WORD.findall("\n".join(name for _, (name, _, _) in rows))) if is_closed else ()
        place = f"matrix/{path.parent.parent.name}/ledger/{path.name}"
        for number, (_, _, rest) in rows if kind.startswith("# kind: ") else ():
            for word in _WORD.findall(rest.lstrip().partition("  ")[0]):
                is_odd = is_closed and word not in found and word not in names and word not in _ONCE
                found[word] = Problem(file=place, line=number, problem=_ODD.format(word)) if is_odd else None
    yield from filter(None, found.values())
