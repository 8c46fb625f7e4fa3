"""Which hypervisor features may be used here, and through which upstream interface.

Who is this for? A driver or a tool that talks to QEMU, KVM or Xen and must know what it may use.
Who is it not for? Somebody who wants to start and stop guests: that is the driver's work.

    open      the gates of a host, cached
    aopen     the same for a coroutine
    load      the gates of a recorded host
    release   the gates of an upstream release, without any host
    details   what else a driver reads from a QEMU, typed: machine types, CPU models, …
    Gates     what those return: enabled, path, require, verdict, explain
    Lock      some of its answers, kept for a guest's life
    Policy    what the caller refuses or allows beyond the table
    ids       the ids of capabilities as constants: ids.block.MIRROR
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import ids as ids
    from .ask.details import ask_details as details
    from .driver.errors import (
        DataError,
        NotEnabled,
        RecordingError,
        TargetError,
        UnknownCapability,
        UnknownRelease,
        UsageError,
        VirtgateError,
    )
    from .driver.gates import Gates
    from .driver.gates import aopen_gates as aopen
    from .driver.gates import load_gates as load
    from .driver.gates import open_gates as open  # noqa: A004
    from .driver.gates import release_gates as release
    from .driver.lock import Lock
    from .driver.policy import Policy
    from .driver.verdict import PathVerdict, Verdict
    from .hypervisors.qemu.details import Details

    __version__: str

_HOMES = {
    "__version__": ("driver.cache", "VERSION"),
    "open": ("driver.gates", "open_gates"),
    "aopen": ("driver.gates", "aopen_gates"),
    "load": ("driver.gates", "load_gates"),
    "release": ("driver.gates", "release_gates"),
    "ids": ("ids", None),
    "details": ("ask.details", "ask_details"),
    "Details": ("hypervisors.qemu.details", "Details"),
    "Lock": ("driver.lock", "Lock"),
    "Gates": ("driver.gates", "Gates"),
    "Verdict": ("driver.verdict", "Verdict"),
    "PathVerdict": ("driver.verdict", "PathVerdict"),
    "Policy": ("driver.policy", "Policy"),
    **{
        name: ("driver.errors", name)
        for name in (
            *("DataError", "NotEnabled", "RecordingError", "TargetError"),
            *("UnknownCapability", "UnknownRelease", "UsageError", "VirtgateError"),
        )
    },
}

__all__ = [
    "DataError",
    "Details",
    "Gates",
    "Lock",
    "NotEnabled",
    "PathVerdict",
    "Policy",
    "RecordingError",
    "TargetError",
    "UnknownCapability",
    "UnknownRelease",
    "UsageError",
    "Verdict",
    "VirtgateError",
    "aopen",
    "details",
    "ids",
    "load",
    "open",
    "release",
]


def __getattr__(name: str) -> object:
    try:
        module, inner = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'virtgate' has no attribute '{name}'") from None
    __import__(f"virtgate.{module}")
    home = sys.modules[f"virtgate.{module}"]
    value = getattr(home, inner) if inner else home
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
