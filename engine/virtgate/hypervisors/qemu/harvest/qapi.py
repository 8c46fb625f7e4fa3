"""QAPI schema text, of any era, to expressions; and build conditions to one spelling."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from ....driver.errors import DataError

# What json.loads would give for the same text in JSON's own quotes.
Value = Any
Expression = dict[str, Value]

_TOKEN = re.compile(
    r"""(?:\s+|\#[^\n]*)*            # blanks, comments and documentation
        (?:(?P<mark>[{}\[\]:,])
          |'(?P<text>(?:[^'\\]|\\.)*)'
          |(?P<word>[A-Za-z_]\w*|-?\d+)
          |(?P<end>\Z)
          |(?P<bad>'.*|.))           # of what is open, all""",
    re.VERBOSE | re.DOTALL,
)
MAX_DEPTH = 32
_MOST_NESTING = 96
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False}


def parse_expressions(text: str, source: str) -> list[Expression]:
    """The expressions of one file, in order; raises DataError with the line of the first mistake."""
    return list(_Parser(text, source).parse_all())


def collect_expressions(
    entry: str, read: Callable[[str], list[Expression] | None], seen: set[str] | None = None
) -> Iterator[Expression]:
    """The expressions of a file and of all it includes, each file once; `read` gives one.

    Raises DataError when an included file is missing.
    """
    seen = set() if seen is None else seen
    seen.add(entry)
    expressions = read(entry)
    if expressions is None:
        raise DataError((f"{entry}: included, but there is no such file",))
    for expression in expressions:
        if "include" not in expression:
            yield expression
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(entry), expression["include"]))
        if path not in seen:
            yield from collect_expressions(path, read, seen)


class _Parser:
    """Recursive descent over tokens; a comma too many or too few is let through."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        self._tokens = _TOKEN.finditer(text)
        self._depth = 0
        self._advance()

    def parse_all(self) -> Iterator[Expression]:
        while self._token.lastgroup != "end":
            value = self._parse_value()
            if not isinstance(value, dict):
                self._fail("an expression is an object")
            yield value

    def _advance(self) -> None:
        self._token = next(self._tokens)

    def _is_mark(self, mark: str) -> bool:
        return self._token["mark"] == mark

    def _take(self, mark: str) -> bool:
        found = self._is_mark(mark)
        if found:
            self._advance()
        return found

    def _parse_value(self) -> Value:
        if self._is_mark("{") or self._is_mark("["):
            return self._parse_nested()
        token = self._token
        if token.lastgroup == "text":
            self._advance()
            return token["text"]
        if token.lastgroup == "word":
            self._advance()
            return _WORDS.get(token["word"], token["word"])
        return self._fail("expected a value")

    def _parse_nested(self) -> Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested deeper than {MAX_DEPTH}")
        value = self._parse_object() if self._take("{") else self._parse_array()
        self._depth -= 1
        return value

    def _parse_object(self) -> Expression:
        found: Expression = {}
        while not self._take("}"):
            name = self._token["text"]
            if name is None:
                self._fail("expected a quoted name or '}'")
            self._advance()
            if not self._take(":"):
                self._fail("expected ':'")
            found[name] = self._parse_value()
            # 1.1's schema lacks a comma, and its parser let that through.
            self._take(",")
        return found

    def _parse_array(self) -> list[Value]:
        self._take("[")
        found = []
        while not self._take("]"):
            found.append(self._parse_value())
            self._take(",")
        return found

    def _fail(self, problem: str) -> None:
        line = self._text.count("\n", 0, self._token.start(self._token.lastgroup or 0)) + 1
        raise DataError((f"{self._source}:{line}: {problem}",))


# A condition as a tree: a configuration symbol, or ("not", x), ("and", x, y …), ("or", x, y …).
_Condition = str | tuple[Any, ...]
_CONDITION_TOKEN = re.compile(r"&&|\|\||[!()]|defined\b|[A-Za-z_]\w*|\S")


def normalise_condition(condition: Value) -> str:
    """A build condition in one spelling, `CONFIG_A and not (CONFIG_B or CONFIG_C)`, operands sorted.

    Takes C text (3.0 to 6.0), a list of such (all of them), and the mappings `all`, `any`, `not` (since 6.1).
    """
    return _render_condition(_read_condition(condition), top=True)


def _read_condition(condition: Value) -> _Condition:
    if isinstance(condition, str):
        return _read_c_condition(condition)
    if isinstance(condition, list):
        return _join("and", [_read_condition(item) for item in condition])
    ((word, operand),) = condition.items()
    if word == "not":
        return ("not", _read_condition(operand))
    return _join("and" if word == "all" else "or", [_read_condition(item) for item in operand])


def _read_c_condition(text: str) -> _Condition:
    tokens = [word for word in _CONDITION_TOKEN.findall(text) if word != "defined"][::-1]
    if sum(word in {"(", "!"} for word in tokens) > _MOST_NESTING:
        raise DataError((f"condition '{text[:80]}' has more than {_MOST_NESTING} of ( and !",))
    condition = _read_or(tokens)
    if tokens:
        raise DataError((f"condition '{text[:80]}' cannot be read",))
    return condition


def _read_or(tokens: list[str]) -> _Condition:
    return _read_chain(tokens, "||", "or", lambda left: _read_chain(left, "&&", "and", _read_operand))


def _read_chain(
    tokens: list[str], mark: str, word: str, read: Callable[[list[str]], _Condition]
) -> _Condition:
    """Operands with a mark between; `tokens` are those left, the next one last."""
    operands = [read(tokens)]
    while tokens and tokens[-1] == mark:
        tokens.pop()
        operands.append(read(tokens))
    return _join(word, operands)


def _read_operand(tokens: list[str]) -> _Condition:
    word = tokens.pop() if tokens else ""
    if word == "!":
        return ("not", _read_operand(tokens))
    if word == "(":
        condition = _read_or(tokens)
        del tokens[-1:]
        return condition
    if not word.isidentifier():
        raise DataError((f"condition: expected a symbol, not '{word}'",))
    return word


def _join(word: str, operands: list[_Condition]) -> _Condition:
    """Several conditions as one, nested ones of the same kind opened."""
    flat: list[_Condition] = []
    for operand in operands:
        flat += operand[1:] if isinstance(operand, tuple) and operand[0] == word else [operand]
    return flat[0] if len(flat) == 1 else (word, *flat)


def _render_condition(condition: _Condition, *, top: bool = False) -> str:
    if isinstance(condition, str):
        return condition
    if condition[0] == "not":
        return f"not {_render_condition(condition[1])}"
    text = f" {condition[0]} ".join(sorted({_render_condition(item) for item in condition[1:]}))
    return text if top else f"({text})"
