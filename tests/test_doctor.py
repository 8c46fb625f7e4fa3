"""What keeps a host from more is named, with what would be enabled without it, and nothing else is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from outputs import validate
from virtgate.ask.answering import judge
from virtgate.ask.rendering import Judged, render
from virtgate.ask.targets import Target, find_targets, read_facts
from virtgate.cli import main
from virtgate.doctor import Step, find_steps
from virtgate.driver.gates import Gates
from virtgate.driver.policy import Policy
from virtgate.facts import Facts

HOSTS = sorted(Path(__file__).parent.glob("hosts/*/host.json*"))
BY_NAME = {path.parent.name: path for path in HOSTS}
QEMU = BY_NAME["qemu-10.0.13_x86_64+debian+kvm"]
WITHOUT_KVM = BY_NAME["qemu-10.0.13_x86_64+debian"]
KVM = next(path for name, path in BY_NAME.items() if name.startswith("kvm-"))
DENIED = {
    "class": "EACCES",
    "desc": "no permission to open /dev/kvm: mode 0660, owner root:kvm, asked as user 1000",
    "group": "kvm",
}
WHY = "failed to initialize kvm: Permission denied (/dev/kvm: mode 0660, owner root:kvm)"


@cache
def _facts(path: Path) -> Facts:
    return read_facts(Target.parse(str(path)))


@cache
def _judged(path: Path) -> Judged:
    return judge(_facts(path), Policy())


def _without(path: Path, answers: Mapping[str, Any]) -> Judged:
    """A recorded host with other answers."""
    facts = _facts(path)
    return judge(replace(facts, answers={**facts.answers, **answers}), Policy())


@cache
def _qemu_without_group() -> Judged:
    state = {"present": True, "enabled": False}
    accel = {"used": "tcg", "kvm": WHY, "group": "kvm"}
    return _without(WITHOUT_KVM, {"query-kvm": {"return": state}, "accel": {"return": accel}})


@cache
def _kvm_without_group() -> Judged:
    asked = (one for one in _facts(KVM).answers if one.startswith("KVM_"))
    return _without(KVM, {one: {"error": DENIED} for one in asked})


def _step(steps: tuple[Step, ...], place: str) -> Step:
    (found,) = (one for one in steps if one.place == place)
    return found


def test_a_qemu_without_the_group_says_so_and_names_it() -> None:
    gates = Gates(render(_qemu_without_group()))
    verdict = gates.verdict("accel.hardware")
    assert (verdict.state, verdict.reason) == ("disabled", "host-lacks")
    assert "this user is not in group kvm, which may open /dev/kvm" in verdict.sentence
    assert verdict.remedy == "add the user to group kvm, which may open /dev/kvm"
    assert verdict.remedy in gates.explain("accel.hardware")


def test_a_kvm_without_the_group_knows_all_the_same() -> None:
    gates = Gates(render(_kvm_without_group()))
    verdicts = [gates.verdict(one) for one in gates]
    assert [one.id for one in verdicts if one.state == "unknown"] == []
    lacking = [one for one in verdicts if one.reason == "host-lacks"]
    assert len(lacking) > 30
    for one in lacking:
        foreign = "another architecture's, and this machine is x86_64" in one.sentence
        assert foreign or "this user is not in group kvm" in one.sentence
    assert any("KVM_CAP_S390_" in one.sentence and "group" not in one.sentence for one in lacking)


def test_the_group_is_the_first_step_and_gives_back_what_the_host_had() -> None:
    """Of KVM itself nobody can tell what it will answer; that is said, and counted."""
    steps = find_steps((("qemu", _qemu_without_group()), ("kvm", _kvm_without_group())))
    assert (steps[0].sort, steps[0].place) == ("permission", "/dev/kvm")
    had = Gates(render(_judged(QEMU)))
    lost = Gates(render(_qemu_without_group()))
    of_qemu, of_kvm = steps[0].gains
    assert set(of_qemu.enables) <= {one for one in had if had.enabled(one) and not lost.enabled(one)}
    assert "accel.hardware" in of_qemu.enables
    assert of_kvm.enables == ()
    really = Gates(render(_judged(KVM)))
    assert {one for one in really if really.enabled(one)} <= set(of_kvm.may_enable)


@pytest.mark.parametrize("node", ["/dev/vhost-net", "/dev/fuse"])
def test_a_device_that_is_not_for_this_user_is_another_matter_than_one_that_is_not_there(node: str) -> None:
    refused = {"exists": True, "readable": False, "writable": False, "mode": "mode 0660", "group": "net"}
    steps = find_steps((("host", _without(QEMU, {f"node {node}": {"return": refused}})),))
    assert _step(steps, node).remedy == f"add the user to group net, which may open {node}"
    absent = {"exists": False, "readable": False, "writable": False}
    steps = find_steps((("host", _without(QEMU, {f"node {node}": {"return": absent}})),))
    module = node.removeprefix("/dev/").replace("-", "_")
    assert _step(steps, module).remedy == f"load the module {module}"


@pytest.mark.no_cover
@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.parent.name)
def test_each_step_of_each_recorded_host_enables_something_that_was_not(path: Path) -> None:
    judged = _judged(path)
    gates = Gates(render(judged))
    steps = find_steps(((str(path), judged),))
    assert len({(one.sort, one.place) for one in steps}) == len(steps)
    for step in steps:
        ids = [name for gain in step.gains for name in (*gain.enables, *gain.may_enable)]
        assert ids
        assert step.count == len(set(ids))
        assert [one for one in ids if gates.enabled(one)] == []
    counts = [one.count for one in steps if one.sort != "release"]
    assert counts == sorted(counts, reverse=True)
    assert all(one.sort != "release" for one in steps[:-1])


def test_what_a_step_promises_holds_when_it_is_done() -> None:
    before = _qemu_without_group()
    (step,) = (one for one in find_steps((("qemu", before),)) if one.place == "/dev/kvm")
    after = Gates(render(_judged(QEMU)))
    assert all(after.enabled(name) for name in step.gains[0].enables)


def test_doctor_prints_and_documents_the_same_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(QEMU), str(KVM), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    validate("doctor", document)
    assert [one["host"]["source"] for one in document["targets"]] == [str(QEMU), str(KVM)]
    assert main(["doctor", str(QEMU), str(KVM), "--all"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for at, step in enumerate(document["steps"], 1):
        assert f"{at}. {step['remedy']}" in out
        assert all(name in out for gain in step["gains"] for name in gain["enables"])


def test_a_host_that_cannot_be_asked_is_told_and_the_others_are_examined(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", str(KVM), "/nowhere/qemu", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    validate("doctor", document)
    assert "error" in document["targets"][1]


def _as_nobody(work: Callable[[], str]) -> str:
    """What a function gives in a process without root's rights; as it is where there are none to drop."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
            told = work()
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        told = stream.read()
    os.waitpid(child, 0)
    return told


def test_a_folder_of_path_that_may_not_be_entered_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "closed" / "bin"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0)
    monkeypatch.setenv("PATH", f"{inner}:{os.environ['PATH']}")
    try:
        told = _as_nobody(lambda: " ".join(one.text for one in find_targets()))
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert "Error" not in told
