"""What an upstream release has of a flat ledger's kind, as a host without a graph shows it: by name."""

from __future__ import annotations

from ..hypervisors.protocol import Names
from ..upstream.history import History
from ..versions import Version

_CALLS = frozenset({"op", "method"})


def list_upstream(history: History, kind: str, release: Version) -> Names:
    """What a release has of one flat ledger's kind."""
    found: dict[str, dict[str, bool | None]] = {}
    for atom in history.ledger(kind) or ():
        if "[" in atom.name or release not in atom.parsed_ranges:
            continue
        if kind != "op" or atom.type in _CALLS:
            found.setdefault(atom.name, {})
        else:
            head, _, part = atom.name.rpartition(".")
            found.setdefault(head, {})[part] = None if "=" in part else atom.optional
    return found
