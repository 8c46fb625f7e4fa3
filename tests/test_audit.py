"""`audit`: what was sent is read from each format, and judged as the gates of that host would have."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from virtgate.ask.answering import judge, judge_release
from virtgate.ask.targets import Target, read_facts
from virtgate.audit import REASONS, Auditor, Item, Report, Trace, read_trace
from virtgate.cli import main
from virtgate.driver.policy import Policy
from virtgate.hypervisors.qemu.audit import AUDIT
from virtgate.hypervisors.qemu.target import find_binaries
from virtgate.interface import walk

FORMATS = AUDIT.formats


Require = Callable[[object, str], None]
TRACES = Path(__file__).parent / "traces"
SESSIONS = sorted(path for path in TRACES.iterdir() if path.suffix != ".md")
HOSTS = Path(__file__).parent / "hosts"
BINARY = next((path for path in find_binaries() if path.endswith("qemu-system-x86_64")), "")
KEYS = {
    *("line", "times", "kind", "name", "reason", "sentence", "capability", "path", "since", "owner"),
    "successor",
}


def audit(*messages: dict[str, Any], release: str = "7.2", **policy: set[str]) -> dict[str, Item]:
    """What is said of each thing in these messages, by its name."""
    text = "".join(f"{json.dumps(message)}\n" for message in messages)
    return by_name(report_on(text.encode(), release, **policy))


def report_on(content: bytes, release: str = "7.2", **policy: set[str]) -> Report:
    rules = Policy(**policy)  # type: ignore[arg-type]
    auditor = Auditor(judge_release("qemu", release, rules), rules)
    return auditor.take(read_trace(io.BytesIO(content), Trace(FORMATS)))


def by_name(report: Report) -> dict[str, Item]:
    return {str(one.element): one for one in report.items}


def send(command: str, **arguments: Any) -> dict[str, Any]:
    return {"execute": command, "arguments": arguments}


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.name)
def test_every_format_tells_the_same_session(path: Path) -> None:
    trace = Trace(FORMATS)
    with path.open("rb") as stream:
        sent = list(read_trace(stream, trace))
    assert trace.format == {"qemu-entered": "qemu"}.get(path.stem, path.stem)
    assert [one.command.replace("_", "-") for one in sent] == [
        *("qmp-capabilities", "drive-mirror", "x-query-numa", "backup", "migrate-recover"),
    ]
    assert dict(sent[1].arguments) == {"device": "d0", "target": "/t", "sync": "full"}
    assert (trace.commands, trace.unreadable) == (5, 0)
    told = by_name(report_on(path.read_bytes()))
    assert {name: one.verdict for name, one in told.items() if one.verdict in REASONS} == {
        "drive-mirror.sync=full": "outside",
        "x-query-numa": "unstable",
        "backup": "fork-only",
    }


def test_a_finding_has_its_line_its_owner_and_its_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["audit", str(TRACES / "libvirt.log"), "--release", "qemu=7.2"]
    assert main([*words, "--json", "--refuse", "deprecated"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["trace_format"], told["commands"]) == (1, "libvirt", 5)
    findings = {one["name"]: one for one in told["findings"]}
    assert all(set(one) == KEYS for one in findings.values())
    assert (findings["backup"]["line"], findings["backup"]["owner"]) == (15, "Proxmox VE")
    mirror = next(one for one in told["granted"] if one["name"] == "drive-mirror")
    assert (mirror["line"], mirror["capability"], mirror["path"]) == (7, "block.mirror", "drive-mirror")
    assert main(words) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{TRACES / 'libvirt.log'}: 5 commands in 18 lines, against qemu=7.2.22 (QEMU 7.2.22)"
    assert lines[-1] == "2 not granted; 6 granted through 2 paths; 1 queries; 1 outside the vocabulary"


def test_each_reason_is_that_of_the_gates() -> None:
    told = audit(
        send("query-events"),
        send("no-such-command"),
        send("migrate-set-parameters", mode="cpr-transfer"),
        send("blockdev-backup", device="d", target="t", sync="full", **{"x-perf": {}}),
        send("savevm-start", statefile="x"),
        send("drive-backup", device="d", target="t", sync="full"),
        send("pmemsave"),
        send("query-version"),
        refuse={"deprecated"},
    )
    assert {name: one.verdict for name, one in told.items() if "." not in name and "=" not in name} == {
        "query-events": "removed",
        "no-such-command": "unsupported",
        "migrate-set-parameters": "granted",
        "blockdev-backup": "granted",
        "savevm-start": "divergent",
        "drive-backup": "deprecated",
        "pmemsave": "outside",
        "query-version": "granted",
    }
    assert (told["migrate-set-parameters.mode"].verdict, told["migrate-set-parameters.mode"].since) == (
        "too-old",
        "8.2.0",
    )
    assert told["blockdev-backup.x-perf"].verdict == "unstable"
    assert (told["drive-backup"].capability, told["drive-backup"].successor) == (
        "block.backup",
        "blockdev-backup",
    )
    # What is inside something that was not granted is no finding of its own.
    assert "drive-backup.device" not in told


def test_before_there_was_a_flag_a_name_said_that_it_is_unstable() -> None:
    assert audit(send("x-exit-preconfig"), release="4.0")["x-exit-preconfig"].verdict == "unstable"
    assert audit(send("x-exit-preconfig"), release="6.2")["x-exit-preconfig"].verdict == "unstable"


def test_a_query_that_upstream_deprecates_is_refused_as_anything_else_is() -> None:
    message = send("query-migrationthreads")
    assert audit(message, release="9.2")["query-migrationthreads"].verdict == "harmless"
    told = audit(message, release="9.2", refuse={"deprecated"})
    assert told["query-migrationthreads"].verdict == "deprecated"


def test_what_a_host_beyond_the_ledger_lacks_nobody_can_tell() -> None:
    path = str(HOSTS / "qemu-11.1.3_x86_64+debian" / "host.json.xz")
    judged = judge(read_facts(Target.parse(path)), Policy(), as_of="2026-01-31")
    gluster = send("blockdev-add", driver="gluster", volume="v")
    content = json.dumps(gluster).encode() + b"\n"
    report = Auditor(judged, Policy()).take(read_trace(io.BytesIO(content), Trace(FORMATS)))
    assert by_name(report)["blockdev-add:gluster"].verdict == "unknown"


def test_policy_is_that_of_the_gates() -> None:
    message = send("drive-backup", device="d", target="t", sync="full")
    assert (
        audit(message)["drive-backup"].sentence == "block.backup through drive-backup, deprecated, and 2 more"
    )
    x_perf = send("blockdev-backup", device="d", target="t", sync="full", **{"x-perf": {}})
    assert audit(x_perf, allow={"unstable"})["blockdev-backup.x-perf"].verdict not in {"unstable"}


def test_what_is_deep_inside_is_spelt_as_the_ledger_does() -> None:
    file = {"driver": "file", "filename": "/x", "aio": "io_uring"}
    told = audit(
        send("blockdev-add", driver="qcow2", **{"node-name": "q", "file": file, "discard-no-unref": True}),
        send("netdev_add", type="stream", id="n", **{"reconnect-ms": 5}),
        send("object-add", **{"qom-type": "iommufd", "id": "i"}),
        send("device_add", driver="virtio-net-pci", rss=True),
    )
    assert told["blockdev-add:file.aio=io_uring"].capability == "block.aio.io-uring"
    too_new = told["blockdev-add:qcow2.discard-no-unref"]
    assert (too_new.verdict, too_new.since, too_new.capability) == (
        *("too-old", "8.1.0"),
        "block.qcow2.discard-no-unref",
    )
    assert told["netdev_add:stream.reconnect-ms"].since == "9.2.0"
    assert told["object-add:iommufd"].since == "9.0.0"
    assert told["virtio-net-pci.rss"].capability == "net.rss"


def test_a_transactions_action_is_the_command_that_it_is() -> None:
    action = {"type": "blockdev-backup", "data": {"device": "d", "target": "t", "sync": "full"}}
    told = audit(send("transaction", actions=[action]))
    assert told["blockdev-backup.device"].capability == "block.backup"
    assert told["transaction.actions"].verdict == "granted"


def test_a_monitor_command_inside_qmp_is_judged_too() -> None:
    told = audit(
        send("human-monitor-command", **{"command-line": "drive_add 0 if=none"}),
        send("human-monitor-command", **{"command-line": "info version"}),
        send("human-monitor-command", **{"command-line": "backup a b"}),
    )
    verdicts = {name: told[name].verdict for name in ("drive_add", "info version", "backup")}
    assert verdicts == {"drive_add": "granted", "info version": "outside", "backup": "unsupported"}


def test_a_host_grants_what_its_own_gates_do() -> None:
    path = str(HOSTS / "qemu-7.2.22_x86_64+debian+kvm" / "host.json.xz")
    judged = judge(read_facts(Target.parse(path)), Policy())
    rbd = send("blockdev-add", driver="rbd", **{"node-name": "r", "pool": "p", "image": "i"})
    content = json.dumps(rbd).encode() + b"\n"
    report = Auditor(judged, Policy()).take(read_trace(io.BytesIO(content), Trace(FORMATS)))
    one = by_name(report)["blockdev-add:rbd.pool"]
    assert (one.verdict, one.capability, one.path) == ("not-built", "block.rbd", "blockdev-rbd")
    assert audit(rbd)["blockdev-add:rbd.pool"].verdict == "granted"


def test_what_stands_outside_the_vocabulary_is_a_finding_only_when_asked_for(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.write_text('{"execute": "pmemsave"}\n{"execute": "query-version"}\n', encoding="utf-8")
    words = ["audit", str(trace), "--release", "qemu=7.2"]
    assert main(words) == 0
    assert main([*words, "--strict"]) == 1


def test_sarif_has_every_reason_as_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(TRACES / "qemu.log"), "--release", "qemu=7.2", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert {one["id"] for one in run["tool"]["driver"]["rules"]} == set(REASONS)
    assert [one["ruleId"] for one in run["results"]] == ["unstable", "fork-only"]


@pytest.mark.parametrize(
    ("content", "commands", "unreadable"),
    [
        (b'{"execute": broken\n{"execute": "stop"}\n', 1, 1),
        (b'-> {"execute": "stop",\n-> {"execute": "cont"}\n', 1, 1),
        (b'{"execute": "stop"}\n{"execute": "co', 1, 1),
        (b'{"execute": "stop"}\n' + b'{"a": ' * 100_000 + b"\n", 1, 1),
        (b'{"execute": 7}\n{"execute": "stop", "arguments": []}\n{"execute": "cont"}\n', 1, 0),
        (b'\xff\xfe\x00{\n{"execute": "stop"}\n', 1, 0),
        (
            b"handle_qmp_command mon 0x1 req: {bad\n" * 3
            + b'handle_qmp_command mon 0x1 req: {"execute": "x"}\n',
            1,
            3,
        ),
    ],
)
def test_what_cannot_be_read_is_counted_and_the_rest_is_read(
    content: bytes, commands: int, unreadable: int
) -> None:
    trace = Trace(FORMATS)
    assert len(list(read_trace(io.BytesIO(content), trace))) == commands
    assert trace.unreadable == unreadable


def test_names_that_nobody_could_have_are_no_trouble(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    names = ["", " ", "a b", "\x1b[31m", "x" * 100_000, ".", "=", "a[b]", "()", "\u00e4"]
    messages = [send(name, **{name: {name: [name]}}) for name in names]
    messages += [send("blockdev-add", driver=name, **{name: 1}) for name in names]
    messages += [send("human-monitor-command", **{"command-line": name}) for name in names]
    messages += [send("device_add", driver=name, **{name: name}) for name in names]
    trace.write_text("".join(f"{json.dumps(one)}\n" for one in messages), encoding="utf-8")
    assert main(["audit", str(trace), "--release", "qemu=7.2", "--all"]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) < 500


def test_a_huge_trace_takes_no_more_memory_than_a_small_one() -> None:
    line = b'handle_qmp_command mon 0x1 req: {"execute": "query-status", "id": "%d"}\n'

    def lines(count: int) -> Iterator[bytes]:
        yield from (line % number for number in range(count))

    rules = Policy()
    auditor = Auditor(judge_release("qemu", "7.2", rules), rules)
    auditor.take(Trace(FORMATS).read(lines(10)))
    tracemalloc.start()
    report = auditor.take(Trace(FORMATS).read(lines(20_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.items[0].times == 20_010
    assert peak < 500_000


def test_of_what_is_sent_only_so_many_different_things_are_kept() -> None:
    lines = (b'{"execute": "no-such-%d", "arguments": {"a": 1}}\n' % number for number in range(30_000))
    rules = Policy()
    report = Auditor(judge_release("qemu", "7.2", rules), rules).take(Trace(FORMATS).read(lines))
    assert (len(report.items), report.untold) == (20_000, 10_000)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("audit {traces}/none --release qemu=7.2", 2, "no such file or directory"),
        ("audit {traces} --release qemu=7.2", 2, "is a directory"),
        ("audit {here} --release qemu=7.2", 2, "a trace of none of qemu, libvirt, transcript"),
        ("audit {traces}/qemu.log", 2, "say for whom the trace is judged: a TARGET, or --release"),
        ("audit {traces}/qemu.log --release xen=4.10", 2, "what was sent to Xen cannot be audited"),
        ("audit {traces}/qemu.log --release qemu=99", 2, "no release '99' of qemu"),
        ("audit {traces}/qemu.log x.json --release qemu=7.2", 2, "--release asks about no host"),
        ("audit {traces}/qemu.log --release qemu=7.2 --refuse no", 2, "no"),
        ("audit {traces}/qemu.log {traces}/none.json", 1, "none.json"),
    ],
)
def test_bad_input_is_one_line(
    capsys: pytest.CaptureFixture[str], words: str, status: int, said: str, tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(bytes(range(128, 256)) * 32)
    assert main(words.format(traces=TRACES, here=garbage).split()) == status
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_trace_may_come_by_standard_input() -> None:
    argv = [sys.executable, "-m", "virtgate", "audit", "-", "--release", "qemu=7.2"]
    content = (TRACES / "transcript.txt").read_bytes()
    run = subprocess.run(argv, input=content, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (1, b"")
    assert run.stdout.startswith(b"standard input: 5 commands")


def test_a_pipe_is_read_and_one_that_nobody_writes_to_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    argv = [sys.executable, "-m", "virtgate", "audit", str(tmp_path / "pipe"), "--release", "qemu=7.2"]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.endswith("pipe: a trace of none of qemu, libvirt, transcript\n")
    piped = f"{sys.executable} -m virtgate audit <(sleep 0.2; cat {TRACES}/qemu.log) --release qemu=7.2"
    told = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, timeout=30, check=False)
    assert "5 commands in 11 lines" in told.stdout


def test_the_formats_are_those_of_the_option() -> None:
    assert list(FORMATS) == ["qemu", "libvirt", "transcript"]


class Session:
    """A real QEMU without a guest, spoken to over its standard input."""

    def __init__(self, *options: str) -> None:
        argv = [
            BINARY,
            "-S",
            "-nodefaults",
            "-display",
            "none",
            "-machine",
            "none,accel=tcg",
            "-qmp",
            "stdio",
        ]
        self._process = subprocess.Popen(
            [*argv, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._read()
        self(send("qmp_capabilities"))

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reply

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        """What it replies to a message."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()
        while "event" in (reply := self._read()):
            pass
        return reply

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def test_a_real_qemus_trace_is_read_and_agrees_with_what_was_sent(require: Require, tmp_path: Path) -> None:
    require(BINARY, "no qemu-system-x86_64 is installed")
    log = tmp_path / "trace.log"
    messages = [
        send("blockdev-add", driver="null-co", **{"node-name": "n0", "size": 1048576}),
        send("query-named-block-nodes", flat=True),
        send("x-query-numa"),
        send("no-such-command", a=[1, {"b": "\u00e4\n"}]),
        send("migrate-set-parameters", **{"max-bandwidth": 1}),
    ]
    with Session("-trace", "handle_qmp_command", "-trace", "monitor_qmp_*", "-D", str(log)) as session:
        replies = [session(message) for message in messages]
    refused = [
        message["execute"] for message, reply in zip(messages, replies, strict=True) if "error" in reply
    ]
    assert refused == ["no-such-command"]
    trace = Trace(FORMATS)
    judged = judge_target(BINARY)
    with log.open("rb") as stream:
        report = Auditor(judged, Policy()).take(read_trace(stream, trace))
    assert (trace.format, trace.commands, trace.unreadable) == ("qemu", len(messages) + 1, 0)
    told = by_name(report)
    assert told["no-such-command"].verdict == "unsupported"
    assert told["x-query-numa"].verdict == "unstable"
    assert told["blockdev-add.node-name"].verdict == "granted"
    assert told["query-named-block-nodes.flat"].capability == "block.node.list-flat"
    assert {str(one.element) for one in report.findings(strict=False)} == {"no-such-command", "x-query-numa"}


def judge_target(binary: str) -> Any:
    from virtgate.ask.answering import wanted_questions
    from virtgate.ask.opened import open_catalog
    from virtgate.ask.targets import ask_facts

    wanted = wanted_questions(open_catalog(None), "qemu")
    return judge(ask_facts(Target.parse(binary), wanted), Policy(refuse={"deprecated"}))


POLICY = "disabled by policy"
ARGUMENTS = [
    send("block_set_io_throttle", device="d", bps=0, bps_rd=0, bps_wr=0, iops=0, iops_rd=0, iops_wr=0),
    send("block_set_io_throttle", id="d", bps=0, bps_rd=0, bps_wr=0, iops=0, iops_rd=0, iops_wr=0),
    send("blockdev-backup", device="d", target="t", sync="full", **{"x-perf": {}}),
    send("blockdev-backup", device="d", target="t", sync="full"),
    send("block-commit", device="d", top="a"),
    send("block-commit", device="d", **{"top-node": "a"}),
    send("block-stream", device="d", base="a"),
    send("nbd-server-add", device="d"),
    send("block_resize", device="d", size=1),
    send("block_resize", size=1, **{"node-name": "d"}),
]


def test_the_second_judge_rejects_what_ours_does(require: Require) -> None:
    """QEMU's own policy, asked of every command that its release has, and of arguments that are flagged."""
    require(BINARY, "no qemu-system-x86_64 is installed")
    judged = judge_target(BINARY)
    host = judged.view.own.graph
    rules = Policy(refuse={"deprecated"})
    release = judged.history.graph(judged.history.version_of(judged.host.release))
    # An argument that no command has makes each of them fail, or be rejected before it is looked at.
    bogus = {"virtgate-has-no-such-argument": 1}
    commands = [
        send(name, **bogus)
        for name in sorted(host.roots())
        if host.root(name).kind == "command" and walk(release, name) is not None
    ]
    assert len(commands) > 150
    ours, theirs = {}, {}
    with Session("-compat", "deprecated-input=reject,unstable-input=reject") as session:
        for message in [*commands, *ARGUMENTS]:
            key = json.dumps(message)
            desc = session(message).get("error", {}).get("desc", "")
            theirs[key] = next(
                (word for word in ("unstable", "deprecated") if _is_rejected(word, desc)), None
            )
            content = f"{key}\n".encode()
            report = Auditor(judged, rules).take(read_trace(io.BytesIO(content), Trace(FORMATS)))
            found = [one.verdict for one in report.findings(strict=False)]
            ours[key] = next((word for word in found if word in {"unstable", "deprecated"}), None)
    assert ours == theirs
    assert {None, "unstable", "deprecated"} == set(theirs.values())


def _is_rejected(word: str, desc: str) -> bool:
    return POLICY in desc and desc.lower().startswith(word)


def test_an_objects_properties_are_judged_where_they_stood_until_6_0() -> None:
    sent = send(
        "object-add", **{"qom-type": "memory-backend-file", "id": "m"}, props={"size": 1, "pmem": True}
    )
    found = audit(sent, release="2.12")
    assert found["memory-backend-file.pmem"].verdict == "too-old"
    assert "memory-backend-file.pmem" not in {
        name for name, one in audit(sent, release="4.2").items() if one.verdict == "too-old"
    }


def test_a_branchs_member_is_not_another_branchs() -> None:
    found = audit(send("netdev_add", type="user", id="n", ifname="tap0"), release="9.2")
    assert found["netdev_add:user.ifname"].verdict == "unsupported"
