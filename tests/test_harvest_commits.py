"""The commit that brought an element is the last that did, in the history of its first release."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.driver.errors import DataError
from virtgate.harvest.commits import read_origins
from virtgate.hypervisors.qemu.harvest import KINDS, harvest
from virtgate.model import Element, Leaf, Where
from virtgate.model import Path as SupportPath
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.upstream.status import find_status
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
OWN_KINDS = [kind for kind in KINDS if kind.name == "qmp"]
SCHEMA = "qapi/qapi-schema.json"
PATH = SupportPath(
    name="cont",
    capability="guest.cont",
    hypervisor="qemu",
    when=Leaf(kind="command", terms={"name": "cont"}),
    where=Where(file="guest.yaml", line=1),
)


class Upstream:
    """A repository made for a test; every commit is a day later than the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.day = 0
        path.mkdir()
        self.git("init", "-q", "-b", "master")

    def commit(self, *commands: str, **files: str) -> str:
        """Commit a schema of these commands; give the commit's first digits."""
        text = "\n".join(f"{{'command': '{name}', 'data': {{'x': 'int'}}}}" for name in commands)
        for name, content in {SCHEMA: text, **files}.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        self.day += 1
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")[:12]

    def release(self, version: str, *commands: str) -> None:
        self.commit(*commands, VERSION=f"{version}\n")
        self.git("tag", f"v{version}")

    def git(self, *arguments: str) -> str:
        who = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in {
                "NAME": "a",
                "EMAIL": "a@b",
                "DATE": f"2012-06-{self.day + 1:02}T00:00Z",
            }.items()
        }
        environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
        argv = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(
            argv, check=True, env=environment, capture_output=True, text=True
        ).stdout.strip()


Run = Callable[[], dict[str, tuple[str, str]]]


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def run(upstream: Upstream, tmp_path: Path, told: list[str]) -> Run:
    def harvest_it() -> dict[str, tuple[str, str]]:
        told.clear()
        harvest([upstream.path], tmp_path / "ledger", told.append, OWN_KINDS)
        return dict(read_origins(tmp_path / "ledger" / "commits.txt").found)

    return harvest_it


def test_what_was_reverted_and_came_again_came_with_the_last(upstream: Upstream, run: Run) -> None:
    upstream.release("5.0.0", "stop")
    upstream.commit("stop", "cont")
    upstream.commit("stop")
    again = upstream.commit("stop", "cont")
    upstream.commit("cont", "stop")
    upstream.release("5.1.0", "stop", "cont")
    found = run()
    assert found["cont"] == found["cont.x"] == (again, "2012-06-05")
    assert set(found) == {"cont", "cont.x", "stop", "stop.x"}


def test_releases_of_a_range_are_read_again_and_nothing_else(upstream: Upstream, tmp_path: Path) -> None:
    for version in ("5.0.0", "5.1.0", "5.2.0"):
        upstream.release(version, "stop", "cont")
    out, told = tmp_path / "ledger", list[str]()
    harvest([upstream.path], out, told.append, OWN_KINDS)
    ledger = out / "qmp.txt"
    whole = ledger.read_text(encoding="utf-8")
    ledger.write_text(whole.replace("5.0.0..", "5.2.0.."), encoding="utf-8")
    told.clear()
    harvest([upstream.path], out, told.append, OWN_KINDS, again="<5.2")
    assert [line.split(":")[0] for line in told if line.startswith("qmp ")] == ["qmp 5.0.0", "qmp 5.1.0"]
    assert ledger.read_text(encoding="utf-8") == whole


def test_what_left_and_came_back_in_a_later_release_came_with_the_first(upstream: Upstream, run: Run) -> None:
    first = upstream.commit("stop")
    upstream.release("5.0.0", "stop")
    upstream.release("5.1.0", "cont")
    upstream.release("5.2.0", "stop", "cont")
    assert run()["stop"][0] == first


def test_a_merge_brings_nothing_that_its_side_brought(upstream: Upstream, run: Run) -> None:
    upstream.release("5.0.0", "stop")
    upstream.git("checkout", "-q", "-b", "side")
    side = upstream.commit("stop", "cont")
    upstream.git("checkout", "-q", "master")
    upstream.commit("stop", **{"qapi-other.json": ""})
    upstream.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    upstream.release("5.1.0", "stop", "cont")
    assert run()["cont"][0] == side


def test_a_commit_that_cannot_be_read_changes_nothing(upstream: Upstream, run: Run) -> None:
    first = upstream.commit("stop")
    upstream.commit(**{SCHEMA: "{'command': 'stop', 'data': 'Nowhere'}"})
    upstream.release("5.0.0", "stop")
    assert run()["stop"][0] == first


def test_an_event_that_moves_from_the_table_to_the_schema_is_not_new(upstream: Upstream, run: Run) -> None:
    table = {"qmp-commands.hx": '{ .name = "stop",\n .args_type = "", },\n'}
    first = upstream.commit("stop", **table, **{"monitor.c": '[QEVENT_STOP] = "STOP",\n'})
    upstream.commit(**{SCHEMA: "{'event': 'OTHER'} {'command': 'stop'}"})
    upstream.commit(**{SCHEMA: "{'event': 'OTHER'} {'event': 'STOP'} {'command': 'stop'}", "monitor.c": ""})
    upstream.commit(**{SCHEMA: "{'event': 'STOP'} {'command': 'stop'}", "VERSION": "2.1.0\n"})
    upstream.git("tag", "v2.1.0")
    assert run()["STOP"][0] == first


def test_a_release_that_was_looked_through_is_not_again(
    upstream: Upstream, run: Run, told: list[str], tmp_path: Path
) -> None:
    upstream.release("5.0.0", "stop")
    run()
    assert "commits 5.0.0: 2 of 2 elements" in told
    before = (tmp_path / "ledger" / "commits.txt").read_bytes()
    run()
    assert (tmp_path / "ledger" / "commits.txt").read_bytes() == before
    upstream.release("5.1.0", "cont")
    assert set(run()) == {"stop", "stop.x", "cont", "cont.x"}
    assert [line for line in told if line.startswith("commits 5")] == ["commits 5.1.0: 2 of 2 elements"]


def test_what_is_merged_and_unreleased_is_told_apart_from_releases(
    upstream: Upstream, tmp_path: Path
) -> None:
    out = tmp_path / "ledger"
    upstream.release("5.0.0", "stop", "gone")
    upstream.commit("stop", "gone", VERSION="5.0.50\n")
    first = upstream.commit("stop", "cont", VERSION="5.0.50\n")
    harvest([upstream.path], out, lambda _: None, OWN_KINDS, head="master")
    assert [line.split()[::2] for line in (out / "releases.txt").read_text().splitlines()[2:]] == [
        ["5.0.50", first]
    ]
    history = History(out)
    assert [release.name for release in history.releases] == ["5.0.0"]
    cont, gone = Element(kind="qmp", name="cont"), Element(kind="qmp", name="gone")
    assert (history.mask(cont), history.mask(gone)) == (0, 1)
    assert history.commit_of(cont) == (first, "2012-06-04")
    assert history.ahead is not None
    assert (history.ahead.mask(cont), history.ahead.mask(gone)) == (2, 1)
    standing = find_status(PATH, parse_release("5.0.0"), history, None)
    assert (standing.status, str(standing.reference), standing.since) == ("merged", "5.0.50", None)
    assert [one.name for one in standing.footprint] == ["cont", "cont.x"]


def test_what_was_merged_is_released_or_gone_with_the_next_harvest(
    upstream: Upstream, tmp_path: Path
) -> None:
    out = tmp_path / "ledger"
    upstream.release("5.0.0", "stop")
    upstream.commit("stop", "cont", "never", VERSION="5.0.50\n")
    harvest([upstream.path], out, lambda _: None, OWN_KINDS, head="master")
    upstream.release("5.1.0", "stop", "cont")
    harvest([upstream.path], out, lambda _: None, OWN_KINDS)
    assert [(atom.name, atom.ranges) for atom in Ledger.read(out / "qmp.txt") if "." not in atom.name] == [
        ("cont", "5.1.0.."),
        ("stop", "5.0.0.."),
    ]
    assert set(read_origins(out / "commits.txt").found) == {"stop", "stop.x", "cont", "cont.x"}
    assert History(out).ahead is None


def test_a_branch_that_is_a_release_brings_nothing(upstream: Upstream, tmp_path: Path) -> None:
    upstream.release("5.0.0", "stop")
    harvest([upstream.path], tmp_path / "ledger", lambda _: None, OWN_KINDS, head="master")
    assert History(tmp_path / "ledger").ahead is None


def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "commits.txt").write_text("# a\nstop 123\n")
    with pytest.raises(DataError, match=r"commits\.txt:2: a line is an element, a commit and a day"):
        read_origins(tmp_path / "commits.txt")


def test_nothing_is_known_without_a_file(tmp_path: Path) -> None:
    assert History(tmp_path).commit_of(Element(kind="qmp", name="stop")) is None


@pytest.mark.parametrize(
    ("name", "commit"),
    [
        ("drive-mirror", ("d9b902db3fb7", "2012-10-24")),
        ("drive-mirror.unmap", ("0fc9f8ea2800", "2015-07-02")),
        ("blockdev-add", ("d26c9a157381", "2013-10-11")),
        ("migrate-incoming", ("bf1ae1f4dc34", "2015-03-16")),
        ("job-cancel", ("1a90bc8128ee", "2018-05-23")),
        ("BLOCK_JOB_READY", ("a66a2a368383", "2012-10-24")),
        ("DEVICE_UNPLUG_GUEST_ERROR", ("d43f1670c790", "2021-09-30")),
        ("drive-mirror.nothing", None),
        ("drive", None),
        ("zzz", None),
    ],
)
def test_the_shipped_commits_are_upstreams(name: str, commit: tuple[str, str] | None) -> None:
    assert History(LEDGER).commit_of(Element(kind="qmp", name=name)) == commit


def test_only_qmp_has_commits() -> None:
    assert History(LEDGER).commit_of(Element(kind="hmp", name="stop")) is None
