"""Which public functions each of libvirt's hypervisor drivers implements, by what its source says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ....harvest.git import Source
from ....versions import Version, parse_release
from . import symbols

NOTE = (
    "DRIVER/FUNCTION for each function that a hypervisor driver's table implements, since the release that"
    " the comment beside it names, as the newest source has it; the drivers of networks, storage and devices"
    " are left out, and of a release without source what is new in it"
)
_FOLDERS = {
    "bhyve": "bhyve",
    "ch": "ch",
    "esx": "esx",
    "hyperv": "hyperv",
    "libxl": "xen",
    "lxc": "lxc",
    "openvz": "openvz",
    "qemu": "qemu",
    "test": "test",
    "vbox": "vbox",
    "vmware": "vmware",
    "vz": "vz",
}
_FILE = re.compile(r"^src/(\w+)/\w+\.c$")
_METHOD = re.compile(r"^[ \t]*\.(\w+) = \w+, /\* (\d+\.\d+\.\d+)\b", re.MULTILINE)


class Reader:
    """Reads one release after another, all as the newest source tells."""

    def __init__(self, newest: Source | None, newest_source: Source | None) -> None:
        self._functions = symbols.Reader(newest)
        self._newest, self._source = newest, newest_source
        self._methods: Mapping[str, Version] | None = None

    def __call__(self, tree: Source, release: str) -> Iterator[tuple[str, str]]:
        """The functions that each driver implements in a release."""
        if self._methods is None:
            functions = self._functions.read(self._newest or tree)
            named = {name.removeprefix("vir").lower(): name for name in functions}
            self._methods = dict(_read_methods(self._source or tree, named))
        version = parse_release(release)
        yield from ((name, "method") for name, since in self._methods.items() if since <= version)


def has_drivers(tree: Source) -> bool:
    """Whether a tree is source, and not packages."""
    return "src/qemu/qemu_driver.c" in tree.list_blobs("src/qemu")


def _read_methods(tree: Source, named: Mapping[str, str]) -> Iterator[tuple[str, Version]]:
    for path, blob in tree.list_blobs("src").items():
        folder = _FILE.match(path)
        if folder is None or folder[1] not in _FOLDERS:
            continue
        for method, since in _METHOD.findall(tree.content(blob).decode(errors="replace")):
            if name := named.get(method.lower()):
                yield f"{_FOLDERS[folder[1]]}/{name}", parse_release(since)
