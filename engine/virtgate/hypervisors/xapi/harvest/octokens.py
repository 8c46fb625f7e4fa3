"""OCaml's tokens, comments left out, and which of them pair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Nested comments are counted by hand; a string inside one may hold what looks like its end.
_TOKEN = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*+"?)'
    r"|\{(?P<tag>[a-z_]*)\|"
    r"|(?P<char>'(?:\\[^\n]+?|[^'\\\n])')"
    r"|(?P<label>[~?][a-z_][\w']*:?)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<name>[A-Za-z_][\w']*(?:\.[A-Za-z_][\w']*)*)"
    r"|(?P<sign>\(\*|\*\)|\[\||\|\]|->|::|:=|<-|\|>|@@|&&|\|\||;;|<>|<=|>=|==|[^\s\w])",
    re.S,
)
# A comment holds comments, and a string in one hides what would end it, as in OCaml itself.
_COMMENT = re.compile(r"""\(\*|\*\)|'\\?"'|"(?:\\.|[^"\\])*+"?""", re.S)
_ESCAPE = re.compile(r"\\(?:\n[ \t]*|(.))", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b"}
OPENERS = {"(": ")", "[": "]", "{": "}", "[|": "|]", "begin": "end", "struct": "end", "sig": "end"}
OPENERS |= {"object": "end", "do": "done"}
CLOSERS = frozenset(OPENERS.values())


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` (without its quotes), `char`, `label`, `number`, `name` or `sign`."""

    sort: str
    text: str


def tokens_of(text: str) -> list[str]:
    """The text's tokens as written, comments left out; strings have their quotes."""
    return [f'"{token.text}"' if token.sort == "text" else token.text for token in tokenize(text)]


def tokenize(text: str) -> Iterator[Token]:
    position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        sort = match.lastgroup or ""
        if match["text"] is not None:
            yield Token("text", _unescape(match["text"][1:-1]))
        elif match["tag"] is not None:
            end = text.find(f"|{match['tag']}}}", position)
            if end < 0:
                raise ValueError("a quoted string has no end")
            yield Token("text", text[position:end])
            position = end + len(match["tag"]) + 2
        elif match["sign"] == "(*":
            position = _skip_comment(text, position)
        else:
            yield Token(sort, match[0])


def _skip_comment(text: str, position: int) -> int:
    depth = 1
    while depth:
        match = _COMMENT.search(text, position)
        if match is None:
            raise ValueError("a comment has no end")
        depth += {"(*": 1, "*)": -1}.get(match[0], 0)
        position = match.end()
    return position


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]) if match[1] else "", text)


def find_local_lets(tokens: list[Token]) -> frozenset[int]:
    """The places of each `let` that has an `in`: they pair as brackets do, and others stand in structures."""
    local: set[int] = set()
    stack: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        if token.sort == "text":
            continue
        if token.text in OPENERS or token.text == "let":
            stack.append((token.text, place))
        elif token.text == "in":
            while stack and stack[-1][0] != "let":
                raise ValueError("'in' without a 'let'")
            if stack:
                local.add(stack.pop()[1])
        elif token.text in CLOSERS:
            while stack and stack[-1][0] == "let":
                stack.pop()
            if not stack or OPENERS[stack.pop()[0]] != token.text:
                raise ValueError(f"'{token.text}' closes nothing")
    if any(text != "let" for text, _ in stack):
        raise ValueError("a bracket is not closed")
    return frozenset(local)
