"""Three-valued look-ups in what a machine said of itself: kernel, files, nodes, KVM's extensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answers import Facts, is_answered

_ABSENT = {"ENOENT", "ENODEV", "ENXIO", "ENOTDIR"}
DENIED = frozenset({"EACCES", "EPERM"})


def kernel_release(facts: Facts) -> str | None:
    """The running kernel's release as uname gives it."""
    reply = facts.returned("uname")
    return reply.get("release") if isinstance(reply, dict) else None


def machine_arch(facts: Facts) -> str | None:
    """The machine's processor as uname gives it."""
    reply = facts.returned("uname")
    return str(reply["machine"]) if isinstance(reply, dict) and "machine" in reply else None


def file_text(facts: Facts, path: str) -> str | bool | None:
    """A small file's text without the space around it; False where there is no such file."""
    asked = f"file {path}"
    refused = facts.refusal(asked)
    if refused is not None:
        return False if refused.get("class") in _ABSENT else None
    reply = facts.returned(asked)
    return reply.strip() if isinstance(reply, str) else None


def has_node(facts: Facts, path: str) -> bool | None:
    """Whether a device node is there and may be opened."""
    reply = facts.returned(f"node {path}")
    if not isinstance(reply, dict):
        refused = facts.refusal(f"node {path}")
        return False if refused and refused.get("class") in _ABSENT else None
    return bool(reply.get("exists")) and reply.get("readable") is not False


def os_release(facts: Facts) -> Mapping[str, Any] | None:
    """The os-release of the host's mount namespace."""
    reply = facts.returned("os-release")
    return reply if isinstance(reply, dict) else None


def kvm_extension(facts: Facts, number: int, on: str) -> int | None:
    """What KVM_CHECK_EXTENSION answered: 0 where there is no KVM at all, or none for who asks.

    None where nobody could ask.
    """
    asked = f"KVM_CHECK_EXTENSION {number} {on}"
    if not is_answered(facts.told.get(asked)):
        return None
    refused = facts.refusal(asked)
    if refused is not None:
        return 0 if refused.get("class") in _ABSENT | DENIED else None
    reply = facts.returned(asked)
    return reply if isinstance(reply, int) else None
