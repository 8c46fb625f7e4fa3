"""The house keeps its floors: who imports whom, what loads when, and how long things are."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import virtgate
from virtgate.driver import cache as kept

PACKAGE = Path(virtgate.__file__).parent
ROOT = Path(__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room imports only from the lines above its own. The first line is the driver's side; the package's own
# __init__ is a room too, by the name of the package.
FLOORS = (
    ("virtgate", "driver", "ids"),
    ("versions",),
    ("model",),
    ("interface",),
    ("facts",),
    ("conditions",),
    ("upstream",),
    ("data",),
    ("harvest",),
    ("source",),
    ("hypervisors",),
    ("match",),
    ("decide",),
    ("ask",),
    ("lint",),
    ("diff",),
    ("scan",),
    ("radar",),
    ("audit",),
    ("doctor",),
    ("floor",),
    ("review",),
    ("fleet",),
    ("migrate",),
    ("faces",),
    ("serve",),
    ("openfeature",),
    ("bindings",),
    ("site",),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What a driver's side module reaches inside a function: on a cache miss, for `explain`, for `&`.
STAIRS = {
    ("driver", "ask"),
    ("driver", "faces"),
    ("driver", "fleet"),
    ("virtgate", "ask"),
    ("virtgate", "hypervisors"),
}
DRIVERS_SIDE = set(FLOORS[0])
DRIVERS_IMPORTS = {"__future__", "os", "sys", "io"}
VERSION_FILE = "engine/virtgate/driver/cache.py"
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager"}
# The verb is called `common`, and a verb is a file.
NAMED_BY_VERB = {"cli/common.py"}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
# What is longer, which only may become less: a test fails for a name here that is within the limits by now.
LONGER: set[str] = set()
# The files that a hypervisor's folder may have; any other name stands once in the package, but for those
# that stand twice still, which only may become fewer.
OF_A_HYPERVISOR = {
    *("__init__.py", "audit.py", "conditions.py", "harvest.py", "hypervisor.py", "identify.py", "probe.py"),
    *("scan.py", "target.py", "view.py"),
}
TWICE = {
    *("built.py", "cache.py", "check.py", "details.py", "distributions.py", "divergent.py"),
    *("documented.py", "downstreams.py", "exceptions.py", "floor.py", "forms.py", "gates.py", "judging.py"),
    *("kinds.py", "language.py", "machine.py", "options.py", "releases.py", "review.py"),
    *("sent.py", "shapes.py", "sources.py", "structure.py", "tables.py"),
}

# What names a hypervisor outside `hypervisors/`, and why it may; no other file may, and this only may shrink.
NAMERS = {
    # A QEMU's details are of a QEMU.
    *("__init__.py", "ask/details.py", "cli/probe.py", "faces/details.py"),
    # KVM is the machine's: its device, its module, an accelerator, and the numbers of its capabilities.
    *("cli/migrate.py", "cli/options.py", "conditions/machine.py", "conditions/machine_obstacles.py"),
    *("data/taking.py", "driver/system.py", "facts/machine.py", "facts/machine_probe.py"),
    # How each project numbers its releases.
    *("match.py", "versions/__init__.py", "versions/banner.py", "versions/upstream.py"),
    # Ledgers, files and sites whose names begin with a project's.
    *("data/search.py", "lint/ledgers.py", "site/addresses.py", "upstream/history.py"),
    # What is shown to somebody who has no hypervisor.
    "cli/gates.py",
}

CACHED_OPEN = {
    "virtgate.driver",
    "virtgate",
    "virtgate.driver.cache",
    "virtgate.driver.system",
    "virtgate.driver.errors",
    "virtgate.driver.gates",
    "virtgate.driver.policy",
    "virtgate.driver.verdict",
    "__future__",
}
CACHED_CHECK = CACHED_OPEN | {"virtgate.cli", "zlib"}


BY_NAME = {
    ".".join(("virtgate", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in MODULES
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "virtgate" if first == "__init__" else first


def _imports(path: Path, tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Each import of a module, as the room, or the foreign top-level module, that it names."""
    package = ("virtgate", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, _named(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = [*package[: len(package) - node.level + 1]] if node.level else []
            words = [*stem, *(node.module.split(".") if node.module else [])]
            if words == ["virtgate"]:
                yield from ((node, _named(["virtgate", alias.name])) for alias in node.names)
            else:
                yield node, _named(words)


def _named(words: list[str]) -> str:
    if words[0] != "virtgate":
        return f"foreign {words[0]}"
    return words[1] if len(words) > 1 and _is_room(words[1]) else "virtgate"


def _is_room(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def _is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _without_type_checking(path: Path) -> ast.Module:
    return ast.Module([node for node in _tree(path).body if not _is_type_checking(node)], [])


WHEN_STARTING = {"confinement.py"}  # loaded where a process is started, which costs far more


def test_every_room_stands_on_one_floor() -> None:
    assert sorted({_room(path) for path in MODULES} - set(FLOOR_OF)) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_lower_floors(path: Path) -> None:
    room = _room(path)
    wrong = [
        f"line {node.lineno}: {room} imports {named}"
        for node, named in _imports(path, _without_type_checking(path))
        if not named.startswith("foreign ") and named != room and (room, named) not in STAIRS
        if not (FLOOR_OF[named] < FLOOR_OF[room] or {room, named} <= DRIVERS_SIDE)
    ]
    assert wrong == []


def test_the_drivers_side_imports_next_to_nothing_when_it_loads() -> None:
    wrong = []
    for path in MODULES:
        if _room(path) not in DRIVERS_SIDE or path.name in WHEN_STARTING:
            continue
        at_load = ast.Module(
            [
                n
                for n in _without_type_checking(path).body
                if not isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            ],
            [],
        )
        for node, named in _imports(path, at_load):
            if named.removeprefix("foreign ") not in DRIVERS_IMPORTS | DRIVERS_SIDE:
                wrong.append(f"{path.name}:{node.lineno}: {named}")
    assert wrong == []


def test_only_hypervisors_names_a_hypervisor() -> None:
    """No example (`qemu=8.2`) and no sentence counts: what decides by a name has it as a word alone."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if _room(path) not in {"hypervisors", "ids"}
        and any(map(_hypervisors_name().search, _code_words(_tree(path))))
    }
    assert found == NAMERS


@cache
def _hypervisors_name() -> re.Pattern[str]:
    own = {path.parent.name for path in PACKAGE.glob("hypervisors/*/hypervisor.py")}
    names = "|".join(sorted({*own, *(name.replace("_", "-") for name in own)}))
    return re.compile(rf"(?<![a-z0-9/])(?:{names})(?![a-z0-9=])", re.IGNORECASE)


def _code_words(tree: ast.Module) -> Iterator[str]:
    """The names and single words of a module's code; no sentence, which is for a person."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value.strip()] * (not re.search(r"\s", node.value.strip()))
        elif isinstance(node, ast.Name | ast.Attribute | ast.FunctionDef | ast.arg | ast.ImportFrom):
            found = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "module")]
            yield from (one.replace(".", " ") for one in found if isinstance(one, str))


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(PACKAGE)) for path in MODULES if path.stem in VAGUE]
    assert set(vague) <= NAMED_BY_VERB
    assert not [folder for folder in PACKAGE.rglob("*") if folder.is_dir() and folder.name in VAGUE]


def test_no_function_and_no_module_is_too_long() -> None:
    assert set(_longer()) == LONGER


def _longer() -> Iterator[str]:
    for path in MODULES:
        name = path.relative_to(PACKAGE).as_posix()
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE:
            yield name
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef) and _lines(node) > LONGEST_FUNCTION:
                yield f"{name}: {node.name}"


def test_no_file_name_stands_twice() -> None:
    # A module of `ids` has its area's name.
    own = [path for path in MODULES if path.parent.name != "ids"]
    names = [path.name for path in own if path.name not in OF_A_HYPERVISOR]
    assert {name for name in names if names.count(name) > 1} == TWICE


def test_no_imports_go_in_a_circle() -> None:
    """Types and imports inside functions count; what the driver's side reaches inside a function does not."""
    graph = {name: _imported(name) for name in BY_NAME}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def _imported(module: str) -> set[str]:
    """The modules of ours that one imports."""
    path = BY_NAME[module]
    tree = _tree(path)
    nodes = list(ast.walk(tree))
    if _room(path) in DRIVERS_SIDE:
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        inside = {id(one) for function in functions for one in ast.walk(function)}
        nodes = [node for node in nodes if id(node) not in inside]
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: None if path.name == "__init__.py" else -1]
            stem = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*stem, *([node.module] if node.module else [])])
            inner = {f"{base}.{alias.name}" for alias in node.names}
            found |= inner & set(BY_NAME) or {base}
    return (found & set(BY_NAME)) - {module}


def _lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_module_says_on_its_door_what_is_behind_it() -> None:
    bare = [str(path) for path in MODULES if not ast.get_docstring(_tree(path))]
    assert bare == []


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in MODULES
        if _room(path) != "cli"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "exit"}
    ]
    assert printing == []


def test_the_version_stands_in_one_place() -> None:
    stated = re.compile(r"""^(?:__version__|VERSION|version)\s*=\s*["']\d""", re.MULTILINE)
    files = [*MODULES, ROOT / "pyproject.toml"]
    places = [path for path in files if stated.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in places] == [VERSION_FILE]
    assert virtgate.__version__ == kept.VERSION
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"].count("version") == 1
    assert project["tool"]["hatch"]["version"]["path"] == VERSION_FILE


def test_the_public_names_are_all_there_and_no_other_is() -> None:
    assert virtgate.__all__ == sorted(virtgate.__all__)
    assert all(getattr(virtgate, name).__doc__ for name in virtgate.__all__)
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        virtgate.opne  # noqa: B018


def test_every_module_can_be_imported_first() -> None:
    names = [one.name for one in pkgutil.walk_packages([str(PACKAGE)], "virtgate.")]
    for name in names:
        importlib.import_module(name)
    assert len(names) > 50


KEEP = """
from virtgate.driver import cache
from virtgate.driver.policy import Policy

key = cache.Key("/usr/bin/true", None, None, str(Policy()), None)
block = "block.mirror\\tenabled\\tupstream\\tdrive-mirror\\ttrue\\ttitle\\t\\tbecause"
row = "drive-mirror\\tenabled\\tupstream\\ttrue\\t\\t1.3.0..\\tfile:1\\t\\t\\tbecause"
prints = cache.take_prints([("kernel", "-"), ("stat", "/usr/bin/true"), ("access", "/dev/null")])
cache.write_answers(
    key, cache.Answers(host=[("target", "true")], gates=[block + "\\n" + row], fingerprint=prints, key=key)
)
"""
LOADED = """
import sys

before = set(sys.modules)
import os
{lines}
print(*sorted(set(sys.modules) - before))
"""


def _run(script: str, folder: Path) -> list[str]:
    """What an isolated interpreter prints that knows of this package and of nothing else installed."""
    start = (
        f"import sys, os; sys.path.insert(0, {str(PACKAGE.parent)!r}); os.environ['VIRTGATE_CACHE_DIR'] = "
        f"{str(folder)!r}\n"
    )
    # Without -B a checkout's first run would write bytecode, which is Python's doing and not ours.
    command = [sys.executable, "-I", "-S", "-B", "-c", start + script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


def test_a_cached_open_loads_these_modules_only(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    _run(KEEP, folder)
    lines = "import virtgate\nassert virtgate.open('/usr/bin/true').enabled('block.mirror')"
    assert set(_run(LOADED.format(lines=lines), folder)[0].split()) == CACHED_OPEN


def test_a_cached_check_loads_the_command_line_and_nothing_more(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    _run(KEEP, folder)
    lines = "from virtgate.cli import main\nassert main(['check', 'block.mirror', '/usr/bin/true']) == 0"
    told, loaded, *_ = _run(LOADED.format(lines=lines), folder)
    assert told == "block.mirror: enabled through drive-mirror: upstream: because"
    assert set(loaded.split()) == CACHED_CHECK


WATCHED = """
import sys
import os
import collections.abc

class Watched(dict):
    def _tell(self, name):
        print("environment", name)
    def __getitem__(self, name):
        self._tell(name)
        return super().__getitem__(name)
    def get(self, name, default=None):
        self._tell(name)
        return super().get(name, default)
    def __contains__(self, name):
        self._tell(name)
        return super().__contains__(name)

def watch(event, arguments):
    # The import system reads its modules and writes their bytecode; a number is a file that is open already.
    name = arguments[0] if event == "open" else None
    if isinstance(name, str) and not name.endswith((".py", ".pyc")) and ".pyc." not in name:
        print(event, name)
    elif event.startswith(("subprocess.", "socket.", "os.exec", "os.posix_spawn", "os.fork", "os.mkdir")):
        print(event)

sys.addaudithook(watch)
os.environ = Watched(os.environ)
"""


def test_importing_opens_nothing_starts_nothing_and_reads_no_environment(tmp_path: Path) -> None:
    script = WATCHED + "import virtgate\nfrom virtgate.driver import gates, cache, policy, errors\n"
    assert _run(script, tmp_path) == [""]


def test_importing_every_room_opens_nothing_of_ours(tmp_path: Path) -> None:
    rooms = [
        "virtgate.cli.program",
        "virtgate.ask",
        "virtgate.faces",
        "virtgate.hypervisors.qemu.probe",
        "virtgate.data",
    ]
    paths = "".join(f"sys.path.append({one!r})\n" for one in sys.path if one)
    script = f"{paths}import json, yaml, subprocess, socket, lzma\n{WATCHED}import {', '.join(rooms)}\n"
    told = [line for line in _run(script, tmp_path) if line and not line.startswith("environment")]
    assert told == []


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--quiet"], set()),
        (["-q", "--exit-unknown"], set()),
        (["--json"], {"virtgate.faces", "virtgate.faces.documents"}),
    ],
    ids=lambda words: " ".join(sorted(words)),
)
def test_a_cached_check_is_as_lean_with_its_options(words: list[str], more: set[str], tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    _run(KEEP, folder)
    given = ["check", *words, "block.mirror", "/usr/bin/true"]
    script = LOADED.format(lines=f"from virtgate.cli import main\nassert main({given!r}) == 0")
    *_, loaded, _ = _run(script, folder)
    ours = {
        name for name in loaded.split() if name.startswith("virtgate") or name in {"argparse", "yaml", "json"}
    }
    assert ours == (CACHED_CHECK - {"__future__", "zlib"}) | more
