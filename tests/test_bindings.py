"""Bindings compile, run and branch in every language, are formatted as it is, and refuse a slip of the pen.

Each language has a driver in `examples/`, which is built beside its bindings in a folder of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import virtgate
from test_serve import serving
from virtgate.ask.opened import open_catalog
from virtgate.bindings import LANGUAGES, render_bindings
from virtgate.bindings.content import each_area, gather_content
from virtgate.cli import main
from virtgate.faces.documents import failed_document, gates_document, targets_document

ROOT = Path(__file__).parents[1]
Require = Callable[[object, str], None]
# One release for each branch of the drivers.
RELEASES = ("10.2", "2.8", "1.3", "1.2")


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a driver is built and run."""

    tools: tuple[str, ...]
    bindings: str  # where they go
    source: str
    build: tuple[str, ...]
    run: tuple[str, ...]
    format: tuple[str, ...]  # prints the bindings as the language's formatter has them
    slips: tuple[tuple[str, str], ...]  # a text of the driver, and what is typed instead


# Formatters that are Python packages are beside the interpreter.
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
# TypeScript, Prettier and Node's types, where npm has put them.
NODE = os.environ.get("VIRTGATE_NODE_TOOLS", "")
HOW = {
    "perl": Language(
        tools=("perl", "perltidy"),
        bindings="Virtgate.pm",
        source="copier.pl",
        build=("perl", "-wc", "copier.pl"),
        run=("perl", "-w", "copier.pl"),
        format=("perltidy", "--standard-output", "--no-profile", "Virtgate.pm"),
        slips=(
            ("(Virtgate::Block::MIRROR_COPY_MODE)", "(Virtgate::Block::MIROR_COPY_MODE)"),
            ("Virtgate::Block::MIRROR_VIA_DRIVE_MIRROR", "Virtgate::Block::MIRROR_VIA_DRIVE_MIROR"),
        ),
    ),
    "python": Language(
        tools=(),
        bindings="virtgate_bindings.py",
        source="copier.py",
        build=(sys.executable, "-m", "mypy", "--strict", "copier.py"),
        run=(sys.executable, "-W", "error", "copier.py"),
        format=("sh", "-c", 'ruff format --isolated --line-length=88 - <"$0"', "virtgate_bindings.py"),
        slips=(
            ("block.MIRROR_COPY_MODE", "block.MIROR_COPY_MODE"),
            ("block.MIRROR_COPY_MODE", '"block.mirror.copy-mode"'),
            ('case "drive-mirror"', 'case "drive-miror"'),
            ("verdict['reason']", "verdict['raeson']"),
        ),
    ),
    "rust": Language(
        tools=("rustc", "rustfmt"),
        bindings="src/virtgate.rs",
        source="src/main.rs",
        build=("rustc", "--edition=2021", "-Dwarnings", "-o", "copier", "src/main.rs"),
        run=("./copier",),
        format=("sh", "-c", 'rustfmt --edition=2021 <"$0"', "src/virtgate.rs"),
        slips=(
            ("block::MIRROR_COPY_MODE", "block::MIROR_COPY_MODE"),
            ("block::Mirror::DriveMirror", "block::Mirror::DriveMiror"),
            ("block::MIRROR_COPY_MODE", '"block.mirror.copy-mode"'),
            ("        Some(block::Mirror::Unlisted) =>", "        Some(block::Commit::Unlisted) =>"),
        ),
    ),
    "typescript": Language(
        tools=("node", f"{NODE}/node_modules/.bin/tsc"),
        bindings="virtgate.ts",
        source="copier.ts",
        build=("node_modules/.bin/tsc",),
        run=("node", "copier.js"),
        format=("node_modules/.bin/prettier", "virtgate.ts"),
        slips=(
            ("block.mirror.copy-mode", "block.miror.copy-mode"),
            ('case "drive-mirror"', 'case "drive-miror"'),
            ('    case "drive-mirror":\n', ""),
            ("verdict?.reason", "verdict?.raeson"),
        ),
    ),
    "c": Language(
        tools=("cc", "clang-format"),
        bindings="virtgate.h",
        source="copier.c",
        build=(
            *(
                "cc",
                "-std=c11",
                "-D_POSIX_C_SOURCE=200809L",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Wconversion",
            ),
            *("-Werror", "-g", "-fsanitize=address,undefined", "-o", "copier", "copier.c"),
        ),
        run=("./copier",),
        format=("clang-format", "virtgate.h"),
        slips=(
            ("VG_BLOCK_MIRROR_COPY_MODE", "VG_BLOCK_MIROR_COPY_MODE"),
            ("VG_BLOCK_MIRROR_VIA_DRIVE_MIRROR", "VG_BLOCK_MIRROR_VIA_DRIVE_MIROR"),
            ("VG_BLOCK_MIRROR_COPY_MODE", '"block.mirror.copy-mode"'),
            ("(gates, VG_BLOCK_MIRROR_COPY_MODE", "(gates, VG_BLOCK_MIRROR_VIA_DRIVE_MIRROR"),
        ),
    ),
    "go": Language(
        tools=("go",),
        bindings="virtgate/virtgate.go",
        source="copier.go",
        build=("go", "build", "-o", "copier", "."),
        run=("./copier",),
        format=("gofmt", "virtgate/virtgate.go"),
        slips=(
            ("virtgate.BlockMirrorCopyMode", "virtgate.BlockMirorCopyMode"),
            ("virtgate.BlockMirrorViaDriveMirror", "virtgate.BlockMirrorViaDriveMiror"),
            ("virtgate.BlockMirrorCopyMode", '"block.mirror.copy-mode"'),
            ("case virtgate.BlockMirrorViaDriveMirror", 'case "drive-miror"'),
        ),
    ),
}


def run(words: Sequence[str], folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder, without a network."""
    environment = {**os.environ, "PATH": PATH, "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    return subprocess.run(
        [*words, *more], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def prepare(language: str, folder: Path) -> Path:
    """A driver's folder as its developer has it."""
    shutil.copytree(ROOT / "examples" / language, folder, dirs_exist_ok=True)
    place = folder / HOW[language].bindings
    place.parent.mkdir(exist_ok=True)
    place.write_text(render_bindings(language, ["qemu"]), encoding="utf-8")
    if NODE:
        (folder / "node_modules").symlink_to(f"{NODE}/node_modules")
    return folder


@pytest.fixture(params=HOW, scope="module")
def language(request: pytest.FixtureRequest, require: Require) -> str:
    name: str = request.param
    for tool in HOW[name].tools:
        require(shutil.which(tool, path=PATH), f"there is no {tool}")
    return name


@pytest.fixture(scope="module")
def driver(language: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A driver that has been built."""
    folder = prepare(language, tmp_path_factory.mktemp(language))
    built = run(HOW[language].build, folder)
    assert built.returncode == 0, built.stderr + built.stdout
    return folder


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of `gates --json` for each release."""
    folder = tmp_path_factory.mktemp("documents")
    for release in RELEASES:
        gates = release_gates(release)
        # A part of a document is one; Perl's own reader takes 0.3 s for all of it.
        verdicts = (gates.verdict(name) for name in gates if name.startswith("block."))
        document = gates_document(gates, verdicts, f"qemu={release}")
        (folder / release).write_text(json.dumps(document), encoding="utf-8")
    return {release: folder / release for release in RELEASES}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server of all releases, by its two addresses."""
    folder = tmp_path_factory.mktemp("server")
    local = f"unix:{folder / 'socket'}"
    hosts = [f"qemu={release}" for release in RELEASES]
    with serving("--listen", local, *hosts, folder=folder) as running:
        yield local, running.base.replace("http://", "tcp:")


@cache
def release_gates(release: str) -> virtgate.Gates:
    return virtgate.release("qemu", release)


def expect(release: str, done: subprocess.CompletedProcess[str]) -> None:
    """Holds what a driver said of a release against the verdicts."""
    gates = release_gates(release)
    if not gates.enabled("block.mirror"):
        verdict = gates.verdict("block.mirror")
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert done.stderr.strip() == f"{verdict.reason}: {verdict.sentence}"
        return
    arguments = {"device": "disk0", "target": "copy0", "sync": "full"}
    if gates.path("block.mirror") == "blockdev-mirror":
        arguments["job-id"] = "copy"
    if gates.enabled("block.mirror.copy-mode"):
        arguments["copy-mode"] = "write-blocking"
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"execute": gates.path("block.mirror"), "arguments": arguments}


def test_a_driver_branches_on_the_path_that_a_file_says(
    language: str, driver: Path, documents: dict[str, Path]
) -> None:
    for release, file in documents.items():
        expect(release, run(HOW[language].run, driver, str(file)))
        expect(release, run(HOW[language].run, driver, str(file), f"qemu={release}"))


def test_a_driver_asks_the_server_by_either_socket(
    language: str, driver: Path, server: tuple[str, str]
) -> None:
    for address in server:
        for release in RELEASES:
            expect(release, run(HOW[language].run, driver, address, f"qemu={release}"))
        refused = run(HOW[language].run, driver, address, "/bin/sh & co")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "no target '/bin/sh & co' here" in refused.stderr


def test_a_driver_finds_its_host_among_several(
    language: str, driver: Path, documents: dict[str, Path], tmp_path: Path
) -> None:
    read = [json.loads(path.read_text(encoding="utf-8")) for path in documents.values()]
    file = tmp_path / "several"
    file.write_text(json.dumps(targets_document([*read, failed_document("gone", "it is gone")])))
    for release in RELEASES:
        expect(release, run(HOW[language].run, driver, str(file), f"qemu={release}"))
    gone = run(HOW[language].run, driver, str(file), "gone")
    assert (gone.returncode, gone.stderr.strip()) == (1, "it is gone")
    for name in ([], ["none"]):
        done = run(HOW[language].run, driver, str(file), *name)
        assert done.returncode == 1
        assert done.stderr


def test_an_id_of_before_is_found_in_newer_data(
    language: str, driver: Path, documents: dict[str, Path], tmp_path: Path
) -> None:
    text = documents["10.2"].read_text(encoding="utf-8")
    renamed = json.loads(text.replace('"id": "block.mirror"', '"id": "block.copy"'))
    for gate in renamed["gates"]:
        gate["formerly"] += ["block.mirror"] if gate["id"] == "block.copy" else []
    file = tmp_path / "newer"
    file.write_text(json.dumps(renamed), encoding="utf-8")
    expect("10.2", run(HOW[language].run, driver, str(file)))


DAMAGED = {
    "empty": "",
    "cut": '{"format": 1, "host": {"source": "x"',
    "deep": "[" * 100_000,
    "no document": '"text"',
    "another format": '{"format": 2, "host": {}, "gates": []}',
    "no key": '{"format": 1}',
    "a wrong sort": '{"format": 1, "host": [], "gates": {"a": 1}}',
    "a null": "null",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_document_is_an_error_and_enables_nothing(
    language: str, driver: Path, damage: str, tmp_path: Path
) -> None:
    file = tmp_path / "damaged"
    file.write_text(DAMAGED[damage], encoding="utf-8")
    done = run(HOW[language].run, driver, str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr


def test_a_server_that_is_not_there_is_an_error(language: str, driver: Path, tmp_path: Path) -> None:
    for address in (f"unix:{tmp_path / 'none'}", "tcp:127.0.0.1:1", "tcp:", str(tmp_path / "none")):
        done = run(HOW[language].run, driver, address)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr


def test_a_slip_of_the_pen_does_not_compile(language: str, driver: Path, tmp_path: Path) -> None:
    how = HOW[language]
    folder = tmp_path / language
    shutil.copytree(driver, folder, symlinks=True)
    source = folder / how.source
    text = source.read_text(encoding="utf-8")
    for right, wrong in how.slips:
        assert right in text
        source.write_text(text.replace(right, wrong), encoding="utf-8")
        done = run(how.build, folder)
        told = done.stdout + done.stderr
        assert done.returncode != 0, f"{wrong} compiles"
        assert wrong.rpartition(".")[2].strip('"') in told or how.source in told
        assert len(told) < 4000, "a message fills a screen"


def test_bindings_are_formatted_as_their_language_is(language: str, driver: Path) -> None:
    how = HOW[language]
    done = run(how.format, driver)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (driver / how.bindings).read_text(encoding="utf-8")


def test_an_example_is_formatted_as_its_language_is(language: str, driver: Path) -> None:
    how = HOW[language]
    words = [how.source if word == how.bindings else word for word in how.format]
    done = run(words, driver)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (driver / how.source).read_text(encoding="utf-8")


# A program of the document with the commands under it, by the mark of its block.
MARKS = {"c": "c", "go": "go", "perl": "perl", "py": "python", "rust": "rust", "ts": "typescript"}
DOCUMENT = (ROOT / "docs" / "drivers.md").read_text(encoding="utf-8")
PROGRAMS = {
    MARKS[mark]: (name, program, commands)
    for mark, name, program, commands in re.findall(
        r"^```(c|go|perl|py|rust|ts)\n(?://|#) (\S+)\n(.*?)^```\n\n```sh\n(.*?)^```$",
        DOCUMENT,
        re.MULTILINE | re.DOTALL,
    )
}


def test_who_follows_the_document_in_an_empty_folder_has_a_driver(language: str, tmp_path: Path) -> None:
    """What npm would bring is there already."""
    name, program, commands = PROGRAMS[language]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(program, encoding="utf-8")
    if NODE:
        (tmp_path / "node_modules").symlink_to(f"{NODE}/node_modules")
    shim = tmp_path / "bin" / "virtgate"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m virtgate "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    lines = [line for line in commands.splitlines() if not line.startswith("npm ")]
    script = "\n".join(["set -eu", f"PATH={shim.parent}:$PATH", *lines])
    done = run(("bash", "-c", script), tmp_path)
    assert (done.returncode, done.stdout) == (0, "blockdev-mirror\n"), done.stderr


def test_the_verb_prints_the_bindings(capsys: pytest.CaptureFixture[str]) -> None:
    for name in LANGUAGES:
        assert main(["bindings", name]) == 0
        assert capsys.readouterr().out == render_bindings(name)
    assert main(["bindings", "cobol"]) == 2
    assert main(["bindings", "go", "--hypervisor", "qmeu"]) == 2
    assert "qemu" in capsys.readouterr().err


def test_bindings_to_one_hypervisor_have_its_ids_and_its_paths() -> None:
    catalog = open_catalog(None)
    content = gather_content(catalog, ["xend"])
    named = {one.id: one.paths for _, one in each_area(content)}
    assert named == {
        name: tuple(dict.fromkeys(path.name for path in paths))
        for name, paths in sorted(catalog.paths["xend"].items())
    }
    both = {one.id for _, one in each_area(gather_content(catalog, ["xend", "qemu"]))}
    assert both == {*catalog.paths["xend"], *catalog.paths["qemu"]}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with data of somebody's own."""
    for name in ("capabilities", "matrix/qemu"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / "matrix" / "qemu" / "upstream.yaml", tmp_path / "matrix" / "qemu")
    return tmp_path


def write(folder: Path, titles: Mapping[str, str], path: str = "way") -> None:
    """Capabilities of one area, each with one path."""
    rows = {"area": "made", "capabilities": {name: {"title": title} for name, title in titles.items()}}
    support = {name: [{"path": path, "when": {"command": "stop"}}] for name in titles}
    (folder / "capabilities" / "made.yaml").write_text(json.dumps(rows), encoding="utf-8")
    columns = {"hypervisor": "qemu", "support": support}
    (folder / "matrix" / "qemu" / "made.yaml").write_text(json.dumps(columns), encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*LANGUAGES} - {"typescript"}))
def test_names_that_would_be_one_identifier_are_told(name: str, made: Path) -> None:
    write(made, {"made.a-b": "One", "made.a.b": "Other"})
    with pytest.raises(virtgate.VirtgateError, match="one identifier"):
        render_bindings(name, data=str(made))


@pytest.mark.parametrize("name", LANGUAGES)
def test_nothing_of_a_data_folder_becomes_code(name: str, made: Path) -> None:
    write(made, {"made.a": "ends */ it\nand EVIL();\u2028EVIL(); \\"})
    comments = ("/*", "//", "#", "/**", "///")
    told = [line.strip() for line in render_bindings(name, data=str(made)).splitlines() if "EVIL" in line]
    assert len(told) == 1
    assert told[0].startswith(comments)
    assert "*/" not in told[0][:-2]
    for path in ('way", EVIL(), "', "way'", "way\n", "", "a b"):
        write(made, {"made.a": "A title"}, path)
        with pytest.raises(virtgate.DataError):
            render_bindings(name, data=str(made))
