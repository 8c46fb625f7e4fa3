"""What is said of moving guests names what upstream has: capabilities, devices and their properties"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ..conditions import KINDS
from ..data.yaml import Problem
from ..facts.folders import find_hypervisor
from ..model import Breakage, Element
from ..upstream.history import History
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Capabilities and devices that no release had, and settings of properties that none has."""
    for hypervisor, moves in data.catalog.moves.items():
        own = find_hypervisor(hypervisor)
        history = data.history(hypervisor)
        if own.mover is None or data.ledger_problems(hypervisor):
            continue
        kind = KINDS[own.mover().capability]
        for name, carried in moves.carried.items():
            for each in (name, *carried.also):
                if not history.common_mask(kind.elements({"name": each})):
                    yield locate(carried.where, each, f"no release has the migration capability '{each}'")
        for name, one in moves.breakages.items():
            yield from _find_unknown(name, one, history, frozenset(moves.carried))


def _find_unknown(
    name: str, one: Breakage, history: History, capabilities: frozenset[str]
) -> Iterator[Problem]:
    for pattern in one.guest.get("capability", ()):
        if pattern not in capabilities:
            yield locate(one.where, pattern, f"'{name}' names '{pattern}', which is not listed above")
    types = _types(history)
    for pattern in one.guest.get("device", ()):
        if not any(fnmatchcase(each, pattern) for each in types):
            yield locate(one.where, pattern, f"'{name}' names device '{pattern}', which no release has")
    for text in (text for texts in one.settings.values() for text in texts):
        part, _, option = text.partition("=")[0].rpartition(".")
        if part in {"cpu", "machine"}:
            continue
        named = (Element(kind="qom", name=f"{each}.{option}") for each in types if fnmatchcase(each, part))
        if not any(history.mask(element) for element in named):
            yield locate(one.where, text, f"'{name}' sets '{part}.{option}', which no release has")


def _types(history: History) -> list[str]:
    ledger = history.ledger("qom")
    return [atom.name for atom in ledger.heads()] if ledger else []
