"""A backport is of a path that upstream has accepted, into a release that does not have it yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..data.forms import near
from ..data.yaml import Problem
from ..model import Backport, Downstream, Path
from ..upstream.history import History
from ..upstream.status import find_status
from ..versions import Version
from .data import Data, locate
from .releases import version_of

# The upstream part of a package's version: after the epoch, before the revision and what was added.
_UPSTREAM = re.compile(r"(?:[0-9]+:)?([0-9]+(?:\.[0-9]+){1,3})(?![0-9.])")


def find(data: Data) -> Iterator[Problem]:
    """Backports of no path, of one that upstream refused or never had, into a release that has it or had it.

    A fork declares more: of what no probe can see, its own release says nothing. No data say on which day a
    package's version was made.
    """
    for table in data.catalog.downstreams.values():
        for downstream in table.values():
            for backport in downstream.backports:
                yield from _check(backport, downstream, data)


def _check(backport: Backport, downstream: Downstream, data: Data) -> Iterator[Problem]:
    paths = data.catalog.paths_of(downstream.hypervisor, backport.capability)
    if backport.capability not in data.catalog.capabilities:
        return
    chosen = [path for path in paths if backport.path in {None, path.name}]
    what = f"'{downstream.name}' has a backport of '{backport.capability}'"
    if not chosen:
        problem = f"{what}, which {downstream.hypervisor} has no path for"
        if paths:
            problem = f"{what} by '{backport.path}', which is none of its paths"
        hint = near(backport.path or "", [path.name for path in paths])
        yield locate(downstream.where, backport.path or backport.capability, problem, hint)
    elif all(path.rejected or path.fork for path in chosen):
        why = "rejected" if chosen[0].rejected else f"only in {chosen[0].fork}"
        problem = f"{what}, and '{chosen[0].name}' is {why}: upstream has nothing to backport"
        yield locate(downstream.where, backport.path or backport.capability, problem)
    elif downstream.kind == "distribution" and not data.ledger_problems(downstream.hypervisor):
        yield from _compare(backport, chosen, downstream, data.history(downstream.hypervisor))


def _compare(
    backport: Backport, chosen: list[Path], downstream: Downstream, history: History
) -> Iterator[Problem]:
    """What the upstream release of the package's version says."""
    release = _release_of(backport.since, history)
    if release is None:
        return
    statuses = {path.name: find_status(path, release, history, None).status for path in chosen}
    name = history.name_of(release)
    for path, status in statuses.items():
        if status in {"here", "removed"}:
            said = "has it" if status == "here" else "has removed it"
            problem = (
                f"'{downstream.name}' has a backport of '{path}' from {backport.since} on; {name} {said}"
            )
            yield locate(downstream.where, backport.since, problem, "leave the backport out")


def _release_of(text: str, history: History) -> Version | None:
    match = _UPSTREAM.match(text)
    return version_of(history, match[1]) if match else None
