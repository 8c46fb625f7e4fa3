"""A release whose source nobody read: the sources before and after it stand for it."""

from __future__ import annotations

from dataclasses import dataclass

from ....harvest.git import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The nearest sources on both sides of a release: what both have, it has."""

    older: Source
    newer: Source

    def read(self, path: str) -> tuple[str, bytes] | None:
        """A file as the later release has it."""
        return self.newer.read(path)

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """The later release's files."""
        return self.newer.list_blobs(folder)

    def content(self, blob: str) -> bytes:
        """The bytes of one of them."""
        return self.newer.content(blob)
