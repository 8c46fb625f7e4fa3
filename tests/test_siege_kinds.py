"""A little of the siege: of each kind some inputs, each of which ends in a result or in an error of ours.

`python tests/siege/siege.py` takes a million.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

import keeping
import peers
import readers

from siege import find_failures


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        *(("documents: recordings, decided", 20), ("documents: recordings as bytes", 60)),
        *(("documents: libvirt's replies", 200), ("documents: texts of all readers", 2000)),
        *(("documents: drivers' sources and patches", 5), ("documents: what is printed of them", 5)),
        *(("documents: odd files among the data", 3), ("monotony: answers taken away or spoilt", 10)),
        *(("peers: QMP, HTTP, xenstore", 1000), ("cache: kept answers, torn", 2000)),
        ("peers: sockets of Cloud Hypervisor and Firecracker", 6),
        ("parsers: worst texts", 30),
    ],
)
def test_some_inputs_of_each_kind_end_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, count: int
) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    seed = int(os.environ.get("VIRTGATE_SIEGE_SEED", "1"))
    assert list(find_failures(kind, tmp_path, count, seed)) == []


@pytest.mark.parametrize("say", peers.SLOW)
@pytest.mark.parametrize("kind", peers.CONVERSATIONS)
def test_a_peer_that_never_ends_is_left_in_time(kind: str, say: peers.Say) -> None:
    peers.try_conversation(kind, say, random.Random(1))


def test_clients_that_hold_their_connections_keep_nobody_waiting() -> None:
    clients = peers.Clients()
    try:
        peers.try_held(clients)
        for at in range(40):
            clients.try_client(random.Random(at))
        clients.is_well()
    finally:
        clients.close()


def test_what_is_kept_is_whole_after_kills_on_full_disks_and_in_crowds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    for at in range(40):
        keeping.try_kill(random.Random(at))
    for at in range(10):
        keeping.try_full(random.Random(at))
    keeping.try_read_only(random.Random())
    keeping.try_crowd(random.Random(), count=8)


def test_every_reader_of_a_text_takes_its_own_texts() -> None:
    """Else damaged ones would end at their first character."""
    for name, reader in readers.all_readers().items():
        assert any(_takes(reader, text) for text in reader.texts), name


def _takes(reader: readers.Reader, text: str) -> bool:
    try:
        reader.read(text)
    except reader.raises:
        return False
    return True


@pytest.mark.parametrize("form", ['{"type":"blockdev-add","data":{"a.%d":1}}', '{"type":"a%d","data":{}}'])
def test_many_different_actions_are_judged_in_time(form: str) -> None:
    """From each of which nothing is looked for among all others."""
    actions = ",".join(form % at for at in range(12_000))
    started = time.process_time()
    read = readers.all_readers()["trace: qemu, transcript"].read
    read(f'{{"execute":"transaction","arguments":{{"actions":[{actions}]}}}}\n')
    assert time.process_time() - started < 5.0
