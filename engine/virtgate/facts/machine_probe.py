"""Questions about the machine itself: kernel, distribution, processor, files, device nodes."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..driver import system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Answer = dict[str, Any]

FILES = (
    "/proc/sys/kernel/io_uring_disabled",
    "/proc/sys/vm/unprivileged_userfaultfd",
    "/proc/sys/vm/nr_hugepages",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/firmware/efi/fw_platform_size",
    "/sys/hypervisor/type",
    "/sys/hypervisor/version/major",
    "/sys/hypervisor/version/minor",
    "/sys/hypervisor/version/extra",
)
NODES = (
    "/dev/kvm",
    "/dev/sev",
    "/dev/sgx_vepc",
    "/dev/sgx_provision",
    "/dev/userfaultfd",
    "/dev/udmabuf",
    "/dev/infiniband/rdma_cm",
    "/dev/iommu",
    "/dev/vfio/vfio",
    "/dev/vhost-net",
    "/dev/vhost-vsock",
    "/dev/net/tun",
    "/dev/tpm0",
    "/dev/tpmrm0",
    "/dev/dri/renderD128",
    "/dev/mshv",
    "/dev/nitro_enclaves",
)
MODULES = ("kvm", "kvm_intel", "kvm_amd", "kvm_hv", "vhost_net", "vfio_iommu_type1")
# System calls that, once permitted, refuse a null pointer and leave nothing behind. All architectures that
# QEMU runs on have one number for each.
CALLS = {"syscall io_uring_setup": 425}
PROCESSOR_FIELDS = {  # a field of /proc/cpuinfo, by architecture
    "vendor": ("vendor_id", "CPU implementer", "mvendorid"),
    "model_name": ("model name", "cpu", "CPU part", "marchid", "processor 0"),
    "microcode": ("microcode",),
}


def ask(questions: Iterable[str] | None, *, root: str = "/") -> dict[str, Answer]:
    """An answer for each question this module knows; None asks everything.

    `root` is the top of the mount namespace that `os-release` is read from, `/proc/PID/root` for a guest.
    """
    asked = everything() if questions is None else questions
    return {question: _answer(question, root) for question in asked if is_known(question)}


def everything() -> tuple[str, ...]:
    """Every question for a recording."""
    files = [*FILES, *_module_parameters()]
    return (*PLAIN, *CALLS, *(f"file {path}" for path in files), *(f"node {path}" for path in NODES))


def is_known(question: str) -> bool:
    """Whether this is a question about the machine."""
    return question in (*PLAIN, *CALLS) or question.startswith(("file /", "node /", "folder /"))


def refusal(error: OSError) -> Answer:
    """The answer of a host that refused with an errno."""
    return refuse(errno.errorcode.get(error.errno or 0, "EIO"), error.strerror or str(error))


def refuse(kind: str, desc: str) -> Answer:
    """The answer of a refusal in words of ours; `kind` is the name of an errno."""
    return {"error": {"class": kind, "desc": desc}}


def _module_parameters() -> list[str]:
    found: list[str] = []
    for module in MODULES:
        folder = Path("/sys/module") / module / "parameters"
        try:
            found += sorted(str(path) for path in folder.iterdir())
        except OSError:
            continue
    return found


def _answer(question: str, root: str) -> Answer:
    kind, _, path = question.partition(" ")
    try:
        if kind == "file":
            return {"return": system.read_text(path)}
        if kind == "node":
            return {"return": _node(path)}
        if question in CALLS:
            return {"return": _may_call(CALLS[question])}
        if kind == "folder":
            return {"return": sorted(one.name for one in Path(path).iterdir())}
        return {"return": PLAIN[question](root)}
    except OSError as error:
        return refusal(error)


def _node(path: str) -> dict[str, bool | str]:
    """Permissions as they are for the caller, who as root may use anything; which group would have them."""
    found: dict[str, bool | str] = {
        "exists": system.is_there(path),
        "readable": os.access(path, os.R_OK),
        "writable": os.access(path, os.W_OK),
    }
    if found["exists"] and not (found["readable"] and found["writable"]):
        group = group_of(path)
        return {**found, "mode": describe_node(path), **({"group": group} if group else {})}
    return found


def group_of(path: str) -> str | None:
    """The group that the caller would have to be in to read and write a node; None where there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    may = status.st_gid and status.st_mode & 0o060 == 0o060
    has = os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    return _name(grp.getgrgid, status.st_gid) if may and not has else None


def describe_node(path: str, user: int | None = None) -> str:
    """A node's mode and owner, and who asks: `mode 0600, owner root:kvm, asked as user 1000`."""
    asker = os.geteuid() if user is None else user
    try:
        status = Path(path).stat()
    except OSError as error:
        return f"{error.strerror}, asked as user {asker}"
    owner = f"{_name(pwd.getpwuid, status.st_uid)}:{_name(grp.getgrgid, status.st_gid)}"
    return f"mode {status.st_mode & 0o7777:04o}, owner {owner}, asked as user {asker}"


def _name(look_up: Callable[[int], Sequence[object]], number: int) -> str:
    """The name of a user or of a group; the number where it has none."""
    try:
        return str(look_up(number)[0])
    except (KeyError, OSError):
        return str(number)


def _may_call(number: int) -> bool:
    """Whether the kernel, and what filters this process' calls, let a call come as far as its arguments."""
    try:
        system.call_kernel(number, 0, 0)
    except OSError as error:
        if error.errno in {errno.EFAULT, errno.EINVAL}:
            return True
        if error.errno in {errno.ENOSYS, errno.EPERM, errno.EACCES}:
            return False
        raise
    return True


def _uname(_root: str) -> dict[str, str]:
    names = os.uname()
    return {
        "sysname": names.sysname,
        "release": names.release,
        "version": names.version,
        "machine": names.machine,
    }


def _os_release(root: str) -> dict[str, str]:
    top = root.rstrip("/")
    try:
        text = system.read_text(f"{top}/etc/os-release")
    except FileNotFoundError:
        text = system.read_text(f"{top}/usr/lib/os-release")
    return dict(_assignments(text))


def _assignments(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if not equals or name.startswith("#"):
            continue
        try:
            yield name, "".join(shlex.split(value))
        except ValueError:
            yield name, value


def _cpu(_root: str) -> dict[str, str | None]:
    """The first processor's, from the first lines: the whole file is long on a large machine."""
    record, _, _ = system.read_text("/proc/cpuinfo", 8192).partition("\n\n")
    pairs = (line.partition(":") for line in record.splitlines())
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    return {
        kind: next((fields[name] for name in names if name in fields), None)
        for kind, names in PROCESSOR_FIELDS.items()
    }


PLAIN: dict[str, Callable[[str], Any]] = {"uname": _uname, "os-release": _os_release, "cpu": _cpu}
