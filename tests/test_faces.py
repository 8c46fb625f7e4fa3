"""How answers look: tables that fit, explanations that argue, documents that lack no key."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import virtgate
from virtgate import Gates
from virtgate.faces.documents import (
    HOST_KEYS,
    failed_document,
    gates_document,
    host_document,
    spell_json,
    targets_document,
)
from virtgate.faces.fleets import Answer, markdown_lines
from virtgate.faces.guard import Guarded
from virtgate.faces.paint import Paint
from virtgate.faces.tables import columns, gates_table, host_line, is_no_concern

WORDS = st.text(st.characters(categories=("L", "N")), max_size=30)


# A host is called what its file is, which may be anything.
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs")) | st.sampled_from("|a_\\\r\n`&<*_[]()"))
ENGINE = Path(virtgate.__file__).parent


@pytest.fixture(scope="module")
def gates() -> Gates:
    return virtgate.release("qemu", "8.2")


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1))
def test_columns_stand_in_line_and_lose_nothing(rows: list[tuple[str, str, str]]) -> None:
    lines = columns(rows)
    second = max(len(first) for first, _, _ in rows) + 2
    assert len(lines) == len(rows)
    for line, (first, middle, last) in zip(lines, rows, strict=True):
        assert line == line.rstrip()
        assert line.startswith(first)
        assert line[second : second + len(middle)] == middle
        assert line.endswith(last)


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


def test_a_cell_that_is_too_long_moves_its_own_line_only() -> None:
    lines = columns([("a" * 9, "x"), ("b", "y")], widest=(4,))
    assert lines == ["aaaaaaaaa  x", "b     y"]


def test_the_last_cell_is_wrapped_where_a_width_is_given() -> None:
    text = "one two three four five six seven eight nine ten"
    lines = columns([("name", text)], width=36)
    assert max(map(len, lines)) <= 36
    assert all(line.startswith("      ") for line in lines[1:])
    assert " ".join(line[6:] for line in lines) == text


def test_a_table_counts_what_it_shows_and_what_it_leaves_out(gates: Gates) -> None:
    verdicts = [gates.verdict(name) for name in gates]
    plain = Paint(io.StringIO())
    some, every = gates_table(gates, verdicts, plain), gates_table(gates, verdicts, plain, whole=True)
    foreign = [one for one in verdicts if is_no_concern(one)]
    assert all(not one.paths and one.reason == "unsupported" for one in foreign)
    assert len(every) - len(some) == len(foreign) > 0
    counts = {
        state: sum(one.state == state for one in verdicts if not is_no_concern(one))
        for state in ("enabled", "disabled", "unknown")
    }
    assert some[-2].startswith(", ".join(f"{count} {state}" for state, count in counts.items()))


def test_an_empty_table_has_no_head(gates: Gates) -> None:
    lines = gates_table(gates, [], Paint(io.StringIO()))
    assert lines == [host_line(gates), "0 enabled, 0 disabled, 0 unknown", "'virtgate explain ID' says why"]


def test_what_several_hosts_have_in_common_is_a_table_too(gates: Gates) -> None:
    joined = gates & virtgate.release("kvm", "6.1")
    assert "several hypervisors" in host_line(joined)
    assert gates_table(joined, (joined.verdict(name) for name in joined), Paint(io.StringIO()))


def test_paint_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    Guarded(terminal).write(Paint(terminal).mark("enabled"))
    assert terminal.getvalue() == "\033[32m+\033[0m"
    assert Paint(io.StringIO()).mark("disabled") == "-"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Paint(Terminal()).mark("unknown") == "?"


def test_documents_lack_no_key_and_are_json(gates: Gates) -> None:
    document = gates_document(gates, (gates.verdict(name) for name in gates))
    assert json.loads(json.dumps(document)) == document
    assert tuple(document["host"]) == (*HOST_KEYS, "source")
    keys = {tuple(gate) for gate in document["gates"]}
    assert len(keys) == 1
    assert len({tuple(path) for gate in document["gates"] for path in gate["paths"]}) == 1
    several = targets_document([document, failed_document("/nowhere", "is not here")])
    assert [set(one) for one in several["targets"]] == [{"host", "gates"}, {"host", "error"}]
    assert host_document({}) == dict.fromkeys((*HOST_KEYS, "source"))


def test_an_explanation_fits_and_names_every_path(gates: Gates) -> None:
    for name in gates:
        verdict = gates.verdict(name)
        lines = gates.explain(name).splitlines()
        assert lines[0].startswith(f"{name} is {verdict.state}")
        assert all(any(path.name in line for line in lines) for path in verdict.paths)
        assert all(len(line) <= 100 or " " not in line.strip()[12:] for line in lines), name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.booleans())
def test_json_is_spelt_as_the_standard_library_does(value: object, ascii_only: bool) -> None:
    quote = json.encoder.encode_basestring_ascii if ascii_only else json.encoder.encode_basestring
    assert spell_json(value, quote, "\n") == json.dumps(value, indent=1, ensure_ascii=ascii_only)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1))
def test_a_table_in_markdown_has_every_cell_as_it_is(rows: list[tuple[str, str]]) -> None:
    answer = Answer(
        document={}, head=("the_host", "a|_b_", "since"), rows=[(*row, None) for row in rows], lines=()
    )
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(markdown_lines(answer)))
    assert [token.type for token in tokens].count("table_open") == 1
    shown = [one for token in tokens if token.type == "inline" for one in [token.children or []]]
    assert {child.type for children in shown for child in children} <= {"text", "text_special"}
    cells = ["".join(child.content for child in children) for children in shown]
    expected = [*answer.head, *(cell for row in rows for cell in (*row, ""))]
    assert cells == [
        cell.replace("\r\n", " ").replace("\r", " ").replace("\n", " ").strip() for cell in expected
    ]


def test_markdown_has_one_place_that_writes_tables() -> None:
    writers = {path.name for path in ENGINE.rglob("*.py") if '["---"]' in path.read_text("utf-8")}
    assert writers == {"markdown.py"}
