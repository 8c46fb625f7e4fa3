"""What an edit says besides capabilities: of upstreams, downstreams, distributions, ledgers, exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..ask.release import host_of_release
from ..data.exceptions import EXCEPTIONS, read_exceptions
from ..decide import decide
from ..decide.proof import evidence_of
from ..driver.errors import DataError
from ..driver.policy import Policy
from ..upstream.history import History
from .said import record_edits
from .states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What else an edit says: of a file, in words."""

    file: str
    text: str


def find_notes(base: State, head: State) -> Iterator[Note]:
    """What changed besides capabilities and their paths."""
    for hypervisor in sorted({*base.catalog.upstreams, *head.catalog.upstreams}):
        then, now = (state.catalog.upstreams.get(hypervisor) for state in (base, head))
        file = f"matrix/{hypervisor}/upstream.yaml"
        if then is None or now is None:
            yield Note(file=file, text=f"hypervisor {hypervisor} is {'gone' if now is None else 'new'}")
        else:
            yield from (Note(file=file, text=text) for text in record_edits(then, now))
    for hypervisor in sorted({*base.catalog.downstreams, *head.catalog.downstreams}):
        yield from _downstream_notes(base, head, hypervisor)
    for hypervisor in sorted({*base.catalog.vocabularies, *head.catalog.vocabularies}):
        yield from _vocabulary_notes(base, head, hypervisor)
    for hypervisor in sorted({*base.catalog.distributions, *head.catalog.distributions}):
        yield from _distribution_notes(base, head, hypervisor)
    yield from _exception_notes(base, head)
    for name in sorted({*base.blobs, *head.blobs}):
        if name.endswith(".txt") and base.blobs.get(name) != head.blobs.get(name):
            yield from _ledger_notes(base, head, name)


def _downstream_notes(base: State, head: State, hypervisor: str) -> Iterator[Note]:
    file = f"matrix/{hypervisor}/downstreams.yaml"
    then, now = (state.catalog.downstreams.get(hypervisor, {}) for state in (base, head))
    kinds = {name: one.kind for name, one in {**then, **now}.items()}
    yield from (Note(file=file, text=text) for text in _table_edits(then, now, kinds))


def _table_edits(then: Mapping[str, Any], now: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[str]:
    """What came, went and differs in a table of records; `told` is what to say of each new one."""
    for names, what in ((now.keys() - then.keys(), "new"), (then.keys() - now.keys(), "gone")):
        if names:
            ordered = [name for name in {**then, **now} if name in names]
            yield f"{what}: {', '.join(f'{name} ({told[name]})' for name in ordered)}"
    for name in now:
        if name in then:
            yield from (f"{name}: {text}" for text in record_edits(then[name], now[name]))


def _vocabulary_notes(base: State, head: State, hypervisor: str) -> Iterator[Note]:
    then, now = (state.catalog.vocabularies.get(hypervisor, ()) for state in (base, head))
    file = f"matrix/{hypervisor}/vocabularies.yaml"
    old = {(one.who, one.release): one for one in then}
    new = {(one.who, one.release): one for one in now}
    for key in sorted({*old, *new}):
        before, after = (side[key].names if key in side else frozenset[str]() for side in (old, new))
        told = [f"loses {len(before - after)} names"] if before - after else []
        told += [f"gains {len(after - before)} names"] if after - before else []
        if key in old and key in new and old[key] != replace(new[key], names=before, where=old[key].where):
            told.append("gives some by something else")
        if told:
            yield Note(file=file, text=f"{key[0]} {key[1]} {' and '.join(told)}")


def _distribution_notes(base: State, head: State, hypervisor: str) -> Iterator[Note]:
    """Which releases of distributions came, went, or ship something else."""
    file = f"matrix/{hypervisor}/distributions.yaml"
    then, now = (
        {f"{one.title} {one.release}": one for one in state.catalog.distributions.get(hypervisor, ())}
        for state in (base, head)
    )
    ships = {name: one.ships for name, one in {**then, **now}.items()}
    yield from (Note(file=file, text=text) for text in _table_edits(then, now, ships))


def _exception_notes(base: State, head: State) -> Iterator[Note]:
    then, now = (read_exceptions(state.root, []) for state in (base, head))
    old, new = ({(one.rule, one.file, one.problem) for one in side.rows} for side in (then, now))
    for keys, what in ((new - old, "new"), (old - new, "gone")):
        for rule, file, problem in sorted(keys):
            yield Note(file=EXCEPTIONS, text=f"{what}: {rule}: {file}: {problem}")


def _ledger_notes(base: State, head: State, name: str) -> Iterator[Note]:
    texts = [
        (state.root / name).read_text(encoding="utf-8", errors="replace").splitlines()
        if name in state.blobs
        else []
        for state in (base, head)
    ]
    old, new = (Counter(line for line in lines if not line.startswith("#")) for lines in texts)
    come, gone = (new - old).total(), (old - new).total()
    if name not in base.blobs:
        yield Note(file=name, text=f"is new: +{come} lines")
    elif name not in head.blobs:
        yield Note(file=name, text=f"is gone: -{gone} lines")
    elif come or gone:
        yield Note(file=name, text=f"+{come} -{gone} lines")
    else:
        yield Note(file=name, text="the same lines, below another header or in another order")
    if name.endswith("/commits.txt"):
        yield from _evidence_notes(base, head, name)


def _evidence_notes(base: State, head: State, name: str) -> Iterator[Note]:
    """How many paths have another commit behind them in the newest release that both sides know."""
    hypervisor = name.split("/")[1]
    then, now = base.history(hypervisor), head.history(hypervisor)
    if then is None or now is None or not then.releases or not now.releases:
        return
    release = then.releases[-1].name
    evidence: list[dict[tuple[str, str], tuple[str, ...]]] = []
    try:
        evidence += (_evidence(hypervisor, release, *side) for side in ((base, then), (head, now)))
    except DataError:
        return  # of a ledger with a line that cannot be read, which is told elsewhere
    both = set(evidence[0]) & set(evidence[1])
    changed = sum(evidence[0][key] != evidence[1][key] for key in both)
    yield Note(file=name, text=f"{changed} of {len(both)} paths have another commit behind them")


def _evidence(
    hypervisor: str, release: str, state: State, history: History
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What stands behind each path in a release."""
    decisions = decide(state.catalog, host_of_release(hypervisor, release), history, None, Policy())
    repository = state.catalog.upstreams[hypervisor].repository
    return {
        (key, one.path.name): evidence_of(one.path, one.standing, history, repository)
        for key, decision in decisions.items()
        for one in decision.paths
    }
