"""What the caller's policy makes of the table's outcome for one path."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..driver.policy import Policy, Rule
from ..model import Capability, Path
from .reasons import Reason
from .rows import Outcome, State, apply_policy

# What a site may risk: it is there, or may be, and nothing of a fork's. A path that is known not to be there
# no allowance brings, and of what upstream does otherwise none makes a second implementation right.
RISKS = frozenset(
    {
        *(Reason.UNSTABLE, Reason.UNRELEASED, Reason.BROKEN),
        *(Reason.UNKNOWN, Reason.UNLEDGERED, Reason.NEWER_THAN_LEDGER),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A rule that names a path, and what came of it: it holds, its last day is over, or it cannot help.

    `plain` is the reason that the path has without it.
    """

    rule: Rule
    effect: Literal["holds", "over", "idle"]
    plain: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A path's state and reason; the policy's word that refused it, and what a rule of the site's did."""

    state: State
    reason: Reason
    refused: str | None = None
    ruling: Ruling | None = None

    def fields(self) -> dict[str, Any]:
        """These, by name, for the path's decision."""
        return {name: getattr(self, name) for name in self.__slots__}


def rule_on(policy: Policy, capabilities: Mapping[str, Capability], path: Path, row: Outcome) -> Ruled:
    """The outcome of the table as the policy leaves it; what is said of one capability is stronger."""
    state, refused = apply_policy(row, policy)
    ruled = Ruled(state=state, reason=row.reason, refused=refused)
    if not policy.rules:
        return ruled
    names = {path.capability, *capabilities[path.capability].formerly}
    rule = next((one for one in policy.rules if one.capability in names and one.is_of(path.name)), None)
    if rule is None or not _concerns(rule, ruled):
        return ruled
    effect = _effect(rule, ruled, row)
    ruling = Ruling(rule=rule, effect=effect, plain=row.reason)
    if effect != "holds":
        return Ruled(state=ruled.state, reason=ruled.reason, refused=ruled.refused, ruling=ruling)
    state = "enabled" if rule.verb == "allow" else "disabled"
    return Ruled(state=state, reason=Reason.POLICY, ruling=ruling)


def _concerns(rule: Rule, ruled: Ruled) -> bool:
    """Whether a rule asks for another state than there is."""
    return (ruled.state == "enabled") is not (rule.verb == "allow")


def _effect(rule: Rule, ruled: Ruled, row: Outcome) -> Literal["holds", "over", "idle"]:
    if rule.until is not None and datetime.date.today().isoformat() > rule.until:
        return "over"
    if rule.verb == "refuse":
        return "holds" if ruled.state == "enabled" else "idle"
    return "holds" if ruled.refused or row.reason in RISKS else "idle"
