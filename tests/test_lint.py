"""Bad YAML is refused with the exact message; what is shipped has none to refuse."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.data import data_root
from virtgate.data.exceptions import EXCEPTIONS, read_exceptions
from virtgate.driver.errors import DataError
from virtgate.lint import RULES, describe_rules, lint_paths
from virtgate.lint.ledgers import find_odd_types
from virtgate.lint.quotes import read_as

REJECTED = Path(__file__).parent / "rejected"
BASE = REJECTED / "_base"
CASES = sorted(one.stem for one in REJECTED.iterdir() if one.suffix != ".err" and one != BASE)
ROOT = REJECTED.parents[1]
PAGE = ROOT / "docs" / "lint.md"
TABLE = re.compile(r"(?<=<!-- begin: the rules' own words -->\n).*?(?=<!-- end -->)", re.DOTALL)


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
    found = {f"{one.file}: {one.problem}" for one in lint_paths(root=root)}
    if not (root / "matrix/qemu/ledger/option.txt").is_file():
        found = {one for one in found if "neither a ledger" not in one or "option " not in one}
    assert sorted(found) == []


def numbers_at(commit: str, folder: Path) -> dict[str, int] | None:
    """How many exceptions each rule was allowed in a commit; None before there was the file."""
    shown = subprocess.run(
        ["git", "show", f"{commit}:{EXCEPTIONS}"], cwd=ROOT, capture_output=True, check=False
    )
    if shown.returncode:
        return None
    (folder / EXCEPTIONS).parent.mkdir(parents=True, exist_ok=True)
    (folder / EXCEPTIONS).write_bytes(shown.stdout)
    return {rule: int(text) for rule, text in read_exceptions(folder, []).at_most.items()}


def test_the_exceptions_of_a_rule_only_become_fewer(tmp_path: Path) -> None:
    command = ["git", "log", "--reverse", "--format=%h", "--", EXCEPTIONS]
    if not (ROOT / ".git").exists():
        pytest.skip("no history here to compare with")
    log = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    known = [numbers for commit in log if (numbers := numbers_at(commit, tmp_path)) is not None]
    known.append({rule: int(text) for rule, text in read_exceptions(ROOT, []).at_most.items()})
    least: dict[str, int] = {}
    for numbers in known:
        # A rule brings its exceptions when it comes; from then on it only loses them.
        assert all(numbers.get(rule, 0) <= most for rule, most in least.items())
        least = {**numbers, **{rule: numbers.get(rule, 0) for rule in least}}


def render_rules() -> str:
    """The table of docs/lint.md."""
    rows = (f"| `{name}` | {text} |\n" for name, text in describe_rules().items())
    return f"| rule | what holds |\n|---|---|\n{''.join(rows)}"


def test_the_page_has_every_rule_in_its_own_words() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("VIRTGATE_WRITE_DOCS"):
        PAGE.write_text(TABLE.sub(lambda _: render_rules(), text), encoding="utf-8")
    assert TABLE.findall(PAGE.read_text(encoding="utf-8")) == [render_rules()]


def test_a_problem_names_its_rule_in_json_and_sarif(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay_out("ids-out-of-order", tmp_path / "data")
    assert main(["lint", "--data", str(root), "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert main(["lint", "--data", str(root), "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = run["results"]
    assert problem["rule"] == result["ruleId"] == "order"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "order"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == problem["file"]
    assert place["region"]["startLine"] == problem["line"]
    assert result["message"]["text"].startswith(problem["problem"])


def test_a_file_that_is_broken_makes_no_exception_stale(tmp_path: Path) -> None:
    root = lay_out("exceptions-more-than-allowed", tmp_path / "data")
    (root / EXCEPTIONS).write_text((root / EXCEPTIONS).read_text().replace('"1"', '"2"'))
    assert said(root) == ""
    (root / "capabilities" / "net.yaml").write_text("area: [")
    assert "finds no such problem" not in said(root)


def test_the_exceptions_can_be_asked_for_alone(tmp_path: Path) -> None:
    root = lay_out("exception-of-nothing", tmp_path / "data")
    assert said(root, root / EXCEPTIONS) == said(root) != ""
    assert said(root, root / "capabilities") == ""


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


def test_the_verb_checks_the_data_around_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lay_out("ids-out-of-order", tmp_path / "clone") / "matrix" / "qemu")
    assert main(["lint"]) == 1
    assert capsys.readouterr().out == (REJECTED / "ids-out-of-order.err").read_text()


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


def test_a_type_that_one_line_alone_has_is_a_slip_of_the_pen(tmp_path: Path) -> None:
    lines = [f"t.m{at:03}  {'bool' if at % 2 else 'string'}  1.0.0.." for at in range(300)]
    path = tmp_path / "matrix" / "x" / "ledger" / "api.txt"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(["# kind: api", "# covers: complete", *lines, "t.n  [bool]  1.0.0..", ""]))
    assert list(find_odd_types([path])) == []
    path.write_text(path.read_text().replace("bool  ", "bolo  ", 1))
    assert [(one.file, one.line) for one in find_odd_types([path])] == [("matrix/x/ledger/api.txt", 4)]
