"""Three-valued look-ups in what a Cloud Hypervisor said: its version, its options, its build's features."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from ..http_api import ApiView

VERSION = "cloud-hypervisor --version -v"
HELP = "cloud-hypervisor --help"
PING = "GET /api/v1/vmm.ping"
# The program's own word, or what the server gives as build_version.
_BANNER = re.compile(
    r"(?:cloud-hypervisor )?"
    r"(?P<tag>(?P<vendor>[A-Za-z0-9._-]+/)?v?(?P<version>\d{1,9}\.\d{1,9}(?:\.\d{1,9})?)(?![.]?\d{9})(?P<rest>\S*))"
)
_FEATURES = re.compile(r"^Enabled features: \[(?P<list>[^\]\n]*)\]", re.MULTILINE)
# A feature that vmm::feature_list() leaves out (cloud-hypervisor@5f18ac3bc0ee).
_UNTOLD = frozenset({"pvmemcontrol"})
_OPTION = re.compile(r"^[ \t]+(?:-\w, )?(--[a-z][a-z0-9-]*)\b", re.MULTILINE)


class CloudHypervisorView(ApiView):
    """Look-ups in one monitor's facts; builds each index once, when first used."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What it says of itself: its crate's version and its build's."""
        banner = self.facts.returned(VERSION)
        own = {"banner": banner.partition("\n")[0]} if isinstance(banner, str) else {}
        return {**own, **self.told_fields(PING)}

    @cached_property
    def banner(self) -> tuple[str, str] | None:
        """The release that it was built from, and what its build adds: a suffix, or a vendor's own tag."""
        fields = self.fields
        said = fields.get("banner") or fields.get("build_version") or fields.get("version") or ""
        found = _BANNER.match(said.strip())
        return (found["version"], found["tag" if found["vendor"] else "rest"]) if found else None

    @cached_property
    def features(self) -> frozenset[str] | None:
        """The features that it was built with; None of one that does not tell them, as before v36.0."""
        # Since v36.0 (cloud-hypervisor@ff651e0e2801).
        told = self.facts.returned(PING)
        listed = told.get("features") if isinstance(told, Mapping) else None
        if isinstance(listed, list):
            return frozenset(one for one in listed if isinstance(one, str))
        banner = self.facts.returned(VERSION)
        found = _FEATURES.search(banner) if isinstance(banner, str) else None
        return frozenset(re.findall(r'"([^"]+)"', found["list"])) if found else None

    @cached_property
    def long_options(self) -> frozenset[str] | None:
        """The options that its help lists."""
        told = self.facts.returned(HELP)
        return frozenset(_OPTION.findall(told)) or None if isinstance(told, str) else None

    def has_feature(self, name: str) -> bool | None:
        """Whether it was built with a feature."""
        return None if self.features is None or name in _UNTOLD else name in self.features

    def has_symbol(self, name: str) -> bool | None:
        """Whether a feature is among those of the build, by its name in a build script."""
        if self.features is None or name in map(symbol_of, _UNTOLD):
            return None
        return name in map(symbol_of, self.features)


def symbol_of(feature: str) -> str:
    """What cargo calls a feature in a build script."""
    return f"CARGO_FEATURE_{feature.upper().replace('-', '_')}"
