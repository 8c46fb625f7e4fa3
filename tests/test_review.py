"""A review says what an edit means for whom, refuses what breaks a driver, and never decides on its own.

The repositories are made here, of the small matrix in `tests/made`. `VIRTGATE_WRITE_GOLDEN` writes the golden
files anew: read what changed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from hostmaker import MADE, ROOT, make_facts, schema_in
from virtgate.cli import main
from virtgate.facts import write_recording

GOLDEN = ROOT / "tests" / "golden"
PATHS = "matrix/qemu/made.yaml"
ROWS = "capabilities/made.yaml"
LEDGER = "matrix/qemu/ledger"
_HASH = re.compile(r"\b[0-9a-f]{10}\b")
# A page, and the most that a one-line edit may take.
PAGE, ONE_LINE = 60, 24


class Clone:
    """A repository with the made data and two recorded hosts in it, committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("capabilities", "matrix"):
            shutil.copytree(MADE / name, folder / name)
        for name, version, package in (
            ("8.2.0_made", "8.2.0", ""),
            ("8.1.0_made+dist", "8.1.0", "Dist 1:8.1-1"),
        ):
            place = folder / "tests" / "hosts" / f"qemu-{name}"
            place.mkdir(parents=True)
            facts = make_facts(version, schema_in(MADE, version), package)
            write_recording(facts, str(place / "host.json.xz"))
        self.git("init", "-q", "-b", "main")
        self.commit("begin")

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=made", "-c", "user.email=made@example.org")
        argv = ["git", "-C", str(self.folder), *identity, *words]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        path = self.folder / name
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        head = [line for line in lines if line.startswith("#")]
        rest = sorted([*lines[len(head) :], *text.splitlines(keepends=True)])
        path.write_text("".join([*head, *rest]), encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


@pytest.fixture
def review(clone: Clone, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the verb on the clone: status, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["review", "--data", str(clone.folder), *words])
        told = capsys.readouterr()
        return status, _HASH.sub("0123456789", told.out), told.err

    return run


def joined(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def hold(name: str, text: str) -> None:
    """The text is what the golden file of that name has."""
    path = GOLDEN / f"review-{name}.txt"
    if os.environ.get("VIRTGATE_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_one_line_edit_reads_at_a_glance(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "when: {command: fresh}", "when: {command: copy}")
    status, text, _ = review()
    assert status == 0
    assert len(text.splitlines()) <= ONE_LINE
    hold("one-line", text)


def test_a_file_system_may_have_no_hard_links(
    clone: Clone, review: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.edit(PATHS, "when: {command: fresh}", "when: {command: copy}")
    clone.commit("edit")
    linked = review("HEAD~1..HEAD")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert linked[0] == 0
    assert review("HEAD~1..HEAD") == linked


def test_an_edit_that_only_hosts_feel_names_them(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "usable: {device-node: /dev/made}", "usable: {device-node: /dev/other}")
    _, text, _ = review()
    assert "~ made.hardware  " in text
    assert "no verdict changes" in text
    clone.edit(PATHS, "      usable: {device-node: /dev/other}\n", "")
    _, text, _ = review()
    hosts = "2 hosts qemu-8.1.0_made+dist, qemu-8.2.0_made"
    assert f"{hosts}: unknown (unknown) -> enabled (upstream) through copy-device" in joined(text)


def test_a_new_release_is_told_on_a_page(clone: Clone, review: Any) -> None:
    """With it come forty capabilities; eight of twenty commands are deprecated, and five are gone."""
    lay_out_many(clone, "here", 20, "8.0.0..")
    base = clone.commit("many")
    lay_out_many(clone, "come", 40, "9.1.0..")
    clone.add(f"{LEDGER}/releases.txt", "9.1.0  2024-06-01  -\n")
    flags = (f"here-{at:02}[deprecated]  feature  9.1.0..\n" for at in range(8))
    clone.add(f"{LEDGER}/qmp.txt", "".join(flags))
    for at in range(10, 15):
        line = f"here-{at:02}  command  8.0.0.."
        clone.edit(f"{LEDGER}/qmp.txt", line, f"{line}9.0")
    clone.commit("a release")
    status, text, _ = review(f"{base}..HEAD")
    assert status == 0
    assert len(text.splitlines()) <= PAGE
    hold("release", text)
    _, whole, _ = review(f"{base}..HEAD", "--full")
    assert len(whole.splitlines()) > PAGE
    assert all(f"+ new come.{at:02}  " in whole for at in range(40))


def lay_out_many(clone: Clone, area: str, count: int, ranges: str) -> None:
    """An area with many capabilities, each a command that some releases have."""
    rows = "".join(f"  {area}.{at:02}:\n    title: A thing of many, number {at}\n" for at in range(count))
    paths = "".join(
        f"  {area}.{at:02}:\n    - path: {area}\n      when: {{command: {area}-{at:02}}}\n"
        for at in range(count)
    )
    for name, text in (
        (f"capabilities/{area}.yaml", f"area: {area}\ncapabilities:\n{rows}"),
        (f"matrix/qemu/{area}.yaml", f"hypervisor: qemu\nsupport:\n{paths}"),
    ):
        (clone.folder / name).write_text(text, encoding="utf-8")
    lines = (f"{area}-{at:02}  command  {ranges}\n" for at in range(count))
    clone.add(f"{LEDGER}/qmp.txt", "".join(lines))


def test_comments_and_order_of_rows_have_no_effect(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "  made.aging:\n", "  # a comment\n  made.aging:\n")
    status, text, _ = review()
    assert (status, text.splitlines()[1:]) == (0, ["no effect"])
    clone.git("checkout", "-q", ".")
    assert review()[1].splitlines()[1:] == ["no effect"]


def test_a_removed_id_is_refused_and_a_renamed_one_is_not(clone: Clone, review: Any) -> None:
    clone.edit(ROWS, "  made.nothing:\n    title: A thing that nothing has\n", "")
    status, text, _ = review()
    assert status == 1
    assert f"refused: {ROWS}:1: id 'made.nothing' is gone" in text
    clone.git("checkout", "-q", ".")
    clone.edit(ROWS, "  made.copy:\n", "  made.copying:\n    formerly: [made.copy]\n")
    clone.edit(PATHS, "  made.copy:\n", "  made.copying:\n")
    for old in ("    successor: made.copy\n", "    successor: made.copy\n", "    successor: made.copy\n"):
        clone.edit(PATHS, old, old.replace("made.copy", "made.copying"))
    status, text, _ = review()
    assert status == 0, text
    assert "was called made.copy" in text
    assert "verdict" in text
    assert "no verdict differs" in text


def test_a_former_id_keeps_its_place(clone: Clone, review: Any) -> None:
    clone.edit(ROWS, "  made.copy:\n", "  made.copy:\n    formerly: [made.duplicate]\n")
    clone.commit("renamed long ago")
    clone.edit(ROWS, "    formerly: [made.duplicate]\n", "")
    status, text, _ = review()
    assert status == 1
    assert "'made.copy' no longer says that it was 'made.duplicate'" in text
    clone.edit(ROWS, "  made.nothing:\n", "  made.duplicate:\n    title: Another\n  made.nothing:\n")
    status, text, _ = review()
    assert "id 'made.duplicate' named 'made.copy' before" in text


def test_an_id_that_comes_to_name_something_else_is_refused(clone: Clone, review: Any) -> None:
    clone.edit(ROWS, "A thing that upstream's schema flags as deprecated", "Something else")
    clone.edit(
        PATHS,
        "    - path: aging\n      when: {command: aging}",
        "    - path: rbd\n      when: {command: rbd}",
    )
    status, text, _ = review()
    assert status == 1
    assert "id 'made.aging' has a new title and none of its old paths" in text


def test_an_id_that_the_history_had_for_something_else_is_refused(clone: Clone, review: Any) -> None:
    clone.edit(ROWS, "  made.nothing:\n    title: A thing that nothing has\n", "")
    clone.commit("take it away")
    clone.edit(ROWS, "  made.old:\n", "  made.nothing:\n    title: Another thing\n  made.old:\n")
    status, text, _ = review()
    assert status == 1
    assert re.search(
        r"id 'made.nothing' was something else until [0-9a-f]{7}: A thing that nothing", joined(text)
    )
    clone.edit(ROWS, "    title: Another thing\n", "    title: A thing that nothing has\n")
    assert review()[0] == 0


def test_a_claim_that_loses_its_evidence_is_refused(clone: Clone, review: Any) -> None:
    clone.edit(
        PATHS,
        "          differs: takes full as a boolean\n          evidence: [qemu@0123456789ab]\n",
        "          differs: takes full as a boolean\n",
    )
    status, text, _ = review()
    assert status == 1
    assert "lost its evidence qemu@0123456789ab" in joined(text)


def test_a_release_that_upstream_never_made_is_refused(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, 'since: {release: "8.1.0"', 'since: {release: "8.7.0"')
    status, text, _ = review()
    assert status == 1
    assert "'since' of 'invisible' is 8.7.0, which is no release" in text


def test_a_commit_is_held_against_a_clone_of_the_repository(
    clone: Clone, review: Any, tmp_path: Path
) -> None:
    upstream = tmp_path / "upstream"
    upstream.mkdir()
    source = Clone.__new__(Clone)
    source.folder = upstream
    source.git("init", "-q", "-b", "main")
    commits = [source.commit(name) for name in ("8.0", "feature", "8.1", "late")]
    for at, release in ((0, "8.0.0  2021-01-01"), (2, "8.1.0  2022-01-01")):
        clone.edit(f"{LEDGER}/releases.txt", f"{release}  -", f"{release}  {commits[at]}")
    clone.commit("name the releases' commits")
    old = 'since: {release: "8.1.0", evidence: [qemu@0123456789ab]}'
    told = {
        commits[1]: "nothing refused",
        commits[3]: f"qemu@{commits[3]} is not in 8.1.0",
        commits[0]: f"qemu@{commits[0]} is in 8.0.0 already, and the claim is 8.1.0",
        "f" * 12: f"qemu@{'f' * 12} is no commit in",
    }
    for commit, expected in told.items():
        clone.git("checkout", "-q", PATHS)
        clone.edit(PATHS, old, old.replace("0123456789ab", commit))
        status, text, _ = review("--repository", f"qemu={upstream}")
        assert expected in joined(text)
        assert status == (1 if commit in {commits[3], "f" * 12} else 0)


def test_a_ledger_that_goes_is_refused(clone: Clone, review: Any) -> None:
    clone.git("rm", "-q", "matrix/qemu/ledger/qmp.txt")
    status, text, _ = review()
    assert status == 1
    assert "refused: matrix/qemu/ledger/qmp.txt:1: the ledger is gone" in joined(text)


def test_a_path_that_goes_is_told(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "    - path: copy-old\n      when: {command: copy-old}\n", "")
    clone.edit(PATHS, "  made.shape:\n    - path: speed\n      when: {qmp: copy.speed}\n", "")
    status, text, _ = review()
    assert status == 0
    assert "path 'copy-old' of 'made.copy' is gone; a driver" in joined(text)
    assert "path 'speed' of 'made.shape' is gone, the last on qemu; a driver" in joined(text)


def test_exceptions_only_become_fewer(clone: Clone, review: Any) -> None:
    row = "  - {rule: order, file: capabilities/made.yaml, problem: it is not, because: so}"
    text = f'at-most: {{order: "1"}}\nexceptions:\n{row}\n'
    path = clone.folder / "matrix/exceptions.yaml"
    path.write_text(text, encoding="utf-8")
    assert review()[0] == 0
    clone.commit("the first")
    path.write_text(text.replace(ROWS, PATHS).replace('"1"', '"2"'), encoding="utf-8")
    status, told, _ = review()
    assert status == 1
    assert "refused: matrix/exceptions.yaml:1: 'order' has 2 exceptions and had 1" in joined(told)
    assert f"new: order: {PATHS}: it is not" in told
    assert f"gone: order: {ROWS}: it is not" in told


def test_what_distributions_ship_is_told(clone: Clone, review: Any) -> None:
    path = clone.folder / "matrix/qemu/distributions.yaml"
    text = (
        "hypervisor: qemu\ndistributions:\n  dist:\n    title: Dist\n    releases:\n"
        '      - {release: "1", ships: "8.1", evidence: [seen]}\n'
    )
    path.write_text(text, encoding="utf-8")
    assert "new: Dist 1 (8.1)" in review()[1]
    clone.commit("one")
    path.write_text(text.replace('"8.1"', '"8.2"'), encoding="utf-8")
    assert "Dist 1: ships 8.1 -> 8.2" in review()[1]


def test_unreadable_data_are_refused_on_the_newer_side_and_told_of_the_older(
    clone: Clone, review: Any
) -> None:
    clone.edit(ROWS, "    needs: [made.fresh]", "    need: [made.fresh]")
    status, text, _ = review()
    assert status == 1
    assert "unknown key 'need'" in text
    clone.commit("broken")
    clone.edit(ROWS, "    need: [made.fresh]", "    needs: [made.fresh]")
    status, text, _ = review()
    assert status == 0
    assert "today's reader refuses in HEAD" in text
    assert "unknown key 'need'" in text


def test_a_path_of_which_nothing_can_be_decided_is_left_out(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, 'releases: "8.1.0..8.1"', 'releases: "yesterday"')
    status, text, _ = review()
    assert status == 1
    assert "'copy' of 'made.broken' is left out" in text


def test_a_ledger_that_cannot_be_read_is_named(clone: Clone, review: Any) -> None:
    (clone.folder / LEDGER / "qmp.txt").unlink()
    os.mkfifo(clone.folder / LEDGER / "qmp.txt")
    assert f"refused: {LEDGER}/qmp.txt:1: is not a regular file" in review()[1]
    (clone.folder / LEDGER / "qmp.txt").unlink()
    (clone.folder / LEDGER / "qmp.txt").write_bytes(b"\xff")
    assert f"refused: {LEDGER}/qmp.txt:1: byte 0 is not UTF-8" in review()[1]
    (clone.folder / LEDGER / "qmp.txt").write_text("no header\n", encoding="utf-8")
    status, text, _ = review()
    assert status == 1
    assert f"{LEDGER}/qmp.txt:1: header lacks 'kind'" in text
    (clone.folder / LEDGER / "qmp.txt").write_text(
        "# kind: qmp\n# covers: complete\na  b  soon\n", encoding="utf-8"
    )
    status, text, _ = review()
    assert "not compared: qemu: " in text
    assert f"refused: {LEDGER}/qmp.txt:3: ranges 'soon'" in text
    assert status == 1


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nothing..HEAD"], "no revision 'nothing'"),
        (["HEAD..nothing"], "no revision 'nothing'"),
        (["--help-me"], "unrecognized arguments"),
        (["", ""], "unrecognized arguments"),
        (["--json", "--format", "sarif"], "two formats"),
        (["--repository", "qemu"], "'qemu' is not a clone"),
        (["--repository", "qemu=/dev/null"], "/dev/null"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_status_two(review: Any, words: list[str], problem: str) -> None:
    status, _, told = review(*words)
    assert status == 2
    assert problem in told


def test_a_folder_that_is_no_repository_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(MADE, tmp_path / "made")
    environment_ceiling = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "virtgate", "review", "--data", str(tmp_path / "made")],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "engine"),
            "GIT_CEILING_DIRECTORIES": environment_ceiling,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "not a git repository" in done.stderr


def test_another_header_of_a_ledger_is_told(clone: Clone, review: Any) -> None:
    clone.edit(f"{LEDGER}/qmp.txt", "# kind: qmp\n", "# kind: qmp\n# by hand\n")
    status, text, _ = review()
    assert status == 0
    assert f"{LEDGER}/qmp.txt\n    the same lines, below another header" in text


def test_what_is_installed_is_not_reviewed_unasked(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of data that is gone must not read as "no effect"."""
    shutil.rmtree(clone.folder / "matrix")
    monkeypatch.chdir(clone.folder)
    assert main(["review"]) == 2
    assert "no folders 'capabilities' and 'matrix' here or above" in capsys.readouterr().err


def test_revisions_are_named_as_git_names_them(clone: Clone, review: Any) -> None:
    first = clone.git("rev-parse", "HEAD")
    clone.git("checkout", "-q", "-b", "side")
    clone.edit(ROWS, "A thing that nothing has", "A thing that nobody has")
    clone.commit("on the side")
    clone.git("checkout", "-q", "main")
    clone.edit(ROWS, "A thing that every release has", "A thing that all releases have")
    clone.commit("on the main branch")
    assert "made.nothing" in review("main...side")[1]
    assert "made.copy" not in review("main...side")[1]
    assert "made.copy" in review("main..side")[1]
    assert "made.copy" in review(first)[1]
    clone.git("checkout", "-q", "side")
    clone.edit(ROWS, "A thing that takes a module", "A thing that wants a module")
    _, text, _ = review()
    assert "where it left main" in text.splitlines()[0]
    assert "made.build" in text
    assert "made.nothing" in text
    assert "made.copy" not in text


def test_markdown_is_tables_whose_lines_lead_to_the_site(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "when: {command: fresh}", "when: {command: copy}")
    clone.edit(ROWS, "  made.nothing:\n    title: A thing that nothing has\n", "")
    clone.edit(ROWS, "title: A thing that every release has", "title: A | B [C](D) <b>")
    clone.edit(ROWS, "  made.old:\n", "  made.odd:\n    title: A new one\n  made.old:\n")
    text = review("--format", "markdown", "--site", "https://example.org/site/")[1]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert [token.type for token in tokens if token.type in {"bullet_list_open", "html_block"}] == []
    rows = [token.map[0] for token in tokens if token.type == "tr_open" and token.map]
    cells = [token for token in tokens if token.type in {"td_open", "th_open"}]
    tables = [token.map for token in tokens if token.type == "table_open" and token.map]
    assert len(tables) == 2
    lines = text.splitlines()
    first = [at for at in rows if at < tables[1][0]]
    assert len(cells) == 3 * len(first) + 5 * (len(rows) - len(first))
    assert lines[tables[0][0] + 2].startswith(
        "| ❌ refused | `capabilities/made.yaml:1` | id 'made.nothing' is gone"
    )
    for identifier in ("made.copy", "made.fresh", "made.odd"):
        assert any(
            f"| [{identifier}](https://example.org/site/id/{identifier}/) | " in line for line in lines
        )
    assert any("qemu 8.0.0..8.2 |" in line for line in lines)
    assert r"A \| B \[C\](D) \<b\>" in text
    assert "](" not in review("--format", "markdown")[1].replace(r"\](D)", "")


CAUSES = {
    "an id that others name": (
        *(ROWS, "  made.fresh:\n    title: A thing that came with the newest release\n", ""),
        "id 'made.fresh' is gone, and drivers ask for it; 'formerly: [made.fresh]' at its successor keeps it",
    ),
    "an id that is called otherwise": (
        *(ROWS, "  made.copy:\n", "  made.copied:\n"),
        "id 'made.copy' is gone, and drivers ask for it; 'formerly: [made.copy]' at 'made.copied' keeps it",
    ),
    "a downstream": (
        *("matrix/qemu/downstreams.yaml", "  acme:\n", "  acmes:\n"),
        "downstream 'acme' is gone, and nothing tells its builds from others",
    ),
}


@pytest.mark.parametrize("what", CAUSES)
def test_a_refusal_names_the_cause_and_what_follows_from_it_with_it(
    what: str, clone: Clone, review: Any
) -> None:
    file, old, new, told = CAUSES[what]
    clone.edit(file, old, new)
    errors = [one for one in json.loads(review("--json")[1])["remarks"] if one["level"] == "error"]
    assert len(errors) == 1, errors
    assert errors[0]["message"].startswith(f"{told}; ")
    assert re.search(r"(places still name it|one place still names it): \S+:[0-9]+", errors[0]["message"])


def test_a_row_that_cannot_be_read_is_not_said_to_be_gone(clone: Clone, review: Any) -> None:
    clone.edit(ROWS, "title: A thing that every release has", "titel: A thing that every release has")
    told = [one["message"] for one in json.loads(review("--json")[1])["remarks"]]
    assert told
    assert not any("is gone" in message for message in told)


def test_each_format_tells_the_same(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "when: {command: fresh}", "when: {command: copy}")
    clone.edit(ROWS, "  made.nothing:\n    title: A thing that nothing has\n", "")
    document = json.loads(review("--json")[1])
    assert document["format"] == 1
    assert document["refused"] is True
    (edited,) = [one for one in document["capabilities"] if one["id"] == "made.fresh"]
    assert edited["change"] == "changed"
    lines = (clone.folder / PATHS).read_text(encoding="utf-8").splitlines()
    assert (edited["file"], edited["line"]) == (PATHS, lines.index("    - path: fresh") + 1)
    assert {move["ranges"] for move in edited["moves"] if move["releases"]} == {"8.0.0..8.2", "9.0.0.."}
    github = review("--format", "github")[1].splitlines()
    assert [line.partition(" ")[0] for line in github] == ["::error", "::notice"]
    report = json.loads(review("--format", "gitlab")[1])
    assert [one["severity"] for one in report] == ["major", "info"]
    sarif = json.loads(review("--format", "sarif")[1])
    rules = {one["ruleId"]: one["level"] for one in sarif["runs"][0]["results"]}
    assert rules == {"id-removed": "error", "effect": "note"}


def test_recorded_hosts_are_those_of_the_newer_side(clone: Clone, review: Any) -> None:
    clone.edit(PATHS, "when: {command: fresh}", "when: {command: copy}")
    shutil.rmtree(clone.folder / "tests/hosts/qemu-8.2.0_made")
    broken = clone.folder / "tests/hosts/qemu-8.1.0_made+dist/host.json.xz"
    broken.write_bytes(b"no xz")
    head = clone.commit("fewer hosts")
    for words in ((), (f"{head}~..{head}",)):
        status, text, _ = review(*words) if words else review("HEAD~")
        assert status == 0
        assert "doubtful: tests/hosts/qemu-8.1.0_made+dist/host.json.xz:1: not xz" in text
        assert "hosts qemu" not in text


def test_a_builder_that_is_told_otherwise_is_told(clone: Clone, review: Any) -> None:
    clone.edit("matrix/qemu/downstreams.yaml", "^Dist (?P<evr>", "^Elsewhere (?P<evr>")
    _, text, _ = review()
    assert "dist: package -^Dist" in text
    assert "host qemu-8.1.0_made+dist: distribution dist at 1:8.1-1, judged by 8.1.0 -> unproven" in " ".join(
        text.split()
    )


@pytest.mark.parametrize(
    ("file", "downstream", "host"),
    [
        ("matrix/xend/downstreams.yaml", "solaris", "xend-3.1.4+solaris"),
        ("matrix/qemu/downstreams.yaml", "kvm-userspace", "kvm-72"),
    ],
)
def test_every_folder_of_recorded_hosts_is_decided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, downstream: str, host: str
) -> None:
    made = Clone.__new__(Clone)
    made.folder = tmp_path / "shipped"
    for name in ("capabilities", "matrix", "tests/xen_hosts", "tests/old_hosts"):
        shutil.copytree(ROOT / name, made.folder / name)
    made.git("init", "-q", "-b", "main")
    made.commit("before")
    text = (made.folder / file).read_text(encoding="utf-8")
    (row,) = re.findall(rf"^  {downstream}:\n(?:    .*\n)+", text, re.MULTILINE)
    kind = "fork" if "kind: distribution" in row else "distribution"
    edited = re.sub("kind: .*", f"kind: {kind}", row)
    made.edit(file, row, edited)
    after = made.commit("after")
    for words in (("HEAD~",), (f"{after}~..{after}",)):
        assert main(["review", "--full", *words, "--data", str(made.folder)]) == 0
        text = " ".join(capsys.readouterr().out.split())
        assert f"host {host}: {'fork' if kind == 'distribution' else 'distribution'} {downstream}" in text
        assert "no verdict differs" not in text


def test_the_data_may_lie_below_the_top_of_their_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Clone.__new__(Clone)
    made.folder = tmp_path / "top"
    shutil.copytree(MADE, made.folder / "some where")
    made.git("init", "-q", "-b", "main")
    made.commit("begin")
    made.edit(f"some where/{ROWS}", "A thing that nothing has", "A thing that nobody has")
    assert main(["review", "--data", str(made.folder / "some where")]) == 0
    assert "~ made.nothing" in capsys.readouterr().out


def test_the_newest_release_of_the_shipped_data_fits_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ledgers as they were before the newest release, then as they are."""
    made = Clone.__new__(Clone)
    made.folder = tmp_path / "shipped"
    for name in ("capabilities", "matrix", "tests/hosts"):
        shutil.copytree(ROOT / name, made.folder / name)
    releases = (ROOT / LEDGER / "releases.txt").read_text(encoding="utf-8").splitlines()
    newest = [line.split()[0] for line in releases if not line.startswith("#")][-1]
    for path in (made.folder / LEDGER).glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(_without(lines, newest)), encoding="utf-8")
    made.git("init", "-q", "-b", "main")
    made.commit("before")
    shutil.copytree(ROOT / LEDGER, made.folder / LEDGER, dirs_exist_ok=True)
    assert main(["review", "--data", str(made.folder)]) == 0
    text = capsys.readouterr().out
    assert f"qemu {newest} against" in text
    assert len(text.splitlines()) <= PAGE


def _without(lines: list[str], newest: str) -> list[str]:
    kept = (re.sub(rf" \| {re.escape(newest)}\.\.$", "", line) for line in lines)
    gone = re.compile(rf"^{re.escape(newest)} |  {re.escape(newest)}\.\.$")
    return [line for line in kept if not gone.search(line.rstrip("\n"))]
