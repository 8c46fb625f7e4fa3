"""The programs of the benchmarks, which many are texts, import names that the engine has."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
IMPORT = re.compile(r"^ *from (virtgate[\w.]*) import (.+)$|\bimport (virtgate[\w.]*)", re.MULTILINE)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_a_benchmark_imports_what_there_is(path: Path) -> None:
    for found in IMPORT.finditer(path.read_text(encoding="utf-8")):
        module = importlib.import_module(found[1] or found[3])
        for name in re.findall(r"(\w+)(?: as \w+)?", found[2] or ""):
            assert hasattr(module, name) or importlib.import_module(f"{module.__name__}.{name}"), found[0]
