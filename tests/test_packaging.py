"""Our versions and comparisons say what the `packaging` project's do, once both are spelt in its way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version as Pep440

from virtgate.data import data_root, load_catalog
from virtgate.model import leaves
from virtgate.upstream.history import History
from virtgate.versions import (
    Constraint,
    Version,
    next_release,
    parse_linux,
    parse_qemu,
    parse_release,
    parse_xen,
)

STAGES = {"unstable": "dev0", "pre": "a0", "rc": "rc0"}


def spell(version: Version) -> str:
    """A version as PEP 440 writes it: QEMU's micro from 50 on is development, from 90 on a candidate."""
    if version.is_snapshot:
        micro = version.release[2]
        return f"{next_release(version)}{f'.dev{micro}' if micro < 90 else f'rc{micro - 90}'}"
    return f"{'.'.join(map(str, version.release))}{STAGES.get(version.pre, version.pre)}"


def specifiers(text: str) -> SpecifierSet:
    """A constraint as PEP 440 writes it, which compares a branch as a whole with `.*` or by the next one."""
    return SpecifierSet(",".join(map(translate, text.split(","))))


def translate(term: str) -> str:
    number = term.strip().lstrip("<>=! ")
    operator = term.strip().removesuffix(number).strip()
    parts = parse_release(number).branch_parts
    if number.count(".") + 1 != len(parts) or operator in {">=", "<"}:
        return operator + number
    following = ".".join(map(str, (*parts[:-1], parts[-1] + 1)))
    return {"==": f"=={number}.*", "!=": f"!={number}.*", "<=": f"<{following}", ">": f">={following}"}[
        operator
    ]


def typed() -> Iterator[str]:
    """Every comparison in the data."""
    catalog = load_catalog()
    for support in catalog.paths.values():
        for path in (path for paths in support.values() for path in paths):
            shapes = [path.when, path.usable, *(one.when for one in path.divergent)]
            for leaf in (leaf for shape in shapes for leaf in leaves(shape)):
                if leaf.kind in {"release", "kernel"}:
                    yield leaf.terms["name"]
                elif "kernels" in leaf.terms:
                    yield leaf.terms["kernels"]
    for edition in (one for editions in catalog.vocabularies.values() for one in editions):
        yield edition.drives
        yield from (terms["release"] for terms in edition.assumed.values() if "release" in terms)


@cache
def releases() -> tuple[Version, ...]:
    """Every release of every ledger."""
    folders = sorted(data_root().glob("matrix/*/ledger"))
    return tuple(version for folder in folders for version in History(folder).versions)


def test_every_comparison_of_the_data_accepts_the_same_releases() -> None:
    texts = sorted(set(typed()))
    assert len(texts) > 20
    assert len(releases()) > 200
    for text in texts:
        ours, theirs = Constraint.parse(text), specifiers(text)
        differing = [
            str(version)
            for version in releases()
            if not version.is_ambiguous
            and ours.accepts(version) != theirs.contains(spell(version.target_release), prereleases=True)
        ]
        assert differing == [], text


numbers = st.tuples(*[st.integers(0, 12)] * 3)
terms = st.tuples(st.sampled_from([">=", "<=", "==", "!=", ">", "<"]), numbers, st.integers(2, 3)).map(
    lambda told: told[0] + ".".join(map(str, told[1][: told[2]]))
)


@given(texts=st.lists(terms, min_size=1, max_size=3), number=numbers)
def test_any_comparison_accepts_the_same_releases(texts: list[str], number: tuple[int, ...]) -> None:
    text, version = ", ".join(texts), Version(release=number)
    assert Constraint.parse(text).accepts(version) == specifiers(text).contains(spell(version))


# Since 4.0 QEMU's majors have the minors 0, 1 and 2.
qemus = st.tuples(st.integers(4, 12), st.integers(0, 2), st.integers(0, 99)).map(
    lambda number: Version(release=number, product="qemu")
)


@given(one=qemus, other=qemus)
def test_qemus_numbers_stand_in_the_same_order(one: Version, other: Version) -> None:
    assert (one < other) == (Pep440(spell(one)) < Pep440(spell(other)))


@pytest.mark.parametrize(
    ("version", "spelt"),
    [
        (parse_qemu("9.1.50"), "9.2.0.dev50"),
        (parse_qemu("9.1.93"), "9.2.0rc3"),
        (parse_qemu("v9.2.0-rc1-12-gabcdef"), "9.2.0rc1"),
        (parse_xen("4.17.6-pre")[0], "4.17.6a0"),
        (parse_xen("3.1.4-xvm")[0], "3.1.4"),
        (parse_linux("6.8.0-rc3+")[0], "6.8.0rc3"),
    ],
)
def test_a_hypervisors_spelling_has_one_in_pep_440(version: Version, spelt: str) -> None:
    assert spell(version) == spelt
    assert str(Pep440(spelt)) == spelt


def test_who_judges_a_host_does_not_load_packaging() -> None:
    asked = "import sys, virtgate; virtgate.release('qemu', '9.0'); print('packaging' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
