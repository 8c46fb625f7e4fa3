"""Cloud Hypervisor's history to its ledger: its OpenAPI file, its command line, its build's features."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...facts.forms import are_texts
from ...harvest.git import Repository, Source
from ...harvest.growing import find_tagged, grow_ledger
from ...harvest.kinds import Kind, file_reader, read_first
from ...harvest.openapi import list_elements, read_document
from ...harvest.releases import Progress
from ..http_api import LEDGER
from .rust_source import list_needed, read_server
from .view import symbol_of

# The program moved into a crate of its own in v51.0.
CRATES = ("cloud-hypervisor/", "")
SERVER = (
    *(f"vmm/src/{name}.rs" for name in ("config", "vm_config", "api/mod", "api/http", "api/http/mod")),
    *(f"{crate}/src/lib.rs" for crate in ("vm-virtio", "virtio-devices", "rate_limiter")),
)
OPENAPI = "vmm/src/api/openapi/cloud-hypervisor.yaml"
_MOST_MANIFEST = 1 << 16  # what reads it takes time by the square of a key's length
# What clap adds of itself is in no source, and what it adds was written out later.
_IMPLIED = frozenset({"help", "version"})
_ARGUMENT = re.compile(r"""Arg::(?:with_name|new)\(\s*"|#\[argh\((?P<argh>[^\]]*)\)\]""")
_LONG = re.compile(r"""\blong\s*(?:\(\s*|=\s*)"([a-z][a-z0-9-]*)\"""")
_CONDITION = re.compile(r"#\[cfg\(([^\n]*)\)\][^;#]*\Z")
_CHAINED = re.compile(r"\.arg\(\s*\Z")

Pairs = Iterator[tuple[str, str]]


def read_options(source: str) -> Pairs:
    """Every option of a main.rs, and what of the build each needs: `--gdb[if=CARGO_FEATURE_GUEST_DEBUG]`."""
    starts = [match.start() for match in _ARGUMENT.finditer(source)]
    needed: tuple[str, ...] = ()
    for before, start, end in zip([0, *starts], starts, [*starts[1:], len(source)], strict=False):
        between = source[before:start]
        condition = _CONDITION.search(between)
        # What is chained to a conditional one is in the same statement.
        if condition or ";" in between or not _CHAINED.search(between):
            needed = tuple(list_needed(condition[1])) if condition else ()
        argument = _ARGUMENT.match(source, start)
        assert argument is not None
        long = _LONG.search(source, start, argument.end() if argument["argh"] else end)
        if long is not None and long[1] not in _IMPLIED:
            yield f"--{long[1]}", "option"
            yield from ((f"--{long[1]}[if={one}]", "condition") for one in needed)


def read_features(manifest: str) -> Pairs:
    """Every feature of a Cargo.toml, and of which `default` turns one on. Raises ValueError."""
    if len(manifest) > _MOST_MANIFEST:
        raise ValueError(f"Cargo.toml has more than {_MOST_MANIFEST} characters")
    told = tomllib.loads(manifest).get("features", {})
    if not isinstance(told, dict) or not all(map(are_texts, told.values())):
        raise ValueError("Cargo.toml: its features are no lists of texts")
    for name in told:
        if name != "default":
            yield name, "feature"
            yield f"{name}[if={symbol_of(name)}]", "condition"
    for name in told.get("default", ()):
        yield f"{name}[default]", "flag"


def _read_server(tree: Source, _release: str) -> Pairs:
    return read_server("\n".join(filter(None, (read_first(tree, [path]) for path in SERVER))))


KINDS = (
    Kind(
        name=LEDGER,
        covers="complete",
        note="the operations of the OpenAPI file, what each takes (.*) and gives (()), types, values, and"
        " fields with their type on the wire; what the server takes and the file leaves out is not here",
        make_reader=lambda: file_reader((OPENAPI,), lambda text: list_elements(read_document(text, OPENAPI))),
    ),
    Kind(
        name="cli",
        covers="complete",
        note="the long options in the program's source; [if=X] is the feature or architecture that one needs",
        make_reader=lambda: file_reader([f"{crate}src/main.rs" for crate in CRATES], read_options),
    ),
    Kind(
        name="cargo-feature",
        covers="complete",
        note="the features of the program's Cargo.toml; [default] is what a build has that names none",
        make_reader=lambda: file_reader([f"{crate}Cargo.toml" for crate in CRATES], read_features),
    ),
    Kind(
        name="server",
        covers="complete",
        note="the HTTP server's routes and the structures that it reads as JSON; [if=X] as in cli.txt",
        make_reader=lambda: _read_server,
    ),
)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every tagged release. Raises DataError, TargetError and OSError."""
    with Repository(str(repos[0])) as repository:
        grow_ledger(Path(out_dir), (repository,), find_tagged((repository,)), KINDS, progress)
