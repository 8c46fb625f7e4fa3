"""The command line: what each verb prints, in text and JSON, and with which status it ends."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from virtgate.ask.opened import open_catalog
from virtgate.cli import main
from virtgate.cli.program import VERBS
from virtgate.driver import cache

QEMU = "/usr/bin/qemu-system-x86_64"
QEMU_ARM = "/usr/bin/qemu-system-aarch64"
COMMAND = (sys.executable, "-I", "-c", "import sys; from virtgate.cli import main; sys.exit(main())")
Require = Callable[[object, str], None]

HOST_KEYS = {
    *("hypervisor", "target", "version", "release", "kind", "downstream", "evr"),
    *("package", "driver", "accel", "arch", "because", "source"),
}
GATE_KEYS = {"id", "state", "reason", "path", "present", "sentence", "aliases", "paths"}
BASE = Path(__file__).parent / "rejected" / "_base"
PATH_KEYS = {"name", "state", "reason", "present", "aliases"}
STATES = {"enabled", "disabled", "unknown"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


class Run:
    """Runs verbs and gives status, standard output and standard error."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        out, err = self._capsys.readouterr()
        return status, out, err

    def document(self, *words: object) -> Any:
        """The document that a verb prints with --json."""
        _, out, _ = self(*words, "--json")
        document = json.loads(out)
        assert document["format"] == 1
        return document

    def refused(self, *words: object) -> str:
        """What a wrong usage is told: nothing on standard output, and status 2."""
        status, out, err = self(*words)
        assert (status, out) == (2, "")
        assert "Traceback" not in err
        return err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A small recording: a QEMU of Debian's that was asked its version and its schema."""
    schema = [
        {"name": "drive-mirror", "meta-type": "command", "arg-type": "1", "ret-type": "0"},
        {"name": "0", "meta-type": "object", "members": []},
        {
            "name": "1",
            "meta-type": "object",
            "members": [
                {"name": "device", "type": "str"},
                {"name": "target", "type": "str"},
                {"name": "sync", "type": "2"},
            ],
        },
        {"name": "BLOCK_JOB_READY", "meta-type": "event", "arg-type": "1"},
        {"name": "2", "meta-type": "enum", "values": ["top", "full", "none", "incremental"]},
        {"name": "str", "meta-type": "builtin", "json-type": "string"},
    ]
    version = {"qemu": {"major": 7, "minor": 2, "micro": 9}, "package": "Debian 1:7.2+dfsg-7+deb12u5"}
    path = tmp_path / "host.json"
    answers = {
        "query-version": {"return": version},
        "query-qmp-schema": {"return": schema},
        "query-target": {"return": {"arch": "x86_64"}},
        "query-kvm": {"unanswered": "it died"},
    }
    path.write_text(
        json.dumps(
            {
                "format": 1,
                "hypervisor": "qemu",
                "target": "/usr/bin/qemu",
                "via": "binary",
                "answers": answers,
            }
        )
    )
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of some data, to be edited."""
    return Path(shutil.copytree(BASE, tmp_path / "data"))


def _assert_host(host: dict[str, Any]) -> None:
    assert set(host) >= HOST_KEYS
    assert all(value is None or isinstance(value, str) for value in host.values())
    assert "" not in host.values()


def _assert_gate(gate: dict[str, Any]) -> None:
    assert set(gate) >= GATE_KEYS
    assert gate["state"] in STATES
    assert gate["present"] in {True, False, None}
    assert (gate["path"] is not None) is (gate["state"] == "enabled")
    assert gate["sentence"]
    for path in gate["paths"]:
        assert set(path) >= PATH_KEYS
        assert path["state"] in STATES
        assert path["present"] in {True, False, None}
        assert all(isinstance(names, list) for names in path["aliases"].values())


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_itself(run: Run, verb: str) -> None:
    status, out, _ = run(verb, "--help")
    assert status == 0
    assert out.startswith(f"usage: virtgate {verb}")


def test_help_names_every_verb_and_says_what_to_try(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert all(f"\n    {verb}" in out for verb in VERBS)
    assert "virtgate gates --release qemu=8.2" in out
    assert run("--version") == (0, f"virtgate {cache.VERSION}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("frobnicate",),
        ("gates", "--frobnicate"),
        ("check",),
        ("explain",),
        ("show",),
        ("completion",),
        ("completion", "tcsh"),
        ("cache", "burn"),
        ("check", "block.mirror", "a", "b"),
        ("gates", "--accel", "hvf"),
        ("gates", "--state", "maybe"),
    ],
    ids=" ".join,
)
def test_words_that_make_no_sense_are_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    assert "usage: virtgate" in run.refused(*words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("gates --release qemu", "'qemu' is not a release; write HYPERVISOR=RELEASE"),
        ("gates --release qemu=", "'qemu=' is not a release"),
        ("gates --release qemu=99", "no release '99' of qemu; known are 0."),
        ("gates --release quemu=8.2", "no hypervisor 'quemu'; known are "),
        ("gates --release qemu=8.2 kvm", "--release does not ask a host; leave the TARGET out"),
        (
            "gates --release qemu=8.2 --refuse everything",
            "cannot refuse 'everything'; backports and deprecated",
        ),
        ("gates --release qemu=8.2 --refuse unstable", "cannot refuse 'unstable'"),
        ("gates --release qemu=8.2 --allow deprecated", "cannot allow 'deprecated'; unreleased and unstable"),
        ("gates --release qemu=8.2 --allow=unstable,", "cannot allow ''"),
        ("gates --release qemu=8.2 --as-of yesterday", "'yesterday' is not a day; write YYYY-MM-DD"),
        ("gates --release qemu=8.2 --as-of 2009-02-09", "was not yet released on 2009-02-09"),
        ("gates --release qemu=8.2 --area blok", "no area 'blok'; nearest: block"),
        ("gates --release qemu=8.2 --area nothing-like-it", "no area 'nothing-like-it'; there are accel,"),
        ("gates --release qemu=8", "no release '8' of qemu; known are"),
        ("gates --release qemu=8", "nearest: 8.0, 8.1, 8.2"),
        ("gates --release qemu=v8.2.0", "nearest: 8.2.0"),
        ("gates --release qemu-8.2.0=8", "no hypervisor 'qemu-8.2.0'; known are "),
        ("gates --release QEMU=8.2", "nearest: qemu"),
        ("gates release=8", "no hypervisor 'release'; known are "),
        ("gates qemu=8.2 --machine q35", "--machine is for a host; leave it out with a release"),
        ("gates qemu=8.2 --accel kvm", "--accel is for a host; leave it out with a release"),
        ("gates qemu=8.2 --as-of=", "'' is not a day"),
        ("gats", "no verb 'gats'; nearest: gates"),
        ("GATES", "no verb 'GATES'; nearest: gates"),
        ("check BLOCK.MIRROR qemu=8.2", "no capability 'BLOCK.MIRROR'; nearest: block.mirror"),
        ("check drive-mirror qemu=8.2", "no capability 'drive-mirror'; found in block.mirror"),
        ("show device_add", "; found in "),
        ("gates --release qemu=8.2 --alias libvrit", "no names are known from 'libvrit'; known are libvirt"),
        ("gates --claims qemu=6.2.0 kvm xen", "--claims goes with one TARGET, a bare schema"),
        ("gates --claims qemu=6.2.0 kvm", "--claims is for a bare schema, and kvm is a host"),
        ("check block.miror --release qemu=8.2", "no capability 'block.miror'; nearest: block.mirror"),
        ("check block.miror --release qemu=8.2 --json", "no capability 'block.miror'; nearest: block.mirror"),
        ("explain block.miror --release qemu=8.2", "no capability 'block.miror'; nearest: block.mirror"),
        ("show block.miror", "no capability 'block.miror'; nearest: block.mirror"),
        ("list --hypervisor bhyve", "no hypervisor 'bhyve'; known are"),
        ("list --area blok", "no area 'blok'; nearest: block"),
        ("list --since qemu", "'qemu' is not a release"),
        ("list --since bhyve=1.0", "no hypervisor 'bhyve'; known are"),
        ("list --since qemu=soon", "'soon' is not a release"),
        ("common --release qemu=8.2", "a common denominator is of two targets or more; 1 given"),
        ("probe kvm --record host.txt", "'host.txt' must end in .json or .json.xz"),
        (
            "gates --release qemu=8.2 --data /nowhere",
            "/nowhere: no folders 'capabilities' and 'matrix' in it",
        ),
    ],
)
def test_wrong_usage_says_what_is_right(run: Run, words: str, told: str) -> None:
    assert told in run.refused(*words.split())


def test_claims_about_what_speaks_for_itself_are_wrong_usage(run: Run, host: Path) -> None:
    assert "says itself what it is" in run.refused("gates", host, "--claims", "qemu=6.2.0")
    assert "is no claim" in run.refused("gates", host, "--claims", "6.2.0")


def test_gates_of_a_release_are_a_table_for_a_terminal_of_100_columns(run: Run) -> None:
    status, out, err = run("gates", "--release", "qemu=8.2", "--state", "enabled")
    first, head, *rows, counts, last = out.splitlines()
    assert (status, err) == (0, "")
    assert first.startswith("qemu=8.2.")
    assert head.split()[:3] == ["capability", "path", "reason"]
    assert all(row[:2] in {"+ ", "- ", "? "} for row in rows)
    assert counts == f"{len(rows)} enabled, 0 disabled, 0 unknown"
    assert last == "'virtgate explain ID' says why"
    assert sum(len(row) > 100 for row in rows) < len(rows) / 20
    assert "\033" not in out


def test_gates_counts_by_area_until_a_list_is_asked_for(run: Run) -> None:
    _, few, _ = run("gates", "--release", "qemu=8.2")
    _, every, _ = run("gates", "--release", "qemu=8.2", "--all")
    gates = run.document("gates", "--release", "qemu=8.2")["gates"]
    own = Counter(one["state"] for one in gates if one["paths"])
    told = {row.split()[0]: row.split()[1:] for row in few.splitlines()[2:-2]}
    assert [int(one) for one in told["all"]] == [own["enabled"], own["disabled"], own["unknown"]]
    assert set(told) == {one["id"].split(".")[0] for one in gates if one["paths"]} | {"all"}
    assert max(map(len, few.splitlines())) <= 80
    rows = [row for row in every.splitlines() if row[:2] in {"+ ", "- ", "? "}]
    assert len(rows) == len(gates)
    assert set(gates[0]) >= GATE_KEYS


def test_several_targets_are_a_line_each(run: Run, host: Path) -> None:
    _, out, _ = run("gates", host, host)
    _, *rows, last = out.splitlines()
    assert sum(row.startswith("/usr/bin/qemu: QEMU 7.2.9,") for row in rows) == 2
    assert max(map(len, rows)) <= 80
    assert "--all" in last


def test_a_table_is_narrowed_by_area_and_state(run: Run) -> None:
    _, out, _ = run("gates", "--release", "qemu=8.2", "--area", "migration", "--state", "enabled")
    rows = [row for row in out.splitlines() if row[:2] in {"+ ", "- ", "? "}]
    assert rows
    assert all(row.startswith("+ migration.") for row in rows)
    document = run.document("gates", "--release", "qemu=8.2", "--area", "migration", "--state", "enabled")
    assert len(document["gates"]) == len(rows)


@pytest.mark.parametrize("release", ["qemu=8.2", "qemu=0.12", "kvm=6.1", "xen=4.17", "xend=3.3"])
def test_gates_check_and_explain_agree_on_a_release(run: Run, release: str) -> None:
    document = _document_of(run, "--release", release)
    for gate in _one_of_each(document["gates"]):
        _assert_verbs_agree(run, document["host"], gate, "--release", release)


def test_gates_check_and_explain_agree_on_a_recording(run: Run, host: Path) -> None:
    document = _document_of(run, host)
    assert document["host"]["downstream"] == "debian"
    assert document["host"]["arch"] == "x86_64"
    for gate in _one_of_each(document["gates"]):
        _assert_verbs_agree(run, document["host"], gate, host)


@pytest.mark.no_cover
def test_gates_and_check_agree_on_every_capability_of_a_real_host(run: Run, require: Require) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    document = _document_of(run, QEMU)
    assert document["host"]["version"]
    assert any(one["state"] == "enabled" for one in document["gates"])
    for gate in document["gates"]:
        _assert_check_agrees(run, gate, QEMU)
    for gate in _one_of_each(document["gates"]):
        _assert_verbs_agree(run, document["host"], gate, QEMU)


def _document_of(run: Run, *target: object) -> Any:
    document = run.document("gates", *target)
    assert set(document) == {"format", "host", "gates"}
    _assert_host(document["host"])
    for gate in document["gates"]:
        _assert_gate(gate)
    return document


def _assert_check_agrees(run: Run, gate: dict[str, Any], *target: object) -> None:
    through = f" through {gate['path']}" if gate["path"] else ""
    line = f"{gate['id']}: {gate['state']}{through}: {gate['reason']}: {gate['sentence']}\n"
    assert run("check", gate["id"], *target) == (0 if gate["state"] == "enabled" else 1, line, "")


def _assert_verbs_agree(run: Run, host: dict[str, Any], gate: dict[str, Any], *target: object) -> None:
    _assert_check_agrees(run, gate, *target)
    for verb in ("check", "explain"):
        document = run.document(verb, gate["id"], *target)
        assert document == {"format": 1, "host": host, "gate": gate}
    status, out, _ = run("explain", gate["id"], *target)
    assert status == 0
    assert out.startswith(f"{gate['id']} is {gate['state']}")
    assert all(path["where"] in out for path in gate["paths"])


def _one_of_each(gates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first gate of each state and reason."""
    return list({(one["state"], one["reason"]): one for one in reversed(gates)}.values())


def test_check_can_be_silent(run: Run) -> None:
    assert run("check", "-q", "block.mirror", "--release", "qemu=8.2") == (0, "", "")
    assert run("check", "-q", "block.mirror", "--release", "qemu=0.12") == (1, "", "")


def test_one_target_is_an_object_and_several_are_targets(run: Run, host: Path, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.json"
    one = run.document("gates", host)
    assert set(one) == {"format", "host", "gates"}
    many = run.document("gates", host, missing)
    assert set(many) == {"format", "targets"}
    good, bad = many["targets"]
    assert good == {key: value for key, value in one.items() if key != "format"}
    assert set(bad) == {"host", "error"}
    _assert_host(bad["host"])
    assert bad["host"]["target"] == str(missing)
    assert bad["error"] == f"{missing}: no such file or directory"
    failed = run.document("gates", missing)
    assert set(failed) == {"format", "host", "error"}


def test_a_target_that_cannot_be_asked_is_a_sentence_and_the_others_are_answered(
    run: Run, host: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere"
    status, out, err = run("gates", missing, host)
    assert status == 1
    assert "\n/usr/bin/qemu: QEMU 7.2.9, " in out
    assert err == f"virtgate: {missing}: no such file or directory\n"
    assert run("check", "block.mirror", missing)[0] == 1
    assert run("explain", "block.mirror", missing) == (1, "", err)
    assert run("probe", missing) == (1, "", err)


def test_many_hosts_are_told_in_their_order_and_each_as_alone(
    host: Path, tmp_path: Path, require: Require
) -> None:
    require(Path(QEMU).exists() and Path(QEMU_ARM).exists(), "needs two QEMU")
    named = [QEMU, str(tmp_path / "nowhere"), str(host), QEMU_ARM, str(tmp_path / "qemu-system-none")]

    def ask(folder: str, *targets: str) -> tuple[int, Any]:
        environment = {**os.environ, "VIRTGATE_CACHE_DIR": str(tmp_path / folder)}
        done = subprocess.run(
            [*COMMAND, "gates", "--json", *targets], capture_output=True, check=False, env=environment
        )
        return done.returncode, json.loads(done.stdout)

    status, together = ask("together", *named)
    alone = [ask("alone", one) for one in named]
    assert (status, [one for one, _ in alone]) == (1, [0, 1, 0, 0, 1])
    assert together["targets"] == [{k: v for k, v in one.items() if k != "format"} for _, one in alone]


@pytest.mark.parametrize(
    "before",
    [
        "import os, _multiprocessing; _multiprocessing.SemLock = "
        "type('Lock', (), {'SEM_VALUE_MAX': 1, '__init__': lambda *_: os.stat('/nowhere')})",
        "import os, virtgate.cli.options as own; me = os.getpid(); ask = own._ask; "
        "own._ask = lambda *words: ask(*words) if os.getpid() == me else os.kill(os.getpid(), 9)",
    ],
    ids=["no semaphores", "killed"],
)
def test_where_no_process_can_help_hosts_are_asked_one_after_the_other(
    before: str, tmp_path: Path, require: Require
) -> None:
    require(Path(QEMU).exists() and Path(QEMU_ARM).exists(), "needs two QEMU")
    environment = {**os.environ, "VIRTGATE_CACHE_DIR": str(tmp_path)}
    command = [*COMMAND[:-1], f"{before}; {COMMAND[-1]}", "gates", QEMU, QEMU_ARM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"\n{QEMU}: QEMU " in done.stdout and f"\n{QEMU_ARM}: QEMU " in done.stdout


def test_nothing_known_is_null_and_never_false(run: Run, host: Path) -> None:
    gates = {one["id"]: one for one in run.document("gates", host)["gates"]}
    mirror = {one["name"]: one for one in gates["block.mirror"]["paths"]}
    assert mirror["drive-mirror"]["present"] is True
    assert mirror["blockdev-mirror"]["present"] is False
    assert gates["devices.usb.keyboard"]["present"] is None
    assert gates["devices.usb.keyboard"]["state"] == "unknown"


def test_aliases_are_printed_sorted_and_unknown_ones_apart(run: Run, host: Path) -> None:
    status, out, err = run("gates", host, "--alias", "libvirt")
    names = out.splitlines()
    assert status == 0
    assert names == sorted(set(names))
    assert err
    assert all(line.startswith("unknown: ") for line in err.splitlines())
    assert not set(names) & {line.removeprefix("unknown: ") for line in err.splitlines()}
    present = {
        alias
        for gate in run.document("gates", host)["gates"]
        for path in gate["paths"]
        if path["present"]
        for alias in path["aliases"].get("libvirt", ())
    }
    editions = open_catalog(None).vocabularies["qemu"]
    assumed = {name for one in editions for name in one.assumed}
    assert set(names) - assumed <= present
    assert present - set(names) - assumed <= {name for one in editions for name in one.names}


def test_policy_words_may_be_joined_or_repeated(run: Run) -> None:
    joined = run("gates", "--release", "qemu=8.2", "--refuse", "deprecated,backports")
    assert joined == run("gates", "--release", "qemu=8.2", "--refuse", "deprecated", "--refuse", "backports")
    assert joined != run("gates", "--release", "qemu=8.2")


def test_common_says_what_all_have_and_who_keeps_the_rest_out(run: Run, host: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    document = json.loads(host.read_text())
    del document["answers"]["query-qmp-schema"]
    document["target"] = "/usr/bin/other"
    other.write_text(json.dumps(document))
    status, out, _ = run("common", host, other)
    assert status == 0
    assert out.startswith("enabled on all 2: ")
    assert "\n- jobs.ready-event " in out
    told = run.document("common", host, other)
    gate = next(one for one in told["gates"] if one["id"] == "jobs.ready-event")
    assert gate["kept_out_by"] == ["/usr/bin/other"]
    assert [one["target"] for one in told["hosts"]] == ["/usr/bin/qemu", "/usr/bin/other"]
    assert run("common", host, tmp_path / "nowhere.json")[0] == 1
    assert "two targets or more; 1 given" in run.refused("common", host)


def test_list_narrows_by_words_area_hypervisor_and_release(run: Run) -> None:
    every = run.document("list")["capabilities"]
    areas = {one["area"] for one in every}
    assert len(every) > 80
    assert len(areas) > 12
    block = run.document("list", "--area", "block")["capabilities"]
    assert [one for one in every if one["area"] == "block"] == block
    assert all(
        "xend" in one["hypervisors"] for one in run.document("list", "--hypervisor", "xend")["capabilities"]
    )
    new = {one["id"] for one in run.document("list", "--since", "qemu=9.0")["capabilities"]}
    assert "migration.cpr-exec" in new
    assert "block.mirror" not in new
    old = {one["id"] for one in run.document("list", "--deprecated")["capabilities"]}
    assert old
    assert old < {one["id"] for one in every}
    status, out, _ = run("list", "mirror", "copy-mode")
    assert status == 0
    told = [line.split()[0] for line in out.splitlines() if line.startswith("block.mirror.")]
    assert told == ["block.mirror.change-copy-mode", "block.mirror.copy-mode"]


def test_show_has_every_hypervisor(run: Run) -> None:
    document = run.document("show", "net.hot-unplug")
    assert {"kvm", "qemu", "xapi", "xen", "xend"} <= set(document["hypervisors"])
    assert document["hypervisors"]["xend"][0]["evidence"]
    assert document["hypervisors"]["kvm"] == []
    status, out, _ = run("show", "net.hot-unplug")
    assert status == 0
    assert out.startswith("net.hot-unplug: ")
    assert "KVM: no path" in out


def test_what_is_kept_is_listed_and_dropped(run: Run, tmp_path: Path) -> None:
    run("gates", tmp_path / "nowhere")
    status, out, _ = run("cache")
    assert status == 0
    assert str(tmp_path / "nowhere") in out
    document = run.document("cache")
    assert document["folder"] == str(tmp_path / "cache")
    assert len(document["files"]) == 1
    assert run("cache", "drop") == (0, f"dropped 1 files from {tmp_path}/cache\n", "")
    assert run.document("cache")["files"] == []
    assert run.document("cache", "drop")["dropped"] == 0


VERBS_WITH_DATA = (
    ("gates", "--release", "qemu=8.2"),
    ("check", "block.mirror", "--release", "qemu=8.2"),
    ("explain", "block.mirror", "--release", "qemu=8.2"),
    ("list",),
    ("show", "block.mirror"),
    ("completion", "ids"),
)
TYPOS = {
    "a condition": ("matrix/qemu/block.yaml", "{command: blockdev-mirror}", "{comand: blockdev-mirror}"),
    "a key": ("capabilities/block.yaml", "title:", "titel:"),
    "a need": ("capabilities/block.yaml", "needs: [", "needs: [jobs.nowhere, "),
    "not YAML": ("matrix/qemu/block.yaml", "support:", "support: ["),
    "an upstream": ("matrix/qemu/upstream.yaml", "hypervisor: qemu", "hypervisor: quemu"),
}


@pytest.mark.parametrize("typo", TYPOS.values(), ids=TYPOS.keys())
def test_a_typo_in_the_data_is_named_with_its_line_by_every_verb(
    run: Run, data: Path, typo: tuple[str, str, str]
) -> None:
    name, right, wrong = typo
    text = (data / name).read_text(encoding="utf-8")
    assert right in text
    (data / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    for words in VERBS_WITH_DATA:
        assert f"{name}:" in run.refused(*words, "--data", data)
    status, out, _ = run("lint", "--data", data)
    assert status == 1
    assert f"{name}:" in out


def test_a_typo_is_told_by_those_who_ask_a_host_too(run: Run, data: Path, host: Path) -> None:
    path = data / "matrix" / "qemu" / "block.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("- path:", "- paht:", 1), encoding="utf-8")
    for words in (
        ("gates", host),
        ("probe", host),
        ("gates", "kvm"),
        ("probe", "kvm"),
        ("common", host, host),
    ):
        assert "matrix/qemu/block.yaml:" in run.refused(*words, "--data", data)


def test_probe_tells_who_a_recording_is_of(run: Run, host: Path) -> None:
    status, out, err = run("probe", host)
    assert (status, err) == (0, "")
    assert "downstream  debian" in out
    assert "questions   3 answered, 1 unanswered" in out
    assert "unanswered: query-kvm: it died" in out
    document = run.document("probe", host)
    assert set(document) == {"format", "host", "via", "taken", "details", "answers"}
    assert document["answers"]["query-kvm"] == {"unanswered": "it died"}


@pytest.mark.parametrize("name", ["bhyve", "../kvm", "x" * 5000])
def test_probe_reads_no_ledger_that_a_recording_names(run: Run, host: Path, name: str) -> None:
    document = {**json.loads(host.read_text()), "hypervisor": name}
    host.write_text(json.dumps(document))
    status, out, err = run("probe", host)
    assert (status, out) == (1, "")
    assert f"hypervisor '{name[:80]}' is not in the data" in err


def test_a_recording_that_cannot_be_written_is_wrong_usage(run: Run, host: Path, tmp_path: Path) -> None:
    assert "cannot write" in run.refused("probe", host, "--record", tmp_path / "no" / "host.json")


@pytest.mark.parametrize("binary", [QEMU, QEMU_ARM])
def test_a_recording_of_a_real_host_gives_the_same_gates_byte_for_byte(
    run: Run, tmp_path: Path, require: Require, binary: str
) -> None:
    require(os.access(binary, os.X_OK), f"{binary} is not here")
    recording = tmp_path / "host.json.xz"
    status, _, err = run("probe", binary, "--accel", "tcg", "--record", recording)
    assert (status, err) == (0, "")
    live = run.document("gates", binary, "--accel", "tcg")
    again = run.document("gates", recording)
    assert json.dumps(again["gates"]) == json.dumps(live["gates"])
    assert {**again["host"], "source": binary} == live["host"]
    cached = run.document("gates", binary, "--accel", "tcg")
    assert cached == live


def _environment(kept_data: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "VIRTGATE_CACHE_DIR": str(kept_data), **changes}


def _start(kept_data: Path, *words: object, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=_environment(kept_data, **changes)
    )


def test_the_installed_command_ends_with_the_verdicts_status(kept_data: Path) -> None:
    assert _start(kept_data, "check", "block.mirror", "--release", "qemu=8.2").returncode == 0
    assert _start(kept_data, "check", "block.mirror", "--release", "qemu=0.12").returncode == 1
    wrong = _start(kept_data, "check", "block.miror", "--release", "qemu=8.2")
    assert wrong.returncode == 2
    assert (
        wrong.stderr
        == "virtgate: no capability 'block.miror'; nearest: " + wrong.stderr.split("nearest: ")[1]
    )
    assert wrong.stdout == ""


PRINTING = {
    "gates": "--release qemu=8.2",
    "check": "block.mirror --release qemu=8.2",
    "explain": "block.mirror --release qemu=8.2",
    "show": "block.mirror",
    "common": "qemu=8.2 qemu=8.1",
    "migrate": "qemu=8.1 qemu=8.2",
    "floor": "qemu=8.2",
    "completion": "bash",
}


@pytest.mark.parametrize("verb", VERBS)
def test_output_that_nobody_reads_is_no_failure_of_ours_and_no_yes(kept_data: Path, verb: str) -> None:
    """Of verbs that need a host, a repository or a client, the help is what is printed."""
    words = PRINTING.get(verb, "" if verb in {"list", "schema"} else "--help").split()
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, verb, *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            env=_environment(kept_data),
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("words", ["gates --release qemu=8.2", "gates --release qemu=8.2 --json", "list"])
def test_a_reader_that_has_seen_enough_is_no_error(kept_data: Path, words: str) -> None:
    with subprocess.Popen(
        [*COMMAND, *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(kept_data),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("words", "closed", "status"),
    [
        ("list", ">&-", 0),
        ("check block.mirror --release qemu=0.12", ">&-", 1),
        ("check block.miror --release qemu=8.2", ">&- 2>&-", 2),
        ("scan -", "<&-", 0),
        ("audit - --release qemu=8.2", "<&-", 2),
    ],
)
def test_a_standard_stream_that_is_closed_is_an_empty_one(
    kept_data: Path, words: str, closed: str, status: int
) -> None:
    shell = ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, *words.split()]
    done = subprocess.run(shell, capture_output=True, text=True, check=False, env=_environment(kept_data))
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)


def _on_terminal(kept_data: Path, *words: str, **changes: str) -> str:
    """What a verb prints when a terminal is there."""
    own, other = pty.openpty()
    environment = {**_environment(kept_data), "TERM": "xterm", "COLUMNS": "100", **changes}
    process = subprocess.Popen([*COMMAND, *words], stdout=other, stderr=other, env=environment)
    os.close(other)
    text = b""
    try:
        while part := os.read(own, 65536):
            text += part
    except OSError:
        pass
    finally:
        os.close(own)
    assert process.wait() in {0, 1}
    return text.decode()


def test_colour_is_for_terminals_that_want_it(kept_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    words = ("gates", "--release", "qemu=8.2", "--area", "tpm")
    assert "\033[32m+\033[0m tpm." in _on_terminal(kept_data, *words)
    assert "\033" not in _on_terminal(kept_data, *words, NO_COLOR="1")
    assert "\033" not in _on_terminal(kept_data, *words, TERM="dumb")
    assert "\033" not in _start(kept_data, *words).stdout


def test_a_list_is_wrapped_to_the_terminal(kept_data: Path) -> None:
    lines = _on_terminal(kept_data, "list", "--area", "block").splitlines()
    assert max(map(len, lines)) <= 100
    assert max(map(len, _start(kept_data, "list", "--area", "block").stdout.splitlines())) > 100


@pytest.mark.parametrize("wide", [60, 80, 100])
def test_gates_keep_to_the_width_of_a_terminal(kept_data: Path, wide: int) -> None:
    words = ("gates", "--release", "qemu=8.2", "--all")
    lines = _on_terminal(kept_data, *words, COLUMNS=str(wide), NO_COLOR="1").splitlines()
    assert max(map(len, lines)) <= wide
    told = " ".join(lines).split()
    assert sorted(told) == sorted(_start(kept_data, *words).stdout.split())


def test_what_a_stream_cannot_show_is_no_reason_to_stop(kept_data: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(bytes(tmp_path) + b"/\xff\xc3\xa9")
    done = _start(kept_data, "gates", odd, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stderr.endswith("no such file or directory\n")
    assert "Traceback" not in done.stderr
    told = _start(kept_data, "gates", odd, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(told.stdout)["host"]["target"] == odd


HIDE = """
for one in /usr/bin/qemu-* /usr/local/bin/qemu-* /usr/sbin/qemu-* /usr/bin/kvm \\
        /usr/libexec/qemu-kvm /usr/lib/*/libvirt.so.0; do
    if [ -f "$one" ]; then mount --bind /dev/null "$one" || exit 77; fi
done
mount -t tmpfs none /sys/module && mount -t tmpfs none /dev || exit 77
exec "$@"
"""


@pytest.fixture
def bare(kept_data: Path, require: Require) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs the command where no hypervisor is: in a mount namespace that hides this machine's."""
    start = ["unshare", "-rm", "sh", "-c", HIDE, "sh"]
    hides = shutil.which("unshare") and subprocess.run([*start, "true"], check=False, capture_output=True)
    require(hides and hides.returncode == 0, "no mount namespace can be made here")

    def run_bare(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*start, *COMMAND, *words]
        environment = _environment(kept_data, PATH="/usr/bin:/bin")
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    yield run_bare


def test_a_machine_without_hypervisors_says_so_and_shows_a_release(
    bare: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = bare("gates")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("no hypervisor was found on this machine")
    assert "'virtgate gates --release qemu=10.2'" in done.stdout
    assert "\n  block  " in done.stdout
    assert json.loads(bare("gates", "--json").stdout) == {"format": 1, "targets": []}
    for verb in (["check", "block.mirror"], ["explain", "block.mirror"], ["probe"]):
        none = bare(*verb)
        assert none.stdout == ""
        assert none.stderr.startswith("virtgate: no hypervisor was found on this machine; name a TARGET")
        assert json.loads(bare(*verb, "--json").stdout) == {"format": 1, "targets": []}
    assert bare("check", "block.mirror").returncode == 1


def test_a_verb_that_lacks_a_python_package_says_which() -> None:
    hidden = "import sys; sys.modules['jsonschema'] = None; from virtgate.cli import main; sys.exit(main())"
    words = [sys.executable, "-I", "-c", hidden, "lint"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    told = "virtgate: this needs the Python package 'jsonschema', which is not installed\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
