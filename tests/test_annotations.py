"""Findings as GitHub and GitLab read them, held against what ruff writes for both."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.faces.annotations import github_commands, gitlab_report
from virtgate.faces.sarif import Finding

FOUND = Finding(
    rule="deprecated", level="warning", message="100% 'a',\nhint: b", file="./src/a,b:c.py", line=3
)
COMMAND = re.compile(r"::(error|warning|notice) (\w+=[^:,\s][^:,]*(?:,\w+=[^:,]+)*)::([^\r\n]*)")


def ruffs(form: str, folder: Path) -> str:
    """What ruff says of one unused import."""
    (folder / "a.py").write_text("import os\n", encoding="utf-8")
    argv = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        f"--output-format={form}",
        "a.py",
    ]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False).stdout


def shape(value: Any) -> Any:
    """The keys of a document and the types of what they hold."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__


def test_github_is_told_as_ruff_tells_it(tmp_path: Path) -> None:
    (line,) = github_commands([FOUND])
    assert line == ("::warning file=src/a%2Cb%3Ac.py,line=3,title=virtgate deprecated::100%25 'a',%0Ahint: b")
    assert COMMAND.fullmatch(line)
    (theirs,) = (one for one in ruffs("github", tmp_path).splitlines() if one.startswith("::"))
    assert {"file", "line", "title"} <= set(
        re.findall(r"(\w+)=", theirs.partition("::")[2].partition("::")[0])
    )


def test_gitlabs_report_has_what_ruffs_has(tmp_path: Path) -> None:
    (ours,) = gitlab_report([FOUND])
    (theirs,) = json.loads(ruffs("gitlab", tmp_path))
    shared = {key: value for key, value in shape(theirs).items() if key != "location"}
    assert shared.items() <= shape(ours).items()
    assert ours["location"] == {"path": "src/a,b:c.py", "lines": {"begin": 3}}
    assert "path" in theirs["location"]


@pytest.mark.parametrize(("level", "severity"), [("error", "major"), ("warning", "minor"), ("note", "info")])
def test_a_severity_is_one_of_gitlabs(level: Any, severity: str) -> None:
    (told,) = gitlab_report([Finding(rule="a", level=level, message="m", file="f", line=None)])
    assert told["severity"] == severity
    assert told["location"]["lines"]["begin"] == 1


def test_an_absolute_path_is_told_from_the_repositorys_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (told,) = gitlab_report([Finding(rule="a", level="error", message="m", file=f"{tmp_path}/d/f.c", line=2)])
    assert told["location"]["path"] == "d/f.c"


texts = st.text(alphabet="ab:,%\r\n'é", min_size=1, max_size=6)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["one", "two"]),
    level=st.sampled_from(["error", "warning", "note"]),
    message=texts,
    file=texts.map(lambda text: f"f{text}"),
    line=st.none() | st.integers(1, 3),
)


@given(told=st.lists(findings, max_size=6), moved=st.integers(0, 9))
def test_every_finding_is_one_line_and_one_fingerprint_wherever_it_stands(
    told: list[Finding], moved: int
) -> None:
    lines = list(github_commands(told))
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert len(lines) == len(told)
    prints = [one["fingerprint"] for one in gitlab_report(told)]
    assert len(set(prints)) == len(told)
    shifted = [
        Finding(rule=x.rule, level=x.level, message=x.message, file=x.file, line=(x.line or 0) + moved)
        for x in told
    ]
    assert [one["fingerprint"] for one in gitlab_report(shifted)] == prints
