"""A verdict in the words of OpenFeature's Remote Evaluation Protocol (OFREP)."""

from __future__ import annotations

from typing import Any

from ..driver.gates import Gates


def evaluation(gates: Gates, identifier: str) -> dict[str, Any]:
    """The evaluation of one flag. Raises UnknownCapability.

    `reason` is one of OpenFeature's own words, since clients refuse others; the verdict's is in `metadata`,
    which has neither nulls nor lists. A flag that is not enabled has its state for a variant.
    """
    verdict = gates.verdict(gates.parse(identifier))
    path = next((one for one in verdict.paths if one.name == verdict.path), None)
    told = {
        "id": verdict.id,
        "state": verdict.state,
        "reason": verdict.reason,
        "path": verdict.path,
        "present": verdict.present,
        "sentence": verdict.sentence,
        "remedy": verdict.remedy,
        "hypervisor": gates.host.get("hypervisor"),
        "version": gates.host.get("version"),
        "release": gates.host.get("release"),
        "releases": path.releases if path else None,
        "evidence": "; ".join(path.evidence) if path else None,
    }
    return {
        "key": identifier,
        "value": bool(verdict),
        "variant": verdict.path or verdict.state,
        "reason": "UNKNOWN" if verdict.state == "unknown" else "TARGETING_MATCH",
        "metadata": {name: value for name, value in told.items() if value not in {None, ""}},
    }


def failure(code: str, details: str, key: str | None = None) -> dict[str, Any]:
    """Why there is no evaluation; `code` is one of OpenFeature's."""
    return {**({"key": key} if key is not None else {}), "errorCode": code, "errorDetails": details}
