"""Three-valued look-ups in what a XenAPI host said: its product, its API version, its toolstack's number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ...facts.lookups import Lookups
from ...facts.machine import file_text

INVENTORY = "/etc/xensource-inventory"
# What host.get_software_version and the host's API_version fields give to whoever has a session.
HOST = "xapi host"
_LINE = re.compile(r"^([A-Z][A-Z0-9_]*)='?([^'\n]*)'?[ \t]*$", re.M)
# Until then `xapi` told the interface's number, 1.20, and not the toolstack's (ocaml/xapi/xapi_globs.ml).
_FIRST_YEAR = 21


class XapiView(Lookups):
    """Look-ups in one XenAPI host's facts; builds each index once, when first used."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What the host says of itself, by the names of its software version; else from its inventory."""
        text = file_text(self.facts, INVENTORY)
        found = {key.lower(): value for key, value in _LINE.findall(text)} if isinstance(text, str) else {}
        told = self.record.get("software_version")
        if isinstance(told, Mapping):
            found.update({key: value for key, value in told.items() if isinstance(value, str)})
        return found

    @property
    def api_version(self) -> str | None:
        """The version of the interface, `2.21`; only a session tells it."""
        told = self.record.get("API_version")
        return told if isinstance(told, str) else None

    @property
    def build(self) -> str | None:
        """The toolstack's own number, `24.39.1`."""
        told = self.fields.get("xapi_build") or self.fields.get("xapi") or ""
        found = re.match(r"(\d+)\.\d+(?:\.\d+)?", told)
        is_whole = found is not None and ("xapi_build" in self.fields or int(found[1]) >= _FIRST_YEAR)
        return found[0] if found and is_whole else None

    @cached_property
    def record(self) -> Mapping[str, Any]:
        """The host's own record, as a session returns it."""
        told = self.facts.returned(HOST)
        return told if isinstance(told, Mapping) else {}
