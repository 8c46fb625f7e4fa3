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
_NEAR = 2000
_MARKS = "\"'`"
_COMMAND_END = re.compile(r"(?<!\\)\n|[;|]")
_MENTION_LENGTH = 60
# Each begins with a literal, which lets `re` skip to the next of them.
_OPTION = re.compile(r"""-(?:(?<=["'`]-)|(?<=[\w"'`}] -))(?P<name>[a-zA-Z][a-zA-Z0-9_-]+|[Mm])(?=["'` ])""")
_BARE = re.compile(r"""-(?<=[\s"'(=]-)(?P<name>[a-zA-Z][a-zA-Z0-9_-]+|[Mm])(?=[\s"'`)]|\Z)""")
# Where an option is looked for and not given.
_MENTION = re.compile(
    r"""(?:\.(?:index|remove|count)\(|[cC]ontains\([^()\n]*,|[=!]=|\b(?:eq|ne|in)\b)\s*["'`]-\Z"""
)
_MENTIONED = re.compile(r"""["'`]\s*(?:not )?in\b""")
# A list that grows: push @$cmd, '-x'; append(args, "-x"; cmd.extend(["-x"; virCommandAddArg(cmd, "-x"
_GROWN = re.compile(r"""\b(?P<list>\w+)(?:->@\*)?(?:\s*,|\.(?:append|extend|add|push)\(\[?)\s*["'`]\Z""")
_ALONE = re.compile(r"""^[ \t]*(?P<call>\w+)\(["'`]\Z""", re.MULTILINE)
# Behind an option in its quotes: the next item of a list, or what a key stands for.
_BEHIND = re.compile(r"""["'`](?:\.\w+\(\))?\s*(?P<next>,|=>|<<|\]\s*=(?!=)|:(?=\s*["'`]))?\s*""")
_YAML_ITEM = re.compile(r"[\"']?[ \t]*\n[ \t]*-[ \t]+")
_NEXT = r"[^\n]{{0,40}}\n[^\n]{{0,80}}?(?<!\w){name}(?:->@\*)?(?:\s*,|\.\w+\(\[?)\s*"
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
    """The options of a text that are QEMU's: those that stand near one that only QEMU has.

    `-name` alone may be anybody's; in a shell's script, near is the same command.
    """
    is_bare = text.source.language.name in _BLANKS
    found = list(_all(text.code, _BARE if is_bare else _OPTION, names.options))
    anchors = [one.at for one in found if one.name in ANCHORS]
    is_about = "qemu" in text.code
    kept = []
    for one in found:
        after = bisect_left(anchors, one.at)
        for at in anchors[max(0, after - 1) : after + 1]:
            between = text.code[min(at, one.at) : max(at, one.at)]
            is_cut = is_bare and _COMMAND_END.search(between)
            if len(between) < _NEAR and not (is_cut and not (is_about and one.name in names.telling_options)):
                kept.append(one)
                break
    return kept


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
        yield from reader.items(behind.end(), alone["call"])


def _in_words(text: Text, option: Option, reader: Reader, *, is_blank: bool) -> Iterator[Written]:
    """The next word, in the same literal or in a shell's command."""
    code = text.code
    start = re.compile(r"(?:[ \t]|\\\n)*").match(code, option.end)
    at = start.end() if start else option.end
    if is_blank and not option.mark:
        yield from reader.word(at, option.at)
    elif at > option.end:
        yield from reader.rest(at, option.mark, option.at)
