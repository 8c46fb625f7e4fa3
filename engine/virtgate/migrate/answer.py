"""A move's two ends, and the answer that its points make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..ask.answering import check_known, wanted_questions
from ..ask.opened import open_catalog, open_history
from ..ask.release import check_hypervisor, find_host
from ..ask.targets import Target, ask_facts, is_release, read_facts
from ..conditions import View
from ..data import Catalog
from ..data.forms import near
from ..driver.errors import UsageError
from ..facts.folders import find_hypervisor
from ..hypervisors.moves import ENDS, Choice, End, Guest, Mover, Part, Point, State, Which
from ..match import match_host
from .breaking import find_breakages
from .carrying import carried_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """May the guest move: the points for and against it, what there is to choose from, what to set where."""

    source: End
    destination: End
    guest: Guest
    points: tuple[Point, ...]
    choices: tuple[Choice, ...]
    carried: tuple[Point, ...]

    @property
    def state(self) -> State:
        """`no` where one point says so, else `unknown` where one does."""
        states = {one.state for one in self.points}
        return "no" if "no" in states else "unknown" if "unknown" in states else "yes"

    def settings(self, which: Which) -> tuple[str, ...]:
        """What to set on one end, each once."""
        return tuple(dict.fromkeys(text for one in self.points for text in one.settings.get(which, ())))


def answer_move(
    source: str,
    destination: str,
    guest: str | None = None,
    capabilities: Sequence[str] = (),
    *,
    data: str | None = None,
    accel: str | None = None,
) -> Answer:
    """Whether a guest may move. Raises UsageError, TargetError, RecordingError, DataError.

    `guest` is its command line or its domain's XML; without one the answer is about any guest.
    """
    catalog = open_catalog(data)
    name = _hypervisor_of(source) or _hypervisor_of(destination)
    mover = _find_mover(name) if name else None
    described = mover.read_guest(guest) if guest is not None and mover else Guest()
    ends = open_ends(catalog, source, destination, described, accel)
    mover = _find_mover(ends[0].host.hypervisor)
    # Both ends are recordings: which hypervisor's command line it is, they say themselves.
    if guest is not None and name is None:
        described = mover.read_guest(guest)
    if ends[0].host.hypervisor != ends[1].host.hypervisor:
        raise UsageError(f"a guest of {ends[0].host.hypervisor} does not move to {ends[1].host.hypervisor}")
    return judge_move(catalog, ends, described, capabilities)


def judge_move(
    catalog: Catalog, ends: tuple[End, End], guest: Guest, capabilities: Sequence[str] = ()
) -> Answer:
    """Whether a guest may move between two ends of one hypervisor, which were asked already."""
    mover = _find_mover(ends[0].host.hypervisor)
    _check_capabilities(catalog, ends[0].host.hypervisor, capabilities)
    parts = tuple(Part(kind="capability", name=one) for one in capabilities)
    guest = replace(guest, parts=(*mover.settle(ends[0], guest).parts, *parts))
    carried = tuple(carried_points(catalog, mover, *ends, guest))
    asked = {part.name for part in guest.of("capability")}
    choices = tuple(mover.choose(*ends))
    points = [*_choice_points(choices, guest), *mover.judge(*ends, guest)]
    # The others are told as what could be asked for, and decide nothing.
    points += [one for one in carried if one.name in asked]
    points += find_breakages(catalog, mover, *ends, guest)
    return Answer(
        source=ends[0],
        destination=ends[1],
        guest=guest,
        points=tuple(points),
        choices=choices,
        carried=carried,
    )


def _choice_points(choices: Iterable[Choice], guest: Guest) -> Iterable[Point]:
    """Of a guest that nobody described: what it could be started with on both ends."""
    for one in choices:
        if guest.first(one.about) is not None or any(part.kind != "capability" for part in guest.parts):
            continue
        if one.both:
            said = f"{len(one.both)} are on both ends, {len(one.source)} on the source alone"
            yield Point(about=one.about, name="any", state="yes", sentence=said)
        elif one.source:
            yield Point(about=one.about, name="any", state="no", sentence="none is on both ends")


def _check_capabilities(catalog: Catalog, hypervisor: str, names: Sequence[str]) -> None:
    moves = catalog.moves.get(hypervisor)
    known = tuple(moves.carried) if moves else ()
    for name in names:
        if name not in known:
            hint = near(name, known) or f"there are {', '.join(known)}"
            raise UsageError(f"no migration capability '{name}'; {hint}")


def _find_mover(hypervisor: str) -> Mover:
    own = find_hypervisor(hypervisor)
    if own.mover is None:
        raise UsageError(f"nothing is known of how guests of {hypervisor} move")
    found: Mover = own.mover()
    return found


def _hypervisor_of(text: str) -> str | None:
    """The hypervisor that a text names; None for a recording, which says so itself."""
    return text.partition("=")[0] if is_release(text) else Target.parse(text).hypervisor


def open_ends(
    catalog: Catalog, source: str, destination: str, guest: Guest, accel: str | None = None
) -> tuple[End, End]:
    """What both ends say. Raises UsageError, TargetError, RecordingError, DataError."""
    open_one = partial(_open_end, catalog=catalog, guest=guest, accel=accel)
    return open_one(source, ENDS[0]), open_one(destination, ENDS[1])


def _open_end(text: str, which: Which, *, catalog: Catalog, guest: Guest, accel: str | None) -> End:
    if is_release(text):
        hypervisor, _, release = text.partition("=")
        check_hypervisor(catalog, hypervisor)
        history = open_history(catalog, hypervisor)
        host = find_host(catalog, history, hypervisor, release)
        return End(which=which, text=text, host=host, history=history, view=None)
    target = Target.parse(text)
    if target.is_file:
        facts = read_facts(target)
    else:
        questions = wanted_questions(catalog, target.hypervisor or "")
        mine = _find_mover(target.hypervisor or "").questions(guest)
        facts = ask_facts(target, (*questions, *mine), accel=accel)
    check_known(facts, catalog)
    history = open_history(catalog, facts.hypervisor)
    host = match_host(facts, catalog, history)
    return End(which=which, text=text, host=host, history=history, view=View(facts, host.release))
