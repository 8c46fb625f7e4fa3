"""The options of firecracker and of jailer, and what the server takes, as each release's source has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.git import Readable

# Each program's file, the newest place first.
FILES = {
    "firecracker": ("src/firecracker/src/main.rs", "src/main.rs"),
    "jailer": ("src/jailer/src/main.rs", "jailer/src/lib.rs", "src/bin/jailer.rs"),
}
# What parses them since 0.21, and takes --help, later --version, itself.
PARSER = "src/utils/src/arg_parser.rs"
_TESTS = re.compile(r"^#\[cfg\(test\)\]\s*\n(?:#\[[^\n]*\n)*\s*(?:pub(?:\([a-z]+\))? )?mod ", re.MULTILINE)
_DECLARED = re.compile(r"\bArg(?:ument::new|::with_name)\((?P<name>[^)]+)\)")
_LONG = re.compile(r'\.long\("([a-z-]+)"\)')
_TAKES = re.compile(r"\.takes_value\((true|false)\)|\.(?:allow_multiple|multiple|number_of_values)\(")
_CONSTANT = r'const {}: &str = "([a-z-]+)";'
_SUBCOMMAND = re.compile(r'SubCommand::with_name\("([a-z-]+)"\)')

# What dispatches a request, since 0.20.
SERVER = ("src/firecracker/src/api_server/parsed_request.rs", "src/api_server/src/parsed_request.rs")
_ROUTE = re.compile(r'\(Method::(?P<method>[A-Z][a-z]+), "(?P<path>[a-z-]*)"')


class ProgramReader:
    """Reads a program of one tree after another, each state of its files once."""

    def __init__(self, program: str) -> None:
        self._paths = FILES[program]
        self._known: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    def __call__(self, tree: Readable, _release: str) -> frozenset[tuple[str, str]]:
        """`--option`, with `value` or `flag`; a word of its own with `subcommand`."""
        blob, content = next((found for path in self._paths if (found := tree.read(path))), ("", b""))
        parser_blob, parser = tree.read(PARSER) or ("", b"")
        key = (blob, parser_blob)
        if key not in self._known:
            texts = (one.decode(errors="replace") for one in (content, parser))
            self._known[key] = frozenset(list_options(*texts)) if blob else frozenset()
        return self._known[key]


def list_options(text: str, parser: str) -> Iterator[tuple[str, str]]:
    """The options that a program's source declares, and those that its parser takes itself."""
    text = _TESTS.split(text)[0]
    declared = list(_DECLARED.finditer(text))
    for at, found in enumerate(declared):
        end = declared[at + 1].start() if at + 1 < len(declared) else len(text)
        name = _name(found, text, end)
        takes = _TAKES.search(text, found.end(), end)
        if name:
            yield f"--{name}", "value" if takes and takes[1] != "false" else "flag"
    yield from ((name, "subcommand") for name in _SUBCOMMAND.findall(text))
    if "App::new(" in text:
        # clap, which the parser took the place of, has both of itself.
        yield from ((f"--{name}", "flag") for name in ("help", "version"))
    elif "HELP_ARG" in parser:
        yield "--help", "flag"
    if "VERSION_ARG" in parser and '"version"' in text:
        yield "--version", "flag"


def _name(found: re.Match[str], text: str, end: int) -> str | None:
    told = found["name"].strip()
    long = _LONG.search(text, found.end(), end)
    if "with_name" in found[0]:
        return long[1] if long else None
    if told.startswith('"'):
        return told.strip('"')
    constant = re.search(_CONSTANT.format(re.escape(told)), text)
    return constant[1] if constant else None


class ServerReader:
    """Reads what the server of one tree after another takes."""

    def __call__(self, tree: Readable, _release: str) -> Iterator[tuple[str, str]]:
        """`DELETE /drives`, with `route`; what follows in a path is not told."""
        found = next((blob for path in SERVER if (blob := tree.read(path))), ("", b""))
        text = _TESTS.split(found[1].decode(errors="replace"))[0]
        for route in _ROUTE.finditer(text):
            yield f"{route['method'].upper()} /{route['path']}", "route"
