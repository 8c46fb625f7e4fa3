"""Conditions on Firecracker: its API, its programs' options, snapshots, CPU templates, its processor."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import (
    Kind,
    Terms,
    View,
    asks,
    is_one_of,
    ledger_only,
    look_release,
    shown_in,
    where_told,
)
from ..http_api import API
from .view import HELP, SNAPSHOT_VERSION, FirecrackerView

_OWN = ("firecracker",)


def _look_arch(view: View, terms: Terms) -> bool | None:
    arch = view.on(FirecrackerView).arch
    return None if arch is None else is_one_of(arch, terms["name"])


def _options(view: View) -> frozenset[str] | None:
    return view.on(FirecrackerView).program_options


def _formats(view: View) -> frozenset[str] | None:
    return view.on(FirecrackerView).formats


KINDS: Mapping[str, Kind] = {
    "api": API,
    # What the server takes and the API file leaves out.
    "server": ledger_only("server", *_OWN),
    "cli": shown_in(_options, "cli", HELP, hypervisors=_OWN, visible=where_told(_options)),
    "snapshot-version": shown_in(
        _formats,
        "snapshot-version",
        SNAPSHOT_VERSION,
        many="any",
        hypervisors=_OWN,
        visible=where_told(_formats),
    ),
    "jailer": ledger_only("jailer", *_OWN),
    "cpu-template": ledger_only("cpu-template", *_OWN),
    "release": Kind(look=look_release, lack="host", circumstance=True, hypervisors=_OWN),
    "arch": Kind(
        look=_look_arch, ask=asks("uname"), lack="host", many="any", circumstance=True, hypervisors=_OWN
    ),
}
