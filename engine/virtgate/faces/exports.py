"""Gates in the formats of other programs: Prometheus, node-feature-discovery, flagd, CSV, lines of JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from ..driver.verdict import Verdict
from .documents import FORMAT, gate_document

Found = Sequence[tuple[str, Gates | VirtgateError]]
STATES = ("enabled", "disabled", "unknown")
_COLUMNS = ("source", "hypervisor", "version", "release", "kind", "downstream", "arch", "accel")
_CELLS = ("id", "state", "reason", "path", "present", "title", "sentence", "remedy")
_FLAGD = "https://flagd.dev/schema/v0/flags.json"
# A label's name and value in Kubernetes.
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


def ndjson_lines(found: Found, ids: Collection[str] | None = None) -> Iterator[str]:
    """One JSON document for each gate of each host, on a line of its own."""
    for text, gates in found:
        if not isinstance(gates, Gates):
            yield json.dumps({"format": FORMAT, "source": text, "error": str(gates)})
            continue
        host = _host(text, gates)
        for verdict in _verdicts(gates, ids):
            yield json.dumps({"format": FORMAT, **host, **gate_document(verdict)})


def csv_lines(found: Found, ids: Collection[str] | None = None) -> Iterator[str]:
    """A table with one row for each gate of each host; a host that could not be asked has its error only."""
    yield csv_row((*_COLUMNS, *_CELLS, "error"))
    for text, gates in found:
        if not isinstance(gates, Gates):
            yield csv_row((text, *[""] * (len(_COLUMNS) + len(_CELLS) - 1), str(gates)))
            continue
        host = _host(text, gates)
        for verdict in _verdicts(gates, ids):
            cells = (getattr(verdict, name) for name in _CELLS)
            yield csv_row((*host.values(), *cells, ""))


def prometheus_lines(found: Found, ids: Collection[str] | None = None) -> Iterator[str]:
    """Gauges in Prometheus' text format, for a scrape or for node_exporter's textfile collector."""
    yield from _family("virtgate_host_up", "Whether the host could be asked.")
    for text, gates in found:
        yield _sample("virtgate_host_up", {"target": text}, int(isinstance(gates, Gates)))
    answered = [(text, gates) for text, gates in found if isinstance(gates, Gates)]
    yield from _family("virtgate_host_info", "Who the host is.")
    for text, gates in answered:
        told = {name: gates.host.get(name) or "" for name in _COLUMNS[1:]}
        yield _sample("virtgate_host_info", {"target": text, **told}, 1)
    yield from _family("virtgate_gates", "How many capabilities are in a state.")
    for text, gates in answered:
        counts = Counter(one.state for one in _verdicts(gates, ids))
        for state in STATES:
            yield _sample("virtgate_gates", {"target": text, "state": state}, counts[state])
    yield from _family("virtgate_gate_enabled", "Whether a driver may use the capability here.")
    for text, gates in answered:
        for one in _verdicts(gates, ids):
            labels = {"target": text, "id": one.id, "state": one.state, "reason": one.reason}
            yield _sample("virtgate_gate_enabled", {**labels, "path": one.path or ""}, int(bool(one)))


def nfd_lines(found: Found, ids: Collection[str] | None = None) -> Iterator[str]:
    """Labels of what is enabled, for a file in node-feature-discovery's `features.d`.

    The value is the path where that can be a label's value.
    """
    for text, gates in found:
        if not isinstance(gates, Gates):
            # One host's failure must not take the others' labels away.
            yield f"# {text}: {gates}".replace("\n", " ")
            continue
        host = ".".join(filter(None, (gates.host["hypervisor"], gates.host["arch"])))
        yield f"# {text}".replace("\n", " ")
        for one in _verdicts(gates, ids):
            name = f"virtgate-{host}.{one.id}"
            # A name over 63 characters is no label in Kubernetes.
            if one and _LABEL.fullmatch(name):
                yield f"{name}={one.path if _LABEL.fullmatch(one.path or '') else 'true'}"


def flagd_document(found: Found, ids: Collection[str] | None = None) -> dict[str, Any]:
    """A file of flags for flagd; where there are several hosts, the targeting key chooses one."""
    answered = [(text, gates) for text, gates in found if isinstance(gates, Gates)]
    enabled: dict[str, list[str]] = {}
    for text, gates in answered:
        for one in _verdicts(gates, ids):
            enabled.setdefault(one.id, []).extend([text] if one else [])
    is_one = len(found) == 1
    return {"$schema": _FLAGD, "flags": {name: _flag(on, is_one=is_one) for name, on in enabled.items()}}


def _flag(on: list[str], *, is_one: bool) -> dict[str, Any]:
    flag = {
        "state": "ENABLED",
        "variants": {"on": True, "off": False},
        # flagd has no third state: what nobody can tell is off, as for a driver.
        "defaultVariant": "on" if on and is_one else "off",
    }
    if on and not is_one:
        # Of several hosts none is the default; who names no host gets `off`.
        flag["targeting"] = {"if": [{"in": [{"var": "targetingKey"}, on]}, "on", "off"]}
    return flag


def _verdicts(gates: Gates, ids: Collection[str] | None) -> Iterator[Verdict]:
    return (gates.verdict(name) for name in gates if ids is None or name in ids)


def _host(text: str, gates: Gates) -> dict[str, str | None]:
    return {"source": text, **{name: gates.host.get(name) for name in _COLUMNS[1:]}}


def _family(name: str, told: str) -> tuple[str, str]:
    return f"# HELP {name} {told}", f"# TYPE {name} gauge"


def _sample(name: str, labels: dict[str, str], value: int) -> str:
    told = ",".join(f'{key}="{_escape(text)}"' for key, text in labels.items())
    return f"{name}{{{told}}} {value}"


def _escape(text: str) -> str:
    # What a label's value must escape (Prometheus, exposition formats): a backslash first, or it would be
    # doubled.
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    # A file's name need not be text, and an exposition is UTF-8.
    return text.encode("utf-8", "backslashreplace").decode()


def csv_row(cells: Sequence[object]) -> str:
    """One line of CSV."""
    line = io.StringIO()
    # Without a line's end of its own: `print` gives one, and the default is that of DOS.
    csv.writer(line, lineterminator="").writerow("" if cell is None else cell for cell in cells)
    return line.getvalue()
