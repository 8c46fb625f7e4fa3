"""Every regular expression of the engine on the texts that cost it most: each is done in time that grows no
faster than the text.

Of an expression every character that it names is repeated, and every two of them, alone and with something
between, and the text ends in what it cannot take. None is listed here: they are found in the code.
"""

from __future__ import annotations

import ast
import importlib
import random
import re
import signal
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

ENGINE = Path(__file__).parents[2] / "engine"
METHODS = frozenset({"search", "match", "fullmatch", "finditer", "findall", "sub", "split"})
MOST_CHARACTERS = 14
BETWEEN = ("", "\1")
ALWAYS = (
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    '"',
    "'",
    "\\",
    '\\"',
    "(",
    "[",
    "{",
    "()",
    "[]",
    "{}",
    '{"a',
    "/*",
    "#",
    "`",
)
SPELLED = {"CATEGORY_WORD": "a", "CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}


class Use(NamedTuple):
    """One way in which the engine uses an expression."""

    where: str
    pattern: re.Pattern[Any]
    method: str


class SlowError(BaseException):
    """No text of ours takes so long, and nothing between may catch this."""


@cache
def find_uses() -> tuple[Use, ...]:
    """Every expression of the engine with the ways it is used; one only handed on is matched whole."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ENGINE.rglob("*.py"))}
    used: dict[str, set[str]] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
                name = node.value.id
                used.setdefault(f"{path}:{name}" if name.startswith("_") else name, set()).add(node.attr)
    return tuple(use for path, tree in trees.items() for use in _of_module(path, tree, used))


def _of_module(path: Path, tree: ast.AST, used: dict[str, set[str]]) -> Iterator[Use]:
    name = ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix(".__init__")
    if name.endswith("__main__") or name == "virtgate.openfeature":  # which needs an extra
        return
    for variable, value in vars(importlib.import_module(name)).items():
        if isinstance(value, re.Pattern):
            key = f"{path}:{variable}" if variable.startswith("_") else variable
            for method in sorted(used.get(key, {"fullmatch"})):
                yield Use(f"{name}.{variable}", value, method)
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method),
                args=[ast.Constant(value=str(text)), *_],
            ) if method in METHODS:
                yield Use(f"{name}:{node.lineno}", re.compile(text), method)


def units(pattern: re.Pattern[Any]) -> Iterator[str]:
    """What is repeated to make the texts that one expression is tried on."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    named = sorted(set(_characters(_parser.parse(source, pattern.flags & ~(re.UNICODE | re.LOCALE)))))
    chosen = named[:: 1 + len(named) // MOST_CHARACTERS]
    yield from dict.fromkeys(
        (
            *ALWAYS,
            *(f"{a}{b if b != a else ''}{between}" for a in chosen for b in chosen for between in BETWEEN),
        )
    )


def _characters(parts: Any) -> Iterator[str]:
    """The characters that a parsed expression names, one for each set and each range."""
    for operation, argument in parts:
        match str(operation), argument:
            case "LITERAL" | "NOT_LITERAL", code:
                yield chr(code)
            case "RANGE", (first, _):
                yield chr(first)
            case "CATEGORY", sort:
                yield SPELLED.get(str(sort), "x")
            case "IN", members:
                yield from _characters(members)
            case "BRANCH", (_, branches):
                for branch in branches:
                    yield from _characters(branch)
            case _, tuple(inner):
                for part in inner:
                    if isinstance(part, _parser.SubPattern):
                        yield from _characters(part)
            case _, _parser.SubPattern():
                yield from _characters(argument)


def pumped(pattern: re.Pattern[Any], chance: random.Random, length: int) -> str:
    """A text that the expression takes to its end, or nearly, and in which one part of it is repeated."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    text = _spell(_parser.parse(source, pattern.flags & ~(re.UNICODE | re.LOCALE)), chance, length)
    return text[:length] + chance.choice(("", "\n", "!", ")", "(", ";", "A!"))


def _spell(parts: Any, chance: random.Random, length: int) -> str:
    told = []
    for operation, argument in parts:
        match str(operation), argument:
            case "BRANCH", (_, branches):
                told.append(_spell(chance.choice(branches), chance, length))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT", (least, most, inner):
                is_pumped = most > 99 and chance.random() < 0.3
                several = [_spell(inner, chance, 0) for _ in range(8 if is_pumped else min(2, most))]
                times = length // (8 * len(several[0]) or 8) if is_pumped else 1
                told.append(
                    "".join(several[: max(least, chance.randrange(3), 8 * is_pumped)]) * max(1, times)
                )
            case "ASSERT" | "ASSERT_NOT" | "AT" | "GROUPREF", _:
                pass
            case "SUBPATTERN", (*_, inner):
                told.append(_spell(inner, chance, length))
            case "ATOMIC_GROUP", inner:
                told.append(_spell(inner, chance, length))
            case _:
                told.append(chance.choice(list(_characters([(operation, argument)])) or ["x"]))
    return "".join(told)


def try_use(use: Use, unit: str, length: int, patience: float) -> bool:
    """Whether one use comes to an end in time on a text of a unit repeated."""
    return try_text(use, (unit * (length // len(unit) + 1))[:length] + "\0", patience)


def try_text(use: Use, text: Any, patience: float) -> bool:
    """Whether one use comes to an end in time on a text."""
    if isinstance(use.pattern.pattern, bytes):
        text = text.encode("utf-8", "replace")
    arguments = ("", text) if use.method == "sub" else (text,)

    def give_up(*_: object) -> None:
        raise SlowError

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, patience)
    try:
        found = getattr(use.pattern, use.method)(*arguments)
        if use.method == "finditer":
            for _ in found:
                pass
    except SlowError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return True


def find_slow(length: int, patience: float, share: int = 1) -> Iterator[tuple[Use, str] | None]:
    """For each text that was tried, None, or the use that did not come to an end on it; every `share`th."""
    for use in find_uses():
        for unit in units(use.pattern):
            if zlib.crc32(f"{use.where}{unit}".encode("utf-8", "replace")) % share == 0:
                yield None if try_use(use, unit, length, patience) else (use, unit)
