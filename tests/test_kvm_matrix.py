"""What a driver of KVM is told: a number is the name that upstream gave it in the host's kernel."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostmaker import catalog_in
from virtgate.cli import main
from virtgate.conditions import KINDS, View, look
from virtgate.conditions.machine import number_names
from virtgate.data.table import compute_row
from virtgate.decide import Decision, Policy, decide
from virtgate.decide.sentences import Speaker
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import Host, Leaf, leaves
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Atom, Ledger
from virtgate.versions import Ranges, parse_release

ROOT = Path(__file__).parents[1]
CATALOG = catalog_in(ROOT)
HISTORY = History(ROOT / "matrix" / "kvm" / "ledger")
CAPABILITIES = Ledger.read(ROOT / "matrix" / "kvm" / "ledger" / "cap.txt")


def facts(uname: str, answers: dict[int, int], **more: Any) -> Facts:
    told: dict[str, Any] = {"uname": {"release": uname}, "KVM_GET_API_VERSION": 12, **more}
    for number, value in answers.items():
        for on in ("device", "vm"):
            told[f"KVM_CHECK_EXTENSION {number} {on}"] = value
    returned = {asked: {"return": value} for asked, value in told.items()}
    return Facts(hypervisor="kvm", target="made", via="kvm", answers=returned)


def judge(said: Facts) -> dict[str, Decision]:
    host = match_host(said, CATALOG, HISTORY)
    return dict(decide(CATALOG, host, HISTORY, View(said, host.release), Policy()))


@cache
def numbered() -> dict[str, tuple[Atom, ...]]:
    """Every number with the names that it had, in the order of their releases."""
    found: dict[str, list[Atom]] = {}
    for atom in CAPABILITIES:
        found.setdefault(atom.type, []).append(atom)
    return {number: tuple(sorted(atoms, key=_first)) for number, atoms in found.items()}


def _first(atom: Atom) -> Any:
    return atom.parsed_ranges.spans[0].start


def name_in(number: str, release: str) -> str:
    """The name that a number has in a release: the last that it was given by then, or its first."""
    version = parse_release(release)
    given = [atom.name for atom in numbered()[number] if _first(atom) <= version]
    return given[-1] if given else numbered()[number][0].name


def kvm_leaves() -> list[tuple[str, str, Leaf]]:
    """Every condition on an extension, with its capability and its path."""
    return [
        (capability, path.name, leaf)
        for capability, paths in CATALOG.paths["kvm"].items()
        for path in paths
        for leaf in leaves(path.when)
        if leaf.kind == "kvm"
    ]


@pytest.mark.parametrize(
    ("capability", "number", "needed"),
    [
        ("confidential.copy-context", 197, "file /sys/module/kvm_amd/parameters/sev"),
        ("confidential.move-context", 206, "file /sys/module/kvm_amd/parameters/sev"),
        ("confidential.sgx.provisioning", 196, "node /dev/sgx_provision"),
        ("accel.hyperv.nested", 163, "file /sys/module/kvm_intel/parameters/nested"),
    ],
)
def test_what_kvm_says_on_any_processor_needs_the_hardware_too(
    capability: str, number: int, needed: str
) -> None:
    """KVM answers 1 for what its vendor module has code for, with or without the hardware behind it."""
    hyperv = {16: 1, 44: 1, 123: 1}
    node = {"exists": True, "readable": True, "writable": True}
    there: Any = node if needed.startswith("node") else "Y\n"
    lacking: Any = {**node, "exists": False} if needed.startswith("node") else "N\n"
    states = {}
    for name, answer in {"there": {needed: there}, "lacking": {needed: lacking}, "unasked": {}}.items():
        found = judge(facts("6.18.0", {number: 1, **hyperv}, **answer))
        states[name] = found[capability].state
    assert states == {"there": "enabled", "lacking": "disabled", "unasked": "unknown"}


def test_some_number_was_used_twice_and_paths_ask_for_both() -> None:
    twice = {number for number, atoms in numbered().items() if len(atoms) > 1}
    asked = {leaf.terms["cap"] for _, _, leaf in kvm_leaves() if leaf.terms["number"] in twice}
    assert {"KVM_CAP_X86_GUEST_MWAIT", "KVM_CAP_X86_DISABLE_EXITS"} <= asked


@pytest.mark.parametrize("release", [one.name for one in HISTORY.releases])
def test_a_number_answers_for_the_name_that_it_has_in_the_hosts_kernel_and_no_other(release: str) -> None:
    for value in (1, 0xFF):
        said = facts(f"{release}.0", {int(number): value for number in numbered()})
        for capability, path, leaf in kvm_leaves():
            if look(leaf, View(said, release)):
                assert leaf.terms["cap"] == name_in(leaf.terms["number"], release), (capability, path, value)


@pytest.mark.parametrize(
    ("uname", "path", "state"),
    [
        ("3.10.0-1160.119.1.el7.x86_64", "guest-mwait", "backport"),
        ("4.12.0", "guest-mwait", "upstream"),
        ("4.16.18", "guest-mwait", "upstream"),
        ("4.17.0", "disable-exits-mwait", "upstream"),
        ("4.18.0-553.el8_10.x86_64", "disable-exits-mwait", "upstream"),
    ],
)
def test_number_143_is_mwait_in_the_guest_until_4_16_and_the_exits_to_disable_since_then(
    uname: str, path: str, state: str
) -> None:
    found = judge(facts(uname, {143: 1}))
    mwait = found["accel.disable-exits.mwait"]
    assert (mwait.path, mwait.reason) == (path, state)
    assert found["accel.disable-exits.halt"].state == "disabled"


def test_bits_of_a_kernel_whose_number_meant_yes_or_no_enable_nothing() -> None:
    found = judge(facts("4.12.14-122-default", {143: 0xF}))
    exits = [found[f"accel.disable-exits.{name}"].state for name in ("mwait", "halt", "pause", "core-states")]
    assert "enabled" not in exits


def test_a_number_used_twice_is_nobodys_without_the_kernels_release() -> None:
    said = facts("4.14.0", {143: 1})
    nameless = Facts(
        hypervisor="kvm", target="made", via="kvm", answers={**said.answers, "uname": {"error": {}}}
    )
    leaf = next(leaf for _, path, leaf in kvm_leaves() if path == "guest-mwait")
    assert "uname" in KINDS["kvm"].ask(leaf.terms)
    assert look(leaf, View(nameless, None)) is None


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4, unique=True), st.integers(0, 40))
def test_however_often_a_number_was_used_one_name_has_it_in_any_kernel(starts: list[int], minor: int) -> None:
    names = [(f"KVM_CAP_{at}", "7", Ranges.parse(f"4.{at}.0..")) for at in sorted(starts)]
    given = number_names(names)
    said = facts(f"4.{minor}.0", {7: 1})
    held = [
        name
        for name, terms in given.items()
        if look(Leaf(kind="kvm", terms={"cap": name, **terms}), View(said))
    ]
    last = max((at for at in starts if at <= minor), default=min(starts))
    assert held == [f"KVM_CAP_{last}"]


@pytest.mark.parametrize("bound", ["", "<="])
def test_a_typed_release_or_an_earlier_one_is_said_so_and_makes_nothing_too_old(bound: str) -> None:
    name = "confidential.sev-snp"
    path = CATALOG.paths["kvm"][name][0]
    assert path.since is not None
    since = replace(path.since, release="6.11", is_bounded=bool(bound))
    history = HISTORY
    catalog = replace(CATALOG, paths={"kvm": {name: (replace(path, since=since),)}})

    def say(release: str) -> str:
        host = Host(hypervisor="kvm", target=release, version=release, release=release, kind="upstream")
        decision = decide(catalog, host, history, None, Policy(), [name])[name]
        return f"{decision.reason}: {Speaker(catalog, host, history, hostless=True).gate(decision)}"

    row = compute_row(name, catalog.paths["kvm"][name][0], history)
    assert row.releases == f"{bound}6.11.."
    if bound:
        assert say("6.12").startswith(
            "release: this way (vm-type-snp) has been upstream since KVM 6.11 or earlier, and"
        )
        assert say("6.10").startswith("unknown: KVM 6.11 has this way (vm-type-snp), and older releases may")
    else:
        assert say("6.12").startswith("release: this way (vm-type-snp) has been upstream since KVM 6.11, and")
        assert say("6.10").startswith("too-old: ")


def test_what_a_ledger_bounds_is_listed_and_checked_so(capsys: pytest.CaptureFixture[str]) -> None:
    bounded = [
        (name, row)
        for name, paths in CATALOG.paths["kvm"].items()
        if (row := compute_row(name, paths[-1], HISTORY)).releases.startswith("<=") and len(paths) == 1
    ]
    assert bounded
    for name, row in bounded:
        assert main(["list", name]) == 0
        assert f"kvm {row.since} or earlier" in capsys.readouterr().out
        assert main(["check", name, "--release", "kvm=6.18"]) == 0
        assert f"since KVM {row.since} or earlier" in capsys.readouterr().out
