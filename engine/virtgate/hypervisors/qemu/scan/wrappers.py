"""The functions that send a command to a monitor: those known of drivers, and those that a source defines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ....source import Text
from ....source.structure import split

# Drivers' own, and where the command stands among their arguments: so that a patch that shows a call only is
# understood too. Proxmox VE's, libvirt's, and those of QEMU's Python packages.
KNOWN: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "perl": {"mon_cmd": 1, "vm_mon_cmd": 1, "vm_mon_cmd_nocheck": 1, "qmp_cmd": 1, "queue_cmd": 2},
        "c": {"qemuMonitorJSONMakeCommand": 0, "qemuMonitorJSONMakeCommandInternal": 0},
        "python": {"execute_qmp_command": 0, "qmp_command": 0},
    }
)
# Names that many functions have: a source's own counts in its folder only.
_PLAIN = frozenset(
    {"call", "cmd", "command", "do", "exec", "execute", "invoke", "query", "request", "run", "send"}
    | {"send_command", "run_command"}
)
# Where a key needs no quotes: Perl's hashes, Go's structs.
_BARE = frozenset({"perl", "go"})
_PASSED = r"""\}?\]?\s*(?:=>|:|,|=)\s*\$?(?P<passed>[A-Za-z_]\w*)\s*[,;})\n]"""
_WORD = re.compile(r"""execute["']""")
_ALIAS = re.compile(r"""\b(\w+)\s*=\s*["']\Z""")
_ALIAS_LENGTH = 60
# A method of something that is called after QMP: what it takes first is the command.
_METHOD = re.compile(r"(?:\.|->|::)(?:cmd|[cC]ommand|[eE]xecute|[rR]un|send_command|qmp)[ \t]*\(")
_RECEIVER = re.compile(r"(?:\w{0,40}(?:[qQ][mM][pP]|[mM]onitor)\w{0,40}(?:\(\))?|\bvm\w*)\Z")
_RECEIVER_LENGTH = 40
_OWNERS = frozenset({"self", "cls", "class", "this", "&self", "&mut self"})
_FAR = 12_000
_ROUNDS = 3


class Wrappers:
    """Where each language's functions take a command; plain names by folder."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._everywhere = {language: dict(known) for language, known in KNOWN.items()}
        self._local: dict[tuple[str, str], dict[str, int]] = {}
        kept = [text for text in texts if text.source.language.function is not None]
        for round_ in range(_ROUNDS):
            found = [one for text in kept for one in self._learn(text, first=round_ == 0)]
            # Each is added: `any` of a generator would end with the first that is new.
            if not sum(self._add(*one) for one in found):
                break

    def of(self, text: Text) -> dict[str, int]:
        """The functions that count in a text, by the place of the command."""
        language = text.source.language.name
        return {
            **self._everywhere.get(language, {}),
            **self._local.get((language, text.folder), {}),
        }

    def _add(self, text: Text, name: str, place: int) -> bool:
        language = text.source.language.name
        if name.strip("_").lower() in _PLAIN:
            table = self._local.setdefault((language, text.folder), {})
        else:
            table = self._everywhere.setdefault(language, {})
        is_new = name not in table
        table.setdefault(name, place)
        return is_new

    def _learn(self, text: Text, *, first: bool) -> Iterator[tuple[Text, str, int]]:
        """The functions of a text that pass a parameter on as the command."""
        names = self.of(text)
        passed: list[tuple[int, str]] = []
        if first and "xecute" in text.code:
            passed = [(match.start(), match["passed"]) for match in _key_pattern(text).finditer(text.code)]
        calls = call_pattern(name for name in names if name in text.code)
        for match in calls.finditer(text.code) if calls is not None else ():
            parts = split(text.code, match.end())
            at = names[match["name"]]
            if at < len(parts):
                passed.append((match.start(), parts[at].text.strip().lstrip("$")))
        for match in find_methods(text.code) if first else ():
            parts = split(text.code, match.end())
            if parts:
                passed.append((match.start(), parts[0].text.strip().lstrip("$")))
        yield from _passing(text, [one for one in passed if one[1].isidentifier()])


def _passing(text: Text, passed: list[tuple[int, str]]) -> Iterator[tuple[Text, str, int]]:
    """The functions that hold one of these places, with the parameter that has its name."""
    function = text.source.language.function
    heads = list(function.finditer(text.code)) if function is not None and passed else []
    starts = [match.start() for match in heads]
    for at, word in passed:
        place = bisect_right(starts, at) - 1
        if place < 0 or at < heads[place].end() or at - heads[place].end() > _FAR:
            continue
        name, parameters = heads[place]["name"], _parameters(text, heads[place])
        if word in parameters and not name.startswith("__"):
            yield text, name, parameters.index(word)


def find_methods(code: str) -> Iterator[re.Match[str]]:
    """The calls that send to something that is called after QMP."""
    for match in _METHOD.finditer(code):
        if _RECEIVER.search(code[max(0, match.start() - _RECEIVER_LENGTH) : match.start()]):
            yield match


def call_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """What matches a call of any of these up to its opening bracket; None of no names."""
    told = "|".join(map(re.escape, names))
    return re.compile(rf"(?<!\w)(?P<name>{told})[ \t]*\(") if told else None


def _key_pattern(text: Text) -> re.Pattern[str]:
    """What matches the key `execute`, or a name that stands for it, and the variable given with it."""
    found = (
        text.code[max(0, one.start() - _ALIAS_LENGTH) : one.start()] for one in _WORD.finditer(text.code)
    )
    aliases = {alias[1] for before in found if (alias := _ALIAS.search(before))}
    quote = r"""\\?["']""" if text.source.language.name not in _BARE else r"""(?:\\?["'])?"""
    key = "|".join([f"[Ee]xecute{quote}", *(rf"{re.escape(name)}\b" for name in sorted(aliases))])
    return re.compile(f"(?:{key}){_PASSED}")


def _parameters(text: Text, head: re.Match[str]) -> list[str]:
    """A function's parameters without the object that it belongs to."""
    words = (head["parameters"] or "").split(",")
    found = [_parameter(text.source.language.name, word.strip()) for word in words]
    return found[1:] if found[0] in _OWNERS else found


def _parameter(language: str, word: str) -> str:
    """The name in one parameter's declaration."""
    if language == "c":
        found = re.search(r"(\w+)\W*\Z", word)
        return found[1] if found else word
    if language == "go":
        return word.split(" ", 1)[0]
    return re.split(r"[:=\s]", word, maxsplit=1)[0].lstrip("$%@*&") or word
