"""One hypervisor's verdicts before an edit and after it, decided only where they can differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..ask.release import host_of_release
from ..conditions import View
from ..data import Catalog
from ..decide import Decision, Judge, PathDecision, decide
from ..decide.rows import Case
from ..driver.policy import Policy
from ..facts import Facts
from ..match import match_host
from ..model import Host, Path
from ..radar.changed import find_changes
from ..upstream.history import History
from ..upstream.status import find_status
from ..versions import Version
from .effect import Move, Outcome, Pairs, Told, Upstream, Whose
from .said import is_same
from .states import State
from .touched import changed_releases, is_touched

ReadHosts = Callable[[str], Mapping[str, Facts]]
Verdicts = Mapping[str, Decision]
_Key = tuple[Whose, str | None, Outcome | None, Outcome | None]
_POLICY = Policy()
# What no verdict hangs on: who brought what, what no release had, and what documents said of it.
_NO_VERDICTS = {"commits.txt", "reverted.txt", "documented.txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A release or a recorded host, as each side takes it; `is_whole` says that anything of it may differ."""

    whose: Whose
    name: str
    then: Host
    now: Host
    views: tuple[View | None, View | None] = (None, None)
    is_whole: bool


class _Remembering(Judge):
    """Judges each path once: an edit leaves most as they were, and what needs one asks for it again."""

    def __init__(self, catalog: Catalog, host: Host, history: History, view: View | None) -> None:
        super().__init__(catalog, host, history, view, _POLICY)
        self._judged: dict[int, PathDecision] = {}

    def path(self, path: Path) -> PathDecision:
        if id(path) not in self._judged:  # the catalogs keep every path
            self._judged[id(path)] = super().path(path)
        return self._judged[id(path)]


class Comparison:
    """The verdicts on one hypervisor on both sides; `told` are the hosts that are taken for something else.

    The older side may not have the hypervisor at all.
    """

    def __init__(self, name: str, base: State, head: State, pairs: Pairs, after: History) -> None:
        self.name = name
        self.base, self.head = base.catalog, head.catalog
        self.pairs = pairs
        self.told: list[Told] = []
        self.after = after
        ledgers = (base.ledger_blobs(name), head.ledger_blobs(name))
        edited = {file for file in {*ledgers[0], *ledgers[1]} if ledgers[0].get(file) != ledgers[1].get(file)}
        self.kinds = {file.removesuffix(".txt") for file in edited - _NO_VERDICTS}
        self.is_same_ledger = not self.kinds
        # One history for both where nothing of it changed: what is found in it is found once.
        known = self.after if self.is_same_ledger else base.history(name)
        self.before = known if name in self.base.paths else None
        self._found: dict[str, dict[_Key, list[str]]] = {}
        self._judged: dict[str, tuple[Verdicts, Verdicts]] = {}
        self._judges: dict[str, tuple[Judge | None, Judge]] = {}
        # Whether a host's verdict on a path hangs on nothing else that differs.
        self._is_alike = self.is_same_ledger and is_same(
            *(self._beside(one) for one in (self.base, self.head))
        )

    def moves(self, hosts: ReadHosts) -> dict[str, list[Move]]:
        """What changes, by the capability's id today."""
        parted = self._parted_releases()
        wanted = {*self._edited(), *self._touched(parted)} & set(self.pairs.after)
        downstreams = self._edited_downstreams()
        subjects = [self._release(name, parted) for name in self._releases()] if wanted or parted else []
        if wanted or downstreams or not self.is_same_ledger:
            subjects += [self._host(*row, parted, downstreams) for row in hosts(self.name).items()]
        for one in subjects:
            if one.is_whole:
                self._note(one, None)
        done: set[str] = set()
        while wanted:
            for one in subjects:
                if not one.is_whole:
                    self._note(one, wanted)
            done |= wanted
            wanted = self._needing_what_moved() - done
        order = {one.name: at for at, one in enumerate(subjects)}
        return {name: self._moves(rows, order) for name, rows in self._found.items()}

    def upstream(self) -> Iterator[Upstream]:
        """What the releases brought that only the newer side knows."""
        known = {release.name for release in self.before.releases} if self.before else set()
        added = [release for release in self.after.releases if release.name not in known]
        if self.is_same_ledger or not added:
            return
        names = tuple(release.name for release in added)
        then = [release for release in self.after.releases if release.name in known]
        if not then or added[-1].version <= then[-1].version:
            yield Upstream(hypervisor=self.name, releases=names, against=None, changes=())
            return
        ends = [
            decide(self.head, host_of_release(self.name, name), self.after, None, _POLICY)
            for name in (then[-1].name, names[-1])
        ]
        changes = find_changes(ends[0], ends[1], (then[-1].version, added[-1].version), self.after)
        yield Upstream(hypervisor=self.name, releases=names, against=then[-1].name, changes=tuple(changes))

    def _edited(self) -> Iterator[str]:
        """The ids today of what has other records, a row's needs included."""
        for old, new in self.pairs:
            if new is None:
                continue
            then = self.base.paths_of(self.name, old) if old else ()
            now = self.head.paths_of(self.name, new)
            needs = set(self.pairs.before[old].needs) if old else None
            if not is_same(then, now) or (now and needs != set(self.pairs.after[new].needs)):
                yield new

    def _parted_releases(self) -> set[str]:
        """The releases of which the ledgers say something else of what can be anywhere in QMP."""
        if self.is_same_ledger or self.before is None:
            return set()
        return changed_releases(self.before, self.after, is_qmp_edited="qmp" in self.kinds)

    def _touched(self, parted: Collection[str]) -> Iterator[str]:
        """What a changed ledger may change for releases that it describes as before.

        What stands alike in each release that differs does so in the others: it is there, or it comes with
        the same later release, or it never does.
        """
        if self.is_same_ledger or self.before is None:
            return
        for name in self._releases():
            if name in parted:
                then, now = self._judge(self._release(name, parted), None)
                for new, decision in now.items():
                    old = then.get(self.pairs.old(new) or "")
                    if old is not None and _cases(old) != _cases(decision):
                        yield new
        both = self._releases()
        for catalog, history in ((self.base, self.before), (self.head, self.after)):
            own = [release.version for release in history.releases if release.name not in both]
            newest = history.version_of(both[-1]) if both else None
            for name, paths in catalog.paths.get(self.name, {}).items():
                if any(self._is_open(path, history, own, newest) for path in paths):
                    yield self.pairs.today(name)

    def _is_open(self, path: Path, history: History, own: list[Version], newest: Version | None) -> bool:
        """Whether releases that only one side knows, or ledgers apart from QMP's, say something of a path."""
        assert self.before is not None
        status = find_status(path, newest, history, None).status
        if status == "merged" or is_touched(path, self.kinds, self.before, self.after):
            return True
        return status != "here" and any(find_status(path, one, history, None).status == "here" for one in own)

    def _needing_what_moved(self) -> set[str]:
        """The ids that need, on either side, something that is decided otherwise somewhere."""
        moved = {name for name, rows in self._found.items() if any(path is None for _, path, _, _ in rows)}
        rows = (*self.pairs.before.values(), *self.pairs.after.values())
        needing = {self.pairs.today(row.id) for row in rows if moved & set(map(self.pairs.today, row.needs))}
        return needing & set(self.pairs.after)

    def _edited_downstreams(self) -> set[str]:
        then, now = (catalog.downstreams.get(self.name, {}) for catalog in (self.base, self.head))
        return {name for name in {*then, *now} if not is_same(then.get(name), now.get(name))}

    def _releases(self) -> list[str]:
        """The releases to compare: those that both sides know, or all of a hypervisor that is new."""
        names = [release.name for release in self.after.releases]
        if self.before is None:
            return names
        known = {release.name for release in self.before.releases}
        return [name for name in names if name in known]

    def _release(self, name: str, parted: Collection[str]) -> _Subject:
        host = host_of_release(self.name, name)
        return _Subject(whose="release", name=name, then=host, now=host, is_whole=name in parted)

    def _host(
        self, name: str, facts: Facts, parted: Collection[str], downstreams: Collection[str]
    ) -> _Subject:
        """A recorded host; all of it is decided where it, or its builder, is something else."""
        now = then = match_host(facts, self.head, self.after)
        if self.before is not None and (downstreams or not self.is_same_ledger):
            then = match_host(facts, self.base, self.before)
        if _tell(then) != _tell(now):
            self.told.append(Told(name=name, before=_tell(then), after=_tell(now)))
        view = View(facts, now.release)
        is_edited = now.release in parted or (now.newer and bool(parted))
        return _Subject(
            whose="host",
            name=name,
            then=then,
            now=now,
            views=(view if then.release == now.release else view.as_of(then.release), view),
            is_whole=then != now or is_edited or bool({then.downstream, now.downstream} & set(downstreams)),
        )

    def _judge(self, one: _Subject, ids: Collection[str] | None) -> tuple[Verdicts, Verdicts]:
        """The verdicts on both sides; those of all capabilities are kept."""
        if one.name in self._judged:
            return self._judged[one.name]
        before, after = self._judges.get(one.name) or self._judges.setdefault(
            one.name, self._find_judges(one)
        )
        now = after.decide(self.head, ids)
        then: Verdicts = {}
        if before is not None:
            olds = None if ids is None else [old for new in ids if (old := self.pairs.old(new)) is not None]
            then = before.decide(self.base, olds)
        if ids is None:
            self._judged[one.name] = then, now
        return then, now

    def _find_judges(self, one: _Subject) -> tuple[Judge | None, Judge]:
        """Who judges on each side, which is one where nothing but the paths themselves may differ."""
        after = _Remembering(self.head, one.now, self.after, one.views[1])
        if self.before is None:
            return None, after
        if self._is_alike and one.then == one.now:
            return after, after
        return _Remembering(self.base, one.then, self.before, one.views[0]), after

    def _beside(self, catalog: Catalog) -> list[Any]:
        """What else of the data the verdict on a path hangs on."""
        paths = (path for paths in catalog.paths.get(self.name, {}).values() for path in paths)
        shapes = [path.divergent for path in paths if path.divergent]
        return [catalog.upstreams.get(self.name), catalog.downstreams.get(self.name), shapes]

    def _note(self, one: _Subject, ids: Collection[str] | None) -> None:
        """Keep what differs; what is needed was decided with what needs it, and is not of `ids`."""
        before, after = self._judge(one, ids)
        for new, now in after.items():
            then = before.get(self.pairs.old(new) or "")
            if (ids is None or new in ids) and (now.paths or (then and then.paths)):
                for key in _differences(one.whose, then, now):
                    self._found.setdefault(new, {}).setdefault(key, []).append(one.name)

    def _moves(self, rows: Mapping[_Key, list[str]], order: Mapping[str, int]) -> list[Move]:
        """The moves of one capability in the order of the releases, then of the hosts."""
        ordered = {key: sorted(names, key=order.__getitem__) for key, names in rows.items()}
        return [self._move(*row) for row in sorted(ordered.items(), key=lambda row: order[row[1][0]])]

    def _move(self, key: _Key, names: list[str]) -> Move:
        whose, path, before, after = key
        chosen = set(names)
        mask = self.after.mask_of(lambda one: self.after.name_of(one) in chosen)
        return Move(
            hypervisor=self.name,
            whose=whose,
            names=tuple(names),
            spelled=self.after.spell(mask) if whose == "release" else ", ".join(names),
            path=path,
            before=before,
            after=after,
        )


def _cases(decision: Decision) -> list[tuple[str, Case]]:
    return [(one.path.name, one.case) for one in decision.paths]


def _differences(whose: Whose, then: Decision | None, now: Decision) -> Iterator[_Key]:
    """The capability's own change, or without one those of the paths that it has on both sides."""
    before, after = _outcome(then), _outcome(now)
    if before != after:
        yield whose, None, before, after
        return
    old = {one.path.name: one for one in then.paths} if then else {}
    for one in now.paths:
        other = old.get(one.path.name)
        if other is not None and (other.state, other.reason) != (one.state, one.reason):
            outcomes = [Outcome(state=each.state, reason=each.reason) for each in (other, one)]
            yield whose, one.path.name, outcomes[0], outcomes[1]


def _outcome(decision: Decision | None) -> Outcome | None:
    if decision is None:
        return None
    return Outcome(state=decision.state, reason=decision.reason, path=decision.path)


def _tell(host: Host) -> str:
    """What a host is taken for, in a few words."""
    told = f"{host.kind} {host.downstream or ''}".strip()
    newer = ", newer than the ledger" if host.newer else ""
    evr = f" at {host.evr}" if host.evr else ""
    return f"{told}{evr}, judged by {host.release or 'no release'}{newer}"
