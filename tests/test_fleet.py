"""Fleets: what is decided once for many hosts is what each would have been told, and nothing is lost."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtgate.ask.answering import answer_recording
from virtgate.cli import main
from virtgate.driver.gates import Gates
from virtgate.driver.policy import Policy
from virtgate.facts.recording import read_json
from virtgate.fleet.matching import Alike, Decided, Known, Terms, decide_recording, examine

HOSTS = Path(__file__).parent / "hosts"
KVM = HOSTS / "kvm-6.18.44_x86_64" / "host.json.xz"
QEMU = HOSTS / "qemu-7.2.22_x86_64+debian+guest" / "host.json.xz"
XEN = HOSTS / "xen-4.17.7_x86_64+debian" / "host.json.xz"
CHV = HOSTS / "cloud_hypervisor-53.0.0_x86_64+stand-in+mshv" / "host.json.xz"
TERMS = Terms(policy=Policy())

Require = Callable[[object, str], None]
duckdb = pytest.importorskip("duckdb")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


def write(path: Path, document: Mapping[str, Any]) -> Path:
    """A recording as `virtgate probe` writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    path.write_bytes(lzma.compress(text.encode(), preset=0) if path.name.endswith(".xz") else text.encode())
    return path


def on_another_machine(document: dict[str, Any], at: int) -> dict[str, Any]:
    """The same build as it is on another host: what differs between hosts and is nobody's doing."""
    other = json.loads(json.dumps(document))
    other["taken"] = f"2026-11-{at % 28 + 1:02}T00:00:00Z"
    answers = other["answers"]
    if "return" in answers.get("uname", {}):
        answers["uname"]["return"]["version"] = f"#{at} SMP"
    answers["KVM_CHECK_EXTENSION 9 vm"] = {"return": at}
    answers["file /etc/machine-id"] = {"return": f"{at:032x}\n"}
    told = answers.get("xl info", {}).get("return")
    if isinstance(told, dict):
        told |= {"host": f"node-{at}", "free_memory": str(at), "nr_cpus": str(at)}
    return other


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with recordings of twelve hosts of four builds, and three files that are none."""
    top = tmp_path_factory.mktemp("fleet")
    for path in (KVM, QEMU, XEN, CHV):
        document = read_json(str(path))
        for at in range(3):
            name = f"rack{at}/{document['hypervisor']}-{at}.json{'.xz' * (at % 2)}"
            write(top / "hosts" / name, on_another_machine(document, at))
    (top / "hosts" / "torn.json.xz").write_bytes(KVM.read_bytes()[:500])
    (top / "hosts" / "other.json").write_text('{"answers": 1}', encoding="utf-8")
    (top / "hosts" / "empty.json").touch()
    os.mkfifo(top / "hosts" / "pipe.json")
    (top / "hosts" / "README").write_text("not a recording", encoding="utf-8")
    return top


@pytest.fixture(scope="module")
def fleet(place: Path) -> Path:
    """The FLEET of that folder."""
    path = place / "a.fleet"
    assert main(["fleet", "collect", str(place / "hosts"), "-o", str(path), "--jobs", "2"]) == 1
    return path


def rows_of(path: Path, question: str = "SELECT * FROM verdicts ORDER BY ALL") -> list[tuple[Any, ...]]:
    """What is in a FLEET, as any program reads it."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW verdicts AS SELECT * FROM read_parquet('{path}')")
    rows: list[tuple[Any, ...]] = connection.execute(question).fetchall()
    return rows


def test_every_host_has_the_verdicts_that_it_alone_would_have(fleet: Path) -> None:
    found = rows_of(
        fleet, "SELECT source, id, state, reason, path FROM verdicts WHERE id IS NOT NULL ORDER BY ALL"
    )
    expected = []
    # One of each build, and not the first, which all others were told by.
    found = [row for row in found if "rack2" in row[0]]
    for source in sorted({source for source, *_ in found}):
        gates = Gates(answer_recording(source, Policy()), Policy())
        expected += [(source, *_said(gates, name)) for name in gates]
    assert found == sorted(expected, key=lambda row: row[:2])
    assert rows_of(fleet, "SELECT count(DISTINCT host), count(DISTINCT decision) FROM verdicts") == [(16, 4)]


def _said(gates: Gates, name: str) -> tuple[str, str, str, str | None]:
    verdict = gates.verdict(gates.parse(name))
    return name, verdict.state, verdict.reason, verdict.path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """The status and the text of `virtgate fleet`."""
    status = main(["fleet", *map(str, words)])
    return status, capsys.readouterr().out


def test_drift_names_exactly_the_hosts_that_changed(
    place: Path, fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts = tmp_path / "hosts"
    shutil.copytree(place / "hosts", hosts, ignore=shutil.ignore_patterns("pipe.json"))
    document = read_json(str(KVM))
    document["answers"]["KVM_CHECK_EXTENSION 236 vm"] = {"return": 1}
    document["answers"]["KVM_CHECK_EXTENSION 212 vm"] = {"return": 1}
    for at in (0, 1):
        write(hosts / f"rack{at}/kvm-{at}.json{'.xz' * at}", on_another_machine(document, at))
    (hosts / "rack2/xen-2.json").unlink()
    write(hosts / "rack9/kvm-9.json", on_another_machine(document, 9))
    new = tmp_path / "new.fleet"
    run(capsys, "collect", hosts, "-o", new, "--jobs", 1)
    status, text = run(capsys, "drift", fleet, new, "--json")
    found = json.loads(text)
    assert status == 1
    assert [one["names"] for one in found["changed"]] == [["rack0/kvm-0", "rack1/kvm-1"]]
    assert (found["gone"], found["new_hosts"], found["same"]) == (["rack2/xen-2"], ["rack9/kvm-9"], 9)
    gained = [one["id"] for one in found["changed"][0]["changes"] if one["after"]["state"] == "enabled"]
    assert gained
    for form in ("text", "csv", "markdown"):
        text = run(capsys, "drift", fleet, new, "--format", form)[1]
        assert "rack0/kvm-0" in text
        assert "rack2/kvm-2" not in text
    assert run(capsys, "drift", fleet, fleet)[0] == 0


def test_what_hosts_share_is_what_each_enables_through_one_path(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = run(capsys, "common", fleet, "--json")
    assert status == 0
    for section in json.loads(text)["hypervisors"]:
        values = section["hypervisor"]
        expected = rows_of(
            fleet,
            "SELECT id FROM verdicts WHERE id IS NOT NULL AND hypervisor = "
            f"'{values}' GROUP BY id HAVING bool_and(state = 'enabled') ORDER BY id",
        )
        assert [one["id"] for one in section["enabled"]] == [name for (name,) in expected]
    lines = run(capsys, "common", fleet, "--with", "qemu=10.0")[1].splitlines()
    assert all(len(line) <= 100 for line in lines)
    title = next(line for line in lines if line.startswith("with qemu 10.0."))
    assert "on the 3 that are older" in title
    assert main(["common", str(fleet)]) == 0
    assert main(["fleet", "common", str(fleet), "--with", "bhyve=1"]) == 2


def test_a_plan_upgrades_whom_a_release_helps_and_no_other(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = run(capsys, "plan", fleet, "migration.mapped-ram", "--json", "--hosts")
    found = json.loads(text)
    assert status == 0
    (upgrade,) = found["upgrades"]
    assert (upgrade["from"][:4], upgrade["to"]) == ("7.2.", "9.0.0")
    assert upgrade["lacking"] == [{"id": "migration.mapped-ram", "reason": "too-old"}]
    assert upgrade["names"] == ["rack0/qemu-0", "rack1/qemu-1", "rack2/qemu-2"]
    assert upgrade["shipped"]["ships"] == "10.0.13"
    assert "1:10.0.13" in upgrade["shipped"]["evidence"][0]
    for form in ("text", "csv", "markdown"):
        assert "9.0.0" in run(capsys, "plan", fleet, "migration.mapped-ram", "--format", form)[1]


def test_many_recordings_have_in_common_what_their_builds_have(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder is as good as names, and who is alike is decided once and counted."""
    assert main(["common", str(place / "hosts"), "--json"]) == 1
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert len(document["hosts"]) == 12
    assert "torn.json.xz" in told.err
    names = [str(place / "hosts" / f"rack{at}" / f"kvm-{at}.json{'.xz' * (at % 2)}") for at in range(3)]
    assert main(["common", *names, "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in alone["gates"]] == [one["id"] for one in document["gates"]]
    kept = {one["id"]: set(one["kept_out_by"]) for one in document["gates"]}
    for gate in alone["gates"]:
        assert set(gate["kept_out_by"]) == kept[gate["id"]] & set(names)


def test_a_broken_recording_is_one_row_of_problems(fleet: Path) -> None:
    found = rows_of(fleet, "SELECT host, problem FROM verdicts WHERE problem IS NOT NULL ORDER BY 1")
    assert [host for host, _ in found] == ["empty", "other", "pipe", "torn"]
    assert all(problem for _, problem in found)


def decide(path: Path) -> Decided:
    """What is decided of a recording, which is one."""
    found = decide_recording(str(path), TERMS)
    assert isinstance(found, Decided)
    return found


def test_a_policy_and_a_day_decide_as_they_do_for_one_host() -> None:
    policy = Policy(refuse=["backports", "deprecated"], allow=["unstable"])
    found = decide_recording(str(XEN), Terms(policy=policy, as_of="2015-01-01"))
    assert isinstance(found, Decided)
    gates = Gates(answer_recording(str(XEN), policy, as_of="2015-01-01"), policy)
    assert [row[:4] for row in found.rows] == [_said(gates, name) for name in gates]
    assert found.decision != decide(XEN).decision


def known_of(decided: Decided) -> Known:
    """What is known when one host was decided."""
    own = Alike(looks=(decided.looked,), decisions={decided.key: decided.decision}, joined=decided.looked)
    return Known(of={str(decided.host["hypervisor"]): own})


@pytest.fixture(scope="module", params=[KVM, QEMU, XEN, CHV], ids=lambda path: path.parent.name)
def first(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Decided]:
    """A recording and what was decided of it."""
    return read_json(str(request.param)), decide(request.param)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value, in which others are, has something that can be changed."""
    if isinstance(value, dict | list) and value:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*at, key))
    else:
        yield at


def change(value: Any) -> Any:
    """Another value of the same sort."""
    if isinstance(value, bool) or value is None:
        return not value
    return value + 1 if isinstance(value, int) else f"{value}x"


def changed(document: dict[str, Any], where: tuple[Any, ...]) -> dict[str, Any]:
    """A recording with one value changed."""
    other = dict(document)
    inner: Any = other
    for key in where[:-1]:
        inner[key] = inner[key].copy()
        inner = inner[key]
    inner[where[-1]] = change(inner[where[-1]])
    return other


@settings(
    max_examples=int(os.environ.get("VIRTGATE_EXAMPLES", "5")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_who_is_alike_in_all_that_was_looked_at_is_decided_alike(
    first: tuple[dict[str, Any], Decided], tmp_path: Path, data: st.DataObject
) -> None:
    """Any change: either what was looked at is another, or the verdicts are the same."""
    document, decided = first
    asked = data.draw(st.sampled_from(sorted(document["answers"])))
    below = list(places(document["answers"][asked]))
    where = ("answers", asked, *data.draw(st.sampled_from(below)))
    other = changed(document, where)
    path = write(tmp_path / "other.json", other)
    (examined,) = examine([str(path)], known_of(decided))
    if examined.decision is not None:
        again = decide(path)
        assert (again.rows, again.host, again.key) == (decided.rows, decided.host, decided.key)


def test_a_change_of_anything_that_was_looked_at_makes_another_decision(
    first: tuple[dict[str, Any], Decided], tmp_path: Path
) -> None:
    document, decided = first
    answered = [asked for asked in decided.looked.parts if "return" in document["answers"].get(asked, {})]
    for at, asked in enumerate(answered[:12]):
        other = {**document, "answers": {**document["answers"], asked: {"unanswered": "no"}}}
        (examined,) = examine([str(write(tmp_path / f"{at}.json", other))], known_of(decided))
        assert examined.decision is None, asked
    assert answered


def test_a_recording_in_any_layout_is_the_same(first: tuple[dict[str, Any], Decided], tmp_path: Path) -> None:
    document, decided = first
    compact, turned = tmp_path / "compact.json", tmp_path / "turned.json"
    compact.write_text(json.dumps(document), encoding="utf-8")
    turned.write_text(json.dumps(dict(reversed(document.items())), indent=1), encoding="utf-8")
    found = examine([str(compact), str(turned)], known_of(decided))
    assert {one.decision for one in found} == {decided.decision}


def test_what_was_interrupted_goes_on_where_it_was(place: Path, fleet: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.fleet"
    command = [sys.executable, "-m", "virtgate", "fleet", "collect", str(place / "hosts"), "-o", str(path)]
    with subprocess.Popen([*command, "--jobs", "1"], start_new_session=True) as process:
        part = Path(f"{path}.part")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None and not _is_begun(part):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    assert not path.exists()
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert path.read_bytes() == fleet.read_bytes()
    assert not part.exists()


def _is_begun(part: Path) -> bool:
    """Whether something is on disk of what was decided."""
    wal = Path(f"{part}.wal")
    return part.exists() and wal.exists() and wal.stat().st_size > 50_000


def test_a_cluster_gives_the_same_and_a_dead_worker_loses_nothing(
    place: Path, fleet: Path, tmp_path: Path, require: Require
) -> None:
    distributed = pytest.importorskip("distributed")
    path = tmp_path / "c.fleet"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        words = ["fleet", "collect", str(place / "hosts"), "-o", str(path)]
        command = [sys.executable, "-m", "virtgate", *words, "--scheduler", cluster.scheduler_address]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            time.sleep(1.5)
            victim = next(iter(cluster.workers.values())).pid
            os.kill(victim, signal.SIGKILL)
            assert process.wait(120) == 1
    assert path.read_bytes() == fleet.read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["collect", "{}/nowhere", "-o", "{}/x"], "no such file"),
        (["collect", "{}/empty", "-o", "{}/x"], "no recordings in"),
        (["collect", "{}/empty", "-o", "{}/x", "--as-of", "tomorrow"], "no recordings in"),
        (["collect", "{kvm}", "-o", "{}/x", "--as-of", "tomorrow"], "is not a day"),
        (["collect", "{kvm}", "-o", "{}/x", "--refuse", "all"], "cannot refuse 'all'"),
        (["collect", "{kvm}", "-o", "{}/no/folder/x"], "no/folder/x"),
        (["collect", "{kvm}", "-o", "{}/x", "--jobs", "0"], "at least one process"),
        (["show", "{}/nowhere"], "no such FLEET"),
        (["show", "{kvm}"], "not a FLEET"),
        (["show", "{}/newer"], "a FLEET of format 2; this virtgate reads 1"),
        (["show", "{}/other"], "not a FLEET: no column source"),
        (["show", "{fleet}", "block.miror"], "block.mirror"),
        (["sql", "{fleet}", "SELEC 1"], "syntax error"),
        (["sql", "{fleet}", ""], "one SELECT"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_said_in_a_line(
    words: list[str], told: str, fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    connection = duckdb.connect()
    for name, mark in (("newer", "2"), ("other", "1")):
        to = f"'{tmp_path}/{name}' (FORMAT parquet, KV_METADATA {{'virtgate.fleet': '{mark}'}})"
        connection.execute(f"COPY (SELECT 'a' AS host) TO {to}")
    given = [word.format(tmp_path, kvm=KVM, fleet=fleet) for word in words]
    assert main(["fleet", *given]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") <= 4


FORBIDDEN = [
    "COPY (SELECT 1) TO '{}/written'",
    "COPY verdicts TO '{fleet}'",
    "EXPORT DATABASE '{}/written'",
    "ATTACH '{}/written' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "CREATE TABLE t AS SELECT 1",
    "SELECT 1; COPY (SELECT 1) TO '{}/written'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{}/written'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
]


@pytest.mark.parametrize("question", FORBIDDEN)
def test_sql_reads_the_fleet_and_does_nothing_else(
    question: str, fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fleet.read_bytes()
    assert main(["fleet", "sql", str(fleet), question.format(tmp_path, fleet=fleet)]) == 2
    assert capsys.readouterr().err.startswith("virtgate: ")
    assert not (tmp_path / "written").exists()
    assert fleet.read_bytes() == before


@pytest.mark.parametrize("form", ["json", "csv", "markdown", "text"])
def test_the_hosts_are_told_by_groups_in_every_form(
    form: str, fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["block.mirror"], ["--by", "arch", "--hosts"]):
        assert main(["fleet", "show", str(fleet), *words, "--format", form]) == 0
        out = capsys.readouterr().out
        assert all(len(line) <= 100 for line in out.splitlines()) or form != "text"
        assert "qemu" in out or form in {"csv", "markdown"}


def test_of_two_recordings_of_one_host_the_newer_counts(tmp_path: Path) -> None:
    document = read_json(str(KVM))
    write(tmp_path / "hosts" / "node.json", on_another_machine(document, 3))
    write(tmp_path / "hosts" / "node.json.xz", on_another_machine(document, 2))
    path = str(tmp_path / "d.fleet")
    twice = [str(tmp_path / "hosts"), str(tmp_path / "hosts" / "node.json")]
    assert main(["fleet", "collect", *twice, "-o", path, "--jobs", "1"]) == 0
    told = rows_of(Path(path), "SELECT DISTINCT host, source, problem FROM verdicts ORDER BY 2")
    hosts = tmp_path / "hosts"
    assert told == [
        ("node", f"{hosts}/node.json", None),
        ("node", f"{hosts}/node.json.xz", "an older recording of node"),
    ]
    shutil.rmtree(hosts)
