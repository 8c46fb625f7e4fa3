"""QEMU's options in a text, each with what is given to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from ....source import Text
from .names import Names
from .written import Reader, Written

# Options that no other program has: where one of them stands, QEMU's command line is near.
ANCHORS = frozenset(
    {"accel", "audiodev", "blockdev", "chardev", "daemonize", "device", "drive", "fsdev", "fw_cfg", "global"}
    | {"incoming", "machine", "mem-path", "mem-prealloc", "netdev", "no-reboot", "no-shutdown", "nodefaults"}
    | {"nographic", "numa", "object", "overcommit", "readconfig", "rtc", "smbios", "tpmdev", "virtfs"}
    | {"enable-kvm", "soundhw", "usbdevice"}
)
# What starts QEMU, and what is called after it, but for its other programs: an option is QEMU's in a line, or
# in a shell's command, with such a word.
_PROGRAM = re.compile(r"qemu-(?:system-\w|kvm\b)")
_CALLED_SO = re.compile(
    r"(?i:qemu)(?!-(?:img|nbd|io|ga|storage|bridge|pr|guest|user|utils)\b)|(?<![\w-])kvm(?=\s)"
)
_LINE_BEFORE = 300
_NEAR = 2000
_MARKS = "\"'`"
_COMMAND_END = {
    "shell": re.compile(r"(?<!\\)\n|[;|]"),
    # Items of a list follow each other; a key begins something else.
    "yaml": re.compile(r"\n[ \t]*(?:[\w.-]+:(?:[ \t]|\n)|---)"),
    "nix": re.compile(r";"),
}
# A shell's variable that a command sets: it goes on with what the same variable is given elsewhere.
_ASSIGNED = re.compile(
    r"\s*(?:set[ \t]+(?=--)|(?:local|export|readonly|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?"
    r"(?P<name>--|\w+(?=\+?=))"
)
_MENTION_LENGTH = 60
# Each begins with a literal, which lets `re` skip to the next of them.
_OPTION = re.compile(
    r"""-(?:(?<=["'`]-)|(?<=[\w"'`}] -)|(?<=q[qw][(/{\[]-)|(?<=\bq[(/{\[]-)|(?<=%[wW][(/{\[]-))"""
    r"""(?P<name>[a-zA-Z][a-zA-Z0-9_-]+|[Mm])(?=["'` )/}\]])"""
)
_BARE = re.compile(r"""-(?<=[\s"'(=]-)(?P<name>[a-zA-Z][a-zA-Z0-9_-]+|[Mm])(?=[\s"'`)]|\Z)""")
# Where an option is looked for and not given.
_MENTION = re.compile(
    r"""(?:\.(?:index|remove|count)\(|[cC]ontains\([^()\n]*,|[=!]=|\b(?:eq|ne|in)\b)\s*["'`]-\Z"""
)
_MENTIONED = re.compile(r"""["'`]\s*(?:not )?in\b""")
# A list that grows: push @$cmd, '-x'; append(args, "-x"; cmd.extend(["-x"; virCommandAddArg(cmd, "-x"
_GROWN = re.compile(
    r"""\b(?P<list>\w+)(?:->@\*)?(?:\s*,|\.(?:append|extend|add|push|args?|insert\(\w{1,9},)\(?\[?)\s*(?:\w+\()?["'`]\Z"""
)
_ALONE = re.compile(r"""^[ \t]*(?P<call>(?:yield[ \t]|\w+\())["'`]\Z""", re.MULTILINE)
# Behind an option in its quotes: the next item of a list, or what a key stands for.
_BEHIND = re.compile(
    r"""["'`](?:\.\w+\(\))?\s*(?P<next>,|=>|<<|\)\s*\.args?\(|\]\s*=(?!=)|:(?=\s*["'`]))?\s*"""
)
_YAML_ITEM = re.compile(r"[\"']?[ \t]*\n[ \t]*-[ \t]+")
_NEXT = r"[^\n]{{0,40}}\n[^\n]{{0,80}}?(?<!\w){name}(?:->@\*)?(?:\s*,|\.(?:insert\(\w{{1,9}},|\w+\()\[?)\s*"
_BETWEEN = re.compile(r"(?:[ \t]|\\\n)*")
# A folded text of YAML's goes on in the next line.
_BETWEEN_ITEMS = {"yaml": re.compile(r"(?:[ \t]|\\\n|\n[ \t]+(?![ \t\-#]|[\w-]+:[ \n]))*")}
# Here a blank stands between the items of a list, and a word needs no quotes.
_BLANKS = frozenset({"shell", "yaml", "nix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option at a place of a text, and where what is given to it begins."""

    name: str
    at: int
    end: int
    mark: str = ""


def find_options(text: Text, names: Names) -> list[Option]:
    """The options of a text that are QEMU's: those that stand near one that only QEMU has, or QEMU itself.

    `-name` alone may be anybody's; in a shell's script, near is the same command, or what the same variable
    is given.
    """
    language = text.source.language.name
    is_bare = language in _BLANKS
    found = list(_all(text.code, _BARE if is_bare else _OPTION, names.options))
    if not found:
        return []
    near = _Near(text, [one.at for one in found if one.name in ANCHORS])
    return [one for one in found if near.is_qemus(one, is_telling=one.name in names.telling_options)]


class _Near:
    """Whether QEMU's command line is near a place of a text."""

    def __init__(self, text: Text, anchors: list[int]) -> None:
        self._code = text.code
        self._language = text.source.language.name
        self._ends = _COMMAND_END.get(self._language)
        self._is_about = "qemu" in text.code
        self._anchors = anchors
        self._programs = [one.start() for one in _PROGRAM.finditer(text.code)]
        self._variables = {self._variable(at) for at in anchors} if self._language == "shell" else set()

    def is_qemus(self, one: Option, *, is_telling: bool) -> bool:
        """Whether an option stands near something of QEMU's."""
        at, after = one.at, bisect_left(self._anchors, one.at)
        is_freed = self._is_about and is_telling
        if any(
            self._is_near(other, at, is_freed=is_freed)
            for other in self._anchors[max(0, after - 1) : after + 1]
        ):
            return True
        before = bisect_left(self._programs, at) - 1
        if before >= 0 and self._is_near(self._programs[before], at, is_freed=False):
            return True
        start = self._start(at)
        if _CALLED_SO.search(self._code, start, at):
            return True
        variable = self._variable(at) if self._language == "shell" else ""
        return bool(variable) and (variable in self._variables or self._is_given(variable))

    def _is_near(self, other: int, at: int, *, is_freed: bool) -> bool:
        first, last = min(other, at), max(other, at)
        is_cut = self._ends is not None and not is_freed and self._ends.search(self._code, first, last)
        return last - first < _NEAR and not is_cut

    def _start(self, at: int) -> int:
        """Where the line, or the command of a shell, begins."""
        start = max(0, at - _LINE_BEFORE)
        if self._ends is None:
            return max(start, self._code.rfind("\n", start, at) + 1)
        return max([start, *(one.end() for one in self._ends.finditer(self._code, start, at))])

    def _variable(self, at: int) -> str:
        match = _ASSIGNED.match(self._code, self._start(at), at)
        return match["name"] if match else ""

    def _is_given(self, variable: str) -> bool:
        """Whether a shell's variable is given to QEMU."""
        for match in re.finditer(rf"\$\{{?{variable}\b", self._code):
            if _CALLED_SO.search(self._code, self._start(match.start()), match.start()):
                self._variables.add(variable)
                return True
        return False


def _all(code: str, pattern: re.Pattern[str], known: frozenset[str]) -> Iterator[Option]:
    for match in pattern.finditer(code):
        if match["name"] not in known:
            continue
        at = match.start("name")
        before = code[max(0, at - _MENTION_LENGTH) : at]
        if not _MENTION.search(before) and not _MENTIONED.match(code, match.end()):
            mark = code[max(0, at - 2) : at - 1]
            mark = mark if mark and mark in _MARKS else "" if pattern is _BARE else _MARKS
            yield Option(name=match["name"], at=at, end=match.end(), mark=mark)


def find_grown(text: Text, names: Names) -> Iterator[Option]:
    """Options that upstream never had, put into a list that the same function gives QEMU's options to."""
    code, function = text.code, text.source.language.function
    found = [
        (match, grown["list"])
        for match in _OPTION.finditer(code)
        if match["name"] in ANCHORS or match["name"] not in names.options
        if (grown := _GROWN.search(code[max(0, match.start() - _MENTION_LENGTH) : match.start()]))
    ]
    if function is None or all(match["name"] in ANCHORS for match, _ in found):
        return
    edges = [match.start() for match in function.finditer(code)]
    known = {(bisect_left(edges, one.start()), name) for one, name in found if one["name"] in ANCHORS}
    for one, name in found:
        if one["name"] not in names.options and (bisect_left(edges, one.start()), name) in known:
            yield Option(name=one["name"], at=one.start("name"), end=one.end())


def read_given(text: Text, option: Option, reader: Reader) -> Iterator[Written]:
    """What an option is given, where the source shows it: behind it in its own word, in the next item of its
    list, or in what is put into that list next."""
    code, at = text.code, option.end
    is_blank = text.source.language.name in _BLANKS
    mark = code[at : at + 1]
    item = _YAML_ITEM.match(code, at) if text.source.language.name == "yaml" else None
    if item is not None:
        yield from reader.word(item.end(), option.at)
        return
    if mark in {" ", "\t", "\\", "\n"} or (is_blank and mark in {"'", '"'} and not option.mark):
        yield from _in_words(text, option, reader, is_blank=is_blank)
        return
    if mark not in {'"', "'", "`"}:
        return
    behind = _BEHIND.match(code, at)
    if behind is None:
        return
    if behind["next"] or (is_blank and code[behind.end() : behind.end() + 1] not in {")", "]", ""}):
        yield from reader.expression(behind.end(), option.at, lines=is_blank)
        return
    grown = _GROWN.search(code[max(0, option.at - _MENTION_LENGTH) : option.at].rstrip("-"))
    following = grown and re.compile(_NEXT.format(name=re.escape(grown["list"]))).match(code, at + 1)
    alone = _ALONE.search(code[max(0, option.at - _MENTION_LENGTH) : option.at].rstrip("-"))
    if following:
        yield from reader.expression(following.end(), following.end(), lines=False)
    elif alone:
        yield from reader.items(at + 1, re.escape(alone["call"]))


def _in_words(text: Text, option: Option, reader: Reader, *, is_blank: bool) -> Iterator[Written]:
    """The next word, in the same literal or in a shell's command."""
    code = text.code
    start = _BETWEEN_ITEMS.get(text.source.language.name, _BETWEEN).match(code, option.end)
    at = start.end() if start else option.end
    mark = option.mark or _open_mark(code, option.at)
    if is_blank and not mark:
        yield from reader.word(at, option.at)
    elif at > option.end:
        yield from reader.rest(at, mark, option.at)


def _open_mark(code: str, at: int) -> str:
    """The quotes that a place is in, as far as its line shows."""
    line = code[max(0, at - _LINE_BEFORE) : at].rpartition("\n")[2]
    return next((mark for mark in "\"'" if (line.count(mark) - line.count(f"\\{mark}")) % 2), "")
