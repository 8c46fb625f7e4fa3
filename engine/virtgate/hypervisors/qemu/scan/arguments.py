"""Which arguments go with a command: keys written in the call, or in a variable that is given to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ....source.structure import LITERAL, Part, entries, open_object, split, tokens
from .functions import FAR, FUNCTION, function_start

# A name, its place, its value where that is shown, and the letter that libvirt writes for its kind.
Keyed = tuple[str, int, Part | None, str]

# libvirt's: a letter for the kind, the member's name: "s:device", "B:incremental".
_FORMAT = re.compile(r"(?P<letter>[a-zA-Z]):(?P<name>[a-z][\w.-]*)\Z")
# Where a key of an object needs no quotes.
BARE_KEYS = frozenset({"perl", "javascript", "ruby"})
# What Proxmox VE's and QEMU's own functions take for themselves and do not send; a descriptor goes beside.
_KEPT = frozenset({"timeout", "noerr", "fd", "conv_keys", "debug"})
_VARIABLE = re.compile(r"\s*[&*%$@{(\\]*+(?P<name>[A-Za-z_]\w*)(?:->%\*|->\$\*|\.clone\(\)|[)}])*\s*\Z")
_KEYWORD = re.compile(r"\s*(?P<name>[a-z]\w*)\s*=(?!=)\s*")
_DICT = re.compile(r"\s*dict\(")
_TAG = re.compile(r'`[^`\n]*json:"(?P<name>[\w.-]+)[^"\n]*"[^`\n]*`')
_CALLED = re.compile(r"\s*[%@*]*(?:\w+(?:\.|->|::))*(?P<function>\w+)\(")
_RETURNED = re.compile(r"\breturn[ \t(]+\\?[&%]?(?:map\[[^\n{]*(?:interface\{\})?|[\w.:]*)\s*\{")
_RETURN = re.compile(r"\breturn[ \t]+[$%\\&*]*(?P<name>\w+)[ \t]*[;,\n]")


def find_arguments(code: str, language: str, parts: list[Part], call: int) -> Iterator[Keyed]:
    """The arguments behind a command in a call: its name and place."""
    if language == "c":
        yield from _formats(parts)
    elif language == "perl":
        yield from _pairs(code, parts, call)
    elif language == "python" and any(_KEYWORD.match(part.text) for part in parts):
        yield from _keywords(parts)
    elif language == "python" and parts and parts[0].text.lstrip().startswith("**"):
        for name, at, value, letter in find_members(code, parts[0], call, bare=False):
            yield name.replace("_", "-"), at, value, letter
    elif language == "python" and parts and (called := _DICT.match(parts[0].text)):
        yield from _keywords(split(code, parts[0].start + called.end()))
    elif parts:
        yield from find_members(code, parts[0], call, bare=language in BARE_KEYS)


def _keywords(parts: list[Part]) -> Iterator[Keyed]:
    """Python's arguments, in which QEMU's package puts a hyphen for each underscore unless told not to."""
    is_kept = any(re.match(r"\s*conv_keys\s*=\s*False", part.text) for part in parts)
    for part in parts:
        match = _KEYWORD.match(part.text)
        if match is not None and match["name"] not in _KEPT:
            name = match["name"] if is_kept else match["name"].replace("_", "-")
            value = Part(text=part.text[match.end() :], start=part.start + match.end())
            yield name, part.start + match.start("name"), value, ""


def _formats(parts: list[Part]) -> Iterator[Keyed]:
    for part, value in zip(parts, [*parts[1:], None], strict=True):
        match = _FORMAT.match(part.literal or "")
        if match is not None:
            at = part.start + len(part.text) - len(part.text.lstrip())
            yield match["name"], at, value, match["letter"]


def _pairs(code: str, parts: list[Part], call: int) -> Iterator[Keyed]:
    for entry in entries(parts):
        if entry.key not in _KEPT:
            yield entry.key, entry.start, entry.value, ""
    for part in parts:
        if part.text.lstrip().startswith(("%", "$")) and "%" in part.text:
            yield from _of_variable(code, part, call, bare=True)


def find_members(code: str, part: Part, call: int, *, bare: bool) -> Iterator[Keyed]:
    """The members of an object, or of a variable's; keys that are no literals count if `bare`."""
    at = open_object(part)
    if at is None:
        yield from _of_variable(code, part, call, bare=bare)
        return
    yield from _members(code, at, bare=bare)


def _members(code: str, at: int, *, bare: bool) -> Iterator[Keyed]:
    for entry in entries(split(code, at)):
        if (entry.quoted or bare) and entry.key not in _KEPT:
            yield entry.key, entry.start, entry.value, ""


def _of_variable(code: str, part: Part, call: int, *, bare: bool) -> Iterator[Keyed]:
    """What a variable holds that is given to a call."""
    match = _VARIABLE.match(part.text)
    if match is not None:
        yield from _put_into(code, match["name"], call, bare=bare)


def _put_into(code: str, name: str, call: int, *, bare: bool, follow: bool = True) -> Iterator[Keyed]:
    """What the function put into a variable before a place: an object, single members, a struct's tags.

    What another function of the text gave back is followed into it, once.
    """
    start = function_start(code, call)
    named = re.escape(name)
    begun = re.compile(
        rf"\b{named}\s*(?::=|=(?!=))\s*(?:[&\\]?(?:map\[[^\n{{]*(?:interface\{{\}})?|\w[\w.]*\s*)?\{{|\()"
    )
    last = next(reversed(list(begun.finditer(code, start, call))), None)
    if last is not None:
        yield from _members(code, last.end(), bare=bare)
        start = last.end()
    elif follow:
        for found in _built(named).finditer(code, start, call):
            yield from _given_back(code, found["function"], bare=bare)
    yield from _tags(code, named, start, call)
    single = re.compile(
        rf"""\b{named}\s*(?:->)?\s*[\[{{]\s*["']?(?P<key>[\w.-]+)["']?\s*[\]}}]\s*=(?![=~])\s*(?P<value>[^;\n]{{0,400}})"""
    )
    for found in single.finditer(code, start, call):
        if found["key"] not in _KEPT:
            value = Part(text=found["value"], start=found.start("value"))
            yield found["key"], found.start("key"), value, ""


def _built(named: str) -> re.Pattern[str]:
    """What matches the function that a variable is set by."""
    return re.compile(rf"\b{named}(?:,\s*\w+)?\s*(?::=|=(?!=))\s*(?:\w+(?:\.|->))*(?P<function>\w+)\(")


def _given_back(code: str, function: str, *, bare: bool) -> Iterator[Keyed]:
    """The members of the variable that a function of the text returns."""
    head = re.search(
        rf"\n[ \t]*(?:my[ \t]+)?(?:sub|def|func)[ \t]+(?:\([^)\n]*\)[ \t]*)?{re.escape(function)}\b", code
    )
    if head is None:
        return
    end = next((one.start() for one in FUNCTION.finditer(code, head.end(), head.end() + FAR)), len(code))
    end = min(end, head.end() + FAR)
    for found in _RETURN.finditer(code, head.end(), end):
        yield from _put_into(code, found["name"], found.start(), bare=bare, follow=False)
    for found in _RETURNED.finditer(code, head.end(), end):
        yield from _members(code, found.end(), bare=bare)


def find_elsewhere(code: str, others: Iterable[str], part: Part, call: int, *, bare: bool) -> Iterator[Keyed]:
    """What a function of another file gave back that a call is given; each at the place of the call.

    Of values only literals count: the rest stands in the other file.
    """
    called, variable = _CALLED.match(part.text), _VARIABLE.match(part.text)
    names = [called["function"]] if called else []
    if variable is not None:
        built = _built(re.escape(variable["name"]))
        names += [one["function"] for one in built.finditer(code, function_start(code, call), call)]
    for name in dict.fromkeys(names):
        for other in others:
            for key, _, value, letter in _given_back(other, name, bare=bare):
                told = value is not None and value.literal is not None
                at = part.start + len(part.text) - len(part.text.lstrip())
                yield key, at, Part(text=value.text, start=at) if value and told else None, letter


def _tags(code: str, named: str, start: int, call: int) -> Iterator[Keyed]:
    """The JSON names of the struct that a Go variable is, without those of structs in it."""
    struct = re.compile(rf"\b(?:var\s+{named}|{named}\s*:?=\s*(?:\[\])?)\s*struct\s*\{{")
    for found in struct.finditer(code, start, call):
        for depth, token in tokens(code, found.end()):
            tag = _TAG.match(token[0])
            if tag is not None and depth == 0:
                yield tag["name"], token.start() + tag.start("name"), None, ""


def find_texts(code: str, part: Part, call: int) -> Iterator[tuple[str, int]]:
    """What an argument can say: its literal, those of `a ? "x" : "y"`, or those that a variable was given."""
    text = part.text
    literal = LITERAL.match(text)
    if literal is not None:
        yield literal["text"], part.start + literal.start("text")
        return
    if "?" in text:
        yield from _choices(text, part.start)
        return
    match = _VARIABLE.match(text)
    if match is None:
        return
    start = function_start(code, call)
    given = re.compile(rf"[$]?\b{re.escape(match['name'])}\s*(?::=|=(?![=~]))\s*(?P<value>[^;\n]*)")
    for found in given.finditer(code, start, call):
        value = found["value"]
        literal = LITERAL.match(value)
        if literal is not None:
            yield literal["text"], found.start("value") + literal.start("text")
        elif "?" in value:
            yield from _choices(value, found.start("value"))


def _choices(text: str, start: int) -> Iterator[tuple[str, int]]:
    for match in re.finditer(r"""[?:]\s*(["'])([\w.-]+)\1""", text):
        yield match[2], start + match.start(2)
