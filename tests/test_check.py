"""`check`: the answer from the cache is the answer that the parser's way gives, in every form."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

import virtgate.cli
from outputs import validate
from virtgate.cli import main
from virtgate.driver import cache
from virtgate.driver.policy import Policy

TARGET = "/usr/bin/true"
STATES = {"a.on": "enabled", "a.off": "disabled", "a.dim": "unknown"}
FORMS = [[], ["--quiet"], ["--json"], ["--exit-unknown"], ["--json", "-q"], ["--quiet", "--exit-unknown"]]


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is in the cache, for three policies and accelerators."""
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path))
    blocks = [f"{name}\t{state}\tupstream\t\tnull\ttitle\t\tbecause" for name, state in STATES.items()]
    prints = cache.take_prints([("kernel", "-")])
    for refuse, accel in (((), None), (("deprecated",), None), ((), "tcg")):
        key = cache.Key(TARGET, accel, None, str(Policy(refuse=refuse)), None)
        host = [("target", TARGET)]
        cache.write_answers(key, cache.Answers(host=host, gates=blocks, fingerprint=prints, key=key))


@pytest.mark.parametrize(
    ("form", "more"),
    list(
        itertools.product(
            FORMS, [[], ["--refuse", "deprecated"], ["--refuse=deprecated"], ["--accel", "tcg"]]
        )
    ),
    ids=str,
)
def test_both_ways_say_the_same(
    form: list[str], more: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in STATES:
        words = ["check", *form, name, *more, TARGET]
        assert virtgate.cli._part_check(words) is not None
        quick = main(words), capsys.readouterr().out
        with monkeypatch.context() as patch:
            patch.setattr(virtgate.cli, "_check_cached", lambda _words: None)
            assert (main(words), capsys.readouterr().out) == quick
        if "--json" in form:
            validate("check", json.loads(quick[1]))
        elif "--quiet" in form:
            assert quick[1] == ""


@pytest.mark.parametrize(("name", "status"), [("a.on", 0), ("a.off", 1), ("a.dim", 3)])
def test_unknown_has_a_status_of_its_own_where_it_is_wanted(name: str, status: int) -> None:
    assert main(["check", "--exit-unknown", name, TARGET]) == status
    assert main(["check", name, TARGET]) == min(status, 1)


def test_a_host_that_cannot_be_asked_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ([], ["--json"], ["--quiet"]):
        words = ["check", *form, "block.mirror", "/nonexistent/qemu-system-x86_64"]
        assert main(words) == 1
        assert main([*words, "--exit-unknown"]) == 3
    capsys.readouterr()


def test_what_is_wrong_usage_stays_so(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--refuse", "x"], ["--refuse"], ["--accel", "xen"], ["--nothing"]):
        assert main(["check", "a.on", TARGET, *words]) == 2
    assert main(["check", "a.onn", TARGET]) == 2
    assert "nearest: a.on" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["check", "explain"])
def test_capital_letters_are_a_near_miss(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "BLOCK.MIRROR", "--release", "qemu=8.2"]) == 2
    assert "nearest: block.mirror" in capsys.readouterr().err


def test_what_is_only_shown_is_found_in_any_letters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "BLOCK.MIRROR"]) == 0
    assert capsys.readouterr().out.startswith("block.mirror: ")


def test_an_empty_day_is_no_day(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--release", "qemu=8.2"], [TARGET]):
        assert main(["check", "block.mirror", *words, "--as-of", ""]) == 2
        assert "YYYY-MM-DD" in capsys.readouterr().err
