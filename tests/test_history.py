"""What upstream had in which release, found for one release and for all of them at once."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostmaker import ROOT
from virtgate.interface import Graph, walk
from virtgate.model import Element
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger, render
from virtgate.upstream.sets import Masks
from virtgate.versions import Ranges, parse_release

MATRIX = ROOT / "matrix"
QEMU = History(MATRIX / "qemu" / "ledger")

QMP = """\
# kind: qmp
# covers: complete
E  enum  1.0.0..
E.a  value  1.0.0..
E.b  value  2.0.0..
E.b[unstable]  feature  2.0.0..
O  object  1.0.0..
O.kind  enum E  1.0.0..
O.names?  [str]  1.0.0..2.0
O.ref  alternate R  2.1.0..
O:  tag kind  2.0.0..
O:a  object A  2.0.0..
A  object  2.0.0..
A.deep?  bool  2.0.1 | 2.1.0..
R  alternate  2.1.0..
R|object  object O  2.1.0..
R|str  str  2.1.0..
add  command  1.0.0..
add.*  object O  2.0.0..
add.options  object O  1.0.0..1.1
add[if=CONFIG_ADD]  feature  2.0.0..
gone  command  1.0.0..2.0
gone[deprecated]  feature  2.0.0..
query  command  1.0.0..
query()  [object O]  1.1.0..
query.deep[deprecated]  feature  2.0.0..
query.deep?  bool  1.0.0..
"""
QOM = """\
# kind: qom
# covers: superset
base  type  1.0.0..
base.id  str  1.0.0..
base.size  int  2.0.0..
disk  type  1.1.0..
disk.size  int  1.1.0..1.1
disk<base  parent  1.1.0..2.0
disk<other  parent  2.1.0..
nvme  type  2.0.0..
nvme<disk  parent  2.0.0..
other  type  2.0.0..
other.speed  int  2.0.0..
"""
RELEASES = """\
# release, date, commit
1.0.0  2001-01-01  aaaaaaaaaaaa
1.1.0  2002-01-01  aaaaaaaaaaab
2.0.0  2003-01-01  aaaaaaaaaaac
2.0.1  2003-06-01  aaaaaaaaaaad
2.1.0  2004-01-01  aaaaaaaaaaae
"""
NAMES = ("1.0.0", "1.1.0", "2.0.0", "2.0.1", "2.1.0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ledger")
    for name, text in {"qmp": QMP, "qom": QOM, "releases": RELEASES}.items():
        (made / f"{name}.txt").write_text(text if name == "releases" else in_order(text))
    return made


def in_order(text: str) -> str:
    """A ledger's text as its writer puts it."""
    ledger = Ledger.parse(text)
    return render(ledger, kind=ledger.kind, covers=ledger.covers)


@pytest.fixture(scope="module")
def history(folder: Path) -> History:
    return History(folder)


def had(history: History, kind: str, name: str) -> str:
    """The releases that had an element, by their first figures: `11 20`."""
    element = Element(kind=kind, name=name)
    return " ".join(one for one in NAMES if history.has(element, parse_release(one)))


@pytest.mark.parametrize(
    ("name", "releases"),
    [
        ("add", "1.0.0 1.1.0 2.0.0 2.0.1 2.1.0"),
        ("add.options", "1.0.0 1.1.0"),
        ("add.options.kind=a", "1.0.0 1.1.0"),
        ("add.kind", "2.0.0 2.0.1 2.1.0"),
        ("add.kind=b", "2.0.0 2.0.1 2.1.0"),
        ("add.names", "2.0.0 2.0.1"),
        ("add:a.deep", "2.0.1 2.1.0"),
        ("add:a.deep?", "2.0.1 2.1.0"),
        ("add:a.deep!", ""),
        ("add:b", "2.0.0 2.0.1 2.1.0"),
        ("add:c", ""),
        ("add.ref:a.deep", "2.1.0"),
        ("add.ref.ref.ref.kind", "2.1.0"),
        ("add.ref|string", "2.1.0"),
        ("add.ref|null", ""),
        ("query().kind", "1.1.0 2.0.0 2.0.1 2.1.0"),
        ("query().ref", "2.1.0"),
        ("query.deep[deprecated]", "2.0.0 2.0.1 2.1.0"),
        ("gone", "1.0.0 1.1.0 2.0.0 2.0.1"),
        ("never", ""),
    ],
)
def test_an_element_is_in_the_releases_whose_graph_leads_to_it(
    history: History, name: str, releases: str
) -> None:
    assert had(history, "qmp", name) == releases
    for one in NAMES:
        graph = history.graph(parse_release(one))
        assert graph is not None
        assert (walk(graph, name) is not None) == (one in releases.split())


@pytest.mark.parametrize(
    ("name", "releases"),
    [
        ("disk", "1.1.0 2.0.0 2.0.1 2.1.0"),
        ("disk.size", "1.1.0 2.0.0 2.0.1"),
        ("disk.id", "1.1.0 2.0.0 2.0.1"),
        ("disk.speed", "2.1.0"),
        ("nvme.id", "2.0.0 2.0.1"),
        ("nvme.speed", "2.1.0"),
        ("other.id", ""),
        ("never.id", ""),
    ],
)
def test_a_type_has_its_parents_properties_while_they_are_its_parents(
    history: History, name: str, releases: str
) -> None:
    assert had(history, "qom", name) == releases


def test_a_kind_without_a_ledger_is_unknown(history: History) -> None:
    element = Element(kind="option", name="sandbox")
    assert history.mask(element) is None
    assert history.has(element, parse_release("2.0.0")) is None
    assert history.covers("option") is None
    assert history.common_mask([element]) is None


def test_a_common_mask_leaves_out_kinds_without_a_ledger(history: History) -> None:
    elements = [
        Element(kind="option", name="x"),
        Element(kind="qmp", name="add:a"),
        Element(kind="qom", name="disk.id"),
    ]
    assert history.spell(history.common_mask(elements) or 0) == "2.0.0..2.0"


def test_a_release_that_is_not_known_has_no_graph_and_no_answer(history: History) -> None:
    assert history.graph(parse_release("3.0.0")) is None
    assert history.has(Element(kind="qmp", name="add"), parse_release("3.0.0")) is None


def test_a_mask_gives_its_first_and_its_last_release(history: History) -> None:
    mask = history.mask(Element(kind="qmp", name="add:a.deep")) or 0
    assert history.spell(mask) == "2.0.1 | 2.1.0.."
    assert str(history.first_in(mask)) == "2.0.1"
    assert str(history.first_in(mask, history.place_of(parse_release("2.0.2")))) == "2.1.0"
    assert str(history.last_in(mask)) == "2.1.0"
    assert (history.first_in(0), history.last_in(0), history.spell(0)) == (None, None, "")


@pytest.mark.parametrize(
    ("name", "release", "since"),
    [
        ("query.deep", "2.1.0", "2.0.0"),
        ("query.deep", "1.1.0", None),
        ("gone", "2.0.1", "2.0.0"),
        ("gone", "2.1.0", None),
        ("add", "2.1.0", None),
        ("never", "2.1.0", None),
    ],
)
def test_a_flag_counts_since_the_first_release_of_its_run(
    history: History, name: str, release: str, since: str | None
) -> None:
    elements = [Element(kind="qom", name="disk"), Element(kind="qmp", name=name)]
    assert history.flagged_since(elements, "deprecated", parse_release(release)) == since


@given(
    asked=st.lists(st.sampled_from(NAMES), min_size=2),
    runs=st.sampled_from(("1.0.0..1.1 | 2.1.0..", "1.1.0..2.0")),
)
def test_a_flag_counts_since_the_same_release_in_whatever_order_it_is_asked(
    tmp_path_factory: pytest.TempPathFactory, asked: list[str], runs: str
) -> None:
    made = tmp_path_factory.mktemp("flags")
    made.joinpath("releases.txt").write_text(RELEASES)
    text = f"# kind: qmp\n# covers: complete\nit  command  1.0.0..\nit[deprecated]  feature  {runs}\n"
    made.joinpath("qmp.txt").write_text(in_order(text))
    one, element = History(made), [Element(kind="qmp", name="it")]
    for version in map(parse_release, asked):
        found = one.flagged_since(element, "deprecated", version)
        assert found == History(made).flagged_since(element, "deprecated", version)


def test_a_flag_counts_for_what_is_inside_what_carries_it() -> None:
    newest = QEMU.versions[-1]
    for name in ("drive-backup", "drive-backup.sync", "drive-backup.sync=top"):
        assert QEMU.flagged_since([Element(kind="qmp", name=name)], "deprecated", newest) == "6.2.0"


def test_a_build_condition_is_told_for_what_stands_below_it(history: History) -> None:
    newest = parse_release("2.1.0")
    assert history.build_condition(Element(kind="qmp", name="add:a.deep"), newest) == "CONFIG_ADD"
    assert history.build_condition(Element(kind="qmp", name="add"), parse_release("1.0.0")) is None


@pytest.mark.parametrize(
    ("day", "known"),
    [("2000-12-31", 0), ("2001-01-01", 1), ("2003-01-01", 3), ("2003-12-31", 4), ("2030-01-01", 5)],
)
def test_a_day_cuts_the_releases_that_came_after_it(folder: Path, day: str, known: int) -> None:
    cut = History(folder, as_of=datetime.date.fromisoformat(day))
    assert tuple(map(str, cut.versions)) == NAMES[:known]


def test_what_came_after_the_day_is_in_no_release(folder: Path) -> None:
    cut = History(folder, as_of=datetime.date(2003, 12, 31))
    assert cut.mask(Element(kind="qmp", name="add.ref")) == 0
    assert cut.spell(cut.mask(Element(kind="qmp", name="add:a.deep")) or 0) == "2.0.1"


def test_a_newest_release_cuts_as_a_day_does(folder: Path) -> None:
    cut = History(folder, newest=parse_release("2.0.1"))
    assert tuple(map(str, cut.versions)) == NAMES[:4]
    assert cut.mask(Element(kind="qmp", name="add.ref")) == 0


def test_code_names_stand_in_the_files_order(tmp_path: Path) -> None:
    (tmp_path / "releases.txt").write_text(
        "zulu 2010-01-01 -\nalpha - -\nmike 2012-01-01 -\n1.0.0 2013-01-01 -\n"
    )
    history = History(tmp_path)
    assert [history.name_of(version) for version in history.versions] == ["zulu", "alpha", "mike", "1.0.0"]
    assert history.version_of("zulu") < history.version_of("alpha") < history.version_of("1.0.0")
    assert history.spell(0b0110) == "alpha..mike"
    assert history.spell(0b1100) == "mike.."


def test_a_release_without_a_day_is_not_there_on_any_day(tmp_path: Path) -> None:
    (tmp_path / "releases.txt").write_text("zulu 2010-01-01 -\nalpha - -\n")
    assert len(History(tmp_path, as_of=datetime.date(2030, 1, 1)).versions) == 1


def test_xapis_releases_stand_in_their_order() -> None:
    names = [release.name for release in History(MATRIX / "xapi" / "ledger").releases]
    assert names[:3] == ["rio", "miami", "symc"]
    assert names.index("dundee") < names.index("stockholm") < names.index("22.26.0")


def test_a_late_code_name_is_another_name_for_a_number() -> None:
    history = History(MATRIX / "xapi" / "ledger")
    nile = next(one for one in history.products if one.code_name == "nile")
    assert (nile.api, nile.title, nile.release) == ("2.21", "XenServer 8", "24.10.0")
    assert history.name_of(history.version_of("nile")) == "24.10.0"


@pytest.mark.parametrize("hypervisor", ["qemu", "kvm", "xen", "xend", "xapi"])
def test_no_two_releases_are_one_and_dates_follow_branches(hypervisor: str) -> None:
    history = History(MATRIX / hypervisor / "ledger")
    assert len(set(history.versions)) == len(history.releases) > 0
    branches: dict[str, list[datetime.date]] = {}
    for release in history.releases:
        if release.date is not None:
            branches.setdefault(release.version.branch, []).append(release.date)
    assert all(dates == sorted(dates) for dates in branches.values())


# Masks and graphs are two ways to one answer.


def every_walk(graph: Graph, head: str, chance: random.Random, depth: int = 5) -> str:
    """A walk from a command or event, at random, through whatever it meets: unions, arrays, alternates."""
    root = graph.root(head)
    assert root is not None
    name, reference = head, root.arguments
    if root.returns and chance.random() < 0.4:
        name, reference = f"{head}()", root.returns
    for _ in range(chance.randrange(depth)):
        known = graph.type(reference) if reference else None
        while known is not None and known.kind in {"array", "alternate"}:
            reference = known.element or chance.choice(sorted(known.branches.values()))
            known = graph.type(reference)
        if known is None:
            break
        ways = [(f".{inner}", member.type) for inner, member in known.members.items()]
        ways += [(f":{inner}", branch) for inner, branch in known.branches.items()]
        ways += [(f"={inner}", None) for inner in known.values]
        if not ways:
            break
        step, reference = chance.choice(ways)
        name += step
        if reference is None:
            break
    return name


@pytest.mark.parametrize("release", ["1.3.0", "2.3.0", "2.8.0", "5.0.0", "8.2.0", "10.2.0"])
def test_a_mask_is_what_walking_every_release_finds(release: str) -> None:
    chance = random.Random(release)
    graph = QEMU.graph(parse_release(release))
    ledger = QEMU.ledger("qmp")
    assert graph is not None
    assert ledger is not None
    heads = sorted(graph.roots())
    names = {every_walk(graph, chance.choice(heads), chance) for _ in range(120)}
    masks = Masks(QEMU.versions)
    graphs = [QEMU.graph(version) for version in QEMU.versions]
    for name in sorted(names):
        walked = sum(1 << at for at, one in enumerate(graphs) if one and walk(one, name) is not None)
        assert masks.of_walk(ledger, name) == walked, name
        assert walked >> QEMU.place_of(parse_release(release)) & 1, name


def test_every_tag_value_can_be_walked_as_a_branch_by_both_ways() -> None:
    ledger = QEMU.ledger("qmp")
    assert ledger is not None
    masks = Masks(QEMU.versions)
    newest = QEMU.graph(QEMU.versions[-1])
    assert newest is not None
    for head in ("blockdev-add", "object-add", "netdev_add", "chardev-add.backend"):
        values = [
            atom.name.split(".")[1]
            for atom in ledger
            if atom.type == "value" and atom.name.startswith("BlockdevDriver.")
        ]
        for value in values if head == "blockdev-add" else ("none", "null", "can-bus", "pipe"):
            name = f"{head}:{value}"
            walked = sum(
                1 << at
                for at, version in enumerate(QEMU.versions)
                if (graph := QEMU.graph(version)) and walk(graph, name) is not None
            )
            assert masks.of_walk(ledger, name) == walked, name


@given(
    st.lists(
        st.sampled_from([f"{a}.{b}.{c}" for a in (1, 2, 3) for b in (0, 1) for c in (0, 1, 2)]),
        min_size=1,
        unique=True,
    )
)
def test_a_range_text_is_the_mask_of_its_releases(names: list[str]) -> None:
    known = sorted(map(parse_release, names))
    masks = Masks(known)
    for text in (
        "1.0.0",
        "1.0.0..",
        "1.1.0..2.0",
        "1.0.1 | 2.0.0..2.1.1",
        "<=2.0.0..",
        "1.1.1..1.1 | 3.1.0..",
    ):
        ranges = Ranges.parse(text)
        assert masks.of_ranges(text) == sum(1 << at for at, one in enumerate(known) if one in ranges)


def test_a_ledger_of_another_kind_of_walk_is_left_to_the_graph() -> None:
    masks = Masks(QEMU.versions)
    ledger = Ledger.parse(in_order(QMP))
    assert masks.of_walk(ledger, "add.kind?") is None
    assert masks.of_walk(ledger, "add.ref|null") is None
    assert masks.of_walk(ledger, "gone[deprecated]") is None


def test_the_same_name_in_two_ledgers_is_two_things() -> None:
    history = History(ROOT / "matrix" / "qemu" / "ledger")
    assert history.mask(Element(kind="qom", name="machine.hpet")) == 0
    assert history.mask(Element(kind="option", name="machine.hpet"))
