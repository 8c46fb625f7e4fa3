"""How a downstream's builds are known can be read, and what is said to be its own is not upstream's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..conditions import footprint
from ..data.yaml import Problem
from ..model import Downstream
from .data import Data, elements_of, locate
from .forks import telling_leaves


def find(data: Data) -> Iterator[Problem]:
    """Downstreams that nothing tells, versions that none yields, elements and markers of upstream's."""
    for table in data.catalog.downstreams.values():
        for one in table.values():
            if not data.ledger_problems(one.hypervisor):
                yield from _find_shared(data, one)
                yield from _find_common(data, one)
            if not (one.package or one.markers or one.says or one.os_release or one.machines):
                hint = "one of package, markers, says, os-release or machines"
                yield locate(one.where, None, f"nothing identifies a host of '{one.name}'", hint)
            if one.versions and one.package and not any(map(_has_evr, one.package)):
                problem = f"no 'package' of '{one.name}' has a group evr, so 'versions' compares nothing"
                yield locate(one.where, one.versions, problem, "write (?P<evr>...) or leave 'versions' out")
            if one.backports and not _can_compare(one):
                hint = "it takes 'versions' and a 'package' with a group evr"
                yield locate(one.where, None, f"'{one.name}' has backports and no version to compare", hint)


def _find_shared(data: Data, one: Downstream) -> Iterator[Problem]:
    history = data.history(one.hypervisor)
    for condition in one.elements:
        for element in footprint(condition):
            mask = history.mask(element)
            if mask:
                since = history.spell(mask)
                problem = f"'{element}' is upstream's in {since}, so not only '{one.name}' has it"
                yield locate(one.where, None, problem, "leave it out of 'elements'")


def _find_common(data: Data, one: Downstream) -> Iterator[Problem]:
    """Markers that upstream's own hosts have; those of several parts together are not looked at."""
    history = data.history(one.hypervisor)
    for leaf in (leaf for marker in one.markers for leaf in telling_leaves(marker)):
        elements = elements_of(leaf)
        if elements and all(map(history.mask, elements)) and (mask := history.common_mask(elements)):
            problem = f"'{leaf}' is upstream's in {history.spell(mask)}, so it does not identify '{one.name}'"
            text = next((term for term in leaf.terms.values() if isinstance(term, str)), None)
            yield locate(one.where, text, problem, "a marker must be something that upstream never had")


def _can_compare(one: Downstream) -> bool:
    return one.versions is not None and any(map(_has_evr, one.package))


def _has_evr(pattern: str) -> bool:
    try:
        return "evr" in re.compile(pattern).groupindex
    except re.error:
        return True
