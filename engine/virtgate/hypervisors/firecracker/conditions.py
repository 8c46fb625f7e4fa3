"""Conditions on Firecracker: its API, its programs' options, snapshots, CPU templates, its processor."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import Kind, Terms, View, asks, is_one_of, ledger_only, look_release, named
from ..http_api import API
from .view import HELP, SNAPSHOT_VERSION, FirecrackerView

_OWN = ("firecracker",)


def _look_arch(view: View, terms: Terms) -> bool | None:
    arch = view.on(FirecrackerView).arch
    return None if arch is None else is_one_of(arch, terms["name"])


KINDS: Mapping[str, Kind] = {
    "api": API,
    # What the server takes and the API file leaves out.
    "server": ledger_only("server", *_OWN),
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
    "jailer": ledger_only("jailer", *_OWN),
    "cpu-template": ledger_only("cpu-template", *_OWN),
    "release": Kind(look=look_release, lack="host", circumstance=True, hypervisors=_OWN),
    "arch": Kind(
        look=_look_arch, ask=asks("uname"), lack="host", many="any", circumstance=True, hypervisors=_OWN
    ),
}
