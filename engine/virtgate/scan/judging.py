"""What upstream says of each use: since when it has it, whether it goes, whether it ever had it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from ..data import Catalog
from ..facts.folders import find_hypervisor
from ..hypervisors.uses import Scanner, UseKind
from ..model import Element
from ..source import Use
from ..upstream.documented import End, read_ends
from ..upstream.history import Histories, History
from ..versions import Version
from .instead import Instead, read_instead
from .owners import read_owners

Level = Literal["error", "warning", "note"]

# What each rule finds, in the order in which they are tried.
RULES: Mapping[str, str] = MappingProxyType(
    {
        "never-upstream": "No release of upstream has it",
        "removed": "Upstream has removed it",
        "newer-than-floor": "It came after the oldest release that the driver is for",
        "unstable": "Upstream may change it in any release",
        "deprecated": "Upstream means to remove it",
    }
)
# A ledger with all of its kind proves that upstream never had what is not in it.
_TEST = re.compile(r"(?:^|/)tests?/|(?:^|/)test_[^/]*\Z|_(?:unit)?tests?\.\w+\Z|\.(?:test|spec)\.\w+\Z|\.t\Z")
_RECORDED = re.compile(r"\.(?:json|ya?ml)\Z")
_PROVING = frozenset({"complete", "superset"})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Judged:
    """A use and what upstream says of it.

    `verdict` is one of the rules, `upstream`, or `unledgered` where no ledger can tell; `level` is None where
    there is nothing to report. `since` and `gone` are releases, `owner` the downstream that has it. `instead`
    is what to write, `gate` the capability that says whether a host has that.
    """

    use: Use
    verdict: str
    level: Level | None
    since: str | None = None
    gone: str | None = None
    instead: str | None = None
    gate: str | None = None
    owner: str | None = None
    sentence: str

    @property
    def is_finding(self) -> bool:
        """Whether somebody should look at it; a note is for the reader only."""
        return self.level in {"error", "warning"}


def judge_uses(
    uses: Iterable[Use],
    catalog: Catalog,
    history_of: Histories,
    floors: Mapping[str, Version] | None = None,
) -> Iterator[Judged]:
    """Each use judged, in their order; an argument of a command that upstream never had is left out.

    `history_of` gives a hypervisor's history, `floors` the oldest releases that the driver is for.
    """
    judges: dict[str, _Judge] = {}
    for use in uses:
        if use.hypervisor not in judges:
            floor = (floors or {}).get(use.hypervisor)
            history = history_of(use.hypervisor)
            judges[use.hypervisor] = _Judge(use.hypervisor, catalog, history, floor)
        judged = judges[use.hypervisor].judge(use)
        if judged is not None:
            yield judged


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What is said of a name wherever it stands."""

    name: str
    level: Level | None
    sentence: str
    since: str | None = None
    gone: str | None = None
    instead: str | None = None
    gate: str | None = None
    owner: str | None = None
    is_dead: bool = False


class _Judge:
    """Judges one hypervisor's names, each once."""

    def __init__(self, hypervisor: str, catalog: Catalog, history: History, floor: Version | None) -> None:
        self._hypervisor = hypervisor
        self._scanner: Scanner = find_hypervisor(hypervisor).scanner()
        self._catalog = catalog
        self._history = history
        self._floor = floor
        self._title = catalog.upstreams[hypervisor].title
        self._unstable = catalog.upstreams[hypervisor].unstable_prefix
        self._known: dict[tuple[str, str], _Verdict | None] = {}

    def judge(self, use: Use) -> Judged | None:
        """A use's judgement; None where there is nothing to say that is not said of its command."""
        key = (use.kind, use.name)
        if key not in self._known:
            self._known[key] = self._find(use)
        found = self._known[key]
        if found is None:
            return None
        why = _excuse(use, found, self._scanner.kind_for(use))
        return Judged(
            use=use,
            verdict=found.name,
            level="note" if why else found.level,
            since=found.since,
            gone=found.gone,
            instead=found.instead,
            gate=found.gate,
            owner=found.owner,
            sentence=f"{found.sentence}; {why}" if why else found.sentence,
        )

    def _find(self, use: Use) -> _Verdict | None:
        element = Element(kind=self._scanner.kind_for(use).ledger, name=use.name)
        mask = self._mask(use, element)
        if mask is None:
            return None
        if not mask:
            return self._absent(use, element)
        return self._present(use, element, mask)

    def _mask(self, use: Use, element: Element) -> int | None:
        """The releases that had it; None of what is in something of which all is said already."""
        mask = self._mask_of(element)
        owner = self._owner_of(use)
        if owner is None:
            return mask
        whole = self._mask_of(owner)
        if not whole or self._gone_in(whole) is not None:
            return None
        found = mask or self._in_branches(element.kind, *use.name.rpartition(".")[::2])
        # That something is newer than the floor says nothing of what it never had.
        is_told = self._floor is not None and not whole >> self._start & 1
        return None if found and is_told else found

    def _owner_of(self, use: Use) -> Element | None:
        kind = self._scanner.kind_for(use)
        name = kind.owner(use.name) if kind.owner else ""
        return Element(kind=kind.ledger, name=name) if name else None

    def _mask_of(self, element: Element) -> int:
        """The releases that had an element; what its ledger does not tell is as upstream's lists have it."""
        mask = self._history.mask(element) or 0
        end = self._documented.get(element) or self._scanner.end_of(element)
        if end is None or (mask and not self._is_lost_early(mask, end)):
            return mask
        last = self._history.place_of(self._history.version_of(end.removed)) if end.removed else None
        told = (1 << (len(self._history.versions) if last is None else last)) - 1
        return mask | told & ~((mask & -mask) - 1) if mask else told

    def _is_lost_early(self, mask: int, end: End) -> bool:
        """Whether a ledger lost something before upstream's lists name it: it only moved in the source."""
        last, first = self._history.last_in(mask), end.deprecated or end.removed
        return last is not None and first is not None and last < self._history.version_of(first)

    def _in_branches(self, kind: str, command: str, argument: str) -> int | None:
        """The releases in which some branch of a command has an argument; None where anything is taken."""
        ledger = self._history.ledger(kind)
        if ledger is None or "=" in argument:
            return 0
        mask = 0
        types = [command, *(atom.type.partition(" ")[2] for atom in ledger.atoms(f"{command}.*"))]
        is_open = any(atom.type == "any" for atom in ledger.atoms(f"{command}.*"))
        for type_ in filter(None, types):
            for mark, branch, _ in ledger.inside(type_):
                if mark == ":" and branch:
                    name = f"{command}:{branch}.{argument}"
                    mask |= self._history.mask(Element(kind=kind, name=name)) or 0
        return mask or (None if is_open else 0)

    def _absent(self, use: Use, element: Element) -> _Verdict:
        untold = self._scanner.untold(use)
        if untold is not None:
            return self._unledgered(untold)
        covers = self._history.covers(element.kind)
        owner = self._owners.get(element) or _namespace(use.name)
        if owner is None and covers not in _PROVING:
            return self._unledgered("no ledger can tell")
        kind = self._scanner.kind_for(use)
        told = kind.never.format(title=self._title, word=kind.word)
        whose = f"; it is {owner}'s own" if owner else ""
        return _Verdict(name="never-upstream", level="error", owner=owner, sentence=told + whose)

    def _unledgered(self, why: str) -> _Verdict:
        return _Verdict(name="unledgered", level=None, sentence=why)

    def _present(self, use: Use, element: Element, mask: int) -> _Verdict:
        name, level, sentence = self._standing(use, element, mask)
        first = self._history.first_in(mask)
        instead = self._instead.get(element) if name in {"removed", "deprecated"} else None
        return _Verdict(
            name=name,
            level=level,
            sentence=sentence + self._say(instead) if instead else sentence,
            since=self._history.name_of(first) if first else None,
            gone=self._gone_in(mask),
            instead=instead.text if instead else None,
            gate=instead.capability if instead else None,
            is_dead=self._floor is not None and not mask >> self._start,
        )

    def _say(self, instead: Instead) -> str:
        """What to write instead, since when, and whether the oldest release has it."""
        mask = self._mask_of(instead.element) if instead.element else 0
        first = self._history.first_in(mask)
        since = f" (since {self._title} {self._history.name_of(first)})" if first else ""
        told = f"; use {instead.text}{since}"
        if self._floor is not None and mask:
            told += f", which the floor {self._floor} {'has' if mask >> self._start & 1 else 'lacks'}"
        is_told = instead.capability in {None, instead.text}
        return told if is_told else f"{told}; ask for {instead.capability}"

    def _standing(self, use: Use, element: Element, mask: int) -> tuple[str, Level | None, str]:
        """Which rule fits what some release has, how bad that is, and why."""
        gone = self._gone_in(mask)
        if gone is not None:
            is_alive = self._floor is not None and bool(mask >> self._start)
            return (
                "removed",
                "warning" if is_alive else "error",
                self._scanner.kind_for(use).gone.format(title=self._title, gone=gone),
            )
        if self._floor is not None and not mask >> self._start & 1:
            later = self._history.name_of(self._history.first_in(mask, self._start) or self._floor)
            sentence = f"came with {self._title} {later}, after the floor {self._floor}"
            return "newer-than-floor", "warning", sentence
        if self._is_unstable(use, element):
            return "unstable", "warning", "upstream calls it unstable and may change it in any release"
        deprecated = self._deprecated_since(use, element)
        if deprecated is not None:
            return "deprecated", "warning", f"deprecated since {self._title} {deprecated}"
        first = self._history.first_in(mask)
        bounded = " or earlier" if self._history.is_bounded([element], mask) else ""
        since = self._history.name_of(first) if first else ""
        return "upstream", None, f"upstream's since {self._title} {since}{bounded}"

    @cached_property
    def _start(self) -> int:
        """Where the floor stands in version order."""
        return 0 if self._floor is None else self._history.place_of(self._floor)

    def _gone_in(self, mask: int) -> str | None:
        """The first release without it after the last with it; None while the newest has it."""
        last = self._history.last_in(mask)
        newest = self._history.versions[-1]
        if last is None or last == newest:
            return None
        return self._history.name_of(self._history.versions[self._history.place_of(last) + 1])

    def _is_unstable(self, use: Use, element: Element) -> bool:
        last = use.name.rpartition(".")[2]
        owner = self._owner_of(use)
        if owner is not None and self._is_flagged(owner.name, "unstable", element.kind):
            return False
        has_prefix = bool(self._unstable) and last.startswith(self._unstable or "") and element.kind == "qmp"
        return has_prefix or self._is_flagged(use.name, "unstable", element.kind)

    def _deprecated_since(self, use: Use, element: Element) -> str | None:
        """Since when it is deprecated; an argument not because its command is."""
        owner = self._owner_of(use)
        if owner is not None and self._is_flagged(owner.name, "deprecated", element.kind):
            return None
        end = self._documented.get(element)
        if end is not None and end.removed is None and end.deprecated is not None:
            return end.deprecated
        return self._history.flagged_since([element], "deprecated")

    def _is_flagged(self, name: str, flag: str, kind: str) -> bool:
        return self._history.flagged_since([Element(kind=kind, name=name)], flag) is not None

    @cached_property
    def _owners(self) -> Mapping[Element, str]:
        return read_owners(self._catalog, self._hypervisor)

    @cached_property
    def _instead(self) -> Mapping[Element, Instead]:
        return read_instead(self._catalog, self._hypervisor, self._history)

    @cached_property
    def _documented(self) -> Mapping[Element, End]:
        return read_ends(self._hypervisor, self._history)


def _excuse(use: Use, found: _Verdict, kind: UseKind) -> str | None:
    """Why a use that not every release of interest serves may still be right."""
    if found.name == "never-upstream" and _TEST.search(use.file):
        return "a test may make it up"
    if found.level is not None and _RECORDED.search(use.file) and _TEST.search(use.file):
        return "a test's record may be old"
    is_newer = found.name == "newer-than-floor"
    if not is_newer and found.name != "removed":
        return None
    if kind.excuse is not None:
        return kind.excuse
    # What is gone before the floor is dead whatever is looked at.
    if use.guarded and not found.is_dead:
        return "a check stands before it"
    # A table of machine types is for guests of any age.
    is_kept = is_newer or kind.word == "machine type"
    return "it is named and not sent here" if use.alone and is_kept else None


def _namespace(name: str) -> str | None:
    """The vendor that a downstream's name names itself, by QMP's rule: `__com.redhat_drive-mirror`."""
    domain = name.rpartition(".__")[2].removeprefix("__").partition("_")[0]
    return domain if name.startswith("__") or ".__" in name else None
