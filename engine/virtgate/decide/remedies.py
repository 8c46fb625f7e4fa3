"""What would enable a capability that is not enabled, where something would."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..upstream.status import is_visible
from .decision import Decision, PathDecision
from .reasons import Reason
from .sentences import Speaker, join_few

UPSTREAM_FIRST = "get the feature accepted upstream first"


def find_remedy(speaker: Speaker, decision: Decision) -> str | None:
    """What would enable a capability; None when it is enabled, or when nothing would help."""
    if decision.state == "enabled" or decision.leading is None:
        return None
    say = _REMEDIES.get(decision.leading.reason)
    return say(speaker, decision.leading) if say else None


def _old(speaker: Speaker, one: PathDecision) -> str:
    return f"move to {speaker.since(one)} or later, or to a distribution's package that backports it"


def _build(speaker: Speaker, one: PathDecision) -> str:
    for leaf in one.lacking:
        package = speaker.package_of(leaf)
        if package:
            return f"install {package}"
    return f"use a build that has it{speaker.condition(one)}"


def _host(_speaker: Speaker, one: PathDecision) -> str:
    if one.obstacles:
        return "; ".join(obstacle.remedy for obstacle in one.obstacles)
    return f"provide {join_few(map(str, one.lacking))} on this machine or in this guest"


def _successor(_speaker: Speaker, one: PathDecision) -> str | None:
    return f"use {one.path.successor}" if one.path.successor else None


def _divergent(speaker: Speaker, one: PathDecision) -> str:
    if one.case.lack == "source":
        return f"use a build of {speaker.title} that left it in"
    if one.standing.since is not None:
        return f"move to a build that has {speaker.way(one)} as upstream does ({speaker.since(one)} or later)"
    return UPSTREAM_FIRST


def _fork(_speaker: Speaker, _one: PathDecision) -> str:
    return UPSTREAM_FIRST


def _broken(speaker: Speaker, one: PathDecision) -> str | None:
    return f"move to {speaker.title} {one.defect.fixed}" if one.defect and one.defect.fixed else None


def _unknown(speaker: Speaker, one: PathDecision) -> str | None:
    if speaker.host.release is None:
        return "probe a host that reports its version"
    if not one.unasked or not is_visible(one.path):
        return None
    return f"probe a host that can be asked for {join_few(map(str, one.unasked))}"


def _unstable(_speaker: Speaker, _one: PathDecision) -> str:
    return "allow it with --allow unstable, and expect changes"


def _unreleased(speaker: Speaker, one: PathDecision) -> str:
    if one.differences:
        return f"move to {speaker.title} {speaker.host.release}"
    return "wait for the release, or allow it with --allow unreleased"


def _policy(_speaker: Speaker, one: PathDecision) -> str | None:
    return f"ask who keeps {one.ruling.rule.where}" if one.ruling else None


def _needs(_speaker: Speaker, one: PathDecision) -> str:
    return f"see 'virtgate explain {one.needs}'"


def _newer(speaker: Speaker, one: PathDecision) -> str:
    packages = [found for leaf in one.lacking if (found := speaker.package_of(leaf))]
    update = f"update virtgate to a version that knows {speaker.title} {speaker.host.version}"
    return f"install {packages[0]}, and {update}" if packages else update


_REMEDIES: Mapping[Reason, Callable[[Speaker, PathDecision], str | None]] = {
    Reason.TOO_OLD: _old,
    Reason.NOT_BUILT: _build,
    Reason.HOST_LACKS: _host,
    Reason.REMOVED: _successor,
    Reason.REJECTED: _successor,
    Reason.DEPRECATED: _successor,
    Reason.DIVERGENT: _divergent,
    Reason.FORK_ONLY: _fork,
    Reason.BROKEN: _broken,
    Reason.UNKNOWN: _unknown,
    Reason.UNSTABLE: _unstable,
    Reason.UNRELEASED: _unreleased,
    Reason.NEEDS: _needs,
    Reason.NEWER_THAN_LEDGER: _newer,
    Reason.POLICY: _policy,
}
