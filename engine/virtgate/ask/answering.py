"""From a target or a release through facts, match and decide to answers, kept where they may be."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from ..conditions import View, questions
from ..data import Catalog, data_root
from ..data.collector import collector_off
from ..decide import decide
from ..driver import cache
from ..driver.errors import RecordingError, TargetError, UsageError, VirtgateError
from ..driver.policy import Policy
from ..driver.verdict import clean
from ..facts import Facts
from ..facts.folders import find_hypervisor
from ..hypervisors.protocol import Progress
from ..interface import walk
from ..match import match_host
from ..upstream.history import History
from ..upstream.status import find_status
from ..versions import Version
from .fingerprint import code_print, host_prints
from .opened import keep_compiled, open_catalog, open_history, recall
from .prefetch import Prefetch
from .release import check_hypervisor, check_released, find_host
from .rendering import Judged, render
from .targets import Target, ask_facts, read_facts


def check_known(facts: Facts, catalog: Catalog) -> None:
    """Raises RecordingError for a hypervisor that the data does not have: its name would be a folder's."""
    if facts.hypervisor not in catalog.upstreams:
        raise RecordingError(facts.target, f"hypervisor '{facts.hypervisor[:80]}' is not in the data")


def wanted_questions(catalog: Catalog, hypervisor: str, machine: str | None = None) -> tuple[str, ...]:
    """Every question that a condition of this hypervisor's paths, or a downstream's marker, needs.

    Machine properties are asked of `machine`, or of the machine that each condition names.
    """
    own = find_hypervisor(hypervisor)
    found: dict[str, None] = {}
    for paths in catalog.paths.get(hypervisor, {}).values():
        for path in paths:
            conditions = [path.when, path.usable, *(one.when for one in path.divergent)]
            conditions += [one.witness for one in path.broken]
            for condition in conditions:
                found.update(dict.fromkeys(questions(condition)))
    for downstream in catalog.downstreams.get(hypervisor, {}).values():
        for marker in downstream.markers:
            found.update(dict.fromkeys(questions(marker)))
        if downstream.machines and own.machine_types:
            found[own.machine_types] = None
    if machine is None or own.of_machine is None:
        return tuple(found)
    named = (text for text in found if not text.startswith(own.of_machine))
    return (*named, f"{own.of_machine}{machine}")


def judge(
    facts: Facts,
    policy: Policy,
    *,
    data: str | None = None,
    as_of: str | None = None,
    machine: str | None = None,
) -> Judged:
    """Every decision on the host that these facts are of.

    Raises DataError, UsageError; TargetError for a guest of Xen, which has nothing to drive.
    """
    catalog = open_catalog(data)
    check_known(facts, catalog)
    if policy.rules:
        from .site_policy import check_rules

        check_rules(policy, catalog)
    history = open_history(catalog, facts.hypervisor, as_of)
    host = match_host(facts, catalog, history)
    recall(catalog, history, facts.hypervisor, _version(history, host.release))
    view = View(facts, host.release, machine)
    problem = find_hypervisor(facts.hypervisor).refusal(view, host.version)
    if problem is not None:
        raise TargetError(facts.target, problem)
    _check_machine(view)
    decisions = decide(catalog, host, history, view, policy)
    return Judged(facts=facts, host=host, decisions=decisions, catalog=catalog, history=history, view=view)


def _version(history: History, release: str | None) -> Version | None:
    return None if release is None else history.version_of(release)


def _check_machine(view: View) -> None:
    """Raises UsageError for a machine type that the host does not have."""
    if view.machine is not None and view.own.has_machine(view.machine) is False:
        from ..data.forms import near

        hint = near(view.machine, view.own.machines or ())
        message = f"{view.facts.target} has no machine type '{view.machine}'{f'; {hint}' if hint else ''}"
        raise UsageError(message)


def judge_release(
    hypervisor: str, release: str, policy: Policy, *, data: str | None = None, as_of: str | None = None
) -> Judged:
    """Every decision on an upstream release without a host. Raises UnknownRelease, UsageError, DataError."""
    catalog = open_catalog(data)
    check_hypervisor(catalog, hypervisor)
    if policy.rules:
        from .site_policy import check_rules

        check_rules(policy, catalog)
    history = open_history(catalog, hypervisor, as_of)
    if as_of is not None:
        check_released(catalog, history, open_history(catalog, hypervisor), hypervisor, release)
    host = find_host(catalog, history, hypervisor, release)
    recall(catalog, history, hypervisor, _version(history, host.release))
    decisions = decide(catalog, host, history, None, policy)
    return Judged(facts=None, host=host, decisions=decisions, catalog=catalog, history=history, view=None)


def answer(
    key: cache.Key, policy: Policy, on_progress: Progress | None = None, begun: Prefetch | None = None
) -> cache.Answers:
    """The answers for a live target or a file, and for a live one kept in the cache.

    `begun` is the asking that was begun before. A host that cannot be asked is an answer too, believed for
    ten seconds.
    """
    with collector_off():
        return _answer(key, policy, on_progress, begun)


def _answer(
    key: cache.Key, policy: Policy, on_progress: Progress | None, begun: Prefetch | None
) -> cache.Answers:
    target = Target.parse(key.target)
    if target.is_file:
        return answer_recording(key.target, policy, data=key.data, machine=key.machine)
    # Before anything of it is read: an edit in between makes a miss, never an old answer that looks current.
    own = cache.take_prints(own_prints(data_root(key.data)))
    wanted = wanted_questions(open_catalog(key.data), target.hypervisor or "", key.machine)
    prints = cache.take_prints(host_prints(target, wanted))
    days = cache.take_prints(("day", rule.until) for rule in policy.rules if rule.until)
    try:
        facts = _facts(target, key, wanted, prints, begun, on_progress)
        judged = judge(facts, policy, data=key.data, machine=key.machine)
    except TargetError as error:
        failed = cache.Answers(
            host=[],
            gates=[],
            fingerprint=[*prints, *own],
            key=key,
            problem=clean(error.problem),
            until=_soon(),
        )
        cache.write_answers(key, failed)
        return failed
    answers = render(judged, fingerprint=[*prints, *_libraries(facts), *days, *own], key=key)
    is_whole = not target.is_remote and not any("unanswered" in reply for reply in facts.answers.values())
    if not is_whole or prints != cache.take_prints(host_prints(target, wanted)):
        answers.until = _soon()
    cache.write_answers(key, answers)
    keep_compiled(judged.catalog, facts.hypervisor, _version(judged.history, judged.host.release))
    return answers


def own_prints(root: Path) -> list[tuple[str, str]]:
    """What of ours an answer hangs on: the data, and the code."""
    data = [("tree", str(root / "capabilities")), ("tree", str(root / "matrix"))]
    return [*data, code_print(cache.package_root())]


def _libraries(facts: Facts) -> list[str]:
    mapped = facts.returned("libraries")
    return cache.take_prints([("files", "//".join(mapped))]) if mapped and isinstance(mapped, list) else []


def _soon() -> float:
    return time.time() + cache.BRIEF


def _facts(  # noqa: PLR0917 - what answer() was given, and what it found
    target: Target,
    key: cache.Key,
    wanted: tuple[str, ...],
    prints: list[str],
    begun: Prefetch | None,
    on_progress: Progress | None,
) -> Facts:
    """The facts kept for a target, when they hold and answer all that is wanted now; else asked anew."""
    if begun is not None:
        _read_ledgers(key.data, target.hypervisor or "", begun.first_facts())
        facts = begun.facts()
        if not set(wanted) <= begun.questions:
            facts = ask_facts(target, wanted, accel=key.accel, on_progress=on_progress)
    else:
        kept = _read_kept(key, prints)
        if kept is not None and set(wanted) <= set(kept[0]):
            return kept[1]
        # While the host starts and answers, the ledgers are read.
        asked = (key.data, target.hypervisor or "")
        reading = threading.Thread(target=_read_ledgers, args=asked, daemon=True)
        reading.start()
        facts = ask_facts(target, wanted, accel=key.accel, on_progress=on_progress)
        reading.join()
    _keep(key, [*prints, *_libraries(facts)], facts, wanted)
    return facts


def _read_ledgers(data: str | None, hypervisor: str, facts: Facts | None = None) -> None:
    """Find where every path stands upstream, of any release or that of a host, and what shape it has there.

    It is all of deciding that needs no more of a host. What is wrong with the data is told by who decides.
    """
    with contextlib.suppress(VirtgateError):
        catalog = open_catalog(data)
        history = open_history(catalog, hypervisor)
        release = match_host(facts, catalog, history).release if facts is not None else None
        version = _version(history, release)
        recall(catalog, history, hypervisor, version)
        for path in (one for paths in catalog.paths.get(hypervisor, {}).values() for one in paths):
            standing = find_status(path, version, history, None)
            graph = history.graph(standing.reference) if version and standing.reference else None
            for element in standing.footprint if graph is not None else ():
                if graph is not None and element.kind == "qmp":
                    walk(graph, element.name)


def _read_kept(key: cache.Key, prints: list[str]) -> tuple[list[str], Facts] | None:
    text = cache.read_private(key.facts_name())
    if text is None:
        return None
    try:
        document = json.loads(text)
        if document["format"] != cache.FORMAT or not set(prints) <= set(document["prints"]):
            return None
        if any(line != cache.take_print(line) for line in document["prints"]):
            return None
        answers = document["answers"]
        if not all(isinstance(reply, dict) for reply in answers.values()):
            return None
        facts = Facts(
            hypervisor=document["hypervisor"],
            target=key.target,
            via=document["via"],
            answers=answers,
            taken=document["taken"],
        )
        is_same = facts.hypervisor == Target.parse(key.target).hypervisor
        return (document["wanted"], facts) if is_same and isinstance(document["wanted"], list) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep(key: cache.Key, prints: list[str], facts: Facts, wanted: Iterable[str]) -> None:
    if Target.parse(key.target).is_remote or any("unanswered" in one for one in facts.answers.values()):
        return
    document = {
        "format": cache.FORMAT,
        "prints": prints,
        "wanted": list(wanted),
        "hypervisor": facts.hypervisor,
        "via": facts.via,
        "taken": facts.taken,
        "answers": dict(facts.answers),
    }
    cache.write_private(key.facts_name(), json.dumps(document, separators=(",", ":")))


def judge_target(key: cache.Key, policy: Policy, on_progress: Progress | None = None) -> Judged:
    """The decisions on a live target, by the facts that `answer` keeps, or on a recording.

    Raises TargetError, RecordingError, DataError.
    """
    target = Target.parse(key.target)
    if target.is_file:
        facts = read_facts(target)
    else:
        wanted = wanted_questions(open_catalog(key.data), target.hypervisor or "", key.machine)
        prints = cache.take_prints(host_prints(target, wanted))
        facts = _facts(target, key, wanted, prints, None, on_progress)
    return judge(facts, policy, data=key.data, machine=key.machine)


def answer_live(
    target: Target,
    policy: Policy,
    *,
    data: str | None = None,
    accel: str | None = None,
    as_of: str | None = None,
    machine: str | None = None,
) -> cache.Answers:
    """The answers for a live target, asked now and not kept. Raises TargetError."""
    wanted = wanted_questions(open_catalog(data), target.hypervisor or "", machine)
    facts = ask_facts(target, wanted, accel=accel)
    return render(judge(facts, policy, data=data, as_of=as_of, machine=machine))


def answer_recording(
    path: str,
    policy: Policy,
    *,
    data: str | None = None,
    claims: str | None = None,
    as_of: str | None = None,
    machine: str | None = None,
) -> cache.Answers:
    """The answers for a recorded host. Raises RecordingError, UsageError, DataError."""
    target = Target.parse(path)
    if not target.is_file:
        raise RecordingError(
            path, "not a recording: its name ends in none of .json, .json.xz, .replies, .replies.xz"
        )
    facts = read_facts(target, claims)
    return render(judge(facts, policy, data=data, as_of=as_of, machine=machine))


def answer_release(
    hypervisor: str, release: str, policy: Policy, *, data: str | None = None, as_of: str | None = None
) -> cache.Answers:
    """The answers for an upstream release. Raises UnknownRelease, UsageError, DataError."""
    with collector_off():
        judged = judge_release(hypervisor, release, policy, data=data, as_of=as_of)
        if as_of is None:
            keep_compiled(judged.catalog, hypervisor, None)
        return render(judged)
