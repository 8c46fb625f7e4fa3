"""What a release's libxl offers to a program: its `LIBXL_HAVE_` macros and its functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ....harvest.csource import evaluate, find_close, split_list, strip_comments
from ....harvest.git import Readable
from ....harvest.kinds import Kind, Pairs, Reader, file_reader, read_first
from . import idl

# Where the headers are: since 4.15.0 (xen@4664034cdc72), and before.
FOLDERS = ("tools/include", "tools/libxl")
HEADERS = ("libxl.h", "libxl_event.h", "libxl_json.h", "libxl_utils.h", "libxl_uuid.h")

_DIRECTIVE = re.compile(r"[ \t]*+#[ \t]*+(\w++)[ \t]*+(.*+)")
_DEFINED = re.compile(r"\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))")
# What is decided here: libxl's own names. Architecture, system and yajl's version are the compiler's.
_OWN = re.compile(r"_*LIBXL")
_NAME = re.compile(r"\b[A-Za-z_]\w*")
_DECLARATION = re.compile(
    r"(?:extern\s++)?(?P<result>(?:[A-Za-z_]\w*+[\s*]++)+)(?P<name>libxl_(?!_)\w++)\s*+\("
)
_ATTRIBUTES = re.compile(r"(?:\s*+(?:[A-Z][A-Z_]++|__attribute__\s*+\(\((?:[^()]|\([^()]*\))*+\)\)))*+\s*")
_NO_FUNCTION = re.compile(r"\b(?:typedef|static|_hidden)\b")
_PARAMETER = re.compile(r"(?P<type>.*[\s*])(?P<name>\w+)\s*(?P<array>(?:\[[^\]]*\]\s*)*)", re.S)
_QUALIFIERS = frozenset({"const", "struct", "enum", "union"})
_DEEPEST, _LONGEST = 64, 4096
_TYPE_WORDS = frozenset({"int", "char", "long", "short", "void", "bool"})


class Header(NamedTuple):
    """A header as compiled: what it defines, each with the conditions left open, and its code."""

    macros: tuple[tuple[str, tuple[str, ...]], ...]
    code: str


def function_reader() -> Reader:
    """What reads the headers and the IDL of one tree after another, each of their versions once."""
    declared = cache(lambda text: frozenset(read_functions(text)))
    generated: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    def read(tree: Readable, release: str) -> Pairs:
        """The functions of a release with their signatures. Raises DataError for an IDL nobody can read."""
        headers = (read_first(tree, [f"{folder}/{name}" for folder in FOLDERS]) for name in HEADERS)
        found = frozenset[tuple[str, str]]().union(*map(declared, filter(None, headers)))
        source, generator = read_first(tree, idl.SOURCES), read_first(tree, idl.GENERATORS)
        if source is None or generator is None:
            return found
        if (source, generator) not in generated:
            types = idl.parse(source.encode(), f"{release}: libxl's IDL")
            text = "".join(idl.declare(types, generator))
            generated[source, generator] = frozenset(read_functions(text))
        return found | generated[source, generator]

    return read


def read_functions(text: str) -> Iterator[tuple[str, str]]:
    """The public functions that a header declares, with `result (parameters)`."""
    for statement in _split_statements(read_header(text).code):
        match = None if _NO_FUNCTION.search(statement) else _DECLARATION.match(statement)
        close = find_close(statement, match.end() - 1) if match else -1
        if match and close > 0 and _ATTRIBUTES.fullmatch(statement, close + 1):
            parameters = ", ".join(map(_drop_name, split_list(statement[match.end() : close])))
            yield match["name"], f"{_squeeze(match['result'])} ({parameters})"


def read_header(text: str) -> Header:
    """A header as the compiler sees it who is told no LIBXL_API_VERSION.

    A condition on anything but libxl's own names stays open: all its branches are taken. Raises ValueError
    where conditions are nested deeper than any header's.
    """
    macros: dict[str, tuple[str, ...]] = {}
    branches: list[_Branch] = []
    code = []
    for line in strip_comments(text).splitlines():
        directive = _DIRECTIVE.fullmatch(line)
        is_live = all(branch.truth is not False for branch in branches)
        if directive is None:
            code += [line] if is_live else []
        elif directive[1] == "define" and is_live and (name := _NAME.match(directive[2])):
            macros[name[0]] = tuple(branch.text for branch in branches if branch.truth is None)
        elif directive[1] == "undef" and is_live:
            macros.pop(directive[2].strip(), None)
        else:
            _follow(branches, directive[1], directive[2], macros)
            if len(branches) > _DEEPEST or sum(len(one.text) for one in branches) > _LONGEST:
                raise ValueError("conditions are nested too deeply")
    return Header(tuple(macros.items()), "\n".join(code))


class _Branch(NamedTuple):
    """One branch of an `#if`: its condition, whether it is compiled, and whether one before it was."""

    text: str
    truth: bool | None
    was_taken: bool


def _follow(branches: list[_Branch], word: str, rest: str, macros: Mapping[str, object]) -> None:
    """Enter, change or leave an `#if`."""
    if word in {"if", "ifdef", "ifndef"}:
        text = {"if": rest, "ifdef": f"defined({rest})", "ifndef": f"!defined({rest})"}[word]
        branches.append(_Branch(_squeeze(text), _decide(text, macros), False))
    elif word in {"elif", "else"} and branches:
        before = branches.pop()
        was_taken = before.was_taken or before.truth is True
        text = rest if word == "elif" else f"!({before.text})"
        truth = False if was_taken else _decide(text, macros)
        branches.append(_Branch(_squeeze(text), truth, was_taken))
    elif word == "endif" and branches:
        branches.pop()


def _decide(text: str, macros: Mapping[str, object]) -> bool | None:
    """Whether a condition on libxl's own names holds; None for one on anything else."""

    def answer(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return str(int(name in macros)) if _OWN.match(name) else name

    answered = _DEFINED.sub(answer, text)
    # A name that is not defined counts as 0, and no program's LIBXL_API_VERSION is.
    value = evaluate(_NAME.sub(lambda match: "0" if _OWN.match(match[0]) else match[0], answered))
    return None if value is None else bool(value)


def _list_macros(text: str) -> Iterator[tuple[str, str]]:
    for name, conditions in read_header(text).macros:
        if name.startswith("LIBXL_HAVE_"):
            yield name, "macro"
            if conditions:
                yield f"{name}[if={' && '.join(conditions)}]", "feature"


def _split_statements(code: str) -> Iterator[str]:
    """What ends with a semicolon outside braces; a function's body ends its statement, too."""
    start = position = 0
    while match := re.compile(r"[;{]").search(code, position):
        if match[0] == ";":
            yield code[start : match.start()].strip()
            start = position = match.end()
            continue
        close = find_close(code, match.start())
        if close < 0:
            return
        before, position = code[position : match.start()], close + 1
        if before.rstrip().endswith(")"):
            start = position


def _drop_name(parameter: str) -> str:
    """A parameter's type: names come and go, and are no part of what a program meets."""
    match = None if "(" in parameter else _PARAMETER.fullmatch(parameter.strip())
    if match and match["name"] not in _TYPE_WORDS and not set(match["type"].split()) <= _QUALIFIERS:
        return _squeeze(match["type"]) + re.sub(r"\s", "", match["array"])
    return _squeeze(parameter)


def _squeeze(text: str) -> str:
    """One blank where there are several, and none between stars."""
    text = " ".join(text.split())
    return re.sub(r"(?<!\() ?(\*[ *]*)", lambda match: f" {''.join(match[1].split())}", text).strip()


KINDS = (
    Kind(
        name="libxl",
        covers="complete",
        note="the LIBXL_HAVE_ macros of libxl.h as a program gets it that names no LIBXL_API_VERSION; [if=]"
        " where only some architectures have it; libxl before 4.3.0 had none",
        make_reader=lambda: file_reader([f"{folder}/libxl.h" for folder in FOLDERS], _list_macros),
    ),
    Kind(
        name="libxl-function",
        covers="complete",
        note="what libxl's installed headers declare, libxlutil's left out, to a program that names no"
        " LIBXL_API_VERSION: result (parameters); from 4.1.0 on also what gentypes.py adds for the IDL's"
        " types, of which since 4.21.0 a libxl without yajl has no _gen_json",
        make_reader=function_reader,
    ),
)
