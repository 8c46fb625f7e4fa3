"""Which recordings are alike: what a process of `fleet collect` does with each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from ..ask.answering import judge
from ..ask.rendering import Judged, render
from ..ask.targets import Target, read_facts
from ..data.collector import collector_off
from ..decide import Decision
from ..decide.remedies import find_remedy
from ..decide.sentences import Speaker
from ..driver.cache import Answers
from ..driver.errors import RecordingError, TargetError
from ..driver.policy import Policy
from ..facts import Facts
from ..facts.parsing import parse_json
from ..facts.recording import read_text, take_recording
from ..facts.tracing import Looked, Watch, digest_part
from ..upstream.history import History

HOST_FIELDS = ("hypervisor", "version", "release", "kind", "downstream", "package", "arch", "accel")
VERDICT_FIELDS = ("id", "state", "reason", "path", "since", "paths", "remedy")
_SHORT = 16
# How `write_recording` spells what it writes: two blanks begin an answer's line, and no text has one in it.
_HEAD = '{\n "answers": {\n  "'
_TAIL = '\n },\n "claims": '
_NEXT = '\n  "'
_SPELLED = '": {\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How verdicts are come by: the caller's policy, the day, a folder of data, a machine type.

    `whole` asks for the rows that gates are made of, too.
    """

    policy: Policy
    as_of: str | None = None
    data: str | None = None
    machine: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What was decided of one hypervisor: each way of looking, and what was decided where that was found.

    `joined` is all that was looked at in any host.
    """

    looks: tuple[Looked, ...] = ()
    decisions: Mapping[bytes, str] = field(default_factory=dict)
    joined: Looked = field(default_factory=lambda: Looked(parts={}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was decided before, by hypervisor."""

    of: Mapping[str, Alike] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One recording that was read: the decision that holds for it, or else what tells it from others."""

    source: str
    taken: str | None = None
    decision: str | None = None
    likeness: bytes = b""
    problem: str | None = None


Row = tuple[str, str, str, str | None, str | None, str, str | None]
"""One capability, by VERDICT_FIELDS; `paths` are all that are enabled, in the order to prefer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided of one recording, and what it hangs on."""

    taken: str | None
    decision: str
    key: bytes
    looked: Looked
    host: Mapping[str, str | None]
    rows: tuple[Row, ...]
    answers: Answers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A recording's own words without its answers, and what any answer has in some parts."""

    facts: Facts
    questions: Callable[[], Iterable[str]]
    digest: Callable[[str, str], bytes]


def examine(sources: Iterable[str], known: Known) -> list[Examined]:
    """What each recording is: one that was decided before, a new one, or none at all."""
    with collector_off():
        return [_examine(source, known) for source in sources]


def _examine(source: str, known: Known) -> Examined:
    try:
        read = _read(source)
    except RecordingError as error:
        return Examined(source=source, problem=error.problem)
    except Exception as error:  # one file that is unlike any other ends no run
        return Examined(source=source, problem=_unforeseen(error))
    own = known.of.get(read.facts.hypervisor, Alike())
    taken = read.facts.taken
    for looked in own.looks:
        decision = own.decisions.get(_key(read, looked))
        if decision is not None:
            return Examined(source=source, taken=taken, decision=decision)
    return Examined(source=source, taken=taken, likeness=_key(read, own.joined))


def decide_recording(source: str, terms: Terms) -> Decided | str:
    """What is decided of a recording, or why nothing can be."""
    with collector_off():
        return _decide(source, terms)


def _decide(source: str, terms: Terms) -> Decided | str:
    try:
        facts = _without_place(read_facts(Target.parse(source)))
        watch = Watch(facts)
        judged = judge(watch.facts, terms.policy, data=terms.data, as_of=terms.as_of, machine=terms.machine)
        host = {name: getattr(judged.host, name) for name in HOST_FIELDS}
        rows = tuple(_rows(judged))
        answers = render(judged) if terms.whole else None
        looked = watch.looked()
        key = _key(_whole(facts), looked)
    except (RecordingError, TargetError) as error:
        return error.problem
    except Exception as error:
        return _unforeseen(error)
    said = json.dumps([host, rows], sort_keys=True).encode()
    decision = blake2b(said, digest_size=_SHORT).hexdigest()
    return Decided(
        taken=facts.taken, decision=decision, key=key, looked=looked, host=host, rows=rows, answers=answers
    )


def _unforeseen(error: Exception) -> str:
    return f"cannot be decided: {type(error).__name__}: {error}"


def _rows(judged: Judged) -> Iterable[Row]:
    speaker = Speaker(judged.catalog, judged.host, judged.history)
    for one in judged.decisions.values():
        enabled = " ".join(path.path.name for path in one.paths if path.state == "enabled")
        remedy = find_remedy(speaker, one)
        since = _since(one, judged.history)
        yield one.capability, one.state, str(one.reason), one.path, since, enabled, remedy


def _since(one: Decision, history: History) -> str | None:
    """The upstream release that first had the path which a capability's state is of."""
    path = next((path for path in one.paths if path.path.name == one.path), one.leading)
    if path is None:
        return None
    if path.path.since is not None:
        return path.path.since.release
    return history.name_of(path.standing.since) if path.standing.since is not None else None


def _key(read: _Read, looked: Looked) -> bytes:
    """What is the same in all recordings that are alike in everything that was looked at."""
    facts = read.facts
    said = [facts.hypervisor, facts.via, facts.target, sorted(facts.claims.items())]
    if looked.is_everything:
        # Something asked which questions there are, so that one more of them is another host.
        said.append(sorted(read.questions()))
    digest = blake2b(json.dumps(said).encode() + looked.print, digest_size=_SHORT)
    digest.update(b"".join([read.digest(asked, parts) for asked, parts in looked.parts.items()]))
    return digest.digest()


def _without_place(facts: Facts) -> Facts:
    """Facts whose target is no place on one host: of `qmp:/run/vm1.qmp` only the sort is of interest."""
    sort, colon, _ = facts.target.partition(":")
    return replace(facts, target=f"{sort}:") if colon and sort.isalnum() else facts


def _read(source: str) -> _Read:
    """A recording, of which only those answers are parsed that are looked at. Raises RecordingError."""
    cut = _cut(source)
    if cut is None:
        return _whole(_without_place(read_facts(Target.parse(source))))
    facts, pieces = cut
    found: dict[tuple[str, str], bytes] = {}

    def digest(asked: str, parts: str) -> bytes:
        place = (asked, parts)
        if place not in found:
            found[place] = _digest(asked, parts, pieces.get(json.dumps(asked, ensure_ascii=False)[1:-1]))
        return found[place]

    def questions() -> Iterable[str]:
        return (json.loads(f'"{asked}"') for asked in pieces)

    return _Read(facts=facts, questions=questions, digest=digest)


def _digest(asked: str, parts: str, piece: str | None) -> bytes:
    """What parts of an answer come to, of which the text is given; of a text that was seen before as then."""
    if piece is None:
        return digest_part(asked, None, parts)
    place = (asked, parts, blake2b(piece.encode(), digest_size=_SHORT).digest())
    if place not in _DIGESTS:
        # A bound on memory: what is dropped is digested anew.
        if len(_DIGESTS) > _MOST_DIGESTS:
            _DIGESTS.clear()
        answer = "{" + piece[piece.index(_SPELLED) + len(_SPELLED) :].rstrip(",")
        _DIGESTS[place] = digest_part(asked, json.loads(answer), parts)
    return _DIGESTS[place]


def _whole(facts: Facts) -> _Read:
    answers = facts.answers

    def digest(asked: str, parts: str) -> bytes:
        return digest_part(asked, answers.get(asked), parts)

    return _Read(facts=facts, questions=answers.keys, digest=digest)


# Hosts of one build have most answers alike.
_DIGESTS: dict[tuple[str, str, bytes], bytes] = {}
_MOST_DIGESTS = 200_000


def _cut(source: str) -> tuple[Facts, dict[str, str]] | None:
    """A recording as `virtgate probe` writes it, with each answer's own text; None for one of another layout.

    To parse it all costs three times as much as to unpack it. Raises RecordingError.
    """
    if not source.removesuffix(".xz").endswith(".json"):
        return None
    text = read_text(source)
    end = text.rfind(_TAIL)
    if not text.startswith(_HEAD) or end < 0:
        return None
    pieces = {}
    for piece in text[len(_HEAD) : end].split(_NEXT):
        asked_to = piece.find(_SPELLED)
        if asked_to < 0:
            return None
        pieces[piece[:asked_to]] = piece
    rest = parse_json("{" + text[end + len("\n },") :])
    return _without_place(take_recording({**rest, "answers": {}}, source)), pieces
