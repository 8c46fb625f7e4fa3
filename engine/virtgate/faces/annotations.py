"""Findings for GitHub as workflow commands and for GitLab as its code quality report, which mark lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from .sarif import Finding

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
# GitLab has critical and blocker besides; nothing that is told here is either.
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}


def github_commands(findings: Iterable[Finding]) -> Iterator[str]:
    """A line a finding: `::error file=F,line=N,title=RULE::what`."""
    for one in findings:
        line = f",line={one.line}" if one.line is not None else ""
        place = f"file={_property(_path(one))}{line},title={_property(f'virtgate {one.rule}')}"
        yield f"::{_GITHUB[one.level]} {place}::{_data(one.message)}"


# What GitHub's runner decodes again (actions/toolkit, packages/core/src/command.ts): a line's end would end
# the command, and a message could begin another.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab_report(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """GitLab's report: a finding is the same as in another commit while its rule, file and words are.

    Those that are alike in a file are counted, as GitLab shows each fingerprint once.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    report = []
    for one in findings:
        key = (one.rule, _path(one), one.message)
        seen[key] += 1
        # No line's number: a finding that moved down with its file is the same one.
        whole = "\0".join((*key, str(seen[key])))
        report.append(
            {
                "description": one.message,
                "check_name": f"virtgate/{one.rule}",
                "fingerprint": hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest(),
                "severity": _GITLAB[one.level],
                # GitLab requires a line of each (Code Quality, report format).
                "location": {"path": _path(one), "lines": {"begin": one.line or 1}},
            }
        )
    return report


def _path(one: Finding) -> str:
    """A file by its name in the repository, from whose top a service runs what it runs."""
    path, here = PurePath(one.file), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
