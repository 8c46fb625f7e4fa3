"""What C code takes on the command line: options, and the words that it compares their arguments with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.csource import (
    find_close,
    read_elements,
    read_string,
    split_list,
    strip_comments,
    strip_directives,
)
from ....harvest.kinds import Kind, Reader, folder_reader
from .options import read_options

_FILE = re.compile(
    r"(?:(?:vl|net|qemu-char|vnc|blockdev|arch_init)|(?:hw|net|ui|softmmu|system|audio|chardev)/[\w/-]+)\.c$"
)
# The functions that take an argument apart: the option's name, and the variable that holds the argument.
_PARSERS = {
    "drive_init": ("drive", ""),
    "main": ("", ""),
    "net_client_init": ("net", "device"),
    "numa_add": ("numa", ""),
    "qemu_chr_open": ("serial", "filename"),
    "qemu_chr_parse_compat": ("serial", "filename"),
    "qemu_init": ("", ""),
    "select_vgahw": ("vga", "p"),
    "usb_device_add": ("usbdevice", "devname"),
    "vnc_display_open": ("vnc", "display"),
}
_PARSER = re.compile(rf"^\w[\w \t*]*\b({'|'.join(_PARSERS)})\s*\([^{{;]*\)\s*\{{", re.M)
_INTEREST = re.compile(
    rb"get_param_value|case QEMU_OPTION|_chr_open|_chr_parse_compat|select_vgahw|usb_device_add"
    rb"|vnc_display_open|nd->model|nic_models|wdt_name|usbdevice_name|usb_legacy_register|_char_driver|backend_table|audio_driver"
    rb"|soundhw"
)
_STEP = re.compile(
    r"\bcase\s+QEMU_OPTION_(?P<option>\w+)\s*:"
    r'|\bget_param_value\s*\(\s*(?P<into>\w+)[^"]*"(?P<suboption>[\w-]+)"'
    r'|\bstrncmp\s*\(\s*options\s*,\s*"(?P<flag>[\w-]+)=?"'
    r'|\b(?:strcmp|strstart)\s*\(\s*(?P<subject>\w+)\s*,\s*"(?P<value>[^"/,]+?):?"'
)
_VALUES = (
    (re.compile(r'\bstrcmp\s*\(\s*nd->model\s*,\s*"([\w-]+)"'), "net.model"),
    (re.compile(r'\.wdt_name\s*=\s*"([^"]+)"'), "watchdog"),
    (re.compile(r'\busb_legacy_register\s*\([^,]+,\s*"([^"]+)"'), "usbdevice"),
    (re.compile(r'\b(?:isa|pci)_register_soundhw\s*\(\s*"([^"]+)"'), "soundhw"),
    (re.compile(r'\.usbdevice_name\s*=\s*"([^"]+)"'), "usbdevice"),
    (re.compile(r'\bregister_char_driver(?:_qapi)?\s*\(\s*"([^"]+)"'), "chardev.backend"),
    (
        re.compile(
            r'\baudio_driver\s+\w+\s*=\s*\{\s*(?:INIT_FIELD\s*\(\s*name\s*=\s*\)|\.name\s*=)\s*"(\w+)"'
        ),
        "audio.driver",
    ),
)
# Arrays of names, or of structures that begin with one.
_ARRAYS = (
    (re.compile(r"\bpci_nic_models\[\]\s*=\s*\{"), "net.model"),
    (re.compile(r"\bstruct\s+soundhw\s+soundhw\[\]\s*=\s*\{"), "soundhw"),
    (re.compile(r"\}\s*backend_table\[\]\s*=\s*\{"), "chardev.backend"),
)
_DRIVER_FILE = re.compile(r"block(?:[-/][\w/-]+)?\.c$")
_DRIVER = re.compile(r"\bBlockDriver\s+\w+\s*=\s*\{")
_BUILD_CONDITION = re.compile(r"^[ \t]*#[ \t]*if.*?\b(CONFIG_\w+)", re.M)
_FIRST_STRING = re.compile(r'"([^"]*)"')
Pair = tuple[str, str]


def make_reader() -> Reader:
    """What reads the options and their values, each file once."""
    read = folder_reader("", _FILE, _read_file)
    return lambda tree, version: {*read(tree, version), *((name, "option") for name in read_options(tree))}


def _list_drivers(content: bytes) -> Iterator[Pair]:
    code = strip_directives(strip_comments(content.decode(errors="replace")))
    for match in _DRIVER.finditer(code):
        fields = split_list(code[match.end() : find_close(code, match.end() - 1)])
        named = (field.partition("=")[2] for field in fields if re.match(r"\.format_name\b", field))
        if name := read_string(next(named, fields[0]).strip()):
            yield name, "driver"


def _read_file(content: bytes) -> Iterator[Pair]:
    if not _INTEREST.search(content):
        return
    text = strip_comments(content.decode(errors="replace"))
    pairs = set(_list_pairs(strip_directives(text)))
    yield from pairs
    for symbol in set(_BUILD_CONDITION.findall(text)):
        lost = pairs - set(_list_pairs(strip_directives(_leave_out(text, symbol))))
        yield from ((f"{name}[if={symbol}]", "feature") for name, _ in lost)


def _leave_out(text: str, symbol: str) -> str:
    """The text as a build without a symbol has it."""
    kept, holds = [], list[bool]()
    for line in text.split("\n"):
        match re.match(r"\s*#\s*(if|else|elif|endif)", line):
            case None if False not in holds:
                kept.append(line)
            case None:
                pass
            case found if found[1] == "if":
                holds.append(not re.search(rf"^\s*#\s*if(?!ndef)[^!]*\b{symbol}\b", line))
            case found if found[1] == "endif" and holds:
                holds.pop()
            case _ if holds:
                holds[-1] = True
    return "\n".join(kept)


def _list_pairs(code: str) -> Iterator[Pair]:
    for match in _PARSER.finditer(code):
        body = code[match.end() : code.find("\n}", match.end())]
        yield from _read_parser(body, *_PARSERS[match[1]])
    for pattern, option in _VALUES:
        yield from ((f"{option}={value}", "value") for value in pattern.findall(code))
    for pattern, option in _ARRAYS:
        for array in pattern.finditer(code):
            body = code[array.end() : find_close(code, array.end() - 1)]
            yield from ((f"{option}={value}", "value") for value in _first_strings(body))


def _read_parser(body: str, option: str, variable: str) -> Iterator[Pair]:
    """What a function compares its argument with, and the suboptions that it takes out of it."""
    held = {variable: option}
    for step in _STEP.finditer(body):
        if step["option"]:
            option = step["option"].replace("_", "-")
            held = {"optarg": option}
        elif step["into"]:
            held[step["into"]] = f"{option}.{step['suboption']}"
            yield held[step["into"]], "suboption"
        elif step["flag"]:
            yield f"{option}.{step['flag']}", "suboption"
        elif step["subject"] in held:
            yield f"{held[step['subject']]}={step['value']}", "value"


def _first_strings(body: str) -> Iterator[str]:
    for element in read_elements(body) if "{" in body else body.split(","):
        if match := _FIRST_STRING.search(element):
            yield match[1]


KINDS = (
    Kind(
        name="command-line",
        covers="partial",
        note="options, and what C code compares their arguments with: suboptions (vnc.websocket) and values"
        " (net.model=virtio); audio.driver is the environment's QEMU_AUDIO_DRV; every #if branch counts; not"
        " covered: what a table of parameters has (option.txt), and values that come from lists of types",
        make_reader=make_reader,
        oldest="0.9.0",
    ),
    Kind(
        name="block-driver",
        covers="complete",
        note="the names of block drivers, which '-drive format=help' lists where they are built in or loaded",
        make_reader=lambda: folder_reader("", _DRIVER_FILE, _list_drivers),
        oldest="0.9.0",
    ),
)
