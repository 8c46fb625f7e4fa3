"""All files read, put together, and checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from types import MappingProxyType

from ..conditions import problem_of
from ..errors import DataError
from ..model import Capability, Downstream, Leaf, Path, Upstream, leaves
from ..reader import Problem, read
from .forms import EVIDENCE, Desk, near
from .place import data_files, data_root
from .records import read_capabilities, read_downstreams, read_support, read_upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The reviewed data, whole and checked; it never changes.

    `paths` are by hypervisor, then by capability, in the order that a driver should prefer.
    """

    root: FilePath
    capabilities: Mapping[str, Capability]
    paths: Mapping[str, Mapping[str, tuple[Path, ...]]]
    upstreams: Mapping[str, Upstream]
    downstreams: Mapping[str, Mapping[str, Downstream]]

    def ids(self, hypervisor: str) -> tuple[str, ...]:
        """The capabilities that one hypervisor has paths for, sorted."""
        return tuple(sorted(self.paths.get(hypervisor, ())))

    def paths_of(self, hypervisor: str, capability: str) -> tuple[Path, ...]:
        """The paths of one capability on one hypervisor; none where it has no support."""
        return self.paths.get(hypervisor, {}).get(capability, ())


def load_catalog(given: str | None = None) -> Catalog:
    """The data, from `given` or where it is installed. Raises DataError with every problem found."""
    found: list[Problem] = []
    catalog = read_catalog(data_root(given), found)
    if found:
        raise DataError(tuple(str(problem) for problem in sorted(found)))
    return catalog


def read_catalog(root: FilePath, found: list[Problem], files: Iterable[FilePath] | None = None) -> Catalog:
    """The data as far as it can be read; every problem in every file goes to `found`."""
    builder = _Builder(root, found)
    for file in data_files(root) if files is None else files:
        builder.add(file)
    return builder.finish()


class _Builder:
    """Collects the files' records, then checks what needs all of them."""

    def __init__(self, root: FilePath, found: list[Problem]) -> None:
        self.root = root
        self.found = found
        self.capabilities: dict[str, Capability] = {}
        self.paths: dict[str, dict[str, tuple[Path, ...]]] = {}
        self.upstreams: dict[str, Upstream] = {}
        self.downstreams: dict[str, dict[str, Downstream]] = {}

    def add(self, file: FilePath) -> None:
        name = file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else file.as_posix()
        desk = Desk(name, self.found)
        try:
            block = read(file.read_bytes(), name, self.found)
        except OSError as error:
            desk.report(None, f"cannot be read: {(error.strerror or str(error)).lower()}")
            return
        if block is None:
            return
        if "capabilities" in block:
            self._add_capabilities(desk, read_capabilities(desk, block))
        elif "support" in block:
            self._add_support(desk, file, *read_support(desk, block))
        elif "downstreams" in block:
            for one in read_downstreams(desk, block):
                self.downstreams.setdefault(one.hypervisor, {})[one.name] = one
        elif "repositories" in block or "upstream" in block:
            upstream = read_upstream(desk, block)
            if upstream is not None:
                self.upstreams[upstream.hypervisor] = upstream
        else:
            desk.report(block, "none of 'capabilities', 'support', 'downstreams', 'upstream' is in this file")

    def _add_capabilities(self, desk: Desk, rows: list[Capability]) -> None:
        for row in rows:
            first = self.capabilities.setdefault(row.id, row)
            if first is not row:
                desk.report(row.where, f"'{row.id}' is here twice; first at {first.where}")

    def _add_support(
        self, desk: Desk, file: FilePath, hypervisor: str, support: dict[str, tuple[Path, ...]]
    ) -> None:
        folder = file.parent.name
        if hypervisor and file.parent.parent.name == "matrix" and folder != hypervisor:
            desk.report(None, f"hypervisor '{hypervisor}' in folder '{folder}'")
        mine = self.paths.setdefault(hypervisor, {})
        for key, paths in support.items():
            if key in mine:
                place = mine[key][0].where if mine[key] else "another file"
                desk.report(key, f"'{key}' has its support twice; first at {place}")
            elif not paths:
                desk.report(key, f"'{key}' has no path")
            else:
                mine[str(key)] = paths

    def finish(self) -> Catalog:
        for capability in self.capabilities.values():
            self._check_needs(capability)
        self._check_cycles()
        for hypervisor, support in self.paths.items():
            for key, paths in support.items():
                self._check_support(hypervisor, key, paths)
        for table in self.downstreams.values():
            for downstream in table.values():
                self._check_downstream(downstream)
        return Catalog(
            root=self.root,
            capabilities=MappingProxyType(dict(sorted(self.capabilities.items()))),
            paths=MappingProxyType({h: MappingProxyType(dict(sorted(p.items()))) for h, p in self.paths.items()}),
            upstreams=MappingProxyType(self.upstreams),
            downstreams=MappingProxyType({h: MappingProxyType(d) for h, d in self.downstreams.items()}),
        )

    def _report(self, record: Capability | Path | Downstream, problem: str, hint: str | None = None) -> None:
        self.found.append(
            Problem(file=record.where.file, line=record.where.line, problem=problem, hint=hint)
        )

    def _check_needs(self, capability: Capability) -> None:
        for need in capability.needs:
            if need not in self.capabilities:
                hint = near(need, self.capabilities)
                self._report(capability, f"'{capability.id}' needs '{need}', which is no capability", hint)

    def _check_cycles(self) -> None:
        done: set[str] = set()
        for start in sorted(self.capabilities):
            trail = [start]
            while trail:
                nexts = [n for n in self.capabilities[trail[-1]].needs if n in self.capabilities and n not in done]
                if not nexts:
                    done.add(trail.pop())
                elif nexts[0] in trail:
                    circle = " needs ".join([*trail[trail.index(nexts[0]) :], nexts[0]])
                    self._report(self.capabilities[trail[-1]], f"a circle: {circle}")
                    done.add(trail.pop())
                else:
                    trail.append(nexts[0])

    def _check_support(self, hypervisor: str, key: str, paths: tuple[Path, ...]) -> None:
        if key not in self.capabilities:
            hint = near(key, self.capabilities)
            self._report(paths[0], f"'{key}' is no capability", hint)
        if hypervisor not in self.upstreams:
            hint = near(hypervisor, self.upstreams)
            self._report(paths[0], f"hypervisor '{hypervisor}' has no upstream.yaml", hint)
        for path in paths:
            self._check_path(path, paths)

    def _check_path(self, path: Path, siblings: tuple[Path, ...]) -> None:
        named = [name for early in path.early for name in early.by] + ([path.fork] if path.fork else [])
        known = self.downstreams.get(path.hypervisor, {})
        for name in named:
            if name not in known:
                self._report(path, f"'{name}' is no downstream of {path.hypervisor}", near(name, known))
        goals = {one.name for one in siblings} | set(self.capabilities)
        if path.successor is not None and path.successor not in goals:
            hint = near(path.successor, goals)
            self._report(path, f"successor '{path.successor}' is no path of '{path.capability}' and no capability", hint)
        if path.rejected and path.since:
            self._report(path, f"'{path.name}' is rejected upstream and has a 'since'")
        if not path.marker and path.since is None:
            self._report(path, f"'{path.name}' has 'marker: none' and no 'since'", "no probe can tell, so a commit must")
        self._check_evidence(path)
        self._check_leaves(path)

    def _check_evidence(self, path: Path) -> None:
        said = [*path.evidence] if not path.rejected else []
        for stated in (path.since, path.until):
            said += stated.evidence if stated else ()
        for one in (*path.early, *path.broken):
            said += one.evidence
        for text in said:
            match = EVIDENCE.fullmatch(text)
            if match is None:
                self._report(path, f"evidence '{text}' is not repository@hash, with 10 to 40 hex digits of the hash")
            elif match[1] not in self._repositories(path.hypervisor):
                hint = near(match[1], self._repositories(path.hypervisor))
                self._report(path, f"evidence '{text}' is of an unknown repository '{match[1]}'", hint)

    def _repositories(self, hypervisor: str) -> set[str]:
        own = self.upstreams.get(hypervisor)
        return set(own.repositories) if own else set()

    def _check_leaves(self, path: Path) -> None:
        for leaf in _leaves(path):
            problem = problem_of(leaf, path.hypervisor)
            if problem:
                self._report(path, f"'{path.name}': {problem}")

    def _check_downstream(self, downstream: Downstream) -> None:
        for backport in downstream.backports:
            if backport.capability not in self.capabilities:
                hint = near(backport.capability, self.capabilities)
                self._report(downstream, f"'{backport.capability}' is no capability", hint)
        if downstream.kind == "product" and downstream.driver is None:
            self._report(downstream, f"product '{downstream.name}' does not say which 'driver' it wants")


def _leaves(path: Path) -> Iterable[Leaf]:
    yield from leaves(path.when)
    yield from leaves(path.usable)
    for early in path.early:
        yield from leaves(early.when)
