"""What real hosts call themselves: who built each is known, or nobody claims it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from hostmaker import ROOT
from virtgate.data import Catalog, load_catalog
from virtgate.facts import Facts
from virtgate.match import match_host
from virtgate.model import Host
from virtgate.upstream.history import History

TABLES = sorted((ROOT / "tests" / "strings").glob("*.tsv"))


@cache
def catalog() -> Catalog:
    return load_catalog(str(ROOT))


@cache
def history(hypervisor: str) -> History:
    return History(ROOT / "matrix" / hypervisor / "ledger")


def answers_of(hypervisor: str, string: str) -> dict[str, Any]:
    """What a host answers that says this: a banner, a kernel's release, or fields as `name=value; ...`."""
    if hypervisor == "qemu":
        return {"--version": string}
    if hypervisor == "kvm":
        return {"uname": {"release": string, "sysname": "Linux"}}
    fields = dict(field.split("=", 1) for field in string.split("; "))
    if hypervisor == "xapi":
        return {"xapi host": {"software_version": fields}}
    return {{"xen": "xl info", "xend": "xend node"}[hypervisor]: fields}


def matched(hypervisor: str, string: str) -> Host:
    answers = {asked: {"return": said} for asked, said in answers_of(hypervisor, string).items()}
    facts = Facts(hypervisor=hypervisor, target="made", via="binary", answers=answers)
    return match_host(facts, catalog(), history(hypervisor))


def rows() -> list[tuple[str, ...]]:
    lines = (line for path in TABLES for line in path.read_text(encoding="utf-8").splitlines())
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_a_string_of_a_real_host_tells_what_it_is(row: tuple[str, ...]) -> None:
    hypervisor, string, *expected, _where = row
    host = matched(hypervisor, string)
    found = (host.version, host.release, host.downstream, host.evr, host.kind)
    assert [one or "-" for one in found] == expected


def test_every_string_says_where_it_was_seen_and_stands_once() -> None:
    known = rows()
    assert all(len(row) == 8 and row[7].strip() for row in known)
    assert len({row[:2] for row in known}) == len(known) >= 300


@pytest.mark.parametrize("row", [row for row in rows() if row[0] == "kvm"], ids=lambda row: row[1])
def test_a_name_with_something_added_is_not_its_owners(row: tuple[str, ...]) -> None:
    """Whoever built it again has his own name in it, somewhere: behind it is nobody's that is known."""
    assert matched("kvm", f"{row[1]} mine").kind == "unproven"
