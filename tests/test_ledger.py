from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.driver.errors import DataError
from virtgate.upstream.ledger import Atom, Ledger, render
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
# What lies beside the ledgers and has no ranges.
LISTS = {LEDGER / name for name in ("releases.txt", "commits.txt", "reverted.txt")}

TEXT = """\
# kind: qmp
# covers: partial - only what these tests need
block-commit  command  1.3.0..
block-commit.base?  str  2.3.1 | 2.4.0..
block-commit.base[deprecated]  feature  5.0.0..
block-commit.top  str  1.3.0..1.7
block-commit.top-node?  str  3.1.0..
block-commit.top?  str  2.0.0..
block-commit2  command  1.3.0..
info  command  0.9.0..
info block  command  0.10.0..
query-version()  object VersionInfo  0.12.0..
"""


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.parse(TEXT)


def test_the_header_says_the_kind_and_what_is_covered(ledger: Ledger) -> None:
    assert (ledger.kind, ledger.covers, ledger.note) == ("qmp", "partial", "only what these tests need")


def test_an_element_has_a_line_for_each_type_and_optionality_it_had(ledger: Ledger) -> None:
    mandatory, optional = ledger.atoms("block-commit.top")
    assert (mandatory.optional, mandatory.ranges) == (False, "1.3.0..1.7")
    assert (optional.optional, optional.ranges) == (True, "2.0.0..")


@pytest.mark.parametrize(
    ("release", "optional"), [("1.2.0", None), ("1.7.2", False), ("2.0.0", True), ("10.2.0", True)]
)
def test_an_element_is_given_as_a_release_had_it(ledger: Ledger, release: str, optional: bool | None) -> None:
    atom = ledger.at("block-commit.top", parse_release(release))
    assert (atom.optional if atom else None) == optional


def test_a_point_release_implies_nothing_about_the_next(ledger: Ledger) -> None:
    assert ledger.at("block-commit.base", parse_release("2.3.1"))
    assert not ledger.at("block-commit.base", parse_release("2.3.0"))


def test_what_is_under_a_name_does_not_include_longer_names(ledger: Ledger) -> None:
    assert [atom.written_name for atom in ledger.under("block-commit")] == [
        "block-commit.base?",
        "block-commit.base[deprecated]",
        "block-commit.top",
        "block-commit.top-node?",
        "block-commit.top?",
    ]
    assert [atom.name for atom in ledger.under("block-commit.base")] == ["block-commit.base[deprecated]"]


def test_a_name_with_a_blank_is_another_name(ledger: Ledger) -> None:
    assert [atom.ranges for atom in ledger.atoms("info")] == ["0.9.0.."]
    assert "info block" in ledger
    assert "info blo" not in ledger


def test_heads_are_what_elements_are_in(ledger: Ledger) -> None:
    assert [atom.name for atom in ledger.heads()] == ["block-commit", "block-commit2", "info", "info block"]


@pytest.mark.parametrize(
    "text", ["", "# kind: qmp\n", "# kind: qmp\n# covers: most\n", "x  command  1.0.0..\n"]
)
def test_a_file_without_a_header_is_no_ledger(text: str) -> None:
    with pytest.raises(
        DataError, match=r"qmp\.txt:1: header lacks 'kind' or a 'covers' that is one of complete"
    ):
        Ledger.parse(text, "qmp.txt")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("x  command", "x:3: a line is a name, a type and ranges, two blanks apart: 'x  command'"),
        ("x  command  2.3.1..", "x:3: ranges '2.3.1..': "),
        ("x  command  soon", "x:3: ranges 'soon': "),
        ("b  command  1.0.0..\na  command  1.0.0..", "x:4: 'a' is out of order after 'b'"),
        ("a  str  2.0.0..\na  int  1.0.0..1.7", "x:4: 'a' is out of order after 'a'"),
    ],
)
def test_every_bad_line_is_told(lines: str, problem: str) -> None:
    (found,) = Ledger.parse(f"# kind: qmp\n# covers: complete\n{lines}\n").problems("x")
    assert found.startswith(problem)


NAMES = st.from_regex(r"[a-z]{1,3}(-[a-z])?(\.[a-z]{1,2}|:[a-z]|\(\)|\[[a-z]\]| [a-z]){0,2}", fullmatch=True)
ATOMS = st.builds(
    Atom,
    name=NAMES,
    type=st.sampled_from(["command", "str", "enum X", "[object X]"]),
    ranges=st.sampled_from(["1.3.0..", "2.3.1 | 2.4.0..", "0.10.0..0.12", "1.0.0..1.0"]),
    optional=st.booleans(),
)


@given(st.lists(ATOMS, unique_by=lambda atom: (atom.written_name, atom.type)))
def test_what_was_written_is_read_and_found(atoms: list[Atom]) -> None:
    text = render(atoms, kind="qmp", covers="complete", note="a note")
    ledger = Ledger.parse(text)
    assert set(ledger) == set(atoms)
    assert render(reversed(atoms), kind="qmp", covers="complete", note="a note") == text
    assert not ledger.problems()
    for atom in atoms:
        assert set(ledger.atoms(atom.name)) == {other for other in atoms if other.name == atom.name}


@pytest.mark.parametrize("path", sorted(set(LEDGER.glob("*.txt")) - LISTS), ids=lambda path: path.name)
def test_a_shipped_ledger_is_as_the_writer_writes_it(path: Path) -> None:
    ledger = Ledger.read(path)
    assert not ledger.problems(path.name)
    text = render(ledger, kind=ledger.kind, covers=ledger.covers, note=ledger.note)
    assert text == path.read_text(encoding="utf-8")
