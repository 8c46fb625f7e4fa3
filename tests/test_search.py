"""Capabilities are found by whatever somebody calls them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from virtgate.ask.opened import open_catalog
from virtgate.data.search import Entry, find_like, find_named, make_index

INDEX = make_index(open_catalog(None))
ENTRIES: Mapping[str, Entry] = {one.id: one for one in INDEX}


def _with(*words: str) -> set[str]:
    return {one.id for one in INDEX if all(map(one.has, words))}


@pytest.mark.parametrize(
    "word", ["drive-mirror", "blockdev-mirror", "BLOCKDEV_MIRROR", "block.mirror", "MIRROR"]
)
def test_a_command_is_found_in_any_spelling(word: str) -> None:
    assert "block.mirror" in _with(word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("blockdev-mirror", ("block.mirror",)),
        ("drive-mirror", ("block.mirror",)),
        ("BLOCK.MIRROR", ("block.mirror",)),
        ("no such name", ()),
        ("", ()),
        ("--", ()),
    ],
)
def test_a_name_leads_to_the_capability_that_it_says_most_of(text: str, found: tuple[str, ...]) -> None:
    assert find_named(INDEX, text) == found


def test_a_name_in_nothing_but_others_leads_to_those() -> None:
    assert "block.mirror" in find_like(INDEX, "mirro")
    assert find_like(INDEX, "no such name") == ()
    assert find_like(INDEX, "") == ()


def test_every_id_path_and_name_of_others_finds_its_capability() -> None:
    catalog = open_catalog(None)
    for by_capability in catalog.paths.values():
        for identifier, paths in by_capability.items():
            for path in paths:
                known = [identifier, path.name, *(name for names in path.aliases.values() for name in names)]
                assert [one for one in known if not ENTRIES[identifier].has(one)] == []


def test_libvirts_constants_find_what_its_documents_name() -> None:
    """`QEMU_CAPS_VIRTIO_BLK_EVENT_IDX` is virtio-blk-pci.event_idx in its files."""
    for entry in INDEX:
        for name in entry.names:
            if name.kind == "libvirt":
                constant = "QEMU_CAPS_" + name.text.upper().replace("-", "_").replace(".", "_")
                assert entry.has(constant)
    names = {name.text for entry in INDEX for name in entry.names if name.kind == "libvirt"}
    assert "virtio-blk-pci.event_idx" in names
    assert _with("QEMU_CAPS_VIRTIO_BLK_EVENT_IDX")


def test_words_narrow_together() -> None:
    assert _with("mirror", "copy-mode") < _with("mirror")


def test_a_title_is_found_by_its_words_and_not_by_words_of_it_far_apart() -> None:
    title = next(name.text for name in ENTRIES["block.mirror"].names if name.kind == "title")
    assert "block.mirror" in _with(*title.split())
    assert not ENTRIES["block.mirror"].has("copy-guest-runs")
