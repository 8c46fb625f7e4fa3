"""`virtgate.ids`: constants that are the data's ids, and a checker that refuses what is none."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import virtgate
from virtgate.ask.opened import open_catalog
from virtgate.bindings import constants
from virtgate.bindings.identifiers import lower, upper

ROOT = Path(__file__).parents[1]
DRIVER = """\
import virtgate

gates = virtgate.release("qemu", "8.2")
gates.require(virtgate.ids.block.MIRROR)
gates.path("block.mirror")
gates.enabled(gates.parse(input()))
print([gates.verdict(name).state for name in gates])
gates.path("block.miror")
gates.enabled("block.miror")
gates.require("block.miror")
gates.verdict("block.miror")
gates.explain("block.miror")
gates.path(input())
gates.path(virtgate.ids.block.MIROR)
gates.path(virtgate.ids.blok.MIRROR)
"""
WRONG = range(8, 16)


def test_the_committed_modules_are_what_the_data_say_today() -> None:
    folder = ROOT / constants.FOLDER
    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py*")}
    del committed["__init__.py"]
    assert committed == constants.render_ids(open_catalog(None)), "run 'virtgate lint --write-tables'"


def test_every_id_is_a_constant_of_its_area() -> None:
    for name, row in open_catalog(None).capabilities.items():
        area, _, rest = name.partition(".")
        assert area == row.area
        assert getattr(getattr(virtgate.ids, lower(area)), upper(rest)) == name


def test_an_area_that_is_none_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match=r"'virtgate\.ids' has no attribute 'blok'"):
        virtgate.ids.blok  # type: ignore[attr-defined]  # noqa: B018
    assert "block" in dir(virtgate.ids)


def test_a_text_from_elsewhere_becomes_the_id_of_today() -> None:
    gates = virtgate.release("qemu", "8.2")
    former = next(one for one in open_catalog(None).capabilities.values() if one.formerly)
    assert gates.parse(former.formerly[0]) == former.id
    assert gates.parse("block.mirror") == "block.mirror"
    with pytest.raises(virtgate.UnknownCapability, match=r"nearest: block\.mirror"):
        gates.parse("block.miror")


def test_a_constant_loads_nothing_but_the_names(tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'engine')!r}); before = set(sys.modules)\n"
        "import virtgate; virtgate.ids.block.MIRROR\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script], capture_output=True, text=True, check=True
    )
    loaded = [name for name in done.stdout.split() if not name.startswith("virtgate.ids.")]
    assert loaded == ["__future__", "virtgate", "virtgate.ids"]


def test_an_area_is_a_module_that_can_be_imported_from() -> None:
    area = importlib.import_module("virtgate.ids.storage_export")
    ids = [one.id for one in open_catalog(None).capabilities.values() if one.area == "storage-export"]
    assert dir(area) == [upper(one.partition(".")[2]) for one in sorted(ids)]
    with pytest.raises(AttributeError, match=r"'virtgate\.ids\.storage_export' has no attribute 'NDB'"):
        area.NDB  # noqa: B018


@pytest.fixture
def driver(tmp_path: Path) -> Path:
    """A driver with slips of the pen in its last lines."""
    path = tmp_path / "driver.py"
    path.write_text(DRIVER, encoding="utf-8")
    return path


def test_mypy_sees_a_slip_of_the_pen_and_tells_it_in_a_line(driver: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={driver.parent}", driver.name],
        cwd=driver.parent,
        env={**os.environ, "MYPYPATH": str(ROOT / "engine")},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("driver.py")]
    assert [int(line.split(":")[1]) for line in told] == list(WRONG), done.stdout
    assert max(map(len, told)) < 200
    assert any('maybe "MIRROR"?' in line for line in told)


def test_pyright_sees_the_same(driver: Path, require: Callable[[object, str], None]) -> None:
    tools = os.environ.get("VIRTGATE_NODE_TOOLS", "")
    pyright = shutil.which(f"{tools}/node_modules/.bin/pyright") or shutil.which("pyright")
    require(pyright, "there is no pyright")
    (driver.parent / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT / "engine")]}))
    words = [str(pyright), "--outputjson", "--pythonpath", sys.executable, "-p", str(driver.parent)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["generalDiagnostics"]
    lines = [one["range"]["start"]["line"] + 1 for one in told if one["severity"] == "error"]
    assert sorted(set(lines)) == list(WRONG), told
