"""The reasons are listed once, and whatever is told by them tells each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import virtgate
from virtgate.decide.reasons import Reason
from virtgate.decide.remedies import _REMEDIES
from virtgate.decide.rows import ROWS
from virtgate.decide.sentences import _SAYINGS

ROOT = Path(__file__).parents[1]
OUTPUT = sorted((Path(virtgate.__file__).parent / "schemas" / "output").glob("*.json"))


def enumerations(schema: Any) -> list[list[str]]:
    """Every list of words that a schema gives a `reason`."""
    if isinstance(schema, list):
        return [found for one in schema for found in enumerations(one)]
    if not isinstance(schema, dict):
        return []
    own = schema["reason"].get("enum") if isinstance(schema.get("reason"), dict) else None
    return ([own] if own else []) + [found for one in schema.values() for found in enumerations(one)]


def test_every_reason_is_a_rows_or_comes_of_a_need_or_of_a_policy() -> None:
    assert {row.reason for row in ROWS} | {Reason.NEEDS, Reason.POLICY} == set(Reason)


def test_every_reason_has_a_sentence() -> None:
    assert set(_SAYINGS) == set(Reason)
    assert set(_REMEDIES) <= set(Reason)


def test_the_drivers_page_explains_every_reason() -> None:
    text = (ROOT / "docs" / "drivers.md").read_text(encoding="utf-8")
    table = text.split("## What the reasons mean", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(Reason)


@pytest.mark.parametrize("path", OUTPUT, ids=lambda path: path.stem)
def test_a_schema_that_lists_reasons_lists_each(path: Path) -> None:
    for words in enumerations(json.loads(path.read_text(encoding="utf-8"))):
        assert not set(words) & set(Reason) or set(words) == set(Reason)
