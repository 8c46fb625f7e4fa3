"""XenAPI: which release a host is judged by, what its lifecycle says, whose driver a host wants."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hostmaker import ROOT
from virtgate.ask.answering import judge, judge_release
from virtgate.ask.opened import open_catalog
from virtgate.cli import main
from virtgate.decide import Decision, Policy
from virtgate.decide.sentences import Speaker
from virtgate.driver.errors import TargetError, UnknownRelease, UsageError
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording
from virtgate.hypervisors.xapi import probe as xapi
from virtgate.hypervisors.xapi.view import XapiView
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History
from virtgate.upstream.releases import Product, add_products, find_product

HOSTS = Path(__file__).parent / "xen_hosts"
DATA = str(ROOT)


@cache
def history() -> History:
    return History(ROOT / "matrix" / "xapi" / "ledger")


def made(hypervisor: str = "xapi", **answers: Any) -> Facts:
    said = {asked: {"return": value} for asked, value in answers.items()}
    return Facts(hypervisor=hypervisor, target="made", via="xapi", answers=said)


def session(api: str | None = None, **software: str) -> Facts:
    told = (
        {"software_version": software} if api is None else {"software_version": software, "API_version": api}
    )
    return made(**{"xapi host": told})


def matched(facts: Facts) -> Host:
    return match_host(facts, open_catalog(DATA), history())


def decisions(name: str) -> Mapping[str, Decision]:
    return judge(read_recording(str(HOSTS / name / "host.json")), Policy(), data=DATA).decisions


def released(name: str) -> Mapping[str, Decision]:
    return judge_release("xapi", name, Policy(), data=DATA).decisions


@pytest.mark.parametrize(
    ("name", "release", "downstream"),
    [
        ("xapi-8.2.1_x86_64+xcp-ng", "stockholm", "xcp-ng"),
        ("xapi-6.5.0_x86_64+xenserver", "creedence", "xenserver"),
        ("xapi-6.5.0_x86_64+xenserver+session", "creedence", "xenserver"),
        ("xapi-8_x86_64+xenserver+session", "24.39.1", "xenserver"),
    ],
)
def test_a_host_is_judged_by_the_release_that_its_witnesses_settle(
    name: str, release: str | None, downstream: str
) -> None:
    host = matched(read_recording(str(HOSTS / name / "host.json")))
    assert (host.release, host.downstream, host.kind) == (release, downstream, "distribution")


def test_every_folder_has_its_row_of_the_readme() -> None:
    text = (HOSTS / "README.md").read_text(encoding="utf-8")
    folders = sorted(path.name for path in HOSTS.glob("xapi-*"))
    assert [name for name in folders if f"| `{name}` | synthetic: " not in text] == []


@pytest.mark.parametrize(
    ("version", "api", "name"),
    [
        ("4.1.1", None, "symc"),
        ("5.6.100", None, "midnight-ride"),
        ("5.6.100", "1.8", "cowley"),
        ("6.2.0", "2.2", "clearwater-felton"),
        ("6.5.0", "2.4", "cream"),
        ("7.6.0", None, "lima"),
        ("8.2.0", None, "stockholm"),
        ("8.2.0", "2.15", "stockholm"),
        ("8.2.0", "2.14", None),
        ("8.4.0", None, "nile-preview"),
        ("8.4.0", "2.21", "nile"),
        ("", "2.15", None),
        ("nonsense", None, None),
    ],
)
def test_a_product_is_told_by_its_number_with_the_api_version_as_witness(
    version: str, api: str | None, name: str | None
) -> None:
    found = find_product(history().products, version, api)
    assert (found.code_name if found else None) == name


def products() -> tuple[Product, ...]:
    known = add_products(history().products, open_catalog(DATA).distributions["xapi"])
    return tuple(one for one in known if one.release is not None and one.title != "Unreleased")


def numbers_of(title: str) -> str:
    """`6.5` of `XenServer 6.5 SP1`."""
    return next(word for word in title.split() if word[0].isdigit())


@pytest.mark.parametrize("product", products(), ids=lambda one: one.title)
def test_every_product_is_a_release_that_can_be_asked_for_by_title_code_name_and_version(
    product: Product,
) -> None:
    number = numbers_of(product.title)
    first = next(one for one in products() if numbers_of(one.title) == number)
    plain = next((one for one in products() if one.title.endswith(f" {number}")), first)
    for text, release in {
        product.title: product.release,
        product.title.lower(): product.release,
        product.code_name or product.title: product.release,
        number: plain.release,
        f"{number}.0": plain.release if number.count(".") else None,
    }.items():
        if release is not None:
            judged = judge_release("xapi", text, Policy(), data=DATA)
            assert judged.host.release == release, text


@pytest.mark.parametrize(
    ("version", "release"),
    [
        *(("7.4.1", "jura"), ("7.5.0", "kolkata"), ("7.6.0", "lima"), ("8.0.0", "naples")),
        *(("8.1.0", "quebec"), ("8.2.0", "stockholm"), ("8.2.1", "stockholm"), ("8.3.0", "24.19.2")),
    ],
)
def test_every_xcp_ng_answers_by_its_inventory_alone(version: str, release: str) -> None:
    text = f"PRODUCT_BRAND='XCP-ng'\nPRODUCT_VERSION='{version}'\n"
    facts = made(**{"file /etc/xensource-inventory": text})
    judged = judge(facts, Policy(), data=DATA)
    assert (judged.host.release, judged.host.downstream) == (release, "xcp-ng")
    assert "enabled" in {one.state for one in judged.decisions.values()}
    assert judge_release("xapi", version, Policy(), data=DATA).host.release == release


@pytest.mark.parametrize("product", history().products, ids=lambda one: one.title)
def test_every_product_answers_by_its_inventory_alone_as_the_first_of_its_number(product: Product) -> None:
    if product.release is None or product.title == "Unreleased":
        return
    brand, _, rest = product.title.partition(" Hypervisor ")
    brand = f"{brand} Hypervisor" if rest else product.title.split()[0]
    number = numbers_of(product.title)
    version = {"8": "8.4.0", "9": "9.0.0"}.get(number, f"{number}.0")
    text = f"PRODUCT_BRAND='{brand}'\nPRODUCT_VERSION='{version}'\n"
    first = next(one for one in products() if numbers_of(one.title) == number)
    judged = judge(made(**{"file /etc/xensource-inventory": text}), Policy(), data=DATA)
    assert judged.host.release == first.release
    assert "enabled" in {one.state for one in judged.decisions.values()}


def test_the_inventory_of_feature_pack_1_tells_it_from_5_6() -> None:
    for version, release in {"5.6.0": "midnight-ride", "5.6.100": "cowley"}.items():
        text = f"PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='{version}'\n"
        assert matched(made(**{"file /etc/xensource-inventory": text})).release == release


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("6.7", "XenServer 6.5"),
        ("dunde", "dundee"),
        ("XenServer 7", "XenServer 7.6"),
        ("creedance", "creedence"),
    ],
)
def test_a_product_that_there_never_was_is_refused_with_those_that_look_like_it(text: str, near: str) -> None:
    with pytest.raises(UnknownRelease) as caught:
        judge_release("xapi", text, Policy(), data=DATA)
    assert near in caught.value.nearest
    assert f"nearest: {', '.join(caught.value.nearest)}" in str(caught.value)


@pytest.mark.parametrize("text", ["Windows 8.2", "XCP-ng 9", "8.x", "", " ", "10"])
def test_what_is_no_product_is_refused(text: str) -> None:
    with pytest.raises(UnknownRelease):
        judge_release("xapi", text, Policy(), data=DATA)


def test_sentences_name_a_release_by_its_product_too() -> None:
    said = {
        name: Speaker(open_catalog(DATA), Host(hypervisor="xapi", target="x", version=name, release=name,
        kind="upstream"), history(), hostless=True) for name in ("dundee", "24.19.2", "24.39.1")
    }  # fmt: skip
    told = {
        name: speaker.gate(judge_release("xapi", name, Policy(), data=DATA).decisions["net.hot-plug"])
        for name, speaker in said.items()
    }
    assert "and dundee (XenServer 7.0) has it" in told["dundee"]
    assert "and 24.19.2 (XCP-ng 8.3) has it" in told["24.19.2"]
    assert "and 24.39.1 has it" in told["24.39.1"]
    assert all("since XenAPI rio (XenServer 4.0)" in one for one in told.values())


@pytest.mark.parametrize(
    ("build", "release", "newer"),
    [
        ("24.39.1", "24.39.1", False),
        ("24.39.77", "24.39.1", False),
        ("1.249.32", "stockholm", False),
        ("99.1.0", "99.1.0", True),
    ],
)
def test_a_toolstacks_own_number_is_the_better_witness(build: str, release: str, newer: bool) -> None:
    host = matched(session("2.15", product_version="8.2.1", xapi_build=build))
    assert (host.release, host.newer) == (release, newer)


def test_the_number_of_the_interface_is_not_the_toolstacks() -> None:
    assert XapiView(session(xapi="1.20")).build is None
    assert XapiView(session(xapi="24.19")).build == "24.19"


@pytest.mark.parametrize(
    "answer", ["garbage", [], {"software_version": 5}, {"software_version": {"xapi": 7}}, None]
)
def test_a_host_that_talks_nonsense_is_unknown(answer: Any) -> None:
    host = matched(made(**{"xapi host": answer, "file /etc/xensource-inventory": "\0=\n=='"}))
    assert (host.release, host.kind) == (None, "unproven")


def test_what_upstream_deprecated_is_enabled_and_says_its_successor() -> None:
    one = decisions("xapi-8_x86_64+xenserver+session")["devices.pci-passthrough.reserve"]
    assert (one.state, one.reason, one.path) == ("enabled", "deprecated", "pgpu-disable-dom0-access")


def test_what_upstream_removed_is_gone_and_was_there_before() -> None:
    assert released("falcon")["block.resize"].reason == "release"
    assert released("inverness")["block.resize"].reason == "removed"


def test_a_prototype_is_unstable() -> None:
    assert released("stockholm")["tpm.emulator"].reason == "too-old"
    assert released("24.39.1")["tpm.emulator"].reason == "unstable"


def test_what_came_later_is_unknown_on_a_product_and_too_old_in_a_release() -> None:
    assert decisions("xapi-8.2.1_x86_64+xcp-ng")["net.trunk"].state == "unknown"
    assert released("stockholm")["net.trunk"].reason == "too-old"


def test_storage_migration_came_with_tampa() -> None:
    assert released("boston")["migration.storage"].reason == "too-old"
    assert released("tampa")["migration.storage"].path == "vm-migrate-send"


def test_a_day_is_the_last_of_its_month_and_a_release_without_one_is_on_none() -> None:
    day = {"data": DATA, "as_of": "2012-09-30"}
    assert judge_release("xapi", "tampa", Policy(), **day).host.release == "tampa"
    with pytest.raises(UsageError, match="xapi tampa was not yet released on 2012-09-29"):
        judge_release("xapi", "tampa", Policy(), data=DATA, as_of="2012-09-29")
    with pytest.raises(UsageError, match="symc was not yet released"):
        judge_release("xapi", "symc", Policy(), **day)


def test_a_late_code_name_asks_for_its_number() -> None:
    assert judge_release("xapi", "nile", Policy(), data=DATA).host.release == "24.10.0"


SYSTEM = {"ID": "xenenterprise", "NAME": "XCP-ng"}
NODE = {"xen_major": "3", "xen_minor": "3", "xen_extra": ".1", "release": "2.6.18"}


@pytest.mark.parametrize("hypervisor", ["xen", "xend"])
def test_a_xenserver_asked_as_another_toolstack_names_the_driver_it_wants(hypervisor: str) -> None:
    folder = "file /sys/hypervisor/version"
    version = {"major": "4", "minor": "13", "extra": ".4-9.20.1"}
    answers = {f"{folder}/{name}": text for name, text in version.items()}
    told = {**answers, "file /proc/xen/capabilities": "control_d", "os-release": SYSTEM, "xend node": NODE}
    judged = judge(made(hypervisor, **told), Policy(), data=DATA)
    assert {one.reason for one in judged.decisions.values()} == {"other-product"}
    speaker = Speaker(judged.catalog, judged.host, judged.history)
    assert "xapi" in speaker.gate(judged.decisions["net.hot-unplug"])


def test_the_inventory_is_read_without_what_names_the_machine(tmp_path: Path) -> None:
    assert not xapi.is_here(str(tmp_path))
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "xensource-inventory").write_text("PRODUCT_VERSION='8.2.1'\n")
    assert xapi.is_here(str(tmp_path))
    text = "PRODUCT_BRAND='XCP-ng'\nINSTALLATION_UUID='1-2-3'\nBUILD_NUMBER='9c'\n"
    assert xapi.keep_product(text) == "PRODUCT_BRAND='XCP-ng'\nBUILD_NUMBER='9c'\n"


@pytest.mark.skipif(Path("/etc/xensource-inventory").exists(), reason="this is such a host")
def test_a_machine_that_is_none_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TargetError, match="there is no /etc/xensource-inventory"):
        xapi.ask(None)
    assert main(["gates", "xapi", "--data", DATA]) == 1
    assert "no XenServer or XCP-ng here" in capsys.readouterr().err


def test_a_release_beyond_the_ledger_is_told_by_the_ledgers_own_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = str(HOSTS / "xapi-8_x86_64+xenserver+session" / "host.json")
    assert main(["check", "net.hot-unplug", host, "--as-of", "2009-02-09"]) == 1
    assert "is newer than the ledger; orlando had VIF.unplug, " in capsys.readouterr().out
