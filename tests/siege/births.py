"""Every `since` against `git tag --contains`: typed ones by their evidence, others by commits.txt.

`differential.py --repository NAME=DIR` runs it on a clone of what evidence calls so. A release whose commit
the clone has not is passed over.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

from virtgate.ask.opened import open_catalog, open_history
from virtgate.harvest.commits import read_origins
from virtgate.model import Element, Stated
from virtgate.upstream.history import History
from virtgate.upstream.ledger import LISTS
from virtgate.upstream.releases import Release
from virtgate.versions import Version


class Births:
    """The release that each commit of a clone came with: the first, in their order, that contains it."""

    def __init__(self, clone: str, history: History) -> None:
        self.releases = [one for one in history.releases if _has(clone, one)]
        self._first: dict[str, Version] = {}
        before: list[str] = []
        for release in self.releases:
            for commit in _run(clone, "rev-list", release.commit, *before).split():
                self._first.setdefault(commit[:12], release.version)
            before.append(f"^{release.commit}")

    def of(self, commit: str) -> Version | None:
        """The release that a commit came with; None where no release of the clone has it."""
        return self._first.get(commit[:12])

    def is_known(self, version: Version) -> bool:
        """Whether the clone tells of a release and of the one before it."""
        return any(one.version == version for one in self.releases)


def find_contradicted(name: str, clone: str) -> Iterator[str]:
    """Every claim of another release than the one that its commit came with, in a clone of that name."""
    catalog = open_catalog(None)
    for hypervisor in ("xen", "xend") if name == "xen" else (name,):
        births = Births(clone, open_history(catalog, hypervisor))
        yield from find_typed(hypervisor, {name: births})
        yield from find_computed(hypervisor, births)


def find_typed(hypervisor: str, births: Mapping[str, Births]) -> Iterator[str]:
    """What evidence says otherwise than the `since` and `until` that it stands behind."""
    history = open_history(open_catalog(None), hypervisor)
    for paths in open_catalog(None).paths[hypervisor].values():
        for path in paths:
            for what, stated in (("since", path.since), ("until", path.until)):
                born = _born(stated, births) if stated else None
                if stated is None or born is None or stated.release == "unreleased":
                    continue
                said = history.version_of(stated.release)
                if is_other(said, born, next(iter(births.values())), is_bounded=stated.is_bounded):
                    place = f"{path.where.file}:{path.where.line}: {path.capability}/{path.name}"
                    evidence = ", ".join(stated.evidence)
                    yield f"{place}: {what} {stated.release}, and {evidence} came with {born}"


def find_computed(hypervisor: str, births: Births) -> Iterator[str]:
    """What the ledgers have first in another release than the commit that they name came with."""
    history = open_history(open_catalog(None), hypervisor)
    folder = open_catalog(None).root / "matrix" / hypervisor / "ledger"
    kinds = sorted({one.name for one in folder.glob("*.txt")} - LISTS)
    for name, (commit, _) in read_origins(folder / "commits.txt").found.items():
        born = births.of(commit)
        masks = (history.mask(Element(kind=kind.removesuffix(".txt"), name=name)) or 0 for kind in kinds)
        first = [history.first_in(mask) for mask in masks if mask]
        if born is not None and first and all(is_other(one, born, births) for one in first if one):
            yield f"{hypervisor} {name}: first in {', '.join(map(str, first))}, and {commit} came with {born}"


def _born(stated: Stated, births: Mapping[str, Births]) -> Version | None:
    """The release that has all of the evidence; None where a commit is of no clone at hand."""
    found = []
    for text in stated.evidence:
        repository, _, commit = text.partition("@")
        found.append(births[repository].of(commit) if repository in births else None)
    known = [one for one in found if one is not None]
    return max(known) if known and len(known) == len(found) else None


def is_other(said: Version, born: Version, births: Births, *, is_bounded: bool = False) -> bool:
    """Whether a claim is of another release than its commit.

    A stable branch takes what the main line has by a commit of its own, so that a point release may have it
    before the first release that has the main line's.
    """
    if not births.is_known(said) or said == born:
        return False
    return not is_bounded if said > born else not said.is_point


def _has(clone: str, release: Release) -> bool:
    return release.commit != "-" and bool(
        _run(clone, "rev-parse", "-q", "--verify", f"{release.commit}^{{commit}}")
    )


def _run(clone: str, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", clone, *arguments], capture_output=True, text=True, check=False)
    return done.stdout
