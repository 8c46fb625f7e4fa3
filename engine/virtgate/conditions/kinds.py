"""Every kind of condition by its name in the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import machine, qemu, xen, xend
from .kind import Kind

KINDS: Mapping[str, Kind] = MappingProxyType({**qemu.KINDS, **machine.KINDS, **xen.KINDS, **xend.KINDS})
