"""KVM asked directly, and the three ways in which it is not there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.facts import machine_probe as machine
from virtgate.hypervisors.kvm import probe as kvm

Require = Callable[[object, str], None]


def is_usable() -> bool:
    return os.access(kvm.DEVICE, os.R_OK | os.W_OK)


def need_kvm(require: Require) -> None:
    """A machine without the device cannot be given one; where it is, it must be usable."""
    if not Path(kvm.DEVICE).exists():
        pytest.skip("this machine has no /dev/kvm")
    require(is_usable(), "/dev/kvm may not be opened")


def test_kvm_tells_its_version_and_extensions(require: Require) -> None:
    need_kvm(require)
    asked = ["KVM_GET_API_VERSION", "KVM_CHECK_EXTENSION 3 device", "KVM_CHECK_EXTENSION 3 vm"]
    answers = kvm.ask(asked)
    assert list(answers) == asked
    assert answers["KVM_GET_API_VERSION"] == {"return": 12}
    assert answers["KVM_CHECK_EXTENSION 3 vm"] == {"return": 1}  # KVM_CAP_USER_MEMORY


def test_everything_is_every_number_on_both_descriptors(require: Require) -> None:
    need_kvm(require)
    answers = kvm.ask(None)
    for on in ("device", "vm"):
        found = [answers[f"KVM_CHECK_EXTENSION {number} {on}"] for number in range(kvm.HIGHEST + 1)]
        assert all(isinstance(answer["return"], int) for answer in found)
    assert "uname" in answers


def test_what_is_not_asked_is_not_answered() -> None:
    answers = kvm.ask(
        ["uname", "query-version", "KVM_CHECK_EXTENSION x vm", "KVM_CHECK_EXTENSION 1 elsewhere"]
    )
    assert list(answers) == ["uname"]


def test_no_device_is_an_answer_for_each_question(tmp_path: Path) -> None:
    missing = str(tmp_path / "kvm")
    answers = kvm.ask(["KVM_GET_API_VERSION", "KVM_CHECK_EXTENSION 1 vm"], device=missing)
    assert {answer["error"]["class"] for answer in answers.values()} == {"ENOENT"}
    assert all(missing in answer["error"]["desc"] for answer in answers.values())


def test_no_permission_says_who_asked_and_what_the_mode_is(tmp_path: Path) -> None:
    device = tmp_path / "kvm"
    device.touch(mode=0o600)
    answer = ask_as_other_user(str(device))
    assert answer.startswith(f"EACCES no permission to open {device}: ")
    assert answer.endswith("asked as user 65534") or os.geteuid() != 0


def ask_as_other_user(device: str) -> str:
    if os.geteuid() != 0:
        Path(device).chmod(0)
        error = kvm.ask(["KVM_GET_API_VERSION"], device=device)["KVM_GET_API_VERSION"]["error"]
        return f"{error['class']} {error['desc']}"
    for folder in list(Path(device).parents)[:3]:  # pytest's own folders are private to root
        folder.chmod(0o755)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        error = kvm.ask(["KVM_GET_API_VERSION"], device=device)["KVM_GET_API_VERSION"]["error"]
        os.write(writer, f"{error['class']} {error['desc']}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as file:
        text = file.read()
    os.waitpid(child, 0)
    return text


def test_another_device_refuses_each_question() -> None:
    answers = kvm.ask(["KVM_GET_API_VERSION", "KVM_CHECK_EXTENSION 1 vm"], device="/dev/null")
    assert {answer["error"]["class"] for answer in answers.values()} == {"ENOTTY"}


@pytest.mark.parametrize("number", ["4294967296", "99999999999999999999999"])
def test_a_number_beyond_all_is_refused(require: Require, number: str) -> None:
    need_kvm(require)
    (answer,) = kvm.ask([f"KVM_CHECK_EXTENSION {number} device"]).values()
    assert answer == {"return": 0} or answer["error"]["class"] == "EINVAL"


def test_the_machine_tells_its_kernel_files_and_nodes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("Y\n", encoding="ascii")
    asked = ["uname", "cpu", f"file {tmp_path}/file", f"file {tmp_path}/none", f"node {tmp_path}/none"]
    answers = machine.ask(asked)
    assert answers["uname"]["return"]["release"] == os.uname().release
    assert set(answers["cpu"]["return"]) == {"vendor", "model_name", "microcode"}
    assert answers[f"file {tmp_path}/file"] == {"return": "Y\n"}
    assert answers[f"file {tmp_path}/none"]["error"]["class"] == "ENOENT"
    assert answers[f"node {tmp_path}/none"] == {
        "return": {"exists": False, "readable": False, "writable": False}
    }


def test_os_release_is_read_below_the_root_given(tmp_path: Path) -> None:
    (tmp_path / "usr/lib").mkdir(parents=True)
    text = '# comment\nID=debian\nVERSION="12 (bookworm)"\nBROKEN="\n\nnonsense\n'
    (tmp_path / "usr/lib/os-release").write_text(text, encoding="utf-8")
    answers = machine.ask(["os-release"], root=f"{tmp_path}/")
    assert answers["os-release"]["return"] == {"ID": "debian", "VERSION": "12 (bookworm)", "BROKEN": '"'}
