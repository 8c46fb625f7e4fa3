"""How answers look: to a person, and to a program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .documents import FORMAT, gate_document, gates_document, targets_document
    from .explanation import explain
    from .paint import Paint
    from .tables import columns, gates_table

# Each is loaded when it is named: `check --json` has no time for what wraps text.
_HOMES = {
    "explain": "explanation",
    "Paint": "paint",
    **dict.fromkeys(("columns", "gates_table"), "tables"),
    **dict.fromkeys(("FORMAT", "gate_document", "gates_document", "targets_document"), "documents"),
}
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


def __getattr__(name: str) -> object:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'virtgate.faces' has no attribute '{name}'") from None
    return getattr(__import__(f"{__name__}.{home}", fromlist=(name,)), name)
