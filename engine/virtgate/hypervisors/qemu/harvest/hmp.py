"""The human monitor of one release: its command tables to (name, type) pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....harvest.git import Source
from ....upstream.ledger import Covers
from .tables import Command, Sources, find_array, parse_table

COVERS: Covers = "complete"
NOTE = (
    "each alias but '?' is a command; 'info X' is one, too; 'args' is the table's own text; "
    "commands in nested tables other than info are not covered"
)

# Where the commands are, newest first; an array is in a C file, a *.hx file is a table by itself.
_COMMANDS = (("hmp-commands.hx", ""), ("qemu-monitor.hx", ""), ("monitor.c", "term_cmds"))
_ITEMS = (("hmp-commands-info.hx", ""), ("monitor.c", "info_cmds"))


class Reader:
    """Reads trees; keeps the pairs of each set of blobs."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, ...], frozenset[tuple[str, str]]] = {}

    def __call__(self, tree: Source, _version: str) -> Iterable[tuple[str, str]]:
        sources = Sources(tree)
        commands, items = _find_table(sources, _COMMANDS), _find_table(sources, _ITEMS)
        key = tuple(sources.blobs)
        if key not in self._pairs:
            pairs = {*_list_pairs(parse_table(commands), ""), *_list_pairs(parse_table(items), "info ")}
            self._pairs[key] = frozenset(pairs)
        return self._pairs[key]


def _find_table(sources: Sources, places: Iterable[tuple[str, str]]) -> str:
    for path, array in places:
        text = sources.read(path)
        table = find_array(text, array) if array else text
        if table:
            return table
    return ""


def _list_pairs(commands: Iterable[Command], prefix: str) -> Iterator[tuple[str, str]]:
    for command in commands:
        for alias in set(command.aliases) - {"", "?"}:
            name = f"{prefix}{alias}"
            yield name, "command"
            if command.args_type:
                yield name, f"args {' '.join(command.args_type.split())}"
            if command.condition:
                yield f"{name}[if={command.condition}]", "feature"
