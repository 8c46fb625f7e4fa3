"""What keeps a machine's devices, parameters and settings from being there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..facts import Facts
from ..facts.machine import DENIED, kernel_release
from .kind import Terms, View
from .obstacle import Obstacle, no_permission

KVM = "/dev/kvm"
GIVE_KVM = (
    f"give this machine or container {KVM}: load kvm_intel or kvm_amd; enable virtualization in the firmware"
)
# What makes a device's node: a module of this name (its devname, or the node that it registers).
_MODULES: Mapping[str, str] = {
    "/dev/fuse": "fuse",
    "/dev/infiniband/rdma_cm": "rdma_ucm",
    "/dev/iommu": "iommufd",
    "/dev/net/tun": "tun",
    "/dev/udmabuf": "udmabuf",
    "/dev/vduse/control": "vduse",
    "/dev/vfio/vfio": "vfio",
    "/dev/vhost-net": "vhost_net",
    "/dev/vhost-scsi": "vhost_scsi",
    "/dev/vhost-vsock": "vhost_vsock",
}
# What is there only where the firmware gives it to the kernel.
_FIRMWARE: Mapping[str, str] = {
    "/dev/sev": "SEV",
    "/dev/sgx_provision": "SGX with flexible launch control",
    "/dev/sgx_vepc": "SGX",
    "/dev/tpm0": "the TPM",
    "/dev/tpmrm0": "the TPM",
}
# Linux names KVM's capabilities that only one architecture has after it.
_MACHINES: Mapping[str, tuple[str, ...]] = {
    "ARM": ("aarch64", "arm"),
    "LOONGARCH": ("loongarch",),
    "MIPS": ("mips",),
    "PPC": ("ppc",),
    "RISCV": ("riscv",),
    "S390": ("s390",),
    "SPAPR": ("ppc",),
    "X86": ("x86_64", "i386", "i486", "i586", "i686"),
}
_UNTOLD = {"unanswered": "nobody knows before it is asked"}


def foreign_machine(facts: Facts, cap: str) -> str | None:
    """This machine's architecture, where it is another than the one whose capability this is."""
    told = facts.returned("uname")
    machine = told.get("machine") if isinstance(told, dict) else None
    own = _MACHINES.get(cap.removeprefix("KVM_CAP_").partition("_")[0])
    return machine if own and isinstance(machine, str) and not machine.startswith(own) else None


def kvm_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """What keeps KVM from answering for one of its capabilities."""
    machine = foreign_machine(view.facts, terms["cap"])
    if machine is not None:
        why = f"{terms['cap']} is another architecture's, and this machine is {machine}"
        return Obstacle(sort="machine", place=machine, why=why, remedy="use a machine of that architecture")
    refused = view.facts.refusal(f"KVM_CHECK_EXTENSION {terms.get('number')} {terms.get('on', 'vm')}")
    if refused is None:
        return None
    why = refused.get("desc", "KVM cannot be asked")
    granted = {asked: _UNTOLD for asked in view.facts.answers if asked.startswith("KVM_")}
    if refused.get("class") in DENIED:
        return no_permission(KVM, why.partition(": ")[2] or why, refused.get("group"), granted)
    return Obstacle(sort="firmware", place=KVM, why=why, remedy=GIVE_KVM, granted=granted)


def node_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """What keeps a device's node away."""
    path = terms["name"]
    if not isinstance(path, str):
        return None
    asked = f"node {path}"
    granted = {asked: {"return": {"exists": True, "readable": True, "writable": True}}}
    told = view.facts.returned(asked)
    if isinstance(told, dict) and told.get("exists"):
        return no_permission(path, told.get("mode", "as it was asked"), told.get("group"), granted)
    why = f"there is no {path}"
    if path in _FIRMWARE:
        remedy = f"enable {_FIRMWARE[path]} in the firmware, where this machine has it"
        return Obstacle(sort="firmware", place=path, why=why, remedy=remedy, granted=granted)
    if path in _MODULES:
        remedy = f"load the module {_MODULES[path]}"
        return Obstacle(sort="module", place=_MODULES[path], why=why, remedy=remedy, granted=granted)
    remedy = f"provide {path} on this machine or in this guest"
    return Obstacle(sort="setting", place=path, why=why, remedy=remedy, granted=granted)


def parameter_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """What a module's parameter is, and what it should be."""
    module, parameter = terms["module"], terms["parameter"]
    asked = f"file /sys/module/{module}/parameters/{parameter}"
    place = f"{module}.{parameter}"
    wanted = _first(terms["is"])
    found = view.facts.returned(asked)
    if not isinstance(found, str):
        return None  # another processor's module, or one without this parameter
    why = f"{place} is {found.strip()}"
    return Obstacle(
        sort="parameter",
        place=place,
        why=why,
        remedy=f"load {module} with {parameter}={wanted}, by a line in modprobe.d",
        granted={asked: {"return": wanted}},
    )


def sysctl_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """What a setting of the kernel is, and what it should be."""
    name, wanted = terms["name"], _first(terms["is"])
    asked = f"file /proc/sys/{name.replace('.', '/')}"
    found = view.facts.returned(asked)
    if not isinstance(found, str):
        return None
    why, remedy = f"{name} is {found.strip()}", f"set {name} to {wanted} (sysctl -w {name}={wanted})"
    return Obstacle(sort="setting", place=name, why=why, remedy=remedy, granted={asked: {"return": wanted}})


def call_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """A system call that the kernel has and a filter refuses, or that the kernel lacks."""
    asked = f"syscall {terms['name']}"
    why = f"{terms['name']} is refused on {kernel_release(view.facts) or 'this kernel'}"
    remedy = (
        f"let this process call {terms['name']}: its seccomp filter, or the kernel's build, keeps it away"
    )
    return Obstacle(
        sort="setting", place=terms["name"], why=why, remedy=remedy, granted={asked: {"return": True}}
    )


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, tuple) else value)
