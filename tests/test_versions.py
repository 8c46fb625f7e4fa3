"""Versions of every era, their order, and the ranges that ledger and YAML write."""

from __future__ import annotations

import random
import shutil
import subprocess
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtgate.versions import (
    Constraint,
    Ranges,
    Version,
    clean_package,
    compare_deb,
    compare_rpm,
    next_release,
    parse_banner,
    parse_linux,
    parse_qemu,
    parse_release,
    parse_xen,
    stand_in,
)

NUMBERS = st.lists(st.integers(0, 99), min_size=2, max_size=4).map(tuple)
STAGES = st.sampled_from(["", "rc0", "rc2", "rc10", "pre", "unstable"])
VERSIONS = st.builds(lambda release, pre: Version(release=release, pre=pre), NUMBERS, STAGES)


def releases(text: str) -> list[Version]:
    return [parse_release(word) for word in text.split()]


@st.composite
def listed_and_present(draw: st.DrawFn) -> tuple[list[Version], set[Version]]:
    numbers = draw(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), min_size=1))
    old_linux = draw(st.sets(st.tuples(st.just(2), st.just(6), st.integers(18, 21), st.integers(0, 2))))
    known = [Version(release=number) for number in numbers | old_linux]
    return draw(st.permutations(known)), draw(st.sets(st.sampled_from(known)))


# Versions


@given(VERSIONS, VERSIONS)
def test_any_two_versions_have_exactly_one_order(a: Version, b: Version) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    assert a != b or hash(a) == hash(b)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_transitive(a: Version, b: Version, c: Version) -> None:
    low, middle, high = sorted([a, b, c])
    assert low <= middle <= high
    assert low <= high


@given(VERSIONS)
def test_a_version_reads_back_what_it_prints(version: Version) -> None:
    assert parse_xen(str(version)) == (version, "")


@given(NUMBERS)
def test_every_parser_reads_a_plain_release_alike(numbers: tuple[int, ...]) -> None:
    text = ".".join(map(str, numbers))
    assert parse_release(text) == parse_qemu(text) == parse_linux(text)[0] == parse_xen(text)[0]


def test_versions_stand_in_upstreams_order() -> None:
    texts = ["0.9.1", "0.10.0", "0.15.1", "1.0", "1.0.1", "2.12.0", "3.1.1", "3.1.1.1", "9.1.50", "9.1.93"]
    texts += ["9.2.0-rc1", "9.2.0-rc2", "9.2.0-rc10", "9.2.0", "9.2.1", "10.0.0"]
    assert all(a < b for a, b in pairwise(map(parse_qemu, texts)))
    xen = ["4.17.5", "4.17.6-pre", "4.17.6-rc1", "4.17.6", "4.18-unstable", "4.18.0-rc1", "4.18.0"]
    assert all(a < b for a, b in pairwise(parse_xen(text)[0] for text in xen))


@pytest.mark.parametrize(
    ("text", "shown", "branch", "snapshot", "point", "target"),
    [
        ("8.2.0", "8.2.0", "8.2", False, False, "8.2.0"),
        ("10.2", "10.2.0", "10.2", False, False, "10.2.0"),
        ("3.1.1.1", "3.1.1.1", "3.1", False, True, "3.1.1.1"),
        ("0.12.1", "0.12.1", "0.12", False, True, "0.12.1"),
        ("2.6.2", "2.6.2", "2.6", False, True, "2.6.2"),
        ("2.6.50", "2.6.50", "2.6", True, False, "2.7.0"),
        ("9.1.50", "9.1.50", "9.1", True, False, "9.2.0"),
        ("9.1.93", "9.1.93", "9.1", True, False, "9.2.0"),
        ("v10.0.0-rc2-12-gabc1234", "10.0.0-rc2", "10.0", False, False, "10.0.0"),
        ("v10.0.0-12-gabc1234-dirty", "10.0.0", "10.0", False, False, "10.0.0"),
    ],
)
def test_qemu_numbers_are_understood(
    text: str, shown: str, branch: str, snapshot: bool, point: bool, target: str
) -> None:
    version = parse_qemu(text)
    assert (str(version), version.branch, version.text) == (shown, branch, text)
    assert (version.is_snapshot, version.is_point) == (snapshot, point)
    assert str(version.target_release) == target


@pytest.mark.parametrize(
    ("snapshot", "release"),
    [
        ("0.9.50", "0.10.0"),
        ("0.15.50", "1.0.0"),
        ("1.7.50", "2.0.0"),
        ("2.11.50", "2.12.0"),
        ("2.12.50", "3.0.0"),
        ("3.0.50", "3.1.0"),
        ("3.1.50", "4.0.0"),
        ("4.0.50", "4.1.0"),
        ("4.2.50", "5.0.0"),
        ("9.2.50", "10.0.0"),
        ("10.2.50", "11.0.0"),
    ],
)
def test_majors_roll_over_as_qemu_released_them(snapshot: str, release: str) -> None:
    assert str(next_release(parse_qemu(snapshot))) == release


def test_the_list_of_releases_beats_the_habit() -> None:
    known = releases("12.1.0 12.1.5 13.0.0 13.0.1 14.0.0")
    assert str(next_release(parse_qemu("12.1.50"), known)) == "13.0.0"
    assert str(next_release(parse_qemu("14.0.50"), known)) == "14.1.0"


def test_a_version_is_judged_by_the_release_that_stands_in_for_it() -> None:
    known = releases("7.2.0 7.2.1 7.2.22 8.0.0 8.0.2")
    for text, judge in {
        "7.2.1": "7.2.1",
        "7.2.9": "7.2.1",
        "7.2.30": "7.2.22",
        "7.2.50": "8.0.0",
        "8.0.0-rc3": "8.0.0",
        "8.0.91": "8.1.0",
        "9.0.3": "9.0.3",
    }.items():
        assert str(stand_in(parse_qemu(text), known)) == judge


@pytest.mark.parametrize(
    ("text", "version", "suffix", "branch"),
    [
        ("6.1.0-37-amd64", "6.1.0", "37-amd64", "6.1"),
        ("5.14.0-427.el9.x86_64", "5.14.0", "427.el9.x86_64", "5.14"),
        ("3.10.0-1160.el7.x86_64", "3.10.0", "1160.el7.x86_64", "3.10"),
        ("2.6.18-8.el5xen", "2.6.18", "8.el5xen", "2.6.18"),
        ("2.6.31.5-127.fc12", "2.6.31.5", "127.fc12", "2.6.31"),
        ("6.8.0-rc3+", "6.8.0-rc3", "+", "6.8"),
        ("6.0.0-rc7-amd64", "6.0.0-rc7", "amd64", "6.0"),
        ("6.6.87.2-microsoft-standard-WSL2", "6.6.87.2", "microsoft-standard-WSL2", "6.6"),
        ("6.1.55_1", "6.1.55", "_1", "6.1"),
        ("3.0-ARCH", "3.0.0", "ARCH", "3.0"),
    ],
)
def test_kernel_releases_give_upstreams_version_and_the_rest(
    text: str, version: str, suffix: str, branch: str
) -> None:
    read, rest = parse_linux(text)
    assert (str(read), rest, read.branch) == (version, suffix, branch)


def test_a_linux_stable_release_past_50_is_no_snapshot() -> None:
    version, _ = parse_linux("5.10.60")
    assert version.is_point
    assert not version.is_snapshot


@pytest.mark.parametrize(
    ("text", "version", "extra", "ambiguous"),
    [
        ("4.17.6-pre", "4.17.6-pre", "", False),
        ("3.1.4-xvm", "3.1.4", "-xvm", False),
        ("3.0-unstable", "3.0.0-unstable", "", True),
        ("4.18-unstable", "4.18.0-unstable", "", False),
        ("4.20.0", "4.20.0", "", False),
        ("4.1.6.1", "4.1.6.1", "", False),
        ("3.0.3-rc5-8.el5", "3.0.3-rc5", "-8.el5", False),
    ],
)
def test_xen_versions_keep_the_vendors_extra_apart(
    text: str, version: str, extra: str, ambiguous: bool
) -> None:
    read, rest = parse_xen(text)
    assert (str(read), rest, read.is_ambiguous) == (version, extra, ambiguous)


@pytest.mark.parametrize("parse", [parse_release, parse_qemu, parse_linux, parse_xen, parse_banner])
@pytest.mark.parametrize(
    "text", ["", "8", "8.", "8..2", "x8.2", "８.２", "8.2.0,1", "9" * 5000 + ".1", "8.2 0"]
)
def test_unreadable_versions_are_refused_with_what_was_read(parse: object, text: str) -> None:
    with pytest.raises(ValueError, match=r" is not a .* (is|are)\b"):
        parse(text)  # type: ignore[operator]


def test_an_unknown_stage_is_refused() -> None:
    for stage in ("beta1", "pre2", "1", "rcx"):
        with pytest.raises(ValueError, match="is not a stage before a release"):
            Version(release=(1, 0), pre=stage)


# Banners


@pytest.mark.parametrize(
    ("text", "version", "package"),
    [
        ("QEMU PC emulator version 0.9.1 (kvm-72), Copyright (c) 2003-2008 Fabrice", "0.9.1", "kvm-72"),
        (
            "QEMU PC emulator version 0.12.1 (qemu-kvm-0.12.1.2), Copyright (c) 2003",
            "0.12.1",
            "qemu-kvm-0.12.1.2",
        ),
        (
            "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright (c) 2003-2022 Fabrice",
            "7.2.22",
            "Debian 1:7.2+dfsg-7+deb12u18",
        ),
        (
            "QEMU emulator version 6.2.0 (qemu-kvm-6.2.0-40.module+el8.9.0+20867+9a6a0901.2)",
            "6.2.0",
            "qemu-kvm-6.2.0-40.module+el8.9.0+20867+9a6a0901.2",
        ),
        ("QEMU emulator version 2.0.0, Copyright (c) 2003-2008 Fabrice Bellard\n", "2.0.0", None),
        (
            "QEMU emulator version 1.5.3 (qemu-kvm-1.5.3-105.el7_2.4), Copyright (c)",
            "1.5.3",
            "qemu-kvm-1.5.3-105.el7_2.4",
        ),
        (
            "QEMU emulator version 2.11.1(Debian 1:2.11+dfsg-1ubuntu7.42)",
            "2.11.1",
            "Debian 1:2.11+dfsg-1ubuntu7.42",
        ),
        ("QEMU emulator version 8.1.5 (pve-qemu-kvm_8.1.5-4)\r\n", "8.1.5", "pve-qemu-kvm_8.1.5-4"),
        ("QEMU emulator version 9.2.92 (v10.0.0-rc2-12-gabc1234)", "9.2.92", "v10.0.0-rc2-12-gabc1234"),
        ("QEMU emulator version v10.0.0-rc2-12-gabc1234", "10.0.0-rc2", None),
        ("a warning first\nQEMU emulator version 8.2.0 (a (b) c)", "8.2.0", "a (b) c"),
    ],
)
def test_banners_of_every_era_give_version_and_package(text: str, version: str, package: str | None) -> None:
    banner = parse_banner(text)
    assert (str(banner.version), banner.package, banner.product) == (version, package, "qemu")


def test_package_strings_lose_their_wrapping() -> None:
    for text in (" (Debian 1:7.2)", "Debian 1:7.2", "(Debian 1:7.2)\n"):
        assert clean_package(text) == "Debian 1:7.2"
    assert clean_package(" ()") is None
    assert clean_package("") is None


# Packages

NASTY_DEB = """
0 0:0 1 1.0 1.0-0 1.0-1 1.0~rc1-1 1.0~~ 1.0~ 1.0+dfsg-1 1.0a 1.0a1 1.00 1.01 1:0 2:0~ 1:1:2 1--2 1-2-3
1:7.2+dfsg-7+deb12u18 1:7.2+dfsg-7+deb12u18+b3 1:7.2+dfsg-7+deb12u2~bpo11+1 1:5.2+dfsg-11+deb11u3
1:11.1.3+ds-1 1:10.0.13+ds-0+deb13u1 1:2.11+dfsg-1ubuntu7.42 1:8.2.2+ds-0ubuntu1.4 8.1.5-4 8.1.5-4~
1.0.a 1.0.+ 1.0Z 1.0.z 1.0.0 a ~1 99999999999999999999999 0099999999999999999999998 1.0-~1 1.0-1~
"""
NASTY_RPM = """
0 0:0 1 1.0 1.0-0 1.0-1 1.0~rc1-1 1.0~~ 1.0~ 1.0^ 1.0^git1 1.0^20 1.0~^ 1.0^~ 1.0.1 1.0.^ 1.0a 1.0a1 1.00 1.01
1:0 2:0~ a:2 :2 2: -1 1- 1-2-3 15:6.2.0-40.module+el8.9.0+20867+9a6a0901.2 6.2.0-40.module+el8.9.0
17:9.0.0-10.el9_5.2 10:1.5.3-105.el7_2.4 10:1.5.3-105.el7 2:0.12.1.2-2.491.el6_8.1 2:0.12.1.2-2.491.el6 1.0..
1..0 1_0 1.a 1.A 1.é a b ~ ^ 99999999999999999999999 0099999999999999999999998 1.0- 1.0-1~ 1.0-1^
2^20240101-1.fc40
"""

RPM_ORACLE = """
import rpm, sys
for line in sys.stdin.read().splitlines():
    a, b = map(rpm.ver, line.split(' '))
    print((a > b) - (a < b))
"""
# Not all of an oracle's answers in one example, but enough to make a process worth its start.
ORACLE = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def pairs_of(text: str, count: int) -> list[tuple[str, str]]:
    words = text.split()
    pairs = [(a, b) for a in words for b in words if a < b]
    return pairs if len(pairs) <= count else random.Random(9).sample(pairs, count)


def ask_dpkg(left: str, right: str) -> int:
    def says(relation: str) -> bool:
        argv = ["dpkg", "--compare-versions", left, relation, right]
        return subprocess.run(argv, stderr=subprocess.DEVNULL, check=False).returncode == 0

    return 0 if says("eq") else 1 if says("gt") else -1


def ask_rpm(pairs: list[tuple[str, str]]) -> list[int]:
    lines = "\n".join(f"{a} {b}" for a, b in pairs)
    argv = ["/usr/bin/python3", "-c", RPM_ORACLE]
    done = subprocess.run(argv, input=lines, capture_output=True, text=True, check=True, encoding="utf-8")
    return [int(line) for line in done.stdout.split()]


def have_rpm() -> bool:
    try:
        return not subprocess.run(
            ["/usr/bin/python3", "-c", "import rpm"], capture_output=True, check=False
        ).returncode
    except OSError:
        return False


def package_pairs(alphabet: str, count: int) -> st.SearchStrategy[list[tuple[str, str]]]:
    tail = st.text(alphabet, max_size=8)
    version = st.builds(lambda head, rest: f"{head}{rest}", st.integers(0, 12), tail)
    near = st.builds(lambda stem, a, b: (stem + a, stem + b), version, tail, tail)
    revised = near.flatmap(lambda pair: st.sampled_from([pair, (f"1:{pair[0]}-1", f"1:{pair[1]}-1a")]))
    return st.lists(revised, min_size=count, max_size=count)


@pytest.fixture
def dpkg(require) -> None:  # type: ignore[no-untyped-def]
    require(shutil.which("dpkg"), "dpkg is not installed")


@pytest.fixture
def rpm(require) -> None:  # type: ignore[no-untyped-def]
    require(have_rpm(), "the system's python has no rpm module")


def test_debian_versions_order_as_dpkg_orders_them(dpkg: None) -> None:
    for left, right in pairs_of(NASTY_DEB, 300):
        assert compare_deb(left, right) == ask_dpkg(left, right) == -compare_deb(right, left), (left, right)


@ORACLE
@given(package_pairs("0019.+~aZz", 25))
def test_generated_debian_versions_order_as_dpkg_orders_them(
    dpkg: None, pairs: list[tuple[str, str]]
) -> None:
    for left, right in pairs:
        assert compare_deb(left, right) == ask_dpkg(left, right), (left, right)


def test_rpm_versions_order_as_rpm_orders_them(rpm: None) -> None:
    pairs = pairs_of(NASTY_RPM, 5000)
    assert [(*pair, compare_rpm(*pair)) for pair in pairs] == [
        (*pair, said) for pair, said in zip(pairs, ask_rpm(pairs), strict=True)
    ]


@ORACLE
@given(package_pairs("0019.+~^_aZz", 200))
def test_generated_rpm_versions_order_as_rpm_orders_them(rpm: None, pairs: list[tuple[str, str]]) -> None:
    for pair, said in zip(pairs, ask_rpm(pairs), strict=True):
        assert compare_rpm(*pair) == said, pair
        assert compare_rpm(*reversed(pair)) == -said, pair


@pytest.mark.parametrize("text", ["", ":1", "1:", "a:1", "1-", "-1", "1 2", "2147483648:1", "1-2-"])
def test_what_dpkg_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a Debian version"):
        compare_deb(text, "1")


def test_an_empty_rpm_version_is_refused() -> None:
    with pytest.raises(ValueError, match="is not an rpm version"):
        compare_rpm("1", " ")


# Ranges


@given(listed_and_present(), st.booleans())
def test_ranges_of_a_set_contain_exactly_that_set(
    case: tuple[list[Version], set[Version]], bounded: bool
) -> None:
    known, present = case
    ranges = Ranges.of(present, known, bounded=bounded)
    assert {version for version in known if version in ranges} == present
    assert bool(ranges) == bool(present)
    assert ranges.first == min(present, default=None)
    assert ranges.is_bounded == (bounded and bool(present))
    if present:
        assert Ranges.parse(str(ranges)) == ranges
        assert str(Ranges.parse(str(ranges))) == str(ranges)


KNOWN = "2.2.0 2.2.1 2.3.0 2.3.1 2.3.2 2.4.0 2.4.1 2.5.0"


@pytest.mark.parametrize(
    ("present", "known", "text"),
    [
        ("2.3.1 2.4.0", "2.3.0 2.3.1 2.4.0", "2.3.1 | 2.4.0.."),
        ("2.3.1 2.3.2", KNOWN, "2.3.1..2.3"),
        ("2.3.1", KNOWN, "2.3.1"),
        ("2.3.1 2.3.2 2.4.0 2.4.1 2.5.0", KNOWN, "2.3.1..2.3 | 2.4.0.."),
        ("2.3.2 2.4.0", KNOWN, "2.3.2 | 2.4.0"),
        ("2.2.0 2.2.1 2.3.0", KNOWN, "2.2.0..2.3.0"),
        ("2.2.0 2.2.1 2.3.0 2.3.1 2.3.2", KNOWN, "2.2.0..2.3"),
        ("2.4.0 2.4.1", KNOWN, "2.4.0..2.4"),
        ("2.7.0", "2.7.0 2.8.0", "2.7.0..2.7"),
        ("2.4.1", "2.4.0 2.4.1", "2.4.1"),
        ("2.4.1 2.4.2", "2.4.0 2.4.1 2.4.2", "2.4.1..2.4"),
        ("2.5.0", KNOWN, "2.5.0.."),
        ("2.6.31", "2.6.31 2.6.31.1 2.6.32", "2.6.31"),
        ("2.6.30 2.6.31", "2.6.30 2.6.31 2.6.31.1 2.6.32", "2.6.30..2.6.31.0"),
        ("2.6.30 2.6.31 2.6.31.1", "2.6.30 2.6.31 2.6.31.1 2.6.32", "2.6.30..2.6.31"),
        ("", KNOWN, ""),
    ],
)
def test_a_set_of_releases_has_one_canonical_spelling(present: str, known: str, text: str) -> None:
    assert str(Ranges.of(set(releases(present)), releases(known))) == text


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("2.3.1 | 2.4.0..", "2.3.1 2.4.0 2.4.7 2.3.50 10.0.0", "2.3.0 2.3.2 2.2.50"),
        ("1.7.0..2.7", "1.7.0 1.7.9 2.7.1 1.6.90 2.7.0-rc1", "1.6.9 2.7.50 2.8.0-rc1 2.8.0"),
        ("<=0.9.0..2.3.1", "0.9.0 2.3.0 2.3.1", "0.8.2 2.3.2"),
    ],
)
def test_candidates_and_snapshots_count_as_the_release_they_lead_to(
    text: str, inside: str, outside: str
) -> None:
    ranges = Ranges.parse(text)
    assert [word for word in inside.split() if parse_qemu(word) not in ranges] == []
    assert [word for word in outside.split() if parse_qemu(word) in ranges] == []


def test_an_ambiguous_version_is_in_no_range() -> None:
    assert parse_xen("3.0-unstable")[0] not in Ranges.parse("2.0.0..")
    assert "2.0.0" not in Ranges.parse("2.0.0..")


def test_ranges_know_their_first_and_last() -> None:
    ranges = Ranges.parse("<=2.3.1 | 2.4.0..2.7")
    (first,) = releases("2.3.1")
    assert ranges.is_bounded
    assert ranges.first == first
    assert ranges.ends == "2.7"
    assert Ranges.parse("2.3.1 | 2.4.0..").ends is None
    assert Ranges().ends is None


def test_spelling_is_made_canonical() -> None:
    assert str(Ranges.parse("  2.3.1|2.4.0.. ")) == "2.3.1 | 2.4.0.."
    assert str(Ranges.parse("<= 2.4.0..2.4.0")) == "<=2.4.0"
    assert Ranges.parse("2.4.0..2.4.0") == Ranges.parse("2.4.0")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2.3.1..", "'2.3.1..' is not a range: a point release's range ends in its branch, write 2.3.1..2.3"),
        (
            "2.3.1..2.5",
            "'2.3.1..2.5' is not a range: a point release's range ends in its branch, write 2.3.1..2.3",
        ),
        ("2.4..", "'2.4..' is not a range: it starts with a release, write 2.4.0.."),
        ("2.4", "'2.4' is not a range: it starts with a release, write 2.4.0 or 2.4.0..2.4"),
        ("2.4.0..2.3", "'2.4.0..2.3' is not a range: it ends before it starts"),
        ("2.4.0.. | 2.5.0", "'2.4.0.. | 2.5.0' are not ranges: they meet or stand in the wrong order"),
        ("2.4.0 | 2.3.0", "'2.4.0 | 2.3.0' are not ranges: they meet or stand in the wrong order"),
    ],
)
def test_a_wrong_range_is_refused_with_what_to_write(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="range") as caught:
        Ranges.parse(text)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    "text", ["", "|", "2.4.0 |", "2.4.0...", "..2.4", "1.0.0 | <=2.0.0", "2.4.0-rc1", "2.4.0..x"]
)
def test_garbage_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a range: write A, A\.\., A\.\.B"):
        Ranges.parse(text)


def test_only_known_releases_make_ranges() -> None:
    known = releases("2.3.0 2.4.0")
    with pytest.raises(ValueError, match=r"'2\.5\.0' is not among the known releases"):
        Ranges.of(set(releases("2.5.0")), known)
    for text in ("2.3.50", "2.4.0-rc1"):
        with pytest.raises(ValueError, match="ranges have no candidates and no snapshots"):
            Ranges.of(set(), [*known, parse_qemu(text)])


# Constraints


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        (">=8.2", "8.2.0 8.2.0-rc1 8.1.50 8.2.1 10.0.0", "8.1.9 8.1.0"),
        ("<9.0", "8.2.9 8.2.0-rc1", "9.0.0-rc1 8.2.50 9.0.0"),
        (">8.2", "9.0.0 8.2.50", "8.2.5"),
        ("<=8.2", "8.2.5 8.0.0", "8.2.50 9.0.0"),
        ("==8.2", "8.2.0 8.2.5", "8.1.0 9.0.0"),
        ("!=8.2", "8.1.0 9.0.0", "8.2.0 8.2.5"),
        (">=8.2.1", "8.2.1 8.2.2 9.0.0", "8.2.0"),
        ("==8.2.1", "8.2.1", "8.2.0 8.2.2"),
        (">=8.2, <9.0 , !=8.2.1", "8.2.0 8.2.2", "8.2.1 9.0.0 8.1.0"),
    ],
)
def test_a_branch_is_compared_as_a_whole(text: str, accepted: str, refused: str) -> None:
    constraint = Constraint.parse(text)
    assert [word for word in accepted.split() if not constraint.accepts(parse_qemu(word))] == []
    assert [word for word in refused.split() if constraint.accepts(parse_qemu(word))] == []
    assert Constraint.parse(str(constraint)) == constraint


def test_a_kernel_is_compared_by_its_upstream_base() -> None:
    assert Constraint.parse(">=5.12").accepts(parse_linux("6.1.0-37-amd64")[0])
    assert Constraint.parse(">=6.8").accepts(parse_linux("6.8.0-rc3+")[0])
    assert not Constraint.parse(">=5.12").accepts(parse_linux("5.10.60")[0])
    assert Constraint.parse("<=2.6.31").accepts(parse_linux("2.6.31.5-127.fc12")[0])


def test_an_ambiguous_version_is_neither_accepted_nor_refused() -> None:
    assert Constraint.parse(">=3.1").accepts(parse_xen("3.0-unstable")[0]) is None


@pytest.mark.parametrize(
    "text", ["", "8.2", "=>8.2", ">=", ">=8", ">=8.2,", ">=8.2 <9.0", "~=8.2", ">=8.2-rc1"]
)
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a comparison: >= <= > < == != and a version are"):
        Constraint.parse(text)
