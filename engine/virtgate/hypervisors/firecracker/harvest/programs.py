"""The options of firecracker and of jailer, and what the server takes, as each release's source has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ....harvest.git import Readable
from ....harvest.kinds import Pairs, Reader, read_first

# Each program's file, the newest place first.
FILES = {
    "firecracker": ("src/firecracker/src/main.rs", "src/main.rs"),
    "jailer": ("src/jailer/src/main.rs", "jailer/src/lib.rs", "src/bin/jailer.rs"),
}
# What parses them since 0.21, and takes --help, later --version, itself.
# firecracker@8bf877210b1a took it in clap's place.
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


def program_reader(program: str) -> Reader:
    """What reads `--option`, with `value` or `flag`, and a word of its own with `subcommand`."""
    known = cache(lambda text, parser: frozenset(list_options(text, parser)))
    return lambda tree, _release: known(
        read_first(tree, FILES[program]) or "", read_first(tree, [PARSER]) or ""
    )


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


def read_server(tree: Readable, _release: str) -> Pairs:
    """`DELETE /drives`, with `route`, of what the server takes; what follows in a path is not told."""
    for route in _ROUTE.finditer(_TESTS.split(read_first(tree, SERVER) or "")[0]):
        yield f"{route['method'].upper()} /{route['path']}", "route"
