"""A site's policy decides what a site does, for as long as it says, and never what upstream has."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

import virtgate
from virtgate import DataError, Gates, Policy, UsageError
from virtgate.cli import main
from virtgate.decide.reasons import Reason
from virtgate.decide.ruling import RISKS

HOSTS = sorted(Path(__file__).parent.glob("hosts/*/host.json*"))
TODAY = datetime.date.today()
LATER = (TODAY + datetime.timedelta(days=30)).isoformat()
YESTERDAY = (TODAY - datetime.timedelta(days=1)).isoformat()
Site = Callable[..., Policy]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Makes the policy of a file."""

    def make(text: str) -> Policy:
        path = tmp_path / "site.yaml"
        path.write_text(text)
        return Policy.from_file(path)

    return make


def _row(name: str, verb: str, until: str | None = LATER, paths: str = "") -> str:
    lines = [f"  {name}:", f"    {verb}: for a test", *([f"    until: {until}"] if until else [])]
    return "\n".join([*lines, *([f"    paths: [{paths}]"] if paths else [])]) + "\n"


def test_a_refusal_names_the_policy_and_what_is_so_without_it(site: Site) -> None:
    plain = virtgate.release("qemu", "8.2")
    gates = virtgate.release(
        "qemu", "8.2", policy=site("capabilities:\n" + _row("block.mirror", "refuse", None))
    )
    verdict = gates.verdict("block.mirror")
    assert (verdict.state, verdict.reason, verdict.path) == ("disabled", "policy", None)
    assert "site.yaml:2 refuses it: for a test; without that: " in verdict.sentence
    assert verdict.sentence.endswith(plain.verdict("block.mirror").sentence)
    assert "site.yaml:2 refuses it" in " ".join(gates.explain("block.mirror").split())
    others = [one for one in plain if plain.verdict(one) != gates.verdict(one)]
    assert all(gates.verdict(one).reason in {"policy", "needs"} for one in others)


def test_a_refusal_of_one_path_leaves_the_others(site: Site) -> None:
    gates = virtgate.release(
        "qemu",
        "8.2",
        policy=site("capabilities:\n" + _row("block.mirror", "refuse", None, "blockdev-mirror")),
    )
    assert gates.path("block.mirror") == "drive-mirror"
    assert (
        gates.verdict("block.mirror").reason == "upstream"
        or gates.verdict("block.mirror").reason == "release"
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.parent.name)
def test_an_allowance_of_everything_enables_risks_and_nothing_else(path: Path, site: Site) -> None:
    """Whatever stands in the file: a fork's way, and what is not there, stay as they are."""
    plain = virtgate.load(path)
    rows = "".join(_row(name, "allow") for name in plain)
    gates = virtgate.load(path, policy=site("capabilities:\n" + rows))
    for name in plain:
        was, now = plain.verdict(name), gates.verdict(name)
        if was.state == "enabled" and now.path == was.path:
            continue
        reasons = {one.name: one.reason for one in was.paths}
        for one in now.paths:
            if one.state == "enabled" and one.reason == "policy":
                assert Reason(reasons[one.name]) in RISKS
                assert "allows it until" in one.sentence
                assert "; without that: " in one.sentence
        if now.state != "enabled" and was.paths and now.reason not in {"needs", "policy"}:
            assert "which does not help here" in now.sentence
    risks = {str(one) for one in RISKS}
    able = [
        one for one in plain if plain.verdict(one).reason in risks and plain.verdict(one).state != "enabled"
    ]
    assert all(gates.verdict(one).reason in {"policy", "needs"} for one in able)


def test_an_allowance_that_is_over_does_nothing_and_says_so(site: Site) -> None:
    plain = virtgate.release("qemu", "10.2")
    name = next(one for one in plain if plain.verdict(one).reason == "unstable")
    over = virtgate.release("qemu", "10.2", policy=site("capabilities:\n" + _row(name, "allow", YESTERDAY)))
    assert (over.verdict(name).state, over.verdict(name).reason) == ("disabled", "unstable")
    assert f"allowed it until {YESTERDAY}, which is over" in over.verdict(name).sentence
    last = virtgate.release(
        "qemu", "10.2", policy=site("capabilities:\n" + _row(name, "allow", TODAY.isoformat()))
    )
    assert (last.verdict(name).state, last.verdict(name).reason) == ("enabled", "policy")
    assert plain.verdict(name).sentence in last.verdict(name).sentence


def test_a_refused_word_can_be_allowed_for_one_capability(site: Site) -> None:
    refused = virtgate.release("qemu", "8.2", policy=Policy(refuse="deprecated"))
    name = next(one for one in refused if "refuses deprecated" in refused.verdict(one).sentence)
    text = "refuse: deprecated\ncapabilities:\n" + _row(name, "allow")
    gates = virtgate.release("qemu", "8.2", policy=site(text))
    assert (gates.verdict(name).state, gates.verdict(name).reason) == ("enabled", "policy")
    assert "deprecated" in gates.verdict(name).sentence


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("capabilities:\n  block.mirror:\n    allow: because\n", "site.yaml:3: .*allows without an end"),
        ("capabilities:\n  block.mirror:\n    until: 2030-01-01\n", "neither 'refuse' nor 'allow'"),
        (
            "capabilities:\n  block.mirror:\n    allow: a\n    refuse: b\n    until: 2030-01-01\n",
            "has 'refuse' and 'allow'",
        ),
        ("capabilities:\n  block.mirror:\n    allow: a\n    until: soon\n", "allowed is YYYY-MM-DD"),
        ("capabilities:\n  block.mirror:\n    allow: a\n    until: 2030-02-30\n", "which is no day"),
        ("capabilities:\n  block.mirror:\n    refuse:\n", "must be text"),
        ("capabilities:\n  block.mirror:\n    refues: a\n", "unknown key 'refues'"),
        ("refuze: [deprecated]\n", "unknown key 'refuze'"),
        ("capabilities: [block.mirror]\n", "must be a mapping"),
        ("- a\n", "site.yaml:1: "),
        ("capabilities: {a: &b {refuse: x}}\n", "anchor"),
        ("capabilities:\n  a:\n    refuse: x\n  a:\n    refuse: y\n", "twice"),
        ("", "site.yaml:1: "),
    ],
)
def test_every_slip_in_the_file_is_told_with_its_line(site: Site, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        site(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("refuse: [everything]\n", "cannot refuse 'everything'"),
        ("allow: fork-only\n", "cannot allow 'fork-only'"),
        (
            "capabilities:\n  block.miror:\n    refuse: a\n",
            "site.yaml:2: no capability 'block.miror'; nearest: block",
        ),
        (
            "capabilities:\n  block.mirror:\n    refuse: a\n    paths: [mirror]\n",
            "site.yaml:2: block.mirror has no path 'mirror'; it has .*blockdev-mirror, drive-mirror",
        ),
    ],
)
def test_a_rule_that_would_do_nothing_is_wrong_usage(site: Site, text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        virtgate.release("qemu", "8.2", policy=site(text))


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="cannot read the policy"):
        Policy.from_file(tmp_path / "nowhere.yaml")
    assert main(["check", "block.mirror", "qemu=8.2", "--policy", str(tmp_path)]) == 2
    assert "cannot read the policy" in capsys.readouterr().err


def test_policies_of_other_rules_are_others(site: Site) -> None:
    one = site("capabilities:\n" + _row("block.mirror", "refuse"))
    assert one == site("capabilities:\n" + _row("block.mirror", "refuse"))
    assert one != site("capabilities:\n" + _row("block.mirror", "refuse", None))
    assert one != Policy()
    assert repr(one).endswith("1 rules)")


def test_the_command_line_takes_a_policy_and_adds_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("refuse: deprecated\ncapabilities:\n" + _row("block.mirror", "refuse", None))
    assert main(["check", "block.mirror", "qemu=8.2", "--policy", str(path), "--allow", "unstable"]) == 1
    assert "site.yaml:3 refuses it: for a test" in capsys.readouterr().out


def test_kept_answers_end_with_the_last_day(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from virtgate.driver import cache

    line = cache.take_print(f"day\t{LATER}")
    assert line == cache.take_print(line)
    assert cache.take_print(f"day\t{YESTERDAY}") != line.replace(LATER, YESTERDAY)
    assert "over" in cache.take_print(f"day\t{YESTERDAY}").split("\t")


def test_gates_of_a_policy_have_it(site: Site) -> None:
    policy = site("capabilities:\n" + _row("block.mirror", "refuse", None))
    gates: Gates = virtgate.release("qemu", "8.2", policy=policy)
    assert gates.policy == policy
