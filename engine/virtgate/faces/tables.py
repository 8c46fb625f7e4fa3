"""Verdicts as a table that a person can read from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from ..driver.gates import Gates
from ..driver.verdict import Verdict
from .paint import Paint

# After the mark, and with two blanks between, these leave room for a commit in 100 columns.
_WIDEST = (40, 24, 11)
# The same for fewer than 100 columns; 80 have room for the ranges of most paths.
_NARROW = (32, 22, 10)
_ROOMY = 100
_MARGIN = "  "
_DEEPER = "    "
_HEAD = ("capability", "path", "reason", "upstream in")
_NARROWEST = 20
_SCREEN = 80
PAGE = 100
_STATES = ("enabled", "disabled", "unknown")


def columns(
    rows: Sequence[Sequence[str]], *, widest: Sequence[int] = (), width: int | None = None
) -> list[str]:
    """Rows as lines with their cells in line.

    A cell that is longer than `widest` allows moves the rest of its own line only. The last cell is as long
    as it is, or wrapped where a `width` is given; what does not fit at all goes to a line below.
    """
    return [line for lines in _lines_of_rows(rows, widest, width) for line in lines]


def _lines_of_rows(
    rows: Sequence[Sequence[str]], widest: Sequence[int], width: int | None
) -> Iterator[list[str]]:
    """The lines of each row."""
    if not rows:
        return
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    widths = [min(most, one) for most, one in zip((*widest, *widths[len(widest) :]), widths, strict=False)]
    for row in rows:
        *above, start = _flow(row[:-1], widths, width)
        yield [*above, *_below(start, row[-1], width)]


def _flow(cells: Sequence[str], widths: Sequence[int], width: int | None) -> list[str]:
    """Cells in line, with a new line wherever one would not fit in the width."""
    lines = [""]
    for cell, wide in zip(cells, widths, strict=True):
        if width and len(lines[-1]) + len(cell) > width and lines[-1].strip():
            lines[-1:] = [lines[-1].rstrip(), _DEEPER]
        room = width - len(lines[-1]) if width else 0
        *above, last = _fill(cell, room) if len(cell) > room >= _NARROWEST else [cell]
        for line in above:
            lines[-1:] = [lines[-1] + line, _DEEPER]
        lines[-1] += f"{last:<{wide}}  "
    return lines


def _below(start: str, text: str, width: int | None) -> list[str]:
    """One row's lines; where the cells before leave no room, the last one starts a line of its own."""
    # A commit or a range is read whole, so that it goes below rather than being cut.
    room = width - len(start) if width else None
    if width is None or room is None or len(text) <= room:
        return [f"{start}{text}".rstrip()]
    least = max((_NARROWEST, *map(len, text.split())))
    if room < least:
        indent = " " * max(0, min(len(start), width - least))
        return [start.rstrip(), *(indent + line for line in _fill(text, least))]
    first, *rest = _fill(text, room)
    return [start + first, *(" " * len(start) + line for line in rest)]


def host_line(gates: Gates) -> str:
    """Who a host is, in one line."""
    host = gates.host
    name = host.get("title") or host.get("hypervisor") or "several hypervisors"
    told = [f"{name} {host.get('version') or ''}".strip()]
    # Said only where another release judges than the host names: a snapshot, or one beyond the ledger.
    if host.get("release") not in {None, host.get("version")}:
        told.append(f"judged by {host['release']}")
    if host.get("kind") not in {"upstream", "common"} and host.get("kind"):
        told.append(f"{host['kind']} {host.get('downstream') or ''}".strip())
    if host.get("package"):
        told.append(str(host["package"]))
    told += [f"{name} {host[name]}" for name in ("arch", "accel") if host.get(name)]
    return f"{host.get('target')}: {', '.join(told)}"


def is_no_concern(verdict: Verdict) -> bool:
    """Whether the host's hypervisor has no path for it at all, so that it says nothing of this host."""
    return verdict.reason == "unsupported" and not verdict.paths


def gates_table(
    gates: Gates, verdicts: Iterable[Verdict], paint: Paint, *, whole: bool = False, width: int | None = None
) -> list[str]:
    """A host's verdicts, one a line: capability, path, reason, evidence; and their count.

    Capabilities without a path on the hypervisor are only counted, unless the `whole` table is wanted. No
    line is longer than a given `width`, unless a name is.
    """
    given = list(verdicts)
    shown = [one for one in given if whole or not is_no_concern(one)]
    rows = [(one.id, one.path or "", one.reason, _evidence(one)) for one in shown]
    widest = _NARROW if width and width < _ROOMY else _WIDEST
    head, *lines = _lines_of_rows([_HEAD, *rows], widest, width and width - len(_MARGIN))
    counts = Counter(one.state for one in shown)
    told = [", ".join(f"{counts[state]} {state}" for state in ("enabled", "disabled", "unknown"))]
    if len(shown) < len(given):
        name = gates.host.get("title") or gates.host.get("hypervisor")
        told.append(f"{len(given) - len(shown)} more have no path on {name} (--all lists them)")
    return [
        *(paint(line, "bold") for line in _fill(host_line(gates), width)),
        *([paint(f"{_MARGIN}{line}", "dim") for line in head] if shown else []),
        *(
            f"{_MARGIN if at else f'{paint.mark(one.state)} '}{line}"
            for one, its in zip(shown, lines, strict=True)
            for at, line in enumerate(its)
        ),
        *_fill("; ".join(told), width),
        "'virtgate explain ID' says why",
    ]


def wrapped(text: str, first: str = "", rest: str = "", width: int = PAGE) -> list[str]:
    """Text in lines of a page, the first and the rest with their indents; no name is broken."""
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fill(text: str, width: int | None) -> list[str]:
    return wrapped(text, width=width) if width else [text]


def areas_table(gates: Gates, verdicts: Iterable[Verdict], paint: Paint) -> list[str]:
    """How many capabilities of each area a host enables, within 80 columns."""
    areas: dict[str, Counter[str]] = {}
    for one in verdicts:
        if not is_no_concern(one):
            areas.setdefault(one.id.partition(".")[0], Counter())[one.state] += 1
    rows = [*((area, areas[area]) for area in sorted(areas)), ("all", sum(areas.values(), Counter[str]()))]
    return [
        *(paint(line, "bold") for line in wrap(host_line(gates), _SCREEN, break_long_words=False)),
        paint("  " + _counted("area", 24, dict(zip(_STATES, _STATES, strict=True))), "dim"),
        *(f"  {_counted(area, 24, counts)}" for area, counts in rows),
        "--area NAME or --state enabled lists capabilities, --all every one of them;",
        "'virtgate explain ID' says why",
    ]


def hosts_table(all_gates: Sequence[Gates], paint: Paint) -> list[str]:
    """How many capabilities each host enables, within 80 columns unless a target's name is longer."""
    lines = [paint(_counted("target", 50, dict(zip(_STATES, _STATES, strict=True))), "dim")]
    for gates in all_gates:
        verdicts = (gates.verdict(name) for name in gates)
        counts = Counter(one.state for one in verdicts if not is_no_concern(one))
        name, *told = wrap(host_line(gates), 50, break_long_words=False, subsequent_indent="  ")
        lines += [_counted(name, 50, counts), *told]
    return [*lines, "a TARGET alone is told by area; --all lists every capability of each"]


def _counted(name: str, width: int, counts: Mapping[str, object]) -> str:
    return f"{name:<{width}}" + "".join(f"{counts.get(state, 0):>10}" for state in _STATES)


def _evidence(verdict: Verdict) -> str:
    """The releases of a verdict's path, else of its first, or what is said where there are none."""
    paths = [row for row in verdict.paths if row.name == verdict.path] or list(verdict.paths[:1])
    return paths[0].releases or "; ".join(paths[0].evidence[:1]) if paths else ""
