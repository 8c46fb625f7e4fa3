"""A QEMU binary asked: real ones, old ones, broken ones and hostile ones."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from virtgate.ask import early, prefetch
from virtgate.ask.targets import Target, ask_facts
from virtgate.driver import cache, system
from virtgate.driver.errors import TargetError
from virtgate.driver.policy import Policy
from virtgate.facts.forms import Told
from virtgate.hypervisors.qemu import everything
from virtgate.hypervisors.qemu import probe as qemu
from virtgate.hypervisors.qemu.command_line import CommandLine
from virtgate.hypervisors.qemu.modules import Modules, parse_block_formats
from virtgate.hypervisors.qemu.qmp_questions import NEGOTIATION
from virtgate.hypervisors.qemu.start import Started, start
from virtgate.hypervisors.qemu.target import SORTS, find_binaries

Require = Callable[[object, str], None]
Program = Callable[[str], str]

VERSION = '{"qemu":{"major":9,"minor":8,"micro":7},"package":"v"}'
GREETING = f'{{"QMP":{{"version":{VERSION},"capabilities":[]}}}}'
GREET = f"echo '{GREETING}'"
ANSWER_ALL = """while read -r line; do echo '{"return": {}}'; done"""
BINARIES = find_binaries()
BINARY = next(sort for sort in SORTS if sort.name == "binary")


@pytest.fixture
def program() -> Iterator[Program]:
    """Makes a shell script that an unprivileged user may run: pytest's own folders are private."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)

        def make(script: str) -> str:
            path = folder / "qemu-system-test"
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
            return str(path)

        yield make


def problem_of(binary: str, timeout: float = 5.0, silence: float = 0.5) -> str:
    started = time.monotonic()
    with pytest.raises(TargetError) as caught:
        qemu.ask(binary, ["query-version", "query-kvm"], timeout=timeout, silence=silence)
    assert time.monotonic() - started < timeout + 5
    assert caught.value.target == binary
    assert "\n" not in caught.value.problem
    return caught.value.problem


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo hello; exec sleep 60", "prints what is not QMP: 'hello'"),
        ("echo hello", "prints what is not QMP: 'hello'"),
        ("exec sleep 60", "says nothing for 0.5 s"),
        ("exec cat /dev/zero", "prints without end"),
        ("exec yes", "prints what is not QMP: 'y'"),
        ("exec yes ''", "takes too long in all"),
        ("exec yes '{}'", "does not greet as a QMP monitor: '{}'"),
        ("echo '[1, 2]'", "prints what is not QMP: '[1, 2]'"),
        ("head -c 200000 /dev/zero | tr '\\0' '['; echo", "prints what is not QMP"),
        ("printf '{\"QMP\": '", "ends in the middle of a reply: '{\"QMP\":'"),
        ("exit 3", "does not greet as QEMU and ends with status 3"),
        ("echo bad luck >&2; exit 3", "ends with status 3: bad luck"),
        ("kill -SEGV $$", "ends with signal 11"),
        (GREET, "ends with status 0"),
        (f"{GREET}; exec sleep 60", "says nothing for 0.5 s"),
        (f"{GREET}; read -r l; echo '{{\"error\": {{}}}}'; sleep 60", "refuses QMP's negotiation"),
        (f'{GREET}; exec yes \'{{"event": "X"}}\'', "takes too long in all"),
        (f'{GREET}; exec yes \'{{"return": {{}}, "id": 77}}\'', "answers a question that was not asked"),
        (f"{GREET}; read -r l; echo '{{\"return\": {{}}}}'; exec sleep 60", "takes too long in all"),
        (f"{GREET}; read -r l; echo '{{\"return\": {{}}}}'; echo '{{\"ret'", "prints what is not QMP"),
        ("exec 2>&1; yes >&2", "prints what is not QMP"),
        ("yes >&2 & exec sleep 60", "says nothing for 0.5 s"),
    ],
)
def test_a_hostile_program_ends_in_a_sentence(program: Program, script: str, said: str) -> None:
    assert said in problem_of(program(script), timeout=2.0)


def test_what_is_no_program_is_said_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("text", encoding="utf-8")
    os.mkfifo(tmp_path / "fifo")
    assert problem_of(str(tmp_path / "none")) == "no such file or directory"
    assert problem_of(str(tmp_path)) == "is a directory, not a QEMU binary"
    assert problem_of(str(tmp_path / "fifo")) == "is not a regular file"
    assert problem_of(str(plain)) == "is not executable"


def test_a_file_of_another_format_is_not_started(program: Program) -> None:
    path = program("")
    Path(path).write_bytes(b"\x00\x01\x02\x03")
    assert problem_of(path).startswith("cannot be started: exec format error")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to drop")
def test_a_binary_out_of_nobodys_reach_is_said_so(program: Program) -> None:
    path = program("")
    Path(path).chmod(0o700)
    assert problem_of(path) == "may not be run by the unprivileged user 65534: permission denied"


@pytest.mark.parametrize(
    ("last_words", "why"),
    [("echo dead >&2", "ends with status 4: dead"), ("echo dead", "prints what is not QMP: 'dead'")],
)
def test_a_question_that_it_dies_of_costs_only_its_own_answer(
    program: Program, last_words: str, why: str
) -> None:
    die = f'{GREET}; while read -r line; do case "$line" in *query-kvm*) {last_words}; exit 4;; esac;'
    binary = program(f"{die} echo '{{\"return\": 1}}'; done")
    answers = qemu.ask(binary, ["query-version", "query-kvm", "query-target", "accel"])
    assert answers == {
        "query-version": {"return": 1},
        "query-kvm": {"unanswered": why},
        "query-target": {"return": 1},
        "accel": {"unanswered": why},
    }


def test_a_question_that_it_hangs_at_costs_only_its_own_answer(program: Program) -> None:
    hang = f'{GREET}; while read -r line; do case "$line" in *query-kvm*) sleep 60;; esac;'
    binary = program(f"{hang} echo '{{\"return\": 1}}'; done")
    answers = qemu.ask(binary, ["query-kvm", "query-target"], silence=0.3)
    assert answers == {"query-kvm": {"unanswered": "says nothing for 0.3 s"}, "query-target": {"return": 1}}


def test_answers_before_garbage_are_kept(program: Program) -> None:
    one = "read -r line; echo '{\"return\": 1}'"
    answers = qemu.ask(program(f"{GREET}; {one}; {one}; echo junk"), ["query-version", "query-kvm"])
    assert answers["query-version"] == {"return": 1}
    assert answers["query-kvm"] == {"unanswered": "prints what is not QMP: 'junk'"}


def refusing(options: str, message: str) -> str:
    loop = f'case "$a" in {options}) echo "{message}" >&2; exit 1;; esac'
    reply = (
        """read -r line; echo '{"return": {}}'; read -r line; echo "{\\"return\\": \\"$all\\"}"; exec cat"""
    )
    return f'all="$*"; for a in "$@"; do {loop}; done; {GREET}; {reply}'


@pytest.mark.parametrize(
    ("options", "message", "left"),
    [
        ("-none-", "", "-S -no-user-config -nodefaults -display none -monitor none -serial none"),
        ("-no-user-config", "qemu: invalid option -- '-no-user-config'", "-S -nodefconfig -nodefaults"),
        ("-no-user-config|-nodefconfig", "qemu: $a: invalid option", "-S -nodefaults -display none"),
        ("-display", "qemu: invalid option -- '$a'", "-nodefaults -nographic -monitor none"),
        ("none,accel=*", "qemu: unsupported machine type", "-machine accel=kvm:tcg -qmp stdio"),
        ("-machine", "qemu-kvm: invalid option -- '$a'", "-serial none -qmp stdio"),
    ],
)
def test_an_old_build_is_asked_with_less(program: Program, options: str, message: str, left: str) -> None:
    answers = qemu.ask(program(refusing(options, message)), ["query-version"])
    assert left in answers["query-version"]["return"]


def test_the_oldest_build_tells_its_banner_only(program: Program) -> None:
    banner = "QEMU PC emulator version 0.9.1 (kvm-72), Copyright (c) 2003-2008 Fabrice Bellard"
    refuse = """echo "qemu: invalid option -- '$1'" >&2; exit 1"""
    script = f"""case "$1" in -h) echo '{banner}'; exit 1;; *) {refuse};; esac"""
    answers = qemu.ask(program(script), ["--version", "query-version", "modules", "block-formats"])
    assert answers["--version"] == {"return": banner}
    assert answers["query-version"]["error"]["class"] == "NoMonitor"
    assert "error" in answers["modules"]
    assert "error" in answers["block-formats"]


def test_a_new_build_that_does_not_start_is_no_banner(program: Program) -> None:
    script = (
        'case "$1" in --version) echo "QEMU emulator version 9.0.0";; *) echo no memory >&2; exit 1;; esac'
    )
    assert problem_of(program(script)) == "does not greet as QEMU and ends with status 1: no memory"


def test_the_banner_alone_starts_no_monitor(program: Program) -> None:
    script = 'case "$*" in --version) echo "QEMU emulator version 9.0.0";; *) exec sleep 60;; esac'
    assert qemu.ask(program(script), ["--version"]) == {
        "--version": {"return": "QEMU emulator version 9.0.0"}
    }


def test_stepping_down_ends() -> None:
    line = CommandLine("tcg")
    steps = 0
    while line.relax("x: invalid option -- 'machine'"):
        steps += 1
    assert steps == 2
    assert not line.relax("qemu: no bootable device")


def test_questions_for_the_host_start_nothing(program: Program) -> None:
    answers = qemu.ask(program("exec sleep 60"), ["uname", "node /dev/null"])
    assert list(answers) == ["uname", "node /dev/null"]


def test_following_questions_go_to_the_same_process(program: Program) -> None:
    binary = program(f"""{GREET}; while read -r line; do echo "{{\\"return\\": $$}}"; done""")
    answers = qemu.ask(binary, ["query-version"], follow=lambda _: ["query-target"])
    assert answers["query-version"] == answers["query-target"]


def test_formats_are_parted_by_what_is_installed() -> None:
    text = "Supported formats: raw rbd ssh\r\nSupported formats (read-only): raw vvfat rbd\r\n"
    found = parse_block_formats(text, {"rbd", "nfs"})
    assert found == {"rw": ["raw", "ssh"], "ro": ["raw", "vvfat"], "not-installed": {"rbd": "block-rbd"}}
    old = parse_block_formats("Supported formats: raw qcow2\n", set())
    assert old == {"rw": ["qcow2", "raw"], "ro": [], "not-installed": {}}


@pytest.mark.parametrize("at", [0, 1000, *range(0x3FEE0, 0x3FF10), 0x40000, 0x7FD00])
def test_what_stands_where_two_pieces_meet_is_read_once(tmp_path: Path, at: int) -> None:
    binary = tmp_path / "qemu-system-test"
    told = b"\0/usr/lib/x/qemu\0qemu_stamp_0123456789abcdef\0QEMU_MODULE_DIR\0"
    binary.write_bytes(b"\x7fELF" + at * b"x" + told + 600_000 * b"x")
    found = Modules(str(binary))
    assert found.is_modular
    assert found._compiled == ["/usr/lib/x/qemu"]
    assert found._stamp == b"qemu_stamp_0123456789abcdef"


def test_modules_of_another_build_do_not_count(tmp_path: Path) -> None:
    binary = tmp_path / "bin" / "qemu-system-x"
    folder = tmp_path / "lib" / "qemu"
    binary.parent.mkdir()
    folder.mkdir(parents=True)
    strings = [b"\x7fELF", b"QEMU_MODULE_DIR", b"qemu_stamp_1", f"{folder}".encode(), b""]
    binary.write_bytes(b"\0".join(strings))
    (folder / "block-rbd.so").write_bytes(b"..qemu_stamp_2..")
    (folder / "ui-gtk.so").write_bytes(b"..qemu_stamp_1..")
    found = Modules(str(binary))
    assert found.is_modular
    assert found.installed() == ["ui-gtk"]


@pytest.mark.parametrize("how", ["exec ", ""])
def test_the_program_behind_a_wrapper_is_part_of_the_fingerprint(program: Program, how: str) -> None:
    wrapper = program("")
    behind, script = f"{wrapper}-behind", f"{wrapper}-script"
    shutil.copy("/bin/sh", behind)
    Path(script).write_text(f"{GREET}\n{ANSWER_ALL}\n", encoding="utf-8")
    program(f"{how}{behind} {script}\n:")
    assert behind in qemu.ask(wrapper, ["query-kvm", "libraries"])["libraries"]["return"]
    prints = list(BINARY.prints(wrapper))
    assert ("environment", "PATH") in prints
    assert all(("stat", folder) in prints for folder in os.get_exec_path())


def test_a_wrapper_script_is_looked_behind(program: Program, require: Require) -> None:
    require(BINARIES, "no QEMU is installed")
    asked = ["modules", "block-formats"]
    assert qemu.ask(program(f'exec {a_binary()} "$@"'), asked) == qemu.ask(a_binary(), asked)


def test_each_binary_is_found_once() -> None:
    real = [Path(path).resolve() for path in BINARIES]
    assert len(set(real)) == len(real)


@pytest.fixture(params=BINARIES or [""])
def binary(request: pytest.FixtureRequest, require: Require) -> str:
    require(request.param, "no QEMU is installed")
    path: str = request.param
    return path


def a_binary() -> str:
    return next((path for path in BINARIES if path.endswith("qemu-system-x86_64")), BINARIES[0])


def probe(binary: str, asked: list[str]) -> dict[str, dict[str, Any]]:
    try:
        return qemu.ask(binary, asked)
    except TargetError as error:  # a build without TCG, where KVM may not be used, has nothing to run on
        if "failed to initialize kvm" in error.problem:
            pytest.skip(str(error))
        raise


def test_a_real_qemu_answers_what_it_is_asked(binary: str) -> None:
    asked = ["query-version", "query-target", "accel", "modules", "block-formats", "no-such-command", "uname"]
    answers = probe(binary, asked)
    assert list(answers) == asked
    assert answers["query-version"]["return"]["qemu"]["major"] >= 2
    assert answers["accel"]["return"]["used"] in ("kvm", "tcg")
    assert Told(answers)["accel"] == answers["accel"]
    assert answers["no-such-command"]["error"]["class"] == "CommandNotFound"
    assert "qcow2" in answers["block-formats"]["return"]["rw"]


def test_a_driver_whose_module_is_missing_is_not_among_the_formats(binary: str) -> None:
    answers = probe(binary, ["modules", "block-formats"])
    formats = answers["block-formats"]["return"]
    installed = answers["modules"].get("return", [])
    for driver, module in formats["not-installed"].items():
        assert module not in installed
        assert driver not in formats["rw"] + formats["ro"]


def test_an_accelerator_it_has_not_is_a_sentence(binary: str) -> None:
    with pytest.raises(TargetError, match="invalid accelerator nonsense"):
        qemu.ask(binary, ["query-version"], accel="nonsense")


def children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        found += [int(word) for word in (task / "children").read_text(encoding="ascii").split()]
    return found


def test_a_qemu_killed_in_the_middle_is_started_again(require: Require) -> None:
    require(BINARIES, "no QEMU is installed")
    killed: list[int] = []
    others = children()  # of what the whole session shares

    def kill_once(done: int, total: int) -> None:
        assert 0 < done <= total
        if not killed:
            killed.extend(set(children()) - set(others))
            for process in killed:
                os.kill(process, signal.SIGKILL)

    asked = ["query-version", "query-qmp-schema", "query-target"]
    answers = qemu.ask(a_binary(), asked, accel="tcg", on_progress=kill_once)
    assert killed
    assert all("return" in answers[text] for text in asked)
    assert set(children()) <= set(others)


def test_everything_is_json_and_bounded(require: Require) -> None:
    require(BINARIES, "no QEMU is installed")
    answers: dict[str, dict[str, Any]] = qemu.ask(a_binary(), None, timeout=60)
    assert json.loads(json.dumps(answers)) == answers
    assert set(everything.first_questions()) <= set(answers)
    assert all(
        len(answer) == 1 and set(answer) <= {"return", "error", "unanswered"} for answer in answers.values()
    )
    dead = [text for text, answer in answers.items() if "unanswered" in answer]
    assert len(dead) < 10
    assert sum(text.startswith("device-list-properties") for text in answers) > 50


def test_a_qemu_is_started_before_the_rest_is_loaded_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require: Require
) -> None:
    require(BINARIES, "needs a QEMU")
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path))
    started: list[list[str]] = []
    spawn = system.spawn_untrusted

    def counted(argv: list[str], **options: Any) -> Any:
        started.append(argv)
        return spawn(argv, **options)

    monkeypatch.setattr(system, "spawn_untrusted", counted)
    key = cache.Key(BINARIES[0], None, None, str(Policy()), None)
    begun = early.start(key)
    assert begun is not None
    assert prefetch.begin(key, started=begun).facts().returned("query-version")  # type: ignore[union-attr]
    assert started == [begun.argv]
    assert begun.process.poll() is not None


def begin_whole(binary: str) -> tuple[Started, list[str]]:
    """A QEMU that was sent all that the data ask, and what that is."""
    asked = early.read_questions(None, "qemu") or []
    return start(binary, None, asked), asked


def test_what_is_sent_ahead_is_answered_as_what_is_asked(binary: str) -> None:
    begun, asked = begin_whole(binary)
    assert begun.sent[0] == NEGOTIATION and len(begun.sent) > 60
    once = ask_facts(Target.parse(binary), asked)
    ahead = ask_facts(Target.parse(binary), asked, begun=begun)
    assert dict(ahead.answers) == dict(once.answers)


def test_what_is_sent_ahead_may_kill_it(program: Program) -> None:
    die = f'{GREET}; while read -r line; do case "$line" in *query-kvm*|*typename*) exit 4;; esac;'
    binary = program(f"{die} echo '{{\"return\": 1}}'; done")
    begun, asked = begin_whole(binary)
    plain = [text for text in asked if text.startswith("query-")]
    answers = qemu.ask(binary, plain, begun=begun)
    assert answers.pop("query-kvm") == {"unanswered": "ends with status 4"}
    assert set(map(str, answers.values())) == {"{'return': 1}"} and len(answers) == len(plain) - 1


def test_a_qemu_that_nobody_will_ask_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require: Require
) -> None:
    require(BINARIES, "needs a QEMU")
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path))
    begun = early.start(cache.Key(BINARIES[0], None, None, str(Policy()), None))
    assert begun is not None
    assert prefetch.begin(cache.Key("kvm", None, None, str(Policy()), None), started=begun) is None
    assert begun.process.poll() is not None


def test_what_bears_no_qemus_name_is_not_started_before_it_is_known(tmp_path: Path) -> None:
    for name in ("qemu-system-x86_64.json", "cloud-hypervisor", "qemu-system-none/there"):
        key = cache.Key(str(tmp_path / name), None, None, str(Policy()), None)
        assert early.start(key) is None
