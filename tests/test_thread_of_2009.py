"""The cases of the libvir-list thread of February 2009, where this project's rule is from, on hosts of then.

The hosts are in `tests/xen_hosts`, made as its README says. A day before a verdict is `--as-of`.
"""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from virtgate.ask.answering import answer_recording, answer_release
from virtgate.cli import main
from virtgate.data import load_catalog
from virtgate.data.table import render_tables
from virtgate.driver.gates import Gates
from virtgate.driver.policy import Policy
from virtgate.driver.verdict import Verdict
from virtgate.upstream.history import History
from xendmaker import MADE, render

ROOT = Path(__file__).parents[1]
HOSTS = ROOT / "tests" / "xen_hosts"
THE_DAY = "2009-02-09"
OFFLINE = "net.remove-offline"
LIVE = "net.hot-unplug"
BY_MAC = "xend-3.1.4+solaris+unplugs-by-mac"
OWN_WAY = "xend-3.1.4+solaris+unplugs-its-own-way"
SPARED = "a driver that used it would have to keep a second implementation beside upstream's for ever"
SOLARIS = [name for name in MADE if "+solaris" in name]


def path_of(host: str) -> str:
    return str(HOSTS / host / "host.json")


@cache
def gates(host: str, as_of: str | None = None, data: str | None = None) -> Gates:
    return Gates(answer_recording(path_of(host), Policy(), data=data, as_of=as_of))


def verdict(host: str, capability: str, as_of: str | None = None, data: str | None = None) -> Verdict:
    return gates(host, as_of, data).verdict(capability)


@pytest.mark.parametrize("name", MADE)
def test_a_made_host_is_what_it_is_made_from(name: str) -> None:
    assert (HOSTS / name / "host.json").read_text(encoding="utf-8") == render(MADE[name])


# Point 1: Sun's unplugging of a network device from a guest that does not run.


@pytest.mark.parametrize("host", [BY_MAC, OWN_WAY])
def test_what_sun_alone_had_was_a_forks_on_that_day(host: str) -> None:
    said = verdict(host, OFFLINE, THE_DAY)
    assert (said.state, said.reason) == ("disabled", "fork-only")
    late = f"upstream had not accepted device_destroy(dev=mac,force,rm_cfg,type) by {THE_DAY}"
    assert said.sentence == f"{late}, and Solaris xVM's xend 3.1.4 has it; {SPARED}"
    assert said.remedy == "get the feature accepted upstream first"


def test_upstream_took_it_four_weeks_later_and_the_same_host_is_a_backport() -> None:
    said = verdict(BY_MAC, OFFLINE)
    assert (said.state, said.reason, said.path) == ("enabled", "backport", "device-destroy-mac")
    text = gates(BY_MAC).explain(OFFLINE)
    assert "upstream added device_destroy(dev=mac,force,rm_cfg,type) in xend 3.4.0; Solaris xVM's" in text
    assert "releases  3.4.0.." in text
    assert "evidence  xen@f87a6848fcbf; accepted 2009-03-12" in text


def test_in_another_shape_it_is_a_second_implementation() -> None:
    said = verdict(OWN_WAY, OFFLINE)
    assert (said.state, said.reason) == ("disabled", "divergent")
    assert "device_destroy does not read force and rm_cfg" in said.sentence
    assert said.sentence.endswith(SPARED)
    assert "evidence  xen@f87a6848fcbf; accepted 2009-03-12" in gates(OWN_WAY).explain(OFFLINE)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2009-03-11", "fork-only"),
        ("2009-03-12", "backport"),
        ("2009-04-29", "backport"),
        ("2009-04-30", "backport"),
        (None, "backport"),
    ],
)
def test_it_is_the_day_of_upstreams_commit_that_counts_and_then_of_its_release(
    day: str | None, reason: str
) -> None:
    assert verdict(BY_MAC, OFFLINE, day).reason == reason


def test_where_nobody_looked_into_a_forks_source_nothing_is_known() -> None:
    said = verdict("xend-3.1.4+solaris+unseen", OFFLINE)
    assert (said.state, said.reason) == ("unknown", "unknown")
    assert "this host could not be asked for op device_destroy" in said.sentence
    assert verdict("xend-3.1.4+solaris", OFFLINE).reason == "too-old"


# Point 2: unplugging from a running guest.


def test_the_live_unplug_was_upstreams_all_along() -> None:
    assert verdict("xend-3.1.4+solaris", LIVE, THE_DAY).path == "device-destroy"
    said = verdict("xend-3.0.2+source", LIVE)
    assert (said.state, said.reason, said.path) == ("enabled", "upstream", "device-destroy")
    assert "evidence  xen@9a60ba6eb89b; accepted 2005-10-11" in gates("xend-3.0.2+source").explain(LIVE)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("xend-3.0.2+source", "device-destroy"),
        ("xend-3.2.0+source", "device-destroy"),
        ("xend-3.3.1+source", "device-destroy-force"),
        ("xend-3.3.1", "device-destroy-force"),
        ("xend-4.1.4+debian", "device-destroy-force"),
    ],
)
def test_before_and_since_3_3_it_is_called_otherwise(host: str, path: str) -> None:
    assert verdict(host, LIVE).path == path


def test_the_old_call_fails_where_a_vendor_has_the_new_one_early() -> None:
    said = {one.name: one for one in verdict(BY_MAC, LIVE).paths}
    assert said["device-destroy-force"].reason == "backport"
    assert said["device-destroy"].reason == "divergent"
    assert "device_destroy cannot do without force and rm_cfg" in said["device-destroy"].sentence


@pytest.mark.parametrize("host", ["xend-3.0-unstable", "xend-3.1.4+solaris+unseen", "xend-3.3.1+rewritten"])
def test_where_the_release_is_in_doubt_either_call_is_unknown(host: str) -> None:
    said = verdict(host, LIVE)
    assert (said.state, said.path) == ("unknown", None)
    assert "enabled" not in {one.state for one in said.paths}


# Point 5: recording which distribution, and which variant of it, a guest runs.


@pytest.mark.parametrize("host", ["xend-3.3.1", "xend-4.1.4+debian", *SOLARIS])
def test_distro_and_variant_were_refused_everywhere(host: str) -> None:
    said = verdict(host, "toolstack.os-variant", THE_DAY if "solaris" in host else None)
    assert (said.state, said.reason) == ("disabled", "rejected")
    text = gates(host).explain("toolstack.os-variant")
    assert "libvir-list 2009-02-09, point 5" in text
    assert "use machine.os-kind" in " ".join(text.split())


def test_what_upstream_has_instead_says_much_less() -> None:
    said = Gates(answer_release("xend", "3.2", Policy())).verdict("machine.os-kind")
    assert said.path == "guest-os-type"
    assert said.paths[0].evidence == ("xen@1f9c267a7077", "accepted 2007-11-29")


# Red Hat's 3.0.3 with what only xen-unstable had.


def test_what_red_hat_carried_back_from_upstream_is_a_backport() -> None:
    said = verdict("xend-3.0.3+rhel5", "display.pv")
    assert (said.state, said.reason) == ("enabled", "backport")
    assert (
        "Red Hat Enterprise Linux 5's xend 3.0.3 has it as a backport, in upstream's shape" in said.sentence
    )
    text = gates("xend-3.0.3+rhel5").explain("display.pv")
    assert "evidence  xen@a5ae44fcdf67; accepted 2006-12-01" in text


def test_what_it_did_not_carry_back_is_too_old() -> None:
    said = verdict("xend-3.0.3+rhel5+without-vfb", "display.pv")
    assert (said.state, said.reason) == ("disabled", "too-old")
    assert said.remedy == "move to xend 3.0.4 or later, or to a distribution's package that backports it"


def test_the_number_of_the_configurations_format_tells_an_older_xend_under_a_newer_hypervisor() -> None:
    host = gates("xend-3.0.3+rhel5+newer-hypervisor").host
    assert (host["version"], host["downstream"]) == ("3.0.3", "rhel-5")
    assert verdict("xend-3.0.3+rhel5+newer-hypervisor", "display.pv").reason == "backport"
    assert gates("xend-4.1.4+debian").host["version"] == "4.1.4", "4 was never raised again"


# The 3.1 line, which only Sun maintained; and who is upstream.


@pytest.mark.parametrize("host", SOLARIS)
def test_a_line_that_only_one_vendor_maintains_is_a_forks(host: str) -> None:
    said = gates(host).host
    assert (said["kind"], said["downstream"], said["release"]) == ("fork", "solaris", "3.1.0")
    assert said["because"] == "its system is 'SunOS'"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data to change."""
    for name in ("capabilities", "matrix"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def tables_of(root: Path, hypervisor: str) -> list[str]:
    history = History(root / "matrix" / hypervisor / "ledger")
    texts = render_tables(load_catalog(str(root)), hypervisor, history)
    return [line for text in texts.values() for line in text.splitlines()]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_who_is_upstream_is_one_line_and_its_change_is_a_diff_of_every_path(data: Path) -> None:
    before = tables_of(data, "xend")
    others = {name: tables_of(data, name) for name in ("xen", "kvm")}
    upstream = data / "matrix" / "xend" / "upstream.yaml"
    change(upstream, "accepted: [xen]", "accepted: [xvm]")
    change(upstream, "# What xend says", "  xvm: {url: Sun's}\n# What xend says")
    after = tables_of(data, "xend")
    paths = [line for line in before if "proof: ledger" in line or "proof: stated" in line]
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == len(paths) > 100
    assert {line.partition(": ")[2] for line in changed} == {"{proof: unaccepted}"}
    assert {name: tables_of(data, name) for name in others} == others
    said = verdict("xend-3.3.1+source", LIVE, data=str(data))
    assert (said.state, said.reason) == ("disabled", "fork-only")


# The thought experiment: a xend that somebody writes anew, with the same interface.


def test_a_xend_written_anew_is_trusted_in_nothing() -> None:
    """It says a release, but not whose it is, and shows nothing of upstream's source."""
    host = gates("xend-3.3.1+rewritten")
    assert host.host["kind"] == "unproven"
    assert [one for one in host if host.enabled(one)] == []


def test_once_it_is_known_it_is_another_product_with_a_driver_of_its_own(data: Path) -> None:
    path = data / "matrix" / "xend" / "downstreams.yaml"
    row = "downstreams:\n  rewritten:\n    kind: product\n    title: xend-ng\n    driver: xend-ng\n"
    change(path, "downstreams:\n", f"{row}    package: ['-ng$']\n")
    said = verdict("xend-3.3.1+rewritten", LIVE, data=str(data))
    assert (said.state, said.reason) == ("disabled", "other-product")
    assert said.sentence == "xend-ng is a separate product, not xend; use the xend-ng driver"


def test_unless_upstream_adopts_it(data: Path) -> None:
    """Then its builds are upstream's own, and their release decides."""
    change(data / "matrix" / "xend" / "upstream.yaml", "'^-unstable$']", "'^-unstable$', '-ng$']")
    said = verdict("xend-3.3.1+rewritten", LIVE, data=str(data))
    assert (said.state, said.reason, said.path) == ("enabled", "release", "device-destroy-force")


# Two snapshots that call themselves the same.


@pytest.mark.parametrize(
    ("host", "release", "reason"),
    [
        ("xend-3.0-unstable+2006-09", "3.0.3", "too-old"),
        ("xend-3.0-unstable+2006-12", "3.1.0", "upstream"),
        ("xend-3.0-unstable", None, "unknown"),
    ],
)
def test_two_that_say_3_0_unstable_are_told_apart_by_their_changesets_alone(
    host: str, release: str | None, reason: str
) -> None:
    assert gates(host).host["release"] == release
    assert verdict(host, "display.pv").reason == reason


def test_a_snapshot_is_not_promised_what_came_after_it() -> None:
    """It leads to 3.1.0, which has both; of its own day it has neither, and one of them nobody can see."""
    assert verdict("xend-3.0-unstable+2006-12", "lifecycle.inject-nmi").reason == "too-old"
    assert verdict("xend-3.0-unstable+2006-12", "machine.clock.offset").state == "unknown"


# What was accepted on a day is asked by every verb that decides.


@pytest.mark.parametrize(
    "words",
    [
        ["check", OFFLINE, path_of(BY_MAC)],
        ["explain", OFFLINE, path_of(BY_MAC)],
        ["gates", path_of(BY_MAC)],
        ["check", OFFLINE, "--release", "xend=3.3"],
        ["explain", OFFLINE, "--release", "xend=3.3"],
        ["gates", "--release", "xend=3.3"],
        ["common", path_of(BY_MAC), path_of("xend-3.3.1+source")],
    ],
    ids=lambda words: " ".join(Path(word).parent.name or word for word in words),
)
def test_every_verb_that_decides_takes_the_day(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main([*words, "--json"])
    today = capsys.readouterr().out
    main([*words, "--as-of", THE_DAY, "--json"])
    then = capsys.readouterr().out
    assert json.loads(today)["format"] == json.loads(then)["format"] == 1
    assert today != then


def test_a_later_release_was_not_yet_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", OFFLINE, "--release", "xend=3.4", "--as-of", THE_DAY]) == 2
    assert capsys.readouterr().err == "virtgate: xend 3.4.0 was not yet released on 2009-02-09\n"


# Who built a host, by what such hosts are known to say.


@pytest.mark.parametrize(
    ("host", "kind", "downstream"),
    [
        ("xend-3.0.3+rhel5", "distribution", "rhel-5"),
        ("xend-3.1.0+fedora", "distribution", "fedora"),
        ("xend-3.1.0+suse", "distribution", "suse"),
        ("xend-3.4.0+oracle-vm", "distribution", "oracle-vm"),
        ("xend-4.1.4+debian", "distribution", "debian"),
        ("xend-3.3.1", "upstream", None),
        ("xend-3.0-unstable+2006-12", "upstream", None),
    ],
)
def test_who_built_a_host_is_what_it_says(host: str, kind: str, downstream: str | None) -> None:
    assert (gates(host).host["kind"], gates(host).host["downstream"]) == (kind, downstream)
    assert gates(host).host["release"] is not None
