"""Verdicts as a table that a person can read from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from textwrap import wrap

from ..driver.gates import Gates
from ..driver.verdict import Verdict
from .paint import Paint

# After the mark, and with two blanks between, these leave room for a commit in 100 columns.
_WIDEST = (40, 24, 11)
_HEAD = ("capability", "path", "reason", "upstream in")
_NARROWEST = 20


def columns(
    rows: Sequence[Sequence[str]], *, widest: Sequence[int] = (), width: int | None = None
) -> list[str]:
    """Rows as lines with their cells in line.

    A cell that is longer than `widest` allows moves the rest of its own line only. The last cell is as long
    as it is, or wrapped where a `width` is given.
    """
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    widths = [min(most, one) for most, one in zip((*widest, *widths[len(widest) :]), widths, strict=False)]
    lines: list[str] = []
    for row in rows:
        start = "".join(f"{cell:<{wide}}  " for cell, wide in zip(row, widths, strict=False))
        lines += _wrapped(start, row[-1], width)
    return lines


def _wrapped(start: str, text: str, width: int | None) -> list[str]:
    """One row's lines; where the cells before leave no room, the last one starts a line of its own."""
    room = width - len(start) if width else None
    if width is None or room is None or len(text) <= room:
        return [f"{start}{text}".rstrip()]
    if room < _NARROWEST:
        indent = " " * max(0, min(len(start), width - _NARROWEST))
        return [start.rstrip(), *(indent + line for line in wrap(text, _NARROWEST, break_long_words=False))]
    first, *rest = wrap(text, room, break_long_words=False)
    return [start + first, *(" " * len(start) + line for line in rest)]


def host_line(gates: Gates) -> str:
    """Who a host is, in one line."""
    host = gates.host
    name = host.get("title") or host.get("hypervisor") or "several hypervisors"
    told = [f"{name} {host.get('version') or ''}".strip()]
    if host.get("kind") not in {"upstream", "common"} and host.get("kind"):
        told.append(f"{host['kind']} {host.get('downstream') or ''}".strip())
    if host.get("package"):
        told.append(str(host["package"]))
    told += [f"{name} {host[name]}" for name in ("arch", "accel") if host.get(name)]
    return f"{host.get('target')}: {', '.join(told)}"


def is_no_concern(verdict: Verdict) -> bool:
    """Whether the host's hypervisor has no path for it at all, so that it says nothing of this host."""
    return verdict.reason == "unsupported" and not verdict.paths


def gates_table(gates: Gates, verdicts: Iterable[Verdict], paint: Paint, *, whole: bool = False) -> list[str]:
    """A host's verdicts, one a line: capability, path, reason, evidence; and their count.

    Capabilities without a path on the hypervisor are only counted, unless the `whole` table is wanted.
    """
    given = list(verdicts)
    shown = [one for one in given if whole or not is_no_concern(one)]
    rows = [(one.id, one.path or "", one.reason, _evidence(one)) for one in shown]
    head, *lines = columns([_HEAD, *rows], widest=_WIDEST)
    counts = Counter(one.state for one in shown)
    told = [", ".join(f"{counts[state]} {state}" for state in ("enabled", "disabled", "unknown"))]
    if len(shown) < len(given):
        name = gates.host.get("title") or gates.host.get("hypervisor")
        told.append(f"{len(given) - len(shown)} more have no path on {name} (--all lists them)")
    return [
        paint(host_line(gates), "bold"),
        *([paint(f"  {head}", "dim")] if shown else []),
        *(f"{paint.mark(one.state)} {line}" for one, line in zip(shown, lines, strict=True)),
        "; ".join(told),
        "'virtgate explain ID' says why",
    ]


def _evidence(verdict: Verdict) -> str:
    """The releases of a verdict's path, else of its first, or what is said where there are none."""
    paths = [row for row in verdict.paths if row.name == verdict.path] or list(verdict.paths[:1])
    return paths[0].releases or "; ".join(paths[0].evidence[:1]) if paths else ""
