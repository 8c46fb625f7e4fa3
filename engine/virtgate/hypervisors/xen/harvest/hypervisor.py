"""What the hypervisor of a Xen release is: its configuration, its boot options, what `xl info` says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.csource import strip_comments
from ....harvest.git import Readable
from ....harvest.kinds import Kind, Pairs, folder_reader, read_first

# Since xen@e9ea93d0abf7 (4.7.0) the hypervisor is configured with Kconfig.
_KCONFIG = re.compile(r"xen/(?!tools/)(?:.*/)?Kconfig[^/]*$")
_SYMBOL = re.compile(r"^[ \t]*(?:menu)?config[ \t]+(\w+)[ \t]*(?:#.*)?$", re.M)
_SYMBOL_TYPE = re.compile(r"^[ \t]+(?:def_)?(bool|tristate|string|int|hex)\b", re.M)
# What ends the lines of a symbol.
_BLOCK = re.compile(
    r"^[ \t]*(?:(?:menu)?config|menu|endmenu|choice|endchoice|comment|if|endif|source)\b", re.M
)

_SOURCE = re.compile(r"xen/(?!tools/|test/).*\.c$")
_REGISTERS = re.compile(rb"_param\s*\(\s*\"")
_OPTION = re.compile(
    r"\b(?P<sort>inv)?(?P<type>custom|bool|boolean|integer|size|string)(?P<runtime>_runtime(?:_only)?)?_param"
    r'\s*\(\s*"(?P<name>[^"\s]+)"'
)
_OPTION_TYPES = {"bool": "boolean"}

_NAMES_INTERFACES = re.compile(r"xen/arch/(?:.*/)?(?:xen)?setup\.c$")
# The interfaces' version is 3.0 on every release of 3.0 and since.
_INTERFACE = re.compile(r'"((?:xen|hvm)-)(?:%d\.%d|3\.0)(-[\w-]+) "')

# Where `xl info` is: since 4.9, and before.
_PRINTERS = ("tools/xl/xl_info.c", "tools/libxl/xl_cmdimpl.c")
# One call with a blank and a token for each capability; until 4.6 a call for each.
_ONE_CALL = re.compile(r'printf\s*\(\s*"virt_caps[^"]*\\n"\s*,(.*?)\)\s*;', re.S)
_CALL_EACH = re.compile(r'printf\s*\(\s*"virt_caps[^"\\]*"\s*\)\s*;(.*?)printf\s*\(\s*"\\n"\s*\)', re.S)
_TOKEN = re.compile(r'" ([\w-]+)"')


def _read_virt_caps(tree: Readable, _release: str) -> Pairs:
    """The tokens that `xl info` may print after virt_caps."""
    for path in _PRINTERS:
        text = strip_comments(read_first(tree, [path]) or "")
        if match := _ONE_CALL.search(text) or _CALL_EACH.search(text):
            return {(token, "token") for token in _TOKEN.findall(match[1])}
    return ()


def _list_symbols(content: bytes) -> Iterator[tuple[str, str]]:
    """Symbols of a Kconfig file; one without a type only adds to a symbol of another file."""
    text = content.decode(errors="replace")
    for match in _SYMBOL.finditer(text):
        end = _BLOCK.search(text, match.end())
        type_ = _SYMBOL_TYPE.search(text, match.end(), end.start() if end else len(text))
        if type_:
            yield f"CONFIG_{match[1]}", type_[1]


def _list_options(content: bytes) -> Iterator[tuple[str, str]]:
    if not _REGISTERS.search(content):
        return
    for match in _OPTION.finditer(strip_comments(content.decode(errors="replace"))):
        type_ = _OPTION_TYPES.get(match["type"], match["type"])
        yield match["name"], f"{type_} runtime" if match["runtime"] else type_


def _list_interfaces(content: bytes) -> Iterator[tuple[str, str]]:
    for match in _INTERFACE.finditer(strip_comments(content.decode(errors="replace"))):
        yield f"{match[1]}3.0{match[2]}", "token"


KINDS = (
    Kind(
        name="virt-cap",
        covers="complete",
        note="what 'xl info' may print after virt_caps; 4.0.0 printed no such line",
        make_reader=lambda: _read_virt_caps,
    ),
    Kind(
        name="xen-cap",
        covers="complete",
        note="the guest interfaces that the hypervisor may name in xen_caps, of every architecture",
        make_reader=lambda: folder_reader("xen/arch", _NAMES_INTERFACES, _list_interfaces),
    ),
    Kind(
        name="xen-config",
        covers="complete",
        note="the symbols of xen/'s Kconfig files with their types, of every architecture; before 4.7.0 none",
        make_reader=lambda: folder_reader("xen", _KCONFIG, _list_symbols),
    ),
    Kind(
        name="xen-option",
        covers="complete",
        note="the boot options that xen/'s C files register by a literal name, of every architecture and"
        " build; runtime: hypfs or xl set-parameters may change it",
        make_reader=lambda: folder_reader("xen", _SOURCE, _list_options),
    ),
)
