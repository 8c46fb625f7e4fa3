"""One sentence for every reason, and what would turn it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..data import Catalog
from ..model import Downstream, Host, Leaf, Path
from ..upstream.history import History
from ..upstream.releases import add_products
from ..upstream.status import Standing, first_ranges, is_visible
from .builder import build_option
from .judge import Decision, PathDecision

SPARED = "a driver that used it would carry a second implementation beside upstream's for ever"


class Speaker:
    """Says why, for one host's decisions."""

    def __init__(self, catalog: Catalog, host: Host, history: History, *, hostless: bool = False) -> None:
        self.host = host
        self.history = history
        self.catalog = catalog
        self.hostless = hostless
        upstream = catalog.upstreams.get(host.hypervisor)
        self.title = upstream.title if upstream else host.hypervisor
        products = add_products(history.products, catalog.distributions.get(host.hypervisor, ()))
        self._products = tuple(one for one in products if one.title != "Unreleased")
        self.downstream = catalog.downstreams.get(host.hypervisor, {}).get(host.downstream or "")

    def gate(self, decision: Decision) -> str:
        """Why a capability is what it is."""
        leading = decision.leading
        if leading is None:
            if decision.reason == "other-product":
                return self._other_product()
            return f"{self.title} has no path for it"
        return self.path(leading)

    def path(self, one: PathDecision) -> str:
        """Why a path is what it is."""
        if one.refused:
            return f"{self._plain(one)}; the caller's policy refuses {one.refused}"
        if one.state == "enabled" and one.reason in {"unstable", "unreleased"}:
            return f"{self._plain(one)}; the caller's policy allows that"
        return self._plain(one)

    def _plain(self, one: PathDecision) -> str:
        return _SAYINGS[one.reason](self, one)

    def remedy(self, decision: Decision) -> str | None:
        """What would enable a capability; None when it is, or when nothing here could."""
        if decision.state == "enabled" or decision.leading is None:
            return None
        say = _REMEDIES.get(decision.leading.reason)
        return say(self, decision.leading) if say else None

    def _name(self, release: str) -> str:
        """A release by its own name, and the product that it is."""
        title = next((known.title for known in self._products if known.release == release), None)
        return f"{release} ({title})" if title else release

    def _since(self, one: PathDecision) -> str:
        bound = " or earlier" if one.standing.bounded else ""
        if one.path.since is not None:
            return f"{self.title} {one.path.since.release}{bound}"
        first = one.standing.since
        return (
            f"{self.title} {self._name(self.history.name_of(first))}{bound}"
            if first
            else f"upstream's {self.title}"
        )

    def _here(self) -> str:
        if self.hostless or self.host.kind == "upstream":
            return f"{self.title} {self._name(str(self.host.version))}"
        owner = self.downstream.title if self.downstream else "this build"
        return f"{owner}'s {self.title} {self._name(str(self.host.version))}"

    def _upstream(self, one: PathDecision) -> str:
        newer, last = self.host.newer, self.history.last
        as_of = f" as of {self.history.name_of(last)}, the newest in the ledger" if newer and last else ""
        if self.host.snapshot and not self.host.newer:
            as_of = f", judged by {self.host.release}, which this snapshot leads to"
        since = f"{one.path.name} is upstream's since {self._since(one)}{as_of}"
        return f"{since}, and this host has it in the same shape"

    def _deprecated(self, one: PathDecision) -> str:
        told = one.path.deprecated
        if told and told.removed:
            end = f"to be removed in {told.removed}"
        elif told and told.since:
            end = f"deprecated since {told.since}"
        else:
            end = self._flagged_since(one)
        follow = f"; use {one.path.successor}" if one.path.successor else ""
        return f"{one.path.name} is upstream's since {self._since(one)} and {end}{follow}"

    def _flagged_since(self, one: PathDecision) -> str:
        release = one.standing.reference or self.history.last
        since = self.history.flagged_since(one.standing.footprint, "deprecated", release)
        return f"deprecated since {since}" if since else "deprecated"

    def _backport(self, one: PathDecision) -> str:
        came = f"{one.path.name} came upstream in {self._since(one)}"
        if one.standing.status == "merged":
            came = f"upstream has merged {one.path.name} and not yet released it"
        return f"{came}; {self._here()} has it early, in upstream's shape"

    def _declared(self, one: PathDecision) -> str:
        return (
            f"{one.path.name} came upstream in {self._since(one)}; {self._here()} declares it "
            f"from package {self._declared_from(one)} on"
        )

    def _declared_from(self, one: PathDecision) -> str:
        rows = self.downstream.backports if self.downstream else ()
        return next((row.since for row in rows if row.capability == one.path.capability), "?")

    def _release(self, one: PathDecision) -> str:
        if self.hostless:
            here = self._name(str(self.host.version))
            return f"{one.path.name} is upstream's since {self._since(one)}, and {here} has it"
        since = f"{one.path.name} is upstream's since {self._since(one)}"
        if one.claim is not None:
            return f"{since}, and {self._builder()} builds it ({one.claim.because})"
        why = "nobody could look for it" if is_visible(one.path) else "no probe can see it"
        return f"{since}; {why}, so the release of this host decides"

    def _too_old(self, one: PathDecision) -> str:
        return f"{one.path.name} came upstream in {self._since(one)}; this is {self._here()}"

    def _removed(self, one: PathDecision) -> str:
        told = one.path.deprecated
        gone = told.removed if told and told.removed else self._gone(one)
        follow = f"; use {one.path.successor}" if one.path.successor else ""
        return f"upstream removed {one.path.name}{f' in {gone}' if gone else ''}{follow}"

    def _gone(self, one: PathDecision) -> str | None:
        last = one.standing.last
        gone = next((version for version in self.history.versions if last and version > last), None)
        return self._name(self.history.name_of(gone)) if gone else None

    def _not_built(self, one: PathDecision) -> str:
        told = f"{one.path.name} is in {self._since(one)}, but"
        if one.case.denied and one.claim is not None:
            return f"{told} {self._builder()} builds {self.title} without it ({one.claim.because})"
        missing = _join(map(str, one.lacking)) or one.path.name
        return f"{told} this build lacks {missing}{self._condition(one)}"

    def _builder(self) -> str:
        return self.downstream.title.partition(",")[0] if self.downstream else "this host's builder"

    def _condition(self, one: PathDecision) -> str:
        version = one.standing.reference
        for element in one.standing.footprint if version else ():
            found = self.history.build_condition(element, version) if version else None
            if found:
                return f" (built only with {found})"
        return ""

    def _host_lacks(self, one: PathDecision) -> str:
        missing = _join(map(str, one.lacking))
        return f"{one.path.name} is in {self._since(one)}, but this machine or target lacks {missing}"

    def _divergent(self, one: PathDecision) -> str:
        if one.early is not None:
            owners = _join(self._title(name) for name in one.early.by)
            return f"{owners} shipped this early and otherwise: {one.early.differs}; {SPARED}"
        texts = _join(difference.text for difference in one.differences)
        return f"this host's {one.path.name} is not upstream's: {texts}; {SPARED}"

    def _fork_only(self, one: PathDecision) -> str:
        owner = self._title(one.path.fork) if one.path.fork else self._here()
        if self.history.as_of is not None and not one.path.fork:
            late = f"by {self.history.as_of} upstream had not accepted {one.path.name}"
            return f"{late}, and {owner} has it; {SPARED}"
        return (
            f"only {owner} has {one.path.name}, {self._taken_back(one) or 'upstream never took it'}; {SPARED}"
        )

    def _taken_back(self, one: PathDecision) -> str | None:
        """That upstream's branch had a path's element between two releases, if it had."""
        told = map(self.history.taken_back, one.standing.footprint)
        return next((text for text in told if text), None)

    def _title(self, name: str) -> str:
        known: Mapping[str, Downstream] = self.catalog.downstreams.get(self.host.hypervisor, {})
        return known[name].title if name in known else name

    def _rejected(self, one: PathDecision) -> str:
        where = f" ({'; '.join(one.path.evidence)})" if one.path.evidence else ""
        follow = f"; upstream's way is {one.path.successor}" if one.path.successor else ""
        return f"upstream refused {one.path.name}{where}{follow}"

    def _unsupported(self, one: PathDecision) -> str:
        if one.path.fork:
            whose = f"{one.path.name} is {self._title(one.path.fork)}'s alone"
            return whose if self.hostless else f"{whose}, and this host does not have it"
        if self.history.as_of is not None:
            return f"by {self.history.as_of} upstream had not accepted {one.path.name}"
        told = self._taken_back(one)
        return f"no upstream release of {self.title} has {one.path.name}{f': {told}' if told else ''}"

    def _broken(self, one: PathDecision) -> str:
        defect = one.defect
        fixed = f"; {self.title} {defect.fixed} fixes it" if defect and defect.fixed else ""
        return f"{one.path.name} does not work in {self.title} {self.host.version}{fixed}"

    def _unstable(self, one: PathDecision) -> str:
        return f"{one.path.name} is marked unstable upstream and may change in any release"

    def _unreleased(self, one: PathDecision) -> str:
        if one.differences:
            texts = _join(difference.text for difference in one.differences)
            return (
                f"this snapshot's {one.path.name} is not what {self.title} {self.host.release} has: {texts}"
            )
        return f"upstream has merged {one.path.name} and not yet released it"

    def _newer(self, one: PathDecision) -> str:
        if not self.history.versions:
            return f"{self.title} {self.host.version} is later than {self.history.as_of}"
        newest = self.history.name_of(self.history.versions[-1])
        beyond = f"{self.title} {self.host.version} is beyond the ledger's {newest}"
        if one.standing.status != "here":
            return f"{beyond}, and {one.path.name} was not there"
        if one.present is False:
            return (
                f"{beyond}, and this host no longer has {one.path.name}: nobody can tell whose doing that is"
            )
        if one.case.present is False:
            lacks = _join(map(str, one.lacking))
            return (
                f"{beyond}; this host lists {one.path.name} and lacks {lacks}, which it may say otherwise now"
            )
        if one.case.present is None:
            return f"{beyond}, and nobody could look whether {one.path.name} is still as it was there"
        return f"{beyond}, and {one.path.name} has another shape than there"

    def _unledgered(self, one: PathDecision) -> str:
        return f"this host has {one.path.name}, and no ledger tells whether upstream has"

    def _unknown(self, one: PathDecision) -> str:
        if self.host.release is None:
            return f"nothing tells which release of {self.title} this is"
        if not one.case.visible and one.case.optional and one.standing.status == "here":
            return (
                f"{self.title} can be built without {one.path.name}{self._option(one)}, no probe can see it, "
                f"and nothing tells how this host's was built"
            )
        if not one.case.visible and not is_visible(one.path):
            return f"no probe can see {one.path.name}, and nothing proves that {self._here()} has it"
        if one.unasked:
            return f"nobody could look for {_join(map(str, one.unasked))}"
        if one.standing.status == "later" and one.standing.bounded:
            first = self.history.name_of(one.standing.since) if one.standing.since else "?"
            return f"{one.path.name} is in {self.title} {first} for certain, and nobody knows how long before"
        if one.case.shape == "unseen":
            came = f"{one.path.name} came upstream in {self._since(one)}"
            return f"{came}; this host has that name and does not show its shape"
        return f"no ledger tells whether upstream has {one.path.name}"

    def _option(self, one: PathDecision) -> str:
        upstream = self.catalog.upstreams.get(self.host.hypervisor)
        option = build_option(one.path, one.standing, self.history, upstream)
        return f" ({option})" if option else ""

    def _needs(self, one: PathDecision) -> str:
        return f"{one.path.name} is there, but it needs {one.needs}, which is {one.state}"

    def _other_product(self, _one: PathDecision | None = None) -> str:
        owner = self.downstream.title if self.downstream else "this host"
        driver = f"; it wants the {self.host.driver} driver" if self.host.driver else ""
        return f"{owner} is another product than {self.title}{driver}"

    def _remedy_old(self, one: PathDecision) -> str:
        return f"move to {self._since(one)} or later, or to a distribution's package that has it early"

    def _remedy_build(self, one: PathDecision) -> str:
        for leaf in one.lacking:
            package = self._package(leaf)
            if package:
                return f"install {package}"
        return f"use a build that has it{self._condition(one)}"

    def _package(self, leaf: Leaf) -> str | None:
        packages = self.downstream.packages if self.downstream else {}
        name = str(leaf.terms.get("name"))
        return packages.get(f"block-{name}" if leaf.kind == "block-driver" else name)

    def _remedy_host(self, one: PathDecision) -> str:
        return f"give this machine or guest {_join(map(str, one.lacking))}"

    def _remedy_successor(self, one: PathDecision) -> str | None:
        return f"use {one.path.successor}" if one.path.successor else None

    def _remedy_divergent(self, one: PathDecision) -> str:
        if one.standing.since is not None:
            return f"move to a build whose {one.path.name} is upstream's ({self._since(one)} or later)"
        return "none here: bring it upstream first"

    def _remedy_fork(self, _one: PathDecision) -> str:
        return "none here: bring it upstream first"

    def _remedy_broken(self, one: PathDecision) -> str | None:
        return f"move to {self.title} {one.defect.fixed}" if one.defect and one.defect.fixed else None

    def _remedy_unknown(self, one: PathDecision) -> str | None:
        if self.host.release is None:
            return "probe a host that says its version"
        if not one.unasked or not is_visible(one.path):
            return None
        return f"probe a host that can be asked for {_join(map(str, one.unasked))}"

    def _remedy_unstable(self, _one: PathDecision) -> str:
        return "allow it with --allow unstable, and expect it to change"

    def _remedy_unreleased(self, one: PathDecision) -> str:
        if one.differences:
            return f"move to {self.title} {self.host.release}"
        return "wait for the release, or allow it with --allow unreleased"

    def _remedy_needs(self, one: PathDecision) -> str:
        return f"see 'virtgate explain {one.needs}'"

    def _remedy_newer(self, one: PathDecision) -> str:
        packages = [found for leaf in one.lacking if (found := self._package(leaf))]
        if packages:
            return (
                f"install {packages[0]}, and use a virtgate whose ledger has {self.title} {self.host.version}"
            )
        return f"use a virtgate whose ledger has {self.title} {self.host.version}"


Say = Callable[[Speaker, PathDecision], str]
_SAYINGS: Mapping[str, Say] = {
    "upstream": Speaker._upstream,
    "deprecated": Speaker._deprecated,
    "backport": Speaker._backport,
    "declared-backport": Speaker._declared,
    "release": Speaker._release,
    "too-old": Speaker._too_old,
    "removed": Speaker._removed,
    "not-built": Speaker._not_built,
    "host-lacks": Speaker._host_lacks,
    "divergent": Speaker._divergent,
    "fork-only": Speaker._fork_only,
    "rejected": Speaker._rejected,
    "unsupported": Speaker._unsupported,
    "broken": Speaker._broken,
    "unstable": Speaker._unstable,
    "unreleased": Speaker._unreleased,
    "newer-than-ledger": Speaker._newer,
    "unledgered": Speaker._unledgered,
    "unknown": Speaker._unknown,
    "needs": Speaker._needs,
    "other-product": Speaker._other_product,
}
_REMEDIES: Mapping[str, Callable[[Speaker, PathDecision], str | None]] = {
    "too-old": Speaker._remedy_old,
    "not-built": Speaker._remedy_build,
    "host-lacks": Speaker._remedy_host,
    "removed": Speaker._remedy_successor,
    "rejected": Speaker._remedy_successor,
    "deprecated": Speaker._remedy_successor,
    "divergent": Speaker._remedy_divergent,
    "fork-only": Speaker._remedy_fork,
    "broken": Speaker._remedy_broken,
    "unknown": Speaker._remedy_unknown,
    "unstable": Speaker._remedy_unstable,
    "unreleased": Speaker._remedy_unreleased,
    "needs": Speaker._remedy_needs,
    "newer-than-ledger": Speaker._remedy_newer,
}


def evidence_of(path: Path, standing: Standing, history: History, repository: str) -> tuple[str, ...]:
    """What stands behind a path: the commits typed beside it, else the one that completed it upstream.

    With the day on which upstream accepted it, where that is known. Where no commit is known it is the
    ledger's releases. `repository` is the one that the ledgers were harvested from.
    """
    typed = tuple(said for stated in (path.since, path.until) if stated for said in stated.evidence)
    said = (*typed, *path.evidence)
    ranges = first_ranges(standing, history)
    is_dated = history.as_of is not None or standing.status == "merged"
    if path.since or path.evidence or not (ranges or is_dated):
        return (*said, *_accepted(path.since.accepted if path.since else None))
    found = _completing_commit(standing, history)
    if found is None:
        return (f"ledger {ranges}", *said) if ranges else said
    return (f"{repository}@{found[0]}", *_accepted(found[1]), *said)


def _accepted(day: str | None) -> tuple[str, ...]:
    return (f"accepted {day}",) if day else ()


def _completing_commit(standing: Standing, history: History) -> tuple[str, str] | None:
    """The last of the commits that brought what is first in a path's first release, and its day."""
    known = []
    for element in standing.footprint:
        found = history.commit_of(element)
        if found is not None and history.first_in(history.mask(element) or 0) == standing.since:
            known.append(found)
    return max(reversed(known), key=lambda pair: pair[1]) if known else None


def _join(texts: Iterable[str]) -> str:
    listed = list(dict.fromkeys(texts))
    if len(listed) > 4:
        listed = [*listed[:4], f"{len(listed) - 4} more"]
    return ", ".join(listed)
