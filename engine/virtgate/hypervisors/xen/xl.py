"""Xen's own programs, run to be read: `xl info`, and `xenhypfs` for how the hypervisor was built."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...driver import system
from ...driver.errors import say_why
from ...facts.machine_probe import Answer, describe_node, refuse
from ..qemu.session import last_line

PATIENCE = 10.0
MOST_BYTES = 256 << 10
DEVICES = ("dev/xen/privcmd", "proc/xen/privcmd")
_FOLDERS = ("usr/sbin", "usr/local/sbin", "usr/libexec/xen/bin", "usr/lib/xen/bin")
# What names the machine, was typed by its owner, or is another at every boot or moment.
UNKEPT = frozenset(
    {
        *("host", "xen_commandline", "cpu_mhz", "total_memory", "free_memory", "free_cpus"),
        *("sharing_freed_memory", "sharing_used_memory", "outstanding_claims"),
    }
)
_FIELD = re.compile(r"(?P<name>[a-z]\w*) +:(?: (?P<value>.*))?")
_ENTRY = re.compile(r"<[^>]*> +r[w-] (?P<name>\S+)")  # xenhypfs ls: <uint>   rw NAME
_REASONS = {os.strerror(number): name for number, name in errno.errorcode.items()}


def find(root: str, release: str | None, name: str) -> Iterator[str]:
    """The files of a program, the running hypervisor's own version first; none where it is not installed."""
    folders = [f"usr/lib/xen-{release}/bin", f"usr/libexec/xen-{release}/bin"] if release else []
    places = [str(Path(root, folder, name)) for folder in folders]
    in_path = shutil.which(name) if root == "/" else None
    places += [in_path] if in_path else []
    places += [str(Path(root, folder, name)) for folder in _FOLDERS]
    yield from (place for place in dict.fromkeys(places) if system.is_file(place))


def ask_info(root: str, release: str | None, patience: float = PATIENCE) -> Answer:
    """The fields of `xl info` by name, but for those that are nobody's business or do not last."""
    return _ask(root, release, ("xl", "info"), _read_fields, patience)


def ask_text(root: str, release: str | None, path: str) -> Answer:
    """A text in the hypervisor's own file system, which 4.14 brought."""
    return _ask(root, release, ("xenhypfs", "cat", path), str)


def ask_names(root: str, release: str | None, path: str) -> Answer:
    """The names in one of its folders."""
    return _ask(root, release, ("xenhypfs", "ls", path), _read_names)


def _read_fields(text: str) -> dict[str, str] | None:
    found = (_FIELD.fullmatch(line) for line in text.splitlines())
    fields = {one["name"]: (one["value"] or "").strip() for one in found if one}
    return {name: value for name, value in fields.items() if name not in UNKEPT} or None


def _read_names(text: str) -> list[str] | None:
    found = (_ENTRY.fullmatch(line.strip()) for line in text.splitlines())
    return sorted(one["name"] for one in found if one) or None


def _ask(
    root: str,
    release: str | None,
    words: tuple[str, ...],
    read: Callable[[str], Any],
    patience: float = PATIENCE,
) -> Answer:
    refused = _find_refusal(root)
    if refused is not None:
        return refused
    said = " ".join(words[:2])
    found = list(find(root, release, words[0]))
    program = next(filter(system.may_run, found), None) or next(iter(found), None)
    if program is None:
        return refuse("ENOENT", f"no {words[0]} here: Xen's tools are not installed")
    try:
        status, output = system.run_own([program, *words[1:]], timeout=patience, limit=MOST_BYTES)
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "EIO")
        return refuse(name, f"{words[0]} cannot be run: {say_why(error)}")
    text = output.decode("utf-8", "replace")
    if status is None:
        is_long = len(output) >= MOST_BYTES
        why = f"prints more than {MOST_BYTES} bytes" if is_long else f"does not end within {patience:g} s"
        return {"unanswered": f"{said} {why}"}
    if status != 0:
        last = last_line(text)
        ended = f"with signal {-status}" if status < 0 else f"with status {status}"
        return refuse(_class_of(last), f"{said} ends {ended}" + (f": {last}" if last else ""))
    answer = read(text)
    return {"unanswered": f"{said} prints nothing that can be read"} if answer is None else {"return": answer}


def _find_refusal(root: str) -> Answer | None:
    """Why none of Xen's programs can reach the hypervisor; None when this user may open its device."""
    for device in DEVICES:
        path = str(Path(root, device))
        if os.access(path, os.R_OK | os.W_OK):
            return None
        if system.is_there(path):
            desc = f"no permission to open {path}, through which the hypervisor is asked"
            return refuse("EACCES", f"{desc}: {describe_node(path)}; ask as root")
    return refuse("ENODEV", "no /dev/xen/privcmd here: the kernel's module xen-privcmd is not loaded")


def _class_of(line: str) -> str:
    """The errno whose text ends a line."""
    return next((name for text, name in _REASONS.items() if line.endswith(text)), "EIO")
