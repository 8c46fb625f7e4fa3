"""An audit as text, as the JSON that programs read, and as findings at the trace's lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..audit import REASONS, Item, Report, Trace
from ..model import Host
from .documents import FORMAT, matched_document, pick
from .floor import spell_element
from .paint import Paint
from .sarif import Finding
from .tables import columns

# No gate of upstream's would ever have granted these.
_NOBODYS = frozenset({"fork-only", "divergent", "unsupported"})
_KINDS = {"qmp": "", "hmp": "monitor command ", "qom": "type "}


def audit_document(
    report: Report, trace: Trace, name: str, host: Host, *, source: str | None, strict: bool
) -> dict[str, Any]:
    """An audit's document; `strict` says whether what stands outside the vocabulary is a finding."""
    return {
        "format": FORMAT,
        "host": matched_document(host, source),
        "trace": name,
        "trace_format": trace.format,
        **pick(trace, "lines", "commands", "unreadable", "first_unreadable"),
        "untold": report.untold,
        "findings": [_item(one) for one in report.findings(strict=strict)],
        "granted": [_item(one) for one in report.of("granted")],
        "outside": [_item(one) for one in report.of("outside")],
        "harmless": [_item(one) for one in report.of("harmless")],
        "unknown": [_item(one) for one in report.of("unknown")],
    }


def _item(one: Item) -> dict[str, Any]:
    return {
        "line": one.line,
        "times": one.times,
        "kind": one.element.kind,
        "name": one.element.name,
        "reason": one.verdict,
        **pick(one, "sentence", "capability", "path", "since", "owner", "successor"),
    }


def audit_lines(
    report: Report, trace: Trace, name: str, told: str, paint: Paint, *, strict: bool, whole: bool
) -> Iterator[str]:
    """An audit for a person: the findings, and with `whole` everything else that was sent."""
    yield paint(f"{name}: {trace.commands} commands in {trace.lines} lines, against {told}", "bold")
    findings = report.findings(strict=strict)
    shown = report.items if whole else findings
    rows = [(f"line {one.line}", _name(one), one.verdict, _sentence(one)) for one in shown]
    yield from columns(rows, widest=(10, 44, 12))
    if trace.unreadable:
        lines = f"{trace.unreadable} lines could not be read, the first of them line {trace.first_unreadable}"
        yield lines if trace.unreadable > 1 else f"line {trace.first_unreadable} could not be read"
    if report.untold:
        yield f"{report.untold} more things were sent than are kept"
    granted = report.of("granted")
    through = len({(one.capability, one.path) for one in granted})
    counts = [
        f"{len(findings)} not granted",
        f"{len(granted)} granted through {through} paths",
        f"{len(report.of('harmless'))} queries",
        f"{len(report.of('outside'))} outside the vocabulary",
    ]
    unknown = len(report.of("unknown"))
    yield "; ".join([*counts, *([f"{unknown} unknown"] if unknown else [])])


def _name(one: Item) -> str:
    name = spell_element(one.element)
    # A trace is what some program was sent: its names are anybody's.
    return name if name.isprintable() else ascii(name)[1:-1]


def _sentence(one: Item) -> str:
    told = one.sentence
    if one.verdict in REASONS.keys() - _NOBODYS and one.capability:
        told += f"; {one.capability} would have granted it, through {one.path}"
    if one.verdict in REASONS and one.successor:
        told += f"; use {one.successor}"
    return told + (f" ({one.times} times)" if one.times > 1 else "")


def audit_findings(report: Report, name: str, *, strict: bool) -> Iterator[Finding]:
    """The findings at their lines of the trace."""
    for one in report.findings(strict=strict):
        yield Finding(
            rule=one.verdict,
            # Both work today: for the one there is no gate to ask, and the other is on its way out.
            level="warning" if one.verdict in {"outside", "deprecated"} else "error",
            message=f"{_KINDS.get(one.element.kind, '')}{_name(one)}: {_sentence(one)}",
            file=name,
            line=one.line,
        )
