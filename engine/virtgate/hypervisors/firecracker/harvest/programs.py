"""The options of firecracker and of jailer, as each release's source declares them."""

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
_TESTS = re.compile(r"^#\[cfg\(test\)\]\s*\n(?:#\[[^\n]*\n)*\s*mod ", re.MULTILINE)
_DECLARED = re.compile(r"\bArg(?:ument::new|::with_name)\((?P<name>[^)]+)\)")
_LONG = re.compile(r'\.long\("([a-z-]+)"\)')
_TAKES = re.compile(r"\.takes_value\((true|false)\)|\.(?:allow_multiple|multiple|number_of_values)\(")
_CONSTANT = r'const {}: &str = "([a-z-]+)";'
_SUBCOMMAND = re.compile(r'SubCommand::with_name\("([a-z-]+)"\)')


class ProgramReader:
    """Reads the programs of one tree after another, each state of their files once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], frozenset[tuple[str, str]]] = {}

    def __call__(self, tree: Readable, _release: str) -> Iterator[tuple[str, str]]:
        """`PROGRAM --option`, with `value` or `flag`; `PROGRAM NAME` with `subcommand`."""
        parser_blob, parser = tree.read(PARSER) or ("", b"")
        for program, paths in FILES.items():
            found = next((blob for path in paths if (blob := tree.read(path))), None)
            if found is None:
                continue
            key = (program, found[0], parser_blob)
            if key not in self._known:
                texts = (one.decode(errors="replace") for one in (found[1], parser))
                self._known[key] = frozenset(list_options(program, *texts))
            yield from self._known[key]


def list_options(program: str, text: str, parser: str) -> Iterator[tuple[str, str]]:
    """The options that a program's source declares, and those that its parser takes itself."""
    text = _TESTS.split(text)[0]
    declared = list(_DECLARED.finditer(text))
    for at, found in enumerate(declared):
        end = declared[at + 1].start() if at + 1 < len(declared) else len(text)
        name = _name(found, text, end)
        takes = _TAKES.search(text, found.end(), end)
        if name:
            yield f"{program} --{name}", "value" if takes and takes[1] != "false" else "flag"
    yield from ((f"{program} {name}", "subcommand") for name in _SUBCOMMAND.findall(text))
    if "App::new(" in text:
        # clap, which the parser took the place of, has both of itself.
        yield from ((f"{program} --{name}", "flag") for name in ("help", "version"))
    elif "HELP_ARG" in parser:
        yield f"{program} --help", "flag"
    if "VERSION_ARG" in parser and '"version"' in text:
        yield f"{program} --version", "flag"


def _name(found: re.Match[str], text: str, end: int) -> str | None:
    told = found["name"].strip()
    long = _LONG.search(text, found.end(), end)
    if "with_name" in found[0]:
        return long[1] if long else None
    if told.startswith('"'):
        return told.strip('"')
    constant = re.search(_CONSTANT.format(re.escape(told)), text)
    return constant[1] if constant else None
