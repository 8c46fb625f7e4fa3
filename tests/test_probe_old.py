"""Binaries from before QMP, or from its first days, asked while they live: who they are is not lost."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hostmaker import ROOT
from virtgate.ask.answering import answer_live, answer_recording, wanted_questions
from virtgate.ask.opened import open_catalog, open_history
from virtgate.ask.targets import Target, ask_facts, read_facts
from virtgate.cli import main
from virtgate.driver.gates import Gates
from virtgate.driver.policy import Policy
from virtgate.match import match_host

HOSTS = ROOT / "tests" / "old_hosts"
# Of the options that a probe gives, those that vl.c or qemu-options.hx of each version takes.
OLDEST = "-S|-nographic|-monitor|-serial"
WITH_QMP = f"{OLDEST}|-nodefaults|-qmp"
# 0.12 greets with nothing, knows no negotiation, and says its version in one text.
FIRST_QMP = """echo '{"QMP": {"capabilities": []}}'
while read -r line; do case "$line" in
*'"query-version"'*) echo '{"return": {"qemu": "VERSION", "package": "PACKAGE"}}';;
*) echo '{"error": {"class": "CommandNotFound", "desc": "", "data": {}}}';;
esac; done"""
REFUSALS = {
    "bare": "\"$0: invalid option -- '$1'\"",  # up to 0.12
    "located": '"qemu-system-x86_64: $1: invalid option"',  # since 0.13
}
QEMU_DM = """usage: qemu-dm [options] [disk_image]
-vcpus          set CPU number of guest platform
-d domain       domain that we're serving
-domain-name    domain name that we're serving
"""


def fake(folder: Path, banner: str, *, name: str = "qemu-system-x86_64", **how: str) -> str:
    """A program that answers as such a binary did and ends on each option that it does not know."""
    helps = shlex.quote(f"{banner}\n{how.get('help', '')}")
    tells = how.get("tells", "-h|-help|-version|--version")
    refusal = REFUSALS[how.get("refusal", "bare")]
    script = f"""#!/bin/sh
while [ $# -gt 0 ]; do case "$1" in
{tells}) echo {helps}; exit 1;;
{how.get("takes", OLDEST)}) case "$1" in -monitor|-serial|-qmp) shift;; esac;;
*) echo {refusal} >&2; exit 1;;
esac; shift; done
{how.get("then", "exec sleep 60")}
"""
    path = folder / name
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an unprivileged user may read: pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def recorded_banner(name: str) -> str:
    document = json.loads((HOSTS / name / "host.json").read_text(encoding="utf-8"))
    return str(document["answers"]["--version"]["return"]).strip()


OLD = [
    path.parent.name
    for path in sorted(HOSTS.glob("*/host.json"))
    if "version 0." in recorded_banner(path.parent.name)
]


def live(binary: str) -> Gates:
    return Gates(answer_live(Target.parse(binary), Policy()))


def who(gates: Gates) -> tuple[Any, ...]:
    return tuple(gates.host.get(key) for key in ("version", "release", "kind", "downstream", "evr"))


def matched(target: str) -> tuple[Any, ...]:
    """The same by the facts alone: nothing is decided."""
    asked, catalog = Target.parse(target), open_catalog(None)
    facts = read_facts(asked) if asked.is_file else ask_facts(asked, wanted_questions(catalog, "qemu"))
    host = match_host(facts, catalog, open_history(catalog, "qemu"))
    return host.version, host.release, host.kind, host.downstream, host.evr


def verdicts(gates: Gates) -> dict[str, tuple[str, str]]:
    return {one: (gates.verdict(one).state, gates.verdict(one).reason) for one in gates}


@pytest.mark.parametrize("tells", ["-h", "-h|-help", "-version|--version", "-h|-help|-version|--version"])
@pytest.mark.parametrize("name", OLD)
def test_a_live_old_binary_is_what_its_recording_is(name: str, tells: str, folder: Path) -> None:
    binary = fake(folder, recorded_banner(name), tells=tells)
    assert matched(binary) == matched(str(HOSTS / name / "host.json"))


def test_who_it_is_does_not_depend_on_what_is_decided(folder: Path) -> None:
    binary = fake(folder, recorded_banner("kvm-72"))
    assert matched(binary) == who(live(binary))


@pytest.mark.parametrize("name", ["kvm-72", "kvm-88", "qemu-0.9.1", "qemu-0.10.0"])
def test_a_live_binary_without_qmp_may_do_what_its_recording_may(name: str, folder: Path) -> None:
    recorded = verdicts(Gates(answer_recording(str(HOSTS / name / "host.json"), Policy())))
    found = verdicts(live(fake(folder, recorded_banner(name))))
    assert {one for one, said in found.items() if said[0] == "enabled"} <= {
        one for one, said in recorded.items() if said[0] == "enabled"
    }
    assert {one: said for one, said in found.items() if one.startswith("migration.")} == {
        one: said for one, said in recorded.items() if one.startswith("migration.")
    }


def test_the_kvm_of_the_thread_is_known_while_it_lives_and_in_its_recording(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    binary = fake(folder, recorded_banner("kvm-72"), help="usage: qemu [options] [disk_image]")
    kept = str(folder / "kept.json")
    assert main(["probe", binary, "--record", kept]) == 0
    assert "kvm-userspace" in capsys.readouterr().out
    for gates in (live(binary), Gates(answer_recording(kept, Policy()))):
        assert who(gates) == ("0.9.1", "0.9.1", "fork", "kvm-userspace", "kvm-72")
        assert (gates.verdict("migration.live").state, gates.verdict("migration.live").reason) == (
            "disabled",
            "divergent",
        )
        assert gates.verdict("migration.uri.tcp").reason == "divergent"


@pytest.mark.parametrize(
    ("version", "package", "kind", "downstream"),
    [
        ("0.12.0", "", "upstream", None),
        ("0.12.1", " (qemu-kvm-0.12.1.2)", "distribution", "rhel-6"),
        ("0.12.3", " (qemu-kvm-0.12.3)", "fork", "qemu-kvm"),
    ],
)
def test_the_first_qmp_has_no_negotiation_and_a_version_in_one_text(
    version: str, package: str, kind: str, downstream: str | None, folder: Path
) -> None:
    then = FIRST_QMP.replace("VERSION", version).replace("PACKAGE", package)
    binary = fake(folder, f"QEMU PC emulator version {version}{package}", takes=WITH_QMP, then=then)
    assert who(live(binary))[:4] == (version, version, kind, downstream)


def test_a_build_of_0_13_without_a_monitor_still_tells_its_banner(folder: Path) -> None:
    banner = "QEMU emulator version 0.13.0 (qemu-kvm-0.13.0), Copyright (c) 2003-2008 Fabrice Bellard"
    found = who(live(fake(folder, banner, refusal="located")))
    assert found == ("0.13.0", "0.13.0", "fork", "qemu-kvm", "qemu-kvm-0.13.0")


@pytest.mark.parametrize(
    ("name", "help_text"), [("qemu-dm", ""), ("qemu-dm", QEMU_DM), ("qemu-system-x86_64", QEMU_DM)]
)
@pytest.mark.parametrize("version", ["0.8.2", "0.9.0", "0.10.2"])
def test_xens_device_model_is_not_the_qemu_whose_number_it_has(
    version: str, name: str, help_text: str, folder: Path
) -> None:
    banner = f"QEMU PC emulator version {version}, Copyright (c) 2003-2007 Fabrice Bellard"
    gates = live(fake(folder, banner, name=name, help=help_text))
    assert who(gates)[:4] == (version, version, "fork", "xen-ioemu")
    assert "migration.live" not in {one for one in gates if gates.enabled(one)}
