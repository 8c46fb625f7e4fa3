"""Prefetch begun before anything else is read: a QEMU needs longer to start than our data to load."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from ..driver import cache
from ..driver.errors import TargetError
from ..facts import Answer, Facts
from ..hypervisors.protocol import Progress
from .early import read_questions
from .targets import Target, ask_facts


class Prefetch:
    """Questions on their way to a host, in a thread of their own."""

    def __init__(
        self,
        target: Target,
        questions: Iterable[str],
        key: cache.Key,
        started: Any,
    ) -> None:
        self.questions = frozenset(questions)
        self._target = target
        self._answers: dict[str, Answer] = {}
        self._begins = threading.Event()  # to answer, or has ended
        self._facts: Facts | None = None
        self._error: BaseException | None = None
        self._report: Progress = lambda _come, _expected: None
        self._thread = threading.Thread(target=self._ask, args=(key.accel, started), daemon=True)
        self._thread.start()

    def tell(self, report: Progress) -> Prefetch:
        """From now on tell how many answers came, and how many are expected."""
        self._report = report
        return self

    def _ask(self, accel: str | None, started: Any) -> None:
        def tell(come: int, expected: int) -> None:
            self._begins.set()
            self._report(come, expected)

        try:
            self._facts = ask_facts(
                self._target,
                self.questions,
                accel=accel,
                on_progress=tell,
                begun=started,
                answers=self._answers,
            )
        except BaseException as error:
            self._error = error
        finally:
            self._begins.set()

    def first_facts(self) -> Facts:
        """What the host said so far, once it has begun to; it says first who it is."""
        self._begins.wait()
        own = self._target
        return Facts(
            hypervisor=own.hypervisor or "", target=own.text, via=own.sort, answers=dict(self._answers)
        )

    def facts(self) -> Facts:
        """What the host said. Raises TargetError."""
        self._thread.join()
        if self._facts is None:
            raise self._error or TargetError("", "was not asked")
        return self._facts


def begin(key: cache.Key, started: Any = None) -> Prefetch | None:
    """Begin to ask a QEMU binary of which nothing is kept; None for anything else, and without the list.

    What was `started` before is ended where nobody will ask it.
    """
    begun = _begin(key, started)
    if begun is None and started is not None:
        started.close()
    return begun


def _begin(key: cache.Key, started: Any) -> Prefetch | None:
    target = Target.parse(key.target)
    if (
        target.is_file
        or not target.how.computed_list
        or key.machine
        or cache.read_private(key.facts_name()) is not None
    ):
        return None
    questions = read_questions(key.data, target.hypervisor or "")
    return None if questions is None else Prefetch(target, questions, key, started)
