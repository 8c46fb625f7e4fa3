"""What distributions ship is an upstream release, and their days can follow each other."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..model import Shipped
from .data import Data, locate
from .releases import version_of


def find(data: Data) -> Iterator[Problem]:
    """Releases that upstream never made, a release told twice, and days in the wrong order."""
    for hypervisor, rows in data.catalog.distributions.items():
        told: dict[tuple[str, str], Shipped] = {}
        for one in rows:
            first = told.setdefault((one.distribution, one.release), one)
            if first is not one:
                problem = f"{_name(one)} is here twice; first at {first.where}"
                yield locate(one.where, one.release, problem)
            for text in filter(None, (one.first, one.ships)):
                if not _is_made(text, data, hypervisor):
                    problem = f"{_name(one)} ships {text}, which is no release of {hypervisor}"
                    yield locate(one.where, text, problem, "write upstream's x.y, or x.y.z")
            if one.until and one.extended and one.extended <= one.until:
                problem = f"'extended' is {one.extended}, not after 'until', {one.until}"
                yield locate(one.where, one.extended, problem)


def _name(one: Shipped) -> str:
    return f"'{one.release}' of '{one.distribution}'"


def _is_made(text: str, data: Data, hypervisor: str) -> bool:
    """Whether upstream made a release of that branch: point releases need not be known, nor newer ones."""
    history = data.history(hypervisor)
    try:
        version = history.version_of(text)
    except ValueError:
        return False
    if data.ledger_problems(hypervisor) or history.last is None or version > history.last:
        return True
    return version in history.versions or version_of(history, ".".join(text.split(".")[:2])) is not None
