"""The reviewed data become one catalog, whatever the order of the files, and the schemas say the same."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import virtgate
from virtgate.conditions import KINDS
from virtgate.data import Catalog, data_files, data_root, load_catalog, read_catalog
from virtgate.data.check import evidence_problem
from virtgate.data.distributions import read_distributions
from virtgate.data.downstreams import read_downstreams
from virtgate.data.forms import make_validator
from virtgate.data.records import read_capabilities, read_support, read_upstream
from virtgate.data.taking import Desk
from virtgate.data.vocabularies import read_vocabularies
from virtgate.data.yaml import Block, Problem, Row, Text, read
from virtgate.driver.errors import DataError

REJECTED = Path(__file__).parent / "rejected"
SCHEMAS = sorted(Path(virtgate.__file__).with_name("schemas").glob("*.json"))
BASE = REJECTED / "_base"
# What a schema cannot refuse by nature, by what it does not see.
BEYOND_SCHEMA = {
    "how a value was written": "alias anchor duplicate-key nested-too-deep tag",
    "what YAML 1.1 would make of it": "date-without-quotes number-in-base-60 words-for-flags",
    "its own file's name": "area-in-another-file support-in-another-areas-file wrong-folder",
    "the order of keys, and other keys": """
        id-of-another-area ids-out-of-order needs-itself title-of-another two-paths-of-one-name
        backport-without-a-version former-id-of-two former-id-that-is-a-capability
        former-id-that-is-needed downstream-that-nothing-tells alias-on-two-capabilities
        paths-that-no-host-tells-apart uses-of-no-command""",
    "other files": """
        exception-of-no-rule exception-of-nothing exceptions-fewer-than-allowed
        successor-of-another-hypervisor
        backport-of-nothing circle-of-needs fork-only-by-typo no-hypervisor-has-it unknown-capability
        unknown-downstream unknown-fork unknown-hypervisor unknown-need unknown-repository
        unknown-successor""",
    "ledgers": """
        elements-that-are-upstreams marker-that-is-upstreams
        deprecated-without-successor ended-without-successor fork-that-upstream-merged
        successor-that-ended-first
        deprecated-that-the-ledger-flags never-together no-such-argument no-such-branch no-such-command
        no-such-release
        nothing-tells-since-when removed-too-far-ahead since-after-the-ledger since-before-the-ledger
        since-that-the-ledger-tells unknown-kvm-capability unknown-kvm-capability-in-a-list
        until-a-release-not-yet-made""",
    "the order of versions": """
        distribution-ships-no-release
        deprecated-after-its-end divergent-ends-before-it-starts divergent-ends-before-it-starts-by-deb
        until-before-since""",
    "what its own file says of a repository": "since-by-a-forks-commit",
    "whose name it is, or was": "name-of-a-downstream old-key",
    "a grammar with words of its own": """
        broken-in-no-range condition-of-another-hypervisor divergent-with-three-dots divergent-without-a-range
        area-that-tells-nothing element-that-cannot-be-read id-in-another-word
        pattern-that-does-not-compile rests-on-what-is-missing
        uses-that-cannot-be-read versions-without-evr""",
}


class EditorLoader(yaml.SafeLoader):
    """YAML as an editor reads it: 1.2's numbers and flags, no dates."""


EditorLoader.yaml_implicit_resolvers = {}
for kind, pattern, first in (
    ("null", "~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", "[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{pattern})$"), first)


def editor_value(text: bytes) -> Any:
    return yaml.load(text, EditorLoader)


def schema_of(value: Any, name: str) -> str:
    """The schema that a file's first line would name: by what it holds, or else by its place."""
    keys = value if isinstance(value, dict) else {}
    kinds = ("capabilities", "support", "downstreams", "distributions", "moves", "exceptions")
    held = next((kind for kind in kinds if kind in keys), None)
    if held or Path(name).stem in {"upstream", "vocabularies", *kinds}:
        return held or Path(name).stem
    return "capabilities" if name.startswith("capabilities/") else "support"


def errors_of(value: Any, name: str) -> list[str]:
    return [error.message for error in make_validator(schema_of(value, name)).iter_errors(value)]


def rejected_files() -> Iterator[tuple[str, str, bytes]]:
    for case in sorted(REJECTED.glob("*.yaml")):
        content = case.read_bytes()
        yield case.stem, content.split(b"\n", 1)[0].decode().removeprefix("# file: "), content


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_a_schema_is_a_schema(file: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(file.read_text(encoding="utf-8")))


def test_the_schema_knows_every_condition() -> None:
    properties = json.loads(SCHEMAS[0].with_name("condition.json").read_text(encoding="utf-8"))["properties"]
    assert set(properties) == {*KINDS, "all", "any", "not"}
    for name, kind in KINDS.items():
        form = properties[name]
        if "$ref" in form:
            assert kind.keys == ("name",)
        else:
            assert form.get("required", []) == list(kind.keys)
            assert list(form["properties"]) == [*kind.keys, *kind.optional]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping or list of a file's values, with each key or position in it."""
    if isinstance(value, (Block, Row)):
        for at in list(value) if isinstance(value, Block) else range(len(value)):
            yield value, at
            yield from places(value[at])


def wrong(value: Any) -> Iterator[Any]:
    """Values of other types."""
    for made in (Text(""), Text("x"), Row(), Block(), Row([Block()]), Block({Text("x"): Text("x")})):
        made.line = value.line
        yield made


# A file of each kind with every key that it may have.
WHOLE = {
    "capabilities": "{area: a, capabilities: {a.b: {title: A title, needs: [a.c], formerly: [a.d]}}}",
    "support": """
        hypervisor: qemu
        support:
          a.b:
          - path: p
            when: {all: [{command: x}, {not: {any: [{event: [a, b]}, {arch: [x, y]}]}}]}
            usable: {returns: {query: q, member: m, is: [a]}, op: {op: o, args: [a], sends: [b]}}
            uses: [a]
            aliases: {libvirt: [a]}
            upstream: stable
            fork: f
            since: {release: r, evidence: [q@0123456789], accepted: 2020-01-01}
            until: {release: r, evidence: q@0123456789}
            divergent: [{when: {command: x}, in: d, releases: [a..b], differs: so, evidence: [q@0123456789]}]
            broken: [{releases: a..b, fixed: c, witness: {kvm: {cap: c, bits: 4}}, packages: {debian: v},
              evidence: [q@0123456789]}]
            deprecated: {since: r, removed: r, evidence: [q@0123456789]}
            successor: none
            marker: none
            optional: {option: o, since: r, evidence: [q@0123456789]}
            unconditional: [q@0123456789]
            evidence: [q@0123456789]""",
    "upstream": """
        hypervisor: h
        title: t
        upstream: u
        accepted: [q]
        repositories: {q: {url: u, where: w}}
        unstable-prefix: x-
        package: [p]
        snapshots: {a: {from: 2020-01-01, until: 2020-01-02, evidence: [q@0123456789]}}
        unconditional: {op: [q@0123456789]}""",
    "downstreams": """
        hypervisor: h
        downstreams:
          d:
            kind: product
            title: t
            package: [p]
            markers: [{command: x}]
            elements: [{command: x}]
            os-release: {ID: [d]}
            versions: deb
            machines: [m]
            packages: {m: p}
            backports: [{capability: a.b, path: p, from: v, evidence: [q@0123456789]}]
            builds: [{paths: [a.b], releases: [a..b], because: so, evidence: [q@0123456789]}]
            denies: [{paths: [a.b], because: so, evidence: [q@0123456789]}]
            driver: d
            says: {x: [y]}
            notes: n
            evidence: [q@0123456789]""",
    "vocabularies": """
        hypervisor: h
        vocabularies:
          w:
          - {edition: 1.0.0, drives: '>=1.0', new: [a, b]}
          - {edition: 1.1.0, drives: '>=1.0', new: [c], gone: [a], seen: [b], by: {b: p}, unless: {b: c},
             assumed: {b: {arch: [x], release: '>=1.0'}}}""",
    "distributions": """
        hypervisor: h
        distributions:
          d:
            title: t
            releases:
            - {release: r, ships: s, first: f, until: 2020-01-01, extended: 2021-01-01, evidence: e}""",
}
READERS = {
    "capabilities": read_capabilities,
    "support": read_support,
    "upstream": read_upstream,
    "downstreams": read_downstreams,
    "vocabularies": read_vocabularies,
    "distributions": read_distributions,
}


def say_what_is_wrong(kind: str, block: Block) -> tuple[set[str], list[Problem]]:
    """Which of a schema's keywords find the file's types and keys wrong, and what its reader refuses."""
    errors = [
        one
        for one in make_validator(kind).iter_errors(block)
        if not {"x-told-by", "x-problem"} & one.schema.keys()
    ]
    found: list[Problem] = []
    READERS[kind](Desk("made.yaml", found), block)
    return {
        one.validator for one in errors if "x-allowed" not in one.schema or one.validator == "type"
    }, found


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_takes_every_key_of_the_schema_and_refuses_what_it_refuses(kind: str) -> None:
    block = read(textwrap.dedent(WHOLE[kind]), "made.yaml", [])
    assert block is not None
    assert say_what_is_wrong(kind, block) == (set(), [])
    for inside, at in list(places(block)):
        kept = inside[at]
        for value in wrong(kept):
            inside[at] = value
            told, found = say_what_is_wrong(kind, block)
            assert found or not told, (at, value, told)
        inside[at] = kept
        if isinstance(inside, Block):
            del inside[at]
            told, found = say_what_is_wrong(kind, block)
            assert found or not told, (at, told)
            inside[at] = kept


def test_whoever_only_reads_does_not_load_jsonschema() -> None:
    asked = "import sys, virtgate.data; virtgate.data.load_catalog(); print('jsonschema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("file", data_files(data_root()), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_shipped_file_is_what_its_schema_allows(file: Path) -> None:
    name = file.relative_to(data_root()).as_posix()
    content = file.read_bytes()
    value = editor_value(content)
    assert errors_of(value, name) == []
    first = content.split(b"\n", 1)[0].decode()
    up = "../" * name.count("/")
    expected = f"# yaml-language-server: $schema={up}engine/virtgate/schemas/{schema_of(value, name)}.json"
    assert first == expected


def test_an_editor_refuses_what_a_schema_can_refuse() -> None:
    accepted = set()
    for case, name, content in rejected_files():
        try:
            value = editor_value(content)
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if not errors_of(value, name):
            accepted.add(case)
    assert sorted(accepted) == sorted(" ".join(BEYOND_SCHEMA.values()).split())


@settings(max_examples=20, deadline=None)
@given(seed=st.integers())
def test_a_catalog_does_not_depend_on_the_order_of_files(seed: int) -> None:
    files = list(data_files(BASE))
    random.Random(seed).shuffle(files)
    found: list[Problem] = []
    assert read_catalog(BASE, found, files) == read_catalog(BASE, found)
    assert found == []


def test_the_shipped_catalog_does_not_depend_on_the_order_of_files() -> None:
    root = data_root()
    found: list[Problem] = []
    one = read_catalog(root, found)
    other = read_catalog(root, found, reversed(data_files(root)))
    assert one == other
    assert list(one.capabilities) == list(other.capabilities)
    assert {key: list(table) for key, table in one.paths.items()} == {
        key: list(table) for key, table in other.paths.items()
    }
    assert found == []


def test_problems_do_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "matrix" / "qemu").mkdir(parents=True)
    (tmp_path / "capabilities" / "net.yaml").write_text(
        "area: net\ncapabilities:\n  net.a: {needs: [net.b]}\n"
    )
    (tmp_path / "matrix" / "qemu" / "net.yaml").write_text(
        "hypervisor: qemu\nsupport:\n  net.c: [{path: x}]\n"
    )
    files = data_files(tmp_path)
    one: list[Problem] = []
    other: list[Problem] = []
    read_catalog(tmp_path, one, files)
    read_catalog(tmp_path, other, reversed(files))
    assert sorted(one) == sorted(other)
    assert len(one) == 5


def test_a_catalog_cannot_be_changed() -> None:
    catalog = load_catalog(str(BASE))
    for mapping in (catalog.capabilities, catalog.paths, catalog.paths["qemu"], catalog.downstreams["qemu"]):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]


def test_paths_stand_in_the_order_of_the_file() -> None:
    catalog = load_catalog(str(BASE))
    assert [path.name for path in catalog.paths_of("qemu", "block.mirror")] == [
        "blockdev-mirror",
        "drive-mirror",
    ]
    assert catalog.paths_of("qemu", "net.hot-plug") == ()
    assert catalog.ids("xend") == ("net.hot-plug", "net.hot-unplug")
    assert catalog.ids("bhyve") == ()


def test_loading_stops_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "matrix").mkdir()
    (tmp_path / "capabilities" / "net.yaml").write_text(
        "area: net\ncapabilities:\n  net.a: {titel: x, needs: net.b}\n"
    )
    with pytest.raises(DataError) as caught:
        load_catalog(str(tmp_path))
    assert len(caught.value.problems) == 3
    assert all(text.startswith("capabilities/net.yaml:3: ") for text in caught.value.problems)


def test_an_unreadable_file_does_not_make_others_wrong(tmp_path: Path) -> None:
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "matrix" / "qemu").mkdir(parents=True)
    (tmp_path / "capabilities" / "net.yaml").write_text("[")
    (tmp_path / "matrix" / "qemu" / "upstream.yaml").write_text("a: *b")
    (tmp_path / "matrix" / "qemu" / "net.yaml").write_text(
        "hypervisor: qemu\nsupport:\n  net.a: [{path: x, when: {command: x}}]\n"
    )
    found: list[Problem] = []
    catalog = read_catalog(tmp_path, found)
    assert [one.file for one in sorted(found)] == ["capabilities/net.yaml", "matrix/qemu/upstream.yaml"]
    assert isinstance(catalog, Catalog)


def test_no_data_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folders"):
        data_root(str(tmp_path))


@given(hash_=st.text("0123456789abcdef", min_size=10, max_size=40))
def test_a_commit_of_a_declared_repository_is_evidence(hash_: str) -> None:
    assert evidence_problem(f"qemu@{hash_}", {"qemu"}) is None
    assert evidence_problem(f"xen@{hash_}", {"qemu"}) is not None
    assert evidence_problem(hash_, {"qemu"}) is not None


@given(text=st.text(max_size=60))
def test_any_text_as_evidence_gets_an_answer(text: str) -> None:
    wrong = evidence_problem(text, {"qemu"})
    assert wrong is None or f"'{text}'" in wrong[0]
