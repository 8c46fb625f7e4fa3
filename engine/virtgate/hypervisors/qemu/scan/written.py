"""What an expression of a source says, put together from its literals: `"a,b=" + id + ",c=on"`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ....source.structure import Entry, close, entries, split
from .functions import FAR, FUNCTION, function_start

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
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_WORDS = "my|pub|async|static|export|private|func|fn|def|sub|function|char|const|QString|std::string|String"
_RETURN = re.compile(r"\breturn\b[ \t(]*")
_FEW = 3
_OPENING = frozenset("\"'{")
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
    """A text with the place of each of its pieces in the source, and the variables in its holes."""

    text: str
    pieces: tuple[tuple[int, int], ...] = field(default=())
    holes: tuple[tuple[int, str], ...] = field(default=())

    def at(self, index: int) -> int:
        """Where in the source a character of the text stands, or a piece near it."""
        place = max(0, bisect_right(self.pieces, (index, 1 << 62)) - 1)
        start, at = self.pieces[place]
        return at + index - start

    def fill(self, index: int, other: Written) -> Written:
        """The text with what a variable holds in place of its hole."""
        more = len(other.text) - 1
        return Written(
            text=self.text[:index] + other.text + self.text[index + 1 :],
            pieces=(
                *(one for one in self.pieces if one[0] < index),
                *((start + index, at) for start, at in other.pieces),
                *((start + more, at) for start, at in self.pieces if start > index),
            ),
        )

    def moved(self, place: int) -> Written:
        """The text as if all of it stood at one place."""
        return Written(text=self.text, pieces=tuple((index, place) for index in range(len(self.text))))


class _Builder:
    """Puts a text together."""

    def __init__(self) -> None:
        self._text = ""
        self._pieces: list[tuple[int, int]] = []
        self._holes: list[tuple[int, str]] = []

    def add(self, text: str, at: int) -> None:
        """Append a piece that stands at a place."""
        if text and len(self._text) < _LONGEST:
            self._pieces.append((len(self._text), at))
            self._text += text

    def leave(self, name: str, at: int) -> None:
        """Append a hole for what only the running driver knows, or a variable holds."""
        if _NAME.match(name):
            self._holes.append((len(self._text), name))
        self.add(HOLE, at)

    def separate(self, at: int) -> None:
        """Put a comma between two pieces that lack one."""
        if self._text and not self._text.endswith((",", "=")):
            self.add(",", at)

    def built(self) -> Written | None:
        """What was put together; None where no literal was."""
        if not self._text.strip(HOLE + ","):
            return None
        return Written(text=self._text, pieces=tuple(self._pieces), holes=tuple(self._holes))


class Reader:
    """Reads what a source writes; no more names are followed in one text than anybody has."""

    def __init__(self, code: str, others: Sequence[str] = (), *, language: str = "") -> None:
        """`others` are the other texts of the same package."""
        self._code = code
        self._others = others
        self._language = language
        self._elsewhere: dict[str, list[tuple[Written, bool]]] = {}
        self._left = _MOST_FOLLOWED
        self._unread = _MOST_READ

    def word(self, start: int, call: int) -> Iterator[Written]:
        """A shell's word, without its quotes; what is in the variable that it is."""
        built = _Builder()
        at = _read_word(built, self._code, start)
        yield from self._told(built, [self._code[start:at].strip("\"'${}")], call)

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
        yield from self._told(built, words, call)

    def expression(self, start: int, call: int, *, lines: bool) -> Iterator[Written]:
        """What an expression may say: its own literals, or those of the one variable it is.

        `call` is where it is used; with `lines` it ends with its line, unless that line cannot be whole.
        """
        built, words = _Builder(), [""]
        self._read(built, start, words, lines=lines)
        yield from self._told(built, words, call)

    def items(self, start: int, call: str) -> Iterator[Written]:
        """The literals of the next lines, each alone on its own or in such a call: a result builder's."""
        built = _Builder()
        item = re.compile(
            rf"\)?[ \t]*\n[ \t]*(?:{call})?(?P<mark>[\"'])(?P<text>(?:[^\"\\\n]|\\.){{0,400}})(?P=mark)"
        )
        while (match := item.match(self._code, start)) and match["text"][:1] != "-":
            built.separate(match.start())
            _add_literal(built, match["text"], match.start("text"))
            start = match.end()
        yield from self._told(built, [], start)

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
            self._unread -= (
                _read_into(built, self._code, start, words, lines=lines, language=self._language) - start
            )

    def _told(self, built: _Builder, words: Sequence[str], call: int) -> Iterator[Written]:
        found = built.built()
        if found is None:
            for word in list(reversed(words))[:_FEW]:
                told = list(self._named(word, call))
                if told:
                    yield from told
                    return
            return
        yield found
        # A literal may be what a function is given that builds the text.
        called = next((one for one in words if one.endswith("()")), "")
        yield from self._named(called, call)
        for index, name in found.holes[:_MOST]:
            for value in self._named(name, call):
                yield found.fill(index, value)

    def _named(self, word: str, call: int) -> Iterator[Written]:
        """What a variable holds, a constant is, or a function gives back."""
        self._left -= bool(word)
        if not word or self._left < 0:
            return
        found = [] if word.endswith("()") else list(find_built(self._code, word, call, self._language))
        if found:
            yield from found
            return
        if word not in self._elsewhere:
            self._elsewhere[word] = list(self._find_elsewhere(word))
        yield from (one.moved(call) if is_others else one for one, is_others in self._elsewhere[word])

    def _find_elsewhere(self, word: str) -> Iterator[tuple[Written, bool]]:
        """What a constant is or a function gives back, and whether another text of the package says so."""
        find, name = find_returned if word.endswith("()") else find_constant, _last_name(word)
        yield from ((one, False) for one in find(self._code, name, self._language))
        for other in () if _is_defined(self._code, name) else self._others:
            yield from ((one, True) for one in find(other, name, self._language))


def _read_word(built: _Builder, code: str, start: int) -> int:
    """Append a shell's word; where it ends."""
    at = start
    while match := _WORD.match(code, at, min(len(code), start + _LONGEST)):
        quoted = match[0][0] in "\"'"
        _add_literal(built, match[0][1:].rstrip(match[0][0]) if quoted else match[0], at + quoted)
        at = match.end()
    return at


def _read_into(
    built: _Builder, code: str, start: int, words: list[str], *, lines: bool, language: str = ""
) -> int:
    """Append an expression's literals; where it ends."""
    depth, before, end = 0, "", start
    is_nix = language == "nix"
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
            text = match[0][1:].removesuffix(match[0][0])
            if is_nix and before[-1:] == '"':
                built.separate(match.start())
            # What joins a list stands before it in some languages.
            if text.strip() != "," or built.built() is not None:
                _add_literal(built, text, match.start() + 1)
        elif sort == "comma":
            built.separate(match.start())
        elif sort == "word" and _IS_CALL.match(code, match.end()):
            words.append(match[0] if match[0].endswith(_JOINS) else f"{match[0]}()")
        elif sort == "word" and match[0] != "." and code[match.end() : match.end() + 1] not in _OPENING:
            words.append(match[0])
            # A function of Nix's and what it is given stand side by side; no list that grows is in itself.
            if not is_nix and not (before == "(" and words[-2:-1] == ["append()"]):
                built.leave(match[0].lstrip("$@"), match.start())
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
        built.leave(match[0].strip("$#\\{}()"), at + match.start())
        end = match.end()
    built.add(text[end:], at + end)


def _last_name(word: str) -> str:
    return re.split(r"\W+", word.removesuffix("()").strip("$@&*%"))[-1]


def _lines_with(code: str, name: str) -> Iterator[int]:
    """Where the lines begin that have a name, each once."""
    at = code.find(name) if name else -1
    while at >= 0:
        yield code.rfind("\n", 0, at) + 1
        end = code.find("\n", at)
        at = code.find(name, end) if end >= 0 else -1


def _is_defined(code: str, name: str) -> bool:
    constant, function = _defining(name)
    return any(constant.match(code, at) or function.match(code, at) for at in _lines_with(code, name))


@lru_cache(maxsize=256)
def _defining(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What matches the line that defines a constant, and one that begins a function."""
    return (
        re.compile(
            rf"(?:[^\s=(][^\n=(]{{0,60}}[ \t*&$]|[ \t]+(?=[A-Z])|[$])?{name}(?:\[\])?"
            r"(?:[ \t]*(?::[ \t]*[\w&' <>\[\]]{1,30})?:?=(?!=)[ \t]*|[ \t]+(?=\"))"
        ),
        re.compile(rf"[ \t]*(?:{_WORDS})\b[^\n=;]{{0,60}}(?<![\w.$>]){name}[ \t]*[({{]"),
    )


def find_constant(code: str, name: str, language: str) -> Iterator[Written]:
    """What a text says of a constant, outside of its functions."""
    for at in _lines_with(code, name):
        match = _defining(name)[0].match(code, at)
        if match is not None:
            built = _Builder()
            if language == "shell":
                _read_word(built, code, match.end())
            else:
                _read_into(built, code, match.end(), [""], lines=True, language=language)
            if (found := built.built()) is not None:
                yield found
                return


def find_returned(code: str, name: str, language: str) -> Iterator[Written]:
    """What a function of a text gives back: an expression, or what it put into a variable."""
    heads = (_defining(name)[1].match(code, at) for at in _lines_with(code, name))
    head = next((one for one in heads if one is not None), None)
    if head is None:
        return
    edge = FUNCTION.search(code, head.end(), head.end() + FAR)
    for match in _RETURN.finditer(code, head.end(), edge.start() if edge else head.end() + FAR):
        built, words = _Builder(), [""]
        _read_into(built, code, match.end(), words, lines=True)
        found = built.built()
        if found is not None:
            yield found
        elif not words[-1].endswith("()"):
            yield from find_built(code, words[-1], match.start(), language)


def find_built(code: str, word: str, call: int, language: str = "") -> Iterator[Written]:
    """What a function put into a variable before a place: a text, or a list of its parts."""
    name = re.sub(r"\W", "", word.rpartition(".")[0] if word.endswith(_JOINS) else word)
    start = function_start(code, call)
    if not name or name.isdigit() or code.find(name, start, call) < 0:
        return
    grows = re.compile(_GROWS.format(name=rf"[$@]?{re.escape(name)}"))
    found: list[_Builder] = []
    for match in grows.finditer(code, start, call):
        new = _Builder()
        words: list[str] = []
        if language == "shell" and match["how"] and code[match.end() : match.end() + 1] != "(":
            end = _read_word(new, code, match.end())
        else:
            end = _read_into(new, code, match.end(), words, lines=not (match["call"] or match["method"]))
        is_more = match["how"] not in {":=", "="} or name in {re.sub(r"\W", "", one) for one in words}
        if not is_more or not found:
            found.append(_Builder())
        for one in found if is_more else found[-1:]:
            is_list = code[match.end() : match.end() + 1] in {"[", "("}
            if is_more and (
                match["call"] or match["method"] or is_list or "append" in code[match.start() : end]
            ):
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
