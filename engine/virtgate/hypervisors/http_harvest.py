"""The ledger of an interface that upstream publishes as an OpenAPI file."""

from __future__ import annotations

from collections.abc import Iterable

from ..harvest import kinds
from ..harvest.git import Source
from ..harvest.openapi import list_elements, read_document
from .http_api import LEDGER

NOTE = (
    "the operations of the OpenAPI file, what each takes (.*) and gives (()), types, values, and fields with"
    " their type on the wire; what the server takes and the file leaves out is not here"
)


def ledger_kind(*paths: str, oldest: str | None = None) -> kinds.Kind:
    """The ledger's file, read from the first of these paths that a release has."""
    return kinds.Kind(
        name=LEDGER, covers="complete", note=NOTE, make_reader=lambda: _Reader(paths), oldest=oldest
    )


class _Reader:
    """Reads the file of one release after another, each state of it once."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}

    def __call__(self, tree: Source, _release: str) -> Iterable[tuple[str, str]]:
        """The names with their types; none of a release without the file. Raises ValueError."""
        for path in self._paths:
            found = tree.read(path)
            if found is not None:
                blob, content = found
                if blob not in self._known:
                    self._known[blob] = tuple(list_elements(read_document(content, path)))
                return self._known[blob]
        return ()
