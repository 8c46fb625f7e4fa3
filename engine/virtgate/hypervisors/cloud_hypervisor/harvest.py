"""Cloud Hypervisor's history to its ledger: its OpenAPI file, its command line, its build's features."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ...harvest.git import Repository, Source
from ...harvest.kinds import Kind, harvest_kind, write_changed
from ...harvest.releases import Progress, read_releases, render_releases, sort_releases
from ..http_harvest import ledger_kind
from .rust_source import list_needed, read_server, symbol_of

# The program moved into a crate of its own in v51.0.
CRATES = ("cloud-hypervisor/", "")
SERVER = (
    *(f"vmm/src/{name}.rs" for name in ("config", "vm_config", "api/mod", "api/http", "api/http/mod")),
    *(f"{crate}/src/lib.rs" for crate in ("vm-virtio", "virtio-devices", "rate_limiter")),
)
OPENAPI = "vmm/src/api/openapi/cloud-hypervisor.yaml"
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
    """Every feature of a Cargo.toml, and of which `default` turns one on."""
    told = tomllib.loads(manifest).get("features", {})
    for name in told:
        if name != "default":
            yield name, "feature"
            yield f"{name}[if={symbol_of(name)}]", "condition"
    for name in told.get("default", ()):
        yield f"{name}[default]", "flag"


def _make_reader(
    parse: Callable[[str], Pairs], *files: str, first: bool = False
) -> Callable[[], Callable[[Source, str], Iterable[tuple[str, str]]]]:
    """What makes a reader of the files that a release has, as one text; of the `first` of them alone."""

    def make() -> Callable[[Source, str], Iterable[tuple[str, str]]]:
        def read(tree: Source, _release: str) -> Iterable[tuple[str, str]]:
            found = [one[1].decode(errors="replace") for one in map(tree.read, files) if one is not None]
            return tuple(parse("\n".join(found[:1] if first else found)))

        return read

    return make


KINDS = (
    ledger_kind(OPENAPI),
    Kind(
        name="cli",
        covers="complete",
        note="the long options in the program's source; [if=X] is the feature or architecture that one needs",
        make_reader=_make_reader(read_options, *(f"{crate}src/main.rs" for crate in CRATES), first=True),
    ),
    Kind(
        name="cargo-feature",
        covers="complete",
        note="the features of the program's Cargo.toml; [default] is what a build has that names none",
        make_reader=_make_reader(read_features, *(f"{crate}Cargo.toml" for crate in CRATES), first=True),
    ),
    Kind(
        name="server",
        covers="complete",
        note="the HTTP server's routes and the structures that it reads as JSON; [if=X] as in cli.txt",
        make_reader=_make_reader(read_server, *SERVER),
    ),
)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every tagged release. Raises DataError, TargetError and OSError."""
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with Repository(str(repos[0])) as repository:
        known = read_releases(out / "releases.txt")
        names = {one.version for one in known}
        tagged = repository.tagged()
        fresh = [one for one in tagged if one.version not in names]
        # A ledger file that is new is read from all releases.
        trees = {one.version: repository.tree(one.commit) for one in tagged}
        for kind in KINDS:
            harvest_kind(kind, out, [one.version for one in known], trees, progress)
        write_changed(out / "releases.txt", render_releases(sort_releases([*known, *fresh])))
