"""libvirt as the engine sees it: the installed library, or a daemon with the library that reaches it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from ...conditions.kind import View
from ...data import Catalog
from ...driver.errors import TargetError
from ...facts import Answer
from ...facts import machine_probe as machine
from ...facts.forms import are_some_texts, is_text, mapping
from ...facts.machine import machine_arch
from ...upstream.history import History
from ...versions import Version, parse_release
from ..protocol import Asking, Hypervisor, Listed, Sort, harvest_of, scanner_of
from . import daemon, library
from .conditions import KINDS
from .view import DAEMON, DOMAIN, FUNCTIONS, LIBRARY, SCHEMAS, VIA_DAEMON, LibvirtView

_LIBRARY: Mapping[str, Callable[[], Answer]] = {
    LIBRARY: library.ask_library,
    FUNCTIONS: library.ask_functions,
    SCHEMAS: library.ask_schemas,
}
_DAEMON: Mapping[str, Callable[[str], Answer]] = {DAEMON: daemon.ask_daemon, DOMAIN: daemon.ask_domain}


def _ask_library(asking: Asking) -> Mapping[str, Answer]:
    asked = dict.fromkeys((*asking.questions, *(_LIBRARY if asking.whole else ())))
    told = library.ask_library()
    if "error" in told:
        raise TargetError(asking.target, told["error"]["desc"])
    answers = {one: told if one == LIBRARY else _LIBRARY[one]() for one in asked if one in _LIBRARY}
    return {**_ask_machine(asking), **answers}


def _ask_daemon(asking: Asking) -> Mapping[str, Answer]:
    asked = dict.fromkeys((*asking.questions, *((*_LIBRARY, *_DAEMON) if asking.whole else ())))
    answers = {one: _DAEMON[one](asking.target) for one in asked if one in _DAEMON}
    beside = {one: _LIBRARY[one]() for one in asked if one in _LIBRARY}
    return {**_ask_machine(asking), **answers, **beside}


def _ask_machine(asking: Asking) -> Mapping[str, Answer]:
    found: Mapping[str, Answer] = machine.ask(None if asking.whole else asking.questions)
    return found


def _prints(_target: str) -> Iterator[tuple[str, str]]:
    """The libraries and schemas that are read."""
    yield "environment", "LD_LIBRARY_PATH"
    path = library.find()
    yield "stat", os.path.realpath(path) if path else f"/usr/lib/{library.NAME}"
    yield from (("stat", schema) for schema in library.list_schemas())


def _identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    """A daemon says its version and not who built it; a library says both."""
    own = view.on(LibvirtView)
    try:
        version = parse_release(own.fields.get("daemon" if own.is_daemon else "version", ""))
    except ValueError:
        return None, None
    return version, own.fields.get("package") if own.is_library_told else None


def _note(view: View) -> str:
    """Whose library reaches a daemon, and what the daemon drives."""
    own = view.on(LibvirtView)
    if not own.is_daemon:
        return ""
    client = own.fields.get("version")
    behind = " ".join(own.fields[name] for name in ("type", "hypervisor") if name in own.fields)
    told = (f"a client's library {client} asks it" if client else "", f"it drives {behind}" if behind else "")
    return "".join(f"; {text}" for text in told if text)


def _arch(view: View) -> str | None:
    """The architecture of the library's machine; of a daemon's guests, where it says that."""
    own = view.on(LibvirtView)
    # The client may run on another machine than the daemon's guests do.
    if own.is_daemon:
        return next((one.partition("=")[2] for one in own.offers or () if one.startswith("arch=")), None)
    return machine_arch(view.facts)


def _list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    own = view.on(LibvirtView)
    for ledger, kind, names in (
        ("libvirt-function", "function", own.functions),
        ("libvirt-xml", "document", own.documents),
    ):
        if names is not None and not own.is_daemon:
            yield Listed(ledger=ledger, kind=kind, names={one: {} for one in names}, whole=True)


HYPERVISOR = Hypervisor(
    name="libvirt",
    sorts=(
        Sort(
            name="libvirt",
            identity=(LIBRARY, "os-release", "uname"),
            claims=lambda text: text == "libvirt",
            find=lambda: ("libvirt",) if library.find() else (),
            ask=_ask_library,
            prints=_prints,
        ),
        Sort(
            name=VIA_DAEMON,
            identity=(DAEMON, LIBRARY),
            claims=lambda text: text.startswith(daemon.PREFIX),
            ask=_ask_daemon,
            is_remote=daemon.is_remote,
        ),
    ),
    lookups=LibvirtView,
    forms={
        LIBRARY: mapping(version=is_text),
        FUNCTIONS: are_some_texts,
        SCHEMAS: are_some_texts,
        DAEMON: mapping(daemon=is_text),
        DOMAIN: are_some_texts,
    },
    kinds=KINDS,
    identify=_identify,
    tells_build=lambda view, _version: view.on(LibvirtView).is_library_told,
    note=_note,
    arch=_arch,
    list_shown=_list_shown,
    scanner=scanner_of(__package__),
    harvest=harvest_of(__package__),
)
