"""What real hosts call themselves: who built each is known, or nobody claims it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import yaml

from hostmaker import ROOT, decide_host
from virtgate.ask.opened import open_catalog
from virtgate.data import Catalog
from virtgate.decide.builder import build_option
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History
from virtgate.versions import parse_banner

TABLES = sorted((ROOT / "tests" / "strings").glob("*.tsv"))


@cache
def catalog() -> Catalog:
    return open_catalog(None)


@cache
def history(hypervisor: str) -> History:
    return History(ROOT / "matrix" / hypervisor / "ledger")


def banner_of(string: str) -> str:
    """What `--version` prints, for a package's name and for a program without a package string too."""
    if string.startswith("/"):
        return "QEMU emulator version 9.1.0"
    if match := re.match(r"package (\S*?-(\d[^-]*)-\S+)$", string):
        return f"QEMU emulator version {match[2]} ({match[1]})"
    return string


def package_of(hypervisor: str, string: str) -> str:
    if hypervisor == "libvirt":
        return string.partition(", package: ")[2]
    return parse_banner(banner_of(string)).package or "" if hypervisor == "qemu" else string


def answers_of(hypervisor: str, string: str) -> dict[str, Any]:
    """What a host answers that says this: a banner, a kernel's release, or fields as `name=value; ...`."""
    if hypervisor == "qemu":
        return {"--version": banner_of(string)}
    if hypervisor == "libvirt":
        version, _, package = string.partition(", package: ")
        return {"libvirt library": {"version": version, "package": package}}
    if hypervisor == "kvm":
        return {"uname": {"release": string, "sysname": "Linux"}}
    fields = dict(field.split("=", 1) for field in string.split("; "))
    if hypervisor == "xapi":
        return {"xapi host": {"software_version": fields}}
    return {{"xen": "xl info", "xend": "xend node"}[hypervisor]: fields}


def facts_of(hypervisor: str, string: str) -> Facts:
    answers = {asked: {"return": said} for asked, said in answers_of(hypervisor, string).items()}
    target = string if string.startswith("/") else "made"
    return Facts(hypervisor=hypervisor, target=target, via="binary", answers=answers)


def matched(hypervisor: str, string: str) -> Host:
    return match_host(facts_of(hypervisor, string), catalog(), history(hypervisor))


def rows() -> list[tuple[str, ...]]:
    lines = (line for path in TABLES for line in path.read_text(encoding="utf-8").splitlines())
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_a_string_of_a_real_host_tells_what_it_is(row: tuple[str, ...]) -> None:
    hypervisor, string, *expected, _where = row
    host = matched(hypervisor, string)
    found = (host.version, host.release, host.downstream, host.evr, host.kind)
    assert [one or "-" for one in found] == expected


def patterns() -> list[tuple[str, str, str]]:
    """Each pattern of a package string; `says` for a builder who is told by something else."""
    found = []
    for hypervisor in ("kvm", "libvirt", "qemu"):
        text = (ROOT / "matrix" / hypervisor / "downstreams.yaml").read_text(encoding="utf-8")
        for key, entry in yaml.safe_load(text)["downstreams"].items():
            found += [(hypervisor, key, pattern) for pattern in entry.get("package", [])]
            found += [(hypervisor, key, "says")] * ("says" in entry)
    return found


@pytest.mark.parametrize("pattern", patterns(), ids=" ".join)
def test_no_pattern_stands_without_a_string_that_somebody_saw(pattern: tuple[str, str, str]) -> None:
    hypervisor, key, expression = pattern
    theirs = [row[1] for row in rows() if row[0] == hypervisor and row[4] == key]
    if expression != "says":
        theirs = [string for string in theirs if re.search(expression, package_of(hypervisor, string))]
    assert theirs


def test_every_string_says_where_it_was_seen_and_stands_once() -> None:
    known = rows()
    assert all(len(row) == 8 and row[7].strip() for row in known)
    assert len({row[:2] for row in known}) == len(known) >= 300


@pytest.mark.parametrize("row", [row for row in rows() if row[0] == "kvm"], ids=lambda row: row[1])
def test_a_name_with_something_added_is_not_its_owners(row: tuple[str, ...]) -> None:
    """Whoever built it again has his own name in it, somewhere: behind it is nobody's that is known."""
    assert matched("kvm", f"{row[1]} mine").kind == "unproven"


DISTRIBUTIONS = [row for row in rows() if row[0] == "qemu" and row[6] == "distribution"]


@pytest.mark.parametrize("row", DISTRIBUTIONS, ids=lambda row: row[1])
def test_what_a_build_can_leave_out_unseen_is_enabled_by_its_builders_word_only(row: tuple[str, ...]) -> None:
    """Of such a host nothing is known but its name: what no probe sees, its release has."""
    facts = facts_of("qemu", row[1])
    decided = decide_host(facts, ROOT)
    for gate in decided.decisions.values():
        for one in gate.paths:
            if one.reason == "release" and build_option(one.path, one.standing, history("qemu"), None):
                assert one.claim is not None and not one.case.denied, f"{gate.capability} {one.path.name}"
