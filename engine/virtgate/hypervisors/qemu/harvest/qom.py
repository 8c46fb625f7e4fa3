"""QOM types, their parents and properties, from C source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ....harvest.csource import evaluate, find_close, read_elements, read_field_values, read_fields
from ....harvest.git import Source, version_key
from ....harvest.kinds import Kind, Pairs, Reader
from .loops import loop_elements, read_members, resolve_string
from .properties import Given, PropertyReader, Unread
from .sources import Release, SourceReader, Struct, Unit

OLDEST = "0.12.0"

_RETURN = re.compile(r"\bif\s*\(([^{};]*)\)\s*\{\s*return;")
_PRINTED = re.compile(r"g_strdup_printf\s*\(((?:\s*+\"[^\"]*+\"|\s*+\w++)++),\s*+([^,()]++)\)$")
_GENERIC_INIT = "virtio_pci_generic_class_init"
_INITS = ("class_init", "class_base_init", "instance_init", "instance_post_init")
# Where the device tables of before 1.1 stand among the types of later releases.
_BUS_OF_INFO = {
    "PCIDeviceInfo": ("pci-device", "pci_bus_info"),
    "USBDeviceInfo": ("usb-device", "usb_bus_info"),
    "ISADeviceInfo": ("isa-device", "isa_bus_info"),
    "SCSIDeviceInfo": ("scsi-device", "scsi_bus_info"),
    "IDEDeviceInfo": ("ide-device", "ide_bus_info"),
    "VirtIOSerialPortInfo": ("virtio-serial-port", "virtser_bus_info"),
    "HDACodecDeviceInfo": ("hda-codec", "hda_codec_bus_info"),
    "I2CSlaveInfo": ("i2c-slave", "i2c_bus_info"),
    "CCIDCardInfo": ("ccid-card", "ccid_bus_info"),
    "SysBusDeviceInfo": ("sys-bus-device", "system_bus_info"),
    "SSISlaveInfo": ("ssi-slave", "ssi_bus_info"),
    "VIOsPAPRDeviceInfo": ("vio-spapr-device", "spapr_vio_bus_info"),
    "VirtIOS390DeviceInfo": ("virtio-s390-device", "s390_virtio_bus_info"),
}
_BUS_HELD = {"pci.": "PCIDeviceInfo", "i2c.": "I2CSlaveInfo"}
_GIVEN_PROPS = re.compile(r"->qdev\.props\s*=\s*(\w+)\s*;")


@dataclass(slots=True)
class Model:
    """What one release's source says about QOM: types, edges `child<parent`, properties by type."""

    types: set[str] = field(default_factory=set)
    parents: set[tuple[str, str]] = field(default_factory=set)
    aliases: set[tuple[str, str]] = field(default_factory=set)
    properties: set[tuple[str, str, str]] = field(default_factory=set)
    # What `query-command-line-options` says of machines since 6.0: what their classes let one set.
    settable: set[tuple[str, str, str]] = field(default_factory=set)
    unread: Unread = field(default_factory=Unread)

    def descendants(self, ancestor: str) -> frozenset[str]:
        """A type and all below it."""
        children: dict[str, list[str]] = {}
        for child, parent in self.parents:
            children.setdefault(parent, []).append(child)
        found, waiting = {ancestor}, [ancestor]
        while waiting:
            more = set(children.get(waiting.pop(), ())) - found
            found |= more
            waiting += more
        return frozenset(found)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The ledger's (name, type) pairs."""
        yield from ((name, "type") for name in self.types)
        yield from ((f"{child}<{parent}", "parent") for child, parent in self.parents)
        yield from ((f"{outer}<{inner}", "alias") for outer, inner in self.aliases)
        yield from ((f"{owner}.{name}", type_) for owner, name, type_ in self.properties)


def make_reader() -> Reader:
    """What reads the types of one release after another, each blob once; none before source tells of them."""
    sources = SourceReader()

    def read(tree: Source, version: str) -> Pairs:
        if version_key(version) < version_key(OLDEST):
            return ()
        return read_model(sources.read(tree), version).pairs()

    return read


def read_model(release: Release, version: str) -> Model:
    """Everything that a release's source says about QOM."""
    model = Model()
    builder = _Builder(model, PropertyReader(release, model.unread))
    for path in release.files:
        unit = release.unit(path)
        _read_unit(builder, unit)
        for name, arguments in unit.file.uses:
            if name in release.type_makers:
                code = unit.expand(f"{name}({arguments})")
                if not _is_expired(code, version):
                    _read_unit(builder, unit.with_code(code))
    return model


def _is_expired(code: str, version: str) -> bool:
    """Whether what a macro wrote out returns before it registers anything, as old machines do since 10.1."""
    found = _RETURN.search(code)
    if found is None or "QEMU_VERSION_MAJOR" not in found[1]:
        return False
    numbers = dict(zip(("MAJOR", "MINOR", "MICRO"), version.split("."), strict=False))
    condition = re.sub(r"QEMU_VERSION_(MAJOR|MINOR|MICRO)", lambda match: numbers[match[1]], found[1])
    return bool(evaluate(condition))


def _read_unit(builder: _Builder, unit: Unit) -> None:
    for struct in unit.file.structs:
        if struct.kind == "TypeInfo":
            body = unit.expand(struct.body)
            for item in read_elements(body) if struct.is_array else [body]:
                builder.add_type_info(unit, item, struct)
        elif struct.kind == "VirtioPCIDeviceTypeInfo":
            for body in _bodies(struct):
                builder.add_virtio_pci(unit, read_fields(body))
        elif struct.kind == "QEMUMachine":
            for body in _bodies(struct):
                builder.add_machine(unit, read_fields(unit.expand(body)))
        elif struct.kind.endswith("Info") and "qdev.name" in struct.body:
            for body in _bodies(struct):
                builder.add_device_info(unit, struct.kind, read_fields(body))


def _bodies(struct: Struct) -> list[str]:
    return read_elements(struct.body) if struct.is_array else [struct.body]


class _Builder:
    """Puts types into a model."""

    def __init__(self, model: Model, reader: PropertyReader) -> None:
        self._model = model
        self._reader = reader
        self._unread = model.unread
        self._generic: Given | None = None

    def add_type_info(self, unit: Unit, body: str, struct: Struct) -> None:
        """A TypeInfo: one type, or as many as the array has that its loop runs over."""
        declared, assigned = read_fields(body), _assigned(struct)
        fields = {**declared, **assigned}
        # One that is registered as declared may be named anew afterwards, and registered again.
        for name in dict.fromkeys([declared.get("name"), assigned.get("name")]):
            if name is not None:
                self._add_named(unit, name, body, fields, struct)

    def _add_named(self, unit: Unit, name: str, body: str, fields: dict[str, str], struct: Struct) -> None:
        found: list[tuple[str, dict[str, str]]] = [(value, {}) for value in _alternatives(unit, name)]
        found = found or list(loop_elements(unit, name, struct.tail)) or list(_printed(unit, name, struct))
        if not found:
            self._unread.add("type name", unit.path, name)
        for value, own in found:
            self._add(unit, value, fields, own)
            for parent in read_field_values(body, "parent"):
                self._add_parent(unit, value, parent)

    def _add(self, unit: Unit, name: str, fields: dict[str, str], own: dict[str, str]) -> None:
        self._model.types.add(name)
        self._add_parent(unit, name, fields.get("parent"))
        given = Given(own=own)
        for init in _INITS:
            function = fields.get(init, "NULL").lstrip("&")
            if function.isidentifier() and function != "NULL":
                self._reader.read_function(unit, function, given)
            if init == "class_init":
                self._model.settable.update((name, p.name, p.type) for p in given.properties if p.is_settable)
        self._give(name, given)

    def _give(self, name: str, given: Given) -> None:
        self._model.properties.update((name, item.name, item.type) for item in given.properties)
        self._model.aliases.update((name, inner) for inner in given.aliased)

    def _add_parent(self, unit: Unit, name: str, text: str | None) -> None:
        if text is None:
            return
        parents = list(_alternatives(unit, text))
        self._model.parents.update((name, parent) for parent in parents)
        if not parents and text != "NULL":
            self._unread.add("parent", unit.path, f"{name}: {text}")

    def add_virtio_pci(self, unit: Unit, fields: dict[str, str]) -> None:
        """A virtio proxy: a base, and up to three types on it, as virtio_pci_types_register makes them."""
        names = {key: resolve_string(unit, fields[key]) for key in fields if key.endswith("_name")}
        generic = names.get("generic_name")
        base = names.get("base_name") or (f"{generic}-base-type" if generic else None)
        if base is None:
            self._unread.add("type name", unit.path, str(fields))
            return
        self._add(unit, base, {"parent": '"virtio-pci"', **fields}, {})
        for name in (generic, names.get("transitional_name"), names.get("non_transitional_name")):
            if name:
                self._model.types.add(name)
                self._model.parents.add((name, base))
        if generic:
            self._give(generic, self._read_generic(unit.release))

    def _read_generic(self, release: Release) -> Given:
        """What virtio_pci_types_register gives the type that is neither transitional nor the opposite."""
        if self._generic is None:
            self._generic = Given()
            unit = release.unit_defining(_GENERIC_INIT)
            if unit is not None:
                self._reader.read_function(unit, _GENERIC_INIT, self._generic)
        return self._generic

    def add_machine(self, unit: Unit, fields: dict[str, str]) -> None:
        """A machine of before machines were types, named as the type it became."""
        name = resolve_string(unit, fields.get("name", "NULL"))
        if name is None:
            self._unread.add("machine name", unit.path, fields.get("name", "NULL"))
            return
        self._model.types.add(f"{name}-machine")
        self._model.parents.add((f"{name}-machine", "machine"))

    def add_device_info(self, unit: Unit, kind: str, fields: dict[str, str]) -> None:
        """A device of the tables of before 1.1, which may hold that of their bus (`.pci.qdev.name`)."""
        key = next((key for key in fields if key.endswith("qdev.name")), None)
        if key is None:
            return
        name = resolve_string(unit, fields[key])
        if name is None:
            self._unread.add("type name", unit.path, fields[key])
            return
        self._model.types.add(name)
        held = key.removesuffix("qdev.name")
        kind = _BUS_HELD.get(held, kind)
        if kind in _BUS_OF_INFO:
            self._add_bus(unit.release, name, *_BUS_OF_INFO[kind])
        props = fields.get(f"{held}qdev.props", "") or _props_given_by_loop(unit) * bool(held)
        given = Given()
        if "{" in props:
            start = props.index("{")
            given.properties += self._reader.read_entries(unit, props[start + 1 : find_close(props, start)])
        elif props:
            given.properties += self._reader.read_array(unit, props)
        self._give(name, given)

    def _add_bus(self, release: Release, name: str, parent: str, bus: str) -> None:
        self._model.parents.add((name, parent))
        if parent in self._model.types:
            return
        self._model.types.add(parent)
        for path, file in release.files.items():
            if any(struct.name == bus and "props" in struct.body for struct in file.structs):
                properties = self._reader.read_bus(release.unit(path), bus)
                self._give(parent, Given(properties=list(properties)))


def _props_given_by_loop(unit: Unit) -> str:
    """The property array that a file's function gives to each device that it registers."""
    found = (_GIVEN_PROPS.search(function.body) for function in unit.functions.values())
    return next((match[1] for match in found if match), "")


def _assigned(struct: Struct) -> dict[str, str]:
    """Fields given to a local TypeInfo after its declaration."""
    if not struct.tail:
        return {}
    pattern = rf"\b{struct.name}\.(\w+)\s*=\s*([^;]+);"
    return {match[1]: match[2].strip() for match in re.finditer(pattern, struct.tail)}


def _printed(unit: Unit, name: str, struct: Struct) -> Iterator[tuple[str, dict[str, str]]]:
    """Names that a function prints for each element of the arrays that its callers hand to it."""
    found = _PRINTED.match(name)
    if found is None:
        return
    forms = [
        form for form in _alternatives_of_form(unit, found[1]) if form.count("%s") == form.count("%") == 1
    ]
    given = resolve_string(unit, found[2])
    if given is not None:
        yield from ((form.replace("%s", given), {}) for form in forms)
        return
    pointer, _, member = found[2].partition("->")
    declared = re.compile(rf"\bTypeInfo\s+{struct.name}\b")
    for maker, function in unit.functions.items():
        if member and pointer in function.parameters and declared.search(function.body):
            for value, fields in _handed(unit, maker, member):
                yield from ((form.replace("%s", value), fields) for form in forms)


def _alternatives_of_form(unit: Unit, text: str) -> Iterator[str]:
    """The values of a format: several where a macro in it is defined several times."""
    macro = re.search(r"\b[A-Z]\w+\b", re.sub(r'"[^"]*"', "", text))
    bodies = [one.body for one in unit.alternatives(macro[0]) if one.parameters is None] if macro else []
    texts = [text.replace(macro[0], body) for body in bodies] if macro else []
    values = (resolve_string(unit, one) for one in texts or [text])
    yield from dict.fromkeys(value for value in values if value is not None)


def _handed(unit: Unit, maker: str, member: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of each array that a caller of a function loops over, or the structure that it names."""
    call = re.compile(rf"\b{maker}\s*\(\s*&?\s*(\w+)")
    for path, file in unit.release.files.items():
        for function in file.functions.values():
            for handed in call.finditer(function.body):
                other = unit.release.unit(path)
                struct = other.arrays.get(handed[1])
                if struct is not None and not struct.is_array:
                    yield from read_members(other, struct, member)
                yield from loop_elements(other, f"{handed[1]}[i].{member}", function.body)


def _alternatives(unit: Unit, text: str) -> Iterator[str]:
    """The values of a name: several where an `#if` defines it several times."""
    text = text.strip()
    seen = set()
    for macro in unit.alternatives(text) if text.isidentifier() else ():
        value = resolve_string(unit, macro.body) if macro.parameters is None else None
        if value is not None and value not in seen:
            seen.add(value)
            yield value
    if not seen:
        value = resolve_string(unit, text)
        if value is not None:
            yield value


KIND = Kind(
    name="qom",
    covers="partial",
    note="every #if branch counts; from 0.12, which brought -device, to 1.0 qdev's device tables, under the"
    " parents they got in 1.1; machines of before 2.0 named as the types they became; in 2.0 to 2.4 some"
    " machine types (virt, vexpress-a9) had not yet the -machine of their later names; since 10.1 machines"
    " too old to be registered are absent; a property of a type below that the type's init adds from one of"
    " several arrays is every such type's; not covered: the names of CPU models of x86, MIPS, s390x, SPARC"
    " and Xtensa, and s390x's CPU features; pins and memory regions (names that end in [N]), and children"
    " whose names a loop numbers; what is added when a device is realized or by another object; the type of"
    " an aliased property is any; the parent of host-powerpc64-cpu",
    make_reader=make_reader,
)
