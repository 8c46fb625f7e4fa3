"""Monitor command tables of before 2.8: `*.hx` files and monitor.c's arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ....harvest.git import Readable
from .qapi import normalise_condition

_NAME = re.compile(r'\.name\s*=\s*"([^"]*)"')
_ARGS_TYPE = re.compile(r'\.args_type\s*=\s*((?:"[^"]*"\s*)+)')
# Before 0.12 entries were positional: name, arguments, handler, parameters, help.
_POSITIONAL = re.compile(r'\{\s*"([^"]+)",\s*"([^"]*)",')
_START = re.compile(r'\.name\s*=\s*"|^\s*\{\s*"')
_EVENT = re.compile(r'(?:event_name\s*=\s*|\[QEVENT_\w+\]\s*=\s*)"([A-Z0-9_]+)"')
_DOCUMENTATION = re.compile(r"^(STEXI|SQMP|SRST)\b.*?(?:^(?:ETEXI|EQMP|ERST)\b|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?|^HXCOMM[^\n]*", re.MULTILINE)
_LOGIC = re.compile(r"^\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(.*?)\s*$")
_DOCUMENTED = re.compile(r'^- "([\w-]+)":(.*?)(?=^- "|^\S|\Z)', re.MULTILINE | re.DOTALL)
_JSON_KIND = re.compile(r"json-(\w+)")
_KINDS = {"string": "str", "int": "int", "bool": "bool", "number": "number"}

# An argument's letter to its JSON kind; the letters are explained at the head of monitor.c.
_LETTERS = {
    **dict.fromkeys("FBsS", "str"),
    **dict.fromkeys("ilMo", "int"),
    **dict.fromkeys("Tf", "number"),
    **dict.fromkeys("b-", "bool"),
    "q": "any",
}


# Name, whether it is optional, JSON kind.
Argument = tuple[str, bool, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, arguments and build condition; `is_ported` says that it prints apart.

    An argument `*` of kind `any` means that members are taken which the table does not name.
    """

    name: str
    aliases: tuple[str, ...] = ()
    args_type: str = ""
    arguments: tuple[Argument, ...] = ()
    condition: str = ""
    is_ported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The commands, and the events with their members, that tables give; both are empty since 2.8."""

    commands: dict[str, Command] = field(default_factory=dict)
    events: dict[str, tuple[Argument, ...]] = field(default_factory=dict)


def read_qmp(tree: Readable) -> tuple[Table, tuple[str, ...]]:
    """What a release's tables say of QMP, and the ids of the blobs that say it."""
    sources = Sources(tree)
    own = sources.read("qmp-commands.hx")
    old = "" if own else sources.read("qemu-monitor.hx")
    if not own and not old:
        return Table(), ()
    monitor = sources.read("monitor.c")
    commands = list(_list_own(own, monitor) if own else _list_shared(old, monitor))
    if not commands:
        return Table(), ()
    documents = sources.read("docs/qmp/qmp-events.txt") or sources.read("QMP/qmp-events.txt")
    table = Table(
        commands={command.name: command for command in commands},
        events=dict.fromkeys(_EVENT.findall(monitor), ()) | _find_members(documents, monitor),
    )
    return table, tuple(sources.blobs)


class Sources:
    """Files of a tree as text, and the ids of those that were there."""

    def __init__(self, tree: Readable) -> None:
        self._tree = tree
        self.blobs: list[str] = []

    def read(self, path: str) -> str:
        """A file's text; empty when there is none."""
        found = self._tree.read(path)
        if found is None:
            return ""
        self.blobs.append(found[0])
        return found[1].decode(errors="replace")


def parse_table(text: str) -> Iterator[Command]:
    """The commands of a table's text: C initialisers with `.name`, between documentation."""
    text = _COMMENT.sub("", _DOCUMENTATION.sub("", text))
    for entry, condition in _split_entries(text):
        name, args = _NAME.search(entry), _ARGS_TYPE.search(entry)
        args_type = "".join(re.findall(r'"([^"]*)"', args[1])) if args else ""
        if name is None:
            name = _POSITIONAL.search(entry)
            args_type = name[2] if name else ""
        if name is not None:
            yield Command(
                name=max(name[1].split("|"), key=len),  # the long one of `c|cont`
                aliases=tuple(name[1].split("|")),
                args_type=args_type,
                arguments=tuple(_list_arguments(args_type)),
                condition=condition,
                is_ported=".user_print" in entry,
            )


def find_array(text: str, name: str) -> str:
    """The initialiser of an array, from its `= {` to its end; empty when there is none."""
    found = re.search(rf"\b{name}\[\]\s*=\s*\{{(.*?)^\}};", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _list_own(table: str, monitor: str) -> Iterator[Command]:
    """0.14 to 2.7: QMP's own table; queries were in monitor.c at first."""
    yield from _document(parse_table(table), table)
    yield from _list_queries(find_array(monitor, "qmp_query_cmds"))


def _list_shared(table: str, monitor: str) -> Iterator[Command]:
    """0.12 and 0.13: the human monitor's table, of which QMP has what prints apart; `info` it refused."""
    ported = (command for command in parse_table(table) if command.is_ported and command.name != "info")
    yield from _document(ported, table)
    yield from _list_queries(find_array(monitor, "info_cmds"))


def _document(commands: Iterable[Command], table: str) -> Iterator[Command]:
    """The commands, with documented arguments where the table takes any."""
    documents = _find_documents(table)
    for command in commands:
        if command.arguments == (("*", False, "any"),):
            arguments = (*documents.get(command.name, ()), *command.arguments)
            yield replace(command, arguments=arguments)
        else:
            yield command


def _list_queries(array: str) -> Iterator[Command]:
    for command in parse_table(array):
        if command.is_ported:
            yield Command(name=f"query-{command.name}", condition=command.condition)


def _list_arguments(args_type: str) -> Iterator[Argument]:
    for item in filter(None, args_type.split(",")):
        name, _, kind = item.partition(":")
        if kind.startswith("O"):
            yield "*", False, "any"
        elif kind[:1] in _LETTERS:
            yield name, kind[0] == "-" or kind[-1] in "?.", _LETTERS[kind[0]]


def _find_members(text: str, monitor: str) -> dict[str, tuple[Argument, ...]]:
    """The members of those events that monitor.c has, from the events' documentation."""
    events = set(_EVENT.findall(monitor))
    sections = re.split(r"^(?:\d+ )?([A-Z0-9_]+)\n-+\n", text, flags=re.MULTILINE)
    found = {}
    for name, body in zip(sections[1::2], sections[2::2], strict=True):
        data = re.split(r"^(?:Data|Example):?", body, flags=re.MULTILINE)
        if name in events and len(data) > 1:
            found[name] = tuple(_list_documented(data[1]))
    return found


def _find_documents(table: str) -> dict[str, tuple[Argument, ...]]:
    """Arguments by command from the documentation, for commands whose table takes any."""
    found = {}
    for block in re.finditer(r"^SQMP\n(.*?)^EQMP", table, re.MULTILINE | re.DOTALL):
        head, _, rest = block[1].strip().partition("\n")
        text = re.split(r"^(?:Examples?|Notes?):", rest, maxsplit=1, flags=re.MULTILINE)[0]
        arguments = tuple(_list_documented(text))
        if arguments:
            found[head.strip()] = arguments
    return found


def _list_documented(text: str) -> Iterator[Argument]:
    for name, rest in _DOCUMENTED.findall(text):
        own = re.split(r'^ +- "', rest, maxsplit=1, flags=re.MULTILINE)[0]
        kind = _JSON_KIND.search(own)
        yield name, "optional" in own, _KINDS.get(kind[1], "any") if kind else "any"


def _split_entries(text: str) -> Iterator[tuple[str, str]]:
    """Each entry of a table with the preprocessor's condition around it."""
    stack: list[str] = []
    entry: list[str] = []
    condition = ""
    for line in text.replace("\\\n", " ").splitlines():
        if logic := _LOGIC.match(line):
            _apply_logic(stack, logic[1], logic[2])
            continue
        if _START.search(line):
            if entry:
                yield "\n".join(entry), condition
            entry, condition = [], normalise_condition(list(stack)) if stack else ""
        entry.append(line)
    yield "\n".join(entry), condition


def _apply_logic(stack: list[str], word: str, rest: str) -> None:
    if word not in {"endif", "else", "elif"}:
        stack.append(f"!{rest}" if word == "ifndef" else rest)
        return
    before = stack.pop() if stack else ""  # of what nobody opened nothing is closed
    if before and word != "endif":
        stack.append(f"!({before})" if word == "else" else rest)
