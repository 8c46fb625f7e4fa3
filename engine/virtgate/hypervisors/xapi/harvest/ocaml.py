"""OCaml's text as a tree: what a declarative module binds, with whatever is computed left out by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .octokens import CLOSERS, OPENERS, Token, find_local_lets, tokenize

# What starts an item of a structure; `let` does only where it has no `in`.
_ITEMS = frozenset({"module", "open", "type", "exception", "include", "external", "val", "and", ";;"})
# Expressions that compute: their value is nothing that is written down.
_COMPUTED = frozenset({"if", "match", "function", "fun", "try", "while", "for", "assert", "lazy"})
_KEYWORDS = _COMPUTED | _ITEMS | CLOSERS | {"let", "in", "then", "else", "with", "rec", "of", "when", "to"}
_INFIX = frozenset({"@", "::", "^"})
_OTHER_INFIX = frozenset(
    {"|>", "@@", "&&", "||", "<>", "<=", ">=", "==", "=", "<", ">", "+", "-", "*", "/", ":=", "<-", "|"}
)
_MAX_DEPTH = 120


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""

    value: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the modules before it: of a value, or, where its last part is upper-case, a constructor."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Values in brackets (`list`) or with commas between them (`tuple`)."""

    sort: str
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """Something applied: arguments in order, each with its label, if any, without `~`, `?` and colon."""

    head: Tree
    arguments: tuple[tuple[str | None, Tree], ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Two values with `@`, `::` or `^` between them."""

    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Local:
    """A value that is bound for one expression."""

    binding: Binding
    body: Tree


@dataclass(frozen=True, slots=True)
class Record:
    """A record's fields, in order, and the record that it is a copy of but for them (`{x with …}`)."""

    fields: tuple[tuple[str, Tree], ...]
    base: Tree | None = None


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is not read, by what it starts with."""

    start: str


@dataclass(frozen=True, slots=True)
class Binding:
    """`let name parameters = value`; of a parameter that is no plain name the place alone is kept, as `_`."""

    name: str
    parameters: tuple[str, ...]
    value: Tree


@dataclass(frozen=True, slots=True)
class Structure:
    """A module: its name, what it opens, and what it binds in order."""

    name: str
    items: tuple[Binding | Structure | Open, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A module whose names are to be found without its own."""

    name: str


Tree = Text | Number | Name | Group | Call | Join | Local | Record | Opaque


def read_module(text: str, name: str) -> Structure:
    """The module in a file. Raises ValueError where brackets or comments do not match."""
    return Structure(name, tuple(_Parser(list(tokenize(text))).items(None)))


class _Parser:
    """Reads tokens from left to right; what it does not know it passes over up to the next item."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._local = find_local_lets(tokens)
        self._depth = 0

    def items(self, end: str | None) -> Iterator[Binding | Structure | Open]:
        """The items up to a closing word, which is taken."""
        while self._sign() not in {end, ""}:
            word = self._sign()
            if word == "let":
                yield self._binding()
            elif word == "module" and self._sign(1) != "type" and self._sign(2) == "=":
                yield from self._module()
            elif word in {"open", "include"} and self._sort(1) == "name":
                self._at += 2
                yield Open(self._tokens[self._at - 1].text)
            else:
                self._at += 1
                self._skip()
        self._at += 1

    def _module(self) -> Iterator[Structure]:
        name = self._tokens[self._at + 1].text
        self._at += 3
        if self._sign() == "struct":
            self._at += 1
            yield Structure(name, tuple(self.items("end")))
        else:
            self._skip()

    def _binding(self) -> Binding:
        """From `let` to the end of the value."""
        self._at += 1
        if self._sign() == "rec":
            self._at += 1
        name = self._tokens[self._at].text if self._sort() == "name" else "_"
        parameters = []
        if name == "_":
            self._pattern()
        else:
            self._at += 1
        while self._sign() not in {"=", ""}:
            if self._sign() == ":":
                self._type()
                break
            parameters.append(self._pattern())
        self._at += 1
        return Binding(name, tuple(parameters), self._sequence())

    def _pattern(self) -> str:
        """One parameter: a plain name, or `_` for anything else."""
        if self._at >= len(self._tokens):
            raise ValueError("a binding has no end")
        token = self._tokens[self._at]
        if self._sign() in OPENERS:
            self._skip_bracket()
            return "_"
        self._at += 1
        if token.sort == "label" and token.text.endswith(":"):
            self._pattern()
        return token.text if token.sort == "name" else "_"

    def _type(self) -> None:
        while self._sign() not in {"=", ""}:
            if self._sign() in OPENERS:
                self._skip_bracket()
            else:
                self._at += 1

    def _sequence(self) -> Tree:
        """Expressions with `;` between them have the last one's value, which nothing here needs."""
        tree = self._expression()
        if self._sign() == ";":
            self._skip()
            return Opaque(";")
        return tree

    def _expression(self) -> Tree:
        """Operands with commas, `@`, `::` and `^` between them; anything else is opaque as a whole."""
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise ValueError("brackets stand too deep in each other")
            items = [self._chain()]
            while self._sign() == ",":
                self._at += 1
                items.append(self._chain())
            return items[0] if len(items) == 1 else Group("tuple", tuple(items))
        finally:
            self._depth -= 1

    def _chain(self) -> Tree:
        operands, signs = [self._operand()], []
        while (sign := self._sign()) in _INFIX:
            self._at += 1
            signs.append(sign)
            operands.append(self._operand())
        if len(signs) > _MAX_DEPTH:
            raise ValueError("too many values are joined")
        if sign in _OTHER_INFIX:
            self._at += 1
            self._skip(",")
            return Opaque(sign)
        # `@`, `::` and `^` bind from the right.
        tree = operands.pop()
        while signs:
            tree = Join(signs.pop(), operands.pop(), tree)
        return tree

    def _operand(self) -> Tree:
        word = self._sign()
        if word == "let" and self._at in self._local:
            binding = self._binding()
            if self._sign() != "in":
                self._skip(",")
                return Opaque("let")
            self._at += 1
            return Local(binding, self._sequence())
        if word in _COMPUTED:
            self._at += 1
            self._skip(",")
            return Opaque(word)
        head = self._atom()
        if head is None:
            self._skip(",")
            return Opaque(word)
        arguments = []
        while (argument := self._argument()) is not None:
            arguments.append(argument)
        return Call(head, tuple(arguments)) if arguments else head

    def _argument(self) -> tuple[str | None, Tree] | None:
        if self._sort() != "label":
            tree = self._atom()
            return None if tree is None else (None, tree)
        text = self._tokens[self._at].text
        self._at += 1
        label = text.strip("~?:")
        if not text.endswith(":"):
            return label, Name((label,))
        tree = self._atom()
        return label, Opaque(text) if tree is None else tree

    def _atom(self) -> Tree | None:
        """A literal, a name or something in brackets; None where none stands here."""
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        if token.sort == "text":
            self._at += 1
            return Text(token.text)
        if token.sort in {"number", "char"}:
            self._at += 1
            return Number(int(token.text)) if token.text.isdecimal() else Opaque(token.sort)
        if token.text == "`":
            self._at += 2
            return Opaque("`")
        if token.sort == "name" and token.text not in _KEYWORDS | OPENERS.keys():
            return self._name()
        match token.text:
            case "(" | "begin":
                return self._parenthesis()
            case "[" | "[|":
                return Group("list", tuple(self._elements()))
            case "{":
                return self._record()
            case _:
                return None

    def _name(self) -> Tree:
        path = tuple(self._tokens[self._at].text.split("."))
        self._at += 1
        # M.(expression) looks names up in M first: nothing here is written so.
        if self._sign() == "." and self._sign(1) in OPENERS:
            self._at += 1
            self._skip_bracket()
            return Opaque(f"{'.'.join(path)}.(")
        return Name(path)

    def _parenthesis(self) -> Tree:
        end = OPENERS[self._tokens[self._at].text]
        self._at += 1
        if self._sign() == end:
            self._at += 1
            return Group("tuple", ())
        tree = self._sequence()
        if self._sign() != end:
            self._skip_to(end)
            tree = Opaque("(")
        self._at += 1
        return tree

    def _elements(self) -> Iterator[Tree]:
        end = OPENERS[self._tokens[self._at].text]
        self._at += 1
        while self._sign() != end:
            yield self._expression()
            if self._sign() not in {";", end}:
                raise ValueError(f"'{self._sign()}' in a list")
            if self._sign() == ";":
                self._at += 1
        self._at += 1

    def _record(self) -> Tree:
        self._at += 1
        base = None
        if self._sign(1) == "with":
            base = self._name()
            self._at += 1
        fields = []
        while self._sort() == "name" and self._sign() != "}":
            name = self._tokens[self._at].text
            self._at += 1
            if self._sign() != "=":
                break
            self._at += 1
            fields.append((name, self._expression()))
            if self._sign() == ";":
                self._at += 1
        self._skip_to("}")
        self._at += 1
        return Record(tuple(fields), base)

    def _skip(self, also: str = "") -> None:
        """On to what ends an expression here: a closer, `;` or `,`, `in`, or the next item."""
        while self._at < len(self._tokens):
            word = self._sign()
            if word in OPENERS:
                self._skip_bracket()
            elif word == "let" and self._at in self._local:
                self._skip_local()
            elif word in CLOSERS | _ITEMS or word in {";", "in", "let"} or (also and word == also):
                return
            else:
                self._at += 1

    def _skip_local(self) -> None:
        depth = 0
        while self._at < len(self._tokens):
            depth += self._at in self._local
            depth -= self._sign() == "in"
            self._at += 1
            if not depth:
                return

    def _skip_bracket(self) -> None:
        self._skip_to(OPENERS[self._tokens[self._at].text], 1)
        self._at += 1

    def _skip_to(self, end: str, depth: int = 0) -> None:
        """On to the closer of the bracket that is open here, or of the one that starts here."""
        if depth:
            self._at += 1
        while self._sign() != end:
            if self._at >= len(self._tokens):
                raise ValueError(f"no '{end}'")
            if self._sign() in OPENERS:
                self._skip_bracket()
            else:
                self._at += 1

    def _sign(self, ahead: int = 0) -> str:
        """The token's text where it is no string; empty at the end."""
        place = self._at + ahead
        if place >= len(self._tokens):
            return ""
        token = self._tokens[place]
        return '"' if token.sort == "text" else token.text

    def _sort(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._tokens[place].sort if place < len(self._tokens) else ""
