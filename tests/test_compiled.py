"""The data that are kept as they were read: equal when whole, ignored when not, and never run."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.ask import compiled
from virtgate.ask.opened import open_catalog, open_history
from virtgate.data import data_root
from virtgate.driver import cache
from virtgate.upstream.history import History
from virtgate.upstream.standing import pack_statuses, recall_statuses
from virtgate.upstream.status import find_status

ROOT = str(data_root())
PRINTS = "some prints"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from(sorted(compiled._MAKERS)) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache's folder of these tests."""
    path = tmp_path_factory.mktemp("kept") / "cache"
    os.environ["VIRTGATE_CACHE_DIR"] = str(path)
    return path


def plant(body: bytes) -> None:
    """Keep this body under a head that is right in everything."""
    name = cache.compiled_name(ROOT)
    cache.write_private_bytes(name, f"{compiled._stamp(PRINTS, body)}\n".encode() + body)


def keep() -> bytes:
    """Keep the data that are shipped; the bytes of the file."""
    catalog = open_catalog(None)
    history = open_history(catalog, "qemu")
    history.accepted_mask(">=4.0")
    compiled.keep(ROOT, PRINTS, catalog, {"qemu": history.memo()})
    whole = cache.read_private_bytes(cache.compiled_name(ROOT))
    assert whole is not None
    return whole


def test_what_is_read_back_equals_what_was_kept() -> None:
    keep()
    found = compiled.load(ROOT, PRINTS)
    assert found == (open_catalog(None), {"qemu": open_history(open_catalog(None), "qemu").memo()})


def test_other_data_or_another_code_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    assert compiled.load(ROOT, "other prints") is None
    monkeypatch.setattr(cache, "package_root", lambda: str(Path(__file__).parent))
    assert compiled.load(ROOT, PRINTS) is None


def test_a_file_that_is_cut_short_or_damaged_is_a_miss() -> None:
    whole = keep()
    name = cache.compiled_name(ROOT)
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        cache.write_private_bytes(name, whole[:length])
        assert compiled.load(ROOT, PRINTS) is None, length
    for place in range(0, len(whole), len(whole) // 50):
        cache.write_private_bytes(name, whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        assert compiled.load(ROOT, PRINTS) is None, place


def test_a_file_that_others_may_write_is_a_miss(folder: Path) -> None:
    keep()
    (folder / cache.compiled_name(ROOT)).chmod(0o666)
    assert compiled.load(ROOT, PRINTS) is None


class _Planted:
    """A pickle that makes a folder when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("call", ["os.system", "door.os.system", "Catalog.find", "type", "__class__"])
def test_nothing_that_a_planted_file_names_is_called(tmp_path: Path, call: str) -> None:
    ran = tmp_path / "ran"
    plant(pickle.dumps(_Planted(ran)))
    assert compiled.load(ROOT, PRINTS) is None
    plant(json.dumps([[f"touch {ran}"], [call, [[0]]], ["tuple", [[0, 0]]]]).encode())
    assert compiled.load(ROOT, PRINTS) is None
    assert not ran.exists()


@given(JSON)
def test_any_document_under_a_right_head_is_ignored(document: Any) -> None:
    plant(json.dumps(document).encode())
    assert compiled.load(ROOT, PRINTS) is None


@given(st.binary())
def test_any_bytes_are_ignored(body: bytes) -> None:
    plant(body)
    assert compiled.load(ROOT, PRINTS) is None
    cache.write_private_bytes(cache.compiled_name(ROOT), body)
    assert compiled.load(ROOT, PRINTS) is None


def test_a_document_nested_without_end_is_ignored() -> None:
    plant(b"[" * 100_000)
    assert compiled.load(ROOT, PRINTS) is None


def test_where_paths_stand_in_a_release_is_the_same_when_it_was_kept(folder: Path) -> None:
    """Of a release with all of its paths, of upstream's branch, and of one that is not kept."""
    catalog = open_catalog(None)
    paths = [one for rows in catalog.paths["qemu"].values() for one in rows]
    fresh, later = (History(Path(catalog.root, "matrix/qemu/ledger")) for _ in range(2))
    releases = [fresh.versions[0], fresh.version_of("7.2.22"), fresh.versions[-1]]
    found = [find_status(path, release, fresh, None) for release in releases for path in paths]
    kept = pack_statuses(paths, fresh, {}, most=len(releases))
    compiled.keep(ROOT, PRINTS, catalog, {"qemu": {**fresh.memo(), "statuses": kept}})
    read = compiled.load(ROOT, PRINTS)
    assert read is not None
    for release in releases:
        recall_statuses(paths, later, read[1]["qemu"]["statuses"], release)
    assert later.statuses.keys() == {(id(path), release) for path in paths for release in releases}
    assert [later.statuses[id(path), release][1] for release in releases for path in paths] == found
    assert list(pack_statuses(paths, later, {}, most=2)) == [str(one) for one in releases[1:]]
