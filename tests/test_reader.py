"""YAML is read as text that knows its line, and what is not allowed is refused in our own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import virtgate.data.yaml as reader
from virtgate.data.yaml import MOST_BYTES, MOST_DEPTH, Block, Problem, Row, Text, read

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff")
)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
BROKEN = """
a: b: c
a: 'x
a: [b
a: {b: c
a: b|b
a: @x
a: `x
a:|  - b| c: d
a: "\\q"
a: b| c: d
- a|b
? [a]|: b
a: !!str b|c: &d e|f: *d
a: b|---|c: d
x: {a: b,|\tc: d}
|\ta: b
a: >|  x|\ty
"""
PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


def read_well(text: str | bytes) -> Block:
    found: list[Problem] = []
    block = read(text, "f.yaml", found)
    assert found == []
    assert block is not None
    return block


def problems(text: str | bytes) -> list[str]:
    found: list[Problem] = []
    read(text, "f.yaml", found)
    return [str(one) for one in found]


@given(value=st.dictionaries(WORDS, VALUES, max_size=5))
def test_any_mapping_of_quoted_text_reads_back(value: dict[str, Any]) -> None:
    assert read_well(json.dumps(value, ensure_ascii=False)) == value
    assert read_well(yaml.safe_dump(value, default_style='"', allow_unicode=True)) == value


@settings(max_examples=300)
@given(text=st.text() | st.binary())
def test_anything_at_all_is_read_or_refused(text: str | bytes) -> None:
    found: list[Problem] = []
    block = read(text, "f.yaml", found)
    assert (block is not None) or found
    assert all(one.line >= 1 and "\n" not in one.problem for one in found)


@settings(max_examples=300)
@given(text=st.text(alphabet="ab:-[]{},&*!|>'\"#?\n \t", max_size=40))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    found: list[Problem] = []
    assert read(text, "f.yaml", found) is not None or found


@pytest.mark.parametrize("text", BROKEN.strip("\n").split("\n"))
def test_both_parsers_of_pyyaml_give_the_same_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for parser in PARSERS:
        monkeypatch.setattr(reader, "find_loader", lambda parser=parser: parser)
        said.append(problems(text.replace("|", "\n") + "\n"))
    assert said[0]
    assert all(one == said[0] for one in said)


def test_every_scalar_is_text() -> None:
    block = read_well(
        'a: [1.10, on, no, 2009-02-09, 1:7.2, 0x10, 123456789012, 12e4567890, null, ~, .5, "true"]'
    )
    (row,) = block.values()
    assert " ".join(row) == "1.10 on no 2009-02-09 1:7.2 0x10 123456789012 12e4567890 null ~ .5 true"
    assert all(type(one) is Text for one in row)


def test_a_value_knows_its_line_and_whether_it_was_quoted() -> None:
    block = read_well('a: x\nb:\n  - "y"\n  - |\n    z\n')
    first, second = block.values()
    assert isinstance(second, Row)
    assert [(one.line, one.plain) for one in (first, *second)] == [(1, True), (3, False), (4, False)]
    assert [key.line for key in block] == [1, 2]
    assert (block.line, second.line) == (1, 3)


def test_a_byte_order_mark_is_no_text() -> None:
    assert list(read_well("\ufeffa: b\n".encode())) == ["a"]


def test_a_file_may_be_as_long_as_allowed_and_no_longer() -> None:
    text = b"a: b\n" + b"#" * (MOST_BYTES - 5)
    assert read_well(text) == {"a": "b"}
    assert problems(text + b"#") == [
        f"f.yaml:1: {MOST_BYTES + 1} bytes are too many; {MOST_BYTES} are allowed"
    ]


def test_text_is_measured_in_bytes() -> None:
    assert problems("a: " + "é" * (MOST_BYTES // 2)) != []


def test_nesting_may_be_as_deep_as_allowed_and_no_deeper() -> None:
    inner = MOST_DEPTH - 1
    read_well("a: " + "[" * inner + "]" * inner)
    assert problems("a: " + "[" * (inner + 1) + "]" * (inner + 1)) == [
        "f.yaml:1: nested deeper than 32 levels"
    ]


def test_a_hundred_thousand_brackets_cost_nothing() -> None:
    assert problems("a: " + "[" * 100_000) == ["f.yaml:1: nested deeper than 32 levels"]


def test_laughs_are_refused_before_they_grow() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    said = problems("\n".join(lines))
    assert said[0] == "f.yaml:1: anchor '&a0' is not allowed\nhint: write the value out where it is used"
    assert said[-1] == "f.yaml:2: alias '*a0' is not allowed\nhint: write the value out"


def test_what_can_be_passed_over_does_not_hide_what_follows() -> None:
    said = problems("a: &x b\nc: !!str d\n<<: {q: r}\na: e\n")
    assert [one.split("\n")[0].split(": ", 1)[1] for one in said] == [
        "anchor '&x' is not allowed",
        "tag 'tag:yaml.org,2002:str' is not allowed",
        "merge key '<<' is not allowed",
        "key 'a' is here twice; first in line 1",
    ]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert read_well('"<<": b') == {"<<": "b"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "f.yaml:1: the file is empty; a mapping is expected"),
        ("- a\n", "f.yaml:1: the file is a list; a mapping is expected"),
        ("a\n", "f.yaml:1: the file is a text; a mapping is expected"),
        (b"a: b\nc: \xff\n", "f.yaml:2: byte 8 is not UTF-8"),
        ("a: b\nc: \x01\n", "f.yaml:2: control character 0x01 is not allowed"),
        ("a: b\n\tc: d\n", "f.yaml:2: a tab indents this line; only blanks may"),
    ],
)
def test_what_is_no_mapping_is_refused(text: str | bytes, problem: str) -> None:
    assert problems(text) == [problem]
