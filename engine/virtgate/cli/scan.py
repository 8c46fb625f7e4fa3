"""Which hypervisor interfaces a driver's source or patch uses, and whether upstream has them.

A PATH is a file or a folder; `-` is a unified diff on standard input, of which the added lines count. Exit 0
when there is nothing to report, 1 for findings and for files that could not be read, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..ask.opened import open_catalog, open_history
from ..ask.release import check_hypervisor
from ..bindings.asking import ask_in
from ..data import Catalog
from ..driver.errors import UsageError
from ..faces.documents import FORMAT, pick
from ..faces.sarif import Finding
from ..floor.minimum import find_first_release
from ..scan import RULES, Judged, Scan, judge_uses, scan_diff, scan_paths
from ..scan.accepting import Baseline, by_comment, idle_comments, write_baseline
from ..source.language import language_of
from ..versions import Version
from . import options as shared

DIFF = "-"
# What is worth a count only; every other reason is told with its file.
COUNTED = {"large": "over 1 MiB", "binary": "binary"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help="files and folders, or - for a diff")
    shared.add_many(
        parser, "--floor", "HYPERVISOR=RELEASE", "the oldest release that the driver is for: qemu=6.2"
    )
    shared.add_many(parser, "--exclude", "GLOB", "names or paths in a folder to leave out")
    parser.add_argument("--all", action="store_true", help="list what is upstream's, too")
    parser.add_argument("--baseline", metavar="FILE", help="a file of findings that are accepted")
    parser.add_argument(
        "--write-baseline", action="store_true", help="write today's findings to it, and accept them so"
    )
    parser.add_argument(
        "--suggest", action="store_true", help="show how the driver asks for what to use instead"
    )
    shared.add_data(parser)
    shared.add_format(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    form = shared.form_of(options)
    catalog = open_catalog(options.data)
    floors = dict(_read_floor(text, catalog) for text in options.floor)
    is_diff = options.paths == [DIFF]
    if DIFF in options.paths and not is_diff:
        raise UsageError("'-' reads a diff from standard input; do not name a PATH with it")
    if options.write_baseline and not options.baseline:
        raise UsageError("--write-baseline writes to the FILE of --baseline; name one")
    scan = _scan(options, catalog)
    judged = list(judge_uses(scan.uses, catalog, partial(open_history, catalog), floors))
    commented = by_comment(scan)
    left = [
        one
        for one in judged
        if one.is_finding and (one.use.file, one.use.line, one.use.name) not in commented
    ]
    if options.write_baseline:
        return _write_baseline(options.baseline, left, is_diff=is_diff)
    baseline = Baseline.read(options.baseline) if options.baseline else None
    keys = {one: baseline.key(one, is_diff=is_diff) for one in left} if baseline else {}
    found = [one for one in left if baseline is None or keys[one] not in baseline.lines]
    _print(form, options, scan, judged, found, accepted=frozenset(_findings(judged)) - frozenset(found))
    # A patch shows a part of each file: what it does not show may have the finding.
    if not is_diff:
        idle = [
            *idle_comments(scan, _findings(judged)),
            *(baseline.stale(scan, keys.values()) if baseline else ()),
        ]
        for problem in idle:
            print(problem, file=sys.stderr)
    is_unread = any(one.why not in COUNTED for one in scan.skipped)
    return 1 if found or is_unread else 0


def _read_floor(text: str, catalog: Catalog) -> tuple[str, Version]:
    """A hypervisor and its oldest release of interest; a branch is its first release."""
    hypervisor, release = shared.parse_release(text)
    check_hypervisor(catalog, hypervisor)
    history = open_history(catalog, hypervisor)
    return hypervisor, history.version_of(find_first_release(catalog, history, hypervisor, release))


def _scan(options: argparse.Namespace, catalog: Catalog) -> Scan:
    history_of = partial(open_history, catalog)
    if options.paths == [DIFF]:
        # A patch may be in any encoding, even in several: latin-1 keeps every byte, and names are ASCII.
        return scan_diff(sys.stdin.buffer.read().decode("latin-1"), history_of)
    return scan_paths(options.paths, history_of, exclude=options.exclude)


def _findings(judged: list[Judged]) -> Iterator[Judged]:
    return (one for one in judged if one.is_finding)


def _write_baseline(path: str, found: list[Judged], *, is_diff: bool) -> int:
    try:
        count = write_baseline(path, found, is_diff=is_diff)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be written'}") from None
    print(f"{path}: {count} {'line' if count == 1 else 'lines'}", file=sys.stderr)
    return 0


def _print(  # noqa: PLR0917 - what was found, and how it is told
    form: str,
    options: argparse.Namespace,
    scan: Scan,
    judged: list[Judged],
    found: list[Judged],
    accepted: frozenset[Judged],
) -> None:
    if form == "json":
        shared.print_json(_document(scan, judged, accepted))
    elif form in shared.SERVICES:
        told = [one for one in judged if one.level is not None and one not in accepted]
        shared.print_findings(form, map(_as_finding, told), RULES)
    else:
        for one in judged:
            if one not in accepted and (options.all or one.level is not None):
                print(_line(one))
                if options.suggest and one.gate is not None and one.level is not None:
                    print(f"    {ask_in(language_of(one.use.file, ''), one.gate)}")
    # The findings before the summary, where both streams go to one terminal.
    sys.stdout.flush()
    for skipped in scan.skipped:
        if skipped.why not in COUNTED:
            print(f"{skipped.file}: {skipped.why}", file=sys.stderr)
    for line in _summary(scan, found, len(accepted)):
        print(line, file=sys.stderr)


def _line(one: Judged) -> str:
    level = f"{one.level}: " if one.level is not None else ""
    rule = f" [{one.verdict}]" if one.level is not None else ""
    return f"{one.use.file}:{one.use.line}: {level}{one.use.kind} {one.use.name}: {one.sentence}{rule}"


def _summary(scan: Scan, found: list[Judged], accepted: int) -> Iterator[str]:
    why = Counter(one.why for one in scan.skipped)
    passed = ", ".join(f"{why[key]} {word}" for key, word in COUNTED.items() if why[key])
    if passed:
        yield f"passed over: {passed}"
    rules = Counter(one.verdict for one in found)
    told = ", ".join(f"{rules[rule]} {rule}" for rule in RULES if rules[rule])
    count = f"{len(found) or 'no'} {'finding' if len(found) == 1 else 'findings'}"
    read = ((len(scan.files), "file"), (scan.lines, "line"), (len(scan.uses), "use"))
    numbers = ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in read)
    more = f", {accepted} accepted" if accepted else ""
    yield f"{numbers}: {count}{f' ({told})' if told else ''}{more}"


def _as_finding(one: Judged) -> Finding:
    message = f"{one.use.kind} {one.use.name}: {one.sentence}"
    level = one.level or "note"
    return Finding(rule=one.verdict, level=level, message=message, file=one.use.file, line=one.use.line)


def _document(scan: Scan, judged: list[Judged], accepted: frozenset[Judged]) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "files": len(scan.files),
        "lines": scan.lines,
        "skipped": [{"file": one.file, "why": one.why} for one in scan.skipped],
        "uses": [_row(one, is_accepted=one in accepted) for one in judged],
    }


def _row(one: Judged, *, is_accepted: bool) -> Mapping[str, Any]:
    return {
        **pick(one.use, "file", "line", "hypervisor", "kind", "name", "context", "guarded", "alone"),
        "verdict": one.verdict,
        "level": one.level,
        "accepted": is_accepted,
        "since": one.since,
        "gone": one.gone,
        "successor": one.instead,
        **pick(one, "gate", "owner", "sentence"),
    }
