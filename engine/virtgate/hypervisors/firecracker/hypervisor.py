"""Firecracker as the engine sees it."""

from __future__ import annotations

from collections.abc import Iterator

from ...conditions.kind import View
from ...facts.forms import are_some_texts, is_text, mapping
from ...upstream.history import History
from ...versions import Version
from .. import http_api
from ..binaries import find_programs, program_prints
from ..protocol import Hypervisor, Listed, Sort, audit_of, harvest_of, scanner_of
from ..sockets import makes_prints
from . import probe
from .conditions import KINDS
from .identify import find_foreign, identify, parse, tells_build
from .view import BANNER, HELP, INSTANCE, MACHINE, MACHINE_CONFIG, SNAPSHOT_VERSION, VERSION, FirecrackerView


def _list_shown(view: View, history: History, release: Version) -> Iterator[Listed]:
    yield from http_api.list_shown(view, history, release)
    options = view.on(FirecrackerView).program_options
    if options is not None:
        yield Listed(ledger="cli", kind="option", names={one: {} for one in options}, whole=True)


HYPERVISOR = Hypervisor(
    name="firecracker",
    sorts=(
        Sort(
            name="firecracker",
            identity=(BANNER, HELP, MACHINE, "os-release"),
            claims=probe.is_program,
            find=lambda: find_programs(probe.PROGRAM, probe.PLACES),
            ask=probe.ask_program,
            prints=program_prints,
        ),
        Sort(
            name="microvm",
            identity=probe.SOCKET_QUESTIONS,
            claims=lambda text: text.startswith(probe.PREFIX),
            ask=probe.ask_socket,
            prints=makes_prints(probe.PREFIX),
        ),
    ),
    lookups=FirecrackerView,
    forms={
        **http_api.FORMS,
        BANNER: is_text,
        HELP: is_text,
        SNAPSHOT_VERSION: is_text,
        MACHINE: is_text,
        INSTANCE: mapping(),
        VERSION: mapping(firecracker_version=is_text),
        MACHINE_CONFIG: are_some_texts,
    },
    kinds=KINDS,
    parse=parse,
    identify=identify,
    fields=lambda view: view.on(FirecrackerView).fields,
    tells_build=tells_build,
    find_foreign=find_foreign,
    arch=lambda view: view.on(FirecrackerView).arch,
    list_shown=_list_shown,
    takes=http_api.takes_api(r"Firecracker (?:v0\.\d )?API"),
    read_document=http_api.reads_api("firecracker"),
    parse_claims=http_api.parses_claims("firecracker", parse),
    scanner=scanner_of(__package__),
    audit=audit_of(__package__),
    harvest=harvest_of(__package__),
)
