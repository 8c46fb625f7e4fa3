"""A release's C files, each blob read once, and the names visible from each of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ....harvest.csource import (
    Function,
    Macro,
    find_ends,
    read_functions,
    read_includes,
    read_macros,
    strip_comments,
    strip_directives,
)
from ....harvest.git import Source
from .macros import Expander

_FILE = re.compile(r"\.(c|h|inc|inc\.c|c\.inc|h\.inc)$")
# Not linked into a system emulator, or not upstream's own.
_FOREIGN = re.compile(
    r"^(tests|linux-user|bsd-user|darwin-user|linux-headers|disas|fpu|roms|pc-bios|capstone|dtc|slirp|contrib|docs"
    r"|common-user|include/standard-headers|subprojects|tools|scripts|libdecnumber|qga|storage-daemon|rust|plugins)/"
    r"|^(qemu-(img|io|nbd|io-cmds|bridge-helper|keymap|edid)|cmd|vhost-user-\w+)\.c$"
)
_INTEREST = re.compile(
    rb"TypeInfo|QEMU_OPT_|DeviceInfo|\.qdev\.name|QEMUMachine|QemuOpt|DEFINE_PROP|_PROPERTIES|_FEATURES|property_add"
    rb"|_MACHINE|sysbus_register_dev|DEFINE_TYPE|PropertyInfo|class_set_props|BusInfo|define\s+TYPE_|_NAME\b|OBJECT_DEFINE|TYPE_\w+SUFFIX"
    rb"|cpu_register\(|#\s*define\s+\w+\s+\(?\""
)
_MACRO = re.compile(
    r'["#]|DEFINE_|TYPE_|\.\s*\w*name|PROP|_NAME|__VA_ARGS__|_FEATURES|OPT|^\w+$|\.desc|TypeInfo|SUFFIX|VERSION|_EXPIRED'
)
_FUNCTION = re.compile(
    r"propert|props|_init\w*\s*\(|_options\w*\s*\(|_common\w*\s*\(|_create\w*\s*\(|_link\s*\(|qbus_|bus_info|_alias_|container_get"
    r"|_prop\w*\s*\(|cpu_instance_init\s*=|\]\.name;|\bTypeInfo\s|_register\w*\s*\(|qdev_init_clock"
)
_STRUCT = re.compile(
    r"\b([A-Za-z]\w*(?:Info|Machine|OptsList)|Property|QemuOptDesc)\s+\*?(\w+)\s*(\[[^\]\n]*\]\s*)?="
    r"\s*(?:&?\([^()\n]*\)\s*)?\{"
)
_ONE_PROPERTY = re.compile(r"\bProperty\s+(\w+)\s*=\s*(DEFINE_PROP\w*\s*\([^;]*\))\s*;")
# What a loop that registers types may run over.
_ARRAY = re.compile(r"\b(\w+)\s+(\w+)\s*\[[^\]\n]*\]\s*=\s*\{")
# A macro may write the names.
_NAMED = re.compile(r'"|\b[A-Z]+_[A-Z_]+\s*\(')
_LOOP = re.compile(r"\bfor\s*\(")
_DECLARED = re.compile(r"^[ \t]+TypeInfo\s+(\w+)\s*;", re.M)
# Until 1.0 a device without properties, by a call.
_SYSBUS_DEVICE = re.compile(r'\bsysbus_register_dev(?:_withprop)?\s*\(\s*(\w+|"[^"]*")\s*,')
_USE = re.compile(r"^[ \t]*([A-Z][A-Z0-9_]{3,})\s*\(", re.M)
_OPTS = re.compile(r"\bqemu_add(_drive)?_opts\s*\(\s*&\s*(\w+)")
# Until 1.2 a table.
_OPTS_TABLE = re.compile(
    r"\bvm_config_groups\s*\[[^\]]*\]\s*=\s*\{([^}]*)\}|\blists\s*\[[^\]]*\]\s*=\s*\{([^}]*)\}"
)
_MAX_TAIL = 3000
_MAX_ARRAY = 30_000


class Struct(NamedTuple):
    """An initialised variable: its C type, name, whether it is an array, and the text between its braces.

    `tail` is what follows in the function when it is local: fields may be assigned there.
    """

    kind: str
    name: str
    is_array: bool
    body: str
    tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """What a file says that may matter; its place in a tree is not part of it."""

    macros: dict[str, tuple[Macro, ...]]
    structs: tuple[Struct, ...]
    functions: dict[str, Function]
    uses: tuple[tuple[str, str], ...]
    includes: frozenset[str]
    option_lists: frozenset[tuple[str, bool]]


def read_source(content: bytes) -> SourceFile | None:
    """A file as read; None when nothing in it is of interest."""
    if not _INTEREST.search(content):
        return None
    text = strip_comments(content.decode("utf-8", errors="replace"))
    code = strip_directives(text)
    macros: dict[str, tuple[Macro, ...]] = {}
    for name, macro in read_macros(text):
        if _MACRO.search(macro.body) and macro not in macros.get(name, ()):
            macros[name] = (*macros.get(name, ()), Macro(macro.parameters, sys.intern(macro.body)))
    return SourceFile(
        macros=macros,
        structs=read_structs(code),
        functions=_keep_functions(code, laid_out=True),
        uses=tuple(_read_uses(code)),
        includes=read_includes(text),
        option_lists=frozenset(_read_option_lists(text)),
    )


def read_structs(code: str) -> tuple[Struct, ...]:
    """The initialised structures and structure arrays of directive-free text."""
    structs = []
    for match in _STRUCT.finditer(code):
        end = find_ends(code).get(match.end() - 1)
        if end is not None:
            body = sys.intern(code[match.end() : end])
            tail = _read_tail(code, match.start(), end)
            structs.append(Struct(match[1], match[2], bool(match[3]), body, tail))
    structs += (Struct("Property", match[1], False, match[2], "") for match in _ONE_PROPERTY.finditer(code))
    for match in _DECLARED.finditer(code):
        tail = _read_tail(code, match.start(1), match.end())
        structs.append(Struct("TypeInfo", match[1], False, "", tail))
    for name in _SYSBUS_DEVICE.findall(code):
        structs += [Struct("SysBusDeviceInfo", "", False, f".qdev.name = {name}", "")]
    if _LOOP.search(code):
        structs += _read_arrays(code, {struct.name for struct in structs})
    return tuple(structs)


def _read_arrays(code: str, known: set[str]) -> Iterable[Struct]:
    for match in _ARRAY.finditer(code):
        end = find_ends(code).get(match.end() - 1) if match[2] not in known else None
        body = "" if end is None else code[match.end() : end]
        if _NAMED.search(body) and len(body) < _MAX_ARRAY:
            yield Struct(match[1], match[2], True, sys.intern(body), "")


def _read_tail(code: str, start: int, end: int) -> str:
    line = code.rfind("\n", 0, start) + 1
    if not code[line : line + 1].isspace():
        return ""
    close = code.find("\n}", end)
    # The loop's variable may be declared just before.
    opening = max(code.rfind("\n{", 0, start), start - _MAX_TAIL)
    return sys.intern(code[max(opening, 0) : start] + code[end : min(close, end + _MAX_TAIL)])


def _keep_functions(code: str, *, laid_out: bool) -> dict[str, Function]:
    return {
        name: Function(function.parameters, sys.intern(function.body), function.is_static)
        for name, function in read_functions(code, laid_out=laid_out)
        if _FUNCTION.search(function.body)
    }


def _read_uses(code: str) -> Iterable[tuple[str, str]]:
    for match in _USE.finditer(code):
        end = find_ends(code).get(match.end() - 1)
        if end is not None:
            yield match[1], code[match.end() : end]


def _read_option_lists(code: str) -> Iterable[tuple[str, bool]]:
    """Names of the option lists that are registered, and whether as part of `drive`."""
    for match in _OPTS.finditer(code):
        yield match[2], bool(match[1])
    for match in _OPTS_TABLE.finditer(code):
        for name in re.findall(r"&\s*(\w+)", match[1] or match[2]):
            yield name, False


class Release:
    """The files of interest of one release, and what each can see."""

    def __init__(self, files: dict[str, SourceFile], expander: Expander) -> None:
        self.files = files
        self.expander = expander
        self._globals: dict[str, list[tuple[str, tuple[Macro, ...]]]] = {}
        self._functions: dict[str, list[tuple[str, Function]]] = {}
        for path, file in files.items():
            if not path.endswith(".c"):
                for name, macros in file.macros.items():
                    self._globals.setdefault(name, []).append((path, macros))
            for name, function in file.functions.items():
                if not function.is_static:
                    self._functions.setdefault(name, []).append((path, function))

    def unit(self, path: str) -> Unit:
        """A file with its surroundings."""
        return Unit(self, path, self.files[path])

    def global_macros(self, name: str) -> list[tuple[str, tuple[Macro, ...]]]:
        """Definitions in headers, with their paths."""
        return self._globals.get(name, [])

    def find_functions(self, name: str) -> list[tuple[str, Function]]:
        """Every function of that name that other files see: several where targets differ."""
        return self._functions.get(name, [])

    def unit_defining(self, function: str) -> Unit | None:
        """The file that defines a function, static or not."""
        paths = (path for path, file in self.files.items() if function in file.functions)
        path = next(paths, None)
        return self.unit(path) if path else None

    def find_array(self, name: str, includes: frozenset[str]) -> tuple[Unit, Struct] | None:
        """The array of a name that only one file has, or only one of the files that are included."""
        found = self._arrays.get(name, [])
        if len(found) > 1:
            found = [one for one in found if any(one[0].endswith(f"/{other}") for other in includes)]
        return (self.unit(found[0][0]), found[0][1]) if len(found) == 1 else None

    @cached_property
    def _arrays(self) -> dict[str, list[tuple[str, Struct]]]:
        arrays: dict[str, list[tuple[str, Struct]]] = {}
        for path, file in self.files.items():
            for struct in file.structs:
                if struct.is_array:
                    arrays.setdefault(struct.name, []).append((path, struct))
        return arrays

    @cached_property
    def type_makers(self) -> frozenset[str]:
        """Names of macros that, written out, define types or machines."""
        bodies: dict[str, list[str]] = {}
        for file in self.files.values():
            for name, macros in file.macros.items():
                for macro in macros:
                    if macro.parameters is not None:
                        bodies.setdefault(name, []).append(macro.body)
        makers = {name for name, texts in bodies.items() if any("TypeInfo" in t and "=" in t for t in texts)}
        while True:
            pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(makers))) + r")\b\s*\(")
            more = {
                n for n, texts in bodies.items() if n not in makers and any(pattern.search(t) for t in texts)
            }
            if not makers or not more:
                return frozenset(makers)
            makers |= more


class Unit:
    """A file of a release: looks names up as the compiler would from there, nearly."""

    def __init__(self, release: Release, path: str, file: SourceFile) -> None:
        self.release = release
        self.path = path
        self.file = file
        self.functions = file.functions
        self.arrays = {struct.name: struct for struct in file.structs}
        self._found: dict[str, Macro | None] = {}

    def lookup(self, name: str) -> Macro | None:
        """The macro of that name, the file's own first; among headers the nearest."""
        if name not in self._found:
            macros = self._definitions(name)
            self._found[name] = macros[0] if macros else None
        return self._found[name]

    def alternatives(self, name: str) -> tuple[Macro, ...]:
        """Every definition of a macro in the place that wins: several under an `#if`."""
        return self._definitions(name)

    def expand(self, text: str) -> str:
        """The text with macros replaced."""
        return self.release.expander.expand(text, self.lookup)

    def with_code(self, code: str) -> Unit:
        """This unit with what a macro wrote out in place of its structures, its functions added."""
        more = SourceFile(
            macros=self.file.macros,
            structs=read_structs(code),
            functions={**self.functions, **_keep_functions(code, laid_out=False)},
            uses=(),
            includes=self.file.includes,
            option_lists=frozenset(),
        )
        unit = Unit(self.release, self.path, more)
        unit.arrays = {**self.arrays, **unit.arrays}
        unit._found = self._found
        return unit

    def _definitions(self, name: str) -> tuple[Macro, ...]:
        if name in self.file.macros:
            return self.file.macros[name]
        found = self.release.global_macros(name)
        if not found:
            return ()
        if len(found) == 1:
            return found[0][1]
        return max(found, key=lambda entry: self._nearness(entry[0]))[1]

    def _nearness(self, header: str) -> tuple[bool, int, str]:
        included = any(header.endswith(name) for name in self.file.includes)
        mine, other = self.path.split("/"), header.split("/")
        shared = 0
        while shared < min(len(mine), len(other)) and mine[shared] == other[shared]:
            shared += 1
        return included, shared, header


class SourceReader:
    """Reads one release after another and keeps what it read by blob id."""

    def __init__(self) -> None:
        self._blobs: dict[str, SourceFile | None] = {}
        self._expander = Expander()

    def read(self, tree: Source) -> Release:
        """The C files of a tree that a system emulator is made of."""
        files = {}
        for path, blob in sorted(tree.list_blobs().items()):
            if not _FILE.search(path) or _FOREIGN.search(path):
                continue
            if blob not in self._blobs:
                self._blobs[blob] = read_source(tree.content(blob))
            file = self._blobs[blob]
            if file is not None:
                files[path] = file
        return Release(files, self._expander)
