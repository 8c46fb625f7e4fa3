"""Firecracker in a driver's source: operations by method and path, and what is in their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from ...source import Seen, Text
from ...source.structure import REACH, Entry, Part, close, entries, open_object, split
from ...upstream.history import History
from ..http_api import LEDGER
from ..uses import Scanner, UseKind

_QUOTED = (
    r"[rbuf]?(?P<mark>\\?[\"'`])(?P<text>(?:https?://|http\+unix://)?[^\"'`\\\s]*/[^\"'`\\\s]*)(?P=mark)"
)
_PATH = re.compile(rf"{_QUOTED}|(?<=\s)(?P<bare>https?://[^\s\"'`\\]+)")
_HOST = re.compile(r"(?:https?|http\+unix)://[^/]*")
# How a method is written: "PUT", -X PUT, Method::PUT, http.MethodPut, .put(, Request::put(.
_METHOD = re.compile(
    r"(?:[\"'`]|-X ?[\"'`]?|--request[= ][\"'`]?|Method(?:::)?|\.|::|\b(?:do|http)_?)"
    r"(?P<method>get|put|patch|post|delete)(?![a-z_])",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 160, 240
_STRUCT = re.compile(
    r"^[ \t]*(?:type[ \t]+(?P<go>\w+)[ \t]+struct|(?:pub\b[^\n{]{0,12}[ \t])?struct[ \t]+(?P<rust>\w+))"
    r"[ \t]*\{(?P<body>[^{}]*)\}",
    re.MULTILINE,
)
_CLASS = re.compile(
    r"^class[ \t]+(?P<name>\w+)\b[^\n]*:[ \t]*\n(?P<body>(?:[ \t]+[^\n]*\n|\n)+)", re.MULTILINE
)
_GO_FIELD = re.compile(r'json:"(?P<name>[\w.-]+)')
_RUST_FIELD = re.compile(
    r'rename[ \t]*=[ \t]*"(?P<renamed>[\w.-]+)"[^\n]*\n(?:[ \t]*#[^\n]*\n)*[^\n:]*:'
    r"|^[ \t]*(?:pub(?:\([a-z]+\))?[ \t]+)?(?:r#)?(?P<name>[a-z_]\w*):",
    re.MULTILINE,
)
_PYTHON_FIELD = re.compile(r"^[ \t]+(?P<name>[a-z_]\w*)[ \t]*:(?!:)", re.MULTILINE)
_FIELDS = {"go": _GO_FIELD, "rust": _RUST_FIELD, "python": _PYTHON_FIELD}
# An option that this very program takes is none that it gives.
_TAKEN = re.compile(r"(?:add_argument|add_option|option|Arg::new|Flag\w*|Var\w*)\(\s*[\"'`]\Z")
_NEAR = 400
_FLAG = re.compile(r"(?<=[\s\"'`=])(?P<name>--[a-z]+(?:-[a-z]+)+)(?=[\s\"'`=]|$)")
_COMMAND_END = re.compile(r"(?<!\\)\n(?=\s{0,80}(?:[\w#]|$))")
_VALUE = re.compile(r"\s*\\?[\"'](?P<value>[\w.-]+)\\?[\"']\s*\Z")
_DEEPEST = 4
_FEWEST_FIELDS = 2


# What tells that a text drives it; the ledgers of its programs' options.
_WORDS = ("firecracker", "jailer")
_PROGRAMS = ("cli", "jailer")


def _speaks(text: str) -> bool:
    """Whether one of the words is in a text: in small letters they are found fastest."""
    lowered = text.lower()
    return any(word in lowered for word in _WORDS)


class _Finder:
    """Finds what of the API stands in a text."""

    def __init__(self, history: History, texts: Sequence[Text]) -> None:
        self._folders = {text.folder for text in texts if _is_about(text)}
        self._history = history
        self._types: dict[str, str] = {}
        self._fields: dict[str, dict[str, str]] = {}
        self._values: dict[str, set[str]] = {}
        self._paths: dict[tuple[str, ...], set[str]] = {}
        for atom in history.ledger(LEDGER) or ():
            self._take(atom.name, atom.type)

    def _take(self, name: str, type_: str) -> None:
        if type_ == "operation":
            method, _, path = name.partition(" ")
            self._paths.setdefault(tuple(path.strip("/").split("/")), set()).add(method)
        elif name.endswith(".*"):
            self._types[name.removesuffix(".*")] = type_
        elif type_ == "value":
            owner, _, value = name.partition("=")
            self._values.setdefault(owner, set()).add(value)
        elif " " not in name and "." in name and "[" not in name:
            owner, _, field = name.partition(".")
            self._fields.setdefault(owner, {})[field] = type_

    @cached_property
    def _flags(self) -> Mapping[str, str]:
        """The options that no other program is likely to have, by the ledger they are in."""
        found: dict[str, str] = {}
        for program in reversed(_PROGRAMS):
            found.update({atom.name: program for atom in self._history.ledger(program) or ()})
        return found

    def find(self, text: Text) -> Iterator[Seen]:
        """Every operation, field, value and option; none in a text that is not about this hypervisor."""
        is_about = _is_about(text)
        if is_about or {text.folder, str(PurePosixPath(text.folder).parent)} & self._folders:
            yield from self._structs(text, by_fields=is_about)
        if not is_about:
            return
        yield from self._operations(text)
        yield from self._options(text.code)

    def _options(self, code: str) -> Iterator[Seen]:
        """The options that are given near the program's name, and that no other program takes itself."""
        for match in _FLAG.finditer(code):
            before = code[max(0, match.start("name") - _NEAR) : match.start("name")]
            is_given = _speaks(before) and not _TAKEN.search(before)
            if match["name"] in self._flags and is_given:
                yield Seen(kind=self._flags[match["name"]], name=match["name"], at=match.start("name"))

    def _operations(self, text: Text) -> Iterator[Seen]:
        for match in _PATH.finditer(text.code):
            said = match["text"] or match["bare"] or ""
            path = self._match_path(said)
            if path is None:
                continue
            at = match.start("text" if match["text"] is not None else "bare")
            method = self._find_method(text.code, match, self._paths[path])
            if method is None:
                continue
            name = f"{method} /{'/'.join(path)}"
            yield Seen(kind="operation", name=name, at=at)
            yield from self._body(text.code, name, match)

    def _match_path(self, said: str) -> tuple[str, ...] | None:
        """The path that a literal names, whatever stands for what it leaves open."""
        path = _HOST.sub("", said)
        if not path.startswith("/"):
            return None
        steps = path.partition("?")[0].removeprefix("/").split("/")
        known = tuple(steps)
        if known in self._paths and known != ("",):
            return known
        return next((one for one in self._paths if _fits(one, steps)), None)

    @staticmethod
    def _find_method(code: str, match: re.Match[str], known: set[str]) -> str | None:
        """The method that is nearest before a path, else behind it."""
        before = code[max(0, match.start() - _BEFORE) : match.start()]
        behind = code[match.end() : match.end() + _BEHIND]
        told = [one["method"].upper() for one in _METHOD.finditer(before)][::-1]
        told += [one["method"].upper() for one in _METHOD.finditer(behind)]
        return next((one for one in told if one in known), None)

    def _body(self, code: str, operation: str, match: re.Match[str]) -> Iterator[Seen]:
        """The fields of the object that is sent: in the same call or command, or of a variable there."""
        taken = self._types.get(operation)
        if taken not in self._fields or taken is None:
            return
        end = _end_of_call(code, match)
        opened = open_object(Part(text=code[match.end() : end], start=match.end()))
        if opened is None:
            opened = _find_variable(code, match.end(), end)
        if opened is None:
            return
        # Behind escaped quotes nothing is far: the place of the path is near enough.
        is_escaped = code[opened : opened + 4].lstrip().startswith('\\"')
        shown = code[opened : opened + REACH].replace('\\"', '"') if is_escaped else code
        for one in self._object(shown, 0 if is_escaped else opened, taken, 0):
            yield Seen(kind=one.kind, name=one.name, at=match.start() if is_escaped else one.at)

    def _object(self, code: str, opened: int, type_: str, depth: int) -> Iterator[Seen]:
        for entry in entries(split(code, opened)):
            name = f"{type_}.{entry.key}"
            yield Seen(kind="field", name=name, at=entry.start)
            yield from self._inside(code, entry, name, self._fields.get(type_, {}).get(entry.key, ""), depth)

    def _inside(self, code: str, entry: Entry, name: str, type_: str, depth: int) -> Iterator[Seen]:
        value = _VALUE.match(entry.value.text)
        if value is not None and name in self._values:
            yield Seen(kind="value", name=f"{name}={value['value']}", at=entry.value.start)
        inner = open_object(entry.value)
        if inner is not None and type_.strip("[]") in self._fields and depth < _DEEPEST:
            yield from self._object(code, inner, type_.strip("[]"), depth + 1)

    def _structs(self, text: Text, *, by_fields: bool) -> Iterator[Seen]:
        """The fields of structures and classes that are called as the API's types are, or have its fields."""
        language = text.source.language.name
        pattern = _FIELDS.get(language)
        for match in (_CLASS if language == "python" else _STRUCT).finditer(text.code if pattern else ""):
            assert pattern is not None
            found = list(pattern.finditer(match["body"]))
            names = [next(filter(None, one.groups())) for one in found]
            called = next(filter(None, match.groupdict().values()))
            type_ = self._type_of(called, names, by_fields=by_fields)
            for name, one in zip(names, found, strict=True) if type_ else ():
                if called == type_ or name in self._fields[type_ or ""]:
                    yield Seen(kind="field", name=f"{type_}.{name}", at=match.start("body") + one.start())

    def _type_of(self, called: str, names: Sequence[str], *, by_fields: bool) -> str | None:
        """The API's type that a structure is: by its name and some fields, else by most of its fields.

        A type of another interface may be called so, too.
        """
        shared = sum(name in self._fields.get(called, {}) for name in names)
        if shared >= min(_FEWEST_FIELDS, len(self._fields.get(called, names))) and shared * 2 > len(names):
            return called
        scores = {one: sum(name in known for name in names) for one, known in self._fields.items()}
        best = max(scores, key=lambda one: scores[one], default="")
        is_it = by_fields and best and scores[best] > _FEWEST_FIELDS and scores[best] * 2 > len(names)
        return best if is_it else None


def _is_about(text: Text) -> bool:
    return _speaks(text.source.text) or _speaks(text.source.file)


def _fits(path: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether a literal's steps are a path's: what a path leaves open may be anything, and end a literal."""
    if len(path) != len(steps) or not any("{" in one for one in path):
        return False
    return all("{" in one or one == step for one, step in zip(path, steps, strict=True))


def _end_of_call(code: str, match: re.Match[str]) -> int:
    """Where what is sent with a path ends: with the call's bracket, or with the shell's command."""
    start = match.end()
    line = code[max(0, match.start() - 4 * _BEFORE) : match.start()].rpartition("\n\n")[2]
    if "curl" in line:
        found = _COMMAND_END.search(code, start)
        return min(found.start() if found else len(code), start + REACH)
    end = close(code, start)
    # `["/drives/", id].concat(), body)`: the path is built in brackets of its own.
    while end is not None and code[end : end + 2] in {"].", "),"}:
        end = close(code, end + 1)
    return end if end is not None else min(len(code), start + _BEHIND)


def _find_variable(code: str, start: int, end: int) -> int | None:
    """Where the object begins that a name between these places was given last; None without one."""
    behind = max(0, start - REACH)
    for name in re.findall(r"(?<![.\w\"'`])[a-z_]\w*(?![\w(\"'`])", code[start:end]):
        given = rf"(?<!\w){name}[ \t]*(?::[^=\n{{]{{0,60}})?:?=[^=;{{]{{0,80}}\{{"
        found = [one.end() for one in re.finditer(given, code[behind:start])]
        if found:
            return behind + found[-1]
    return None


SCANNER = Scanner(
    prepare=lambda history, texts: _Finder(history, texts).find,
    kinds={
        "operation": UseKind(ledger=LEDGER, word="operation"),
        "field": UseKind(ledger=LEDGER, word="field"),
        "value": UseKind(ledger=LEDGER, word="value"),
        **{program: UseKind(ledger=program, word="option") for program in _PROGRAMS},
    },
)
