"""A tarball is read, damaged or made to harm, within bounds."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from virtgate.driver.errors import TargetError
from virtgate.harvest.archive import open_source

FILES = {"VERSION": b"10.1.0\n", "qapi/block.json": b"# nothing\n"}
NONSENSE = [
    {"mtime": "1e300"},
    {"mtime": "nan"},
    {"mtime": "-1e17"},
    {"size": "-5"},
    {"size": "99999999999999"},
    {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"},
    {"GNU.sparse.map": "0,x,1", "GNU.sparse.size": "9"},
    {"GNU.sparse.map": "0,1", "GNU.sparse.size": "x"},
]


def make(place: Path, headers: Mapping[str, str], mode: str = "w") -> Path:
    with tarfile.open(place, mode) as archive:  # type: ignore[call-overload]
        for name, content in FILES.items():
            member = tarfile.TarInfo(f"qemu-10.1.0/{name}")
            member.size, member.pax_headers = len(content), dict(headers)
            archive.addfile(member, io.BytesIO(content))
    return place


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tarball_that_begins_with_a_file_has_all_of_them(tmp_path: Path, mode: str) -> None:
    with open_source(make(tmp_path / "it.tar", {}, mode)) as tree:
        assert {name: (tree.read(name) or ("", b""))[1] for name in tree.list_blobs()} == FILES


@pytest.mark.parametrize("headers", NONSENSE, ids=repr)
def test_headers_without_sense_are_told(tmp_path: Path, headers: Mapping[str, str]) -> None:
    with pytest.raises(TargetError, match=r"it\.tar"), open_source(make(tmp_path / "it.tar", headers)):
        pass


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_damaged_tarball_ends_in_an_error_at_most(tmp_path: Path, mode: str) -> None:
    place, chance = make(tmp_path / "it.tar", {"mtime": "5.5", "comment": "x"}, mode), random.Random(mode)
    whole = place.read_bytes()
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 5))):
            data[chance.randrange(min(len(data), 4096))] = chance.randrange(256)
        place.write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        with suppress(TargetError), open_source(place):
            pass


def test_what_unpacks_to_much_more_than_it_has_is_refused_unread(tmp_path: Path) -> None:
    place = tmp_path / "it.tar.xz"
    with tarfile.open(place, "w:xz", preset=0) as archive:
        for name in "abcd":
            member = tarfile.TarInfo(f"qemu/{name}")
            member.size = 24 << 20
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(TargetError, match="its files have more than"), open_source(place):
        pass
    (tmp_path / "folder").mkdir()
    with (tmp_path / "folder/holes").open("wb") as file:
        file.truncate(100 << 30)
    with pytest.raises(TargetError, match="holes has more than"), open_source(tmp_path / "folder"):
        pass
