"""Whether a host's gates granted what was sent, and if not, why and which of them would have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from types import MappingProxyType

from ..ask.rendering import Judged
from ..conditions import footprint
from ..decide import PathDecision
from ..decide.sentences import Speaker
from ..driver.policy import Policy
from ..facts.folders import find_hypervisor
from ..hypervisors.uses import Audit
from ..interface import walk
from ..model import Element
from ..scan.owners import read_owners, read_successors
from ..source.sent import Sent
from ..versions import Version, parse_release

# Why something was not granted; the words are those of gates, but for what stands in no gate.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "unsupported": "No release of upstream has it",
        "fork-only": "Only a fork has it",
        "divergent": "A fork shipped it first, in another shape than upstream's",
        "removed": "Upstream removed it before this release",
        "too-old": "It came upstream after this release",
        "unstable": "Upstream may change it in any release",
        "deprecated": "Upstream means to remove it, and the policy refuses that",
        "not-built": "Upstream's release has it, and this host lacks it",
        "host-lacks": "This machine or target lacks it",
        "broken": "It is there and does not work in this release",
        "outside": "Upstream has it, and no capability of the vocabulary does",
    }
)
# A path that is not enabled for these leaves what it names alone ungranted, though upstream's release has it.
_TELLING = frozenset({"not-built", "host-lacks", "broken", "divergent", "fork-only"})
_FIRST_WITH_FLAG = parse_release("6.2")
_INSIDE = re.compile(r"[.:=]")
_GOES_ON = re.compile(r"[.:=(]")
# A driver sends a few thousand different things; who sends more does so to fill our memory.
_MOST_ITEMS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was sent: where first, how often, and what is said of it.

    `verdict` is a reason, `granted`, `harmless` (a query that upstream has) or `unknown` (newer than the
    ledger). `capability` and `path` granted it, or would have; `owner` is the downstream that
    has it.
    """

    line: int
    times: int
    element: Element
    verdict: str
    sentence: str
    capability: str | None = None
    path: str | None = None
    since: str | None = None
    owner: str | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was sent, in the order first seen; `untold` counts what was too much to keep."""

    items: tuple[Item, ...]
    untold: int

    def of(self, *verdicts: str) -> tuple[Item, ...]:
        """The items of these verdicts."""
        return tuple(one for one in self.items if one.verdict in verdicts)

    def findings(self, *, strict: bool) -> tuple[Item, ...]:
        """What the gates did not grant; `strict` counts what stands outside the vocabulary, too."""
        wanted = REASONS if strict else REASONS.keys() - {"outside"}
        return self.of(*wanted)


class Auditor:
    """Judges what is sent to one host by the decisions on it; each different thing once."""

    def __init__(self, judged: Judged, policy: Policy) -> None:
        self._judged = judged
        self._policy = policy
        self._audit: Audit = find_hypervisor(judged.host.hypervisor).audit()
        self._history = judged.history
        self._title = judged.catalog.upstreams[judged.host.hypervisor].title
        self._release = self._judged_by()
        self._upstream = self._history.graph(self._release) if self._release else None
        self._host = judged.view.own.graph if judged.view else None
        prepare = self._audit.prepare
        self._spell = prepare(self._history, self._release) if prepare else None
        self._known: dict[Element, Item] = {}
        self._first: dict[Element, int] = {}
        self._times: dict[Element, int] = {}
        self._untold = 0

    def _judged_by(self) -> Version | None:
        """The release whose interface counts: the ledger's newest for a host beyond it."""
        host = self._judged.host
        if host.newer or host.release is None:
            return self._history.last
        return self._history.version_of(host.release)

    def take(self, sent: Iterable[Sent]) -> Report:
        """Judge everything that was sent."""
        for one in sent:
            self._take(one)
        # With their counts now: a thing may be sent again up to the end of the trace.
        items = (
            replace(self._known[element], line=self._first[element], times=self._times[element])
            for element in self._first
        )
        return Report(items=tuple(items), untold=self._untold)

    def _take(self, sent: Sent) -> None:
        if sent.is_mangled:
            sent = replace(sent, command=self._unmangled.get(sent.command, sent.command.replace("_", "-")))
        graph = self._upstream or self._host
        spelt = self._spell(sent) if self._spell else self._audit.spell(sent, graph, self._has)
        # Of a name that nobody has nothing more is looked up: the ledgers keep what they were asked.
        if self._spell is None and sent.command not in self._commands:
            spelt = islice(spelt, 1)
        refused: set[str] = set()
        for element in dict.fromkeys(spelt):
            # What is inside something that was not granted is no finding of its own.
            is_sent = element.kind == self._audit.kind
            if is_sent and _is_inside(element.name, refused):
                continue
            item = self._find(element)
            if item.verdict in REASONS.keys() - {"outside"}:
                refused.add(element.name)
            self._count(item, sent.line)

    def _count(self, item: Item, line: int) -> None:
        element = item.element
        if element not in self._first:
            if self._is_full:
                self._untold += 1
                return
            self._first[element] = line
        self._known[element] = item
        self._times[element] = self._times.get(element, 0) + 1

    def _find(self, element: Element) -> Item:
        if element in self._known or not self._is_full:
            return self._known.get(element) or self._judge(element)
        return self._item(element, "unknown", "more was sent than is kept")

    @property
    def _is_full(self) -> bool:
        return len(self._first) >= _MOST_ITEMS

    def _judge(self, element: Element) -> Item:
        granted = self._granted.get(element) or self._granted.get(self._audit.adds(element) or element)
        if granted:
            return self._item(element, "granted", _grant(granted), granted[0])
        mask = self._mask(element)
        if not mask:
            return self._absent(element)
        place = self._history.place_of(self._release) if self._release else 0
        if not mask >> place & 1:
            return self._of_another_release(element, mask, place)
        return self._here(element)

    def _here(self, element: Element) -> Item:
        """What upstream's release has and no enabled path names."""
        flags = self._flags(element)
        blamed = self._blamed(element)
        if "unstable" in flags and "unstable" not in self._policy.allow:
            text = "upstream calls it unstable and may change it in any release"
            return self._item(element, "unstable", text, blamed)
        if "deprecated" in flags and "deprecated" in self._policy.refuse:
            return self._item(element, "deprecated", "deprecated, and the policy refuses that", blamed)
        if element.kind == self._audit.kind and element.name.startswith(self._audit.harmless):
            return self._item(element, "harmless", "a query that upstream has")
        if self._lacks(element):
            text = f"{self._named_release} has it, and this host lacks it"
            # Beyond the ledger, either upstream removed it or this build lacks it.
            return self._item(element, "unknown" if self._judged.host.newer else "not-built", text, blamed)
        if blamed is not None and blamed.reason in _TELLING:
            return self._item(element, blamed.reason, self._speaker.path(blamed), blamed)
        return self._item(
            element, "outside", f"upstream's, and no capability that {self._named_release} enables names it"
        )

    def _of_another_release(self, element: Element, mask: int, place: int) -> Item:
        blamed = self._blamed(element)
        later = self._history.first_in(mask, place + 1)
        if later is None:
            last = self._history.last_in(mask)
            named = self._history.name_of(last) if last else "an earlier release"
            text = f"upstream had it last in {self._title} {named}"
            return self._item(element, "removed", text, blamed)
        since = self._history.name_of(later)
        if self._host is not None and self._is_on_host(element):
            text = f"a backport: upstream has it since {self._title} {since}"
            return self._item(element, "outside", text, blamed, since)
        text = f"came upstream in {self._title} {since}; this is {self._named_release}"
        return self._item(element, "too-old", text, blamed, since)

    def _absent(self, element: Element) -> Item:
        """What no upstream release has."""
        blamed = self._blamed(element)
        owner = self._owners.get(element) or self._owner_here(element)
        if self._history.covers(element.kind) != "complete" and owner is None:
            return self._item(element, "outside", "no ledger can tell whether upstream has it")
        # Of a release that the ledger does not have, upstream may have brought it.
        if self._judged.host.newer and owner is None and self._is_on_host(element):
            text = f"beyond the ledger's {self._title} {self._history.last}"
            return self._item(element, "unknown", text)
        reason = "unsupported" if owner is None else "divergent" if element in self._shapes else "fork-only"
        takes = "takes that kind of value" if "|" in element.name else "has it"
        text = f"no release of {self._title} {takes}" + (f"; it is {owner}'s" if owner else "")
        return replace(self._item(element, reason, text, blamed), owner=owner)

    def _item(
        self,
        element: Element,
        verdict: str,
        sentence: str,
        by: PathDecision | None = None,
        since: str | None = None,
    ) -> Item:
        return Item(
            line=0,
            times=0,
            element=element,
            verdict=verdict,
            sentence=sentence,
            capability=by.path.capability if by else None,
            path=by.path.name if by else None,
            since=since,
            successor=self._successors.get(element),
        )

    def _blamed(self, element: Element) -> PathDecision | None:
        return self._refusing.get(element) or self._refusing.get(self._audit.adds(element) or element)

    def _mask(self, element: Element) -> int:
        if element.kind == self._audit.kind and not self._may_be(element):
            return 0
        return self._history.mask(element) or 0

    def _has(self, element: Element) -> bool:
        return not self._is_full and (bool(self._mask(element)) or self._is_on_host(element))

    def _may_be(self, element: Element) -> bool:
        """Whether a name can be an element's, of a command that somebody has."""
        if not self._audit.may_be(element):
            return False
        return self._spell is not None or self._audit.places(element.name)[0] in self._commands

    def _flags(self, element: Element) -> frozenset[str]:
        """The flags of an element of the release; before there were any, a name said that it is unstable."""
        if element.kind != self._audit.kind or self._release is None:
            return frozenset()
        if self._upstream is None:
            return self._history.flags(element, self._release)
        seen = walk(self._upstream, element.name)
        prefix = self._judged.catalog.upstreams[self._judged.host.hypervisor].unstable_prefix
        if prefix and self._release < _FIRST_WITH_FLAG and _INSIDE.split(element.name)[-1].startswith(prefix):
            return frozenset({"unstable"})
        return seen.features if seen else frozenset()

    def _lacks(self, element: Element) -> bool:
        """Whether the host was asked for its schema, and has not what upstream's release has."""
        if element.kind != self._audit.kind or self._host is None:
            return False
        head = self._audit.places(element.name)[0]
        # A command that the monitor has and the schema lacks has a shape that nobody can see.
        is_hidden = self._host.root(head) is None and self._judged.view is not None
        if is_hidden and self._judged.view is not None and self._judged.view.own.has_command(head):
            return False
        return not self._is_on_host(element)

    def _is_on_host(self, element: Element) -> bool:
        if self._host is None or element.kind != self._audit.kind or not self._may_be(element):
            return False
        return walk(self._host, element.name) is not None

    def _owner_here(self, element: Element) -> str | None:
        """The fork that the host is, where it shows what upstream never had."""
        host = self._judged.host
        if host.kind != "fork" or not self._is_on_host(element):
            return None
        return self._judged.catalog.downstreams[host.hypervisor][host.downstream or ""].title

    @property
    def _named_release(self) -> str:
        return f"{self._title} {self._history.name_of(self._release)}" if self._release else self._title

    @cached_property
    def _speaker(self) -> Speaker:
        judged = self._judged
        return Speaker(judged.catalog, judged.host, judged.history, hostless=judged.facts is None)

    @cached_property
    def _owners(self) -> Mapping[Element, str]:
        return read_owners(self._judged.catalog, self._judged.host.hypervisor)

    @cached_property
    def _successors(self) -> Mapping[Element, str]:
        return read_successors(self._judged.catalog, self._judged.host.hypervisor)

    @cached_property
    def _shapes(self) -> frozenset[Element]:
        paths = self._judged.catalog.paths.get(self._judged.host.hypervisor, {})
        shapes = (one for support in paths.values() for path in support for one in path.divergent)
        return frozenset(element for one in shapes for element in footprint(one.when))

    @cached_property
    def _granted(self) -> Mapping[Element, tuple[PathDecision, ...]]:
        """By what enabled paths touch, and by what that is in: those paths, the likeliest first."""
        found: dict[Element, dict[str, PathDecision]] = {}
        for one in sorted(self._paths("enabled"), key=_reach):
            for element in one.standing.footprint:
                for around in self._around(element):
                    found.setdefault(around, {}).setdefault(f"{one.path.capability} {one.path.name}", one)
        return {element: tuple(paths.values()) for element, paths in found.items()}

    @cached_property
    def _refusing(self) -> Mapping[Element, PathDecision]:
        """By what a path touches that is not enabled: the first such path."""
        found: dict[Element, PathDecision] = {}
        for one in self._paths("disabled", "unknown"):
            for element in one.standing.footprint:
                found.setdefault(element, one)
        return found

    def _around(self, element: Element) -> Iterator[Element]:
        """An element and what it is in."""
        is_sent = element.kind == self._audit.kind
        names = self._audit.places(element.name) if is_sent else (element.name,)
        yield from (Element(kind=element.kind, name=name) for name in names)

    def _paths(self, *states: str) -> Iterator[PathDecision]:
        for decision in self._judged.decisions.values():
            yield from (one for one in decision.paths if one.state in states)

    @cached_property
    def _unmangled(self) -> Mapping[str, str]:
        """The commands by their names in C; the release's own where two have the same."""
        own = self._upstream.roots() if self._upstream else ()
        return {_mangle(name): name for name in [*sorted(self._commands), *own]}

    @cached_property
    def _commands(self) -> frozenset[str]:
        """Every name of a command or event of a release, of the host, or of a fork that the data know."""
        ledger = self._history.ledger(self._audit.kind)
        heads = {atom.name for atom in ledger.heads()} if ledger else set()
        owned = {self._audit.places(one.name)[0] for one in self._owners if one.kind == self._audit.kind}
        return frozenset(heads | owned | set(self._host.roots() if self._host else ()))


def _reach(one: PathDecision) -> tuple[bool, int]:
    """How little a path is the one meant by something it touches: deprecated, or touching much besides."""
    return one.reason == "deprecated", sum(len(element.name) for element in one.standing.footprint)


def _grant(paths: tuple[PathDecision, ...]) -> str:
    one, *others = paths
    told = f"{one.path.capability} through {one.path.name}"
    told = f"{told}, {one.reason}" if one.reason not in {"upstream", "release"} else told
    return f"{told}, and {len(others)} more" if others else told


def _mangle(name: str) -> str:
    return name.replace("-", "_").replace(".", "_")


def _is_inside(name: str, around: Set[str]) -> bool:
    """Whether a name goes on from one of others."""
    return any(name[: one.start()] in around for one in _GOES_ON.finditer(name))
