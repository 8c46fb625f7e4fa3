"""What keeps this machine, or each TARGET, from more: a group, a module, a parameter, a package, a firmware
setting, a newer release. What would enable most comes first, a newer release last. Nothing is changed.

Exit 0 when every target was asked, 1 when one could not be, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from ..ask.answering import judge_target
from ..ask.rendering import Judged, render
from ..ask.targets import find_targets
from ..doctor import Gain, Step, find_steps
from ..driver import cache
from ..driver.errors import RecordingError, TargetError
from ..driver.gates import Gates
from ..driver.policy import Policy
from ..faces.documents import FORMAT, failed_document, host_document, pick
from ..faces.paint import Paint
from ..faces.tables import PAGE, host_line, wrapped
from . import options as shared

_SHOWN = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", nargs="*", help="what to examine; see below")
    parser.add_argument("--all", action="store_true", help="every id, not only the first of each step")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    texts = options.target or [target.text for target in find_targets()]
    if not texts:
        print("virtgate: no hypervisor was found on this machine; install one", file=sys.stderr)
    found = [(text, _judge(text, options)) for text in texts]
    hosts = [(text, one) for text, one in found if isinstance(one, Judged)]
    steps = find_steps(hosts)
    if options.json:
        targets = [
            {"host": host_document(_gates(one).host, text)}
            if isinstance(one, Judged)
            else failed_document(text, str(one))
            for text, one in found
        ]
        shared.print_json({"format": FORMAT, "targets": targets, "steps": list(map(_document, steps))})
    else:
        for _, one in found:
            if not isinstance(one, Judged):
                print(f"virtgate: {one}", file=sys.stderr)
        print("\n".join(_lines(hosts, steps, Paint(sys.stdout), options)))
    return 0 if found and len(hosts) == len(found) else 1


def _judge(text: str, options: argparse.Namespace) -> Judged | TargetError | RecordingError:
    key = cache.Key(text, None, None, str(Policy()), options.data)
    try:
        judged: Judged = shared.watched(text, lambda report: judge_target(key, Policy(), report))
    except (TargetError, RecordingError) as error:
        return error
    return judged


def _gates(judged: Judged) -> Gates:
    return Gates(render(judged))


def _document(step: Step) -> dict[str, Any]:
    return {
        **pick(step, "sort", "place", "why", "remedy", "count"),
        "gains": [pick(one, "source", "enables", "may_enable") for one in step.gains],
    }


def _lines(
    hosts: Iterable[tuple[str, Judged]], steps: tuple[Step, ...], paint: Paint, options: argparse.Namespace
) -> Iterator[str]:
    for _, judged in hosts:
        gates = _gates(judged)
        counted = f"{sum(map(gates.enabled, gates))} enabled"
        yield from (paint(line, "bold") for line in _wrap(f"{host_line(gates)}: {counted}", ""))
    for at, step in enumerate(steps, 1):
        yield from (paint(line, "bold") for line in _wrap(step.remedy, f"{at}. "))
        yield from _wrap(step.why, "   ")
        yield from _gain_lines(step.gains, None if options.all else _SHOWN)
    if not steps:
        yield "nothing that is known here would enable more"


def _gain_lines(gains: Iterable[Gain], most: int | None) -> Iterator[str]:
    """What the hosts would have; hosts that would have the same stand together."""
    told: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for gain in gains:
        for start, ids in (
            ("would enable", gain.enables),
            ("may enable, once it is asked,", gain.may_enable),
        ):
            if ids:
                told.setdefault((start, ids), []).append(gain.source)
    for (start, ids), (first, *others) in told.items():
        hosts = f"{first} and {len(others)} more" if others and most else ", ".join((first, *others))
        # The count tells how much it is worth; the ids are for who doubts it.
        rest = f" and {len(ids) - len(ids[:most])} more (--all)" if ids[:most] != ids else ""
        yield from _wrap(f"{start} {len(ids)} of {hosts}: {', '.join(ids[:most])}{rest}", "   ")


def _wrap(text: str, start: str) -> list[str]:
    return wrapped(text, start, " " * max(len(start), 3), min(shared.terminal_width() or PAGE, PAGE))
