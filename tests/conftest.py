"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import remembered  # noqa: F401 - importing it makes it so
from loaded import loaded_commands
from outputs import OUTPUTS, validate
from virtgate.ask import answering
from virtgate.cli import options, program
from virtgate.driver.policy import Policy

# What a hundred processes of a run import is compiled once, whatever the machine's setting is.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The data that a test reads are kept: to look through them at every turn took a fifth of the time.
gc.set_threshold(200_000, 50, 100)

# How long an example takes says more of the machine than of the code.
settings.register_profile("virtgate", deadline=None)
settings.load_profile("virtgate")

# The files that take longest, in this order: beside them there is time for all others.
LONGEST = (
    *("test_xen_live.py", "test_docs.py", "test_site.py", "test_cli.py", "test_bindings.py"),
    *("test_differential.py", "test_serve.py", "test_monotony.py", "test_made_hypervisor.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    places = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def require() -> Callable[[object, str], None]:
    """Skips a test whose condition does not hold; fails it where VIRTGATE_REQUIRE_REAL is set."""

    def check(condition: object, reason: str) -> None:
        if condition:
            return
        if os.environ.get("VIRTGATE_REQUIRE_REAL"):
            pytest.fail(reason)
        pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def kept_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache's folder in which the data are kept as they were read: what starts with it reads no YAML."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIRTGATE_CACHE_DIR", str(folder))
        answering.answer_release("qemu", "8.2", Policy())
    return folder


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, kept_data: Path) -> Iterator[str]:
    """The folder of the commands that need not load the engine."""
    with loaded_commands(tmp_path_factory.mktemp("loaded"), kept_data) as folder:
        yield folder


@pytest.fixture(autouse=True)
def _documents_keep_their_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document that a verb prints in a test is held against the schema of its name."""
    verbs: list[str] = []
    run, print_json = program.run, options.print_json

    def run_watched(words: list[str]) -> int:
        several = "-".join(words[:2])
        verbs.append(several if several in OUTPUTS else words[0] if words else "")
        return run(words)

    def print_validated(document: Mapping[str, Any]) -> None:
        if verbs and "properties" not in document and "anyOf" not in document and "flags" not in document:
            validate("sarif" if "runs" in document else verbs[-1], document)
        print_json(document)

    monkeypatch.setattr(program, "run", run_watched)
    monkeypatch.setattr(options, "print_json", print_validated)
