"""What only all files together can show: names that nothing has, circles, evidence from nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..conditions import KINDS, problem_of
from ..model import Capability, Condition, Downstream, Path, Upstream, Where, leaves
from .catalog import Catalog
from .forms import near
from .yaml import Problem

EVIDENCE = re.compile(r"([a-z0-9][a-z0-9-]*)@([0-9a-f]{10,40})")
_SHORT = re.compile(r"[a-z0-9][a-z0-9-]*@([0-9a-f]{1,9})")
_BARE = re.compile(r"[0-9a-f]{7,40}")


def check(catalog: Catalog, found: list[Problem], unread: Collection[str]) -> None:
    """Report every reference that leads nowhere.

    What may stand in a file that could not be read (`unread`, by name) is not missed.
    """
    _Checker(catalog, found, unread).run()


def evidence_problem(text: str, repositories: Collection[str]) -> tuple[str, str | None] | None:
    """What is wrong with a piece of evidence, and a hint; None for a commit in a declared repository."""
    match = EVIDENCE.fullmatch(text)
    if match is not None:
        if match[1] in repositories:
            return None
        hint = near(match[1], repositories) or f"declared repositories are {', '.join(sorted(repositories))}"
        return f"evidence '{text}' is of repository '{match[1]}', which upstream.yaml does not declare", hint
    if _BARE.fullmatch(text):
        first = next(iter(repositories), "repository")
        return f"evidence '{text}' is a hash without its repository", f"such as {first}@{text}"
    short = _SHORT.fullmatch(text)
    if short is not None:
        return f"evidence '{text}' has {len(short[1])} digits of the hash; 10 to 40 are allowed", None
    return f"evidence '{text}' is not repository@hash with 10 to 40 hex digits in lower case", None


class _Checker:
    """Goes through a catalog once."""

    def __init__(self, catalog: Catalog, found: list[Problem], unread: Collection[str]) -> None:
        self._all = catalog
        self._found = found
        self._unread = unread
        self._formers: dict[str, str] = {}

    def run(self) -> None:
        for capability in self._all.capabilities.values():
            self._check_needs(capability)
            self._check_former(capability)
        self._check_circles()
        for hypervisor, support in self._all.paths.items():
            self._check_hypervisor(hypervisor, support)
            for key, paths in support.items():
                self._check_capability(paths[0].where, key)
                for path in paths:
                    self._check_path(path, paths)
        for hypervisor, moves in self._all.moves.items():
            for breakage in moves.breakages.values():
                for text in breakage.evidence:
                    self._check_evidence(hypervisor, breakage.where, text)
        for upstream in self._all.upstreams.values():
            self._check_upstream(upstream)
        for table in self._all.downstreams.values():
            for downstream in table.values():
                self._check_downstream(downstream)

    def _report(self, where: Where, text: Any, problem: str, hint: str | None = None) -> None:
        """Note a problem at the line of the text that has it, where that is known."""
        line = getattr(text, "line", where.line)
        self._found.append(Problem(file=where.file, line=line, problem=problem, hint=hint))

    def _check_needs(self, capability: Capability) -> None:
        for need in capability.needs:
            if need not in self._all.capabilities and self._is_read(need):
                problem = f"'{capability.id}' needs '{need}', which is no capability"
                self._report(capability.where, need, problem, self._near(need))

    def _check_former(self, capability: Capability) -> None:
        for name in capability.formerly:
            if name in self._all.capabilities:
                problem = f"'{capability.id}' was formerly '{name}', which is a capability"
                self._report(capability.where, name, problem, "an id is never used again for something else")
            first = self._formers.setdefault(name, capability.id)
            if first != capability.id and name not in self._all.capabilities:
                problem = f"'{name}' is what both '{first}' and '{capability.id}' were formerly"
                self._report(capability.where, name, problem)

    def _near(self, name: str) -> str | None:
        """What an id that is none might have meant: what it is called today, or those like it."""
        today = self._all.find(name)
        return f"it is '{today.id}' now" if today else near(name, self._all.capabilities)

    def _check_circles(self) -> None:
        rows = self._all.capabilities
        done: set[str] = set()
        for start in rows:
            trail = [start]
            while trail:
                open_ = [need for need in rows[trail[-1]].needs if need in rows and need not in done]
                if open_ and open_[0] not in trail:
                    trail.append(open_[0])
                    continue
                if open_:
                    circle = " needs ".join(f"'{one}'" for one in [*trail[trail.index(open_[0]) :], open_[0]])
                    self._report(rows[trail[-1]].where, open_[0], f"a circle: {circle}")
                done.add(trail.pop())

    def _check_hypervisor(self, hypervisor: str, support: Mapping[str, tuple[Path, ...]]) -> None:
        if not support or hypervisor in self._all.upstreams:
            return
        if f"matrix/{hypervisor}/upstream.yaml" not in self._unread:
            where = next(iter(support.values()))[0].where
            problem = f"hypervisor '{hypervisor}' has no upstream.yaml"
            self._report(where, None, problem, near(hypervisor, self._all.upstreams))

    def _check_capability(self, where: Where, key: str) -> None:
        if key not in self._all.capabilities and self._is_read(key):
            row = f"a new one has a row in capabilities/{key.split('.', 1)[0]}.yaml"
            like = self._near(key)
            self._report(where, key, f"'{key}' is no capability", f"{like}; {row}" if like else row)

    def _is_read(self, key: str) -> bool:
        return f"capabilities/{key.split('.', 1)[0]}.yaml" not in self._unread

    def _check_path(self, path: Path, siblings: tuple[Path, ...]) -> None:
        self._check_names(path)
        self._check_successor(path, siblings)
        for text in _evidence(path):
            self._check_evidence(path.hypervisor, path.where, text)
        for condition in _conditions(path) if path.hypervisor in self._all.upstreams else ():
            self._check_leaves(path.where, path.hypervisor, condition)

    def _check_names(self, path: Path) -> None:
        known = self._all.downstreams.get(path.hypervisor, {})
        if f"matrix/{path.hypervisor}/downstreams.yaml" in self._unread:
            return
        named = [name for one in path.divergent for name in one.by]
        for name in [*named, path.fork] if path.fork else named:
            if name not in known:
                hint = near(name, known) or f"downstreams are {', '.join(sorted(known)) or 'none'}"
                self._report(path.where, name, f"'{name}' is no downstream of {path.hypervisor}", hint)

    def _check_successor(self, path: Path, siblings: tuple[Path, ...]) -> None:
        if path.successor is None or path.successor in self._all.capabilities:
            return
        names = {one.name for one in siblings}
        if path.successor not in names and self._is_read(path.successor):
            problem = f"successor '{path.successor}' is no path of '{path.capability}' and no capability"
            self._report(
                path.where, path.successor, problem, near(path.successor, [*names, *self._all.capabilities])
            )

    def _check_evidence(self, hypervisor: str, where: Where, text: str) -> None:
        upstream = self._all.upstreams.get(hypervisor)
        wrong = evidence_problem(text, upstream.repositories) if upstream else None
        if wrong is not None:
            self._report(where, text, *wrong)

    def _check_leaves(self, where: Where, hypervisor: str, condition: Condition | None) -> None:
        for leaf in leaves(condition):
            problem = problem_of(leaf, hypervisor)
            if problem:
                self._report(where, next(iter(leaf.terms.values()), None), problem)

    def _check_upstream(self, upstream: Upstream) -> None:
        known = upstream.repositories
        for name in sorted(upstream.accepted - known.keys()):
            hint = near(name, known) or f"declared repositories are {', '.join(sorted(known))}"
            self._report(upstream.where, name, f"'{name}' is no repository of {upstream.hypervisor}", hint)
        for kind, commits in upstream.unconditional.items():
            if kind not in KINDS:
                problem = f"'{kind}' of 'unconditional' is no kind of condition"
                self._report(upstream.where, kind, problem, near(kind, KINDS))
            for text in commits:
                self._check_evidence(upstream.hypervisor, upstream.where, text)
        for snapshot in upstream.snapshots:
            for text in snapshot.evidence:
                self._check_evidence(upstream.hypervisor, upstream.where, text)

    def _check_downstream(self, downstream: Downstream) -> None:
        for backport in downstream.backports:
            self._check_capability(downstream.where, backport.capability)
            for text in backport.evidence:
                self._check_evidence(downstream.hypervisor, downstream.where, text)
        for built in (*downstream.builds, *downstream.denies):
            for text in built.evidence:
                self._check_evidence(downstream.hypervisor, built.where, text)
        for condition in (*downstream.markers, *downstream.elements):
            self._check_leaves(downstream.where, downstream.hypervisor, condition)


def _evidence(path: Path) -> Iterator[str]:
    """Every piece that must be a commit; where upstream refused, it is a mail."""
    if not path.rejected:
        yield from path.evidence
    yield from path.unconditional
    for stated in (path.since, path.until, path.deprecated, path.optional, *path.divergent, *path.broken):
        if stated is not None:
            yield from stated.evidence


def _conditions(path: Path) -> Iterator[Condition | None]:
    yield path.when
    yield path.usable
    for one in path.divergent:
        yield one.when
    for defect in path.broken:
        yield defect.witness
