"""What a driver holds behaves as a value: compared, shown, copied, kept, opened from a coroutine, told."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

import pytest

import virtgate
from virtgate import Gates, Lock, Policy, TargetError, UnknownCapability, UsageError

HOST = next(Path(__file__).parent.glob("hosts/qemu-10.0.13_x86_64+debian+kvm/host.json*"))
QEMU = "/usr/bin/qemu-system-x86_64"
Require = Callable[[object, str], None]


@pytest.fixture(scope="module")
def gates() -> Gates:
    return virtgate.load(HOST)


def test_verdicts_and_their_paths_compare_by_what_they_say(gates: Gates) -> None:
    again = virtgate.load(HOST)
    for name in gates:
        one, other = gates.verdict(name), again.verdict(name)
        assert one == other
        assert hash(one) == hash(other)
        assert one.paths == other.paths
        assert repr(one) == repr(other)
    verdicts = {gates.verdict(name) for name in gates}
    assert len(verdicts) == len(gates)
    other = virtgate.release("qemu", "1.3").verdict("block.mirror")
    assert gates.verdict("block.mirror") != other
    assert gates.verdict("block.mirror") != "block.mirror"
    assert repr(gates.verdict("block.mirror").paths[0]) == "<PathVerdict blockdev-mirror: enabled, upstream>"


def test_policies_compare_by_their_words_and_show_them() -> None:
    policy = Policy(refuse={"deprecated", "backports"}, allow="unstable")
    assert policy == Policy(refuse=["backports", "deprecated"], allow=("unstable",))
    assert policy != Policy()
    assert repr(policy) == "Policy(refuse=['backports', 'deprecated'], allow=['unstable'])"
    assert eval(repr(policy), {"Policy": Policy}) == policy


def test_who_a_host_is_cannot_be_written_to(gates: Gates) -> None:
    with pytest.raises(TypeError):
        cast("dict[str, Any]", gates.host)["release"] = "1.0"
    assert json.loads(json.dumps(dict(gates.host)))["release"] == "10.0.13"


def test_gates_are_copied_and_pickled_whole(gates: Gates) -> None:
    for again in (copy.copy(gates), copy.deepcopy(gates), pickle.loads(pickle.dumps(gates))):
        assert dict(again.host) == dict(gates.host)
        assert [again.verdict(name) for name in again] == [gates.verdict(name) for name in gates]


def test_a_lock_keeps_what_was_answered_and_says_what_changed() -> None:
    old, new = virtgate.release("qemu", "2.8"), virtgate.release("qemu", "10.2")
    lock = Lock.from_text(old.lock().to_text())
    assert lock == old.lock()
    assert repr(lock).startswith(f"<Lock of {len(old)} gates of qemu=2.8")
    assert all((lock.enabled(name), lock.path(name)) == (old.enabled(name), old.path(name)) for name in old)
    assert lock.changes(old) == ()
    changed = {one.id: one for one in lock.changes(new)}
    for name in old:
        was = (old.verdict(name).state, old.verdict(name).path)
        now = (new.verdict(name).state, new.verdict(name).path)
        assert (name in changed) == (was != now)
        if name in changed:
            one = changed[name]
            assert ((one.was, one.was_path), (one.now, one.now_path)) == (was, now)
            assert one.sentence == new.verdict(name).sentence
            assert str(one).startswith(f"{name} was ")


def test_a_lock_is_of_the_ids_that_were_named() -> None:
    lock = virtgate.release("qemu", "2.8").lock("block.mirror")
    assert list(lock) == ["block.mirror"]
    with pytest.raises(UnknownCapability):
        lock.path("block.move")
    with pytest.raises(UnknownCapability):
        virtgate.release("qemu", "2.8").lock("no.such-thing")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"format": 2}', '{"format": 1, "host": {}, "gates": {"a": 1}}', "{"]
)
def test_what_is_no_lock_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="not the text of a lock"):
        Lock.from_text(text)


def test_a_coroutine_opens_without_holding_the_loop(tmp_path: Path) -> None:
    async def both() -> tuple[Gates, int]:
        ticks = 0
        opening = asyncio.ensure_future(virtgate.aopen(HOST))
        while not opening.done():
            await asyncio.sleep(0.001)
            ticks += 1
        return await opening, ticks

    gates, ticks = asyncio.run(both())
    assert gates.enabled("block.mirror")
    assert ticks > 1
    with pytest.raises(TargetError):
        asyncio.run(virtgate.aopen(tmp_path / "nothing"))


def test_who_is_cancelled_goes_on_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is one that keeps silent; the loop is not held until it is given up."""
    silent = tmp_path / "qemu"
    silent.write_text("#!/bin/sh\nexec sleep 2\n")
    silent.chmod(0o755)
    for folder in takewhile(lambda one: one != Path(tempfile.gettempdir()), silent.parents):
        folder.chmod(0o755)  # pytest's own folders are private to root
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))

    async def cancelled() -> float:
        began = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(virtgate.aopen(silent), timeout=0.2)
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 1.5


def test_nothing_is_told_by_default(caplog: pytest.LogCaptureFixture) -> None:
    virtgate.open(HOST).verdict("block.mirror")
    assert [one for one in caplog.records if one.name == "virtgate"] == []


def test_an_opened_host_is_told_once_and_its_decisions_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="virtgate"):
        virtgate.open(HOST).enabled("block.mirror")
    (told,) = (vars(one)["virtgate"] for one in caplog.records)
    assert (told["event"], told["release"], told["hypervisor"]) == ("open", "10.0.13", "qemu")
    assert "10.0.13" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="virtgate"):
        gates = virtgate.open(HOST)
        gates.enabled("block.mirror")
        gates.path("block.move")
        gates.require("block.mirror")
    decided = [vars(one)["virtgate"] for one in caplog.records if one.levelno == logging.DEBUG]
    assert [one["id"] for one in decided] == ["block.mirror", "block.move", "block.mirror"]
    plain = virtgate.load(HOST)
    for one in decided:
        verdict = plain.verdict(one["id"])
        assert (one["state"], one["reason"], one["path"]) == (verdict.state, verdict.reason, verdict.path)


def test_a_host_that_cannot_be_asked_is_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with caplog.at_level(logging.INFO, logger="virtgate"), pytest.raises(TargetError):
        virtgate.open(tmp_path / "nothing")
    assert [vars(one)["virtgate"]["event"] for one in caplog.records] == ["failed"]


PATCHED = {
    "eventlet": "import eventlet; eventlet.monkey_patch()",
    "gevent": "from gevent import monkey; monkey.patch_all()",
}


@pytest.mark.parametrize("library", PATCHED)
def test_a_process_with_green_threads_gets_the_same_answers(
    library: str, tmp_path: Path, require: Require, monkeypatch: pytest.MonkeyPatch
) -> None:
    """eventlet takes `select.poll` away. The host is asked with nothing cached."""
    found = subprocess.run([sys.executable, "-W", "ignore", "-c", f"import {library}"], check=False)
    require(found.returncode == 0, f"{library} is not installed")
    require(Path(QEMU).exists(), f"no {QEMU}")
    script = f"{PATCHED[library]}\nimport sys, virtgate\ngates = virtgate.open({QEMU!r})\n"
    script += "print(*(f'{one}={gates.path(one)}' for one in gates))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**os.environ, "VIRTGATE_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path))
    plain = virtgate.open(QEMU)
    assert done.stdout.split() == [f"{one}={plain.path(one)}" for one in plain]


def test_waiting_is_the_same_with_poll_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    import select

    from virtgate.driver import system

    reader, writer = os.pipe()
    try:
        for _ in ("poll", "select"):
            assert not system.wait_readable(reader, 0.0)
            assert system.wait_ready([reader], [writer], 1.0) == ([], [writer])
            os.write(writer, b"x")
            assert system.wait_readable(reader, 1.0)
            os.read(reader, 1)
            if hasattr(select, "poll"):
                monkeypatch.delattr(select, "poll")
        os.close(writer)
        assert system.wait_readable(reader, 1.0)
        writer = -1
    finally:
        os.close(reader)
        if writer >= 0:
            os.close(writer)
