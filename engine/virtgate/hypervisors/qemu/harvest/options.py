"""Command-line options and their parameters, from qemu-options.hx and the QemuOptsList tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.csource import find_close, read_elements, read_fields
from ....harvest.git import Readable, Source
from ....harvest.kinds import Kind, Pairs, Reader, read_first
from .loops import resolve_string
from .qom import read_model
from .sources import Release, SourceReader, Struct, Unit

_OPTION = re.compile(r'^DEF\(\s*"([^"]+)"', re.M)
_TYPE = {
    "QEMU_OPT_STRING": "string",
    "QEMU_OPT_BOOL": "bool",
    "QEMU_OPT_NUMBER": "number",
    "QEMU_OPT_SIZE": "size",
}
_TYPE_OF_PROPERTY = {"bool": "bool", "OnOffAuto": "bool", "int": "number", "size": "size"}
# Where the options are; before 0.11 they were an array.
_TABLES = (
    ("qemu-options.hx", _OPTION),
    ("qemu-options.h", _OPTION),
    ("vl.c", re.compile(r'^\s*\{\s*"([\w-]+)",\s*(?:[01]|HAS_ARG),\s*QEMU_OPTION_\w+\s*\}', re.M)),
)
# Lists that are used and not registered, and whether for `drive`: machine_opts is what the query shows for
# machine from 1.6 to 5.2; 1.6 let -drive take anything and had code look into the other two.
_UNREGISTERED = {"machine_opts": False, "qemu_common_drive_opts": True, "qemu_old_drive_opts": True}
# Where query-command-line-options takes a machine's parameters from the machine classes.
_MACHINE_QUERY = "query_all_machine_properties"


def make_reader() -> Reader:
    """What reads the options of one release after another, each blob once."""
    sources = SourceReader()

    def read(tree: Source, version: str) -> Pairs:
        yield from ((name, "option") for name in read_options(tree))
        release = sources.read(tree)
        yield from read_parameters(release)
        if any(_MACHINE_QUERY in file.functions for file in release.files.values()):
            yield from _read_machine_parameters(release, version)

    return read


def read_options(tree: Readable) -> set[str]:
    """The names of a release's options."""
    for path, pattern in _TABLES:
        if names := set(pattern.findall(read_first(tree, [path]) or "")):
            return names
    return set()


def read_parameters(release: Release) -> Iterator[tuple[str, str]]:
    """The registered groups and their parameters; all that are part of `drive` are one."""
    registered: dict[str, bool] = dict(_UNREGISTERED)
    for file in release.files.values():
        for name, is_drive in file.option_lists:
            registered[name] = registered.get(name, False) or is_drive
    for path, file in release.files.items():
        for struct in file.structs:
            if struct.kind == "QemuOptsList" and struct.name in registered:
                yield from _read_list(release.unit(path), struct, is_drive=registered[struct.name])


def _read_list(unit: Unit, struct: Struct, *, is_drive: bool) -> Iterator[tuple[str, str]]:
    fields = read_fields(struct.body)
    fallback = '"machine"' if struct.name == "machine_opts" else "NULL"
    name = "drive" if is_drive else resolve_string(unit, fields.get("name", fallback))
    # A stub's list has no name.
    if not name:
        return
    yield name, "option"
    desc = unit.expand(fields.get("desc", ""))
    start = desc.find("{")
    if start < 0:
        return
    for element in read_elements(desc[start + 1 : find_close(desc, start)]):
        parameter = read_fields(element)
        label = resolve_string(unit, parameter.get("name", "NULL"))
        if label:
            yield f"{name}.{label}", _TYPE.get(parameter.get("type", ""), "string")


def _read_machine_parameters(release: Release, version: str) -> Iterator[tuple[str, str]]:
    model = read_model(release, version)
    machines = model.descendants("machine")
    yield "machine", "option"
    yield "machine.type", "string"
    for owner, name, type_ in model.settable:
        if owner in machines:
            yield f"machine.{name}", _TYPE_OF_PROPERTY.get(type_, "string")


KIND = Kind(
    name="option",
    covers="superset",
    note="options of qemu-options.hx (before 0.11 of vl.c) and groups of query-command-line-options; a"
    " group's name may differ from its option's (boot-opts, smp-opts); every #if branch counts; before 1.5"
    " nothing could ask for parameters; since 8.0 the parameters of machine are the settable class"
    " properties of all machine types; not covered: options that code parses without a table, such as"
    " -netdev, -object, -device and -display",
    make_reader=make_reader,
    oldest="0.9.0",
)
