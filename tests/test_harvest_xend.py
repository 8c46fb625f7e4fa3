"""xend's ledger from made histories, and what the shipped one must hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from test_harvest_xen import Sandbox
from virtgate.harvest.commits import read_origins
from virtgate.harvest.releases import read_releases
from virtgate.hypervisors.xen.harvest import PROXIES
from virtgate.hypervisors.xend import harvest as xend
from virtgate.model import Element
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "xend" / "ledger"
DOMAIN = f"{xend.FOLDER}/xend/server/SrvDomain.py"
DEVICES = f"{xend.FOLDER}/xend/XendDevices.py"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def harvest(sandbox: Sandbox) -> None:
    xend.harvest([sandbox.path], sandbox.ledger, lambda _text: None)


def operation(*arguments: str) -> str:
    form = ", ".join(f"['{name}', 'str']" for name in arguments)
    return f"class SrvDomain:\n    def op_unplug(self, _, req):\n        return self.call(f, [{form}], req)\n"


def test_operations_and_classes_become_lines_with_their_commits(sandbox: Sandbox) -> None:
    first = sandbox.commit({DOMAIN: operation("dev")}, PROXIES["3.1.0"])
    sandbox.commit({}, PROXIES["3.2.0"])
    later = sandbox.commit({DOMAIN: operation("dev", "force")})
    sandbox.commit({DEVICES: "controllers = {'vif': a.B}"}, PROXIES["3.3.0"])
    harvest(sandbox)
    assert sandbox.lines("op") == {
        ("unplug", "op"): "3.1.0..",
        ("unplug.dev", "str"): "3.1.0..",
        ("unplug.force", "str"): "3.3.0..",
    }
    assert sandbox.lines("device-class") == {("vif", "device-class"): "3.3.0.."}
    origins = read_origins(sandbox.ledger / "commits.txt").found
    assert origins["unplug"] == (first, "2020-01-01")
    assert origins["unplug.force"] == (later, "2020-01-03")


def test_what_came_after_xend_is_no_release_of_it(sandbox: Sandbox) -> None:
    sandbox.commit({DOMAIN: operation()}, "RELEASE-4.4.4")
    sandbox.commit({}, "RELEASE-4.5.0")
    harvest(sandbox)
    assert [one.version for one in read_releases(sandbox.ledger / "releases.txt")] == ["4.4.4"]
    assert "xend was removed before 4.5.0" in (sandbox.ledger / "releases.txt").read_text()


def test_harvesting_again_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.commit({DOMAIN: operation("dev")}, PROXIES["3.1.0"], "RELEASE-4.4.0")
    harvest(sandbox)
    before = sandbox.files()
    harvest(sandbox)
    assert sandbox.files() == before


HISTORY = History(LEDGER)


@pytest.mark.parametrize(
    ("name", "releases"),
    [
        ("device_destroy", "3.0.0.."),
        ("device_destroy(dev,type)", "3.0.0..3.2"),
        ("device_destroy(dev,force,rm_cfg,type)", "3.3.0.."),
        ("device_destroy(dev=mac,force,rm_cfg,type)", "3.4.0.."),
        ("device_destroy(force,type)", ""),
        ("device_destroy(dev,none,type)", ""),
        ("migrate(destination,live,resource)", "3.0.0"),
        ("migrate(destination,live,node,port,ssl)", "3.3.0..3.4"),
        ("xend.domain.save(domid,dst)", "3.0.2..3.0 | 3.1.0.."),
        ("xend.domain.save(checkpoint,domid,dst)", "3.1.0.."),
        ("unheard_of(dev)", ""),
    ],
)
def test_a_call_is_in_the_releases_that_read_all_and_demand_no_more(name: str, releases: str) -> None:
    assert HISTORY.spell(HISTORY.mask(Element(kind="op", name=name)) or 0) == releases


def test_a_call_came_with_the_last_of_what_it_sends() -> None:
    assert HISTORY.commit_of(Element(kind="op", name="device_destroy")) == ("9a1fac5ff355", "2004-07-13")
    whole = Element(kind="op", name="device_destroy(dev=mac,force,rm_cfg,type)")
    assert HISTORY.commit_of(whole) == ("f87a6848fcbf", "2009-03-12")
    assert HISTORY.commit_of(Element(kind="op", name="device_destroy(none)")) is None


@pytest.mark.parametrize("kind", ["op", "device-class"])
def test_a_commit_is_not_later_than_the_release_that_it_is_in(kind: str) -> None:
    ledger = Ledger.read(LEDGER / f"{kind}.txt")
    assert (ledger.covers, ledger.problems()) == ("complete", ())
    days = {one.version: one.date for one in HISTORY.releases}
    origins = read_origins(LEDGER / "commits.txt").found
    firsts: dict[str, date] = {}
    for atom in ledger:
        day = days[min(one for one in days if one in atom.parsed_ranges)]
        assert day is not None
        firsts[atom.name] = min(day, firsts.get(atom.name, day))
    late = [
        name for name in firsts if name in origins and date.fromisoformat(origins[name][1]) > firsts[name]
    ]
    lasting = {atom.name for atom in ledger if parse_release("3.1.0") in atom.parsed_ranges}
    assert (late, sorted(lasting - set(origins))) == ([], [])
