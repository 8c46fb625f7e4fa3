"""How answers look: to a person, and to a program."""

from __future__ import annotations

from .documents import FORMAT, gate_document, gates_document, targets_document
from .explanation import explain
from .paint import Paint
from .tables import columns, gates_table

__all__ = [
    "FORMAT",
    "Paint",
    "columns",
    "explain",
    "gate_document",
    "gates_document",
    "gates_table",
    "targets_document",
]
