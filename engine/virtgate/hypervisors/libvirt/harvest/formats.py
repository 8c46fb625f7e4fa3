"""The elements, attributes and values of libvirt's XML documents, from the schemas of each release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ....harvest.git import Source
from ....harvest.kinds import Kind
from ..relaxng import parse_document, read_paths
from .between import Between

_SCHEMA = re.compile(r"(?:^|/)(?:docs|docs/schemas|src/conf/schemas|share/libvirt/schemas)/([\w]+\.rng)$")


class Reader:
    """Reads one release after another, each state of the schemas once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Mapping[str, str]] = {}

    def __call__(self, tree: Source, _release: str) -> Iterator[tuple[str, str]]:
        """What a release's documents may hold."""
        found = self._read(tree.newer if isinstance(tree, Between) else tree)
        older = self._read(tree.older) if isinstance(tree, Between) else found
        yield from ((path, kind) for path, kind in found.items() if path in older)

    def _read(self, tree: Source) -> Mapping[str, str]:
        blobs = {m[1]: blob for path, blob in tree.list_blobs().items() if (m := _SCHEMA.search(path))}
        state = tuple(blobs.values())
        if state not in self._known:
            files = {name: data for name, blob in blobs.items() if _is_whole(data := tree.content(blob))}
            self._known[state] = read_paths(files.get)
        return self._known[state]


def _is_whole(data: bytes) -> bool:
    """Whether a schema can be read at all; 0.7.1's secret.rng cannot."""
    try:
        parse_document("schema", data)
    except ValueError:
        return False
    return True


KIND = Kind(
    name="libvirt-xml",
    covers="complete",
    note="what upstream's RELAX NG schemas allow in each document, by path: element, @attribute, =value; the"
    " parser may have known it earlier, for schemas lagged behind it until about 0.9; <= where the releases"
    " before it were not read; a domain inside another document, and an element inside itself, are left out",
    make_reader=Reader,
    oldest="0.2.1",  # the first release with a schema
)
