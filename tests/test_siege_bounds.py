"""Input that is hostile is bounded: in memory, in what it may be, and in how long it is believed."""

from __future__ import annotations

import lzma
import resource
from pathlib import Path

import pytest

from virtgate.data import load_catalog
from virtgate.driver import cache, kept
from virtgate.driver.errors import DataError, RecordingError
from virtgate.facts.recording import read_recording
from virtgate.hypervisors.qemu.replies import read_replies
from virtgate.lint import lint_paths

MANY = '{"format":1,"answers":{"x":{"return":[' + "[]," * (20 << 20) + "[]]}}}"


def test_many_small_values_are_too_many(tmp_path: Path) -> None:
    packed = tmp_path / "host.json.xz"
    packed.write_bytes(lzma.compress(MANY.encode(), preset=1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RecordingError, match="more than 2000000 values"):
        read_recording(str(packed))
    replies = tmp_path / "host.replies"
    many = "[]," * 3_000_000
    replies.write_text(f'{{"execute": "query-version"}}\n{{"return": [{many}[]]}}', encoding="utf-8")
    with pytest.raises(RecordingError, match="more than 2000000 values"):
        read_replies(str(replies))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10


def test_a_long_number_in_replies_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "host.replies"
    path.write_text('{"execute": "query-version"}\n{"return": ' + "9" * 6000 + "}", encoding="utf-8")
    with pytest.raises(RecordingError, match="cannot read line 2"):
        read_replies(str(path))


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("capabilities/z.yaml", "/etc/passwd"),
        ("capabilities/z.yaml", "/dev/zero"),
        ("capabilities/z.yaml", "z.yaml"),
        ("matrix/qemu", "/etc"),
        ("matrix/qemu.yaml", "nowhere"),
        ("matrix/x/ledger/qmp.txt", "/dev/zero"),
    ],
)
def test_a_link_in_the_data_is_refused_unread(tmp_path: Path, name: str, to: str) -> None:
    (tmp_path / "capabilities").mkdir()
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "matrix").mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(to)
    told = [f"{name}:1: is a link; data are plain files and folders"]
    assert [str(one) for one in lint_paths(root=tmp_path)] == told
    with pytest.raises(DataError, match="is a link"):
        load_catalog(str(tmp_path))


def test_a_file_of_the_data_with_holes_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "capabilities").mkdir()
    path = tmp_path / "matrix" / "x" / "ledger" / "qmp.txt"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(1 << 40)
    told = [f"matrix/x/ledger/qmp.txt:1: {1 << 40} bytes are too many; {16 << 20} are allowed"]
    assert [str(one) for one in lint_paths(root=tmp_path)] == told
    with pytest.raises(DataError, match="bytes are too many"):
        load_catalog(str(tmp_path))


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cache.Key:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    return cache.Key("/usr/bin/qemu", None, None, "refuse= allow=", None)


def keep(key: cache.Key, until: float | None = None) -> Path:
    prints = cache.take_prints([("kernel", "-")])
    kept = cache.Answers(host=[("arch", "x86_64")], fingerprint=prints, key=key, until=until)
    cache.write_answers(key, kept)
    return Path(cache.folder(), key.answers_name())


def test_kept_answers_with_any_byte_changed_are_not_believed(key: cache.Key) -> None:
    path = keep(key)
    whole = path.read_bytes()
    assert cache.read_answers(key) is not None
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.read_answers(key) is None
        path.write_bytes(whole[:at])
        assert cache.read_answers(key) is None


def test_the_answers_of_another_policy_are_not_believed(key: cache.Key) -> None:
    path = keep(key)
    other = cache.Key(key.target, None, None, "refuse=deprecated allow=", None)
    path.rename(path.parent / other.answers_name())
    assert cache.read_answers(other) is None


def test_a_failure_is_not_believed_for_longer_when_the_clock_is_set_back(key: cache.Key) -> None:
    keep(key, until=4e9)
    assert cache.read_answers(key) is None


def test_what_a_killed_writer_left_is_dropped(key: cache.Key) -> None:
    path = keep(key)
    (path.parent / f"{path.name}.123.0badc0de").touch()
    (path.parent / "theirs.txt.123.0badc0de").touch()
    assert kept.drop() == 1
    assert [one.name for one in path.parent.iterdir()] == ["theirs.txt.123.0badc0de"]
