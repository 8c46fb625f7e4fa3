"""Findings as SARIF 2.1.0, which code reviews show at the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from .. import __version__

Level = Literal["error", "warning", "note"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to say of a file; `line` counts from 1, None where it is about the whole file.

    `file` is a path as it was given: a relative one is taken from the root of the repository.
    """

    rule: str
    level: Level
    message: str
    file: str
    line: int | None


def sarif_document(findings: Iterable[Finding], rules: Mapping[str, str]) -> dict[str, Any]:
    """The document of one run; `rules` has the one-line description of every rule, also of those not broken.

    Raises KeyError when a finding's rule is not among them.
    """
    # A result may name its rule by place, which spares a viewer the search (3.27.6).
    places = {rule: index for index, rule in enumerate(rules)}
    driver = {
        "name": "virtgate",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": text}} for rule, text in rules.items()],
    }
    results = [_result(finding, places[finding.rule]) for finding in findings]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _address(finding.file)}}
    if finding.line is not None:
        # Lines count from 1 in SARIF (3.30.5), as they do here; a finding without one is about the whole
        # file.
        place["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
    }


def _address(file: str) -> str:
    """A file's name as a URI reference; a name that is not text keeps its bytes."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix().encode("utf-8", "surrogateescape"))
