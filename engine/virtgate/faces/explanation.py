"""One whole decision, as a maintainer would argue it."""

from __future__ import annotations

from ..driver.gates import Gates
from ..driver.verdict import PathVerdict, Verdict
from .paint import MARKS
from .tables import wrapped


def explain(gates: Gates, identifier: str) -> str:
    """Why a capability is what it is on this host: facts seen, the YAML line, evidence, what would help.

    Raises UnknownCapability.
    """
    verdict = gates.verdict(gates.parse(identifier))
    lines = [f"{verdict.id} is {_headline(verdict)}", *_indent(verdict.title)]
    lines += _entry("host", _host(gates))
    lines += _entry("why", verdict.sentence)
    if verdict.remedy:
        lines += _entry("remedy", verdict.remedy)
    for path in verdict.paths:
        lines += _path(path)
    return "\n".join(lines)


def _headline(verdict: Verdict) -> str:
    through = f" through {verdict.path}" if verdict.path else ""
    return f"{verdict.state}{through} ({verdict.reason})"


def _host(gates: Gates) -> str:
    host = gates.host
    told = f"{host.get('target')}: {host.get('hypervisor')} {host.get('version') or 'of an unknown version'}"
    if host.get("release") and host.get("release") != host.get("version"):
        told += f", judged by {host['release']}"
    kind = {"upstream": "upstream's", "unproven": "an unknown builder's"}.get(str(host.get("kind")))
    owner = kind or f"{host.get('kind')} {host.get('downstream') or ''}".strip()
    accel = f", {host['accel']}" if host.get("accel") else ""
    return f"{told}{accel}; {owner}: {host.get('because')}"


def _path(path: PathVerdict) -> list[str]:
    lines = [f"{MARKS[path.state]} {path.name}: {path.state}, {path.reason}"]
    lines += _indent(path.sentence)
    if path.seen:
        lines += _entry("seen", path.seen, deep=True)
    if path.releases:
        lines += _entry("releases", path.releases, deep=True)
    lines += _entry("data", path.where, deep=True)
    if path.evidence:
        lines += _entry("evidence", "; ".join(path.evidence), deep=True)
    for who, names in path.aliases.items():
        lines += _entry(who, ", ".join(names), deep=True)
    return lines


def _entry(name: str, text: str, *, deep: bool = False) -> list[str]:
    start = ("    " if deep else "  ") + name.ljust(10)
    return wrapped(text, start, " " * len(start)) or [start]


def _indent(text: str) -> list[str]:
    return wrapped(text, "    ", "    ")
