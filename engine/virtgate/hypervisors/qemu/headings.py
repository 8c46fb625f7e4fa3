"""Headings of upstream's lists of what is deprecated and removed, where they name an element."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Element

_WORD = r"-{0,2}[A-Za-z_][\w.-]*"
_LIST = rf"{_WORD}(?:(?:, | and ){_WORD})*"
_HEADING = re.compile(
    rf"(?P<heads>{_LIST})(?: (?:(?:command )?option|arguments?)(?: (?P<inner>{_LIST}))?)?\Z"
)
_KINDS = (
    ("(QMP) commands", "qmp"),
    ("(QMP) events", "qmp"),
    ("(HMP) commands", "hmp"),
    ("human monitor commands", "hmp"),
    ("System emulator command line arguments", "option"),
    ("System emulator devices", "qom"),
)
# Where a heading may show what an option is given: `-drive secs=s, -drive heads=h & -drive cyls=c`.
_SHOWING = ("System emulator command line arguments", "Command line options", "Device options")
_SHOWN = re.compile(r"-(?P<option>[a-z][\w-]*) (?P<given>(?:[\w-]+|\.\.\.)(?:[,=][\w|.,=-]*)?)\Z")
_ALONE = re.compile(r"-(?P<option>[a-z][\w-]*)\Z")
# How reStructuredText writes a word that stands for a value.
_EMPHASIS = re.compile(r"\\ \*(\w+)\*")
_ALIASES = re.compile(r"-(?P<option>[a-z]+) \w+ aliases (?P<words>\w+(?:(?:, | and )\w+)*)\Z")
_OF_OPTION = re.compile(r"(?P<member>[\w-]+) option for -(?P<option>[a-z]+)\Z")
# Parameters that the ledger of options has.
_TABLED = frozenset({"chardev", "drive", "iscsi", "mon", "spice", "vnc"})
_PLACEHOLDERS = frozenset({"", "..."})


def read_heading(heading: str, section: str) -> Iterator[Element]:
    """The elements that a heading of a section names; none where it says it in other words."""
    kind = next((kind for end, kind in _KINDS if section.endswith(end)), None)
    match = _HEADING.match(heading)
    if kind is not None and match is not None:
        inner = _words(match["inner"] or "")
        for head in _words(match["heads"]):
            for name in [f"{head}.{word}" for word in inner] or [head]:
                yield Element(kind=kind, name=name)
    elif section in _SHOWING:
        yield from _read_shown(heading)


def _read_shown(heading: str) -> Iterator[Element]:
    """What options are given, as a heading shows it."""
    aliases, of_option = _ALIASES.match(heading), _OF_OPTION.match(heading)
    if aliases is not None:
        for word in _words(aliases["words"]):
            yield Element(kind="command-line", name=f"{aliases['option']}={word}")
    if of_option is not None:
        yield Element(kind="option", name=f"{of_option['option']}.{of_option['member']}")
    for part in re.split(r" and |, (?=-)|& ", _EMPHASIS.sub(r"\1", heading)):
        shown, alone = _SHOWN.match(part.strip()), _ALONE.match(part.strip())
        if shown is not None:
            yield from _read_given(shown["option"], shown["given"].rstrip(","))
        elif alone is not None:
            yield Element(kind="option", name=alone["option"])


def _read_given(option: str, given: str) -> Iterator[Element]:
    """The elements in `type,member=value`: the members, where there are any, else the type."""
    first, *rest = given.split(",")
    type_ = first if "=" not in first else ""
    members = rest if type_ or first in _PLACEHOLDERS else [first, *rest]
    if option == "device":
        for owner in _DEVICES.get(type_, (type_,)):
            names = [
                f"{owner}.{one.partition('=')[0]}" for one in members if one.isidentifier() or "=" in one
            ]
            yield from (Element(kind="qom", name=name) for name in names or [owner])
        return
    if type_ and not members and type_ not in _PLACEHOLDERS:
        yield Element(kind="command-line", name=f"{option}={type_}")
        # `-vnc acl` is a member, `-net dump` and `-fsdev proxy` are types.
        if option in _TABLED:
            yield Element(kind="option", name=f"{option}.{type_}")
    for member in members:
        key, equals, value = member.partition("=")
        name = f"{option}.{key}"
        if value in {"none", "scsi"}:
            yield Element(kind="command-line", name=f"{name}={value}")
        elif equals and key.replace("-", "_").isidentifier():
            yield Element(kind="option" if option in _TABLED else "command-line", name=name)


# The bare name stands for what each bus has.
_DEVICES = {"virtio-blk": ("virtio-blk-device", "virtio-blk-pci", "virtio-blk-ccw")}


def _words(text: str) -> list[str]:
    return [word.lstrip("-") for word in re.split(r", | and ", text) if word]
