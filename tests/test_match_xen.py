"""Who built a Xen host, and which release it is judged by: what it says of itself, in each of its ways."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from hostmaker import ROOT
from virtgate.ask.opened import open_catalog
from virtgate.data import Catalog
from virtgate.facts import Facts
from virtgate.hypervisors.xend.view import XendView
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History


@cache
def catalog() -> Catalog:
    return open_catalog(None)


def matched(hypervisor: str, answers: dict[str, Any]) -> Host:
    said = {asked: {"return": value} for asked, value in answers.items()}
    facts = Facts(hypervisor=hypervisor, target="made", via="xen", answers=said)
    return match_host(facts, catalog(), History(ROOT / "matrix" / hypervisor / "ledger"))


def sysfs(extra: str = ".7") -> dict[str, Any]:
    folder = "file /sys/hypervisor"
    version = {"major": "4\n", "minor": "17\n", "extra": f"{extra}\n"}
    return {f"{folder}/version/{name}": text for name, text in version.items()}


def info(**fields: str) -> dict[str, Any]:
    return {"xl info": {"xen_major": "4", "xen_minor": "17", "xen_extra": ".7", **fields}}


DEBIAN = {"cc_compile_by": "pkg-xen-devel", "cc_compile_domain": "lists.alioth.debian.org"}
CONTROL = {"file /proc/xen/capabilities": "control_d\n"}
GUEST = {"file /sys/hypervisor/properties/features": "00000000", "file /proc/xen/capabilities": "\n"}


@pytest.mark.parametrize("answers", [sysfs(), info()])
def test_the_version_is_in_sysfs_and_in_what_xl_prints(answers: dict[str, Any]) -> None:
    host = matched("xen", answers)
    assert (host.version, host.kind) == ("4.17.7", "upstream")


def test_what_the_compiler_was_called_with_tells_debians() -> None:
    host = matched("xen", info(**DEBIAN))
    assert (host.downstream, host.kind) == ("debian", "distribution")
    assert host.because.startswith("its cc_compile_by is 'pkg-xen-devel', cc_compile_domain is ")


def test_every_field_that_is_named_must_match() -> None:
    assert matched("xen", info(cc_compile_by="pkg-xen-devel")).downstream is None


def test_the_system_of_the_control_domain_tells_who_built_its_xen() -> None:
    host = matched("xen", {**sysfs(), **CONTROL, "os-release": {"ID": "xenenterprise", "NAME": "XCP-ng"}})
    assert (host.downstream, host.kind, host.driver) == ("xcp-ng", "product", "xapi")
    assert host.because == "the NAME is 'XCP-ng' in its os-release"


def test_the_system_of_a_guest_does_not() -> None:
    assert matched("xen", {**sysfs(), **GUEST, "os-release": {"ID": "debian"}}).downstream is None


def test_a_xend_says_its_version_in_its_node() -> None:
    node = {
        "xen_major": "3",
        "xen_minor": "3",
        "xen_extra": ".1",
        "system": "Linux",
        "xend_config_format": "4",
    }
    host = matched("xend", {"xend node": node})
    assert (host.version, host.release, host.kind) == ("3.3.1", "3.3.0", "upstream")


@pytest.mark.parametrize("said", [{"xen_extra": ""}, {"xend_config_format": ""}, {"xend_config_format": "5"}])
def test_a_node_that_says_less_is_of_no_release(said: dict[str, str]) -> None:
    node = {"xen_major": "3", "xen_minor": "3", "xen_extra": ".1", "xend_config_format": "4", **said}
    assert matched("xend", {"xend node": node}).release is None


def test_solaris_is_told_by_the_system_that_xend_runs_on() -> None:
    node = {"xen_major": "3", "xen_minor": "1", "xen_extra": ".4-xvm", "system": "SunOS"}
    host = matched("xend", {"xend node": node})
    assert (host.downstream, host.kind, host.because) == ("solaris", "fork", "its system is 'SunOS'")


def test_an_unstable_xen_of_3_0_is_one_of_several_releases() -> None:
    host = matched("xend", {"xend node": {"xen_major": "3", "xen_minor": "0", "xen_extra": "-unstable"}})
    assert host.release is None


def test_arguments_that_are_no_texts_are_none_that_an_operation_takes() -> None:
    shown = {"operations": {"start": [-1, None, ["vmid"]], "pause": {}}, "device-classes": [1, "vif"]}
    view = XendView(
        Facts(hypervisor="xend", target="made", via="xend", answers={"xend source": {"return": shown}})
    )
    assert view.has_operation("start", ["vmid"]) is False
    assert view.has_operation("pause") is False
