"""Monitor command tables of before 2.8: `*.hx` files and monitor.c's arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .git import Tree
from .qapi import normalise_condition

_NAME = re.compile(r'\.name\s*=\s*"([^"]*)"')
_ARGS_TYPE = re.compile(r'\.args_type\s*=\s*((?:"[^"]*"\s*)+)')
_POSITIONAL = re.compile(r'\{\s*"([^"]+)",\s*"([^"]*)",')
_EVENT = re.compile(r'(?:event_name\s*=\s*|\[QEVENT_\w+\]\s*=\s*)"([A-Z0-9_]+)"')
_DOCUMENTATION = re.compile(r"^(STEXI|SQMP|SRST)\b.*?^(ETEXI|EQMP|ERST)\b", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|^HXCOMM[^\n]*", re.MULTILINE | re.DOTALL)
_LOGIC = re.compile(r"^\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(.*?)\s*$")
_DOCUMENTED = re.compile(r'^- "([\w-]+)":(.*?)(?=^- "|^\S|\Z)', re.MULTILINE | re.DOTALL)

# An argument's letter to its JSON kind; the letters are explained at the head of monitor.c.
_LETTERS = {
    **dict.fromkeys("FBsS", "str"),
    **dict.fromkeys("ilMo", "int"),
    **dict.fromkeys("Tf", "number"),
    **dict.fromkeys("b-", "bool"),
    "q": "any",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, (name, optional, JSON kind) of its arguments, and its build condition.

    An argument `*` of kind `any` means that members are taken which the table does not name.
    """

    name: str
    args_type: str = ""
    arguments: tuple[tuple[str, bool, str], ...] = ()
    condition: str = ""
    is_ported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The commands by name, and the events, that tables give; both are empty since 2.8."""

    commands: dict[str, Command] = field(default_factory=dict)
    events: frozenset[str] = frozenset()


def read_qmp(tree: Tree) -> tuple[Table, tuple[str, ...]]:
    """What a release's tables say of QMP, and the ids of the blobs that say it."""
    blobs: list[str] = []

    def read(path: str) -> str:
        found = tree.read(path)
        if found is None:
            return ""
        blobs.append(found[0])
        return found[1].decode(errors="replace")

    own = read("qmp-commands.hx")
    old = "" if own else read("qemu-monitor.hx")
    if not own and not old:
        return Table(), ()
    monitor = read("monitor.c")
    commands = _list_own(own, monitor) if own else _list_shared(old, monitor)
    by_name = {command.name: command for command in commands}
    if not by_name:
        return Table(), ()
    return Table(commands=by_name, events=frozenset(_EVENT.findall(monitor))), tuple(blobs)


def parse_table(text: str) -> Iterator[Command]:
    """The commands of a table's text: C initialisers with `.name`, between documentation."""
    text = _COMMENT.sub("", _DOCUMENTATION.sub("", text))
    for entry, condition in _split_entries(text):
        name = _NAME.search(entry)
        if name is None:
            continue
        args = _ARGS_TYPE.search(entry)
        args_type = "".join(re.findall(r'"([^"]*)"', args[1])) if args else ""
        yield Command(
            name=_choose_name(name[1]),
            args_type=args_type,
            arguments=tuple(_list_arguments(args_type)),
            condition=condition,
            is_ported=".user_print" in entry or "cmd_new" in entry or "info_new" in entry,
        )


def find_array(text: str, name: str) -> str:
    """The initialiser of an array, from its `= {` to its end; empty when there is none."""
    found = re.search(rf"\b{name}\[\]\s*=\s*\{{(.*?)^\}};", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _list_own(table: str, monitor: str) -> Iterator[Command]:
    """0.14 to 2.7: QMP's own table; queries were in monitor.c at first."""
    documents = _find_documents(table)
    for command in parse_table(table):
        if command.arguments == (("*", False, "any"),):
            documented = documents.get(command.name, ())
            yield _replace_arguments(command, (*documented, *command.arguments))
        else:
            yield command
    yield from _list_queries(find_array(monitor, "qmp_query_cmds"))


def _list_shared(table: str, monitor: str) -> Iterator[Command]:
    """0.12 and 0.13: the human monitor's table, of which QMP has what prints apart."""
    yield from (command for command in parse_table(table) if command.is_ported)
    yield from _list_queries(find_array(monitor, "info_cmds"))


def _list_queries(array: str) -> Iterator[Command]:
    for command in parse_table(array):
        if command.is_ported:
            yield Command(name=f"query-{command.name}", condition=command.condition)


def _replace_arguments(command: Command, arguments: tuple[tuple[str, bool, str], ...]) -> Command:
    return Command(
        name=command.name, args_type=command.args_type, arguments=arguments, condition=command.condition
    )


def _choose_name(written: str) -> str:
    """The long one of a name's aliases, `c|cont`."""
    return max(written.split("|"), key=len)


def _list_arguments(args_type: str) -> Iterator[tuple[str, bool, str]]:
    for item in filter(None, args_type.split(",")):
        name, _, kind = item.partition(":")
        if kind.startswith("O"):
            yield "*", False, "any"
        elif kind[:1] in _LETTERS:
            yield name, kind[0] == "-" or kind[-1] in "?.", _LETTERS[kind[0]]


def _find_documents(table: str) -> dict[str, tuple[tuple[str, bool, str], ...]]:
    """Arguments by command from the documentation, for commands whose table takes any."""
    found = {}
    for block in re.finditer(r"^SQMP\n(.*?)^EQMP", table, re.MULTILINE | re.DOTALL):
        head, _, rest = block[1].strip().partition("\n")
        text = re.split(r"^Examples?:|^Notes?:", rest, maxsplit=1, flags=re.MULTILINE)[0]
        arguments = tuple(_list_documented(text))
        if arguments:
            found[head.strip()] = arguments
    return found


def _list_documented(text: str) -> Iterator[tuple[str, bool, str]]:
    kinds = {"json-string": "str", "json-int": "int", "json-bool": "bool", "json-number": "number"}
    for name, rest in _DOCUMENTED.findall(text):
        kind = next((kinds[word] for word in kinds if word in rest), "any")
        yield name, "optional" in rest, kind


def _split_entries(text: str) -> Iterator[tuple[str, str]]:
    """Each entry of a table with the preprocessor's condition around it."""
    stack: list[str] = []
    entry: list[str] = []
    condition = ""
    for line in text.splitlines():
        if logic := _LOGIC.match(line):
            _apply_logic(stack, logic[1], logic[2])
            continue
        if _NAME.search(line):
            if entry:
                yield "\n".join(entry), condition
            entry, condition = [], _join_conditions(stack)
        entry.append(line)
    yield "\n".join(entry), condition


def _apply_logic(stack: list[str], word: str, rest: str) -> None:
    if word == "endif":
        stack.pop()
    elif word == "else":
        stack[-1] = f"!({stack[-1]})"
    elif word == "elif":
        stack[-1] = rest
    else:
        stack.append(f"!{rest}" if word == "ifndef" else rest)


def _join_conditions(stack: list[str]) -> str:
    return normalise_condition(list(stack)) if stack else ""
