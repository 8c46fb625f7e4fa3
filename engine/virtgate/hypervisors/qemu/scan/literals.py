"""Events, devices and options in a text, and what options are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....source import Seen, Text
from .command_words import ANCHORS, find_grown, find_options, read_given
from .names import Names
from .parameters import Parameters
from .written import Reader

_EVENT_KEY = re.compile(
    r"""(?P<quote>\\?["'])event(?P=quote)\s*(?:=>|:|,|[\]}]\s*[=!]=)\s*(?P<mark>\\?["'])(?P<name>[A-Z][A-Z0-9_]{2,})(?P=mark)"""
)
_CAPITALS = re.compile(r"""(?P<mark>["'`])(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?P=mark)""")
_DEVICE_TEXT = re.compile(
    r"""["'`](?:device_add )?(?=[a-z][\w.]*(?:-[\w.]+)+,[a-z][\w.-]*=)(?P<name>[a-z][\w.-]*)"""
)
_DRIVER = re.compile(
    r"""driver(?<![\w.-]driver)\\?["']?\s*(?:=>|:|,|[\]}]\s*=|=(?!=))\s*(?P<mark>\\?["'])(?P<name>[\w.-]+)(?P=mark)"""
)
_MACHINE = re.compile(
    r"""\b(?i:machine[_-]?(?:type)?)\\?["']?\s*(?:=>|:=?|=(?!=))\s*\\?["']?(?P<name>[a-z][\w-]*-\d+\.\d+(?:\.\d+)?)(?![\w.-])"""
)
# A builder of libvirt's that begins a device's text: virBufferAddLit(&buf, "scsi-disk"
_BEGUN = re.compile(r'virBuffer\w*\([^"\n]{0,40}"(?P<name>[a-z]\w*(?:-\w+)+)"')
_MACHINE_ALONE = re.compile(
    r"""["'`](?P<name>(?:pc-(?:i440fx-|q35-)?|virt-|pseries-|s390-ccw-virtio-)\d+\.\d+)["'`]"""
)


def find_literals(
    text: Text, names: Names, parameters: Parameters, others: Sequence[str] = (), *, speaks: bool
) -> Iterator[Seen]:
    """Every such name of a text, as often as it is there; `speaks` says that the text is about QMP.

    `others` are the other texts of its package.
    """
    code = text.code
    if "event" in code:
        for match in _EVENT_KEY.finditer(code):
            yield Seen(kind="event", name=match["name"], at=match.start("name"))
    if speaks:
        yield from _events(code, names)
    options = find_options(text, names)
    reader = Reader(code, others, language=text.source.language.name)
    has_anchor = any(one.name in ANCHORS for one in options)
    for one in [*options, *(find_grown(text, names) if has_anchor else ())]:
        yield Seen(kind="option", name=one.name, at=one.at)
        for written in read_given(text, one, reader):
            yield from parameters.find(one.name, written)
    if has_anchor or speaks:
        yield from _devices(code, parameters, reader)


def _events(code: str, names: Names) -> Iterator[Seen]:
    for match in _CAPITALS.finditer(code):
        name = match["name"]
        if name in names.events and ("_" in name or "event" in _line(code, match.start()).lower()):
            yield Seen(kind="event", name=name, at=match.start("name"))


def _line(code: str, at: int) -> str:
    end = code.find("\n", at)
    return code[code.rfind("\n", 0, at) + 1 : end if end >= 0 else len(code)]


def _devices(code: str, parameters: Parameters, reader: Reader) -> Iterator[Seen]:
    """Devices by their text alone, `"virtio-blk-pci,drive=…"`, and by the key `driver` of an object."""
    for match in _DEVICE_TEXT.finditer(code):
        for written in reader.rest(match.start("name"), match[0][0], match.start()):
            yield from parameters.find("device", written)
    for match in _BEGUN.finditer(code):
        yield from parameters.find_device(match["name"], match.start("name"), ())
    for match in _DRIVER.finditer(code):
        if "-" in match["name"]:
            members = [(one.key, one.value.literal, one.start) for one in reader.around(match.start())]
            yield from parameters.find_device(match["name"], match.start("name"), members)
    for match in _MACHINE_ALONE.finditer(code if "achine" in code else ""):
        yield from (
            replace(one, alone=True) for one in parameters.find_machine(match["name"], match.start("name"))
        )
    for match in _MACHINE.finditer(code):
        yield from parameters.find_machine(match["name"], match.start("name"))
