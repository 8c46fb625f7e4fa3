"""Events, devices and options in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from ....source import Seen, Text
from .names import Names

_EVENT_KEY = re.compile(
    r"""(?P<quote>\\?["'])event(?P=quote)\s*(?:=>|:|,|[\]}]\s*[=!]=)\s*(?P<mark>\\?["'])(?P<name>[A-Z][A-Z0-9_]{2,})(?P=mark)"""
)
_CAPITALS = re.compile(r"""(?P<mark>["'`])(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?P=mark)""")
# Options that no other program has: where one of them stands, QEMU's command line is near.
_ANCHORS = frozenset(
    {"accel", "audiodev", "blockdev", "chardev", "daemonize", "device", "drive", "fsdev", "fw_cfg", "global"}
    | {"incoming", "machine", "mem-path", "mem-prealloc", "netdev", "no-reboot", "no-shutdown", "nodefaults"}
    | {"nographic", "numa", "object", "overcommit", "readconfig", "rtc", "smbios", "tpmdev", "virtfs"}
)
_NEAR = 2000
_COMMAND_END = re.compile(r"(?<!\\)\n|[;|]")
_MENTION_LENGTH = 60
_OPTION = re.compile(r"""-(?<=["'`]-)(?P<name>[a-z][a-z0-9_-]+)(?=["'` ])""")
_SHELL_OPTION = re.compile(r"""-(?<=[\s"']-)(?P<name>[a-z][a-z0-9_-]+)(?=[\s"'])""")
# Where an option is looked for and not given.
_MENTION = re.compile(
    r"""(?:\.(?:index|remove|count)\(|[cC]ontains\([^()\n]*,|[=!]=|\b(?:eq|ne|in)\b)\s*["'`]-\Z"""
)
_MENTIONED = re.compile(r"""["'`]\s*(?:not )?in\b""")
# A list that grows: push @$cmd, '-x'; append(args, "-x"; cmd.extend(["-x"; virCommandAddArg(cmd, "-x"
_GROWN = re.compile(r"""(?P<list>\w+)(?:->@\*)?(?:\s*,|\.(?:append|extend)\(\[?)\s*["'`]\Z""")
_DEVICE = re.compile(
    r"""-device["'`]?\s*(?:,|=>)?\s*(?:[\w.]+\(\s*)?[fbru]?["'`]?(?:driver=)?(?P<name>[A-Za-z][\w.-]*)(?=["'`,\s\\]|$)"""
)
_DEVICE_TEXT = re.compile(r"""["'`](?:device_add )?(?P<name>[a-z][\w.]*(?:-[\w.]+)+),[a-z][\w.-]*=""")
_DRIVER = re.compile(
    r"""driver(?<![\w.-]driver)\\?["']?\s*(?:=>|:|,|[\]}]\s*=|=(?!=))\s*(?P<mark>\\?["'])(?P<name>[\w.-]+)(?P=mark)"""
)


def find_literals(text: Text, names: Names, *, speaks: bool) -> Iterator[Seen]:
    """Every such name of a text, as often as it is there; `speaks` says that the text is about QMP."""
    code = text.code
    if "event" in code:
        for match in _EVENT_KEY.finditer(code):
            yield Seen(kind="event", name=match["name"], at=match.start("name"))
    if speaks:
        yield from _events(code, names)
    options = list(_options(text, names))
    anchors = [one.at for one in options if one.name in _ANCHORS]
    yield from _near(text, options, anchors)
    if anchors and text.source.language.function is not None:
        yield from _grown(text, names)
    if anchors or "-device" in code or speaks:
        yield from _devices(code, names, is_near=bool(anchors) or speaks)


def _events(code: str, names: Names) -> Iterator[Seen]:
    for match in _CAPITALS.finditer(code):
        name = match["name"]
        if name in names.events and ("_" in name or "event" in _line(code, match.start()).lower()):
            yield Seen(kind="event", name=name, at=match.start("name"))


def _line(code: str, at: int) -> str:
    end = code.find("\n", at)
    return code[code.rfind("\n", 0, at) + 1 : end if end >= 0 else len(code)]


def _options(text: Text, names: Names) -> Iterator[Seen]:
    pattern = _SHELL_OPTION if text.source.language.name == "shell" else _OPTION
    for match in pattern.finditer(text.code):
        before = text.code[max(0, match.start() - _MENTION_LENGTH) : match.start("name")]
        is_mention = _MENTION.search(before) or _MENTIONED.match(text.code, match.end())
        if match["name"] in names.options and not is_mention:
            yield Seen(kind="option", name=match["name"], at=match.start("name"))


def _near(text: Text, options: list[Seen], anchors: list[int]) -> Iterator[Seen]:
    """Those that stand near an option that only QEMU has: `-name` alone may be anybody's.

    In a shell's script, near is the same command.
    """
    is_shell = text.source.language.name == "shell"
    for one in options:
        after = bisect_left(anchors, one.at)
        for at in anchors[max(0, after - 1) : after + 1]:
            between = text.code[min(at, one.at) : max(at, one.at)]
            if len(between) < _NEAR and not (is_shell and _COMMAND_END.search(between)):
                yield one
                break


def _grown(text: Text, names: Names) -> Iterator[Seen]:
    """Options that upstream never had, put into a list that the same function gives QEMU's options to."""
    code, function = text.code, text.source.language.function
    found = [
        (match, grown["list"])
        for match in _OPTION.finditer(code)
        if match["name"] in _ANCHORS or match["name"] not in names.options
        if (grown := _GROWN.search(code[max(0, match.start() - _MENTION_LENGTH) : match.start()]))
    ]
    if function is None or all(match["name"] in _ANCHORS for match, _ in found):
        return
    edges = [match.start() for match in function.finditer(code)]
    known = {(bisect_left(edges, one.start()), name) for one, name in found if one["name"] in _ANCHORS}
    for one, name in found:
        if one["name"] not in names.options and (bisect_left(edges, one.start()), name) in known:
            yield Seen(kind="option", name=one["name"], at=one.start("name"))


def _devices(code: str, names: Names, *, is_near: bool) -> Iterator[Seen]:
    patterns = (_DEVICE, _DEVICE_TEXT, _DRIVER) if is_near else (_DEVICE,)
    for pattern in patterns:
        for match in pattern.finditer(code):
            name = match["name"]
            if name in names.devices and (pattern is _DEVICE or "-" in name):
                yield Seen(kind="device", name=name, at=match.start("name"))
