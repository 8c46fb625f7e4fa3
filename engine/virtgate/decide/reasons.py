"""Why a verdict is what it is: the codes that drivers read, and the only list of them."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A code; those of a path that is not enabled come in order, from what is nearest to enabling it."""

    POLICY = "policy"
    UNSTABLE = "unstable"
    UNRELEASED = "unreleased"
    NEEDS = "needs"
    HOST_LACKS = "host-lacks"
    NOT_BUILT = "not-built"
    BROKEN = "broken"
    DIVERGENT = "divergent"
    FORK_ONLY = "fork-only"
    TOO_OLD = "too-old"
    REMOVED = "removed"
    REJECTED = "rejected"
    UNSUPPORTED = "unsupported"
    OTHER_PRODUCT = "other-product"
    UPSTREAM = "upstream"
    RELEASE = "release"
    BACKPORT = "backport"
    DECLARED_BACKPORT = "declared-backport"
    DEPRECATED = "deprecated"
    UNKNOWN = "unknown"
    UNLEDGERED = "unledgered"
    NEWER_THAN_LEDGER = "newer-than-ledger"


ORDER = {one: at for at, one in enumerate(Reason)}
