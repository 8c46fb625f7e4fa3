"""What a release's source can be made of neither holds a harvest nor ends it in a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from virtgate.driver.errors import TargetError
from virtgate.harvest.kinds import harvest_kind
from virtgate.hypervisors.cloud_hypervisor.harvest import KINDS, OPENAPI
from virtgate.hypervisors.qemu.harvest import hmp
from virtgate.hypervisors.xen.harvest.interface import read_functions

OPEN = [
    "int libxl_a() " + "A" * 200_000 + "!;",
    "int libxl_a(a)" + "__attribute__((a))" * 20_000 + "!;",
    "int libxl_a(" + ")__attribute__(" * 20_000 + ";",
    "{}" * 100_000,
    "#if\n" * 100_000,
    "#if A\n" + "#else\n" * 20_000,
]


class Files:
    """A release with these files alone."""

    def __init__(self, **files: bytes) -> None:
        self._files = files

    def read(self, path: str) -> tuple[str, bytes] | None:
        return (path, self._files[path]) if path in self._files else None

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        return {path: path for path in self._files if path.startswith(folder)}

    def content(self, blob: str) -> bytes:
        return self._files[blob]


@pytest.mark.parametrize("text", OPEN, ids=lambda text: text[:20])
def test_a_header_costs_its_length(text: str) -> None:
    start = time.process_time()
    try:
        assert not list(read_functions(text))
    except ValueError as error:
        assert "nested too deeply" in str(error)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("text", [b"STEXI\n", b"SRST\n"])
def test_documentation_left_open_costs_its_length(text: bytes) -> None:
    start = time.process_time()
    list(hmp.make_reader()(Files(**{"hmp-commands.hx": text * 50_000}), "9.0.0"))
    assert time.process_time() - start < 2


@pytest.mark.parametrize("content", [b"(", b"a: [", b"features = 1", b"a.b." * 100_000, b"\xff", b"[" * 5000])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_file_that_cannot_be_read_is_told_with_its_release(
    kind: object, content: bytes, tmp_path: Path
) -> None:
    files = Files(**dict.fromkeys((OPENAPI, "src/main.rs", "Cargo.toml"), content))
    try:
        harvest_kind(kind, tmp_path, (), {"9.0": files}, lambda _text: None)  # type: ignore[arg-type]
    except TargetError as error:
        assert f"{kind.name} of 9.0" in str(error)  # type: ignore[attr-defined]
