"""From recordings to a FLEET: each distinct one is decided once, by whatever runs the work."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ..ask.answering import own_prints
from ..ask.opened import check_day, open_catalog
from ..ask.site_policy import check_rules
from ..driver import cache
from ..driver.errors import TargetError, say_why
from ..facts.recording import MOST_BYTES
from ..facts.tracing import Looked, join_looked
from .matching import Alike, Decided, Examined, Known, Terms, decide_recording, examine
from .store import Journal

Start = Callable[[], Executor]
_TOGETHER = 8
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a collection is: recordings that are done of all, decisions made, problems found."""

    done: int
    of: int
    decisions: int
    problems: int

    def __str__(self) -> str:
        recordings = f"{self.of} recording{'s' * (self.of != 1)}"
        told = recordings if self.done == self.of else f"{self.done} of {recordings}"
        problems = f", {self.problems} with problems" if self.problems else ""
        return f"{told}, {self.decisions} decision{'s' * (self.decisions != 1)}{problems}"


def collect(
    hosts: Mapping[str, str],
    fleet: str,
    terms: Terms,
    start: Start,
    *,
    workers: int,
    report: Callable[[Progress], None] = lambda _progress: None,
) -> Progress:
    """Put the verdicts on each recording (its path, and its host's name) into a FLEET.

    Raises UsageError, DataError; TargetError where the workers are lost.
    """
    check_day(terms.as_of)
    catalog = open_catalog(terms.data)
    check_rules(terms.policy, catalog)
    prints = cache.take_prints(own_prints(catalog.root))
    content_of, unread = _read_contents(hosts)
    journal = Journal(fleet, json.dumps([str(terms.policy), terms.as_of, prints]))
    run = _Run(journal, terms, content_of, report)
    run.work(unread, start, workers)
    journal.finish((host, source, content_of[source]) for source, host in hosts.items())
    return run.progress()


def decide_each(
    sources: Iterable[str],
    terms: Terms,
    start: Start,
    *,
    workers: int,
    report: Callable[[Progress], None] = lambda _progress: None,
) -> tuple[dict[str, Decided], dict[str, str]]:
    """The decision on each recording, which those that are alike share, and the problem of each other.

    Raises UsageError, DataError.
    """
    content_of, unread = _read_contents(sources)
    kept = _InMemory()
    _Run(kept, terms, content_of, report).work(unread, start, workers)
    decided, problems = {}, {}
    for source, content in content_of.items():
        decision, problem = kept.contents[content]
        if decision is None:
            problems[source] = problem or ""
        else:
            decided[source] = kept.decisions[decision]
    return decided, problems


class _InMemory:
    """A journal of what is not wanted later."""

    def __init__(self) -> None:
        self.contents: dict[str, tuple[str | None, str | None]] = {}
        self.decisions: dict[str, Decided] = {}

    def done(self) -> set[str]:
        return set()

    def count_problems(self) -> int:
        return 0

    def decided(self) -> Iterable[tuple[str, str, bytes, str]]:
        return ()

    def keep(self, contents: Iterable[tuple[str, str | None, str | None, str | None]]) -> None:
        self.contents |= {content: (decision, problem) for content, _, decision, problem in contents}

    def decide(self, decided: Decided) -> None:
        self.decisions.setdefault(decided.decision, decided)


def _read_contents(sources: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is in each source, by a print of it, and the problem of each that cannot be read."""
    content_of: dict[str, str] = {}
    unread: dict[str, str] = {}
    for source in sources:
        try:
            content_of[source] = blake2b(_read_bytes(source), digest_size=16).hexdigest()
        except OSError as error:
            content_of[source] = f"unread {source}"
            unread[source] = say_why(error)
    return content_of, unread


def _read_bytes(source: str) -> bytes:
    """The bytes of a regular file, no more than a recording may have. Raises OSError."""
    # Without blocking, for a FIFO would wait for its writer for ever; a terminal must not become ours.
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "is not a regular file")
        return file.read(MOST_BYTES + 1)


class _Run:
    """One collection under way: what is left to examine and to decide, and what waits for a decision.

    Whoever is like a recording that is being decided waits for it, and is then examined again: only what was
    looked at can tell whether they are alike.
    """

    def __init__(
        self,
        journal: Journal | _InMemory,
        terms: Terms,
        content_of: Mapping[str, str],
        report: Callable[[Progress], None],
    ) -> None:
        self._journal = journal
        self._terms = terms
        self._content_of = content_of
        self._report = report
        self._known = Known(of={})
        self._examining: deque[str] = deque()
        self._deciding: deque[tuple[bytes, str]] = deque()
        self._waiting: dict[bytes, list[str]] = {}
        self._died: dict[str, int] = {}
        self._done = journal.done()
        self._problems = journal.count_problems()
        for decision, hypervisor, key, looked in journal.decided():
            self._learn(decision, hypervisor, key, Looked(parts=json.loads(looked)))

    def progress(self) -> Progress:
        """How far it is."""
        contents = self._content_of.values()
        done = sum(content in self._done for content in contents)
        decisions = len({one for own in self._known.of.values() for one in own.decisions.values()})
        return Progress(done=done, of=len(contents), decisions=decisions, problems=self._problems)

    def work(self, unread: Mapping[str, str], start: Start, workers: int) -> None:
        """Examine and decide until nothing is left, with new workers where those before died."""
        for source, problem in unread.items():
            if self._content_of[source] not in self._done:
                self._keep([Examined(source=source, problem=problem)])
        distinct: dict[str, str] = {}
        for source, content in self._content_of.items():
            if content not in self._done:
                distinct.setdefault(content, source)
        self._examining.extend(distinct.values())
        while self._examining or self._deciding:
            with start() as executor:
                self._drive(executor, workers)

    def _drive(self, executor: Executor, workers: int) -> None:
        """Keep the workers busy until nothing is left, or they died."""
        flying: dict[Future[Any], tuple[bytes, list[str]]] = {}
        is_broken = False
        while True:
            # Twice the workers, so that none waits for the next; more would be examined against what was
            # known long ago.
            while not is_broken and len(flying) < 2 * workers and self._may_begin(flying):
                try:
                    self._begin(executor, flying)
                except BrokenExecutor:
                    is_broken = True
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                likeness, sources = flying.pop(future)
                try:
                    found = future.result()
                except CancelledError:
                    raise TargetError(
                        "the scheduler", "is gone, and its workers; begin again: what is done is kept"
                    ) from None
                except Exception as error:  # a worker that was killed, or is out of memory
                    is_broken = is_broken or isinstance(error, BrokenExecutor)
                    self._again(likeness, sources, error)
                else:
                    self._take(likeness, sources, found)
                self._report(self.progress())

    def _may_begin(self, flying: Mapping[Future[Any], Any]) -> bool:
        """Whether there is work that may begin now: of what a worker died of, one alone."""
        if not self._examining and not self._deciding:
            return False
        return not flying or not any(self._died.get(source) for source in self._next()[1])

    def _next(self) -> tuple[bytes, list[str]]:
        if self._deciding:
            likeness, source = self._deciding[0]
            return likeness, [source]
        # Of several that died together one killed them: alone, each shows whether it did.
        together = 1 if self._died else _TOGETHER
        return b"", [self._examining[at] for at in range(min(together, len(self._examining)))]

    def _begin(self, executor: Executor, flying: dict[Future[Any], tuple[bytes, list[str]]]) -> None:
        likeness, sources = self._next()
        if likeness:
            flying[executor.submit(decide_recording, sources[0], self._terms)] = likeness, sources
            self._deciding.popleft()
        else:
            flying[executor.submit(examine, sources, self._known)] = likeness, sources
            for _ in sources:
                self._examining.popleft()

    def _take(self, likeness: bytes, sources: list[str], found: Any) -> None:
        """What a worker found of some recordings."""
        if not likeness:
            self._keep(one for one in found if one.decision or one.problem)
            for one in found:
                if not one.decision and not one.problem:
                    self._wait_for(one.likeness, one.source)
            return
        source = sources[0]
        # Those that waited may be alike after all: now there is a decision to compare with.
        self._examining.extend(self._waiting.pop(likeness))
        if isinstance(found, Decided):
            self._journal.decide(found)
            self._learn(found.decision, str(found.host["hypervisor"]), found.key, found.looked)
            self._keep([Examined(source=source, taken=found.taken, decision=found.decision)])
        else:
            self._keep([Examined(source=source, problem=found)])

    def _wait_for(self, likeness: bytes, source: str) -> None:
        if likeness in self._waiting:
            self._waiting[likeness].append(source)
        else:
            self._waiting[likeness] = []
            self._deciding.append((likeness, source))

    def _again(self, likeness: bytes, sources: list[str], error: Exception) -> None:
        """Try again what a worker died of, but not for ever."""
        if likeness:
            self._examining.extend(self._waiting.pop(likeness))
        for source in sources:
            self._died[source] = self._died.get(source, 0) + 1
            if self._died[source] < _TRIES:
                self._examining.append(source)
            else:
                self._keep([Examined(source=source, problem=f"its worker died: {type(error).__name__}")])

    def _keep(self, found: Iterable[Examined]) -> None:
        rows = [(self._content_of[one.source], one.taken, one.decision, one.problem) for one in found]
        self._journal.keep(rows)
        self._done.update(content for content, *_ in rows)
        self._problems += sum(problem is not None for *_, problem in rows)

    def _learn(self, decision: str, hypervisor: str, key: bytes, looked: Looked) -> None:
        """Know a decision from now on."""
        # The same questions are kept with every decision of a fleet.
        parts = {sys.intern(asked): sys.intern(text) for asked, text in looked.parts.items()}
        own = self._known.of.get(hypervisor, Alike())
        looks, joined = own.looks, own.joined
        if looked not in looks:
            looks, joined = (*looks, Looked(parts=parts)), join_looked((joined, looked))
        alike = Alike(looks=looks, decisions={**own.decisions, key: decision}, joined=joined)
        self._known = Known(of={**self._known.of, hypervisor: alike})
