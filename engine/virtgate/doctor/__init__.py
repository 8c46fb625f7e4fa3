"""What keeps hosts from more: each thing in the way, and what would be enabled without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ask.release import host_of_release
from ..ask.rendering import Judged
from ..conditions import View
from ..conditions.obstacle import Obstacle
from ..decide import Decision, decide
from ..decide.reasons import Reason
from ..decide.sentences import Speaker
from ..driver.policy import Policy
from ..match import match_host

_POLICY = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What one host would have: the ids that would be enabled, and those that nobody can tell before."""

    source: str
    enables: tuple[str, ...]
    may_enable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: `sort` is what it is about, `place` its name there, `why` what was seen of it.

    `sort` is permission, module, parameter, setting, firmware, package or release.
    """

    sort: str
    place: str
    why: str
    remedy: str
    gains: tuple[Gain, ...]

    @property
    def count(self) -> int:
        """How many capabilities it would enable, or may, on one host or more."""
        return len({name for one in self.gains for name in (*one.enables, *one.may_enable)})


def find_steps(hosts: Sequence[tuple[str, Judged]]) -> tuple[Step, ...]:
    """The steps that would enable something, what enables most first, and a newer release last."""
    found: dict[tuple[str, str], Step] = {}
    for source, judged in hosts:
        ways = (_obstacle_steps, _package_steps, _release_steps)
        for step in (one for find in ways for one in find(source, judged)):
            known = found.get((step.sort, step.place))
            gains = (*known.gains, *step.gains) if known else step.gains
            found[step.sort, step.place] = replace(known or step, gains=gains)
    useful = (one for one in found.values() if one.count)
    # A new release is the most work, and often not for the host's owner to decide.
    return tuple(sorted(useful, key=lambda one: (one.sort == "release", -one.count, one.place)))


def _obstacle_steps(source: str, judged: Judged) -> Iterator[Step]:
    """What the machine keeps away, one thing taken out of the way at a time."""
    for obstacle, ids in _find_obstacles(judged.decisions.values()):
        # What nobody could answer in its place cannot be tried out.
        if obstacle.granted is not None:
            gain = _suppose(source, judged, obstacle, ids)
            yield Step(
                sort=obstacle.sort,
                place=obstacle.place,
                why=obstacle.why,
                remedy=obstacle.remedy,
                gains=(gain,) if gain.enables or gain.may_enable else (),
            )


def _find_obstacles(decisions: Iterable[Decision]) -> Iterable[tuple[Obstacle, set[str]]]:
    """Each obstacle, with the capabilities that it keeps a path of away."""
    found: dict[str, tuple[Obstacle, set[str]]] = {}
    for one in decisions:
        for path in one.paths if one.state != "enabled" else ():
            for obstacle in path.obstacles:
                found.setdefault(obstacle.place, (obstacle, set()))[1].add(one.capability)
    return found.values()


def _suppose(source: str, judged: Judged, obstacle: Obstacle, ids: set[str]) -> Gain:
    """The same host without an obstacle: decided again, as far as that can change anything."""
    assert judged.facts is not None
    assert obstacle.granted is not None
    facts = replace(judged.facts, answers={**judged.facts.answers, **obstacle.granted})
    host = match_host(facts, judged.catalog, judged.history)
    view = View(facts, host.release, judged.view.machine if judged.view else None)
    only = _with_dependents(judged, ids)
    decisions = decide(judged.catalog, host, judged.history, view, _POLICY, only)
    return Gain(
        source=source,
        enables=_now(judged.decisions, decisions, "enabled"),
        may_enable=_now(judged.decisions, decisions, "unknown"),
    )


def _now(before: Mapping[str, Decision], after: Mapping[str, Decision], state: str) -> tuple[str, ...]:
    return tuple(name for name, one in after.items() if one.state == state != before[name].state)


def _with_dependents(judged: Judged, ids: set[str]) -> set[str]:
    """Capabilities with all that stand on them."""
    rows = judged.catalog.capabilities.values()
    while more := {row.id for row in rows if row.id not in ids and not ids.isdisjoint(row.needs)}:
        ids = ids | more
    return ids


def _package_steps(source: str, judged: Judged) -> Iterator[Step]:
    """What the distribution has in a package that is not installed."""
    speaker = Speaker(judged.catalog, judged.host, judged.history)
    found: dict[str, list[str]] = {}
    for one in judged.decisions.values():
        leading = one.leading
        if one.state == "disabled" and one.reason == Reason.NOT_BUILT and leading and leading.lacking:
            packages = {speaker.package_of(leaf) for leaf in leading.lacking}
            # A path that needs two packages gains nothing by one of them.
            if len(packages) == 1 and (package := packages.pop()):
                found.setdefault(package, []).append(one.capability)
    for package, ids in found.items():
        why = f"a part of {speaker.title} is in the package {package}, which is not installed"
        gain = Gain(source=source, enables=tuple(ids))
        yield Step(sort="package", place=package, why=why, remedy=f"install {package}", gains=(gain,))


def _release_steps(source: str, judged: Judged) -> Iterator[Step]:
    """What came upstream after the host's release, as the newest one has it."""
    old = {one.capability for one in judged.decisions.values() if one.reason == Reason.TOO_OLD}
    if not old or judged.history.last is None:
        return
    name = judged.history.name_of(judged.history.last)
    title = judged.catalog.upstreams[judged.host.hypervisor].title
    host = host_of_release(judged.host.hypervisor, name)
    newest = decide(judged.catalog, host, judged.history, None, _POLICY, old)
    gain = Gain(source=source, enables=tuple(sorted(one for one in old if newest[one].state == "enabled")))
    yield Step(
        sort="release",
        place=f"{title} {name}",
        why=f"{title} {judged.host.version} is older than what upstream has by now",
        remedy=f"move to {title} {name}, the newest that is known",
        gains=(gain,) if gain.enables else (),
    )
