"""A Xen host: what the hypervisor shows of itself, and in the control domain what Xen's tools say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ...driver import system
from ...driver.errors import TargetError
from ...facts import Facts
from ...facts import machine_probe as machine
from ...facts.machine_probe import Answer
from . import libxl, xenstore, xl
from .view import (
    BUILD_ID,
    CHANGESET,
    CONFIG,
    DOM0,
    FEATURES,
    FOLDER,
    FUNCTIONS,
    IN_SYSFS,
    INFO,
    INITIAL,
    LIBRARY,
    PARAMETERS,
    STORE,
    XenView,
)

# There before any module is loaded; the domain's uuid is not asked for, it names a guest.
SYSFS = (
    "type",
    "guest_type",
    *IN_SYSFS.values(),
    *(f"properties/{name}" for name in ("features", "pagesize", "virtual_start")),
)
IDENTITY = (
    *(f"file {FOLDER}/{name}" for name in ("type", *IN_SYSFS.values())),
    *(f"file {path}" for path in (FEATURES, INITIAL, DOM0)),
    "uname",
    INFO,
    LIBRARY,
)
KERNEL = ("folder /sys/bus/xen-backend/drivers", "folder /sys/bus/xen/drivers", "folder /dev/xen")
NODES = ("privcmd", "hypercall", "xenbus", "xenbus_backend", "evtchn", "gntdev", "gntalloc")
TOOLS: Mapping[str, Callable[[str, str | None], Answer]] = {
    INFO: xl.ask_info,
    LIBRARY: libxl.ask_library,
    FUNCTIONS: libxl.ask_functions,
    CONFIG: lambda root, release: xl.ask_text(root, release, "/buildinfo/config"),
    CHANGESET: lambda root, release: xl.ask_text(root, release, "/buildinfo/changeset"),
    PARAMETERS: lambda root, release: xl.ask_names(root, release, "/params"),
    STORE: lambda root, _release: xenstore.ask(root),
}
A_GUEST = "a guest of Xen does not reach its tools, only the control domain does"


def is_here(root: str = "/") -> bool:
    """Whether this machine runs on Xen; /proc/xen is there where the kernel was built without the sysfs."""
    if system.is_folder(Path(root, FOLDER[1:])):
        return _read_line(root, "type") == "xen"
    return system.is_folder(Path(root, "proc/xen"))


def is_guest() -> bool:
    """Whether this is a guest of Xen, which has nothing to drive."""
    answers = {one: _read("/", one) for one in IDENTITY if machine.is_known(one)}
    return XenView(Facts(hypervisor="xen", target="xen", via="xen", answers=answers)).is_dom0 is False


def ask(questions: Iterable[str] | None, *, root: str = "/") -> dict[str, Answer]:
    """An answer for each question about Xen or the machine; None asks everything.

    Outside the control domain each question for Xen's tools has the same answer: an error that says so.
    Nothing is changed, no domain is touched, no module is loaded. `root` is the top of the file system.
    Raises TargetError without Xen.
    """
    if not is_here(root):
        raise TargetError("xen", _explain_absence(root))
    asked = dict.fromkeys([*IDENTITY, *(everything(root) if questions is None else questions)])
    answers = {one: _read(root, one) for one in asked if machine.is_known(one)}
    facts = Facts(hypervisor="xen", target="xen", via="xen", answers=answers)
    tools = [one for one in asked if one in TOOLS]
    if XenView(facts).is_dom0 is False:
        return {**answers, **dict.fromkeys(tools, machine.refuse("EPERM", A_GUEST))}
    release = told_release(root)
    return {**answers, **{one: TOOLS[one](root, release) for one in tools}}


def everything(root: str = "/") -> tuple[str, ...]:
    """Every question for a recording."""
    return (
        *(f"file {FOLDER}/{name}" for name in SYSFS),
        *(f"file {path}" for path in (BUILD_ID, *_start_flags(root))),
        *TOOLS,
        *KERNEL,
        *(f"node /dev/xen/{name}" for name in NODES),
        *machine.everything(),
    )


def _start_flags(root: str) -> list[str]:
    """The flags that the hypervisor started this kernel with, which Linux 6.12 shows."""
    return sorted(f"{FOLDER}/start_flags/{one.name}" for one in Path(f"{root}{FOLDER}/start_flags").glob("*"))


def told_release(root: str = "/") -> str | None:
    """The running hypervisor's X.Y, as the names of its tools and libraries have it."""
    numbers = [_read_line(root, f"version/{part}") for part in ("major", "minor")]
    return ".".join(numbers) if all(numbers) else None


def _read(root: str, asked: str) -> Answer:
    """The machine's answer, with what is asked for looked up below a root."""
    kind, blank, path = asked.partition(" ")
    if path == BUILD_ID:
        return _read_binary(f"{root}{path}")
    below = f"{kind} {root.rstrip('/')}{path}" if blank and path.startswith("/") else asked
    return machine.ask([below], root=root)[below]


def _read_line(root: str, name: str) -> str:
    return str(_read(root, f"file {FOLDER}/{name}").get("return", "")).strip()


def _read_binary(path: str) -> Answer:
    try:
        return {"return": system.read_bytes(path, 64).hex()}
    except OSError as error:
        return machine.refusal(error)


def _explain_absence(root: str) -> str:
    if system.is_folder(Path(root, FOLDER[1:])):
        told = _read_line(root, "type")
        return f"no Xen here: {FOLDER}/type says '{told}'"
    why = f"no {FOLDER}, so this kernel was not started by Xen"
    if any(xl.find(root, None, "xl")) or libxl.find(root, None):
        return f"no Xen here: {why}; its tools are installed, boot the machine with the hypervisor"
    return f"no Xen here: {why}"
