"""What --fix mends is right, means the same, keeps every comment, and is mended once."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from test_lint import BASE, lay_out, said
from virtgate.cli import main
from virtgate.data import data_files, data_root, load_catalog
from virtgate.data.yaml import read
from virtgate.lint import Data, lint_paths, mend_paths, order, quotes
from virtgate.lint.marked import Marked
from virtgate.lint.mending import MENDERS, mend

BEFORE = """\
# the file's own comment
area: net
capabilities:
  # about all of them

  # about b
  net.b:
    title: B   # beside b
    needs: [net.a, 010]

  net.c: {title: C # a comment inside
    }
    # deeper: still about c
  # about a
  net.a:
    title: |
      # no comment
      A
# the end
"""
AFTER = """\
# the file's own comment
area: net
capabilities:
  # about all of them

  # about a
  net.a:
    title: |
      # no comment
      A

  # about b
  net.b:
    title: B   # beside b
    needs: [net.a, "010"]

  net.c: {title: C # a comment inside
    }
    # deeper: still about c
# the end
"""


def test_entries_move_with_their_comments_and_are_spaced_as_their_neighbours() -> None:
    assert mend(BEFORE) == (AFTER, ("order", "quotes"))


def test_every_fixable_rule_says_what_its_mender_mends(tmp_path: Path) -> None:
    cases = {
        "order": "ids-out-of-order",
        "quotes": "release-without-quotes",
        "renamed": "old-key",
        "style": "",
    }
    for rule, case in cases.items():
        root = tmp_path / rule
        if case:
            lay_out(case, root)
        else:
            shutil.copytree(BASE, root)
            file = root / "capabilities" / "net.yaml"
            file.write_bytes(b"\n" + file.read_bytes().replace(b"\n", b" \r\n").rstrip())
        problems = lint_paths(root=root)
        assert {one.rule for one in problems} == {rule}
        assert list(mend_paths(root=root).values()) == [(rule,)]
        assert said(root) == ""
        assert mend_paths(root=root) == {}


def test_an_old_key_is_read_as_the_new_one_and_renamed_in_its_place(tmp_path: Path) -> None:
    root = lay_out("old-key", tmp_path / "data")
    file = root / "matrix" / "qemu" / "block.yaml"
    before, old = load_catalog(str(root)), file.read_text(encoding="utf-8")
    assert [one.by for one in before.paths["qemu"]["block.mirror"][0].divergent] == [("proxmox",)]
    mend_paths(root=root)
    assert file.read_text(encoding="utf-8") == old.replace("early:", "divergent:")
    assert load_catalog(str(root)).paths == before.paths


STYLE = {
    "a blank at the end": ("a: b  \nc: d\n", "a: b\nc: d\n"),
    "a tab at the end": ("a: b\t\nc: d\n", "a: b\nc: d\n"),
    "a comment's blanks": ("a: b # c  \n", "a: b # c\n"),
    "blank lines in a row": ("a: b\n\n  \n\nc: d\n", "a: b\n\nc: d\n"),
    "blank lines at the ends": ("\n\na: b\n\n\n", "a: b\n"),
    "no newline": ("a: b", "a: b\n"),
    "no newline after a comment": ("a: b\n# c", "a: b\n# c\n"),
    "carriage returns": ("a: b\r\n\r\nc: |\r\n  d\r\n", "a: b\n\nc: |\n  d\n"),
    "a block's own blanks": ("a: |\n  b  \n\n\n  c\n\n\nd: e \n", "a: |\n  b  \n\n\n  c\n\n\nd: e\n"),
    "a block that keeps its end": ("a: |+\n  b\n\n\n", "a: |+\n  b\n\n\n"),
    "a block without an end": ("a: |\n  b", "a: |\n  b"),
    "a quoted text of several lines": ('a: "b \n\n\n  c"\n', 'a: "b \n\n\n  c"\n'),
}


@pytest.mark.parametrize(("before", "after"), STYLE.values(), ids=STYLE.keys())
def test_blanks_and_line_ends_are_mended_where_they_are_no_value(before: str, after: str) -> None:
    assert mend(before)[0] == after
    assert mend(after) == (after, ())


UNTOUCHED = {
    "a duplicate key": "capabilities:\n  b: 010 \n  a: x\n  a: y\n",
    "an anchor": "a: &x b \n",
    "half a file": "a: [b \n",
    "a tab that indents": "a:\n\tb: c \n",
    "a control character": "a: b\x07 \n",
    "two documents": "a: b \n---\nc: d\n",
    "an odd end of line": "a: b\x85c: 010\n",
    "a lone carriage return": "a: 010\rb: c \n",
    "nothing": "",
    "a comment alone": "# x  \n",
}


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_a_text_that_is_not_read_whole_is_left_alone(text: str) -> None:
    assert mend(text) == (text, ())


def test_the_shipped_data_need_no_mending() -> None:
    for file in data_files(data_root()):
        text = file.read_text(encoding="utf-8")
        assert [rule for rule, mender in MENDERS.items() if mender(Marked(text)) != text] == [], file


WORDS = ("b", "a.b", "x1", "010", "1.10", "on", "no", "2009-02-09", "~", "1:7.2", "0x10", "it's", "a#b", "=")
COMMENTS = st.sampled_from(["", "", "  # beside", " # 010: on"])


@st.composite
def scalars(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(WORDS))
    form = draw(
        st.sampled_from(["{}", "{}", '"{}"', "'{}'", "[{}, y]", "{{k: {}}}", "[{}, # listed\n       z]"])
    )
    return form.format(word.replace("'", "''") if form.startswith("'") else word)


@st.composite
def entries(draw: st.DrawFn, key: str) -> str:
    above = draw(
        st.sampled_from(["", "", "\n", f"  # above {key}\n", f"\n  # above {key}\n  # and more\n", "  \n\n"])
    )
    below = draw(st.sampled_from(["", "", f"      # below {key}\n", f"    # below {key}\n\n"]))
    value = draw(
        st.one_of(
            st.tuples(scalars(), COMMENTS).map(lambda both: f" {both[0]}{both[1]}\n"),
            st.tuples(scalars(), COMMENTS).map(
                lambda both: f"{both[1]}\n    k: {both[0]}\n    # in {key}\n    l: m \n"
            ),
            st.tuples(scalars(), scalars()).map(
                lambda both: f"\n    - {both[0]}\n    - n: {both[1]}\n      # deep\n"
            ),
            st.sampled_from(
                [" |\n    # text\n    more  \n\n", " >-\n    folded\n    text\n", ' "a\n    b"\n', " {}\n"]
            ),
        )
    )
    return f"{above}  {key}:{value}{below}"


@st.composite
def files(draw: st.DrawFn) -> str:
    keys = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1, max_size=6))
    top = draw(st.sampled_from(["area: net\n", "# c\narea: 010 # d\n", "\n\narea: net  \n"]))
    name = draw(st.sampled_from(["capabilities", "support"]))
    body = "".join(draw(entries(f"net.{key}")) for key in keys)
    tail = draw(st.sampled_from(["", "# tail\n", "  # tail\n", "\n\n# tail", "other:\n  z: 1\n  y: 2\n"]))
    text = f"{top}{name}:{draw(COMMENTS)}\n{body}{tail}"
    return text.replace("\n", "\r\n") if draw(st.integers(0, 9)) == 0 else text


def words_of(text: str) -> object:
    """What a text says to a reader to which every scalar is text."""
    return yaml.load(text, yaml.BaseLoader)


def comments_of(text: str) -> list[str]:
    """The comments that the strategies above put in, by their own words."""
    known = r"# (?:beside|010: on|above \S+|and more|below \S+|in \S+|listed|deep|tail|c|d)(?=\s*$)"
    return sorted(re.findall(known, text.replace("\r", ""), re.MULTILINE))


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=files())
def test_a_mended_text_means_the_same_keeps_its_comments_and_needs_no_second_time(text: str) -> None:
    mended, rules = mend(text)
    assert (mended == text) == (rules == ())
    assert words_of(mended) == words_of(text)
    assert comments_of(mended) == comments_of(text)
    assert mend(mended) == (mended, ())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=files())
def test_a_mended_text_has_nothing_left_to_mend(text: str) -> None:
    mended, _ = mend(text)
    block = read(mended, "", [])
    assert block is not None
    data = Data(load_catalog(str(BASE)), {"x": block}, frozenset())
    assert [one.problem for rule in (order, quotes) for one in rule.find(data)] == []
    assert [rule for rule, mender in MENDERS.items() if mender(Marked(mended)) != mended] == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=files())
def test_a_comment_stays_with_the_entry_that_it_names(text: str) -> None:
    mended = mend(text)[0].replace("\r", "")
    for name, key in re.findall(r"# (above|below|in) (\S+)", mended):
        lines = mended.split("\n")
        at = next(n for n, line in enumerate(lines) if line.strip() == f"# {name} {key}")
        owners = [line.split(":")[0].strip() for line in lines[:at] if re.match(r"  net\.", line)]
        following = [line.split(":")[0].strip() for line in lines[at:] if re.match(r"  net\.", line)]
        assert (following[0] if name == "above" else owners[-1]) == key


def test_the_verb_says_what_it_fixed_and_ends_with_what_remains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay_out("ids-out-of-order", tmp_path / "data")
    (problem,) = lint_paths(root=root)
    file = root / problem.file
    file.chmod(0o640)
    assert main(["lint", "--fix", "--data", str(root)]) == 0
    assert capsys.readouterr().out == f"{problem.file}: fixed: order\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert main(["lint", "--fix", "--data", str(root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"format": 1, "fixed": [], "problems": []}


def test_what_cannot_be_mended_stays_and_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay_out("unknown-need", tmp_path / "data")
    file = root / "capabilities" / "net.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    assert main(["lint", "--fix", "--data", str(root)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("capabilities/net.yaml: fixed: style\n")
    assert "which is no capability" in out
    assert file.read_text(encoding="utf-8") == before.rstrip("\n") + "\n"


def test_only_the_files_that_were_named_are_mended(tmp_path: Path) -> None:
    root = lay_out("ids-out-of-order", tmp_path / "data")
    (problem,) = lint_paths(root=root)
    assert mend_paths([root / "matrix" / "xend"], root) == {}
    assert mend_paths([root / problem.file], root) == {problem.file: ("order",)}


def test_a_byte_order_mark_is_kept_and_a_link_out_of_the_data_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(BASE, root)
    file, real = root / "capabilities" / "net.yaml", tmp_path / "elsewhere.yaml"
    marked = b"\xef\xbb\xbf" + file.read_bytes() + b"\n\n"
    file.write_bytes(marked)
    assert mend_paths(root=root) == {"capabilities/net.yaml": ("style",)}
    assert file.read_bytes().startswith(b"\xef\xbb\xbfarea: net\n")
    real.write_bytes(marked)
    file.unlink()
    file.symlink_to(real)
    assert mend_paths(root=root) == {}
    assert real.read_bytes() == marked


def test_a_file_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    shutil.copytree(BASE, root)
    # A name that leaves no room for the one under which the new text is written first.
    file = root / "capabilities" / f"{'n' * 240}.yaml"
    file.write_text("area: net\ncapabilities: {} \n", encoding="utf-8")
    assert main(["lint", "--fix", "--data", str(root)]) == 2
    assert capsys.readouterr().err == f"{file}: cannot be mended: file name too long\n"
    assert file.read_text(encoding="utf-8").endswith(" \n")


def test_what_is_put_at_the_end_after_a_blank_line_leaves_none_behind() -> None:
    text = "area: net\ncapabilities:\n  net.b:\n    title: B\n  net.c:\n    title: C\n"
    mended, rules = mend(f"{text}\n  net.a:\n    title: A\n")
    assert rules == ("order",)
    assert mended == text.replace("  net.b", "  net.a:\n    title: A\n  net.b")
