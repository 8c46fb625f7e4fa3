"""QMP commands with their arguments, and HMP commands, in a text: found by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....source import Seen, Text
from ....source.structure import REACH, Part, close, entries, split
from .arguments import BARE_KEYS, find_arguments, find_elsewhere, find_members, find_texts
from .names import Names
from .speller import Speller
from .values import read_tree
from .wrappers import Wrappers, call_pattern, find_methods

NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
_EXECUTE = re.compile(
    r"""(?P<key>[Ee]xecute|exec-oob)(?P<quote>\\?["'])?"""
    r"""\s*(?P<sign>=>|:|,|[\]}]\s*=)\s*(?P<mark>\\?["'`])(?P<name>[\w.-]+)(?P=mark)"""
)
_MARK_LENGTH = 4
_TELLING = re.compile(r"""(?P<mark>["'`])(?P<name>[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+)(?P=mark)""")
# Python's functions may be given the command by its name.
_KEYWORD = re.compile(r"\s*(?:cmd|command|execute|qmp_cmd)\s*=(?!=)\s*[\"']")
_TYPED = re.compile(r"\bqmp::(?P<name>[a-z_]\w*)\s*(?P<opens>[({])")
_IMPORTED = re.compile(r"\buse\s+[\w:]*\bqmp::(?P<names>\w+|\{[^{}]{0,2000}\})\s*;")
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


class Commands:
    """Finds the commands of one text after another."""

    def __init__(self, texts: Sequence[Text], names: Names, speller: Speller) -> None:
        self._wrappers = Wrappers(texts)
        self._names = names
        self._speller = speller
        self._packages: dict[tuple[str, str], list[str]] = {}
        for text in texts:
            self._packages.setdefault((text.source.language.name, text.folder), []).append(text.code)

    def others(self, text: Text) -> list[str]:
        """The other texts of a text's package."""
        found = self._packages[text.source.language.name, text.folder]
        return [one for one in found if one is not text.code]

    def find(self, text: Text) -> Iterator[Seen]:
        """Every command, argument and HMP command of a text, as often as it is there."""
        code = text.code
        if "xecute" in code or "exec-oob" in code:
            yield from self._keyed(code, text.source.language.name)
        yield from self._called(text)
        if speaks_qmp(text):
            yield from self._methods(text)
            # JSON that lists names is what somebody answered; it sends nothing.
            for match in _TELLING.finditer(code if text.source.language.name != "json" else ""):
                if match["name"] in self._names.telling:
                    yield Seen(kind="command", name=match["name"], at=match.start("name"), alone=True)
        if "command-line" in code:
            for match in _HMP_KEY.finditer(code):
                yield from _hmp(code, Part(text=match["given"], start=match.start("given")), match.start())
        if "qmp::" in code:
            yield from self._typed(code)

    def _keyed(self, code: str, language: str) -> Iterator[Seen]:
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
                    given = find_members(around, entry.value, at, bare=language in BARE_KEYS)
                    for one in self._speller.spell(match["name"], read_tree(around, given)):
                        # Behind escaped quotes nothing is far: the place of the command is near enough.
                        yield replace(one, at=match.start("name")) if shift else one

    def _called(self, text: Text) -> Iterator[Seen]:
        """`mon_cmd($vmid, 'NAME', argument => …)` and its like."""
        code, language = text.code, text.source.language.name
        places = {name: place for name, place in self._wrappers.of(text).items() if name in code}
        calls = call_pattern(places)
        quiet = 0
        for match in calls.finditer(code) if calls is not None else ():
            is_test = language == "go" and code[max(0, match.start() - 2) : match.start()] in {"t.", "b."}
            if is_test or match.start() < quiet:
                continue
            quiet = match.end() + REACH if close(code, match.end()) is None else 0
            yield from self._call(text, match.start(), split(code, match.end()), places[match["name"]])
        hmp = {name: place for name, place in _HMP_CALLS.get(language, {}).items() if name in code}
        calls = call_pattern(hmp)
        for match in calls.finditer(code) if calls is not None else ():
            parts, place = split(code, match.end()), hmp[match["name"]]
            if place < len(parts):
                yield from _hmp(code, parts[place], match.start())

    def _methods(self, text: Text) -> Iterator[Seen]:
        for match in find_methods(text.code):
            yield from self._call(text, match.start(), split(text.code, match.end()), 0)

    def _call(self, text: Text, start: int, parts: list[Part], place: int) -> Iterator[Seen]:
        code, language = text.code, text.source.language.name
        keyword = next((at for at, one in enumerate(parts) if _KEYWORD.match(one.text)), None)
        if language == "python" and keyword is not None:
            one = parts.pop(keyword)
            shift = one.text.index("=") + 1
            parts.insert(place, Part(text=one.text[shift:], start=one.start + shift))
        if place >= len(parts):
            return
        found = [one for one in find_texts(code, parts[place], start) if NAME.match(one[0])]
        for name, at in found:
            # The same functions may send to a monitor for people.
            is_hmp = name in self._names.hmp and name not in self._names.commands
            yield Seen(kind="hmp" if is_hmp else "command", name=name, at=at)
        rest = parts[place + 1 :]
        if len(found) == 1:
            given = list(find_arguments(code, language, rest, start))
            if not given and rest:
                given = list(
                    find_elsewhere(code, self.others(text), rest[0], start, bare=language in BARE_KEYS)
                )
            yield from self._speller.spell(found[0][0], read_tree(code, given))

    def _typed(self, code: str) -> Iterator[Seen]:
        """Rust's `qmp::block_resize { size, … }`: every hyphen is an underscore there."""
        quiet = 0
        imported = "|".join(
            word for one in _IMPORTED.finditer(code) for word in re.findall(r"\w+", one["names"])
        )
        pattern = re.compile(rf"(?:\bqmp::|(?<!\w)(?={imported}))(?P<name>[a-z_]\w*)\s*(?P<opens>[({{])")
        for match in (pattern if imported else _TYPED).finditer(code):
            name = self._names.mangled.get(match["name"])
            if name is not None and match.start() >= quiet:
                quiet = match.end() + REACH if close(code, match.end()) is None else 0
                yield Seen(kind="command", name=name, at=match.start("name"))
                given = (
                    (one.key.replace("_", "-"), one.start, one.value, "")
                    for one in (entries(split(code, match.end())) if match["opens"] == "{" else ())
                )
                yield from self._speller.spell(name, read_tree(code, given))


def _is_key(code: str, match: re.Match[str], language: str) -> bool:
    """Whether what stands before the word makes it a whole key: quotes, or none where none are needed."""
    before = code[max(0, match.start() - _MARK_LENGTH) : match.start()]
    if match["sign"] == "," and language != "c":
        return False
    if match["quote"] is None:
        return language in {"go", "javascript", "perl", "ruby"} and re.search(r"[\w.\"'-]\Z", before) is None
    return re.sub(r"[sS]:\Z", "", before).endswith(match["quote"])


def _hmp(code: str, part: Part, call: int) -> Iterator[Seen]:
    match = _HMP_TEXT.match(part.text)
    if match is not None:
        yield Seen(kind="hmp", name=match["name"], at=part.start + match.start("name"))
        return
    for text, at in find_texts(code, part, call):
        word = re.match(r"info [a-z][\w-]*|[a-z][\w-]*", text)
        if word is not None:
            yield Seen(kind="hmp", name=word[0], at=at)
