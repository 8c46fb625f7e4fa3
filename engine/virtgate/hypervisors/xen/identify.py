"""Which Xen a host is, by the words of `xl info`."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import View
from ...data import Catalog
from ...upstream.history import History
from ...versions import Version, parse_xen
from .view import XenView


def read_version(fields: Mapping[str, str]) -> tuple[Version | None, str | None]:
    """Xen's version, and what its builder put behind it.

    Every Xen has an extra version, if only `.0` (xen's Makefile): an empty one was not told.
    """
    parts = [fields.get(f"xen_{name}") for name in ("major", "minor", "extra")]
    if not all(parts):
        return None, None
    try:
        return parse_xen("{}.{}{}".format(*parts))[0], parts[2]
    except ValueError:
        return None, parts[2]


def identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    """What the hypervisor says."""
    return read_version(view.on(XenView).fields)


def is_control_domain(view: View) -> bool:
    """Whether the operating system asked is the one that drives Xen; so it counts while nobody knows."""
    return view.on(XenView).is_dom0 is not False


def note_stray_library(view: View) -> str:
    """What to know of a control domain whose library is not its hypervisor's."""
    name = view.on(XenView).stray_library
    return f"; its {name} is of another release than the hypervisor" if name else ""


def refuse_guest(view: View, version: str | None) -> str | None:
    """Why a guest of Xen is nothing to drive from."""
    if is_control_domain(view):
        return None
    return f"this is a guest of Xen {version}, not its control domain: guests cannot be driven from here"
