"""C text read tolerantly: comments, brackets, initialisers, functions, calls; nothing is compiled."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# What is left open ends with its line, a comment with the text: nothing is looked at twice.
QUOTED = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|\'[^\'\\\n]*+(?:\\.[^\'\\\n]*+)*+\'?'
_COMMENT = re.compile(rf"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|{QUOTED}", re.S)
_BRACKET = re.compile(rf"{QUOTED}|[(){{}}\[\]]")
_SEPARATOR = re.compile(rf"{QUOTED}|[(){{}}\[\],]")
_DIRECTIVE = re.compile(r"^[ \t]*#[^\n]*$", re.M)
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)\n]*\))?[ \t]*([^\n]*)$", re.M)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+["<]([^">\n]+)[">]', re.M)
_FUNCTION = re.compile(r"^(?:\w[\w \t\*]*[ \t\*])?(\w+)\s?\(([^(){};]*)\)\s*\{", re.M)
_INLINE_FUNCTION = re.compile(r"\b(\w+)\s*\(([^(){};]*)\)\s*\{")
_FIELD = re.compile(r"\s*\.\s*([\w.]+)\s*(?:\[[^\]]*\]\s*)?=\s*(.*)", re.S)
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_LITERALS = re.compile(r'(?:\s*"((?:\\.|[^"\\\n])*)")+\s*$')
_LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*+)"?')
_COMPARISONS: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_DEEPEST = 64
_LONGEST_EXPRESSION = 4096
_NOT_CALLS = frozenset({"if", "for", "while", "switch", "return", "sizeof", "defined", "offsetof"})


class Macro(NamedTuple):
    """A `#define`; `parameters` is None for one that takes none."""

    parameters: tuple[str, ...] | None
    body: str


class Function(NamedTuple):
    """A function's parameter names, the text between its braces, and whether only its file sees it."""

    parameters: tuple[str, ...]
    body: str
    is_static: bool


class Call(NamedTuple):
    """A call as written."""

    name: str
    arguments: tuple[str, ...]


def strip_comments(text: str) -> str:
    """The text without comments, continued lines joined."""
    stripped = _COMMENT.sub(lambda match: match[0] if match[0][0] in "\"'" else " ", text)
    return stripped.replace("\\\r\n", " ").replace("\\\n", " ")


def strip_directives(text: str) -> str:
    """Comment-free text without preprocessor lines: every branch of an `#if` stays."""
    return _DIRECTIVE.sub("", text)


def read_macros(text: str) -> Iterator[tuple[str, Macro]]:
    """Every `#define` of comment-free text, in order."""
    for match in _DEFINE.finditer(text):
        names = match[2]
        parameters = None if names is None else tuple(split_list(names[1:-1]))
        yield match[1], Macro(parameters, match[3].strip())


def read_includes(text: str) -> frozenset[str]:
    """The file names it includes, as written."""
    return frozenset(_INCLUDE.findall(text))


def find_close(text: str, start: int) -> int:
    """Index of the bracket closing the one at `start`, or -1."""
    depth = 0
    for match in _BRACKET.finditer(text, start):
        sign = match[0]
        if sign in "({[":
            depth += 1
        elif sign in ")}]":
            depth -= 1
            if depth == 0:
                return match.start()
    return -1


def split_list(text: str) -> list[str]:
    """Items between top-level commas, stripped; empty ones are dropped."""
    items, depth, start = [], 0, 0
    for match in _SEPARATOR.finditer(text):
        sign = match[0]
        if sign in "({[":
            depth += 1
        elif sign in ")}]":
            depth -= 1
        elif sign == "," and depth == 0:
            items.append(text[start : match.start()].strip())
            start = match.end()
    items.append(text[start:].strip())
    return [item for item in items if item]


def read_fields(body: str) -> dict[str, str]:
    """The designated fields of an initialiser's inside; of one given twice (`#if`), the first."""
    fields: dict[str, str] = {}
    for item in split_list(body):
        if match := _FIELD.match(item):
            fields.setdefault(match[1], match[2].strip())
    return fields


def read_field_values(body: str, name: str) -> list[str]:
    """Every value an initialiser's inside gives a field: several under an `#if`."""
    matches = (_FIELD.match(item) for item in split_list(body))
    return [match[2].strip() for match in matches if match and match[1] == name]


def read_elements(body: str) -> list[str]:
    """The insides of an array initialiser's brace elements."""
    elements = []
    for item in split_list(body):
        start = item.find("{")
        if start >= 0 and (end := find_close(item, start)) >= 0:
            elements.append(item[start + 1 : end])
    return elements


def read_functions(text: str, *, laid_out: bool = True) -> Iterator[tuple[str, Function]]:
    """Function definitions of directive-free text.

    `laid_out` text ends a function with a brace in the first column, which survives braces that
    an `#if` unbalances; the other is what a macro expanded to.
    """
    pattern = _FUNCTION if laid_out else _INLINE_FUNCTION
    position = 0
    while match := pattern.search(text, position):
        start = match.end()
        end = text.find("\n}", start) if laid_out else find_close(text, start - 1)
        if end < 0:
            return
        names = tuple(re.split(r"[\s*]+", item.split("[")[0])[-1] for item in split_list(match[2]))
        yield match[1], Function(names, text[start:end], "static" in match[0])
        position = end


@lru_cache(maxsize=200_000)
def read_calls(body: str) -> tuple[Call, ...]:
    """Every call in a function's body, nested ones too."""
    ends = find_ends(body)
    return tuple(
        Call(match[1], tuple(split_list(body[match.end() : ends[match.end() - 1]])))
        for match in _CALL.finditer(body)
        if match[1] not in _NOT_CALLS and match.end() - 1 in ends
    )


@lru_cache(maxsize=4)
def find_ends(text: str) -> Mapping[int, int]:
    """Where each bracket is closed, but for those around more brackets than anybody nests."""
    open_: list[tuple[int, int]] = []  # where, and how deep it is inside so far
    ends: dict[int, int] = {}
    for match in _BRACKET.finditer(text):
        if match[0] in "({[":
            open_.append((match.start(), 1))
        elif match[0] in ")}]" and open_:
            start, depth = open_.pop()
            if depth <= _DEEPEST:
                ends[start] = match.start()
            if open_:
                open_[-1] = open_[-1][0], max(open_[-1][1], depth + 1)
    return ends


def read_string(text: str) -> str | None:
    """The value of adjacent string literals, in parentheses or not; None for anything else."""
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if not _LITERALS.match(text):
        return None
    return "".join(_LITERAL.findall(text))


def evaluate(text: str) -> int | None:
    """The value of a constant integer expression of C; None for anything that is none.

    Only what a range check is made of is known: sums, comparisons, `&&`, `||`, `!`.
    """
    if len(text) > _LONGEST_EXPRESSION:
        return None
    python = re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
    try:
        return _evaluate(ast.parse(" ".join(python.split()), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last: nested too deeply to parse
        return None


def _evaluate(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return int(not _evaluate(operand))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _evaluate(left) + _evaluate(right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _evaluate(left) - _evaluate(right)
        case ast.BoolOp(op=ast.And(), values=values):
            return int(all(map(_evaluate, values)))
        case ast.BoolOp(op=ast.Or(), values=values):
            return int(any(map(_evaluate, values)))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return int(_COMPARISONS[type(op)](_evaluate(left), _evaluate(right)))
    raise ValueError(f"not a constant: {ast.dump(node)}")
