"""Bad YAML is refused with the exact message; what is shipped has none to refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from virtgate.catalog import data_root
from virtgate.errors import DataError
from virtgate.lint import RULES, lint_paths
from virtgate.lint.quotes import read_as

REJECTED = Path(__file__).parent / "rejected"
BASE = REJECTED / "_base"
CASES = sorted(one.stem for one in REJECTED.iterdir() if one.suffix != ".err" and one != BASE)
# Problems of the shipped data that wait for their owner, as `file: problem`; this list only shrinks.
WAITING = Path(__file__).parent / "lint-waiting.txt"


def lay_out(name: str, root: Path) -> Path:
    """The small data set with one case laid over it: a folder, or a file that names its place."""
    shutil.copytree(BASE, root)
    case = REJECTED / f"{name}.yaml"
    if not case.is_file():
        shutil.copytree(REJECTED / name, root, dirs_exist_ok=True)
        return root
    content = case.read_bytes()
    target = root / content.split(b"\n", 1)[0].decode().removeprefix("# file: ")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return root


def said(root: Path, *paths: Path) -> str:
    return "".join(f"{problem}\n" for problem in lint_paths(paths, root))


@pytest.mark.parametrize("name", CASES)
def test_a_rejected_case_gets_exactly_its_message(name: str, tmp_path: Path) -> None:
    expected = (REJECTED / f"{name}.err").read_text(encoding="utf-8")
    assert said(lay_out(name, tmp_path / "data")) == expected
    assert expected


def test_every_message_belongs_to_a_case() -> None:
    assert len(CASES) >= 45
    assert sorted(one.stem for one in REJECTED.glob("*.err")) == CASES


def test_the_data_set_beneath_the_cases_is_clean() -> None:
    assert said(BASE) == ""


def test_messages_keep_house_style() -> None:
    for case in REJECTED.glob("*.err"):
        for line in case.read_text(encoding="utf-8").splitlines():
            text = line.removeprefix("hint: ") if line.startswith("hint: ") else line.split(": ", 1)[1]
            assert not text.endswith("."), f"{case.name}: {line}"
            assert not text[0].isupper(), f"{case.name}: {line}"


def test_the_shipped_data_are_clean() -> None:
    root = data_root()
    waiting = set(WAITING.read_text(encoding="utf-8").splitlines()) if WAITING.is_file() else set()
    found = {f"{one.file}: {one.problem}" for one in lint_paths(root=root)}
    if not (root / "matrix/qemu/ledger/option.txt").is_file():
        found = {one for one in found if "neither a ledger" not in one or "option " not in one}
    assert sorted(found - waiting) == []
    assert sorted(waiting - found) == [], "is no longer needed: delete its line from the list"


def test_only_what_was_asked_for_is_reported(tmp_path: Path) -> None:
    root = lay_out("problems-in-several-files", tmp_path / "data")
    whole = said(root)
    one = said(root, root / "capabilities" / "net.yaml")
    folder = said(root, root / "matrix")
    assert one + folder == whole
    assert one.startswith("capabilities/net.yaml:")
    assert said(root, root / "matrix" / "qemu" / "block.yaml") == ""


def test_a_path_inside_other_data_is_checked_against_those(tmp_path: Path) -> None:
    root = lay_out("unknown-need", tmp_path / "data")
    found = lint_paths([root / "capabilities" / "net.yaml"])
    assert [str(one).split(":")[0] for one in found] == ["capabilities/net.yaml"]


def test_a_file_outside_any_data_is_checked_against_the_given_ones(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("hypervisor: qemu\nsupport:\n  net.hot-plug:\n    - path: x\n      when: {command: x}\n")
    found = lint_paths([file], BASE)
    assert {one.file for one in found} == {file.as_posix()}
    assert "no release of qemu has 'x'" in [one.problem for one in found]


def test_a_folder_outside_any_data_is_searched(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "net.yaml").write_text("hypervisor: qemu\nsupport:\n  net.hotplug: []\n")
    assert [one.file for one in lint_paths([tmp_path], BASE)] == [(tmp_path / "new" / "net.yaml").as_posix()]


def test_a_folder_inside_data_without_data_has_no_problem() -> None:
    assert said(BASE, BASE / "matrix" / "xend" / "ledger") == ""


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = lint_paths([tmp_path / "none.yaml"], BASE)
    assert problem.problem == "cannot be read: no such file or directory"


def test_no_data_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        lint_paths(root=tmp_path)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_the_module_of_its_name(rule: str) -> None:
    assert RULES[rule].__module__ == f"virtgate.lint.{rule}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.10", "a number"),
        ("010", "a number"),
        ("0x10", "a number"),
        ("0b1", "a number"),
        ("12e4567890", "a number"),
        ("1e5", "a number"),
        (".5", "a number"),
        ("+1", "a number"),
        (".inf", "a number"),
        (".NaN", "a number"),
        ("1:7.2", "a number in base 60"),
        ("190:20:30", "a number in base 60"),
        ("on", "true or false"),
        ("No", "true or false"),
        ("true", "true or false"),
        ("2009-02-09", "a date"),
        ("2009-02-09T12:00:00Z", "a date"),
        ("~", "nothing"),
        ("null", "nothing"),
        ("=", "a default value's mark"),
        ("0.10.0", None),
        ("kvm-77", None),
        ("1:7", "a number in base 60"),
        ("Y", None),
        ("12e45678f0", None),
        ("1.2.3", None),
        ("none", None),
        ("", None),
    ],
)
def test_what_other_tools_make_of_plain_text_is_known(text: str, kind: str | None) -> None:
    assert read_as(text) == kind
