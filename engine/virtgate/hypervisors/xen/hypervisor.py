"""Xen as the engine sees it, from its control domain."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ...conditions.kind import View
from ...facts.forms import are_some_texts, is_text, mapping
from ...upstream.history import History
from ...versions import Version
from ..protocol import Hypervisor, Listed, Sort, harvest_of, scanner_of
from . import libxl, probe, xenstore, xl
from .conditions import KINDS
from .identify import identify, is_control_domain, note_stray_library, refuse_guest
from .view import DOM0, XenView


def _prints(_target: str) -> Iterator[tuple[str, str]]:
    """Xen's tools and libraries, what this user may open, and whether xenstored has been started."""
    yield "environment", "PATH"
    yield "environment", "LD_LIBRARY_PATH"
    yield "text", DOM0
    yield "stat", f"/{xenstore.SOCKET}"
    for device in xl.DEVICES:
        yield "access", f"/{device}"
    release = probe.told_release()
    for name in ("xl", "xenhypfs"):
        yield from (("stat", path) for path in xl.find("/", release, name))
    for name in (libxl.NAME, libxl.PARSER):
        path = libxl.find("/", release, name)
        yield "stat", os.path.realpath(path) if path else f"/usr/lib/{name}.so"


def _list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    own = view.on(XenView)
    kinds = (
        ("libxl-function", "function", own.functions, True),
        ("xen-config", "symbol", own.config, True),
        ("xen-option", "parameter", own.parameters, False),
        ("xen-cap", "interface", own.words("xen_caps"), False),
        ("virt-cap", "token", own.words("virt_caps"), False),
    )
    for ledger, kind, names, whole in kinds:
        if names is not None:
            # libxlutil's functions, which hosts show too, are in no ledger.
            known = (one for one in names if not one.startswith("xlu_"))
            yield Listed(ledger=ledger, kind=kind, names={one: {} for one in known}, whole=whole)


HYPERVISOR = Hypervisor(
    name="xen",
    sorts=(
        Sort(
            name="xen",
            identity=(*probe.IDENTITY, "os-release"),
            claims=lambda text: text == "xen",
            # A guest of Xen does not have Xen.
            find=lambda: ("xen",) if probe.is_here() and not probe.is_guest() else (),
            ask=lambda asking: probe.ask([*(probe.everything() if asking.whole else ()), *asking.questions]),
            prints=_prints,
        ),
    ),
    lookups=XenView,
    forms={
        "xl": mapping(),
        "libxl functions": are_some_texts,
        "libxl library": mapping(soname=is_text),
        "hypfs /buildinfo/config": is_text,
        "hypfs /params": are_some_texts,
    },
    kinds=KINDS,
    identify=identify,
    is_control_domain=is_control_domain,
    note=note_stray_library,
    refusal=refuse_guest,
    list_shown=_list_shown,
    scanner=scanner_of(__package__),
    harvest=harvest_of(__package__),
)
