"""Findings as SARIF: what the schema requires is there, and every finding stands at its line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from virtgate import __version__
from virtgate.faces.sarif import Finding, sarif_document

RULES = {"never-upstream": "Upstream never had it", "deprecated": "Upstream means to remove it"}
FOUND = Finding(
    rule="deprecated", level="warning", message="'change' is deprecated", file="src/a b.c", line=3
)

# SARIF 2.1.0's schema: the properties that each kind of object must have.
REQUIRED = {
    "document": ("version", "runs"),
    "run": ("tool",),
    "tool": ("driver",),
    "driver": ("name",),
    "rule": ("id",),
    "shortDescription": ("text",),
    "result": ("message",),
    "message": ("text",),
}
LEVELS = {"none", "note", "warning", "error"}


def _lacks(kind: str, thing: Mapping[str, Any]) -> list[str]:
    return [name for name in REQUIRED[kind] if name not in thing]


def _run(*findings: Finding) -> dict[str, Any]:
    document = json.loads(json.dumps(sarif_document(findings, RULES)))
    assert _lacks("document", document) == []
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return dict(run)


def test_everything_that_the_schema_requires_is_there() -> None:
    run = _run(FOUND)
    driver = run["tool"]["driver"]
    assert _lacks("run", run) == _lacks("tool", run["tool"]) == _lacks("driver", driver) == []
    for rule in driver["rules"]:
        assert _lacks("rule", rule) == _lacks("shortDescription", rule["shortDescription"]) == []
    for result in run["results"]:
        assert _lacks("result", result) == _lacks("message", result["message"]) == []
        assert result["level"] in LEVELS


def test_the_tool_says_who_it_is() -> None:
    driver = _run()["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("virtgate", __version__)
    assert [one["id"] for one in driver["rules"]] == list(RULES)


def test_no_finding_is_an_empty_list_of_results() -> None:
    assert _run()["results"] == []


def test_a_result_stands_at_its_line_and_names_its_rule() -> None:
    (result,) = _run(FOUND)["results"]
    assert (result["ruleId"], result["ruleIndex"]) == ("deprecated", 1)
    (location,) = result["locations"]
    place = location["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "src/a%20b.c"}, "region": {"startLine": 3}}


def test_a_finding_about_a_whole_file_has_no_region() -> None:
    whole = Finding(rule="deprecated", level="note", message="all of it", file="/a.c", line=None)
    place = _run(whole)["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "file:///a.c"}}


@pytest.mark.parametrize(
    ("file", "uri"), [("./x.go", "x.go"), ("a\udcff.c", "a%FF.c"), ("ü#?.py", "%C3%BC%23%3F.py")]
)
def test_any_file_name_becomes_a_uri(file: str, uri: str) -> None:
    odd = Finding(rule="deprecated", level="error", message="odd", file=file, line=1)
    assert _run(odd)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_rule_without_a_description_is_refused() -> None:
    with pytest.raises(KeyError, match="other"):
        _run(Finding(rule="other", level="error", message="odd", file="a", line=1))
