"""Cloud Hypervisor as the engine sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...conditions.kind import Kind, View, asks, ledger_only, named, shown_in, where_told
from ...data import Catalog
from ...facts.forms import all_of, are_texts, is_text, mapping, may_have
from ...facts.machine import machine_arch
from ...model import Element
from ...upstream.history import History
from ...versions import Version, parse_release
from ..binaries import ask_program, find_programs, program_prints
from ..http_api import API, FORMS, list_shown, parses_claims, reads_api, takes_api
from ..protocol import Fit, Hypervisor, Listed, Sort, audit_of, harvest_of, scanner_of
from ..sockets import makes_prints
from . import probe
from .view import HELP, PING, VERSION, CloudHypervisorView

NAME = "cloud_hypervisor"
TITLE = "Cloud Hypervisor API"
_OWN = (NAME,)
_IMPLIED = frozenset({"--help", "--version"})
Parts = Mapping[str, bool | None]
_COMMITS = re.compile(r"-\d+-g[0-9a-f]+")


def _identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    told = view.on(CloudHypervisorView).banner
    return (parse_release(told[0]), told[1]) if told else (None, None)


def _fit(_version: Version | None, _release: Version | None, package: str | None) -> Fit:
    """Git's description of a checkout past a release is on the way to the next one."""
    return "snapshot" if package and _COMMITS.match(package) else "release"


def _find_foreign(view: View, history: History, _release: Version, _snapshot: bool) -> str | None:
    """An element of its API, or an option of its program, that no release of upstream had."""
    own = view.on(CloudHypervisorView)
    shown = [Element(kind="api", name=name) for name in own.elements or () if "[" not in name]
    shown += [Element(kind="cli", name=name) for name in (own.long_options or frozenset()) - _IMPLIED]
    foreign = next((one for one in shown if history.mask(one) == 0), None)
    return f"{foreign.kind} {foreign.name}, which no release of upstream has" if foreign else None


def _stand_in(version: Version, history: History) -> Version:
    """The newest release of its line up to a version: v28.5 is judged as v28.4."""
    parts = 2 if version.release[0] == 0 else 1
    line = [one for one in history.versions if one.release[:parts] == version.release[:parts]]
    return max((one for one in line if one <= version), default=min(line, default=version))


def _list_shown(view: View, history: History, release: Version) -> Iterator[Listed]:
    yield from list_shown(view, history, release)
    own = view.on(CloudHypervisorView)
    if own.long_options is not None:
        known = history.ledger("cli")
        names: dict[str, Parts] = {name: {} for name in own.long_options - _IMPLIED}
        yield Listed(ledger="cli", kind="option", names=names, whole=known is not None)


def _options(view: View) -> frozenset[str] | None:
    return view.on(CloudHypervisorView).long_options


_KINDS = {
    "api": API,
    # The file is written by hand and lacks what the server has taken for years; a build shows neither.
    "server": ledger_only("server", NAME),
    "cargo-feature": Kind(
        look=lambda view, terms: view.on(CloudHypervisorView).has_feature(terms["name"]),
        ask=asks(VERSION, PING),
        elements=named("cargo-feature"),
        hypervisors=_OWN,
        visible=where_told(lambda view: view.on(CloudHypervisorView).features),
    ),
    "cli": shown_in(_options, "cli", HELP, hypervisors=_OWN, visible=where_told(_options)),
}

HYPERVISOR = Hypervisor(
    name=NAME,
    sorts=(
        Sort(
            name="cloud-hypervisor",
            identity=(VERSION, "uname"),
            claims=probe.is_program,
            find=lambda: find_programs(probe.PROGRAM, probe.PLACES),
            ask=lambda asking: ask_program(asking, (VERSION, HELP)),
            prints=program_prints,
        ),
        Sort(
            name="cloud-hypervisor-api",
            identity=(PING, "uname"),
            claims=lambda text: text.startswith(probe.PREFIX),
            ask=probe.ask_socket,
            prints=makes_prints(probe.PREFIX),
        ),
    ),
    lookups=CloudHypervisorView,
    forms={
        **FORMS,
        VERSION: is_text,
        HELP: is_text,
        PING: all_of(mapping(version=is_text), may_have(build_version=is_text, features=are_texts)),
    },
    kinds=_KINDS,
    identify=_identify,
    fit=_fit,
    find_foreign=_find_foreign,
    arch=lambda view: machine_arch(view.facts),
    stand_in=_stand_in,
    list_shown=_list_shown,
    takes=takes_api(TITLE),
    read_document=reads_api(NAME, is_dated=False),
    parse_claims=parses_claims(NAME),
    scanner=scanner_of(__package__),
    audit=audit_of(__package__),
    harvest=harvest_of(__package__),
)
