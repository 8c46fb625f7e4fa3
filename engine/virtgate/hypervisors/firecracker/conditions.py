"""Conditions on Firecracker: its API, its programs' options, snapshots, CPU templates, its processor."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import Kind, Terms, View, asks, is_one_of, look_never, named, never
from ...versions import Constraint, parse_release
from ..http_api import API
from .view import HELP, SNAPSHOT_VERSION, FirecrackerView

_OWN = ("firecracker",)


def _look_arch(view: View, terms: Terms) -> bool | None:
    arch = view.on(FirecrackerView).arch
    return None if arch is None else is_one_of(arch, terms["name"])


def _look_release(view: View, terms: Terms) -> bool | None:
    told = view.release
    return None if told is None else Constraint.parse(terms["name"]).accepts(parse_release(told))


KINDS: Mapping[str, Kind] = {
    "api": API,
    # What the server takes and the API file leaves out.
    "server": Kind(look=look_never, elements=named("server"), hypervisors=_OWN, visible=never),
    "cli": Kind(
        look=lambda v, t: v.on(FirecrackerView).has_option(t["name"]),
        ask=asks(HELP),
        elements=named("cli"),
        hypervisors=_OWN,
        visible=lambda view: view is None or view.on(FirecrackerView).program_options is not None,
    ),
    "snapshot-version": Kind(
        look=lambda v, t: v.on(FirecrackerView).has_format(t["name"]),
        ask=asks(SNAPSHOT_VERSION),
        elements=named("snapshot-version"),
        many="any",
        hypervisors=_OWN,
        visible=lambda view: view is None or view.on(FirecrackerView).formats is not None,
    ),
    "jailer": Kind(look=look_never, elements=named("jailer"), hypervisors=_OWN, visible=never),
    "cpu-template": Kind(look=look_never, elements=named("cpu-template"), hypervisors=_OWN, visible=never),
    "release": Kind(look=_look_release, lack="host", circumstance=True, hypervisors=_OWN),
    "arch": Kind(
        look=_look_arch, ask=asks("uname"), lack="host", many="any", circumstance=True, hypervisors=_OWN
    ),
}
