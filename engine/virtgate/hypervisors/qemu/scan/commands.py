"""QMP commands with their arguments, and HMP commands, in a text: found by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....source import Seen, Text
from ....source.structure import REACH, Part, close, entries, split
from .arguments import find_arguments, find_members, find_texts
from .names import Names
from .wrappers import Wrappers, call_pattern

NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
_EXECUTE = re.compile(
    r"""(?P<key>[Ee]xecute|exec-oob)(?P<quote>\\?["'])?"""
    r"""\s*(?:=>|:|,|[\]}]\s*=)\s*(?P<mark>\\?["'`])(?P<name>[\w.-]+)(?P=mark)"""
)
# A method of something that is called after QMP: what it takes first is the command.
_METHOD = re.compile(r"(?:\.|->|::)(?:cmd|[cC]ommand|[eE]xecute|[rR]un|send_command|qmp)[ \t]*\(")
_RECEIVER = re.compile(r"(?:\w{0,40}(?:[qQ][mM][pP]|[mM]onitor)\w{0,40}(?:\(\))?|\bvm\w*)\Z")
_RECEIVER_LENGTH = 40
_MARK_LENGTH = 4
_TELLING = re.compile(r"""(?P<mark>["'`])(?P<name>[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+)(?P=mark)""")
_HMP_KEY = re.compile(r"""command-line\\?["']?\s*(?:=>|:|,)\s*\$?(?P<given>[^\n]{1,200})""")
_HMP_TEXT = re.compile(r"""\s*(?:\w+\()?f?(["'])(?P<name>info [a-z][\w-]*|[a-z][\w-]*)(?=[ "'\\])""")
# Drivers' own, and libvirt's call that passes a text on to a monitor, in each language.
_HMP_CALLS = {
    "perl": {"hmp_cmd": 1},
    "c": {"qemuMonitorJSONHumanCommand": 1, "virDomainQemuMonitorCommand": 1},
    "python": {"qemuMonitorCommand": 1, "virDomainQemuMonitorCommand": 1},
    "go": {"QemuMonitorCommand": 0},
}
# A source about monitors: a command's name alone, if it is unmistakable, is taken for one.
_SPEAKING = ("qmp", "QMP", "Qmp", "qemuMonitor")


def speaks_qmp(text: Text) -> bool:
    """Whether a text is about QMP at all."""
    return any(word in text.code for word in _SPEAKING)


def find_commands(text: Text, wrappers: Wrappers, names: Names) -> Iterator[Seen]:
    """Every command, argument and HMP command of a text, as often as it is there."""
    code = text.code
    if "xecute" in code or "exec-oob" in code:
        yield from _keyed(code, text.source.language.name)
    yield from _called(text, wrappers)
    if speaks_qmp(text):
        yield from _methods(text)
        # JSON that lists names is what somebody answered; it sends nothing.
        for match in _TELLING.finditer(code if text.source.language.name != "json" else ""):
            if match["name"] in names.telling:
                yield Seen(kind="command", name=match["name"], at=match.start("name"), alone=True)
    if "command-line" in code:
        for match in _HMP_KEY.finditer(code):
            yield from _hmp(code, Part(text=match["given"], start=match.start("given")), match.start())


def _keyed(code: str, language: str) -> Iterator[Seen]:
    """`"execute": "NAME"`, in an object whose `arguments` may stand behind it."""
    quiet = 0
    for match in _EXECUTE.finditer(code):
        if not _is_key(code, match, language):
            continue
        yield Seen(kind="command", name=match["name"], at=match.start("name"))
        if match.start() < quiet:
            continue
        around, at, shift = code, match.end(), 0
        if match["mark"].startswith("\\"):
            around, shift = code[at : at + REACH].replace('\\"', '"'), at
            at = 0
        quiet = match.end() + REACH if close(around, at) is None else 0
        for entry in entries(split(around, at)):
            if entry.key.lower() == "arguments":
                for name, place in find_members(around, entry.value, at, bare=language == "perl"):
                    # Behind escaped quotes nothing is far: the place of the command is near enough.
                    here = match.start("name") if shift else place
                    yield Seen(kind="argument", name=f"{match['name']}.{name}", at=here)


def _is_key(code: str, match: re.Match[str], language: str) -> bool:
    """Whether what stands before the word makes it a whole key: quotes, or none where none are needed."""
    before = code[max(0, match.start() - _MARK_LENGTH) : match.start()]
    if match["quote"] is None:
        return language in {"go", "perl"} and re.search(r"[\w.\"'-]\Z", before) is None
    return re.sub(r"[sS]:\Z", "", before).endswith(match["quote"])


def _called(text: Text, wrappers: Wrappers) -> Iterator[Seen]:
    """`mon_cmd($vmid, 'NAME', argument => …)` and its like."""
    code, language = text.code, text.source.language.name
    places = {name: place for name, place in wrappers.of(text).items() if name in code}
    calls = call_pattern(places)
    quiet = 0
    for match in calls.finditer(code) if calls is not None else ():
        is_test = language == "go" and code[max(0, match.start() - 2) : match.start()] in {"t.", "b."}
        if is_test or match.start() < quiet:
            continue
        quiet = match.end() + REACH if close(code, match.end()) is None else 0
        yield from _call(text, match.start(), split(code, match.end()), places[match["name"]])
    hmp = {name: place for name, place in _HMP_CALLS.get(language, {}).items() if name in code}
    calls = call_pattern(hmp)
    for match in calls.finditer(code) if calls is not None else ():
        parts, place = split(code, match.end()), hmp[match["name"]]
        if place < len(parts):
            yield from _hmp(code, parts[place], match.start())


def _methods(text: Text) -> Iterator[Seen]:
    for match in _METHOD.finditer(text.code):
        before = text.code[max(0, match.start() - _RECEIVER_LENGTH) : match.start()]
        if _RECEIVER.search(before):
            yield from _call(text, match.start(), split(text.code, match.end()), 0)


def _call(text: Text, start: int, parts: list[Part], place: int) -> Iterator[Seen]:
    if place >= len(parts):
        return
    found = [one for one in find_texts(text.code, parts[place], start) if NAME.match(one[0])]
    for name, at in found:
        yield Seen(kind="command", name=name, at=at)
    if len(found) == 1:
        name = found[0][0]
        for key, at in find_arguments(text.code, text.source.language.name, parts[place + 1 :], start):
            yield Seen(kind="argument", name=f"{name}.{key}", at=at)


def _hmp(code: str, part: Part, call: int) -> Iterator[Seen]:
    match = _HMP_TEXT.match(part.text)
    if match is not None:
        yield Seen(kind="hmp", name=match["name"], at=part.start + match.start("name"))
        return
    for text, at in find_texts(code, part, call):
        word = re.match(r"info [a-z][\w-]*|[a-z][\w-]*", text)
        if word is not None:
            yield Seen(kind="hmp", name=word[0], at=at)
