"""Three-valued look-ups in what a Firecracker said: its version, its options, what its API shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from ...facts.machine import machine_arch
from ..http_api import DOCUMENT, ApiView

BANNER = "firecracker --version"
HELP = "firecracker --help"
SNAPSHOT_VERSION = "firecracker --snapshot-version"
MACHINE = "firecracker machine"
INSTANCE = "GET /"
VERSION = "GET /version"
MACHINE_CONFIG = "GET /machine-config"
# `Firecracker v1.12.1` since 0.21, `firecracker 0.20.0` before; a checkout of before 1.4 says what git does.
_BANNER = re.compile(
    r"(?:[Ff]irecracker )?v?(?P<version>\d+\.\d+\.\d+)(?P<rest>[-+_~]\S*)?[ \t]*$", re.MULTILINE
)
_OPTION = re.compile(r"^ +(?:-\w, )?(?P<name>--[a-z][a-z-]*)\b", re.MULTILINE)
_FORMATS = re.compile(r"^Supported snapshot data format versions: (?P<list>.+)$", re.MULTILINE)
_FORMAT = re.compile(r"(?<!\d)(\d+\.\d+\.\d+)\b")


class FirecrackerView(ApiView):
    """Look-ups in one Firecracker's facts; builds each index once, when first used."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What it says of itself: over its API, or the line that its program prints."""
        banner = self.facts.returned(BANNER)
        own = {"banner": banner.strip().partition("\n")[0]} if isinstance(banner, str) else {}
        document = self.facts.returned(DOCUMENT)
        info = document.get("info") if isinstance(document, Mapping) else None
        if isinstance(info, Mapping) and "version" in info:
            own["document"] = str(info["version"])
        return {**own, **self.told_fields(INSTANCE), **self.told_fields(VERSION)}

    @property
    def build(self) -> tuple[str, str] | None:
        """The number of the release that it was built from, and what its builder put behind that."""
        names = ("banner", "firecracker_version", "vmm_version", "document")
        said = next((self.fields[name] for name in names if name in self.fields), "")
        found = _BANNER.match(said)
        return (found["version"], found["rest"] or "") if found else None

    @cached_property
    def program_options(self) -> frozenset[str] | None:
        """The options that its help lists, as the ledger names them."""
        told = self.facts.returned(HELP)
        if not isinstance(told, str):
            return None
        return frozenset(one["name"] for one in _OPTION.finditer(told)) or None

    @cached_property
    def formats(self) -> frozenset[str] | None:
        """The versions of snapshots that it reads and writes, as the ledger names them."""
        told = self.facts.returned(SNAPSHOT_VERSION)
        found = _FORMAT.search(told) if isinstance(told, str) else None
        if found:
            return frozenset({found[1]})
        banner = self.facts.returned(BANNER)
        listed = _FORMATS.search(banner) if isinstance(banner, str) else None
        return frozenset(f"for {one}" for one in _FORMAT.findall(listed["list"])) if listed else None

    @property
    def arch(self) -> str | None:
        """The processor that it runs guests of."""
        told = self.facts.returned(MACHINE)
        return told if isinstance(told, str) else machine_arch(self.facts)

    @cached_property
    def machine_fields(self) -> frozenset[str]:
        """The fields of the machine's configuration that it shows; those without a value are left out."""
        told = self.facts.returned(MACHINE_CONFIG)
        return (
            frozenset(f"MachineConfiguration.{one}" for one in told)
            if isinstance(told, list)
            else frozenset()
        )
