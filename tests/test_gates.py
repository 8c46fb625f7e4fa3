"""What a driver holds answers quickly, never changes under it, and is wrong in one tree of errors."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import virtgate
from hostmaker import ROOT
from virtgate import (
    Gates,
    NotEnabled,
    Policy,
    RecordingError,
    TargetError,
    UnknownCapability,
    UnknownRelease,
    UsageError,
    VirtgateError,
)
from virtgate.ask.answering import answer_recording, answer_release
from virtgate.ask.opened import open_catalog
from virtgate.cli import main
from virtgate.driver import cache
from virtgate.serve.ofrep import evaluation

QEMU = "/usr/bin/qemu-system-x86_64"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def gates() -> Gates:
    """The gates of one release, which has answers of every state."""
    return virtgate.release("qemu", "8.2")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that an unprivileged user may enter: pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _recording(folder: Path, name: str = "host.json", **answers: object) -> Path:
    """A small recording of a QEMU 8.2.0 of nobody's in particular."""
    version = {"qemu": {"major": 8, "minor": 2, "micro": 0}, "package": ""}
    path = folder / name
    document = {
        "format": 1,
        "hypervisor": "qemu",
        "target": "/usr/bin/qemu",
        "via": "binary",
        "answers": {"query-version": {"return": version}, **answers},
    }
    path.write_text(json.dumps(document))
    return path


def test_a_release_enables_what_it_has_and_not_what_came_later(gates: Gates) -> None:
    assert gates.enabled("block.mirror")
    assert gates.path("block.mirror") == "blockdev-mirror"
    assert not gates.enabled("migration.cpr-exec")
    assert gates.path("migration.cpr-exec") is None
    assert gates.verdict("migration.cpr-exec").reason == "too-old"


def test_a_branch_is_its_newest_release_and_a_release_is_itself() -> None:
    assert (
        virtgate.release("qemu", "9.2").host["release"] == virtgate.release("qemu", "9.2.0").host["release"]
    )
    assert virtgate.release("qemu", "2.3").host["release"] == "2.3.1"
    assert virtgate.release("qemu", "2.3.0").host["release"] == "2.3.0"


def test_every_id_has_one_answer_that_all_ways_of_asking_agree_on(gates: Gates) -> None:
    assert len(gates) == len(list(gates)) > 80
    for name in gates:
        verdict = gates.verdict(name)
        assert name in gates
        assert verdict.id == name
        assert verdict.state in {"enabled", "disabled", "unknown"}
        assert bool(verdict) is gates.enabled(name) is (verdict.state == "enabled")
        assert verdict.path == gates.path(name)
        assert (verdict.path is not None) is gates.enabled(name)
        assert verdict.sentence
        assert name in gates.explain(name)


def test_the_gates_path_is_its_first_enabled_one(gates: Gates) -> None:
    for name in gates:
        verdict = gates.verdict(name)
        enabled = [path.name for path in verdict.paths if path.state == "enabled"]
        assert verdict.path == (enabled[0] if enabled and verdict.state == "enabled" else None)


def test_presence_of_a_gate_is_the_three_valued_or_of_its_paths(gates: Gates) -> None:
    for name in gates:
        verdict = gates.verdict(name)
        seen = {path.present for path in verdict.paths}
        expected = True if True in seen else None if None in seen else False
        assert verdict.present is expected, name


def test_aliases_of_a_gate_are_those_of_its_paths(gates: Gates) -> None:
    for verdict in map(gates.verdict, gates):
        of_paths = {
            (who, one) for path in verdict.paths for who, names in path.aliases.items() for one in names
        }
        assert {(who, one) for who, names in verdict.aliases.items() for one in names} == of_paths
        assert all(len(names) == len(set(names)) for names in verdict.aliases.values())


def test_every_id_of_before_is_answered_under_that_of_today() -> None:
    catalog = open_catalog(None)
    gates = virtgate.release("xen", "4.17")
    former = [(old, row.id) for row in catalog.capabilities.values() for old in row.formerly]
    assert len(former) >= 250
    assert {old for old, _ in former}.isdisjoint(catalog.capabilities)
    assert len(dict(former)) == len(former)
    for old, today in former:
        assert catalog.get(old).id == gates.verdict(old).id == gates.parse(old) == today
        assert gates.enabled(old) is gates.enabled(today)
        assert evaluation(gates, old) == {**evaluation(gates, today), "key": old}
        assert evaluation(gates, old)["metadata"]["id"] == today
        assert gates.explain(old) == gates.explain(today)


@pytest.mark.parametrize("old", ["guest.snapshot.with-memory", "block.snapshot.guest-state"])
def test_two_ids_that_became_one_both_name_it(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    today = "lifecycle.snapshot.with-memory"
    assert virtgate.release("qemu", "9.0").enabled(old) and virtgate.release("xapi", "8").enabled(old)
    for words in (
        ["show", old],
        ["check", old, "--release", "qemu=9.0"],
        ["explain", old, "--release", "xapi=8"],
        ["list", old],
        ["floor", "--for", old],
    ):
        assert main(words) == 0
        told = capsys.readouterr().out
        assert today in told and old not in told


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """The shipped data with one capability renamed."""
    for name in ("capabilities", "matrix"):
        shutil.copytree(ROOT / name, tmp_path / "data" / name)
    path = tmp_path / "data/capabilities/block.yaml"
    text = path.read_text(encoding="utf-8")
    new = "  block.mirror:\n    formerly: [block.copy, block.copying]\n"
    path.write_text(text.replace("  block.mirror:\n", new), encoding="utf-8")
    return tmp_path / "data"


def test_an_id_of_before_names_a_capability_still(renamed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gates = virtgate.release("qemu", "8.2", data=str(renamed))
    assert gates.enabled("block.copy")
    assert gates.path("block.copying") == gates.path("block.mirror") == gates.require("block.copy")
    assert gates.verdict("block.copy").id == "block.mirror"
    assert gates.verdict("block.copy").formerly == ("block.copy", "block.copying")
    assert "block.copy" in gates
    assert "block.copy" not in list(gates)
    assert "block.mirror is enabled" in gates.explain("block.copy")
    both = gates & virtgate.release("qemu", "9.0", data=str(renamed))
    assert both.enabled("block.copy")
    assert main(["show", "block.copy", "--data", str(renamed)]) == 0
    assert capsys.readouterr().out.startswith("block.mirror: ")
    assert main(["check", "block.copy", "--release", "qemu=8.2", "--data", str(renamed)]) == 0
    assert capsys.readouterr().out.startswith("block.mirror: enabled")


def test_an_id_of_before_is_in_the_cache_too(renamed: Path) -> None:
    told = answer_release("qemu", "8.2", Policy(), data=str(renamed))
    key = cache.Key("/usr/bin/true", None, None, str(Policy()), None)
    kept = cache.Answers(host=told.host, gates=told.gates, fingerprint=["kernel\t-\t-"], key=key)
    read = cache.parse_answers(cache.render_answers(kept), key)
    assert read is not None
    assert Gates(read).path("block.copy") == "blockdev-mirror"


@pytest.mark.parametrize("ask", ["enabled", "path", "verdict", "require", "explain"])
def test_an_unknown_id_is_an_error_that_names_the_nearest(gates: Gates, ask: str) -> None:
    with pytest.raises(
        UnknownCapability, match=r"^no capability 'block.miror'; nearest: block.mirror"
    ) as caught:
        getattr(gates, ask)("block.miror")
    assert caught.value.identifier == "block.miror"
    assert caught.value.nearest[0] == "block.mirror"
    assert not isinstance(caught.value, KeyError)
    assert isinstance(caught.value, UsageError)


@pytest.mark.parametrize("identifier", ["", "zzz", "block", None, 7, "block.mirror\n", "Block.Mirror"])
def test_no_odd_id_is_a_bare_key_error(gates: Gates, identifier: str) -> None:
    assert identifier not in gates
    with pytest.raises(UnknownCapability):
        gates.enabled(identifier)


def test_require_gives_the_path_or_raises_the_verdict(gates: Gates) -> None:
    assert gates.require("block.mirror") == "blockdev-mirror"
    with pytest.raises(NotEnabled, match=r"^migration\.cpr-exec is disabled: ") as caught:
        gates.require("migration.cpr-exec")
    assert caught.value.verdict.reason == "too-old"
    assert caught.value.verdict.remedy


def test_every_error_is_a_virtgate_error() -> None:
    for name in virtgate.__all__:
        value = getattr(virtgate, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, VirtgateError)


def test_a_verdict_and_gates_say_what_they_are(gates: Gates) -> None:
    assert repr(gates).startswith("<Gates of qemu=8.2.")
    assert repr(gates.verdict("block.mirror")) == "<Verdict block.mirror: enabled, release, blockdev-mirror>"


def test_an_explanation_has_the_line_in_the_data_the_proof_and_the_remedy(gates: Gates) -> None:
    told = gates.explain("migration.cpr-exec")
    assert "matrix/qemu/migration.yaml:" in told
    assert "evidence" in told
    assert "remedy" in told
    assert all(len(line) <= 100 for line in told.splitlines())


def test_unknown_releases_and_hypervisors_are_named() -> None:
    with pytest.raises(UnknownRelease, match=r"no release '99\.0' of qemu; known are 0\.\S+ to \d") as caught:
        virtgate.release("qemu", "99.0")
    assert caught.value.known
    with pytest.raises(UsageError, match=r"no hypervisor 'quemu'; known are .*kvm, .*qemu.*nearest: qemu"):
        virtgate.release("quemu", "8.2")
    for text in ("", ".", "8", "8.", "8.2.0.0", "v8.2.0", "8.2.0-rc1", "\n"):
        with pytest.raises(UnknownRelease):
            virtgate.release("qemu", text)


@pytest.mark.parametrize(
    ("hypervisor", "asked", "judging"),
    [("qemu", "8.2.999", "8.2."), ("xend", "3.1.4", "3.1.0"), ("kvm", "6.1.37", "6.1")],
)
def test_a_point_release_that_the_ledger_lacks_is_answered_by_its_branch(
    hypervisor: str, asked: str, judging: str
) -> None:
    gates = virtgate.release(hypervisor, asked)
    assert gates.host["version"] == asked
    assert str(gates.host["release"]).startswith(judging)
    assert f"{asked} is not in the ledger" in str(gates.host["because"])
    known = virtgate.release(hypervisor, str(gates.host["release"]))
    assert [gates.verdict(one).state for one in gates] == [known.verdict(one).state for one in known]
    assert [gates.path(one) for one in gates] == [known.path(one) for one in known]


@pytest.mark.parametrize("asked", ["8.2.50", "8.2.90", "99.0.1", "8.2.1-rc1", "08.2.1"])
def test_no_snapshot_candidate_or_unknown_branch_is_answered_by_a_release(asked: str) -> None:
    with pytest.raises(UnknownRelease):
        virtgate.release("qemu", asked)


def test_a_release_of_later_is_no_unknown_point_release_of_an_earlier_day() -> None:
    with pytest.raises(UsageError, match=r"qemu 10\.0\.13 was not yet released on 2025-06-01"):
        virtgate.release("qemu", "10.0.13", as_of="2025-06-01")
    assert virtgate.release("qemu", "10.0.999").host["release"] == "10.0.13"
    assert virtgate.release("qemu", "10.0.999", as_of="2025-06-01").host["release"] != "10.0.13"


def test_a_machine_type_that_the_host_lacks_is_refused() -> None:
    real = next(Path(__file__).parent.glob("hosts/qemu-10.0.13_x86_64*/host.json.xz"))
    answers = answer_recording(str(real), Policy(), machine="q35")
    assert Gates(answers).host["release"] == "10.0.13"
    with pytest.raises(UsageError, match=r"has no machine type 'q36'; nearest: .*q35"):
        answer_recording(str(real), Policy(), machine="q36")


def test_a_recording_is_judged_by_its_release(tmp_path: Path) -> None:
    gates = virtgate.load(_recording(tmp_path))
    assert gates.host["release"] == "8.2.0"
    assert gates.host["target"] == "/usr/bin/qemu"
    assert gates.verdict("block.mirror").state == "unknown"
    assert gates.verdict("block.mirror").present is None


def test_a_recording_can_be_opened_like_a_host(tmp_path: Path) -> None:
    path = _recording(tmp_path)
    opened, loaded = virtgate.open(path), virtgate.load(path)
    assert [opened.verdict(n).sentence for n in opened] == [loaded.verdict(n).sentence for n in loaded]
    assert opened.is_current()
    assert opened.refresh() is opened


BROKEN = {
    "not JSON": ("{", "not JSON"),
    "no recording": ("{}", "no 'answers' in it"),
    "a list": ("[]", "no 'answers' in it"),
    "another format": ('{"format": 9, "answers": {}}', "format 9; this virtgate reads 1"),
    "odd answers": ('{"format": 1, "answers": []}', "'answers' must map questions to answers"),
    "no target": ('{"format": 1, "answers": {}, "hypervisor": "qemu"}', "'target' must be text"),
    "unknown hypervisor": (
        '{"format": 1, "answers": {}, "hypervisor": "bhyve", "target": "x", "via": "binary"}',
        "hypervisor 'bhyve' is not in the data",
    ),
    "too deep": ("[" * 100_000, "nested too deeply"),
    "empty": ("", "not JSON"),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_recording_is_a_recording_error(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        virtgate.load(path)
    assert problem in str(caught.value)
    with pytest.raises(RecordingError):
        virtgate.open(path)


def test_what_is_no_recording_by_its_name_says_which_names_are(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"ends in none of \.json"):
        virtgate.load(tmp_path / "host.txt")
    with pytest.raises(RecordingError, match="no such file or directory"):
        virtgate.load(tmp_path / "host.json")
    (tmp_path / "host.json.xz").write_bytes(b"\xfd7zXZ\x00 torn")
    with pytest.raises(RecordingError, match="not xz, or cut short"):
        virtgate.load(tmp_path / "host.json.xz")


def test_claims_belong_to_a_bare_schema_only(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps([{"meta-type": "command", "name": "x", "arg-type": "0", "ret-type": "0"}]))
    assert virtgate.load(schema, claims="qemu=6.2.0").host["release"] == "6.2.0"
    with pytest.raises(UsageError, match="say what it is from with --claims"):
        virtgate.load(schema)
    with pytest.raises(UsageError, match="says itself what it is"):
        virtgate.load(_recording(tmp_path), claims="qemu=6.2.0")
    for claims in ("6.2.0", "xen=4.17", "qemu=", "qemu=6.2.0,distro=x"):
        with pytest.raises(UsageError, match="is no claim"):
            virtgate.load(schema, claims=claims)


def test_what_two_hosts_have_in_common_is_what_both_enable(gates: Gates) -> None:
    old = virtgate.release("qemu", "4.2")
    joined = gates & old
    for name in joined:
        assert joined.enabled(name) <= (gates.enabled(name) and old.enabled(name))
        if joined.enabled(name):
            path = joined.path(name)
            for one in (gates, old):
                states = {row.name: row.state for row in one.verdict(name).paths}
                assert states[str(path)] == "enabled"
    assert set(joined) == set(gates) | set(old)
    assert joined.is_current()
    assert joined.refresh() is joined
    assert any(joined.enabled(name) for name in joined)


def test_the_common_denominator_does_not_hang_on_the_order(gates: Gates) -> None:
    old = virtgate.release("qemu", "2.12")
    one, other = gates & old, old & gates
    assert [one.enabled(name) for name in one] == [other.enabled(name) for name in other]
    itself = gates & gates
    assert [itself.path(name) for name in gates] == [gates.path(name) for name in gates]


def test_what_keeps_a_thing_out_says_which_host_does(gates: Gates) -> None:
    joined = gates & virtgate.release("qemu", "0.12")
    assert joined.verdict("block.mirror").reason == "too-old"
    assert joined.verdict("block.mirror").sentence.startswith("qemu=0.12.")


def test_gates_join_with_gates_only(gates: Gates) -> None:
    with pytest.raises(TypeError):
        gates & {"block.mirror"}


def test_a_policy_knows_its_words() -> None:
    policy = Policy(refuse={"deprecated", "backports"}, allow="unstable")
    assert policy.refuse == {"deprecated", "backports"}
    assert policy.allow == {"unstable"}
    assert policy == Policy(refuse=["backports", "deprecated"], allow=["unstable"])
    assert hash(policy) == hash(Policy(refuse=["backports", "deprecated"], allow=["unstable"]))
    assert policy != Policy()
    with pytest.raises(UsageError, match="cannot refuse 'unstable'; backports and deprecated can be"):
        Policy(refuse={"unstable"})
    with pytest.raises(UsageError, match="cannot allow 'everything'; unreleased and unstable can be"):
        Policy(allow="everything")


@pytest.mark.parametrize("words", [7, None, [7], [["deprecated"]]])
def test_a_policy_of_no_words_is_a_usage_error(words: object) -> None:
    with pytest.raises(UsageError):
        Policy(refuse=words)


def test_refusing_what_is_deprecated_disables_exactly_that(gates: Gates) -> None:
    strict = virtgate.release("qemu", "8.2", policy=Policy(refuse={"deprecated"}))
    assert strict.policy == Policy(refuse={"deprecated"})
    lost = [name for name in gates if gates.enabled(name) and not strict.enabled(name)]
    for name in lost:
        assert strict.verdict(name).reason in {"deprecated", "needs"}
    assert not [name for name in gates if strict.enabled(name) and not gates.enabled(name)]
    assert not [n for n in strict if strict.enabled(n) and strict.verdict(n).reason == "deprecated"]


def test_a_day_cuts_what_upstream_had(gates: Gates) -> None:
    then = virtgate.release("qemu", "0.9.1", as_of="2009-02-09")
    assert then.enabled("migration.uri.tcp") is virtgate.release("qemu", "0.9.1").enabled("migration.uri.tcp")
    with pytest.raises(UsageError, match=r"^qemu 8\.2\.\d+ was not yet released on 2009-02-09$"):
        virtgate.release("qemu", "8.2", as_of="2009-02-09")
    with pytest.raises(UnknownRelease):
        virtgate.release("qemu", "99", as_of="2009-02-09")
    with pytest.raises(UsageError, match="'soon' is not a day; write YYYY-MM-DD"):
        virtgate.release("qemu", "8.2", as_of="soon")


def test_many_threads_read_one_host(gates: Gates) -> None:
    expected = {name: (gates.enabled(name), gates.path(name)) for name in gates}
    wrong: list[str] = []

    def read() -> None:
        for name in gates:
            verdict = gates.verdict(name)
            if (bool(verdict), verdict.path) != expected[name]:
                wrong.append(name)

    threads = [threading.Thread(target=read) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_many_threads_open_at_once_and_agree(tmp_path: Path) -> None:
    path = _recording(tmp_path)
    found: list[list[str]] = []

    def load() -> None:
        gates = virtgate.load(path)
        found.append([gates.verdict(name).sentence for name in gates])

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(one == found[0] for one in found)


def test_a_host_that_cannot_be_asked_is_a_target_error_until_it_changes(tmp_path: Path) -> None:
    missing = tmp_path / "qemu-system-none"
    for _ in range(2):
        with pytest.raises(TargetError, match="no such file or directory") as caught:
            virtgate.open(missing)
        assert caught.value.target == str(missing)
    missing.write_text("#!/bin/sh\necho no; exit 1\n")
    missing.chmod(0o755)
    with pytest.raises(TargetError) as caught:
        virtgate.open(missing)
    assert "no such file" not in str(caught.value)


def test_a_real_host_is_asked_once_and_then_remembered(
    tmp_path: Path, require: Callable[[object, str], None]
) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    first = virtgate.open(QEMU, accel="tcg")
    assert first.is_current()
    assert first.refresh() is first
    assert first.enabled("block.mirror")
    kept = sorted((tmp_path / "cache").iterdir())
    # The data are kept compiled by the first that reads them in a process, which another test may have been.
    assert {one.suffix for one in kept} - {".compiled"} == {".answers", ".facts"}
    stamps = [one.stat().st_mtime_ns for one in kept]
    second = virtgate.open(QEMU, accel="tcg")
    assert [one.stat().st_mtime_ns for one in kept] == stamps
    for name in first:
        one, other = first.verdict(name), second.verdict(name)
        assert (one.sentence, one.present, one.remedy) == (other.sentence, other.present, other.remedy)
    assert dict(first.host) == dict(second.host)


def test_gates_stay_as_they_are_while_their_host_changes(
    public: Path, require: Callable[[object, str], None]
) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    binary = public / "qemu-system-x86_64"
    binary.write_text(f'#!/bin/sh\nexec {QEMU} "$@"\n')
    binary.chmod(0o755)
    gates = virtgate.open(binary, accel="tcg")
    before = [gates.path(name) for name in gates]
    binary.write_text(f'#!/bin/sh\n# a newer one\nexec {QEMU} "$@"\n')
    assert not gates.is_current()
    assert [gates.path(name) for name in gates] == before
    new = gates.refresh()
    assert new is not gates
    assert new.is_current()
    assert [new.path(name) for name in new] == before
