"""The public functions of libvirt's libraries, each with the release that its symbol version names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.git import Source
from ....versions import Version, parse_release
from ...qemu.elf import read_versions

NOTE = (
    "the functions that each library exports under a public symbol version, by which upstream says since"
    " when; the type is the library; virDomainSetBlockThreshold came with 3.2.0, one after its symbol version"
)
# Where a source tree has the public symbols of each library; before 0.5.0 they had no versions.
_FILES = {
    "src/libvirt_public.syms": "libvirt",
    "src/libvirt_qemu.syms": "libvirt-qemu",
    "src/libvirt_lxc.syms": "libvirt-lxc",
    "src/admin/libvirt_admin_public.syms": "libvirt-admin",
    "src/libvirt_admin_public.syms": "libvirt-admin",
}
_LIBRARY = re.compile(r"(?:^|/)(libvirt(?:-qemu|-lxc|-admin)?)\.so\.0\.\d+\.\d+$")
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?|#[^\n]*", re.DOTALL)
_NODE = re.compile(r"LIBVIRT_(?:(?:QEMU|LXC|ADMIN)_)?(\d+\.\d+\.\d+)")
_BLOCK = re.compile(rf"{_NODE.pattern}\s*\{{(.*?)\}}", re.DOTALL)
_NAME = re.compile(r"\b(vir[A-Z]\w+|virConnectAuthPtrDefault)\s*;")

# Each function with its library and its symbol version.
Functions = dict[str, tuple[str, Version]]


class Reader:
    """Reads one release after another, all as the newest of the sources tells.

    Version scripts before it named functions that never were, and the symbol versions of libvirt-admin
    changed until 2.0.0.
    """

    def __init__(self, newest: Source | None) -> None:
        self._newest = newest
        self._known: dict[tuple[str, ...], Functions] = {}

    def __call__(self, tree: Source, release: str) -> Iterator[tuple[str, str]]:
        """The functions that a release has, each with its library."""
        version = parse_release(release)
        functions = self.read(self._newest or tree)
        yield from ((name, library) for name, (library, since) in functions.items() if since <= version)

    def read(self, tree: Source) -> Functions:
        """Every function of a tree that has a symbol version."""
        blobs = tree.list_blobs()
        told = {path: blobs[path] for path in _FILES if path in blobs}
        built = {path: blob for path, blob in blobs.items() if not told and _LIBRARY.search(path)}
        state = (*told.values(), *built.values())
        if state not in self._known:
            self._known[state] = {
                name: (library, since)
                for path, blob in (told or built).items()
                for library, name, since in _read_file(path, tree.content(blob))
            }
        return self._known[state]


def _read_file(path: str, content: bytes) -> Iterator[tuple[str, str, Version]]:
    if path in _FILES:
        text = _COMMENT.sub("", content.decode(errors="replace"))
        for block in _BLOCK.finditer(text):
            since = parse_release(block[1])
            yield from ((_FILES[path], name, since) for name in _NAME.findall(block[2]))
    elif library := _LIBRARY.search(path):
        for name, version in read_versions(content).items():
            if node := _NODE.fullmatch(version):
                yield library[1], name, parse_release(node[1])
