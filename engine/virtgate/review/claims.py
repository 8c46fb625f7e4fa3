"""What is claimed with an edit, and whether it holds: names that stay, evidence that is there and fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..data.check import EVIDENCE
from ..data.exceptions import read_exceptions
from ..data.yaml import Problem
from ..driver.errors import TargetError
from ..harvest.git import Repository
from ..model import Capability, Path, Stated, Where
from ..upstream.history import History
from ..upstream.releases import Release
from .effect import Pairs
from .said import is_same
from .states import State

Level = Literal["error", "warning", "note"]

RULES: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": "the data of the newer revision can be read",
        "id-removed": "an id is never removed; a capability that is renamed names it in `formerly`",
        "id-reused": "an id never names something else",
        "ledger-gone": "what upstream had is never forgotten; a ledger stays",
        "evidence-lost": "a claim keeps its evidence",
        "exceptions-grow": "a rule's exceptions only become fewer",
        "release-unknown": "a typed release is one that upstream made",
        "evidence-contradicted": "a commit is what is claimed of it",
        "evidence-unchecked": "a commit is in the data or in a clone at hand",
        "path-gone": "a path's name that goes is told",
        "downstream-gone": "a downstream that goes is told",
        "effect": "what an edit changes is told",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say of a line of the data; an error refuses the change.

    `gone` is a name that the newer revision has no more, where it is about one.
    """

    rule: str
    level: Level
    message: str
    where: Where
    gone: str | None = None


def find_remarks(
    base: State, head: State, pairs: Pairs, clones: Mapping[str, Repository]
) -> Iterator[Remark]:
    """Everything to say of the names and of the claims; `clones` are repositories by evidence's names."""
    yield from map(unreadable, head.problems)
    yield from _removed_ids(base, head, pairs)
    yield from _reused_ids(base, head)
    yield from _gone_ledgers(base, head)
    yield from _gone_downstreams(base, head)
    yield from _grown_exceptions(base, head)
    for old, new in pairs:
        for hypervisor in {**base.catalog.paths, **head.catalog.paths} if new else ():
            then = base.catalog.paths_of(hypervisor, old) if old else ()
            now = head.catalog.paths_of(hypervisor, new or "")
            yield from _gone_paths(then, now, pairs.after[new or ""])
            yield from _path_remarks(then, now, head.history(hypervisor), clones)


def unreadable(problem: Problem) -> Remark:
    """What is said of data that cannot be read."""
    where = Where(file=problem.file, line=problem.line)
    return Remark(rule="unreadable", level="error", message=problem.problem, where=where)


def known_problems(state: State) -> set[tuple[str, str]]:
    """A side's problems, wherever in their files they stand."""
    return {(problem.file, problem.problem) for problem in state.problems}


def _gone_ledgers(base: State, head: State) -> Iterator[Remark]:
    for name in sorted(set(base.blobs) - set(head.blobs)):
        hypervisor, _, file = name.removeprefix("matrix/").partition("/ledger/")
        if file.endswith(".txt") and any(one.startswith(f"matrix/{hypervisor}/") for one in head.blobs):
            message = "the ledger is gone, and nothing else tells what upstream had"
            yield Remark(rule="ledger-gone", level="error", message=message, where=Where(file=name, line=1))


def _gone_downstreams(base: State, head: State) -> Iterator[Remark]:
    for hypervisor, known in base.catalog.downstreams.items():
        kept = head.catalog.downstreams.get(hypervisor, {})
        for name, one in known.items() if not head.is_unread(f"matrix/{hypervisor}/downstreams.yaml") else ():
            if name not in kept:
                message = f"downstream '{name}' is gone, and nothing tells its builds from others"
                where = Where(file=one.where.file, line=1)
                yield Remark(rule="downstream-gone", level="warning", message=message, where=where, gone=name)


def _removed_ids(base: State, head: State, pairs: Pairs) -> Iterator[Remark]:
    new = {pairs.after[one].title: f"'{one}'" for old, one in pairs if one is not None and old is None}
    for old, one in pairs:
        if one is None and old is not None and not head.may_have(base.catalog.capabilities[old]):
            row = base.catalog.capabilities[old]
            heir = new.get(row.title, "its successor")
            message = f"id '{old}' is gone, and drivers ask for it; 'formerly: [{old}]' at {heir} keeps it"
            where = Where(file=row.where.file, line=1 if row.where.file in head.blobs else row.where.line)
            yield Remark(rule="id-removed", level="error", message=message, where=where, gone=old)
    for row in base.catalog.capabilities.values():
        kept = pairs.after.get(pairs.today(row.id))
        for name in row.formerly if kept else ():
            if kept and name not in kept.formerly and name not in pairs.after:
                message = f"'{kept.id}' no longer says that it was '{name}', and drivers may ask for that"
                yield Remark(rule="id-removed", level="error", message=message, where=kept.where)


def _reused_ids(base: State, head: State) -> Iterator[Remark]:
    """Ids that came to name something else: another title, and no path in common with before."""
    former = {name: row.id for row in base.catalog.capabilities.values() for name in row.formerly}
    for new, row in head.catalog.capabilities.items():
        old = base.catalog.capabilities.get(new)
        if new in former and new not in base.catalog.capabilities:
            message = f"id '{new}' named '{former[new]}' before, and must go on to"
            yield Remark(rule="id-reused", level="error", message=message, where=row.where)
        if old is None or old.title == row.title:
            continue
        then, now = (_path_names(state, new) for state in (base, head))
        if then and now and not then & now:
            message = f"id '{new}' has a new title and none of its old paths: it names something else now"
            yield Remark(rule="id-reused", level="error", message=message, where=row.where)


def _path_names(state: State, capability: str) -> set[tuple[str, str]]:
    return {
        (hypervisor, path.name)
        for hypervisor, support in state.catalog.paths.items()
        for path in support.get(capability, ())
    }


def find_returned(base: str, prefix: str, new: Mapping[str, str], repository: Repository) -> dict[str, str]:
    """The commits that took away ids which come back with another title, by id.

    `new` are the new ids with their titles.
    """
    wanted = dict(new)
    found: dict[str, str] = {}
    for commit, lines in repository.removed_lines(base, f"{prefix}capabilities") if wanted else ():
        for at, line in enumerate(lines):
            name = line.strip().removesuffix(":")
            if name in wanted and line.endswith(":"):
                title = next((one for one in lines[at + 1 : at + 2] if one.strip().startswith("title:")), "")
                told = title.partition("title:")[2].strip().strip("'\"")
                if told and told != wanted.pop(name):
                    found[name] = f"{commit}: {told}"
    return found


def _grown_exceptions(base: State, head: State) -> Iterator[Remark]:
    """The numbers that became larger; those of a new rule are its own to begin with."""
    then, now = (read_exceptions(state.root, []) for state in (base, head))
    for rule, most in now.at_most.items():
        if rule in then.at_most and int(most) > int(then.at_most[rule]):
            message = f"'{rule}' has {most} exceptions and had {then.at_most[rule]}; they only become fewer"
            yield Remark(rule="exceptions-grow", level="error", message=message, where=now.where)


def _gone_paths(then: tuple[Path, ...], now: tuple[Path, ...], row: Capability) -> Iterator[Remark]:
    names = {path.name for path in now}
    where = now[0].where if now else row.where
    for path in then:
        if path.name not in names:
            last = "" if now else f", the last on {path.hypervisor}"
            message = (
                f"path '{path.name}' of '{row.id}' is gone{last}; a driver that matches on it takes none"
            )
            yield Remark(rule="path-gone", level="warning", message=message, where=where, gone=path.name)


def _path_remarks(
    then: tuple[Path, ...], now: tuple[Path, ...], history: History | None, clones: Mapping[str, Repository]
) -> Iterator[Remark]:
    """What is to be said of the evidence of paths that are new or say something else."""
    old = {path.name: path for path in then}
    for path in now:
        before = old.get(path.name)
        if before is not None:
            if is_same(before, path):
                continue
            yield from _lost_evidence(before, path)
        known = {text for claim in _claims(before) for text in claim.evidence} if before else set()
        for claim in _claims(path):
            stands = before is not None and any(is_same(claim, one) for one in _claims(before))
            if not stands:
                checker = _Checker(path, history, clones)
                yield from checker.check(claim, [text for text in claim.evidence if text not in known])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """One statement with what stands behind it; `what` names it among those of its path."""

    what: str
    release: str | None
    accepted: str | None
    evidence: tuple[str, ...]
    where: Where


def _claims(path: Path) -> list[_Claim]:
    """Everything that a path claims with evidence, or could."""
    stated: list[tuple[str, Stated | None]] = [("since", path.since), ("until", path.until)]
    found = [
        _Claim(what=what, release=one.release, accepted=one.accepted, evidence=one.evidence, where=one.where)
        for what, one in stated
        if one is not None
    ]
    for one in path.divergent:
        what = f"another shape in {', '.join(one.by)}: {one.when}"
        found.append(_claim(what, one.evidence, one.where))
    found += [_claim(f"broken in {one.releases}", one.evidence, one.where) for one in path.broken]
    if path.deprecated:
        found.append(_claim("deprecated", path.deprecated.evidence, path.where))
    if not path.rejected:
        found.append(_claim("evidence", path.evidence, path.where))
    return found


def _claim(what: str, evidence: tuple[str, ...], where: Where) -> _Claim:
    return _Claim(what=what, release=None, accepted=None, evidence=evidence, where=where)


def _lost_evidence(before: Path, after: Path) -> Iterator[Remark]:
    """Claims that stand, and have nothing behind them any more."""
    kept = {claim.what: claim for claim in _claims(after)}
    for claim in _claims(before):
        now = kept.get(claim.what)
        is_bare = now is not None and claim.evidence and not now.evidence
        if now is not None and is_bare and (claim.what != "evidence" or after.since is None):
            message = f"'{claim.what}' of '{after.name}' lost its evidence {', '.join(claim.evidence)}"
            yield Remark(rule="evidence-lost", level="error", message=message, where=now.where)


class _Checker:
    """Holds the claims of one path against what is known of releases and commits."""

    def __init__(self, path: Path, history: History | None, clones: Mapping[str, Repository]) -> None:
        self.path = path
        self.history = history
        self.releases = history.releases if history else ()
        self.clones = clones

    def check(self, claim: _Claim, commits: list[str]) -> Iterator[Remark]:
        """What does not hold of one claim; `commits` are those of its evidence that are new."""
        at = self._find(claim)
        if claim.release not in {None, "unreleased"} and at is None and self.releases:
            message = f"'{claim.what}' of '{self.path.name}' is {claim.release}, which is no release"
            yield self._remark("release-unknown", "error", message, claim)
            return
        day = str(self.releases[at].date or "9999") if at is not None else "9999"
        if claim.accepted and claim.accepted > day:
            message = f"accepted on {claim.accepted}, after {claim.release} was released ({day})"
            yield self._remark("evidence-contradicted", "error", message, claim)
        for text in commits:
            match = EVIDENCE.fullmatch(text)
            if match is not None:
                yield from self._check_commit(claim, match, at)

    def _find(self, claim: _Claim) -> int | None:
        if claim.release is None or claim.release == "unreleased" or self.history is None:
            return None
        version = self.history.version_of(claim.release)
        return self.history.versions.index(version) if version in self.history.versions else None

    def _check_commit(self, claim: _Claim, match: re.Match[str], at: int | None) -> Iterator[Remark]:
        name, digits = match.groups()
        clone = self.clones.get(name)
        commit = clone.find_commit(digits) if clone else None
        if clone and commit is None:
            message = f"{match[0]} is no commit in {clone.path}"
            yield self._remark("evidence-contradicted", "error", message, claim)
            return
        day = clone.day_of(commit) if clone and commit else self._known_day(name, digits)
        if day and claim.accepted and day != claim.accepted:
            message = f"{match[0]} was committed on {day}, not on {claim.accepted}"
            yield self._remark("evidence-contradicted", "warning", message, claim)
        if clone and commit and at is not None:
            yield from self._check_release(claim, match[0], commit, (clone, at))
        elif day and at is not None and day > str(self.releases[at].date or day):
            message = f"{match[0]} was committed on {day}, after {self.releases[at].name} was released"
            yield self._remark("evidence-contradicted", "error", message, claim)

    def _known_day(self, repository: str, digits: str) -> str | None:
        """The day of a commit that the ledgers have; theirs are those of the hypervisor's own repository."""
        if self.history is None or repository != self.path.hypervisor:
            return None
        return self.history.day_of(digits)

    def _check_release(
        self, claim: _Claim, text: str, commit: str, place: tuple[Repository, int]
    ) -> Iterator[Remark]:
        """The commit is in the release that it is said to have come with, and in none before."""
        clone, at = place
        release = self.releases[at]
        own = _commit_of(release, clone)
        if own is None:
            message = f"{text}: the commit of {release.name} is not in {clone.path}, so it was not checked"
            yield self._remark("evidence-unchecked", "note", message, claim)
        elif not clone.is_in(commit, own):
            message = f"{text} is not in {release.name}"
            yield self._remark("evidence-contradicted", "error", message, claim)
        else:
            before = next((one for one in reversed(self.releases[:at]) if not one.version.is_point), None)
            earlier = _commit_of(before, clone) if before else None
            if before and earlier and clone.is_in(commit, earlier):
                message = f"{text} is in {before.name} already, and the claim is {release.name}"
                yield self._remark("evidence-contradicted", "warning", message, claim)

    def _remark(self, rule: str, level: Level, message: str, claim: _Claim) -> Remark:
        return Remark(rule=rule, level=level, message=message, where=claim.where)


def _commit_of(release: Release, clone: Repository) -> str | None:
    """The commit of a release in a clone; None where that is not known, or not there."""
    return clone.find_commit(release.commit) if release.commit != "-" else None


def open_clones(given: Mapping[str, str]) -> dict[str, Repository]:
    """The repositories that were named, by the name that evidence has for each. Raises TargetError."""
    clones: dict[str, Repository] = {}
    try:
        for name, path in given.items():
            clones[name] = Repository(path)
    except TargetError:
        for clone in clones.values():
            clone.close()
        raise
    return clones
