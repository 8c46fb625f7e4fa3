"""Properties that C source gives to a type: static arrays, and calls in its init functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ....harvest.csource import (
    Call,
    Function,
    find_close,
    read_calls,
    read_fields,
    split_list,
)
from .loops import Frame, loop_elements, read_members, resolve_string
from .sources import Release, Unit

ANY = "any"

_ASSIGNED = re.compile(r"(?:->|\.)(?:qdev\.)?props\s*=\s*&?(\w+(?:(?:->|\.)\w+)?)\s*;")
_BUS = re.compile(r"(?:->|\.)bus_info\s*=\s*&(\w+)\s*;")
_ADD = re.compile(r"object_(?:class_)?property_(?:try_)?add(?:_(\w+))?$")
_REFERENCE = re.compile(r"&\s*+(?:\(\s*+)?(\w+)")
_OWN = re.compile(r"(?:[A-Z]\w*\s*\(\s*)*(\w+)\s*\)*$")
_INITIALISED_CHILD = re.compile(r"object_initialize_child(?:_with_props|_internal)?$")
# What is called on the way and never gives the caller's type a property of its own.
_ELSEWHERE = re.compile(
    r"^(memory_region_|qdev_|sysbus_|object_|error_|g_|type_|qbus_|vmstate_|address_space|timer_|qemu_|pci_|cpu_exec"
    r"|bdrv_|blk_|qdict_|qobject_|visit_|cpu_reset|cpu_register|trace_|monitor_|device_class_|[A-Z])"
)
_TYPE_BY_SUFFIX = {
    "bool": "bool",
    "str": "string",
    "tm": "struct tm",
    "uint8_ptr": "uint8",
    "uint16_ptr": "uint16",
    "uint32_ptr": "uint32",
    "uint64_ptr": "uint64",
    "new_container": "child<container>",
}
_MEMBER = re.compile(r"\(?\s*+(\w++)\s*+(?:\[\s*+\w++\s*+\]\s*+)?(?:->|\.)\s*+(\w++)\s*+\)?$")
_TYPE_MEMBER = re.compile(r"\w+(?:\[\w+\])?(?:->|\.)(\w+)$")
_RETURNED_MEMBER = re.compile(r"\b(\w+)\[\w+\]\.(\w+)\s*;")
_VIRTIO_BACKEND = '"virtio-backend"'
_CONTAINER = '"container"'
_CLOCK = '"clock"'
# Where owner, name and type stand: a bus or a clock made while its device is has that device as its parent.
_MAKERS: dict[str, tuple[int, int, int | str]] = {
    "qbus_init": (-2, -1, -3),
    "qbus_create_inplace": (-2, -1, -3),
    "qbus_create": (1, 2, 0),
    "qbus_new": (1, 2, 0),
    "qdev_init_clock_in": (0, 1, _CLOCK),
    "qdev_init_clock_out": (0, 1, _CLOCK),
    "qdev_alias_clock": (2, 3, _CLOCK),
}
# What a CPU's init leaves to its accelerator's, in the same target's folder.
_ACCEL_HOOK = "accel_cpu_instance_init"
_ACCEL_INIT = re.compile(r"(?:->|\.)cpu_instance_init\s*=\s*&?(\w+)\s*;")
_ARRAY_GIVERS = {"device_class_set_props", "device_class_set_props_n", "qdev_property_add_static"}
_SETTER = {"": 4, "bool": 3, "str": 3, "enum": 5}
# Versioned machines call their successor's init function, one after another.
_MAX_DEPTH = 40


class Property(NamedTuple):
    """A property, its QOM type's name, and whether it can be set."""

    name: str
    type: str
    is_settable: bool = True


@dataclass(slots=True)
class Unread:
    """What could not be read, by kind: `PATH: TEXT` each."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, path: str, text: str) -> None:
        """Note one."""
        self.found.setdefault(kind, set()).add(f"{path}: {' '.join(text.split())[:100]}")


@dataclass(slots=True)
class Given:
    """What init functions give a type: properties, and types whose properties it passes on as its own.

    `own` are the fields of the class data that the type was registered with.
    """

    own: dict[str, str] = field(default_factory=dict)
    properties: list[Property] = field(default_factory=list)
    aliased: list[str] = field(default_factory=list)


class PropertyReader:
    """Reads the properties of one release's types."""

    def __init__(self, release: Release, unread: Unread) -> None:
        self._release = release
        self._unread = unread
        self._types = dict(_read_property_infos(release))
        self._arrays: dict[str, list[Unit]] = {}
        for path, file in release.files.items():
            for struct in file.structs:
                if struct.kind == "Property":
                    self._arrays.setdefault(struct.name, []).append(release.unit(path))

    def read_array(self, unit: Unit, name: str) -> Iterator[Property]:
        """The properties of a static array, of this file or the only one of that name."""
        struct = unit.arrays.get(name)
        if struct is None:
            others = self._arrays.get(name, [])
            if len(others) != 1:
                self._unread.add("property array", unit.path, name)
                return
            unit = others[0]
            struct = unit.arrays[name]
        # A member called props may be of something else, such as a chip's table of pins.
        if struct.kind == "Property":
            yield from self.read_entries(unit, struct.body)

    def read_entries(self, unit: Unit, body: str) -> Iterator[Property]:
        """The properties of an array's inside, macros and all."""
        for item in split_list(unit.expand(body)):
            if not item.startswith("{"):
                if not item.startswith("DEFINE_PROP_END_OF_LIST"):
                    self._unread.add("property", unit.path, item)
                continue
            if property_ := self._read_entry(unit, item[1 : find_close(item, 0)]):
                yield property_

    def read_function(self, unit: Unit, name: str, given: Given) -> None:
        """Add to `given` what an init function does, and what it calls."""
        for place, function in self._find(unit, name):
            self._walk(Frame(place, function, {}, (name,), {}), given)

    def _find(self, unit: Unit, name: str) -> list[tuple[Unit, Function]]:
        own = unit.functions.get(name)
        if own is not None:
            return [(unit, own)]
        return [(self._release.unit(path), function) for path, function in self._release.find_functions(name)]

    def _walk(self, frame: Frame, given: Given) -> None:
        for match in _ASSIGNED.finditer(frame.function.body):
            self._add_array(frame.unit, match[1], given)
        for match in _BUS.finditer(frame.function.body):
            given.properties += self.read_bus(frame.unit, match[1])
        for call in read_calls(frame.function.body):
            if call.name == _ACCEL_HOOK and _is_own(call.arguments[0]):
                self._follow_accelerators(frame, given)
            elif not self._read_call(frame, call, given) and len(frame.stack) < _MAX_DEPTH:
                self._follow(frame, call, given)

    def _follow(self, frame: Frame, call: Call, given: Given) -> None:
        if call.name in frame.stack or _ELSEWHERE.match(call.name):
            return
        if not call.arguments or not _is_own(call.arguments[0]):
            return
        for unit, function in self._find(frame.unit, call.name):
            bound, loops = {}, {}
            for parameter, argument in zip(function.parameters, call.arguments, strict=False):
                value = resolve_string(frame.unit, argument, frame.bindings)
                loop = frame.find_loop(argument.lstrip("&").split("[")[0], given.own)
                if value is not None:
                    bound[parameter] = value
                elif loop is not None:
                    loops[parameter] = loop
            self._walk(Frame(unit, function, bound, (*frame.stack, call.name), loops), given)

    def _follow_accelerators(self, frame: Frame, given: Given) -> None:
        folder = "/".join(frame.unit.path.split("/")[:2])
        for path, file in self._release.files.items():
            if not path.startswith(f"{folder}/"):
                continue
            for function in file.functions.values():
                for match in _ACCEL_INIT.finditer(function.body):
                    if match[1] in file.functions and match[1] not in frame.stack:
                        init = file.functions[match[1]]
                        stack = (*frame.stack, match[1])
                        self._walk(Frame(self._release.unit(path), init, {}, stack, {}), given)

    def read_bus(self, unit: Unit, name: str) -> Iterator[Property]:
        """The properties that a bus of QEMU 1.0 and 1.1 gives its devices."""
        struct = unit.arrays.get(name)
        props = read_fields(struct.body).get("props", "") if struct else ""
        if "{" in props:
            start = props.index("{")
            yield from self.read_entries(unit, props[start + 1 : find_close(props, start)])
        elif props:
            yield from self.read_array(unit, props)

    def _add_array(self, unit: Unit, text: str, given: Given) -> None:
        array = re.split(r"->|\.", text)[-1]
        if array != text:
            if array not in given.own:
                self._unread.add("property array", unit.path, text)
                return
            array = given.own[array].lstrip("&")
        if array != "NULL":
            given.properties += self.read_array(unit, array)

    def _read_call(self, frame: Frame, call: Call, given: Given) -> bool:
        """Whether the call is one of those that give properties; what it gives is added."""
        arguments = call.arguments
        if call.name in _ARRAY_GIVERS and len(arguments) > 1:
            loop = frame.find_loop(arguments[1], given.own)
            unit, array = (loop[0], loop[1].name) if loop else (frame.unit, arguments[1].lstrip("& "))
            self._add_array(unit, array, given)
        elif call.name == "virtio_instance_init_common" and len(arguments) > 3:
            self._add_alias(frame.unit, arguments[3], given)
            self._add_child(frame, _VIRTIO_BACKEND, arguments[3], given)
        elif call.name == "container_get" and len(arguments) > 1 and _is_own(arguments[0]):
            self._add_child(frame, arguments[1], _CONTAINER, given)
        elif call.name in _MAKERS and len(arguments) > 2:
            owner, name, type_ = _MAKERS[call.name]
            if _is_own(arguments[owner]):
                made = type_ if isinstance(type_, str) else arguments[type_]
                self._add_child(frame, arguments[name], made, given)
        elif call.name == "qdev_alias_all_properties":
            self._add_aliased_member(frame, call, given)
        elif len(arguments) > 1 and (_ADD.match(call.name) or _INITIALISED_CHILD.match(call.name)):
            if _is_own(arguments[0]):
                self._add_property(frame, call, given)
        else:
            return False
        return True

    def _add_child(self, frame: Frame, name: str, type_: str, given: Given) -> None:
        label = resolve_string(frame.unit, name, frame.bindings)
        target = resolve_string(frame.unit, type_, frame.bindings)
        if label and "/" not in label.removeprefix("/"):
            given.properties.append(Property(label.removeprefix("/"), f"child<{target}>" if target else ANY))

    def _add_property(self, frame: Frame, call: Call, given: Given) -> None:
        name = resolve_string(frame.unit, call.arguments[1], frame.bindings)
        if name is not None:
            given.properties.append(Property(name, self._added_type(frame, call), _has_setter(call)))
            return
        looped = list(self._looped(frame, call, given.own))
        given.properties += looped
        if not looped:
            text = f"{call.name}({', '.join(call.arguments[:2])})"
            self._unread.add("property name", frame.unit.path, text)

    def _looped(self, frame: Frame, call: Call, own: dict[str, str]) -> Iterator[Property]:
        """Properties that a loop over an array adds, named by a member as it is or printed."""
        text, form, code = call.arguments[1], "%s", frame.function.body
        printing = rf'\b{re.escape(text)}\s*=\s*g_strdup_printf\s*\("([^"]*)",\s*([^,()]+)\)'
        if printed := re.search(printing, code):
            form, text = printed[1], printed[2]
        if form.count("%") != 1 or "%s" not in form:
            return
        found = list(self._elements(frame, text, own))
        # Which of the arrays it is depends on a type below this one: each counts, as #if branches do.
        others = [] if found else list(_of_declared_kind(frame, text))
        for value, fields in found or others:
            type_ = ANY if others else self._added_type(frame, call)
            member = _TYPE_MEMBER.match(call.arguments[2]) if len(call.arguments) > 2 else None
            if type_ == ANY and member:
                type_ = resolve_string(frame.unit, fields.get(member[1], "NULL")) or ANY
            yield Property(form.replace("%s", value), type_)

    def _elements(self, frame: Frame, text: str, own: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Values of a member that a loop runs over, or that a function which takes a place returns."""
        found = list(loop_elements(frame.unit, text, frame.function.body))
        member = _MEMBER.match(text)
        loop = frame.find_loop(member[1], own) if member and not found else None
        if member and loop:
            found = list(read_members(*loop, member[2]))
        called = re.search(rf"\b{re.escape(text)}\s*=\s*(\w+)\(", frame.function.body)
        for unit, function in self._find(frame.unit, called[1]) if called and not found else ():
            returned = _RETURNED_MEMBER.search(function.body)
            if returned and (struct := unit.arrays.get(returned[1])):
                found += read_members(unit, struct, returned[2])
        yield from found

    def _added_type(self, frame: Frame, call: Call) -> str:
        unit, bindings = frame.unit, frame.bindings
        match = _ADD.match(call.name)
        suffix = match[1] if match else "child"
        third = call.arguments[2] if len(call.arguments) > 2 else ""
        if suffix in {None, "enum", "static"}:
            return resolve_string(unit, third, bindings) or ANY
        if suffix == "link":
            target = resolve_string(unit, third, bindings)
            return f"link<{target}>" if target else ANY
        if suffix == "child" and match is None and len(call.arguments) > 3:
            index = 3 if call.name == "object_initialize_child" else 4
            target = (
                resolve_string(unit, call.arguments[index], bindings) if index < len(call.arguments) else None
            )
            return f"child<{target}>" if target else ANY
        return _TYPE_BY_SUFFIX.get(suffix or "", ANY)

    def _add_alias(self, unit: Unit, text: str, given: Given) -> None:
        target = resolve_string(unit, text)
        if target is None:
            self._unread.add("alias", unit.path, text)
        else:
            given.aliased.append(target)

    def _add_aliased_member(self, frame: Frame, call: Call, given: Given) -> None:
        """`qdev_alias_all_properties(DEVICE(&dev->vdev), obj)`: the type the member was made of."""
        member = re.search(r"(?:->|\.)\s*(\w+)", call.arguments[0]) or re.search(
            r"(\w+)\W*$", call.arguments[0]
        )
        if member is None:
            return
        for other in read_calls(frame.function.body):
            made = other.name in {"object_initialize", "object_initialize_child"} and len(other.arguments) > 1
            if made and re.search(rf"\b{member[1]}\b", " ".join(other.arguments)):
                # An object_initialize_child's second argument, the child's name, is no type's.
                last = 1 if other.name == "object_initialize_child" else 0
                strings = (resolve_string(frame.unit, item) for item in other.arguments[:last:-1])
                given.aliased += [target for target in strings if target][:1]
                return
        self._unread.add("alias", frame.unit.path, call.arguments[0])

    def _read_entry(self, unit: Unit, body: str) -> Property | None:
        fields = read_fields(body)
        if not fields:
            return None
        name = resolve_string(unit, fields["name"]) if "name" in fields else None
        if name is None:
            if fields.get("name", "NULL") != "NULL":
                self._unread.add("property name", unit.path, fields["name"])
            return None
        link = resolve_string(unit, fields["link_type"]) if "link_type" in fields else None
        if link:
            return Property(name, f"link<{link}>")
        reference = _REFERENCE.search(fields.get("info", ""))
        return Property(name, self._types.get(reference[1], ANY) if reference else ANY)


def _of_declared_kind(frame: Frame, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """A member's values in each array of this file that a pointer may point into, by its C type."""
    member = _MEMBER.match(text)
    kind = re.search(rf"\b(\w+)\s*\*\s*{member[1]}\b", frame.function.body) if member else None
    if member is None or kind is None:
        return
    for struct in frame.unit.file.structs:
        if struct.is_array and struct.kind == kind[1]:
            yield from read_members(frame.unit, struct, member[2])


def _has_setter(call: Call) -> bool:
    """Whether a call that adds a property to a class names a function that sets it."""
    match = _ADD.match(call.name)
    index = _SETTER.get(match[1] or "") if match else None
    return index is None or index >= len(call.arguments) or call.arguments[index] != "NULL"


def _is_own(argument: str) -> bool:
    """Whether a first argument may be the object or class at hand: a name, cast or not, no member of it."""
    return "->" not in argument and "&" not in argument and "." not in argument and bool(_OWN.match(argument))


def _read_property_infos(release: Release) -> Iterable[tuple[str, str]]:
    for path, file in release.files.items():
        for struct in file.structs:
            if struct.kind == "PropertyInfo":
                fields = read_fields(struct.body)
                text = fields.get("name") or fields.get("type")
                value = resolve_string(release.unit(path), text) if text else None
                yield struct.name, value or ANY
