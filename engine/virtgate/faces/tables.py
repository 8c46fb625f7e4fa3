"""Verdicts as a table that a person can read from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..gates import Gates, Verdict
from .paint import Paint


def columns(rows: Sequence[Sequence[str]], *, indent: str = "") -> list[str]:
    """Rows as lines with their cells in line; the last cell is as long as it is."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    return [
        (
            indent
            + "  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=False)] + [row[-1]])
        ).rstrip()
        for row in rows
    ]


def host_line(gates: Gates) -> str:
    """Who a host is, in one line."""
    host = gates.host
    told = [f"{host.get('hypervisor') or 'several hypervisors'} {host.get('version') or ''}".strip()]
    if host.get("kind") not in {"upstream", "common"} and host.get("kind"):
        told.append(f"{host['kind']} {host.get('downstream') or ''}".strip())
    if host.get("package"):
        told.append(str(host["package"]))
    told += [f"{name} {host[name]}" for name in ("arch", "accel") if host.get(name)]
    return f"{host.get('target')}: {', '.join(told)}"


def gates_table(gates: Gates, verdicts: Iterable[Verdict], paint: Paint) -> list[str]:
    """A host's verdicts, one a line: capability, path, reason, evidence; and their count."""
    shown = list(verdicts)
    rows = [(one.id, one.path or "", one.reason, _evidence(one)) for one in shown]
    lines = columns(rows)
    counts = Counter(one.state for one in shown)
    told = ", ".join(f"{counts[state]} {state}" for state in ("enabled", "disabled", "unknown"))
    return [
        paint(host_line(gates), "bold"),
        *(f"{paint.mark(one.state)} {line}" for one, line in zip(shown, lines, strict=True)),
        f"{told}; 'virtgate explain ID' says why",
    ]


def _evidence(verdict: Verdict) -> str:
    """The commit or the releases behind a verdict's path, else behind its first."""
    paths = [row for row in verdict.paths if row.name == verdict.path] or list(verdict.paths[:1])
    return "; ".join(paths[0].evidence) if paths else ""
