"""What is decided on hosts made from upstream's own releases, each with one thing changed by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostmaker import (
    MADE,
    ROOT,
    Decided,
    Entity,
    argument_of,
    arguments_of,
    catalog_in,
    decide_host,
    decide_release,
    history_in,
    make_facts,
    schema_in,
    without,
)
from virtgate.conditions import View
from virtgate.decide import PathDecision, decide
from virtgate.driver.policy import Policy
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import leaves

PROXMOX = "pve-qemu-kvm_8.1.5-4"
SEEN_BY_QMP = {"command", "event", "qmp"}
RELEASES = ("2.5.0", "2.9.0", "4.0.0", "5.2.0", "6.2.0", "7.2.0", "8.2.0", "9.2.0", "10.2.0")


def command(name: str) -> Entity:
    return {"name": name, "meta-type": "command", "arg-type": "0", "ret-type": "0"}


def decided(release: str, schema: list[Entity], package: str = "", **more: Any) -> Decided:
    """What the shipped data decides on a host of this release, schema and package string."""
    return decide_host(make_facts(release, schema, package), ROOT, **more)


@cache
def own_build(release: str) -> Decided:
    """What they decide on upstream's build of a release."""
    return decided(release, schema_in(ROOT, release))


def path_of(found: Decided, capability: str, name: str) -> PathDecision:
    return next(one for one in found.decisions[capability].paths if one.path.name == name)


def qmp_paths(found: Decided) -> list[PathDecision]:
    """The paths that a schema alone tells."""
    return [
        one
        for decision in found.decisions.values()
        for one in decision.paths
        if one.path.usable is None and {leaf.kind for leaf in leaves(one.path.when)} <= SEEN_BY_QMP
    ]


# A fork with more than upstream has.


def proxmox_schema() -> list[Entity]:
    """Upstream's 8.1 with unprefixed optional arguments on two commands, and a command of the fork's own."""
    schema = schema_in(ROOT, "8.1.0")
    kind = argument_of(schema, "drive-mirror", "device")["type"]
    for head in ("drive-mirror", "blockdev-mirror"):
        for name in ("bitmap", "bitmap-mode"):
            arguments_of(schema, head).append({"name": name, "type": kind, "default": None})
    return [*schema, command("backup"), command("query-proxmox-support")]


@pytest.mark.parametrize("package", [PROXMOX, "", "v8.1.5"])
def test_a_forks_additional_arguments_do_not_take_a_capability_away(package: str) -> None:
    found = decided("8.1.5", proxmox_schema(), package)
    assert (found.host.kind, found.host.downstream) == ("fork", "proxmox")
    assert found.verdict("block.mirror") == "enabled upstream"
    assert found.decisions["block.mirror"].path == "blockdev-mirror"
    assert path_of(found, "block.mirror", "drive-mirror").state == "enabled"


def test_a_forks_own_command_is_fork_only() -> None:
    found = decided("8.1.5", proxmox_schema(), PROXMOX)
    assert found.verdict("block.backup.archive") == "disabled fork-only"
    assert "Proxmox VE" in found.sentence("block.backup.archive")
    upstream = decided("8.1.5", schema_in(ROOT, "8.1.0"))
    assert upstream.verdict("block.backup.archive") == "disabled unsupported"


def test_an_argument_that_a_fork_demands_is_divergent() -> None:
    schema = proxmox_schema()
    argument_of(schema, "blockdev-mirror", "bitmap").pop("default")
    found = decided("8.1.5", schema, PROXMOX)
    assert path_of(found, "block.mirror", "blockdev-mirror").reason == "divergent"
    assert found.decisions["block.mirror"].path == "drive-mirror"


# A later release's feature on an earlier one.


def with_backport(**argument: Any) -> list[Entity]:
    """Upstream's 10.0 with 10.1's argument of blockdev-mirror."""
    schema = schema_in(ROOT, "10.0.0")
    kind = argument_of(schema, "drive-mirror", "unmap")["type"]
    arguments_of(schema, "blockdev-mirror").append(
        {"name": "target-is-zero", "type": kind, "default": None} | argument
    )
    return schema


@pytest.mark.parametrize("package", ["qemu-kvm-10.0.0-7.el10", "Debian 1:10.0.0+ds-2", PROXMOX, "mine"])
def test_a_later_releases_feature_in_its_shape_is_a_backport(package: str) -> None:
    found = decided("10.0.0", with_backport(), package)
    assert found.verdict("block.mirror.target-is-zero") == "enabled backport"
    plain = decided("10.0.0", schema_in(ROOT, "10.0.0"), package)
    assert plain.verdict("block.mirror.target-is-zero") == "disabled too-old"


def test_a_backport_can_be_refused() -> None:
    found = decided("10.0.0", with_backport(), "mine", policy=Policy(refuse={"backports"}))
    assert found.verdict("block.mirror.target-is-zero") == "disabled backport"
    assert found.sentence("block.mirror.target-is-zero").endswith("the caller's policy refuses backports")


def test_a_later_releases_feature_in_another_kind_is_divergent() -> None:
    schema = schema_in(ROOT, "10.0.0")
    text = argument_of(schema, "drive-mirror", "device")["type"]
    found = decided("10.0.0", with_backport(type=text), "mine")
    assert found.verdict("block.mirror.target-is-zero") == "disabled divergent"


def test_a_later_releases_feature_with_more_demanded_is_divergent() -> None:
    schema = with_backport()
    arguments_of(schema, "blockdev-mirror").append({"name": "secret", "type": "str"})
    assert decided("10.0.0", schema, "mine").verdict("block.mirror.target-is-zero") == "disabled divergent"


def test_an_older_command_without_a_later_releases_argument_is_too_old() -> None:
    assert made("8.1.1", "mine").verdict("made.used") == "disabled too-old"
    assert made("8.2.0", "mine").verdict("made.used") == "enabled upstream"


def test_a_later_releases_command_without_what_upstream_gave_it_is_divergent() -> None:
    schema = schema_in(ROOT, "5.2.0")
    early = [*schema, *map(command, ("snapshot-save", "snapshot-load", "snapshot-delete"))]
    before, after = (
        path_of(decided("5.2.0", one, "mine"), "lifecycle.snapshot.with-memory", "snapshot-save")
        for one in (schema, early)
    )
    assert (before.reason, after.reason) == ("too-old", "divergent")
    assert "the host has no snapshot-save.job-id" in {one.text for one in after.differences}


# Whole releases.


@pytest.mark.parametrize("release", RELEASES)
def test_upstreams_own_build_is_nothing_but_upstreams(release: str) -> None:
    found = own_build(release)
    assert found.host.kind == "upstream"
    reasons = {one.reason: one for one in qmp_paths(found)}
    assert set(reasons) <= {
        *("upstream", "deprecated", "unstable", "broken", "removed"),
        *("too-old", "unsupported", "rejected", "needs"),
    }
    assert {"upstream", "too-old"} <= set(reasons) or release == RELEASES[-1]


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_without_a_host_enables_what_its_own_build_enables(release: str) -> None:
    build, alone = own_build(release), decide_release(release, ROOT)
    paths = {(one.path.capability, one.path.name): one.state for one in qmp_paths(alone)}
    for one in qmp_paths(build):
        # The way to a capability may need another, which a schema alone does not tell.
        if "needs" in {one.reason, path_of(alone, one.path.capability, one.path.name).reason}:
            continue
        assert paths[one.path.capability, one.path.name] == one.state, (one.path.capability, one.path.name)


@pytest.mark.parametrize(
    ("release", "newest"), [("8.0.0", "7.2.0"), ("9.2.0", "9.1.0"), ("10.2.0", "10.1.0")]
)
def test_a_release_beyond_the_ledger_is_upstreams_or_not_told(release: str, newest: str) -> None:
    last = [str(one) for one in history_in(ROOT).versions if str(one).startswith(newest[:-1])][-1]
    found = decided(release, schema_in(ROOT, release), newest=last)
    assert found.host.newer
    told = {one.reason for one in qmp_paths(found) if one.path.fork is None and not one.path.rejected}
    assert "upstream" in told
    assert "newer-than-ledger" in told
    assert told <= {"upstream", "deprecated", "unstable", "removed", "newer-than-ledger", "broken", "needs"}
    assert "(the ledger ends with" in found.sentence("block.mirror")


def test_a_command_left_out_of_a_build_is_not_built() -> None:
    schema = without(schema_in(ROOT, "8.2.0"), "blockdev-mirror", "drive-mirror")
    assert decided("8.2.0", schema).verdict("block.mirror") == "disabled not-built"


def test_a_command_that_every_build_has_was_taken_out_by_whoever_built_it() -> None:
    found = decided("8.2.0", without(schema_in(ROOT, "8.2.0"), "blockdev-mirror"), "Debian 1:8.2.0+dfsg-1")
    said = found.speaker.path(path_of(found, "block.mirror", "blockdev-mirror"))
    assert said.endswith("Debian took command blockdev-mirror out, which no option of upstream's build does")
    built_only = decided("8.2.0", without(schema_in(ROOT, "8.2.0"), "query-spice"), "Debian 1:8.2.0+dfsg-1")
    assert "took" not in built_only.speaker.gate(built_only.decisions["display.spice"])


def test_a_snapshot_of_the_next_release_has_its_shape() -> None:
    found = decided("9.1.50", schema_in(ROOT, "9.2.0"), "v9.1.0-900-gabcdef123456")
    assert (found.host.release, found.host.snapshot) == ("9.2.0", True)
    assert found.verdict("block.mirror") == "enabled upstream"
    assert "divergent" not in {one.reason for one in qmp_paths(found)}


def test_a_snapshot_before_a_change_is_unreleased_and_not_divergent() -> None:
    schema = schema_in(ROOT, "9.2.0")
    argument_of(schema, "blockdev-mirror", "copy-mode").pop("default")
    found = decided("9.1.50", schema, "v9.1.0-900-gabcdef123456")
    assert path_of(found, "block.mirror", "blockdev-mirror").reason == "unreleased"


# Shapes that shipped first elsewhere.


def old_host(version: str, package: str, *names: str) -> Facts:
    return make_facts(version, None, package, {"query-commands": [{"name": name} for name in names]})


def test_a_prefixed_early_command_is_divergent_and_not_another_paths_absence() -> None:
    facts = old_host("0.12.1", "qemu-kvm-0.12.1.2-2.506.el6", "stop", "__com.redhat_drive-mirror")
    found = decide_host(facts, ROOT)
    assert found.host.downstream == "rhel-6"
    assert path_of(found, "block.mirror", "drive-mirror").reason == "divergent"
    assert "takes full as a boolean" in found.sentence("block.mirror")


def test_a_foreign_command_beside_upstreams_own_does_not_count() -> None:
    beside = [*schema_in(ROOT, "3.0.0"), command("__com.redhat_qxl_screendump")]
    found = decide_host(make_facts("3.0.0", beside, "qemu-kvm-ev-2.12.0-44.1.el7_8.1"), ROOT)
    assert path_of(found, "display.screenshot.device", "screendump-device").state == "enabled"
    alone = [*without(beside, "screendump"), command("screendump")]
    found = decide_host(make_facts("3.0.0", alone, "qemu-kvm-ev-2.12.0-44.1.el7_8.1"), ROOT)
    assert path_of(found, "display.screenshot.device", "screendump-device").reason == "divergent"


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("kvm-13", "unknown"),
        ("kvm-14", "divergent"),
        ("kvm-72", "divergent"),
        ("kvm-78", "release"),
        ("", "release"),
    ],
)
def test_a_fork_is_early_in_the_releases_named_only(package: str, reason: str) -> None:
    found = decide_host(old_host("0.10.0", package), ROOT)
    assert path_of(found, "migration.uri.tcp", "hmp-migrate-uri").reason == reason


# What the data says besides, on the made matrix.


def made(release: str, package: str = "", *more: Entity, **changed: Any) -> Decided:
    return decide_host(make_facts(release, [*schema_in(MADE, release), *more], package), MADE, **changed)


@pytest.mark.parametrize(
    ("release", "package", "more", "verdict"),
    [
        ("8.0.0", "", (), "enabled upstream"),
        ("8.1.0", "", (), "disabled broken"),
        ("8.1.1", "", (), "disabled broken"),
        ("8.1.0", "Dist 1:8.1-6", (), "disabled broken"),
        ("8.1.0", "Dist 1:8.1-7", (), "enabled upstream"),
        ("8.1.0", "Dist 1:8.1-10~rc1", (), "enabled upstream"),
        ("8.1.0", "", (command("fixed-copy"),), "enabled upstream"),
        ("8.2.0", "", (), "enabled upstream"),
    ],
)
def test_a_broken_release_is_broken_until_something_shows_the_fix(
    release: str, package: str, more: tuple[Entity, ...], verdict: str
) -> None:
    assert made(release, package, *more).verdict("made.broken") == verdict


@pytest.mark.parametrize(
    ("package", "verdict"),
    [
        ("Dist 1:8.2-5", "enabled declared-backport"),
        ("Dist 1:8.2-10", "enabled declared-backport"),
        ("Dist 1:8.2-5~rc1", "unknown unknown"),
        ("Dist 8.2-9", "unknown unknown"),
        ("mine", "unknown unknown"),
    ],
)
def test_a_backport_is_declared_from_a_package_version_on(package: str, verdict: str) -> None:
    assert decide_host(make_facts("8.2.0", None, package), MADE).verdict("made.fresh") == verdict


def test_a_declared_backport_that_the_host_does_not_have_is_not_enabled() -> None:
    assert made("8.2.0", "Dist 1:8.2-7").verdict("made.fresh") == "disabled too-old"


def test_a_need_that_is_not_enabled_passes_its_state_on() -> None:
    assert made("8.2.0").verdict("made.needy") == "disabled needs"
    assert made("9.0.0").verdict("made.needy") == "enabled upstream"
    facts = make_facts("8.2.0", without(schema_in(MADE, "8.2.0"), "fresh"), "mine")
    assert decide_host(facts, MADE).decisions["made.needy"].paths[0].needs == "made.fresh"


def test_the_capability_takes_its_first_enabled_path() -> None:
    assert made("8.2.0").decisions["made.copy"].path == "copy"
    facts = make_facts("8.2.0", without(schema_in(MADE, "8.2.0"), "copy"))
    assert decide_host(facts, MADE).decisions["made.copy"].path == "copy-old"


def test_a_capability_without_an_enabled_path_is_unknown_if_any_path_is() -> None:
    answers = {"modules": {}}
    facts = make_facts("8.2.0", without(schema_in(MADE, "8.2.0"), "rbd"), "", answers)
    found = decide_host(facts, MADE).decisions["made.build"]
    assert [one.reason for one in found.paths] == ["unknown", "not-built"]
    assert (found.state, found.reason, found.path) == ("unknown", "unknown", None)


def test_present_is_what_was_seen_whatever_is_decided() -> None:
    found = made("8.2.0", "", command("refused"), command("merged"), policy=Policy(refuse={"deprecated"}))
    present = {name: one.present for name, one in found.decisions.items()}
    assert (present["made.refused"], present["made.aging"], present["made.fresh"]) == (True, True, False)
    assert (present["made.nothing"], present["made.invisible"], present["made.build"]) == (False, None, True)


@pytest.mark.parametrize(
    ("policy", "verdicts"),
    [
        (Policy(), ("enabled deprecated", "disabled unstable", "enabled backport")),
        (Policy(refuse={"deprecated"}), ("disabled deprecated", "disabled unstable", "enabled backport")),
        (Policy(refuse={"backports"}), ("enabled deprecated", "disabled unstable", "disabled backport")),
        (Policy(allow={"unstable"}), ("enabled deprecated", "enabled unstable", "enabled backport")),
    ],
)
def test_a_policy_refuses_and_allows(policy: Policy, verdicts: tuple[str, ...]) -> None:
    found = made("8.2.0", "", command("merged"), policy=policy)
    assert tuple(map(found.verdict, ("made.aging", "made.shaky", "made.merged"))) == verdicts


def test_what_upstream_merged_is_unreleased_on_its_own_way_to_the_release() -> None:
    facts = make_facts("8.1.50", [*schema_in(MADE, "8.2.0"), command("merged")], "v8.1.0-900-gabcdef123456")
    assert decide_host(facts, MADE).verdict("made.merged") == "disabled unreleased"
    allowed = decide_host(facts, MADE, policy=Policy(allow={"unreleased"}))
    assert allowed.verdict("made.merged") == "enabled unreleased"


def test_nothing_unreleased_is_allowed_on_a_release_that_cannot_have_it() -> None:
    allowed = Policy(allow={"unreleased"})
    assert decide_release("8.2.0", MADE, policy=allowed).verdict("made.merged") == "disabled unreleased"
    assert made("8.2.0", policy=allowed).verdict("made.merged") == "disabled unreleased"


@given(st.permutations(sorted(catalog_in(MADE).capabilities)))
def test_the_order_of_the_files_decides_nothing(order: list[str]) -> None:
    catalog, history = catalog_in(MADE), history_in(MADE)
    paths = {"qemu": {one: catalog.paths_of("qemu", one) for one in order if catalog.paths_of("qemu", one)}}
    shuffled = replace(catalog, capabilities={one: catalog.capabilities[one] for one in order}, paths=paths)
    facts = make_facts("8.2.0", schema_in(MADE, "8.2.0"))
    host = match_host(facts, shuffled, history)
    found = decide(shuffled, host, history, View(facts, host.release), Policy())
    expected = made("8.2.0").decisions
    assert {name: (one.state, one.reason, one.path) for name, one in found.items()} == {
        name: (one.state, one.reason, one.path) for name, one in expected.items()
    }


@pytest.mark.parametrize(
    ("release", "package", "verdict"),
    [
        ("8.0.0", "v8.0.0", "disabled broken"),
        ("8.0.0", "qemu-kvm-8.0.0-3.el9", "disabled broken"),
        ("8.0.0", "qemu-kvm-8.0.0-16.el9_3.1", "enabled upstream"),
        ("8.0.2", "v8.0.2", "enabled upstream"),
    ],
)
def test_what_a_stable_branch_mended_is_broken_before_it(release: str, package: str, verdict: str) -> None:
    """RHEL's 8.0.0-4 has upstream's fix of block_resize, which stands in 8.0.1."""
    assert decided(release, schema_in(ROOT, "8.0.0"), package).verdict("block.resize") == verdict
