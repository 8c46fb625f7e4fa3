"""Conditions on the older toolstack and on XenAPI: operations with their arguments, S-expression keys."""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.xend import SOURCE
from ..model import Element
from .kind import Kind, Terms, View, asks, look_never, named, never


def _look_operation(view: View, terms: Terms) -> bool | None:
    wanted = terms.get("args", ())
    return view.xend.has_operation(
        terms.get("op") or terms["name"], wanted if isinstance(wanted, tuple) else (wanted,)
    )


KINDS: Mapping[str, Kind] = {
    # xend drops what it does not know without a word, so only its own source on the host shows a signature.
    "op": Kind(
        look=_look_operation,
        ask=asks(SOURCE),
        elements=lambda t: (Element(kind="op", name=t.get("op") or t["name"]),),
        keys=("op",),
        optional=("args",),
        hypervisors=("xend",),
        visible=lambda view: view is not None and view.xend.operations is not None,
    ),
    "sexpr": Kind(look=look_never, elements=named("sexpr"), hypervisors=("xend",), visible=never),
    "xenapi": Kind(look=look_never, elements=named("xenapi"), hypervisors=("xapi",), visible=never),
}
