"""Where paths stand upstream, and the computed twin of the support files."""

from __future__ import annotations

import datetime

import pytest

from hostmaker import MADE, ROOT, catalog_in, history_in, make_condition
from virtgate.data.table import HEADER, compute_row, compute_rows, render_tables
from virtgate.data.yaml import read
from virtgate.model import Element, Path, Stated, Where
from virtgate.upstream.history import History
from virtgate.upstream.status import find_status, find_used, first_ranges, is_visible, path_footprint
from virtgate.versions import parse_release

WHERE = Where(file="made.yaml", line=1)
QEMU = history_in(ROOT)


def path(when: str, **more: object) -> Path:
    given = {"name": "made", "capability": "made.path", "hypervisor": "qemu", "when": make_condition(when)}
    return Path(**{**given, "where": WHERE, **more})  # type: ignore[arg-type]


def stated(release: str, accepted: str | None = None) -> Stated:
    return Stated(release=release, evidence=("qemu@0123456789ab",), accepted=accepted, where=WHERE)


def shipped(capability: str, name: str) -> Path:
    return next(one for one in catalog_in(ROOT).paths_of("qemu", capability) if one.name == name)


def standing(one: Path, release: str | None, history: History = QEMU) -> tuple[str, str, str]:
    """The status, the reference and the releases of a path for a host of that release."""
    found = find_status(one, parse_release(release) if release else None, history, None)
    return found.status, str(found.reference), first_ranges(found, history)


@pytest.mark.parametrize(
    ("capability", "name", "since"),
    [
        ("block.mirror", "drive-mirror", "1.3.0"),
        ("block.mirror", "blockdev-mirror", "2.6.0"),
        ("block.mirror.unmap", "drive-mirror", "2.3.1"),
        ("block.mirror.target-is-zero", "blockdev-mirror", "10.1.0"),
    ],
)
def test_since_is_the_first_release_with_the_whole_footprint(capability: str, name: str, since: str) -> None:
    assert compute_row(capability, shipped(capability, name), QEMU).since == since


def test_a_point_releases_backport_does_not_imply_the_next_release() -> None:
    assert compute_row("x", shipped("block.mirror.unmap", "drive-mirror"), QEMU).releases == "2.3.1 | 2.4.0.."


def test_an_interface_that_upstream_replaced_is_two_paths() -> None:
    old, new = (shipped("block.node.add", name) for name in ("blockdev-add-options", "blockdev-add"))
    assert standing(old, "2.7.0") == ("here", "2.7.0", "1.7.0..2.7")
    assert standing(old, "2.8.0") == ("removed", "2.7.1", "1.7.0..2.7")
    assert standing(new, "2.7.0")[:2] == ("later", "2.8.0")
    assert standing(new, "10.2.0") == ("here", "10.2.0", "2.8.0..")


def test_a_path_in_a_gap_refers_to_the_next_release_that_has_it() -> None:
    unmap = shipped("block.mirror.unmap", "drive-mirror")
    assert standing(unmap, "2.3.1")[0] == "here"
    assert standing(unmap, "2.3.0")[:2] == ("later", "2.3.1")


def test_a_host_of_no_known_release_is_held_against_the_newest() -> None:
    assert standing(shipped("block.mirror", "drive-mirror"), None)[:2] == ("here", str(QEMU.versions[-1]))


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (path("{command: nothing}"), "never"),
        (path("{command: stop}", rejected=True), "rejected"),
        (path("{option: nothing}"), "never" if QEMU.ledger("option") else "unledgered"),
        (path("{machine: pc}"), "unledgered"),
        (path("{machine: pc}", since=stated("2.0.0")), "here"),
        (path("{machine: pc}", since=stated("10.0.0")), "later"),
        (path("{machine: pc}", since=stated("2.0.0"), until=stated("8.2.0")), "removed"),
        (path("{command: nothing}", since=stated("unreleased")), "merged"),
        (path("{command: blockdev-mirror, release: '>=9.0'}"), "later"),
        (path("{command: blockdev-mirror, release: '<8.0'}"), "removed"),
    ],
    ids=lambda one: one if isinstance(one, str) else str(one.when),
)
def test_a_path_stands_upstream_as_the_ledgers_and_the_data_say(one: Path, status: str) -> None:
    assert standing(one, "8.2.0")[0] == status


def test_on_a_day_only_what_was_accepted_by_then_counts() -> None:
    folder = ROOT / "matrix" / "qemu" / "ledger"
    before = History(folder, as_of=datetime.date(2016, 1, 1))
    assert standing(shipped("block.mirror", "blockdev-mirror"), "2.5.0", before)[0] == "never"
    later = stated("2.6.0", accepted="2015-12-30")
    assert standing(path("{machine: pc}", since=later), "2.5.0", before)[0] == "merged"
    assert standing(path("{machine: pc}", since=stated("2.6.0", "2016-02-01")), "2.5.0", before)[0] == "never"


def names(found: tuple[Element, ...]) -> list[str]:
    return [one.name for one in found]


def test_a_footprint_has_what_when_names_what_uses_adds_and_what_upstream_demands() -> None:
    one = path("{command: drive-mirror}", uses=("sync=top", "speed", "().x"))
    found = path_footprint(one, QEMU, parse_release("8.2.0"), None)
    assert names(found)[:4] == [
        "drive-mirror",
        "drive-mirror.sync=top",
        "drive-mirror.speed",
        "drive-mirror().x",
    ]
    plain = path_footprint(path("{command: drive-mirror}"), QEMU, parse_release("8.2.0"), None)
    assert set(names(plain)) == {
        "drive-mirror",
        "drive-mirror.device",
        "drive-mirror.target",
        "drive-mirror.sync",
    }


def test_uses_go_on_from_the_first_command_or_event_or_else_from_the_type() -> None:
    found = (Element(kind="qom", name="disk"), Element(kind="qmp", name="query-sev().state"))
    used = find_used(path("{command: x}", uses=("a", ".b", ":c", "=d", "().e")), found)
    assert [one.name for one in used] == [
        *("query-sev.a", "query-sev.b", "query-sev:c", "query-sev=d", "query-sev().e"),
    ]
    assert find_used(path("{device: disk}", uses=("a",)), found[:1]) == (Element(kind="qom", name="disk.a"),)


def test_of_any_a_release_takes_the_branch_that_it_has() -> None:
    one = path("{any: [{command: blockdev-mirror}, {command: drive-mirror}]}")
    assert "drive-mirror" in names(path_footprint(one, QEMU, parse_release("2.0.0"), None))
    assert "blockdev-mirror" in names(path_footprint(one, QEMU, parse_release("8.2.0"), None))


@pytest.mark.parametrize(
    ("when", "marker", "visible"),
    [("{command: stop}", True, True), ("{command: stop}", False, False), ("{hmp: migrate}", True, False)],
)
def test_what_no_probe_can_see_is_known(when: str, marker: bool, visible: bool) -> None:
    assert is_visible(path(when, marker=marker)) is visible


# The table.


def test_the_made_tables_say_since_when_and_what_proves_it() -> None:
    (text,) = render_tables(catalog_in(MADE), "qemu", history_in(MADE)).values()
    assert text.startswith(f"{HEADER}area: made\ntable:\n")
    rows = [line for line in text.splitlines() if line.startswith("    ")]
    for row in (
        'aging: {since: "8.0.0", proof: ledger}',
        "acme-trick: {proof: fork acme}",
        'fresh: {since: "9.0.0", proof: ledger}',
        "invented: {proof: ledger}",
        'invisible: {since: "8.1.0", proof: stated}',
        "merged: {proof: merged}",
        'old: {since: "8.0.0", releases: "8.0.0..8.1", proof: ledger}',
        "refused: {proof: rejected}",
        "thing: {proof: none}",
    ):
        assert f"    {row}" in rows


@pytest.mark.parametrize("hypervisor", ["qemu", "kvm", "xen", "xend", "xapi"])
def test_a_table_is_the_same_text_each_time_and_is_yaml(hypervisor: str) -> None:
    folder = ROOT / "matrix" / hypervisor / "ledger"
    catalog = catalog_in(ROOT)
    first = render_tables(catalog, hypervisor, History(folder))
    assert first == render_tables(catalog, hypervisor, History(folder))
    assert list(first) == sorted(first)
    for text in first.values():
        problems: list[object] = []
        assert read(text.encode(), "table.yaml", problems) is not None  # type: ignore[arg-type]
        assert problems == []


@pytest.mark.parametrize("hypervisor", ["qemu", "kvm", "xen", "xend", "xapi"])
def test_every_path_has_its_line(hypervisor: str) -> None:
    catalog = catalog_in(ROOT)
    history = History(ROOT / "matrix" / hypervisor / "ledger")
    rows = [(row.capability, row.path) for row in compute_rows(catalog, hypervisor, history)]
    paths = catalog.paths[hypervisor]
    assert rows == [(capability, one.name) for capability in paths for one in paths[capability]]
