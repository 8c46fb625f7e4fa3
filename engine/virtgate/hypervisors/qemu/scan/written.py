"""What an expression of a source says, put together from its literals: `"a,b=" + id + ",c=on"`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from ....source.structure import Entry, close, entries, split
from .functions import function_start

# What stands for a value that only the running driver knows.
HOLE = "\x01"
_LONGEST = 2000
_MOST = 8
_MOST_FOLLOWED = 300
# So many characters of one text are read as expressions: nobody writes that much, and brackets may stay open.
_MOST_READ = 1 << 20
_AROUND = 400
_OPEN = re.compile(r"[({]")
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|(?:[^\s\"'\\;|&()<>]|\\.)+", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<string>\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?|`[^`]*+`?)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)|(?P<end>;)|(?P<line>\n)"
    r"|(?P<word>[\w$@%&.:>-]+)|(?P<mark>[^\s\w])",
    re.DOTALL,
)
# Values that are put into a literal: ${x}, $x, %s, {x}, <%= x %>.
_PUT_IN = re.compile(
    r"\$\{[^{}\n]{0,80}\}|\$\([^()\n]{0,80}\)|\$\w+(?:->\{\w+\}|\{\w+\}|->\w+)*"
    r"|%(?:\[\d\])?[-+ #0-9.*]{0,6}[lhzj]{0,2}[a-zA-Z]"
    r"|#\{[^{}\n]{0,80}\}|\\\([^()\n]{0,80}\)|\{[\w.\[\]()]{0,60}\}"
)
_IS_CALL = re.compile(r"!?\(")
_JOINS = (".String", ".join", ".to_string", ".toString")
_COMPARED = ("==", "!=", "eq", "ne", "in")
_GOES_ON = frozenset("+.,(\\|&?:=[{")
# A list or a text that grows: x .= …, x += …, x = append(x, …), x.append(…), push @x, …, virBufferAdd(&x, …
_GROWS = (
    r"(?<![\w$.]){name}\s*(?P<how>:=|\.=|\+=|=(?![=~>]))\s*"
    r"|(?P<call>(?<!\w)\w{{0,40}}(?:[aA]dd|[aA]ppend|[pP]rint|[cC]at|push)\w{{0,40}}\(?\s*[&@$]*{{?\$?)(?<![\w.]){name}\b\}}?(?:->@\*)?\s*,\s*"
    r"|(?P<method>(?<![\w.]){name}(?:\.|->)(?:append|add|push|extend|concat|write|WriteString)\w*\(\s*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text with the place of each of its pieces in the source."""

    text: str
    pieces: tuple[tuple[int, int], ...] = field(default=())

    def at(self, index: int) -> int:
        """Where in the source a character of the text stands, or a piece near it."""
        place = max(0, bisect_right(self.pieces, (index, 1 << 62)) - 1)
        start, at = self.pieces[place]
        return at + index - start


class _Builder:
    """Puts a text together."""

    def __init__(self) -> None:
        self._text = ""
        self._pieces: list[tuple[int, int]] = []

    def add(self, text: str, at: int) -> None:
        """Append a piece that stands at a place."""
        if text and len(self._text) < _LONGEST:
            self._pieces.append((len(self._text), at))
            self._text += text

    def separate(self, at: int) -> None:
        """Put a comma between two pieces that lack one."""
        if self._text and not self._text.endswith((",", "=")):
            self.add(",", at)

    def built(self) -> Written | None:
        """What was put together; None where no literal was."""
        if not self._text.strip(HOLE + ","):
            return None
        return Written(text=self._text, pieces=tuple(self._pieces))


class Reader:
    """Reads what a source writes; no more names are followed in one text than anybody has."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._left = _MOST_FOLLOWED
        self._unread = _MOST_READ

    def word(self, start: int, call: int) -> Iterator[Written]:
        """A shell's word, without its quotes; what is in the variable that it is."""
        built, at = _Builder(), start
        while match := _WORD.match(self._code, at, min(len(self._code), start + _LONGEST)):
            quoted = match[0][0] in "\"'"
            _add_literal(built, match[0][1:].rstrip(match[0][0]) if quoted else match[0], at + quoted)
            at = match.end()
        yield from self._told(built, self._code[start:at].strip("\"'${}"), call)

    def rest(self, start: int, mark: str, call: int) -> Iterator[Written]:
        """What follows in a literal up to a blank or its end, and what is joined to that."""
        match = re.compile(rf"(?:[^\s{mark}\\]|\\.)*").match(
            self._code, start, min(len(self._code), start + _LONGEST)
        )
        end = match.end() if match else start
        built, words = _Builder(), [self._code[start:end].strip("${}")]
        _add_literal(built, self._code[start:end], start)
        self._unread -= end - start
        if self._code[end : end + 1] in set(mark):
            self._read(built, end + 1, words, lines=True)
        yield from self._told(built, words[-1], call)

    def expression(self, start: int, call: int, *, lines: bool) -> Iterator[Written]:
        """What an expression may say: its own literals, or those of the one variable it is.

        `call` is where it is used; with `lines` it ends with its line, unless that line cannot be whole.
        """
        built, words = _Builder(), [""]
        self._read(built, start, words, lines=lines)
        yield from self._told(built, words[-1], call)

    def items(self, start: int, call: str) -> Iterator[Written]:
        """The literals of the next lines, each alone on its own or in such a call: a result builder's."""
        built = _Builder()
        item = re.compile(
            rf"\)?[ \t]*\n[ \t]*(?:{call}\()?(?P<mark>[\"'])(?P<text>(?:[^\"\\\n]|\\.){{0,400}})(?P=mark)"
        )
        while (match := item.match(self._code, start)) and match["text"][:1] != "-":
            built.separate(match.start())
            _add_literal(built, match["text"], match.start("text"))
            start = match.end()
        yield from self._told(built, "", start)

    def around(self, at: int) -> Iterator[Entry]:
        """The entries of the object or the call that a place is in."""
        self._left -= 1
        opening = [one.end() for one in _OPEN.finditer(self._code, max(0, at - _AROUND), at)]
        for start in reversed(opening[-_MOST:] if self._left > 0 else ()):
            end = close(self._code, start)
            if end is not None and end > at:
                yield from entries(split(self._code, start))
                return

    def _read(self, built: _Builder, start: int, words: list[str], *, lines: bool) -> None:
        if self._unread > 0:
            self._unread -= _read_into(built, self._code, start, words, lines=lines) - start

    def _told(self, built: _Builder, word: str, call: int) -> Iterator[Written]:
        found = built.built()
        if found is not None:
            yield found
        elif word and self._left > 0:
            self._left -= 1
            yield from find_built(self._code, word, call)


def _read_into(built: _Builder, code: str, start: int, words: list[str], *, lines: bool) -> int:
    """Append an expression's literals; where it ends."""
    depth, before, end = 0, "", start
    for match in _TOKEN.finditer(code, start, min(len(code), start + _LONGEST)):
        end, sort = match.start(), match.lastgroup
        depth += (sort == "open") - (sort == "close")
        if depth < 0 or (depth == 0 and sort in {"comma", "end"}):
            break
        if sort == "line":
            if lines and depth == 0 and before[-1:] not in _GOES_ON and not _continues(code, match.end()):
                break
            continue
        if sort == "string" and before not in _COMPARED:
            _add_literal(built, match[0][1:].removesuffix(match[0][0]), match.start() + 1)
        elif sort == "comma":
            built.separate(match.start())
        elif sort == "word" and _IS_CALL.match(code, match.end()):
            words += [match[0]] if match[0].endswith(_JOINS) else []
        elif sort == "word" and code[match.end() : match.end() + 1] not in {'"', "'"}:
            words.append(match[0])
            built.add(HOLE, match.start())
        before = match[0]
    return end


def _continues(code: str, at: int) -> bool:
    """Whether the next line can only go on with an expression."""
    rest = code[at : at + 200].lstrip(" \t")
    return rest[:1] in {".", "+", '"', "'", "?", ":"} and not rest.startswith('"""')


def _add_literal(built: _Builder, text: str, at: int) -> None:
    """Append what a literal says, with holes for what is put into it."""
    text = text.replace('\\"', '"')
    is_json = text.lstrip().startswith("{") and '"' in text
    end = 0
    for match in _PUT_IN.finditer(text) if not is_json else ():
        built.add(text[end : match.start()], at + end)
        built.add(HOLE, at + match.start())
        end = match.end()
    built.add(text[end:], at + end)


def find_built(code: str, word: str, call: int) -> Iterator[Written]:
    """What a function put into a variable before a place: a text, or a list of its parts."""
    name = re.sub(r"\W", "", word.rpartition(".")[0] if word.endswith(_JOINS) else word)
    if not name or name.isdigit():
        return
    grows = re.compile(_GROWS.format(name=rf"[$@]?{re.escape(name)}"))
    found: list[_Builder] = []
    for match in grows.finditer(code, function_start(code, call), call):
        new = _Builder()
        words: list[str] = []
        end = _read_into(new, code, match.end(), words, lines=not (match["call"] or match["method"]))
        is_more = match["how"] not in {":=", "="} or name in {re.sub(r"\W", "", one) for one in words}
        if not is_more or not found:
            found.append(_Builder())
        for one in found if is_more else found[-1:]:
            if is_more and (match["call"] or match["method"] or "append" in code[match.start() : end]):
                _join(one, new)
            else:
                _join(one, new, separate=False)
        if len(found) > _MOST:
            return
    yield from (text for one in found if (text := one.built()) is not None)


def _join(one: _Builder, new: _Builder, *, separate: bool = True) -> None:
    written = new.built()
    if written is None:
        return
    if separate and not written.text.startswith(","):
        one.separate(written.pieces[0][1])
    ends = [start for start, _ in written.pieces[1:]] + [len(written.text)]
    for (start, at), end in zip(written.pieces, ends, strict=True):
        one.add(written.text[start:end], at)
