"""The value that a driver holds: every answer of one host, which never changes under its holder."""

from __future__ import annotations

import os
import sys

from . import cache
from .errors import NotEnabled, UnknownCapability, UsageError
from .policy import Policy
from .verdict import blocks_by_id, ids_of_today, read_block, read_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..ids import AnyId, Id
    from .lock import Lock
    from .verdict import Verdict


# What `types.MappingProxyType` names; the module is not loaded for it.
_READ_ONLY = type(type.__dict__)


class Gates:
    """All verdicts for one host. Immutable, so that threads can share it.

    `host` says what the host is; `id in gates` is for a driver newer than the installed data. An id that a
    capability had before names it still.
    """

    __slots__ = ("_answers", "_former", "_paths", "_rows", "_states", "host", "policy")

    def __init__(self, answers: cache.Answers, policy: Policy | None = None) -> None:
        self._answers = answers
        self.policy = policy or Policy()
        self.host: Mapping[str, str | None] = _READ_ONLY({key: value or None for key, value in answers.host})
        self._former: dict[str, str] | None = None
        self._rows: dict[str, str] | None = None
        self._states, self._paths = read_index(answers.index)

    def enabled(self, identifier: AnyId) -> bool:
        """Whether a driver may use it here. Raises UnknownCapability."""
        try:
            return self._states[identifier]
        except KeyError:
            return self._states[self._today(identifier)]

    def path(self, identifier: AnyId) -> str | None:
        """The interface to use, or None when it is not enabled. Raises UnknownCapability."""
        try:
            return self._paths[identifier]
        except KeyError:
            return self._paths[self._today(identifier)]

    def verdict(self, identifier: AnyId) -> Verdict:
        """The whole answer. Raises UnknownCapability."""
        name = self.parse(identifier)
        rows = self._rows
        if rows is None and (block := self._answers.block(name)) is not None:
            self._rows = {}  # who asks once is not made to wait until all are parted
            return read_block(block)
        if not rows:
            rows = self._rows = blocks_by_id(self._answers.gates)
        return read_block(rows[name])

    def require(self, identifier: AnyId) -> str:
        """The path to use. Raises NotEnabled, which carries the verdict, or UnknownCapability."""
        path = self.path(identifier)
        if path is None:
            raise NotEnabled(self.verdict(identifier))
        return path

    def explain(self, identifier: AnyId) -> str:
        """The whole decision as text for a person: what was seen, the YAML line, evidence, remedy.

        Raises UnknownCapability.
        """
        from ..faces.explanation import explain

        return explain(self, identifier)

    def parse(self, text: str) -> Id:
        """A text from elsewhere as the id that it is, or was before. Raises UnknownCapability."""
        return text if text in self._states else self._today(text)  # type: ignore[return-value]

    def is_current(self) -> bool:
        """Whether nothing that can change an answer has changed since; costs one fingerprint.

        A recording, a release and a common denominator never change.
        """
        return cache.is_current(self._answers)

    def refresh(self) -> Gates:
        """New gates of the same host, asked again where something changed. Raises TargetError."""
        if not self._answers.target or self.is_current():
            return self
        return open_gates(
            self._answers.target,
            accel=self._answers.accel,
            machine=self._answers.machine,
            policy=self.policy,
            data=self._answers.data,
        )

    def lock(self, *identifiers: str) -> Lock:
        """These answers, or all, kept for a guest's life: `lock.changes(gates)` says later what is otherwise.

        Raises UnknownCapability.
        """
        from .lock import Lock

        return Lock.of(self, identifiers)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._answers, self.policy)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._states or identifier in self._formerly()

    def __iter__(self) -> Iterator[Id]:
        return iter(self._states)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._states)

    def __and__(self, other: object) -> Gates:
        if not isinstance(other, Gates):
            return NotImplemented
        from ..fleet.denominator import common_answers

        return Gates(common_answers((self, other)), self.policy)

    def __repr__(self) -> str:
        enabled = sum(self._states.values())
        return f"<Gates of {self.host.get('target')}: {enabled} of {len(self)} enabled>"

    def _formerly(self) -> dict[str, str]:
        """The ids of today by those of before."""
        if self._former is None:
            self._former = ids_of_today(self._answers.gates)
        return self._former

    def _today(self, identifier: str) -> str:
        """The id of today for one of before. Raises UnknownCapability."""
        try:
            return self._formerly()[identifier]
        except KeyError:
            raise self._unknown(identifier) from None

    def _unknown(self, identifier: str) -> UnknownCapability:
        import difflib

        close = difflib.get_close_matches(str(identifier).lower(), self._states, n=3, cutoff=0.6)
        return UnknownCapability(str(identifier), tuple(close))


def open_gates(
    target: str | os.PathLike[str],
    *,
    accel: str | None = None,
    machine: str | None = None,
    policy: Policy | None = None,
    data: str | None = None,
) -> Gates:
    """The gates of a host: a QEMU binary, `qmp:SOCKET`, `kvm`, `xen`, `xend`, `xapi`, or a recording's file.

    Answered from the cache when nothing changed since it was asked, else by asking. `accel` is kvm, tcg or
    None for what a guest would get; `machine` the machine type that machine properties are about; `data` a
    folder with other YAML. Raises TargetError when the host cannot be asked, UsageError, DataError.
    """
    policy = _check_policy(policy)
    key = cache.Key(_text_of(target), accel, machine, str(policy), data)
    answers = cache.read_answers(key)
    source = "cache"
    if answers is None:
        # A QEMU starts while the rest of the way to an answer is loaded.
        from ..ask import early

        started = early.start(key)
        from ..ask import prefetch

        begun = prefetch.begin(key, started=started)
        from ..ask.answering import answer

        answers = answer(key, policy, begun=begun)
        source = "host" if answers.target else "recording"
    return _make(answers, policy, source)


async def aopen_gates(
    target: str | os.PathLike[str],
    *,
    accel: str | None = None,
    machine: str | None = None,
    policy: Policy | None = None,
    data: str | None = None,
) -> Gates:
    """As `open`, in a thread, so that the event loop goes on.

    Who is cancelled goes on at once: the thread ends by itself, for each wait in it has a bound, and what it
    learned is kept for the next who asks.
    """
    import asyncio

    return await asyncio.to_thread(open_gates, target, accel=accel, machine=machine, policy=policy, data=data)


def release_gates(
    hypervisor: str,
    release: str,
    *,
    policy: Policy | None = None,
    data: str | None = None,
    as_of: str | None = None,
) -> Gates:
    """The gates of an upstream release without any host. Raises UnknownRelease, DataError."""
    from ..ask.answering import answer_release

    policy = _check_policy(policy)
    if not isinstance(release, str):
        raise UsageError(f"a release is text, such as '8.2'; {release!r} is not")
    answers = answer_release(hypervisor, release, policy, data=data, as_of=as_of)
    return _make(answers, policy, "release")


def load_gates(
    path: str | os.PathLike[str],
    *,
    policy: Policy | None = None,
    data: str | None = None,
    claims: str | None = None,
    as_of: str | None = None,
) -> Gates:
    """The gates of a recorded host: our recording, libvirt's `.replies`, or a bare schema with `claims`.

    Raises RecordingError, UsageError, DataError.
    """
    from ..ask.answering import answer_recording

    policy = _check_policy(policy)
    answers = answer_recording(_text_of(path), policy, data=data, claims=claims, as_of=as_of)
    return _make(answers, policy, "recording")


def _make(answers: cache.Answers, policy: Policy, source: str) -> Gates:
    """The gates of answers, told to the logger where there is one that wants to know. Raises TargetError."""
    logging = sys.modules.get("logging")  # who never loaded it hears nothing
    if logging is not None and logging.getLogger("virtgate").isEnabledFor(logging.INFO):
        from .journal import open_told

        return open_told(answers, policy, source)
    answers.raise_problem()
    return Gates(answers, policy)


def _check_policy(policy: Policy | None) -> Policy:
    if policy is not None and not isinstance(policy, Policy):
        raise UsageError(f"a policy is a virtgate.Policy; {policy!r} is not")
    return policy or Policy()


def _text_of(target: object) -> str:
    """A target as text. Raises UsageError for what names nothing."""
    text = os.fspath(target) if isinstance(target, str | os.PathLike) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise UsageError(f"a target is a path, qmp:SOCKET, kvm, xen, xend or xapi; {target!r} is not")
    return text
