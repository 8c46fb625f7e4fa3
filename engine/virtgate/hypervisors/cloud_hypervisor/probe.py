"""A Cloud Hypervisor, by what its program prints or by a GET on its socket; no guest is touched.

`vmm.ping` is answered by the monitor's own thread and changes nothing. Nothing else is asked: `vm.info` would
tell one guest's configuration, and no more of the interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...driver.errors import TargetError
from ...facts import Answer
from ...facts import machine_probe as machine
from ...facts.http import Mute
from ..protocol import Asking
from ..sockets import get_document, open_way
from .view import PING

PREFIX = "chv:"
PROGRAM = "cloud-hypervisor"
# Where Kata's releases put it.
PLACES = ("/opt/kata/bin/cloud-hypervisor", "/opt/kata/bin/cloud-hypervisor-glibc")
WHO = "Cloud Hypervisor"
# What the answer says of the build; a process's number says nothing of it.
KEPT = ("version", "build_version", "features")


def is_program(text: str) -> bool:
    """Whether a target is the program, by its name."""
    name = Path(text).name
    return name.startswith(PROGRAM) and not name.removesuffix(".xz").endswith((".json", ".yaml", ".sock"))


def ask_socket(asking: Asking) -> Mapping[str, Answer]:
    """What a running monitor says of itself. Raises TargetError where it says nothing."""
    way = open_way(asking.target, PREFIX, WHO, "/run/vm.sock")
    try:
        told = get_document(way, asking.target, PING)
    except (Mute, ValueError) as error:
        raise TargetError(asking.target, str(error)) from None
    if not isinstance(told, dict) or not isinstance(told.get("version"), str):
        raise TargetError(asking.target, f"does not answer as {WHO}: no version")
    kept = {name: told[name] for name in KEPT if name in told}
    questions = machine.everything() if asking.whole else asking.questions
    return {**machine.ask(one for one in questions if machine.is_known(one)), PING: {"return": kept}}
