"""Firecracker's ledger from made histories, and what the shipped one must hold."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from virtgate.driver.errors import DataError, TargetError
from virtgate.hypervisors.firecracker.harvest import harvest
from virtgate.hypervisors.firecracker.harvest.changelog import read_entries
from virtgate.hypervisors.firecracker.harvest.swagger import PATHS
from virtgate.model import Element
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "firecracker" / "ledger"
KINDS = ("api", "cli", "cpu-template", "documented", "jailer", "server", "snapshot-version")
MAIN, JAILER = "src/firecracker/src/main.rs", "src/jailer/src/main.rs"
PARSER = "src/utils/src/arg_parser.rs"


class Sandbox:
    """A repository made for a test, and a ledger folder."""

    def __init__(self, path: Path) -> None:
        self.path = path / "repository"
        self.ledger = path / "ledger"
        self.path.mkdir()
        self.git("init", "-q", "-b", "main")

    def commit(self, files: Mapping[str, str], *tags: str) -> str:
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")[:12]

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", "-C", self.path, *identity, *words],
            check=True,
            env=environment,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def harvest(self) -> None:
        harvest([self.path], self.ledger, lambda _text: None)

    def lines(self, kind: str) -> dict[str, str]:
        ledger = Ledger.read(self.ledger / f"{kind}.txt")
        assert (ledger.kind, ledger.problems()) == (kind, ())
        return {atom.written_name: atom.ranges for atom in ledger}

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.ledger.iterdir()}


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def swagger(types: Mapping[str, Mapping[str, Any]], operations: Mapping[str, str]) -> str:
    """An API file: types with their fields, and operations with the type that each takes."""
    paths: dict[str, dict[str, Any]] = {}
    for operation, taken in operations.items():
        method, path = operation.split()
        body = {"name": "body", "in": "body", "required": True, "schema": {"$ref": f"#/definitions/{taken}"}}
        responses = {"204": {"description": "done"}}
        paths.setdefault(path, {})[method.lower()] = {"parameters": [body], "responses": responses}
    definitions = {
        name: {"type": "object", "required": [], "properties": dict(fields)} for name, fields in types.items()
    }
    info = {"title": "Firecracker API", "version": "0.0.0"}
    return yaml.safe_dump({"swagger": "2.0", "info": info, "paths": paths, "definitions": definitions})


def list_plainly(text: str) -> Iterator[str]:
    """The operations and fields of an API file, by another way than virtgate's."""
    document = yaml.safe_load(text)
    for path, item in document["paths"].items():
        yield from (f"{method.upper()} {path}" for method in item)
    for name, told in document["definitions"].items():
        yield from (f"{name}.{field}" for field in told["properties"])


@pytest.mark.parametrize("seed", range(6))
def test_each_operation_and_field_has_the_tags_that_git_says(sandbox: Sandbox, seed: int) -> None:
    """On main and on branches that lack what main has, wherever the file lies, harvested in two goes."""
    dice = random.Random(seed)
    told: dict[str, set[str]] = {}

    def release(tag: str) -> None:
        types = {
            name: {f"f{at}": {"type": "string"} for at in range(6) if dice.random() < 0.7}
            for name in ("Drive", "Vm", "Logger")
        }
        operations = {f"PUT /{name.lower()}": name for name in types if dice.random() < 0.7}
        text = swagger(types, operations)
        for path in PATHS:
            (sandbox.path / path).unlink(missing_ok=True)
        sandbox.commit({dice.choice(PATHS): text}, tag)
        told[tag.removeprefix("v")] = set(list_plainly(text))

    for minor in range(3):
        release(f"v1.{minor}.0")
        sandbox.git("branch", f"firecracker-v1.{minor}")
    for minor in (0, 1):
        sandbox.git("checkout", "-q", "-f", f"firecracker-v1.{minor}")
        release(f"v1.{minor}.1")
    sandbox.harvest()
    sandbox.git("checkout", "-q", "-f", "main")
    release("v1.3.0")
    sandbox.harvest()
    history = History(sandbox.ledger)
    assert [str(one) for one in history.versions] == sorted(told)
    names = set().union(*told.values())
    for name in names:
        here = {
            release for release in told if history.has(Element(kind="api", name=name), parse_release(release))
        }
        assert here == {release for release, known in told.items() if name in known}, name
    once = sandbox.files()
    sandbox.harvest()
    assert sandbox.files() == once


def test_a_plan_beside_the_file_and_tags_of_no_release_do_not_count(sandbox: Sandbox) -> None:
    real, plan = swagger({"Vm": {}}, {"PUT /vm": "Vm"}), swagger({"Later": {}}, {})
    beta = "api/swagger/firecracker-beta.yaml"
    sandbox.commit({beta: real, "api/swagger/firecracker-v1.0.yaml": plan}, "v0.2.0")
    sandbox.commit({beta: plan}, "v0.3.0-dev", "v0.3-wip", "v0.2.0-nemo")
    sandbox.harvest()
    assert sandbox.lines("api") == {"PUT /vm": "0.2.0..", "PUT /vm.*": "0.2.0..", "Vm": "0.2.0.."}


def test_the_file_that_lost_an_indentation_is_read_and_another_fault_is_not(sandbox: Sandbox) -> None:
    good = (
        "swagger: '2.0'\npaths: {}\ndefinitions:\n  BootSource:\n    required:\n      - kernel_image_path\n"
        "    properties:\n      kernel_image_path:\n        type: string\n"
        "      boot_args:\n        type: string\n"
    )
    slipped = good.replace("      kernel_image_path:\n", "    kernel_image_path:\n").replace(
        "  kernel_image_path:\n        type", "  kernel_image_path:\n            type"
    )
    sandbox.commit({PATHS[2]: slipped}, "v0.10.0")
    sandbox.commit({PATHS[2]: good}, "v0.10.1")
    sandbox.harvest()
    assert sandbox.lines("api")["BootSource.kernel_image_path"] == "0.10.0.."
    sandbox.commit({PATHS[2]: good.replace("paths: {}", "paths: {")}, "v0.11.0")
    with pytest.raises(DataError, match=r"0\.11\.0: .*firecracker\.yaml"):
        sandbox.harvest()


def test_another_repository_is_refused(sandbox: Sandbox) -> None:
    sandbox.commit({"README.md": "other"}, "v1.0.0")
    with pytest.raises(TargetError, match="API file"):
        sandbox.harvest()


def test_what_the_file_or_the_changelog_calls_deprecated_carries_the_flag(sandbox: Sandbox) -> None:
    old = {"type": "string", "description": "This has been deprecated."}
    vsock, text = {"id": old, "cid": {"type": "string"}}, {"type": "string"}
    one = swagger({"Vsock": vsock, "Load": {"a": text, "b": {**text}}}, {"PUT /load": "Load"})
    sandbox.commit({PATHS[0]: one}, "v1.0.0")
    log = "# Changelog\n\n## \\[1.1.0\\]\n\n### Changed\n\n- [#1](https://x/1): Deprecated the `a` field of\n"
    sandbox.commit({"CHANGELOG.md": f"{log}  the `/load` API. Use `b` instead.\n- Fixed `b`.\n"}, "v1.1.0")
    two = swagger({"Vsock": vsock, "Load": {"b": text}}, {"PUT /load": "Load"})
    sandbox.commit({PATHS[0]: two}, "v1.2.0")
    sandbox.harvest()
    flags = {name: ranges for name, ranges in sandbox.lines("api").items() if "[" in name}
    assert flags == {"Load.a[deprecated]": "1.1.0..1.1", "Vsock.id[deprecated]": "1.0.0.."}
    assert sandbox.lines("documented") == {"Deprecated the `a` field of the `/load` API": "1.1.0..1.1"}


def test_the_changelog_tells_what_was_removed_and_ends_what_was_deprecated_before() -> None:
    text = (
        "## [Unreleased]\n\n- Removed `x`.\n\n## [1.2.0]\n\n### Removed\n\n- The `--old` option.\n\n"
        "## [1.1.0]\n\n### Deprecated\n\n- The `--old` option goes.\n\n## [1.0.0]\n\n- Added `y`.\n"
    )
    found = [(one.release, one.how, one.heading) for one in read_entries(text)]
    assert found == [
        ("1.2.0", "removed", "The `--old` option"),
        ("1.1.0", "deprecated", "The `--old` option goes"),
    ]


def test_options_are_read_from_either_parser(sandbox: Sandbox) -> None:
    clap = (
        'fn main() { App::new("firecracker").version(crate_version!())\n'
        '.arg(Arg::with_name("api_sock").long("api-sock").takes_value(true))\n'
        '.arg(Arg::with_name("jailed").long("jailed").help("x")) }\n'
    )
    own = (
        'const MMDS: &str = "metadata";\nfn main() { ArgParser::new()\n'
        '.arg(Argument::new("api-sock").takes_value(true))\n.arg(Argument::new(MMDS).takes_value(true))\n'
        '.arg(Argument::new("no-api").takes_value(false))\n'
        '.arg(Argument::new("version").takes_value(false)) }\n'
        '#[cfg(test)]\nmod tests { fn t() { Argument::new("made-up"); } }\n'
    )
    jailer = 'fn main() { ArgParser::new().arg(Argument::new("cgroup").allow_multiple(true)) }\n'
    parser = 'const HELP_ARG: &str = "--help";\nconst VERSION_ARG: &str = "--version";\n'
    api = swagger({"Vm": {}}, {})
    sandbox.commit({PATHS[3]: api, "src/main.rs": clap}, "v0.5.0")
    (sandbox.path / "src/main.rs").unlink()
    sandbox.commit({MAIN: own, JAILER: jailer, PARSER: parser}, "v1.0.0")
    sandbox.harvest()
    types = {atom.name: (atom.type, atom.ranges) for atom in Ledger.read(sandbox.ledger / "cli.txt")}
    assert types == {
        "--api-sock": ("value", "0.5.0.."),
        "--help": ("flag", "0.5.0.."),
        "--jailed": ("flag", "0.5.0..0.5"),
        "--metadata": ("value", "1.0.0.."),
        "--no-api": ("flag", "1.0.0.."),
        "--version": ("flag", "0.5.0.."),
    }
    assert sandbox.lines("jailer") == {"--cgroup": "1.0.0..", "--help": "1.0.0.."}


def test_the_shipped_ledger_has_what_upstream_has() -> None:
    """Each looked up by hand in the tags on both sides."""
    history = History(LEDGER)
    known = {
        ("api", "PUT /drives/{drive_id}"): ("0.1.0", None),
        ("api", "Drive.io_engine"): ("1.0.0", None),
        ("api", "MachineConfiguration.smt"): ("1.0.0", None),
        ("api", "MachineConfiguration.ht_enabled"): ("0.4.0", "0.25.2"),
        ("api", "PUT /snapshot/create"): ("0.23.0", None),
        ("api", "SnapshotCreateParams.version"): ("0.23.0", "1.5.1"),
        ("api", "PUT /pmem/{id}"): ("1.14.0", None),
        ("api", "NetworkInterface.mtu"): ("1.16.0", None),
        ("api", "BootSource.kernel_image_path"): ("0.10.0", None),
        ("cli", "--enable-pci"): ("1.13.0", None),
        ("jailer", "--new-pid-ns"): ("0.25.0", None),
        ("cpu-template", "V1N1"): ("1.4.0", None),
        ("snapshot-version", "4.0.0"): ("1.10.1", "1.10.1"),
    }
    for (kind, name), (first, last) in known.items():
        mask = history.mask(Element(kind=kind, name=name)) or 0
        ends = history.first_in(mask), history.last_in(mask)
        assert (str(ends[0]), str(ends[1])) == (first, last or str(history.last)), name


def test_every_ledger_of_it_is_in_order() -> None:
    assert {path.stem for path in LEDGER.glob("*.txt")} - {"releases", "commits"} == set(KINDS)
    for kind in KINDS:
        assert not Ledger.read(LEDGER / f"{kind}.txt").problems()
