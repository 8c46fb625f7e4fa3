"""A libvirt daemon, asked read-only through virsh for its version and for what its hypervisor offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...driver import system
from ...driver.errors import TargetError
from ...facts.machine_probe import Answer, refuse
from .relaxng import parse_document

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PREFIX = "libvirt:"
_URI = re.compile(
    r"(?P<driver>[a-z]+)(?:\+(?P<transport>[a-z0-9]+))?://(?P<host>[\w.:@\[\]-]*)(?P<path>/[\w./-]*)"
)
# Those that talk to a daemon, or live in the library and only read; embed would be a daemon of our own.
_PATHS = {
    "bhyve": ("/system",),
    "ch": ("/system", "/session"),
    "lxc": ("/", "/system"),
    "qemu": ("/system", "/session"),
    "test": ("/default",),
    "vbox": ("/system", "/session"),
    "vz": ("/system",),
    "xen": ("/", "/system"),
}
_TRANSPORTS = {None, "unix", "tcp", "tls"}
_PATIENCE, _MOST = 30.0, 4 << 20
_VERSION = re.compile(r"^Running against daemon: (\d+\.\d+\.\d+)$", re.MULTILINE)
_HYPERVISOR = re.compile(r"^Running hypervisor: (\S.*?) (\d[\d.]*)$", re.MULTILINE)
_WORD = re.compile(r"[\w.+:/-]{1,100}")


def check_uri(target: str) -> str:
    """The URI of a target, if asking it starts no program. Raises TargetError."""
    uri = target.removeprefix(PREFIX)
    told = _URI.fullmatch(uri)
    if told is None:
        raise TargetError(target, "is no URI that can be asked; write libvirt:qemu:///system")
    if told["transport"] not in _TRANSPORTS:
        why = f"the transport '{told['transport']}' would start a program; unix, tcp and tls do not"
        raise TargetError(target, why)
    paths = _PATHS.get(told["driver"], ())
    if told["path"] not in paths:
        allowed = ", ".join(f"{driver}://{path}" for driver, known in _PATHS.items() for path in known)
        raise TargetError(target, f"is not among what can be asked without a change: {allowed}")
    return uri


def is_remote(target: str) -> bool:
    """Whether nothing on this machine tells that the daemon was changed: of none does it."""
    return not target.startswith(f"{PREFIX}test:")


def ask_daemon(target: str) -> Answer:
    """The daemon's version, and its hypervisor's with its name. Raises TargetError."""
    text = _run(target, "--readonly", "version", "--daemon")
    told = _VERSION.search(text)
    if told is None:
        raise TargetError(target, f"does not say its version: {_first_line(text)}")
    found = {"uri": target.removeprefix(PREFIX), "daemon": told[1]}
    if behind := _HYPERVISOR.search(text):
        found |= {"type": behind[1], "hypervisor": behind[2]}
    return {"return": found}


def ask_domain(target: str) -> Answer:
    """What the daemon's hypervisor offers a domain of the default kind, one word for each."""
    # Since 5.5.0 a read-only connection is refused it (CVE-2019-10167), for a caller may name a program.
    text = _run(target, "domcapabilities")
    start = text.find("<domainCapabilities")
    if start < 0:
        return refuse("ENOTSUP", _first_line(text))
    try:
        return {"return": read_offers(text[start:])}
    except ValueError as error:
        return refuse("EINVAL", str(error))


def read_offers(text: str) -> list[str]:
    """The words of a domain capabilities document: `devices/tpm/backendModel=emulator`, `features/sev=yes`.

    Paths of files are left out. Raises ValueError for no such document.
    """
    return sorted(set(_read_element(parse_document("domain capabilities", text.encode()), "")))


def _read_element(element: Element, path: str) -> Iterator[str]:
    for child in element:
        name = child.get("name", "") if child.tag in {"enum", "mode"} else child.tag
        here = f"{path}{name}"
        text = (child.text or "").strip()
        if child.tag == "enum":
            yield here  # of an enum without values nothing is offered
        if supported := child.get("supported"):
            yield f"{here}={supported}"
        if text and not text.startswith("/") and _WORD.fullmatch(text):
            yield f"{path.removesuffix('/')}={text}" if child.tag == "value" else f"{here}={text}"
        yield from _read_element(child, f"{here}/")


def _run(target: str, *words: str) -> str:
    uri = check_uri(target)
    try:
        virsh = system.find_program("virsh")
        # A session's daemon would be started for the asking.
        argv = ["/usr/bin/env", "LIBVIRT_AUTOSTART=0", "LC_ALL=C", virsh, "--connect", uri, *words]
        status, told = system.run_untrusted(argv, timeout=_PATIENCE, limit=_MOST)
    except OSError as error:
        raise TargetError(target, f"virsh cannot be started: {error.strerror or error}") from None
    text = told.decode(errors="replace")
    if status is None:
        raise TargetError(target, f"does not answer within {_PATIENCE:g} s")
    if status and "error: failed to connect" in text:
        raise TargetError(target, _first_line("\n".join(reversed(text.splitlines()))))
    return text


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no answer")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no answer")
