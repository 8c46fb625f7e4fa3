"""From a TARGET to answers: what a text names, what a hostile target gives, what is asked again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import virtgate
from virtgate import Gates, TargetError, UsageError
from virtgate.ask.answering import wanted_questions
from virtgate.ask.fingerprint import host_prints
from virtgate.ask.opened import open_catalog
from virtgate.ask.targets import Target, find_targets, parse_claims
from virtgate.cli import main
from virtgate.data import data_root
from virtgate.driver import cache

QEMU = "/usr/bin/qemu-system-x86_64"
Require = Callable[[object, str], None]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's answers are kept."""
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that an unprivileged user may enter, with a name short enough for a socket."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def write_program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "sort", "hypervisor"),
    [
        ("/usr/bin/qemu-system-x86_64", "binary", "qemu"),
        ("qemu", "binary", "qemu"),
        ("qmp:/run/vm.sock", "guest", "qemu"),
        ("qmp:/run/vm.json", "guest", "qemu"),
        ("kvm", "kvm", "kvm"),
        ("xen", "xen", "xen"),
        ("./kvm", "binary", "qemu"),
        ("host.json", "recording", None),
        ("host.json.xz", "recording", None),
        ("caps.replies", "recording", None),
        ("caps.replies.xz", "recording", None),
        ("host.xz", "binary", "qemu"),
    ],
)
def test_a_text_names_one_sort_of_target(text: str, sort: str, hypervisor: str | None) -> None:
    target = Target.parse(text)
    assert (target.text, target.sort, target.hypervisor) == (text, sort, hypervisor)


def test_claims_are_a_release_and_perhaps_a_package() -> None:
    assert parse_claims("qemu=6.2.0") == {"release": "6.2.0"}
    assert parse_claims("qemu=6.2.0,package=Debian 1:6.2, plus") == {
        "release": "6.2.0",
        "package": "Debian 1:6.2, plus",
    }
    for text in ("", "6.2.0", "qemu", "qemu=", "xen=4.17", "qemu=6.2.0,package"):
        with pytest.raises(UsageError, match="is no claim"):
            parse_claims(text)


def test_every_binary_of_this_machine_is_found_once(require: Require) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    found = [target.text for target in find_targets()]
    assert QEMU in found
    assert len({os.path.realpath(one) for one in found}) == len(found)


HOSTILE = {
    "missing": (lambda path: None, "no such file or directory"),
    "a directory": (lambda path: path.mkdir(), "is a directory, not a QEMU binary"),
    "not executable": (lambda path: path.write_text("x"), "is not executable"),
    "a FIFO": (os.mkfifo, "is not a regular file"),
    "no program": (lambda path: (path.write_bytes(b"\x7fELF\0"), path.chmod(0o755)), ""),
    "garbage": (lambda path: write_program(path, "head -c 100000 /dev/urandom"), ""),
    "a talker": (lambda path: write_program(path, "yes hello"), "prints what is not QMP: 'hello'"),
    "a quitter": (lambda path: write_program(path, "exit 3"), "ends with status 3"),
    "half a greeting": (lambda path: write_program(path, "printf '{\"QMP\": {'"), ""),
}


@pytest.mark.parametrize(("make", "problem"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_binary_is_one_sentence_and_the_others_are_answered(
    public: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], object],
    problem: str,
) -> None:
    path = public / "qemu-system-odd"
    make(path)
    good = tmp_path / "host.json"
    good.write_text(
        json.dumps({"format": 1, "hypervisor": "kvm", "target": "k", "via": "kvm", "answers": {}})
    )
    started = time.monotonic()
    assert main(["gates", str(path), str(good)]) == 1
    assert time.monotonic() - started < 15
    out, err = capsys.readouterr()
    assert err.startswith(f"virtgate: {path}: ")
    assert problem in err
    assert err.count("\n") == 1
    assert err.strip().isprintable()
    assert "\nk: KVM" in out
    with pytest.raises(TargetError, match=problem or r"\S"):
        virtgate.open(path)


def test_a_socket_that_closes_or_is_none_is_one_sentence(public: Path) -> None:
    path = public / "qmp"
    with pytest.raises(TargetError, match="no such file or directory"):
        virtgate.open(f"qmp:{path}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0o666)
        server.listen(4)

        def close_at_once() -> None:
            with contextlib.suppress(OSError):
                for _ in range(2):
                    server.accept()[0].close()

        closer = threading.Thread(target=close_at_once, daemon=True)
        closer.start()
        with pytest.raises(TargetError) as caught:
            virtgate.open(f"qmp:{path}")
        assert "\n" not in str(caught.value)
    path.unlink()
    path.write_text("no socket")
    with pytest.raises(TargetError):
        virtgate.open(f"qmp:{path}")


def test_a_failure_is_believed_briefly_and_kept_in_one_line(public: Path, kept: Path) -> None:
    path = write_program(public / "qemu-system-odd", "printf 'one\\ttwo\\n\\nthree'; exit 1")
    with pytest.raises(TargetError):
        virtgate.open(path)
    read = cache.read_answers(cache.Key(str(path), None, None, "refuse= allow=", None))
    assert read is not None
    assert read.problem is not None
    assert read.until is not None
    assert 0 < read.until - time.time() < 11
    assert not (kept / cache.Key(str(path), None, None, "", None).facts_name()).exists()


def test_a_binary_that_is_mended_is_asked_at_once(public: Path, require: Require) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    path = write_program(public / "qemu-system-odd", "exit 1")
    with pytest.raises(TargetError):
        virtgate.open(path, accel="tcg")
    write_program(path, f'exec {QEMU} "$@"')
    assert virtgate.open(path, accel="tcg").enabled("block.mirror")


def _counting(folder: Path) -> tuple[Path, Callable[[], int]]:
    """A QEMU that counts how often it is started."""
    log = folder / "log"
    log.touch()
    log.chmod(0o666)
    program = write_program(folder / "qemu-system-counting", f'echo started >> {log}\nexec {QEMU} "$@"')
    return program, lambda: log.read_text().count("\n")


def _states(gates: Gates) -> list[tuple[str, str, str]]:
    return [(one.id, one.state, one.sentence) for one in map(gates.verdict, gates)]


def test_facts_are_kept_and_asked_again_only_when_the_host_changes(
    public: Path, tmp_path: Path, require: Require
) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    program, starts = _counting(public)
    first = virtgate.open(program, accel="tcg")
    once = starts()
    assert once > 0
    # The answer itself, another policy, and other data of the same questions: all from the same facts.
    virtgate.open(program, accel="tcg")
    virtgate.open(program, accel="tcg", policy=virtgate.Policy(refuse="deprecated"))
    data = tmp_path / "data"
    for name in ("capabilities", "matrix"):
        shutil.copytree(data_root(None) / name, data / name)
    other = virtgate.open(program, accel="tcg", data=str(data))
    assert starts() == once
    assert _states(other) == _states(first)
    page = data / "capabilities" / "block.yaml"
    page.write_text(
        page.read_text(encoding="utf-8").replace("title: ", "title: Not to ", 1), encoding="utf-8"
    )
    edited = virtgate.open(program, accel="tcg", data=str(data))
    assert not other.is_current()
    assert starts() == once
    assert [edited.verdict(n).title for n in edited] != [other.verdict(n).title for n in other]
    write_program(program, program.read_text(encoding="utf-8").partition("\n")[2] + "# newer")
    virtgate.open(program, accel="tcg")
    assert starts() > once


@pytest.mark.parametrize("odd", ["", "{", "[]", "{}", '{"format": 1}', "\x00\xff", '{"prints": 3}'])
def test_odd_facts_are_asked_anew(public: Path, kept: Path, require: Require, odd: str) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    program, starts = _counting(public)
    first = virtgate.open(program, accel="tcg")
    once = starts()
    for path in kept.iterdir():
        if path.suffix == ".facts":
            path.write_text(odd, encoding="utf-8")
        else:
            path.unlink()
    again = virtgate.open(program, accel="tcg")
    assert starts() > once
    assert _states(again) == _states(first)


def test_facts_whose_shape_is_odd_are_asked_anew(public: Path, kept: Path, require: Require) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    program, starts = _counting(public)
    virtgate.open(program, accel="tcg")
    for wrong in ({"answers": []}, {"answers": {"query-version": 3}}, {"hypervisor": 7}, {"wanted": None}):
        once = starts()
        for path in kept.iterdir():
            if path.suffix == ".facts":
                document = json.loads(cache.read_private(path.name) or "")
                cache.write_private(path.name, json.dumps({**document, **wrong}))
            else:
                path.unlink()
        virtgate.open(program, accel="tcg")
        assert starts() > once, wrong


def test_where_nothing_can_be_kept_a_host_is_still_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require: Require
) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    (tmp_path / "file").touch()
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "file"))
    for _ in range(2):
        gates = virtgate.open(QEMU, accel="tcg")
        assert gates.enabled("block.mirror")
        assert gates.is_current()


def test_what_an_answer_hangs_on_is_in_its_fingerprint() -> None:
    questions = wanted_questions(open_catalog(None), "qemu")
    prints = set(host_prints(Target.parse(QEMU), questions))
    assert {
        ("kernel", "-"),
        ("text", "/proc/sys/kernel/random/boot_id"),
        ("access", "/dev/kvm"),
        ("text", "/sys/devices/system/cpu/cpu0/microcode/version"),
        ("text", "/sys/module/kvm_intel/parameters/nested"),
        ("stat", QEMU),
        ("environment", "QEMU_MODULE_DIR"),
        ("stat", "/usr/share/qemu/firmware"),
    } <= prints
    assert ("text", "/proc/cpuinfo") not in prints
    for text in questions:
        kind, _, path = text.partition(" ")
        if kind in {"file", "node"}:
            assert ("text" if kind == "file" else "access", path) in prints


def test_a_gate_probe_asks_only_what_conditions_name() -> None:
    questions = wanted_questions(open_catalog(None), "qemu")
    assert len(questions) == len(set(questions))
    assert "query-qmp-schema" in questions
    assert "query-cpu-definitions" not in questions or len(questions) < 200


def test_a_data_folder_that_breaks_is_told_to_who_asks_a_host(
    tmp_path: Path, public: Path, require: Require
) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    data = tmp_path / "data"
    for name in ("capabilities", "matrix"):
        shutil.copytree(data_root(None) / name, data / name)
    (data / "matrix" / "qemu" / "ledger" / "qmp.txt").write_text("no header\n")
    with pytest.raises(virtgate.DataError, match=r"qmp\.txt:1: "):
        virtgate.open(QEMU, accel="tcg", data=str(data))


def test_kvm_is_asked_or_says_why_not() -> None:
    try:
        gates = virtgate.open("kvm")
    except TargetError as error:
        assert "\n" not in str(error)
    else:
        assert gates.host["hypervisor"] == "kvm"
        assert gates.host["title"] == "KVM"
        assert gates.verdict("block.mirror").reason == "unsupported"
