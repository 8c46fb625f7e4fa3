"""KVM's own answers, from /dev/kvm and from the descriptor of an empty virtual machine."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

from ...driver import system
from ...facts import machine_probe as machine
from ...facts.machine_probe import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

DEVICE = "/dev/kvm"
VERSION = "KVM_GET_API_VERSION"
EXTENSION = "KVM_CHECK_EXTENSION"
GET_API_VERSION = 0xAE00
CREATE_VM = 0xAE01
CHECK_EXTENSION = 0xAE03
HIGHEST = 300  # of a recording; the newest number known to upstream's header in 2026 is near 250
CONTAINER_SIGNS = ("/run/.containerenv", "/.dockerenv")


def ask(questions: Iterable[str] | None, *, device: str = DEVICE) -> dict[str, Answer]:
    """An answer for each KVM or machine question; None asks everything.

    Without KVM, without the permission, or in a container that lacks the device every KVM question has the
    same answer: an error whose `class` is the errno and whose `desc` is a sentence that says which it is.
    """
    asked = everything() if questions is None else tuple(questions)
    answers = machine.ask(question for question in asked if machine.is_known(question))
    ours = [question for question in asked if is_known(question)]
    if ours:
        answers.update(_ask_device(ours, device))
    return answers


def everything() -> tuple[str, ...]:
    """Every question for a recording."""
    places = [f"{EXTENSION} {number} {on}" for on in ("device", "vm") for number in range(HIGHEST + 1)]
    return (VERSION, *places, *machine.everything())


def is_known(question: str) -> bool:
    """Whether this is a question for /dev/kvm."""
    words = question.split(" ")
    if words[0] == EXTENSION:
        return len(words) == 3 and words[1].isdecimal() and words[2] in ("device", "vm")
    return question == VERSION


def _ask_device(questions: list[str], device: str) -> dict[str, Answer]:
    try:
        descriptor = system.open_device(device)
    except OSError as error:
        return dict.fromkeys(questions, _no_device(error, device))
    try:
        answers = {text: _ioctl(descriptor, text) for text in questions if not text.endswith(" vm")}
        on_vm = [text for text in questions if text.endswith(" vm")]
        return {**answers, **_ask_vm(descriptor, on_vm)}
    finally:
        os.close(descriptor)


def _ask_vm(device: int, questions: list[str]) -> dict[str, Answer]:
    if not questions:
        return {}
    try:
        vm = fcntl.ioctl(device, CREATE_VM, 0)
    except OSError as error:
        answer = machine.refusal(error)
        answer["error"]["desc"] = f"KVM creates no virtual machine: {answer['error']['desc']}"
        return dict.fromkeys(questions, answer)
    try:
        return {text: _ioctl(vm, text) for text in questions}
    finally:
        os.close(vm)


def _ioctl(descriptor: int, question: str) -> Answer:
    words = question.split(" ")
    try:
        if words[0] == VERSION:
            return {"return": fcntl.ioctl(descriptor, GET_API_VERSION, 0)}
        return {"return": fcntl.ioctl(descriptor, CHECK_EXTENSION, int(words[1]))}
    except OSError as error:
        return machine.refusal(error)
    except OverflowError:
        return {"error": {"class": "EINVAL", "desc": "no extension has a number that large"}}


def _no_device(error: OSError, device: str) -> Answer:
    answer = machine.refusal(error)
    answer["error"]["desc"] = _explain(error, device)
    if error.errno in (errno.EACCES, errno.EPERM) and (group := machine.group_of(device)):
        answer["error"]["group"] = group
    return answer


def _explain(error: OSError, device: str) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"no permission to open {device}: {machine.describe_node(device)}"
    if error.errno not in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return f"{device} cannot be opened: {error.strerror}"
    if error.errno == errno.ENOENT and is_container():
        return f"this container was not given {device}: the host may have KVM, nobody in here can use it"
    if error.errno == errno.ENOENT and system.is_there("/sys/module/kvm"):
        return (
            f"the kernel has KVM loaded, and there is no {device} here: as in a container without the device"
        )
    return f"this machine has no KVM: no {device}; no processor support, or the module is not loaded"


def is_container() -> bool:
    """Whether the usual signs say that this is inside a container."""
    if any(map(system.is_there, CONTAINER_SIGNS)):
        return True
    try:
        groups = system.read_text("/proc/1/cgroup")
    except OSError:
        return False
    return any(word in groups for word in ("docker", "kubepods", "libpod", "/lxc", "containerd"))
