"""The verdict table: the first row that matches decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..model import HostKind
from ..upstream.status import Status
from .reasons import Reason

State = Literal["enabled", "disabled", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the table asks about one path on one host.

    `status` is what upstream says, seen from the host's release. `present` is whether the path is there and
    usable. `shape` compares its footprint with upstream's: `unseen` where the host cannot tell. `foreign` is
    which known foreign shape the host has. `lack` is what an absent path lacks: the machine, or the build.
    `bounded` says that a later release's path may be older than anybody knows, `unripe` that a snapshot may
    be older than a path of the release that it leads to. `visible` is false for what no probe can see,
    `hostless` for a question about a release alone, `snapshot` for a host on the way to its release.
    `optional` is what a build may leave out unseen, `denied` what its builder says that it does.
    """

    product: bool = False
    told: bool = True
    status: Status
    foreign: Literal["divergent", "fork-only"] | None = None
    newer: bool = False
    present: bool | None
    shape: Literal["same", "other", "unseen"] = "same"
    lack: Literal["host", "build"] = "build"
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
    """Present as upstream has it; without a look at the shape, only what the release itself has."""
    if case.present is not True or case.shape == "other":
        return False
    return case.shape == "same" or case.status == "here"


def _is_there(case: Case) -> bool:
    return case.status == "here" and (_is_same(case) or _is_of_release(case))


def _is_of_release(case: Case) -> bool:
    return case.hostless and case.visible and case.present is None


def _is_release_alone(case: Case) -> bool:
    """In this release, which is all that anybody can go by."""
    if case.status != "here" or case.visible or case.unripe:
        return False
    return case.hostless or _trusts_release(case)


def _trusts_release(case: Case) -> bool:
    """Whose build is its release: whoever takes upstream's, in all that no build can be without."""
    return case.declared or (case.kind in {"upstream", "distribution"} and not case.optional)


def _is_ahead(case: Case) -> bool:
    """In a host before it was in a release of upstream's, and as upstream has accepted it."""
    return case.status in {"later", "merged"} and _is_same(case)


def _is_surely_without(case: Case) -> bool:
    """Whether a host at which nobody looked has no later release's path: upstream's, or who says so."""
    return case.present is None and (case.denied or (case.kind == "upstream" and not case.bounded))


# The row of what upstream has merged and no release of it has, which a policy may allow.
AHEAD_OF_RELEASE = 11
ROWS: tuple[Outcome, ...] = (
    Outcome(1, lambda c: c.product, "disabled", Reason.OTHER_PRODUCT),
    Outcome(2, lambda c: not c.told, "unknown", Reason.UNKNOWN),
    Outcome(3, lambda c: c.status == "none", "disabled", Reason.UNSUPPORTED),
    Outcome(4, lambda c: c.status == "rejected", "disabled", Reason.REJECTED),
    Outcome(5, lambda c: c.foreign == "divergent", "disabled", Reason.DIVERGENT),
    Outcome(5, lambda c: c.foreign == "fork-only", "disabled", Reason.FORK_ONLY),
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
    Outcome(9, lambda c: c.broken, "disabled", Reason.BROKEN),
    Outcome(10, lambda c: c.status == "removed", "disabled", Reason.REMOVED),
    Outcome(
        AHEAD_OF_RELEASE,
        lambda c: c.status == "merged" and _is_same(c) and (c.kind == "upstream" or c.snapshot),
        "disabled",
        Reason.UNRELEASED,
    ),
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
    Outcome(15, lambda c: (_is_there(c) or _is_release_alone(c)) and c.unstable, "disabled", Reason.UNSTABLE),
    Outcome(
        16, lambda c: (_is_there(c) or _is_release_alone(c)) and c.deprecated, "enabled", Reason.DEPRECATED
    ),
    Outcome(17, lambda c: _is_there(c) and not c.hostless, "enabled", Reason.UPSTREAM),
    Outcome(18, _is_release_alone, "enabled", Reason.RELEASE),
    Outcome(19, _is_there, "enabled", Reason.RELEASE),
    Outcome(19, lambda c: c.status == "here", "unknown", Reason.UNKNOWN),
    Outcome(20, lambda c: _is_ahead(c) and c.unstable, "disabled", Reason.UNSTABLE),
    Outcome(20, _is_ahead, "enabled", Reason.BACKPORT),
    Outcome(
        21,
        lambda c: c.status == "later" and c.present is None and c.declared,
        "enabled",
        Reason.DECLARED_BACKPORT,
    ),
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


def first_row(case: Case) -> Outcome:
    """The row that decides a case."""
    return next(row for row in ROWS if row.matches(case))
