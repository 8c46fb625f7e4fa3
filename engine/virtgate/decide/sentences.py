"""One sentence for every reason, and the remedy where there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..data import Catalog
from ..model import Downstream, Element, Host, Leaf
from ..upstream.history import History
from ..upstream.releases import add_products
from ..upstream.status import is_taken_away, is_visible
from ..versions import Version
from .builder import build_option
from .decision import Decision, PathDecision
from .reasons import Reason
from .ruling import Ruling

_PAST = {"allow": "allowed", "refuse": "refused"}
# What a path is called that upstream has no one word for.
_THIS_WAY = "this way"
_PARTS = re.compile(r"[.:=]")
SPARED = "a driver that used it would have to keep a second implementation beside upstream's for ever"


class Speaker:
    """Puts the decisions about one host into words."""

    def __init__(self, catalog: Catalog, host: Host, history: History, *, hostless: bool = False) -> None:
        self.host = host
        self.history = history
        self.catalog = catalog
        self.hostless = hostless
        upstream = catalog.upstreams.get(host.hypervisor)
        self.title = upstream.title if upstream else host.hypervisor
        products = add_products(history.products, catalog.distributions.get(host.hypervisor, ()))
        self._products = tuple(one for one in products if one.title != "Unreleased")
        self._said: dict[int, tuple[PathDecision, str]] = {}
        self.downstream = catalog.downstreams.get(host.hypervisor, {}).get(host.downstream or "")

    def gate(self, decision: Decision) -> str:
        """Why a capability has its state."""
        leading = decision.leading
        if leading is None:
            if decision.reason == Reason.OTHER_PRODUCT:
                return self._other_product()
            return f"{self.title} has no path for it"
        return self.path(leading)

    def path(self, one: PathDecision) -> str:
        """Why a path has its state; it is said of the path and of its capability."""
        known = self._said.get(id(one))
        if known is None:  # the path is kept beside, so that no other can have its identity
            known = self._said[id(one)] = one, self._say(one)
        return known[1]

    def _say(self, one: PathDecision) -> str:
        if one.ruling is not None and one.reason != Reason.NEEDS:
            return self._ruled(one, one.ruling)
        return self._by_table(one)

    def _ruled(self, one: PathDecision, ruling: Ruling) -> str:
        """What a site's rule did, and what is so without it: a rule says nothing of upstream."""
        rule = ruling.rule
        without = replace(one, ruling=None, reason=ruling.plain)
        until = f" until {rule.until}" if rule.until else ""
        if ruling.effect == "holds":
            return f"{rule.where} {rule.verb}s it{until}: {rule.why}; without that: {self._plain(without)}"
        plain = self._by_table(without)
        if ruling.effect == "over":
            return f"{plain}; {rule.where} {_PAST[rule.verb]} it{until}, which is over"
        return f"{plain}; {rule.where} allows it{until}, which does not help here"

    def _by_table(self, one: PathDecision) -> str:
        if one.refused:
            return f"{self._plain(one)}; the caller's policy refuses {one.refused}"
        if one.state == "enabled" and one.reason in {Reason.UNSTABLE, Reason.UNRELEASED}:
            return f"{self._plain(one)}; the caller's policy allows that"
        return self._plain(one)

    def _plain(self, one: PathDecision) -> str:
        return _SAYINGS[one.reason](self, one)

    def _name(self, release: str) -> str:
        """A release's number, with the name of the product that it was sold as."""
        title = next((known.title for known in self._products if known.release == release), None)
        return f"{release} ({title})" if title else release

    def way(self, one: PathDecision) -> str:
        """What a sentence calls a path: upstream's own word where one says it all.

        A path's name is ours, and upstream may have nothing that is called so.
        """
        elements, since = one.standing.footprint, one.standing.since
        for element in elements:
            is_as_old = since is None or self._first(element) == since
            if is_as_old and one.path.name in {element.name, _PARTS.split(element.name)[-1]}:
                return element.name
        if len(elements) == 1 and not one.path.since and not one.path.until:
            return elements[0].name
        return f"{_THIS_WAY} ({one.path.name})"

    def _first(self, element: Element) -> Version | None:
        return self.history.first_in(self.history.mask(element) or 0)

    def _brought(self, one: PathDecision) -> str:
        """What upstream's release brought when it completed a path: the newest that the path stands on."""
        way, since = self.way(one), one.standing.since
        if not way.startswith(_THIS_WAY) or one.path.since is not None or since is None:
            return way
        born = (one for one in one.standing.footprint if self._first(one) == since)
        newest = next(born, None)
        return newest.name if newest else way

    def since(self, one: PathDecision) -> str:
        bound = " or earlier" if one.standing.bounded else ""
        if one.path.since is not None:
            return f"{self.title} {one.path.since.release}{bound}"
        first = one.standing.since
        if first is None:
            return f"upstream's {self.title}"
        told = " by its documentation" if self.history.is_documented(first) else ""
        return f"{self.title} {self._name(self.history.name_of(first))}{bound}{told}"

    def _here(self) -> str:
        if self.hostless or self.host.kind == "upstream":
            return f"{self.title} {self._name(str(self.host.version))}"
        owner = f"{self.downstream.title}'s" if self.downstream else "this build of"
        return f"{owner} {self.title} {self._name(str(self.host.version))}"

    def _upstream(self, one: PathDecision) -> str:
        newer, last = self.host.newer, self.history.last
        judged = f" (the ledger ends with {self.history.name_of(last)})" if newer and last else ""
        if self.host.snapshot and not self.host.newer:
            judged = f" (this snapshot is judged as {self.host.release})"
        return f"{self._been(one)}{judged}, and this host has it in the same shape"

    def _been(self, one: PathDecision) -> str:
        return f"{self._brought(one)} has been upstream since {self.since(one)}"

    def _added(self, one: PathDecision) -> str:
        return f"upstream added {self._brought(one)} in {self.since(one)}"

    def _had(self, one: PathDecision) -> str:
        """That upstream has a path, with its release where one is known."""
        known = one.path.since or one.standing.since
        return self._been(one) if known else f"upstream has {self.way(one)}"

    def _deprecated(self, one: PathDecision) -> str:
        told = one.path.deprecated
        if told and told.removed:
            end = f"will be removed in {told.removed}"
        elif told and told.since:
            end = f"deprecated since {told.since}"
        else:
            end = self._flagged_since(one)
        follow = f"; use {one.path.successor}" if one.path.successor else ""
        return f"{self._been(one)} and {end}{follow}"

    def _flagged_since(self, one: PathDecision) -> str:
        release = one.standing.reference or self.history.last
        since = self.history.flagged_since(one.standing.footprint, "deprecated", release)
        return f"deprecated since {since}" if since else "is deprecated"

    def _backport(self, one: PathDecision) -> str:
        came = self._added(one)
        if one.standing.status == "merged":
            came = f"upstream has merged {self.way(one)} but has not released it yet"
        return f"{came}; {self._here()} has it as a backport, in upstream's shape"

    def _declared(self, one: PathDecision) -> str:
        package = self._declared_from(one)
        return f"{self._added(one)}; {self._here()} declares a backport, from package {package} on"

    def _declared_from(self, one: PathDecision) -> str:
        rows = self.downstream.backports if self.downstream else ()
        return next((row.since for row in rows if row.capability == one.path.capability), "?")

    def _release(self, one: PathDecision) -> str:
        if self.hostless:
            here = self._name(str(self.host.version))
            return f"{self._been(one)}, and {here} has it"
        if one.claim is not None:
            return f"{self._been(one)}, and {self._builder()} builds it ({one.claim.because})"
        why = "this host could not be asked for it" if is_visible(one.path) else "no probe can see it"
        return f"{self._been(one)}; {why}, so this host's release decides"

    def _too_old(self, one: PathDecision) -> str:
        this = "this is" if self.hostless else "this host has"
        return f"{self._added(one)}; {this} {self._here().removeprefix('this build of ')}"

    def _removed(self, one: PathDecision) -> str:
        told = one.path.deprecated
        gone = told.removed if told and told.removed else self._gone(one)
        follow = f"; use {one.path.successor}" if one.path.successor else ""
        own = None if self.host.newer else self.host.release
        here = self.history.version_of(own) if own else self.history.last
        if gone and not is_taken_away(one.path, one.standing.footprint, here, self.history):
            return f"{self.way(one)} is for releases before {gone} alone{follow}"
        return f"upstream removed {self.way(one)}{f' in {gone}' if gone else ''}{follow}"

    def _gone(self, one: PathDecision) -> str | None:
        last = one.standing.last
        gone = next((version for version in self.history.versions if last and version > last), None)
        return self._name(self.history.name_of(gone)) if gone else None

    def _not_built(self, one: PathDecision) -> str:
        told = f"{self._had(one)}, but"
        if one.case.denied and one.claim is not None:
            return f"{told} {self._builder()} builds {self.title} without it ({one.claim.because})"
        missing = join_few(map(str, one.lacking)) or "it"
        return f"{told} this build lacks {missing}{self.condition(one)}"

    def _owner(self) -> str:
        return self.downstream.title if self.downstream else "this build's maker"

    def _builder(self) -> str:
        return self.downstream.title.partition(",")[0] if self.downstream else "this host's builder"

    def condition(self, one: PathDecision) -> str:
        version = one.standing.reference
        for element in one.standing.footprint if version else ():
            found = self.history.build_condition(element, version) if version else None
            if found:
                return f" (built only with {found})"
        return ""

    def _host_lacks(self, one: PathDecision) -> str:
        told = join_few(obstacle.why for obstacle in one.obstacles if obstacle.is_told)
        missing = join_few(map(str, one.lacking))
        return f"{self._had(one)}, but {told or f'this machine or target lacks {missing}'}"

    def _divergent(self, one: PathDecision) -> str:
        if one.divergent is not None:
            owners = join_few(self._title(name) for name in one.divergent.by)
            return f"{owners} shipped this before upstream and differently: {one.divergent.differs}; {SPARED}"
        if one.case.lack == "source":
            gone = f"{self._owner()} took {join_few(map(str, one.lacking))} out"
            return f"{self._had(one)}, but {gone}, which no option of upstream's build does"
        texts = join_few(difference.text for difference in one.differences)
        return f"{self.way(one)} differs from upstream's on this host: {texts}; {SPARED}"

    def _fork_only(self, one: PathDecision) -> str:
        owner = self._title(one.path.fork) if one.path.fork else self._here()
        if self.history.as_of is not None and not one.path.fork:
            return f"{self._not_accepted(one)}, and {owner} has it; {SPARED}"
        never = self._taken_back(one) or "upstream never accepted it"
        return f"only {owner} has {self.way(one)}; {never}; {SPARED}"

    def _not_accepted(self, one: PathDecision) -> str:
        return f"upstream had not accepted {self.way(one)} by {self.history.as_of}"

    def _taken_back(self, one: PathDecision) -> str | None:
        """What upstream's branch had of a path between two releases and took back; None if nothing."""
        told = map(self.history.taken_back, one.standing.footprint)
        return next((text for text in told if text), None)

    def _title(self, name: str) -> str:
        known: Mapping[str, Downstream] = self.catalog.downstreams.get(self.host.hypervisor, {})
        return known[name].title if name in known else name

    def _rejected(self, one: PathDecision) -> str:
        where = f": {'; '.join(one.path.evidence)}" if one.path.evidence else ""
        follow = f"; use {one.path.successor}" if one.path.successor else ""
        return f"upstream rejected {self.way(one)}{where}{follow}"

    def _unsupported(self, one: PathDecision) -> str:
        if one.path.fork:
            whose = f"only {self._title(one.path.fork)} has {self.way(one)}"
            return whose if self.hostless else f"{whose}; this host does not"
        if self.history.as_of is not None:
            return self._not_accepted(one)
        told = self._taken_back(one)
        return f"no upstream release of {self.title} has {self.way(one)}{f': {told}' if told else ''}"

    def _broken(self, one: PathDecision) -> str:
        defect = one.defect
        fixed = f"; {self.title} {defect.fixed} fixes it" if defect and defect.fixed else ""
        return f"{self.way(one)} does not work in {self.title} {self.host.version}{fixed}"

    def _unstable(self, one: PathDecision) -> str:
        return f"upstream marks {self.way(one)} as unstable and may change it in any release"

    def _unreleased(self, one: PathDecision) -> str:
        if one.differences:
            texts = join_few(difference.text for difference in one.differences)
            released = f"{self.title} {self.host.release}'s"
            return f"{self.way(one)} differs from {released} in this snapshot: {texts}"
        return f"upstream has merged {self.way(one)} but has not released it yet"

    def _newer(self, one: PathDecision) -> str:
        if not self.history.versions:
            return f"{self.title} {self.host.version} was released after {self.history.as_of}"
        newest, way = self.history.name_of(self.history.versions[-1]), self.way(one)
        beyond = f"{self.title} {self.host.version} is newer than the ledger"
        if one.standing.status != "here":
            return f"{beyond}, and its last release, {newest}, did not have {way}"
        if one.present is False:
            return f"{beyond}; {newest} had {way}, so either upstream removed it or this build lacks it"
        if one.case.present is False:
            lacks = join_few(map(str, one.lacking))
            return f"{beyond}; this host has {way} but not {lacks}, which may have another name by now"
        if one.case.present is None:
            return f"{beyond}; {newest} had {way}, and this host does not show whether it still has it"
        return f"{beyond}, and {way} has another shape here than in {newest}"

    def _unledgered(self, one: PathDecision) -> str:
        return f"this host has {self.way(one)}, but no ledger says whether upstream has it"

    def _unknown(self, one: PathDecision) -> str:
        if self.host.release is None:
            return f"this host does not say which release of {self.title} it is"
        if not one.case.visible and one.case.optional and one.standing.status == "here":
            return (
                f"{self.title} can be built without {self.way(one)}{self._option(one)}; "
                "no probe can see it, and this host does not say how it was built"
            )
        if not one.case.visible and not is_visible(one.path):
            return f"no probe can see {self.way(one)}, and nothing proves that {self._here()} has it"
        if one.unasked:
            return f"this host could not be asked for {join_few(map(str, one.unasked))}"
        if one.standing.status == "later" and one.standing.bounded:
            first = self.history.name_of(one.standing.since) if one.standing.since else "?"
            return f"{self.title} {first} has {self.way(one)}, and older releases may have it too"
        if one.case.shape == "unseen":
            return f"{self._added(one)}; this host lists that name but does not show its shape"
        return f"no ledger says whether upstream has {self.way(one)}"

    def _option(self, one: PathDecision) -> str:
        upstream = self.catalog.upstreams.get(self.host.hypervisor)
        option = build_option(one.path, one.standing, self.history, upstream)
        return f" ({option})" if option else ""

    def _needs(self, one: PathDecision) -> str:
        if one.ruling is not None:
            return f"{one.ruling.rule.where} allows it, but {one.needs}, which it needs, is {one.state}"
        return f"{self.way(one)} is there, but {one.needs}, which it needs, is {one.state}"

    def _policy(self, one: PathDecision) -> str:
        assert one.ruling is not None
        return self._ruled(one, one.ruling)

    def package_of(self, leaf: Leaf) -> str | None:
        """The distribution's package that has what a build lacks, where that is known."""
        packages = self.downstream.packages if self.downstream else {}
        name = str(leaf.terms.get("name"))
        return packages.get(f"block-{name}" if leaf.kind == "block-driver" else name)

    def _other_product(self, _one: PathDecision | None = None) -> str:
        owner = self.downstream.title if self.downstream else "this host"
        driver = f"; use the {self.host.driver} driver" if self.host.driver else ""
        return f"{owner} is a separate product, not {self.title}{driver}"


Say = Callable[[Speaker, PathDecision], str]
_SAYINGS: Mapping[Reason, Say] = {
    Reason.UPSTREAM: Speaker._upstream,
    Reason.DEPRECATED: Speaker._deprecated,
    Reason.BACKPORT: Speaker._backport,
    Reason.DECLARED_BACKPORT: Speaker._declared,
    Reason.RELEASE: Speaker._release,
    Reason.TOO_OLD: Speaker._too_old,
    Reason.REMOVED: Speaker._removed,
    Reason.NOT_BUILT: Speaker._not_built,
    Reason.HOST_LACKS: Speaker._host_lacks,
    Reason.DIVERGENT: Speaker._divergent,
    Reason.FORK_ONLY: Speaker._fork_only,
    Reason.REJECTED: Speaker._rejected,
    Reason.UNSUPPORTED: Speaker._unsupported,
    Reason.BROKEN: Speaker._broken,
    Reason.UNSTABLE: Speaker._unstable,
    Reason.UNRELEASED: Speaker._unreleased,
    Reason.NEWER_THAN_LEDGER: Speaker._newer,
    Reason.UNLEDGERED: Speaker._unledgered,
    Reason.UNKNOWN: Speaker._unknown,
    Reason.NEEDS: Speaker._needs,
    Reason.OTHER_PRODUCT: Speaker._other_product,
    Reason.POLICY: Speaker._policy,
}


def join_few(texts: Iterable[str]) -> str:
    listed = list(dict.fromkeys(texts))
    if len(listed) > 4:
        listed = [*listed[:4], f"{len(listed) - 4} more"]
    return ", ".join(listed)
