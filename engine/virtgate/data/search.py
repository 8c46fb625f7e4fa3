"""Which capability a word is of: its id, a path, a command, a device, or somebody else's name for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..conditions import KINDS
from ..model import Capability, Path, leaves
from .catalog import Catalog

_APART = re.compile(r"[^a-z0-9]+")
# What libvirt's sources put before its names.
_PREFIX = re.compile(r"^qemu-caps-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name by which a capability may be looked for.

    `kind` is id, title, formerly, path, who calls it so (`libvirt`), or the condition that names an element
    of the hypervisor's interface (`command`, `device`).
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One capability with every name that finds it."""

    id: str
    names: tuple[Name, ...]

    def has(self, word: str) -> bool:
        """Whether a word is part of one of the names, or leaves out parts of one (`VIRTIO_BLK_EVENT_IDX`)."""
        wanted = _fold(word)
        return any(
            wanted in folded or (one.kind != "title" and _is_shortened(wanted, folded))
            for one in self.names
            for folded in (_fold(one.text),)
        )

    def kinds_of(self, word: str) -> frozenset[str]:
        """What a whole name is of this capability; nothing where it has no such name."""
        wanted = _fold(word)
        return frozenset(one.kind for one in self.names if one.kind != "title" and _fold(one.text) == wanted)


def make_index(catalog: Catalog) -> tuple[Entry, ...]:
    """Every capability with its names, in the catalog's order."""
    return tuple(
        Entry(id=row.id, names=tuple(dict.fromkeys(_names(catalog, row))))
        for row in catalog.capabilities.values()
    )


def find_named(index: Iterable[Entry], text: str) -> tuple[str, ...]:
    """The ids of the capabilities that have a name, or of those alone that it says most of.

    `blockdev-mirror` is a path of several, and the command of one of them.
    """
    found = {one.id: len(kinds) for one in index if (kinds := one.kinds_of(text))}
    most = max(found.values(), default=0)
    return tuple(name for name, count in found.items() if count == most)


def find_like(index: Sequence[Entry], text: str) -> tuple[str, ...]:
    """The capabilities that `find_named` gives, else those that have the text in a name."""
    return find_named(index, text) or tuple(one.id for one in index if _fold(text) and one.has(text))


def _names(catalog: Catalog, row: Capability) -> Iterator[Name]:
    yield Name(kind="id", text=row.id)
    yield Name(kind="title", text=row.title)
    yield from (Name(kind="formerly", text=one) for one in row.formerly)
    for hypervisor in catalog.paths:
        for path in catalog.paths_of(hypervisor, row.id):
            yield from _path_names(path)


def _path_names(path: Path) -> Iterator[Name]:
    yield Name(kind="path", text=path.name)
    for leaf in leaves(path.when):
        yield from (Name(kind=leaf.kind, text=one.name) for one in KINDS[leaf.kind].elements(leaf.terms))
    for who, names in path.aliases.items():
        yield from (Name(kind=who, text=name) for name in names)


def _fold(text: str) -> str:
    """A name as others spell it, too: `QEMU_CAPS_VIRTIO_NET` is virtio-net."""
    return _PREFIX.sub("", _APART.sub("-", text.lower()).strip("-"))


def _is_shortened(wanted: str, name: str) -> bool:
    """Whether parts of a name, two and more, are left, in their order, and the first among them."""
    parts, rest = wanted.split("-"), iter(name.split("-"))
    return len(parts) > 1 and name.startswith(parts[0]) and all(part in rest for part in parts)
