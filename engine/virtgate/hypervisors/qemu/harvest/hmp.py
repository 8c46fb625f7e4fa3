"""The human monitor of one release: its command tables to (name, type) pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ....harvest.git import Readable
from ....harvest.kinds import Kind, Reader, read_first
from .tables import Command, find_array, parse_table

# Where the commands are, newest first; an array is in a C file, a *.hx file is a table by itself.
_COMMANDS = (("hmp-commands.hx", ""), ("qemu-monitor.hx", ""), ("monitor.c", "term_cmds"))
# Of its own since qemu@da76ee76f78b; qemu@acd0a09337c5 renamed the commands' file, when QMP got one.
_ITEMS = (("hmp-commands-info.hx", ""), ("monitor.c", "info_cmds"))


def make_reader() -> Reader:
    """What reads the commands of one tree after another, each state of its tables once."""

    @cache
    def known(commands: str, items: str) -> frozenset[tuple[str, str]]:
        return frozenset({*_list_pairs(parse_table(commands), ""), *_list_pairs(parse_table(items), "info ")})

    return lambda tree, _version: known(_find_table(tree, _COMMANDS), _find_table(tree, _ITEMS))


def _find_table(tree: Readable, places: Iterable[tuple[str, str]]) -> str:
    texts = ((read_first(tree, [path]) or "", array) for path, array in places)
    tables = (find_array(text, array) if array else text for text, array in texts)
    return next(filter(None, tables), "")


def _list_pairs(commands: Iterable[Command], prefix: str) -> Iterator[tuple[str, str]]:
    for command in commands:
        for alias in set(command.aliases) - {"", "?"}:
            name = f"{prefix}{alias}"
            yield name, "command"
            if command.args_type:
                yield name, f"args {' '.join(command.args_type.split())}"
            if command.condition:
                yield f"{name}[if={command.condition}]", "feature"


KIND = Kind(
    name="hmp",
    covers="complete",
    note="each alias but '?' is a command; 'info X' is one, too; 'args' is the table's own text; commands in"
    " nested tables other than info are not covered",
    make_reader=make_reader,
    oldest="0.9.0",
)
