"""What a driver really sent that the gates of a TARGET, or of a release, did not grant.

A TRACE is QEMU's own trace (handle_qmp_command or qmp_enter_*), libvirt's debug log of its monitors, or a
plain QMP transcript; - is standard input. What upstream has and no capability names is counted, and with
--strict a finding.
Exit 0 when everything was granted, 1 when something was not or was too much to keep, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from typing import BinaryIO

from ..ask.answering import judge, judge_release, wanted_questions
from ..ask.opened import open_catalog
from ..ask.rendering import Judged
from ..ask.targets import Target, ask_facts, read_facts
from ..audit import REASONS, Auditor, Report, Trace, all_formats, read_trace
from ..driver.errors import UsageError, say_why
from ..driver.policy import Policy
from ..driver.system import open_stream
from ..faces.audit import audit_document, audit_findings, audit_lines
from ..faces.paint import Paint
from ..facts.folders import find_hypervisor
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trace", metavar="TRACE", help="what was sent, or - for standard input")
    shared.add_target(parser)
    parser.add_argument(
        "--trace-format", choices=all_formats(), help="the trace's format; else its first telling line says"
    )
    parser.add_argument(
        "--strict", action="store_true", help="what stands outside the vocabulary is a finding, too"
    )
    parser.add_argument("--all", action="store_true", help="list what was granted, too")
    shared.add_format(parser)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    form = shared.form_of(options)
    policy = shared.policy_of(options)
    judged = _judge(options, policy)
    own = find_hypervisor(judged.host.hypervisor)
    title = judged.catalog.upstreams[own.name].title
    if own.audit is None:
        raise UsageError(f"what was sent to {title} cannot be audited")
    formats = own.audit().formats
    # A format of another hypervisor's would find nothing, and nothing found is a good answer here.
    if options.trace_format and options.trace_format not in formats:
        raise UsageError(f"a trace of {title} is of {' or '.join(formats)}, not of {options.trace_format}")
    trace = Trace(formats, options.trace_format)
    name = "standard input" if options.trace == "-" else str(options.trace)
    report = _audit(name, options.trace, trace, Auditor(judged, policy))
    if form == "json":
        source = options.target or options.release
        shared.print_json(
            audit_document(report, trace, name, judged.host, source=source, strict=options.strict)
        )
    elif form in shared.SERVICES:
        shared.print_findings(form, audit_findings(report, name, strict=options.strict), REASONS)
    else:
        told = f"{judged.host.target} ({title} {judged.host.version})"
        lines = audit_lines(
            report, trace, name, told, Paint(sys.stdout), strict=options.strict, whole=options.all
        )
        print("\n".join(lines))
    return 1 if report.findings(strict=options.strict) or report.untold else 0


def _judge(options: argparse.Namespace, policy: Policy) -> Judged:
    """The decisions on the release or the host that the trace is of."""
    if options.release:
        if options.target or options.claims:
            raise UsageError("--release asks about no host; leave the TARGET and --claims out")
        hypervisor, release = shared.parse_release(options.release)
        return judge_release(hypervisor, release, policy, data=options.data, as_of=options.as_of)
    if not options.target:
        raise UsageError("say for whom the trace is judged: a TARGET, or --release qemu=8.2")
    target = Target.parse(options.target)
    shared.check_given(target, options)
    if target.is_file:
        facts = read_facts(target, options.claims)
    else:
        wanted = wanted_questions(open_catalog(options.data), target.hypervisor or "", options.machine)
        facts = shared.watched(
            options.target, lambda report: ask_facts(target, wanted, accel=options.accel, on_progress=report)
        )
    return judge(facts, policy, data=options.data, as_of=options.as_of, machine=options.machine)


def _audit(name: str, path: str, trace: Trace, auditor: Auditor) -> Report:
    """The report on one trace. Raises UsageError for what is none: 1 is for findings."""
    if path == "-":
        return _read(name, sys.stdin.buffer, trace, auditor)
    try:
        with open_stream(path) as stream:
            return _read(name, stream, trace, auditor)
    except OSError as error:
        raise UsageError(f"{name}: {say_why(error)}") from None


def _read(name: str, stream: BinaryIO, trace: Trace, auditor: Auditor) -> Report:
    report = auditor.take(read_trace(stream, trace))
    # An empty report would say that all was granted.
    if not trace.commands:
        told = "no QMP command in it" if trace.format else f"a trace of none of {', '.join(trace.formats)}"
        raise UsageError(f"{name}: {told}")
    return report
