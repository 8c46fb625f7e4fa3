"""How a fleet is shown: groups and counts, names only where they are asked for, never wider than a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from ..fleet.questions import Build, Fleet, Group, Standing
from .documents import FORMAT
from .exports import csv_row
from .markdown import escape, table
from .tables import PAGE, columns

_MOST = 20
_FEW = 4
# A sign for each state: colour may be off.
_MARKS = {"enabled": "+", "disabled": "-", "unknown": "?"}
_STATES = tuple(_MARKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer in every form that it has: a document, a table, and text."""

    document: dict[str, Any]
    head: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    lines: Sequence[str]


def csv_lines(answer: Answer) -> Iterator[str]:
    """The table as CSV."""
    yield csv_row(answer.head)
    yield from map(csv_row, answer.rows)


def markdown_lines(answer: Answer) -> Iterator[str]:
    """The table in Markdown."""
    rows = ([escape("" if cell is None else str(cell)) for cell in row] for row in answer.rows)
    yield from table(map(escape, answer.head), rows)


def show_fleet(fleet: Fleet, by: str, *, hosts: bool) -> Answer:
    """Who the hosts are, and what they lack."""
    builds, reasons = fleet.builds(by), fleet.reasons()
    return Answer(
        document={
            **_head(fleet),
            "groups": [
                {**_group(one, by, names=hosts), **{state: list(getattr(one, state)) for state in _STATES}}
                for one in builds
            ],
            "reasons": [
                {"state": state, "reason": reason, "capabilities": ids, "hosts": count}
                for state, reason, ids, count in reasons
            ],
        },
        head=("hypervisor", by, "hosts", *_STATES),
        rows=[(*one.of, one.hosts, *(_span(getattr(one, state)) for state in _STATES)) for one in builds],
        lines=[*_title(fleet), *_build_lines(builds, by, hosts=hosts), "", *_reason_lines(reasons)],
    )


def show_standings(fleet: Fleet, standings: Sequence[Standing], by: str, *, hosts: bool) -> Answer:
    """What is said of some capabilities, and of which hosts."""
    keys = ("id", "state", "reason", "path", "since", "remedy", "hosts")
    return Answer(
        document={
            **_head(fleet),
            "verdicts": [
                {
                    **{key: getattr(one, key) for key in keys},
                    "groups": [_group(group, by, names=hosts) for group in one.groups],
                }
                for one in standings
            ],
        },
        head=keys,
        rows=[[getattr(one, key) for key in keys] for one in standings],
        lines=[*_title(fleet), *_standing_lines(standings, hosts=hosts)],
    )


def _head(fleet: Fleet) -> dict[str, Any]:
    hosts, decisions = fleet.sizes()
    problems = [
        {"host": host, "source": source, "problem": problem} for host, source, problem in fleet.problems()
    ]
    return {
        "format": FORMAT,
        "fleet": fleet.path,
        "hosts": hosts,
        "decisions": decisions,
        "problems": problems,
    }


def _title(fleet: Fleet) -> Iterator[str]:
    hosts, decisions = fleet.sizes()
    problems = fleet.problems()
    told = f", and {_counted(len(problems), 'recording')} with problems" if problems else ""
    yield f"{_counted(hosts, 'host')}, {_counted(decisions, 'decision')}{told}"
    # One bad folder may hold thousands of what is no recording: a few tell what is wrong, the view has all.
    for host, _, problem in problems[:_FEW]:
        yield from indented(f"! {host}: {problem}", "  ")
    if len(problems) > _FEW:
        yield f"  ! and {len(problems) - _FEW} more, in the view problems of 'virtgate fleet sql'"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _group(group: Group, by: str, *, names: bool) -> dict[str, Any]:
    hypervisor, what = group.of
    told = {"hypervisor": hypervisor, by: what, "hosts": group.hosts}
    return {**told, "names": list(group.names)} if names else told


def _span(span: tuple[int, int]) -> str:
    least, most = span
    return str(least) if least == most else f"{least}-{most}"


def _build_lines(builds: Sequence[Build], by: str, *, hosts: bool) -> Iterator[str]:
    rows = [("hosts", by, *_STATES)]
    rows += [
        (str(one.hosts), " ".join(one.of), *(_span(getattr(one, state)) for state in _STATES))
        for one in builds[:_MOST]
    ]
    for line, build in zip(columns(rows), [None, *builds], strict=False):
        yield f"  {line}"
        if build is not None and hosts:
            yield from indented(", ".join(build.names), "      ")
    yield from _more(builds[_MOST:], "  ")


def _more(groups: Sequence[Group], indent: str) -> Iterator[str]:
    if groups:
        hosts = _counted(sum(one.hosts for one in groups), "host")
        yield f"{indent}and {_counted(len(groups), 'group')} more, of {hosts}"


def _reason_lines(reasons: Iterable[tuple[str, str, int, int]]) -> Iterator[str]:
    rows = [("hosts", "state", "reason", "capabilities")]
    rows += [(str(hosts), state, reason, str(ids)) for state, reason, ids, hosts in reasons]
    yield from (f"  {line}" for line in columns(rows))
    yield "'virtgate fleet show FLEET ID' says who has one, and what would enable it elsewhere"


def _standing_lines(standings: Sequence[Standing], *, hosts: bool) -> Iterator[str]:
    before = None
    for one in standings:
        if one.id != before:
            yield one.id
        before = one.id
        told = ", ".join(filter(None, (one.reason, one.remedy)))
        said = f"enabled through {one.path}: {one.reason}" if one.state == "enabled" else told
        yield from indented(f"{_MARKS[one.state]} {_counted(one.hosts, 'host')}: {said}", "  ")
        if hosts:
            for group in one.groups:
                yield from indented(f"{' '.join(group.of)}: {', '.join(group.names)}", "      ")
        else:
            yield from group_lines(one.groups, "      ")


def group_lines(groups: Sequence[Group], indent: str) -> Iterator[str]:
    """A few groups by what they have in common and how many they are, and how many more there are."""
    told = ", ".join(f"{' '.join(one.of)} ({one.hosts})" for one in groups[:_FEW])
    if len(groups) > _FEW:
        more = sum(one.hosts for one in groups[_FEW:])
        told += f" and {_counted(len(groups) - _FEW, 'group')} more ({more})"
    yield from indented(told, indent)


def indented(text: str, indent: str) -> list[str]:
    """Text in lines of a page's width, of which the ones after the first stand deeper."""
    # An id has hyphens and is searched for: it stays whole.
    return wrap(text, PAGE, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)
