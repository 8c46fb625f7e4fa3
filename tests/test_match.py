"""Who built a host, and which release it is judged by."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from hostmaker import ROOT, introspect, make_facts
from virtgate.ask.opened import open_catalog
from virtgate.data import Catalog
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History
from virtgate.versions import parse_release

LEDGER = ROOT / "matrix" / "qemu" / "ledger"
HISTORY = History(LEDGER)


@cache
def catalog() -> Catalog:
    return open_catalog(None)


def match(facts: Facts, history: History = HISTORY) -> Host:
    return match_host(facts, catalog(), history)


def matched(version: str, package: str = "", **answers: Any) -> Host:
    """A host that says its version, its package string and what else is given, dashes as underscores."""
    named = {name.replace("_", "-"): value for name, value in answers.items()}
    return match(make_facts(version, None, package, named))


def banner(text: str) -> Host:
    answers = {"--version": {"return": text}}
    return match(Facts(hypervisor="qemu", target="made", via="binary", answers=answers))


@pytest.mark.parametrize(
    ("package", "downstream", "kind", "evr"),
    [
        ("Debian 1:7.2+dfsg-7+deb12u18+b3", "debian", "distribution", "1:7.2+dfsg-7+deb12u18+b3"),
        (" (Debian 1:5.2+dfsg-11+deb11u3)", "debian", "distribution", "1:5.2+dfsg-11+deb11u3"),
        ("Debian 1:6.2+dfsg-2ubuntu6.22", "ubuntu", "distribution", "1:6.2+dfsg-2ubuntu6.22"),
        ("Debian 1:8.2.2+ds-0ubuntu1", "ubuntu", "distribution", "1:8.2.2+ds-0ubuntu1"),
        ("qemu-8.2.2-1.fc40", "fedora", "distribution", "8.2.2-1.fc40"),
        ("qemu-kvm-1.6.2-1.fc20", "fedora", "distribution", "1.6.2-1.fc20"),
        ("qemu-kvm-8.2.0-11.el9_4", "rhel", "distribution", "8.2.0-11.el9_4"),
        ("qemu-kvm-6.2.0-40.module+el8.9.0+20867", "rhel", "distribution", "6.2.0-40.module+el8.9.0+20867"),
        ("qemu-kvm-rhev-2.12.0-33.el7", "rhel", "distribution", "2.12.0-33.el7"),
        ("qemu-kvm-0.12.1.2-2.506.el6", "rhel-6", "distribution", "0.12.1.2-2.506.el6"),
        ("qemu-kvm-0.12.1.2", "rhel-6", "distribution", "0.12.1.2"),
        ("qemu-kvm-ev-2.12.0-44.1.el7_8.1", "centos", "distribution", "2.12.0-44.1.el7_8.1"),
        ("openSUSE Tumbleweed", "opensuse", "distribution", None),
        ("kvm-72", "kvm-userspace", "fork", "kvm-72"),
        ("kvm-devel", "kvm-userspace", "fork", "kvm-devel"),
        ("qemu-kvm-1.2.0", "qemu-kvm", "fork", "qemu-kvm-1.2.0"),
        ("pve-qemu-kvm_8.1.5-4", "proxmox", "fork", "8.1.5-4"),
    ],
)
def test_a_package_string_tells_who_built_it(
    package: str, downstream: str, kind: str, evr: str | None
) -> None:
    host = matched("8.2.0", package)
    assert (host.downstream, host.kind, host.evr) == (downstream, kind, evr)
    assert host.because.startswith("its package string is ")


@pytest.mark.parametrize("package", ["", "v8.2.0", "v8.2.0-rc3", "v8.2.0-12-gabcdef123456", "v8.2.0-dirty"])
def test_upstreams_own_build_calls_itself_nothing_or_what_git_says(package: str) -> None:
    host = matched("8.2.0", package, query_commands=[{"name": "stop"}])
    assert (host.kind, host.downstream) == ("upstream", None)
    assert host.because == "its package string is upstream's own, and nothing foreign was seen"


@pytest.mark.parametrize("package", ["", "v8.2.0"])
def test_no_vendors_package_string_alone_proves_nothing(package: str) -> None:
    assert matched("8.2.0", package).kind == "unproven"


@pytest.mark.parametrize("package", ["acme-1.2", "8.2.0", "MyDistro 8"])
def test_a_package_string_that_nobody_knows_proves_nothing(package: str) -> None:
    host = matched("8.2.0", package)
    assert (host.kind, host.downstream) == ("unproven", None)
    assert host.because == f"no known builder uses the package string '{package}'"


def test_the_machines_own_os_release_does_not_tell_who_built_a_binary() -> None:
    assert matched("8.2.0", os_release={"ID": "debian"}).downstream is None


def test_a_marker_tells_a_fork_that_has_no_package_string() -> None:
    host = matched("8.2.0", query_commands=[{"name": "query-proxmox-support"}])
    assert (host.downstream, host.kind, host.evr) == ("proxmox", "fork", None)
    assert host.because == "it has command query-proxmox-support"


@pytest.mark.parametrize(
    ("version", "downstream"), [("0.12.1", "rhel-6"), ("1.5.3", "rhel"), ("2.12.0", "rhel")]
)
def test_red_hats_own_command_tells_its_release_too(version: str, downstream: str) -> None:
    """7 had the command of 6, and not its block jobs."""
    host = matched(version, query_commands=[{"name": "__com.redhat_drive_add"}])
    assert host.downstream == downstream


def test_machine_types_tell_a_distribution_that_has_no_package_string() -> None:
    host = matched("8.2.0", query_machines=[{"name": "pc-i440fx-focal"}])
    assert (host.downstream, host.because) == ("ubuntu", "it has machine type pc-i440fx-focal")


def test_a_command_that_no_release_had_leaves_a_host_unproven() -> None:
    schema = [*introspect(HISTORY.graph(parse_release("8.2.0"))), {"name": "made-up", "meta-type": "command"}]
    host = match(make_facts("8.2.0", schema))
    assert (host.kind, host.because) == ("unproven", "it has made-up, which no upstream release has had")


def test_upstreams_own_interface_is_upstreams() -> None:
    host = match(make_facts("8.2.0", introspect(HISTORY.graph(parse_release("8.2.0")))))
    assert host.kind == "upstream"


@pytest.mark.parametrize(
    ("version", "release", "newer", "snapshot"),
    [
        ("8.2.0", "8.2.0", False, False),
        ("9.1.50", "9.2.0", False, True),
        ("9.1.91", "9.2.0", False, True),
        ("2.5.50", "2.6.0", False, True),
        ("8.2.99", "9.0.0", False, True),
        ("99.0.0", "99.0.0", True, False),
        ("99.0.50", "99.1.0", True, True),
    ],
)
def test_a_host_is_judged_by_its_release_or_by_the_one_it_leads_to(
    version: str, release: str, newer: bool, snapshot: bool
) -> None:
    host = matched(version)
    assert (host.version, host.release, host.newer, host.snapshot) == (version, release, newer, snapshot)


def test_a_point_release_beyond_the_ledger_is_judged_by_its_branchs_newest() -> None:
    newest = max(one for one in HISTORY.versions if one.branch == "8.2")
    host = matched("8.2.49")
    assert (host.release, host.newer) == (str(newest), False)
    last = matched(f"{HISTORY.versions[-1].branch}.40")
    assert (last.release, last.newer) == (str(HISTORY.versions[-1]), False)


def test_a_release_beyond_a_cut_ledger_is_newer() -> None:
    cut = History(LEDGER, newest=parse_release("9.1.0"))
    facts = make_facts("9.2.0", introspect(HISTORY.graph(parse_release("9.2.0"))))
    assert match(facts, cut).newer
    assert match(facts, cut).kind == "upstream"
    assert not match(facts).newer


@pytest.mark.parametrize(
    ("text", "version", "downstream", "kind"),
    [
        (
            "QEMU PC emulator version 0.9.1 (kvm-72), Copyright (c) 2003-2008",
            "0.9.1",
            "kvm-userspace",
            "fork",
        ),
        ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)", "7.2.22", "debian", "distribution"),
        (
            "QEMU PC emulator version 0.12.1 (qemu-kvm-0.12.1.2), Copyright",
            "0.12.1",
            "rhel-6",
            "distribution",
        ),
        ("QEMU PC emulator version 0.9.1, Copyright (c) 2003-2008", "0.9.1", None, "upstream"),
        ("QEMU PC emulator version 0.13.0, Copyright (c) 2003-2008", "0.13.0", None, "upstream"),
        ("QEMU emulator version 0.14.0, Copyright (c) 2003-2008", "0.14.0", None, "unproven"),
        ("garbage", None, None, "unproven"),
    ],
)
def test_a_banner_tells_what_an_old_build_cannot_be_asked(
    text: str, version: str | None, downstream: str | None, kind: str
) -> None:
    host = banner(text)
    assert (host.version, host.downstream, host.kind) == (version, downstream, kind)


@pytest.mark.parametrize(
    "reply",
    [None, 7, {}, {"qemu": 8}, {"qemu": {"major": 8}}, {"qemu": {"major": "x", "minor": 2, "micro": 0}}],
)
def test_a_version_that_cannot_be_read_leaves_the_release_open(reply: Any) -> None:
    facts = Facts(
        hypervisor="qemu", target="made", via="binary", answers={"query-version": {"return": reply}}
    )
    assert (match(facts).version, match(facts).release) == (None, None)


def test_a_claim_states_the_release_and_proves_nothing_else() -> None:
    answers = {"query-qmp-schema": {"return": introspect(HISTORY.graph(parse_release("8.2.0")))}}
    bare = Facts(hypervisor="qemu", target="made", via="schema", answers=answers, claims={"release": "8.2.0"})
    assert (match(bare).release, match(bare).kind, match(bare).because) == (
        "8.2.0",
        "unproven",
        "nothing says who built it",
    )
    told = Facts(
        hypervisor="qemu",
        target="made",
        via="schema",
        answers=answers,
        claims={"release": "8.2.0", "package": "qemu-8.2.2-1.fc40"},
    )
    assert (match(told).downstream, match(told).evr) == ("fedora", "8.2.2-1.fc40")


@pytest.mark.parametrize(
    ("answers", "accel"),
    [
        ({}, None),
        ({"query_kvm": {"enabled": True}}, "kvm"),
        ({"query_kvm": {"enabled": False}}, "tcg"),
        ({"query_kvm": {"enabled": True}, "accel": {"used": "tcg"}}, "tcg"),
    ],
)
def test_the_accelerator_is_the_one_used_or_that_a_guest_would_get(
    answers: dict[str, Any], accel: str | None
) -> None:
    assert matched("8.2.0", **answers).accel == accel


@pytest.mark.parametrize(
    ("uname", "version", "release"),
    [
        ("6.1.0-37-amd64", "6.1.0", "6.1.0"),
        ("5.14.0-427.el9.x86_64", "5.14.0", "5.14.0"),
        ("6.1.999", "6.1.999", None),
        ("mine", None, None),
    ],
)
def test_a_kernel_is_judged_by_the_release_it_is_based_on(
    uname: str, version: str, release: str | None
) -> None:
    history = History(ROOT / "matrix" / "kvm" / "ledger")
    facts = Facts(
        hypervisor="kvm", target="kvm", via="kvm", answers={"uname": {"return": {"release": uname}}}
    )
    host = match_host(facts, catalog(), history)
    assert host.version == version
    if release is not None:
        assert host.release == release
