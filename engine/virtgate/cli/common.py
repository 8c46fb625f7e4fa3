"""What every TARGET enables through one path, and who keeps each other thing out.

A folder stands for the recordings below it, and a FLEET for its hosts. Of recordings each distinct one is
decided once. Recordings of hosts that call themselves the same are told apart by the names that were given
here.
Exit 0 when every target was answered, 1 when one could not be asked, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..ask.targets import Target, is_release
from ..driver import system
from ..driver.errors import RecordingError, UsageError, VirtgateError
from ..driver.gates import Gates
from ..driver.verdict import Verdict
from ..faces.documents import gates_document, host_document
from ..faces.fleets import group_lines
from ..faces.paint import Paint
from ..faces.shared import divided_lines, find_builds
from ..faces.tables import columns, host_line
from ..fleet.denominator import common_answers
from ..fleet.gathering import find_recordings
from ..fleet.sharing import Alike, Said, Shared, find_shared
from . import options as shared
from .fleet_workers import decide_recordings

# So many hosts are told one by one, and asked so.
_FEW = 8
_PARQUET = b"PAR1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_target(parser, many=True)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    if options.release:  # one host more, where other verbs take it in a host's place
        options.target, options.release = [*options.target, options.release], None
    if any(map(_is_fleet, options.target)):
        return _run_on_fleet(options)
    options.target = _without_folders(options.target)
    found = _find_gates(options)
    answered = [(text, gates) for text, gates in shared.each_told(found) if isinstance(gates, Gates)]
    if len(answered) < 2:
        if len(found) >= 2:
            return 1
        raise UsageError(f"a common denominator is of two targets or more; {len(found)} given")
    names = _names_of(answered)
    alike = _parted(answered, names)
    several = [_alike(gates, called) for gates, called in alike]
    found_shared = find_shared(several)
    joined = Gates(
        common_answers([gates for gates, _ in alike], [one.names[0] for one in several]),
        answered[0][1].policy,
    )
    if options.json:
        _print_document(joined, found_shared, several, zip(names, answered, strict=True))
    else:
        print("\n".join(_common_lines(found_shared, several, [gates for gates, _ in alike])))
    return 0 if len(answered) == len(found) else 1


def _is_fleet(text: str) -> bool:
    try:
        if not system.is_file(text):  # a FIFO would wait for its writer
            return False
        with Path(text).open("rb") as file:
            return file.read(len(_PARQUET)) == _PARQUET
    except OSError:
        return False


def _run_on_fleet(options: argparse.Namespace) -> int:
    from .fleet_common import run as run_fleet

    given = ("claims", "accel", "machine", "as_of", "policy", "refuse", "allow")
    if len(options.target) > 1 or any(getattr(options, name) for name in given):
        raise UsageError("a FLEET has its verdicts already, and stands alone")
    return run_fleet(
        argparse.Namespace(
            fleet=options.target[0], release=None, data=options.data, json=options.json, format=None
        )
    )


def _without_folders(targets: Sequence[str]) -> list[str]:
    """The targets, with the recordings below a folder in its place; of those none twice."""
    found: list[str] = []
    for text in targets:
        if not system.is_folder(text):
            found.append(text)
        elif inside := find_recordings([text]):
            found += [one for one in inside if one not in found]
        else:
            raise UsageError(f"no recordings in {text}")
    return found


def _find_gates(options: argparse.Namespace) -> list[shared.Found]:
    """The gates of every target; those of many recordings by as many processes as there are processors."""
    files = [text for text in options.target if not is_release(text) and Target.parse(text).is_file]
    # Starting processes costs more than a few recordings do; what needs a host or a claim goes one by one.
    if len(files) <= _FEW or options.accel or options.claims:
        return shared.find_gates(options)
    decided, problems = decide_recordings(files, options)
    policy = shared.policy_of(options)
    gates = {one.decision: Gates(one.answers, policy) for one in decided.values() if one.answers}
    found: dict[str, Gates | VirtgateError] = {
        text: gates[decided[text].decision] if text in decided else RecordingError(text, problems[text])
        for text in files
    }
    # In the order that was given, whoever was answered by which way.
    targets, options.target = options.target, [text for text in options.target if text not in found]
    found |= shared.find_gates(options) if options.target else ()
    return [(text, found[text]) for text in targets]


def _names_of(answered: Sequence[tuple[str, Gates]]) -> list[str]:
    """What each host is called: by itself, or, where two call themselves the same, by what was given here."""
    told = [str(gates.host["target"]) for _, gates in answered]
    # Ten recordings of one image call themselves the same; their files' names tell them apart.
    return told if len({*told}) == len(told) else [text for text, _ in answered]


def _parted(answered: Sequence[tuple[str, Gates]], names: Sequence[str]) -> list[tuple[Gates, list[str]]]:
    """Gates with the names of the hosts that they were decided for."""
    parted: dict[int, tuple[Gates, list[str]]] = {}
    for (_, gates), name in zip(answered, names, strict=True):
        parted.setdefault(id(gates), (gates, []))[1].append(name)
    return [*parted.values()]


def _alike(gates: Gates, names: Sequence[str]) -> Alike:
    host = gates.host
    return Alike(
        hypervisor=str(host["hypervisor"]),
        release=host["release"] or None,
        downstream=host["downstream"] or None,
        arch=host["arch"] or None,
        names=tuple(names),
        said={name: _said(gates.verdict(gates.parse(name))) for name in gates},
    )


def _said(verdict: Verdict) -> Said:
    enabled = tuple(path.name for path in verdict.paths if path.state == "enabled")
    return Said(state=verdict.state, reason=verdict.reason, path=verdict.path, paths=enabled)


def _print_document(
    joined: Gates, common: Shared, several: Sequence[Alike], answered: Iterable[tuple[str, tuple[str, Gates]]]
) -> None:
    kept = {name: one.places for one in common.divided for name in one.reasons}
    kept |= dict.fromkeys(common.nowhere, tuple(range(len(several))))
    document = gates_document(joined, (joined.verdict(name) for name in joined))
    for gate in document["gates"]:
        gate["kept_out_by"] = [name for at in kept.get(gate["id"], ()) for name in several[at].names]
    document["hosts"] = [
        {**host_document(gates.host, text), "name": name} for name, (text, gates) in answered
    ]
    shared.print_json(document)


def _common_lines(common: Shared, several: Sequence[Alike], all_gates: Sequence[Gates]) -> Iterator[str]:
    paint = Paint(sys.stdout)
    hosts = sum(len(one.names) for one in several)
    yield paint(f"enabled on all {hosts}: {len(common.enabled)}", "bold")
    if hosts > _FEW:
        yield from group_lines(find_builds(several, range(len(several))), "  ")
    else:
        for gates, one in zip(all_gates, several, strict=True):
            told = host_line(gates).removeprefix(f"{gates.host['target']}: ")
            yield from (paint(f"  {name}: {told}", "dim") for name in one.names)
    yield from (f"+ {line}" for line in columns(list(common.enabled.items())))
    yield from divided_lines(several, common, paint)
