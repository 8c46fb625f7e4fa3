"""What a TARGET is, and how it is asked: each hypervisor says which texts are its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..driver.errors import RecordingError, TargetError, UsageError, VirtgateError
from ..facts import Answer, Facts
from ..facts.folders import all_hypervisors, find_hypervisor
from ..facts.recording import read_json, read_text, take_recording
from ..hypervisors.protocol import Asking, Progress, Sort

RECORDING = "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to ask: its text, and which sort of thing that is.

    `hypervisor` is the one behind it; None for a file, which says so itself.
    """

    text: str
    sort: str
    hypervisor: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is what a host said before, and not a host."""
        return self.hypervisor is None

    @property
    def is_remote(self) -> bool:
        """Whether it is on another machine, where nothing tells that it changed."""
        return not self.is_file and self.how.is_remote(self.text)

    @property
    def how(self) -> Sort:
        """How it is asked."""
        sorts: tuple[Sort, ...] = find_hypervisor(self.hypervisor or "").sorts
        return next(one for one in sorts if one.name == self.sort)

    @staticmethod
    def parse(text: str) -> Target:
        """The target that a text names."""
        known = [(own, sort) for own in all_hypervisors().values() for sort in own.sorts]
        for own, sort in known:
            if not sort.fallback and sort.claims(text):
                return Target(text=text, sort=sort.name, hypervisor=own.name)
        if text.removesuffix(".xz").endswith((".json", ".yaml")) or _reader_of(text) is not None:
            return Target(text=text, sort=RECORDING)
        own, sort = next((own, sort) for own, sort in known if sort.fallback and sort.claims(text))
        return Target(text=text, sort=sort.name, hypervisor=own.name)


def find_targets() -> tuple[Target, ...]:
    """Everything that this machine has, its QEMU binaries first."""
    found = [
        (not sort.fallback, own.name, at, Target(text=text, sort=sort.name, hypervisor=own.name))
        for own in all_hypervisors().values()
        for sort in own.sorts
        for at, text in enumerate(sort.find())
    ]
    return tuple(target for *_, target in sorted(found, key=lambda one: one[:3]))


def read_facts(target: Target, claims: str | None = None) -> Facts:
    """The facts in a file, of which somebody may claim what it does not say.

    Raises RecordingError; UsageError for claims about what speaks for itself, or is of another hypervisor.
    """
    claimed = parse_claims(claims) if claims else {}
    read = _reader_of(target.text)
    document = None if read else _read_document(target.text)
    own = next((one for one in all_hypervisors().values() if document and one.takes(document)), None)
    if own is not None and own.read_document is not None:
        if claims and own.parse_claims(claims) is None:
            raise UsageError(f"'{claims}' is of another hypervisor; {target.text} is of {own.name}")
        facts: Facts = own.read_document(target.text, document, claimed)
        return facts
    if claims:
        raise UsageError(f"--claims is for a bare schema; {target.text} says itself what it is")
    return read(target.text) if read else take_recording(document, target.text)


def parse_claims(text: str) -> dict[str, str]:
    """What somebody claims of a document that does not say it: release and package. Raises UsageError."""
    for own in all_hypervisors().values():
        found: dict[str, str] | None = own.parse_claims(text)
        if found is not None:
            return found
    raise UsageError(f"'{text}' is no claim; qemu=X.Y.Z is, or qemu=X.Y.Z,package=TEXT")


def _read_document(path: str) -> Any:
    """What a JSON or YAML file holds, `.xz` or not. Raises RecordingError."""
    if not path.removesuffix(".xz").endswith(".yaml"):
        return read_json(path)
    from ..data import yaml

    problems: list[yaml.Problem] = []
    document = yaml.read(read_text(path), path, problems)
    if document is None or problems:
        raise RecordingError(path, f"not plain YAML: {problems[0].problem}" if problems else "nothing in it")
    return document


def _reader_of(path: str) -> Callable[[str], Facts] | None:
    """What reads a file that another program recorded, by its ending."""
    known = (pair for own in all_hypervisors().values() for pair in own.endings.items())
    return next((read for ending, read in known if path.endswith(ending)), None)


def ask_facts(
    target: Target,
    questions: Iterable[str],
    *,
    accel: str | None = None,
    whole: bool = False,
    on_progress: Progress | None = None,
    begun: Any = None,
    answers: dict[str, Answer] | None = None,
) -> Facts:
    """The facts of a live host; `whole` asks everything else too, for a recording.

    `begun` was started before; in `answers` they are put as they come, too.

    Raises TargetError when nothing could be learned.
    """
    if target.hypervisor is None:
        raise TargetError(target.text, "is a recording, not a host that can be asked")
    wanted = (*target.how.identity, *questions)
    asking = Asking(
        target=target.text,
        questions=wanted,
        accel=accel,
        whole=whole,
        on_progress=on_progress,
        begun=begun,
        answers={} if answers is None else answers,
    )
    try:
        told = target.how.ask(asking)
    except VirtgateError:
        raise
    except Exception as error:  # one target that is unlike any other silences no other
        why = f"cannot be asked: {type(error).__name__}: {error}"
        raise TargetError(target.text, why) from error
    taken = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return Facts(hypervisor=target.hypervisor, target=target.text, via=target.sort, answers=told, taken=taken)


def is_release(text: str) -> bool:
    """Whether a TARGET is `qemu=8.2`, an upstream release; a file of such a name has its folder before it."""
    hypervisor, equals, _ = text.partition("=")
    return bool(equals) and hypervisor.isidentifier()
