"""What was sent to Cloud Hypervisor's socket, by the names that its ledgers have for it."""

from __future__ import annotations

from ..http_audit import make_audit
from .server_names import choose_element

AUDIT = make_audit({}, base="/api/v1", choose=choose_element)
