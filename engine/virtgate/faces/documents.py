"""The JSON that programs read: its keys are never missing, and nothing known is null."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `check --json` answers from the cache in less time than these take to load.
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ..driver.gates import Gates
    from ..driver.verdict import PathVerdict, Verdict
    from ..model import Host

FORMAT = 1
HOST_KEYS = (
    *("hypervisor", "target", "version", "release", "kind", "downstream", "evr"),
    *("package", "driver", "accel", "arch", "because"),
)


def gates_document(gates: Gates, verdicts: Iterable[Verdict], source: str | None = None) -> dict[str, Any]:
    """One host's verdicts."""
    return {
        "format": FORMAT,
        "host": host_document(gates.host, source),
        "gates": [gate_document(v) for v in verdicts],
    }


def check_document(gates: Gates, verdict: Verdict, source: str) -> dict[str, Any]:
    """One capability on one host."""
    host = host_document(gates.host, source)
    return {"format": FORMAT, "host": host, "gate": gate_document(verdict)}


def targets_document(targets: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several hosts': each an object of `host` and `gates`, or of `host` and `error`."""
    # Said once for all of them.
    bare = [{key: value for key, value in one.items() if key != "format"} for one in targets]
    return {"format": FORMAT, "targets": bare}


def failed_document(target: str, problem: str) -> dict[str, Any]:
    """A host that could not be asked."""
    return {"host": host_document({"target": target}, target), "error": problem}


def host_document(host: Mapping[str, str | None], source: str | None = None) -> dict[str, Any]:
    """Who a host is; `source` is the text that named it, which tells two recordings apart."""
    return {**{key: host.get(key) for key in HOST_KEYS}, "source": source}


def matched_document(host: Host, source: str | None) -> dict[str, Any]:
    """Who a host is that nobody has asked for gates yet."""
    return host_document({key: getattr(host, key) for key in HOST_KEYS}, source)


def gate_document(verdict: Verdict) -> dict[str, Any]:
    """One capability's verdict, with its paths'."""
    return {
        "id": verdict.id,
        "state": verdict.state,
        "reason": verdict.reason,
        "path": verdict.path,
        "present": verdict.present,
        "sentence": verdict.sentence,
        "aliases": verdict.aliases,
        "title": verdict.title,
        "remedy": verdict.remedy,
        "formerly": list(verdict.formerly),
        "paths": [path_document(path) for path in verdict.paths],
    }


def path_document(path: PathVerdict) -> dict[str, Any]:
    """One path's verdict."""
    return {
        "name": path.name,
        "state": path.state,
        "reason": path.reason,
        "present": path.present,
        "aliases": path.aliases,
        "sentence": path.sentence,
        "seen": path.seen or None,
        "releases": path.releases or None,
        "where": path.where,
        "evidence": list(path.evidence),
    }


def pick(one: object, *names: str) -> dict[str, Any]:
    """Some of a record's fields under their own names; what has several is a list."""
    told = ((name, getattr(one, name)) for name in names)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told}


def spell_json(value: Any, quote: Callable[[str], str], start: str) -> str:
    """A value as `json.dumps` spells it with an indent of 1: to load that costs more than the answer."""
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    inner = f"{start} "
    if isinstance(value, dict):
        rows = [f"{quote(name)}: {spell_json(one, quote, inner)}" for name, one in value.items()]
    elif isinstance(value, list | tuple):
        rows = [spell_json(one, quote, inner) for one in value]
    else:
        import json

        return json.dumps(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}{inner}{f',{inner}'.join(rows)}{start}{closing}" if rows else opening + closing
