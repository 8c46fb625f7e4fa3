"""The verdict table: the first row that matches a case decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ..driver.policy import Policy
from ..model import HostKind
from ..upstream.status import Status
from .reasons import Reason

State = Literal["enabled", "disabled", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the table looks at for one path on one host.

    `status` is upstream's, seen from the host's release. `present` is whether the path is there and usable.
    `shape` compares its footprint with upstream's; `unseen` means that the host does not show it. `foreign`
    is the known foreign shape that the host has. `lack` says what lacks an absent path: the machine, the
    build, or the source, where every build of upstream's has it. `bounded` means that a later release's
    path may be older than the data say, `unripe` that a snapshot may be older than a path of the release
    that it leads to. `visible` is false for what no probe can see. `hostless` is a question about a release
    alone, `snapshot` a host on the way to its release. A build can leave an `optional` path out unseen; its
    builder says that a `denied` one is left out.
    """

    product: bool = False
    told: bool = True
    status: Status
    foreign: Literal["divergent", "fork-only"] | None = None
    newer: bool = False
    present: bool | None
    shape: Literal["same", "other", "unseen"] = "same"
    lack: Literal["host", "build", "source"] = "build"
    unstable: bool = False
    deprecated: bool = False
    broken: bool = False
    gone: bool = False
    visible: bool = True
    complete: bool = True
    bounded: bool = False
    unripe: bool = False
    kind: HostKind = "upstream"
    hostless: bool = False
    snapshot: bool = False
    declared: bool = False
    optional: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: its number in DESIGN's table, when it matches, and what it says."""

    row: int
    matches: Callable[[Case], bool]
    state: State
    reason: Reason


def _is_same(case: Case) -> bool:
    """Present in upstream's shape; where no shape is visible, only what the release itself has."""
    if case.present is not True or case.shape == "other":
        return False
    return case.shape == "same" or case.status == "here"


def _is_there(case: Case) -> bool:
    return case.status == "here" and (_is_same(case) or _is_of_release(case))


def _is_of_release(case: Case) -> bool:
    return case.hostless and case.visible and case.present is None


def _is_release_alone(case: Case) -> bool:
    """Present in this release, and the release is the only thing to go by."""
    if case.status != "here" or case.visible or case.unripe:
        return False
    return case.hostless or _trusts_release(case)


def _trusts_release(case: Case) -> bool:
    """Whether a build has what its release has: upstream's and distributions' builds do, options aside."""
    return case.declared or (case.kind in {"upstream", "distribution"} and not case.optional)


def _is_ahead(case: Case) -> bool:
    """On a host before any upstream release had it, in the shape that upstream has accepted."""
    return case.status in {"later", "merged"} and _is_same(case)


def _is_surely_without(case: Case) -> bool:
    """Whether a host that could not be asked surely lacks a later release's path.

    Upstream's own build does, and so does one whose builder says so.
    """
    return case.present is None and (case.denied or (case.kind == "upstream" and not case.bounded))


# The row of what upstream has merged and no release of it has, which a policy may allow.
AHEAD_OF_RELEASE = 11
ROWS: tuple[Outcome, ...] = (
    # A separate product answers with the hypervisor's names, but it has an interface and a driver of its own.
    Outcome(1, lambda c: c.product, "disabled", Reason.OTHER_PRODUCT),
    # Without a version there is no release to compare with, so nothing that the host shows can be upstream's.
    Outcome(2, lambda c: not c.told, "unknown", Reason.UNKNOWN),
    Outcome(3, lambda c: c.status == "none", "disabled", Reason.UNSUPPORTED),
    Outcome(4, lambda c: c.status == "rejected", "disabled", Reason.REJECTED),
    # Before every look at the shape: introspection may show a fork's command just as upstream's later one.
    Outcome(5, lambda c: c.foreign == "divergent", "disabled", Reason.DIVERGENT),
    Outcome(5, lambda c: c.foreign == "fork-only", "disabled", Reason.FORK_ONLY),
    # Beyond the ledger an absent path may have been removed since. Only an announced removal, an earlier one
    # and missing hardware are certain.
    Outcome(
        6,
        lambda c: c.newer and c.present is False and (c.gone or c.status == "removed"),
        "disabled",
        Reason.REMOVED,
    ),
    Outcome(
        6,
        lambda c: c.newer and c.status == "here" and c.present is False and c.lack == "host",
        "disabled",
        Reason.HOST_LACKS,
    ),
    Outcome(6, lambda c: c.newer and not _is_there(c), "unknown", Reason.NEWER_THAN_LEDGER),
    # Only a complete ledger proves that upstream never had something; a partial one leaves it unknown.
    Outcome(
        7, lambda c: c.status == "never" and c.present is True and c.complete, "disabled", Reason.FORK_ONLY
    ),
    Outcome(7, lambda c: c.status == "never" and c.present is True, "unknown", Reason.UNLEDGERED),
    Outcome(7, lambda c: c.status == "unledgered" and c.present is True, "unknown", Reason.UNLEDGERED),
    Outcome(
        8,
        lambda c: c.status in {"never", "unledgered"} and c.present is False,
        "disabled",
        Reason.UNSUPPORTED,
    ),
    Outcome(
        8,
        lambda c: c.status == "never" and (c.hostless or (c.kind == "upstream" and c.visible)),
        "disabled",
        Reason.UNSUPPORTED,
    ),
    Outcome(8, lambda c: c.status in {"never", "unledgered"}, "unknown", Reason.UNKNOWN),
    # A path that does not work looks like one that does, so this comes before all that a probe can see.
    Outcome(9, lambda c: c.broken, "disabled", Reason.BROKEN),
    Outcome(10, lambda c: c.status == "removed", "disabled", Reason.REMOVED),
    # Upstream may still change what it has merged, as long as no release has it. A distribution that ships it
    # has made its own promise, and gets row 20.
    Outcome(
        AHEAD_OF_RELEASE,
        lambda c: c.status == "merged" and _is_same(c) and (c.kind == "upstream" or c.snapshot),
        "disabled",
        Reason.UNRELEASED,
    ),
    # A snapshot may be older than the shape that its release got: that is unfinished, not divergent.
    Outcome(
        12,
        lambda c: c.snapshot and c.present is not False and c.shape == "other",
        "disabled",
        Reason.UNRELEASED,
    ),
    Outcome(
        12,
        lambda c: c.status in {"here", "later", "merged"} and c.present is not False and c.shape == "other",
        "disabled",
        Reason.DIVERGENT,
    ),
    # No option of upstream's build leaves it out: whoever did has an interface of his own.
    Outcome(
        12,
        lambda c: c.status == "here" and c.present is False and c.lack == "source" and not c.snapshot,
        "disabled",
        Reason.DIVERGENT,
    ),
    # Before row 14: what the machine lacks, no other build would bring.
    Outcome(
        13,
        lambda c: c.status == "here" and c.present is False and c.lack == "host",
        "disabled",
        Reason.HOST_LACKS,
    ),
    Outcome(
        14, lambda c: c.status == "here" and c.present is False and not c.unripe, "disabled", Reason.NOT_BUILT
    ),
    Outcome(14, lambda c: c.status == "here" and c.present is False, "disabled", Reason.TOO_OLD),
    Outcome(
        14, lambda c: c.status == "here" and c.present is None and c.denied, "disabled", Reason.NOT_BUILT
    ),
    # What is there is still refused while upstream calls it unstable; the caller's policy may allow it.
    Outcome(15, lambda c: (_is_there(c) or _is_release_alone(c)) and c.unstable, "disabled", Reason.UNSTABLE),
    Outcome(
        16, lambda c: (_is_there(c) or _is_release_alone(c)) and c.deprecated, "enabled", Reason.DEPRECATED
    ),
    # Two reasons for one answer: `upstream` was seen on the host, `release` only follows from its version.
    Outcome(17, lambda c: _is_there(c) and not c.hostless, "enabled", Reason.UPSTREAM),
    Outcome(18, _is_release_alone, "enabled", Reason.RELEASE),
    Outcome(19, _is_there, "enabled", Reason.RELEASE),
    Outcome(19, lambda c: c.status == "here", "unknown", Reason.UNKNOWN),
    # The rule that this project exists for: once upstream has accepted it, an older release may have it too.
    Outcome(20, lambda c: _is_ahead(c) and c.unstable, "disabled", Reason.UNSTABLE),
    Outcome(20, _is_ahead, "enabled", Reason.BACKPORT),
    Outcome(
        21,
        lambda c: c.status == "later" and c.present is None and c.declared,
        "enabled",
        Reason.DECLARED_BACKPORT,
    ),
    # A host that could not be asked is too old only where nobody can have backported the path.
    Outcome(
        22,
        lambda c: c.status == "later" and (c.present is False or _is_surely_without(c)),
        "disabled",
        Reason.TOO_OLD,
    ),
    Outcome(
        22,
        lambda c: c.status == "merged" and (c.present is False or c.hostless),
        "disabled",
        Reason.UNRELEASED,
    ),
    Outcome(23, lambda _: True, "unknown", Reason.UNKNOWN),
)


@cache
def first_row(case: Case) -> Outcome:
    """The row that decides a case."""
    return next(row for row in ROWS if row.matches(case))


def apply_policy(row: Outcome, policy: Policy) -> tuple[State, str | None]:
    """The row's state, or what the caller's policy makes of it and which word of it did."""
    if row.reason == Reason.DEPRECATED and "deprecated" in policy.refuse:
        return "disabled", "deprecated"
    if row.reason in {Reason.BACKPORT, Reason.DECLARED_BACKPORT} and "backports" in policy.refuse:
        return "disabled", "backports"
    if row.reason == Reason.UNSTABLE and "unstable" in policy.allow:
        return "enabled", None
    if row.row == AHEAD_OF_RELEASE and "unreleased" in policy.allow:
        return "enabled", None
    return row.state, None
