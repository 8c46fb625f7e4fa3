"""Firecracker as the engine sees it."""

from __future__ import annotations

from ..protocol import Hypervisor, harvest_of

HYPERVISOR = Hypervisor(name="firecracker", harvest=harvest_of(__package__))
