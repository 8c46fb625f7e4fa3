"""Puts one host's capabilities through the table, one path after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from ..conditions import KINDS, View, footprint, lack_of, look, missing, unseen
from ..data import Catalog
from ..driver.policy import Policy
from ..interface import Difference, Graph, walk
from ..interface.walk import places_of
from ..model import Built, Defect, Divergent, Element, Host, Leaf, Path
from ..upstream.history import History
from ..upstream.status import (
    UNSTABLE_FLAG,
    UpstreamStatus,
    find_status,
    has_part,
    is_visible,
    rests_on_release,
)
from ..versions import Ranges, Version
from .builder import Builder, build_option
from .built import is_taken_out
from .classify import Classifier
from .decision import Decision, PathDecision
from .divergent import is_divergent
from .reasons import ORDER, Reason
from .rows import Case, State, first_row
from .ruling import rule_on
from .seen import is_shown, is_told_by_release
from .shapes import Shapes


def decide(  # noqa: PLR0917 - what is asked, of whom, and how
    catalog: Catalog,
    host: Host,
    history: History,
    view: View | None,
    policy: Policy,
    only: Iterable[str] | None = None,
) -> Mapping[str, Decision]:
    """Every capability's decision on one host; `view` is None for a question about a release alone.

    With `only` it is of those, and of what they need.
    """
    return Judge(catalog, host, history, view, policy).decide(catalog, only)


def _find_need(catalog: Catalog, capability: str, done: Mapping[str, Decision]) -> Decision | None:
    needs = (done[need] for need in catalog.capabilities[capability].needs)
    return next((need for need in needs if need.state != "enabled"), None)


def _join(capability: str, paths: list[PathDecision], need: Decision | None, host: Host) -> Decision:
    if need is not None:
        paths = [
            replace(one, state=need.state, reason=Reason.NEEDS, needs=need.capability)
            if one.state == "enabled"
            else one
            for one in paths
        ]
    present = _any_present(one.present for one in paths)
    chosen = next((one for one in paths if one.state == "enabled"), None)
    state, reason = _without_path(paths, host) if chosen is None else (chosen.state, chosen.reason)
    name = None if chosen is None else chosen.path.name
    return Decision(
        capability=capability, state=state, reason=reason, path=name, present=present, paths=tuple(paths)
    )


def _without_path(paths: list[PathDecision], host: Host) -> tuple[State, Reason]:
    unknown = next((one for one in paths if one.state == "unknown"), None)
    if unknown is not None:
        return "unknown", unknown.reason
    if not paths:
        return "disabled", Reason.OTHER_PRODUCT if host.kind == "product" else Reason.UNSUPPORTED
    nearest = min(paths, key=_distance)
    return "disabled", nearest.reason


def _distance(one: PathDecision) -> int:
    """How far a path is from being enabled."""
    return -1 if one.refused else ORDER[one.reason]


def _any_present(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    return True if True in seen else None if None in seen else False


class Judge:
    """One host's facts, history and policy, ready to judge any path of it."""

    def __init__(
        self, catalog: Catalog, host: Host, history: History, view: View | None, policy: Policy
    ) -> None:
        self.host = host
        self.history = history
        self.view = view
        self.policy = policy
        self.capabilities = catalog.capabilities
        self.downstream = catalog.downstreams.get(host.hypervisor, {}).get(host.downstream or "")
        self.builder = Builder(host, self.downstream)
        self.upstream = catalog.upstreams.get(host.hypervisor)
        self.release = self._judged_by()
        self._shapes = None
        if view is not None and self.release is not None:
            classifier = Classifier(catalog, host, history, view, self.release)
            self._shapes = Shapes(history, view, classifier)

    def decide(self, catalog: Catalog, only: Iterable[str] | None = None) -> Mapping[str, Decision]:
        """Every capability's decision, or that of some and what they need, by the paths of a catalog."""
        done: dict[str, Decision] = {}
        for capability in catalog.with_needs_first(catalog.capabilities if only is None else only):
            paths = [self.path(one) for one in catalog.paths_of(self.host.hypervisor, capability)]
            done[capability] = _join(capability, paths, _find_need(catalog, capability, done), self.host)
        return dict(sorted(done.items()))

    def _judged_by(self) -> Version | None:
        """The release whose interface counts: the ledger's newest for a host beyond it."""
        if self.host.newer and self.history.versions:
            return self.history.versions[-1]
        return self.history.version_of(self.host.release) if self.host.release else None

    def path(self, path: Path) -> PathDecision:
        """One path through the table."""
        standing = self._stand(path)
        denial = self.builder.find_denial(path)
        present = self._look(path, denial)
        usable = self._usable(path, present)
        differences = self._differences(path, standing, present)
        shown = self._is_shown(path, present, standing)
        seen = present if shown else None
        # What the host's own release has already shows nothing of a later one's path.
        present = seen if standing.status == "later" else present
        other, foreign = self._find_divergent(path, None if differences or not present else standing)
        case = self._case(
            path,
            standing,
            foreign=foreign,
            present=self._whole(seen, usable, standing, differences),
            shape=self._shape(standing, differences),
            lack=self._lack_of(path, standing, present, usable),
            broken=(defect := self._defect(path)) is not None,
            visible=self._is_visible(path, present, usable, shown),
            denied=denial is not None,
        )
        ruled = rule_on(self.policy, self.capabilities, path, row := first_row(case))
        return PathDecision(
            path=path,
            row=row.row,
            present=present,
            case=case,
            standing=standing,
            differences=differences,
            **self._what_lacks(path, present, usable),
            unasked=self._unasked(path, present, usable),
            divergent=other,
            defect=defect,
            claim=denial or self.builder.find_built(path),
            **ruled.fields(),
        )

    def _case(self, path: Path, standing: UpstreamStatus, **seen: Any) -> Case:
        """What the table asks: of the host, of the path's standing, and what was `seen` of it here."""
        flags = self._flags(standing)
        return Case(
            product=self.host.kind == "product",
            told=self.host.release is not None or self.host.kind == "product",
            status=standing.status,
            newer=self.host.newer,
            unstable=path.unstable or "unstable" in flags or self._has_unstable_name(path, standing),
            deprecated="deprecated" in flags or self._is_deprecated(path),
            gone=self._is_announced_gone(path),
            complete=standing.complete,
            bounded=standing.bounded,
            unripe=self.host.snapshot and standing.since is not None and standing.since == self.release,
            kind=self.host.kind,
            hostless=self.view is None,
            snapshot=self.host.snapshot,
            declared=self.builder.is_declared(path),
            optional=self._may_lack(path, standing),
            **seen,
        )

    def _look(self, path: Path, denial: Built | None) -> bool | None:
        """Whether the host shows a path.

        What no probe can see nobody saw, whatever its condition says; nor does a release alone prove a
        builder wrong.
        """
        present = look(path.when, self.view) if self.view else None
        unproven = not path.marker or (denial is not None and rests_on_release(path.when))
        return None if present and unproven else present

    def _may_lack(self, path: Path, standing: UpstreamStatus) -> bool:
        """Whether this build may be without a path that no probe sees, for all that anybody says.

        Of a distribution's it may where nobody says that none can; of upstream's only by a known option.
        """
        if self.builder.may_deny(path):
            return True
        if self.builder.find_built(path):
            return False
        option = build_option(path, standing, self.history, self.upstream, self.view)
        return bool(option) or (option is not None and self.host.kind != "upstream")

    def _stand(self, path: Path) -> UpstreamStatus:
        """Where a path stands; what a fork has and no probe can see, nobody else's host has."""
        standing = find_status(path, self.release, self.history, self.view)
        is_other = self.host.downstream != path.fork and self.host.kind in {"upstream", "distribution"}
        if path.fork and is_other and not is_visible(path, self.view):
            return replace(standing, status="none")
        return standing

    def _is_shown(self, path: Path, present: bool | None, standing: UpstreamStatus) -> bool:
        return not (present and self.view) or is_shown(path, standing, self.history, self.view)

    def _is_visible(self, path: Path, present: bool | None, usable: bool | None, shown: bool) -> bool:
        """False where the release alone tells the rest: all that a probe can see was seen, and holds."""
        if usable is None:  # what it needs could be asked for and was not: nobody can tell
            return True
        if self.view is None or (shown and is_visible(path, self.view)):
            return is_visible(path, self.view)
        return not is_told_by_release(path, present, self.view)

    def _usable(self, path: Path, present: bool | None) -> bool | None:
        if path.usable is None or self.view is None or present is False:
            return True
        return look(path.usable, self.view)

    def _whole(
        self,
        present: bool | None,
        usable: bool | None,
        standing: UpstreamStatus,
        differences: tuple[Difference, ...],
    ) -> bool | None:
        """Presence with usability; a later release's path that still is as it was before is not there."""
        if present and standing.status == "later" and any(map(self._is_as_before, differences)):
            return False
        if present is False or usable is False:
            return False
        return None if present is None or usable is None else True

    def _is_as_before(self, one: Difference) -> bool:
        """Whether what a host lacks of a path came to something that its own release had already."""
        around = places_of(one.element)[:-1]
        element = Element(kind="qmp", name=around[-1]) if around else None
        return one.absent and (
            element is None or bool(self.release and self.history.has(element, self.release))
        )

    def _differences(
        self, path: Path, standing: UpstreamStatus, present: bool | None
    ) -> tuple[Difference, ...]:
        """What a host has otherwise; of a path that can be seen in part only, what is seen of it."""
        if present is False or self._shapes is None:
            return ()
        found = self._shapes.differ(path, standing)
        return tuple(one for one in found if present or not one.absent or self._is_inside_seen(one, standing))

    def _is_inside_seen(self, one: Difference, standing: UpstreamStatus) -> bool:
        """Whether what a host lacks of its own release is inside a command that it has: another shape."""
        if standing.status != "here" or self.view is None or self.view.own.graph is None:
            return False
        head = places_of(one.element)[0]
        return head != one.element and self.view.own.graph.root(head) is not None

    def _shape(
        self, standing: UpstreamStatus, differences: tuple[Difference, ...]
    ) -> Literal["same", "other", "unseen"]:
        if differences:
            return "other"
        has_qmp = any(one.kind == "qmp" for one in standing.footprint)
        if has_qmp and self.view and self.view.own.graph is None:
            return "unseen"
        return "same"

    def _find_divergent(
        self, path: Path, same: UpstreamStatus | None
    ) -> tuple[Divergent | None, Literal["divergent", "fork-only"] | None]:
        """The known foreign shape that this host has, if one.

        Where upstream's own shape is there (`same`), another that stands beside it does not count.
        """
        if path.fork is not None:
            here = self.view is not None and look(path.when, self.view) is True
            return None, "fork-only" if here else None
        if self.view is not None:
            for one in path.divergent:
                is_beside = same is not None and set(same.footprint).isdisjoint(
                    footprint(one.when, self.view)
                )
                if not is_beside and is_divergent(one, self.host, self.downstream, self.history, self.view):
                    return one, "divergent"
        return None, None

    def _defect(self, path: Path) -> Defect | None:
        for defect in path.broken:
            if self.release is None or self.release not in Ranges.parse(defect.releases):
                continue
            if defect.witness and self.view and look(defect.witness, self.view):
                continue
            if not self._has_fixed_package(defect):
                return defect
        return None

    def _has_fixed_package(self, defect: Defect) -> bool:
        fixed = defect.packages.get(self.host.downstream or "")
        if fixed is None or self.host.evr is None or self.downstream is None:
            return False
        return self.downstream.compare(self.host.evr, fixed) >= 0

    def _lacking(self, path: Path, present: bool | None, usable: bool | None) -> tuple[Leaf, ...]:
        if self.view is None:
            return ()
        if present is False:
            return missing(path.when, self.view) + self._lacking_targets(path)
        return missing(path.usable, self.view) if path.usable and usable is False else ()

    def _what_lacks(self, path: Path, present: bool | None, usable: bool | None) -> dict[str, Any]:
        """What is lacking, and what on the machine keeps all of it away; nothing where that says not all."""
        lacking = self._lacking(path, present, usable)
        found = [
            KINDS[leaf.kind].obstacle(self.view, leaf.terms) for leaf in lacking if self.view is not None
        ]
        by_place = {one.place: one for one in found if one is not None}
        return {"lacking": lacking, "obstacles": () if None in found else tuple(by_place.values())}

    def _lack(self, path: Path, present: bool | None, usable: bool | None) -> Literal["host", "build"]:
        if self.view is None:
            return "build"
        if present is False:
            return "host" if self._lacking_targets(path) else lack_of(path.when, self.view)
        return lack_of(path.usable, self.view) if path.usable and usable is False else "build"

    def _lack_of(
        self, path: Path, standing: UpstreamStatus, present: bool | None, usable: bool | None
    ) -> Literal["host", "build", "source"]:
        """What lacks the path: the source, where all that is missing is in every build of upstream's."""
        found = self._lack(path, present, usable)
        if found == "host" or present is not False or self.builder.find_denial(path):
            return found
        gone = [one for one in self._lacking(path, present, usable) if self.view and not look(one, self.view)]
        return "source" if is_taken_out(self.history, gone, self.host, standing.reference) else found

    def _lacking_targets(self, path: Path) -> tuple[Leaf, ...]:
        """The target or the accelerator, where only another has the path: no other build would help."""
        if path.usable is None or self.view is None:
            return ()
        return tuple(leaf for leaf in missing(path.usable, self.view) if leaf.kind in {"arch", "accel"})

    def _unasked(self, path: Path, present: bool | None, usable: bool | None) -> tuple[Leaf, ...]:
        if self.view is None:
            return ()
        if present is None:
            return unseen(path.when, self.view)
        return unseen(path.usable, self.view) if path.usable and usable is None else ()

    def _flags(self, standing: UpstreamStatus) -> frozenset[str]:
        """Every feature flag that an element of the footprint, or one around it, carries here or upstream."""
        graphs: list[Graph | None] = [self.view.own.graph if self.view else None]
        graphs += [self.history.graph(standing.reference)] if standing.reference else []
        found: frozenset[str] = frozenset()
        for graph in graphs:
            for element in standing.footprint if graph is not None else ():
                seen = walk(graph, element.name) if graph is not None and element.kind == "qmp" else None
                if seen is not None and seen.features:
                    found |= seen.features
        if standing.reference is not None:
            found = found.union(*(self.history.flags(one, standing.reference) for one in standing.footprint))
        return found

    def _has_unstable_name(self, path: Path, standing: UpstreamStatus) -> bool:
        """Before the flag came a name said it; since then `x-` is only a habit."""
        prefix = self.upstream.unstable_prefix if self.upstream else None
        before_flags = standing.reference is None or standing.reference < UNSTABLE_FLAG
        if prefix is None or path.stable or not before_flags:
            return False
        return any(has_part(element.name, prefix) for element in standing.footprint)

    def _is_deprecated(self, path: Path) -> bool:
        """Whether documentation says so, of this release."""
        told = path.deprecated
        if told is None or told.since is None or self.release is None:
            return False
        return self.release >= self.history.version_of(told.since)

    def _is_announced_gone(self, path: Path) -> bool:
        removed = path.deprecated.removed if path.deprecated else None
        if removed is None or self.host.release is None:
            return False
        end = self.history.version_of(removed)
        # What nobody had announced by the day that counts is not announced.
        is_known = self.history.as_of is None or (self.history.last or end) >= end
        return is_known and self.history.version_of(self.host.release) >= end
