"""QOM types and properties read from C: small sources, and the ledger against a real QEMU."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from virtgate.harvest.csource import (
    Macro,
    evaluate,
    find_close,
    read_calls,
    read_fields,
    read_functions,
    read_macros,
    read_string,
    split_list,
    strip_comments,
)
from virtgate.hypervisors.qemu import probe as qemu
from virtgate.hypervisors.qemu.harvest import qom
from virtgate.hypervisors.qemu.harvest.macros import Expander
from virtgate.hypervisors.qemu.harvest.sources import Release, read_source
from virtgate.hypervisors.qemu.target import find_binaries
from virtgate.upstream.ledger import Ledger
from virtgate.versions import Version, parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger" / "qom.txt"
# Measured on Debian's 7.2.22 against 7.2.0's source: 2 of 7,954 are missing, both of later point releases.
PROPERTY_RECALL = 0.999
ASKED = ("device", "user-creatable", "machine")

QDEV = """
#define DEFINE_PROP(_name, _state, _field, _prop, _type, ...) { \\
        .name = (_name), .info = &(_prop), .offset = offsetof(_state, _field), __VA_ARGS__ }
#define DEFINE_PROP_BOOL(_n, _s, _f, _d) DEFINE_PROP(_n, _s, _f, qdev_prop_bool, bool, .set_default = true)
#define DEFINE_PROP_LINK(_name, _state, _field, _type, _ptr_type) \\
    DEFINE_PROP(_name, _state, _field, qdev_prop_link, _ptr_type, .link_type = _type)
#define DEFINE_DISK_PROPERTIES(_s, _c) \\
    DEFINE_PROP_BOOL("share-rw", _s, _c.share, false), DEFINE_PROP_BOOL("wwn", _s, _c.wwn, 0)
#define DEFINE_PROP_END_OF_LIST() {}
#define TYPE_DEVICE "device"
"""
INFOS = """
const PropertyInfo qdev_prop_bool = { .name = "bool", .get = get_bool };
const PropertyInfo qdev_prop_link = { .name = "link" };
"""


def model(sources: dict[str, str], version: str = "8.0.0") -> qom.Model:
    files = {}
    for path, text in {"include/hw/qdev.h": QDEV, "hw/core/qdev.c": INFOS, **sources}.items():
        file = read_source(text.encode())
        assert file is not None, path
        files[path] = file
    return qom.read_model(Release(files, Expander()), version)


def expand(text: str, source: str) -> str:
    macros: dict[str, Macro] = dict(read_macros(strip_comments(source)))
    return Expander().expand(text, macros.get)


def test_comments_go_and_strings_stay() -> None:
    assert strip_comments('a /* "x" */ = "// no"; // "y"\nb \\\nc').split() == [
        "a",
        "=",
        '"//',
        'no";',
        "b",
        "c",
    ]


def test_commas_inside_brackets_and_strings_do_not_split() -> None:
    assert split_list('f(a, b), { c, d }, ",", e,') == ["f(a, b)", "{ c, d }", '","', "e"]


def test_a_bracket_in_a_string_closes_nothing() -> None:
    assert find_close('(")", (x))', 0) == 9
    assert find_close("(", 0) == -1


def test_fields_may_name_members_of_members() -> None:
    assert read_fields('.qdev.name = "x", .size = sizeof(A), 3') == {"qdev.name": '"x"', "size": "sizeof(A)"}


def test_a_function_ends_in_the_first_column_whatever_its_branches_left_open() -> None:
    code = "static void f(Object *obj, int a[2])\n{\n  if (x) {\n  if (y) {\n  }\n}\nint g(void)\n{\n}\n"
    found = dict(read_functions(code))
    assert found["f"].parameters == ("obj", "a")
    assert found["f"].is_static
    assert not found["g"].is_static


def test_calls_inside_calls_are_found() -> None:
    assert [call.name for call in read_calls("f(g(1), 2); if (h()) { }")] == ["f", "g", "h"]


def test_adjacent_strings_are_one() -> None:
    assert read_string('("a" "-" "b")') == "a-b"
    assert read_string("name") is None


def test_a_range_check_is_evaluated_and_nothing_else_is() -> None:
    assert evaluate("((10 - 4) > 6) || (((10 - 4) == 6) && (2 - 2) >= 0)") == 1
    assert evaluate("!(2 < 50)") == 0
    assert evaluate("__import__('os')") is None
    assert evaluate("9 ** 9") is None


def test_macros_paste_stringify_and_choose_by_the_number_of_arguments() -> None:
    source = """
#define PICK(x1, x2, x3, x4, ...) x4
#define NAME2(p, a, b) p "-" # a "." #b
#define NAME3(p, a, b, c) p "-" #a "." #b "." #c
#define NAME(p, ...) PICK(__VA_ARGS__, NAME3, NAME2) (p, __VA_ARGS__)
#define VAR(a, b) x_ ## a ## _ ## b
"""
    assert read_string(expand('NAME("pc", 8, 2)', source)) == "pc-8.2"
    assert read_string(expand('NAME("pc", 4, 0, 1)', source)) == "pc-4.0.1"
    assert expand("VAR(1, 2)", source) == "x_1_2"


def test_a_macro_that_names_itself_ends() -> None:
    assert expand("a", "#define a b\n#define b a\n") == "a"


def test_an_expansion_remembered_is_not_used_where_a_macro_changed() -> None:
    expander = Expander()
    assert expander.expand("X", {"X": Macro(None, "1")}.get) == "1"
    assert expander.expand("X", {"X": Macro(None, "2")}.get) == "2"
    assert expander.expand("X", dict[str, Macro]().get) == "X"


def test_a_type_has_the_properties_of_its_array_and_of_the_macros_in_it() -> None:
    found = model(
        {
            "hw/block/disk.c": """
#define TYPE_DISK "my" "-disk"
static Property disk_props[] = {
    DEFINE_DISK_PROPERTIES(Disk, conf),
    DEFINE_PROP_LINK("bus", Disk, bus, TYPE_DEVICE, DeviceState *),
    DEFINE_PROP_END_OF_LIST(),
};
static void disk_class_init(ObjectClass *oc, void *data)
{
    device_class_set_props(DEVICE_CLASS(oc), disk_props);
}
static const TypeInfo disk_info = {
    .name = TYPE_DISK, .parent = TYPE_DEVICE, .class_init = disk_class_init,
};
"""
        }
    )
    assert found.types == {"my-disk"}
    assert found.parents == {("my-disk", "device")}
    assert found.properties == {
        ("my-disk", "share-rw", "bool"),
        ("my-disk", "wwn", "bool"),
        ("my-disk", "bus", "link<device>"),
    }
    assert not found.unread.found


def test_properties_added_by_what_init_functions_call_are_found_under_the_names_passed() -> None:
    found = model(
        {
            "hw/core/boot.c": """
void add_boot_property(Object *obj, const char *name)
{
    object_property_add(obj, name, "int32", get, set, NULL, NULL);
}
""",
            "hw/x.c": """
static void x_class_init(ObjectClass *oc, void *data)
{
    object_class_property_add_bool(oc, "on", get_on, NULL);
    object_class_property_add_enum(oc, "mode", "XMode", &XMode_lookup, get, set);
}
static void x_init(Object *obj)
{
    add_boot_property(obj, "bootindex");
    object_property_add_str(OBJECT(obj->child), "elsewhere", get, set);
}
static TypeInfo x_info = { .name = "x", .class_init = x_class_init, .instance_init = x_init };
""",
        }
    )
    assert found.properties == {("x", "on", "bool"), ("x", "mode", "XMode"), ("x", "bootindex", "int32")}
    assert found.settable == {("x", "mode", "XMode")}


def test_an_array_of_types_may_hold_macros() -> None:
    source = """
#define CORE(model) { .name = model "-core", .parent = TYPE_DEVICE }
static const TypeInfo cores[] = { { .name = "core", .abstract = true }, CORE("p8"), CORE("p9"), };
DEFINE_TYPES(cores)
"""
    found = model({"hw/ppc/core.c": source})
    assert found.types == {"core", "p8-core", "p9-core"}
    assert found.parents == {("p8-core", "device"), ("p9-core", "device")}


def test_types_that_a_loop_registers_take_their_names_from_its_array() -> None:
    found = model(
        {
            "hw/net/card.c": """
static Property old_props[] = { DEFINE_PROP_BOOL("old", Card, old, true), DEFINE_PROP_END_OF_LIST() };
static const CardKind cards[] = { { .name = "card-a", .props = old_props }, { .name = "card-b" } };
static void card_class_init(ObjectClass *oc, void *data)
{
    const CardInfo *info = data;
    device_class_set_props(dc, info->props);
}
static void card_register_types(void)
{
    for (i = 0; i < ARRAY_SIZE(cards); i++) {
        const CardInfo *info = &cards[i];
        TypeInfo type_info = {};
        type_info.name = info->name;
        type_info.parent = TYPE_DEVICE;
        type_info.class_init = card_class_init;
        type_register(&type_info);
    }
}
"""
        }
    )
    assert found.types == {"card-a", "card-b"}
    assert found.properties == {("card-a", "old", "bool")}
    assert found.unread.found == {"property array": {"hw/net/card.c: info->props"}}


def test_a_virtio_proxy_is_a_base_with_types_on_it_and_passes_its_device_on() -> None:
    found = model(
        {
            "hw/virtio/virtio-pci.c": """
static Property generic_props[] = { DEFINE_PROP_BOOL("disable-modern", P, m, 0), DEFINE_PROP_END_OF_LIST() };
static void virtio_pci_generic_class_init(ObjectClass *klass, void *data)
{
    device_class_set_props(dc, generic_props);
}
""",
            "hw/virtio/virtio-x-pci.c": """
static void x_instance_init(Object *obj)
{
    virtio_instance_init_common(obj, &dev->vdev, sizeof(dev->vdev), "virtio-x-device");
}
static const VirtioPCIDeviceTypeInfo x_info = {
    .base_name = "virtio-x-pci-base", .generic_name = "virtio-x-pci",
    .transitional_name = "virtio-x-pci-transitional", .instance_init = x_instance_init,
};
""",
        }
    )
    assert found.types == {"virtio-x-pci-base", "virtio-x-pci", "virtio-x-pci-transitional"}
    assert ("virtio-x-pci-base", "virtio-pci") in found.parents
    assert found.aliases == {("virtio-x-pci-base", "virtio-x-device")}
    assert found.properties == {
        ("virtio-x-pci", "disable-modern", "bool"),
        ("virtio-x-pci-base", "virtio-backend", "child<virtio-x-device>"),
    }


def test_a_proxy_of_old_passes_on_what_its_member_was_made_of() -> None:
    found = model(
        {
            "hw/virtio-pci.c": """
static void y_init(Object *obj)
{
    object_initialize_child(obj, "y-core", &s->y, "y-type");
    qdev_alias_all_properties(DEVICE(&s->y), obj);
    qbus_init(&s->bus, sizeof(s->bus), "y-bus-type", DEVICE(s), "y-bus");
}
static TypeInfo y_info = { .name = "y-pci", .instance_init = y_init };
"""
        }
    )
    assert found.aliases == {("y-pci", "y-type")}
    assert found.properties == {("y-pci", "y-core", "child<y-type>"), ("y-pci", "y-bus", "child<y-bus-type>")}


MACHINES = """
#define TYPE_MACHINE_SUFFIX "-machine"
#define EXPIRED_IMPL(cutoff, major, minor) ((QEMU_VERSION_MAJOR - major) > cutoff)
#define MACHINE_VER_EXPIRED(...) EXPIRED_IMPL(6, __VA_ARGS__)
#define DEFINE_VIRT_MACHINE(major, minor) \\
    static void virt_##major##_##minor##_class_init(ObjectClass *oc, void *data) \\
    { object_class_property_add_str(oc, "v" #major, get, set); } \\
    static const TypeInfo virt_##major##_##minor = { \\
        .name = "virt-" #major "." #minor TYPE_MACHINE_SUFFIX, \\
        .parent = "virt-machine", \\
        .class_init = virt_##major##_##minor##_class_init, \\
    }; \\
    static void virt_register_##major(void) \\
    { do { if (MACHINE_VER_EXPIRED(major, minor)) { return; } } while (0); type_register_static(&x); }
DEFINE_VIRT_MACHINE(8, 0)
DEFINE_VIRT_MACHINE(2, 6)
"""


@pytest.mark.parametrize(
    ("version", "machines"),
    [("8.0.0", {"virt-8.0-machine", "virt-2.6-machine"}), ("10.1.0", {"virt-8.0-machine"})],
)
def test_versioned_machines_are_written_out_and_expire(version: str, machines: set[str]) -> None:
    found = model({"hw/arm/virt.c": MACHINES}, version)
    assert found.types == machines
    assert ("virt-8.0-machine", "v8", "string") in found.properties


def test_devices_and_machines_of_before_types_are_read() -> None:
    found = model(
        {
            "hw/pci.c": """
static struct BusInfo pci_bus_info = {
    .name = "PCI", .props = (Property[]) { DEFINE_PROP_BOOL("rombar", P, r, 1), DEFINE_PROP_END_OF_LIST() } };
""",
            "hw/cards.c": """
static PCIDeviceInfo cards[] = {
    { .qdev.name = "card", .qdev.props = (Property[]) { DEFINE_PROP_BOOL("a", C, a, 1), {} } },
};
static QEMUMachine pc = { .name = "pc-1.0", .alias = "pc" };
""",
        },
        "1.0.0",
    )
    assert found.types == {"card", "pci-device", "pc-1.0-machine"}
    assert found.properties == {("card", "a", "bool"), ("pci-device", "rombar", "bool")}


def test_a_device_of_before_types_may_be_held_by_a_longer_table_or_registered_by_a_call() -> None:
    source = """
static Property props[] = { DEFINE_PROP_BOOL("a", C, a, 1), {} };
static E100PCIDeviceInfo cards[] = { { .pci.qdev.name = "i1", }, { .pci.qdev.name = "i2", } };
static void register_devices(void)
{
    pci_dev->qdev.props = props;
    sysbus_register_dev("plain", sizeof(S), init);
}
"""
    found = model({"hw/cards.c": source}, "0.13.0")
    assert found.types - {"pci-device", "sys-bus-device"} == {"i1", "i2", "plain"}
    assert {("i1", "pci-device"), ("plain", "sys-bus-device")} <= found.parents
    assert found.properties == {("i1", "a", "bool"), ("i2", "a", "bool")}


def test_what_cannot_be_read_is_listed_not_guessed() -> None:
    found = model(
        {
            "hw/y.c": """
static void y_init(Object *obj)
{
    object_property_add(obj, g_strdup_printf("cap%d", n), "bool", NULL, NULL, NULL, NULL);
}
static TypeInfo y_info = { .name = "y", .instance_init = y_init };
static TypeInfo z_info = { .name = compute_name(), .instance_init = y_init };
"""
        }
    )
    assert found.types == {"y"}
    assert found.properties == set()
    assert set(found.unread.found) == {"property name", "type name"}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger.read(LEDGER)


def test_the_ledger_is_well_formed(ledger: Ledger) -> None:
    assert ledger.problems() == ()
    assert ledger.kind == "qom"
    assert ledger.covers == "partial"


@pytest.mark.parametrize(
    ("name", "ranges"),
    [
        ("virtio-mem-pci", "5.1.0.."),
        ("virtio-mem.prealloc", "7.0.0.."),
        ("memory-backend-memfd.hugetlb", "2.12.0.."),
        ("virtio-balloon-device.free-page-reporting", "5.1.0.."),
        ("pcie-slot.hotplug", "5.0.0.."),
        ("pc-i440fx-2.6-machine", "2.6.0..10.0"),
        ("pc-i440fx-4.2-machine", "4.2.0..10.1"),
        ("intel-iommu.caching-mode", "2.9.0.."),
    ],
)
def test_elements_that_drivers_branch_on_are_where_history_has_them(
    ledger: Ledger, name: str, ranges: str
) -> None:
    assert [atom.ranges for atom in ledger.atoms(name)] == [ranges]


class Walker:
    """What a type has at a release, with what its ancestors and inner devices have."""

    def __init__(self, ledger: Ledger, version: Version) -> None:
        self.above: dict[str, list[str]] = {}
        self.own: dict[str, set[str]] = {}
        self.types: set[str] = set()
        known: dict[str, bool] = {}
        for atom in ledger:
            if atom.ranges not in known:
                known[atom.ranges] = version in atom.parsed_ranges
            if known[atom.ranges]:
                self._add(atom.name, atom.type)

    def _add(self, name: str, type_: str) -> None:
        if type_ == "type":
            self.types.add(name)
        elif type_ in {"parent", "alias"} and "<" in name:
            child, _, parent = name.partition("<")
            self.above.setdefault(child, []).append(parent)
        else:
            # Names of types have dots too: `pc-q35-8.2-machine.smm`.
            for index, sign in enumerate(name):
                if sign == ".":
                    self.own.setdefault(name[:index], set()).add(name[index + 1 :])

    def properties(self, name: str) -> set[str]:
        found, waiting, seen = set[str](), [name], set[str]()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                found |= self.own.get(one, set())
                waiting += self.above.get(one, [])
        return found


def named(answer: dict[str, object]) -> list[dict[str, str]]:
    value = answer.get("return")
    return value if isinstance(value, list) else []


def question(command: str, **arguments: object) -> str:
    return f"{command} {json.dumps(arguments, sort_keys=True, separators=(',', ':'))}"


def real_properties(binary: str) -> Iterator[tuple[str, str]]:
    """(type, property) of devices, user-creatable objects and machines; pins and regions apart."""
    listing = {kind: question("qom-list-types", abstract=False, implements=kind) for kind in ASKED}
    types = qemu.ask(binary, list(listing.values()))
    asked = {
        question(
            "device-list-properties" if kind == "device" else "qom-list-properties", typename=item["name"]
        ): item
        for kind, text in listing.items()
        for item in named(types[text])
        if not item["name"].endswith("-cpu")
    }
    # QEMU 7.2 closes its standard input, where it is asked, when it is done with a filter-dump.
    in_turn = sorted(asked, key=lambda text: asked[text]["name"] == "filter-dump")
    for text, answer in qemu.ask(binary, in_turn, timeout=120).items():
        for item in named(answer):
            if not item["name"].endswith("]"):
                yield asked[text]["name"], item["name"]


def test_a_real_qemu_has_no_type_and_few_properties_that_the_ledger_lacks(
    ledger: Ledger, require: Callable[[object, str], None]
) -> None:
    binary = next((path for path in find_binaries() if path.endswith("qemu-system-x86_64")), "")
    require(binary, "no qemu-system-x86_64 on this machine")
    answers = qemu.ask(binary, ["query-version", "qom-list-types"])
    number = answers["query-version"]["return"]["qemu"]
    release = f"{number['major']}.{number['minor']}.0"
    require(ledger.at("device", parse_release(release)), f"the ledger does not know {release}")
    walker = Walker(ledger, parse_release(release))
    real = {item["name"] for item in named(answers["qom-list-types"]) if not item["name"].endswith("-cpu")}
    assert sorted(real - walker.types) == []
    pairs = set(real_properties(binary))
    missing = sorted(f"{owner}.{name}" for owner, name in pairs if name not in walker.properties(owner))
    assert len(pairs) > 5000
    assert len(missing) <= len(pairs) * (1 - PROPERTY_RECALL), missing


CPU = """
#define TYPE_TOY_CPU "toy-cpu"
static const TypeInfo toy_cpu = { .name = TYPE_TOY_CPU, .parent = TYPE_DEVICE, .instance_init = toy_init };
static const ToyExt toy_exts[] = { EXT("zba", true), EXT("zbb", false), { } };
static const ToyExt toy_vendor_exts[] = { { .name = "xtheadba" }, { } };
static const ToyBit toy_bits[] = { BIT(A, "a", "atomic"), BIT(C, "c", "compressed") };
#define EXT(_name, _value) { .name = _name, .enabled = _value }
#define BIT(_bit, _name, _text) [_bit] = { .name = _name, .description = _text }
const char *toy_bit_name(int bit)
{
    return toy_bits[bit].name;
}
static void toy_init(Object *obj)
{
    for (int i = 0; i < 2; i++) {
        reset(obj, i);
    }
    accel_cpu_instance_init(CPU(obj));
}
"""
TCG = """
static void add_one_prop(Object *obj, const ToyExt *ext)
{
    object_property_add(obj, ext->name, "bool", get_ext, set_ext, NULL, (void *)ext);
}
static void add_array_prop(Object *obj, const ToyExt *array)
{
    const ToyExt *prop;
    for (prop = array; prop && prop->name; prop++) {
        add_one_prop(obj, prop);
    }
}
static void toy_tcg_init(CPUState *cs)
{
    Object *obj = OBJECT(cs);
    for (int i = 0; i < 2; i++) {
        const char *name = toy_bit_name(i);
        object_property_add(obj, name, "bool", get_bit, set_bit, NULL, NULL);
    }
    add_array_prop(obj, toy_exts);
    add_array_prop(obj, toy_vendor_exts);
}
static void toy_tcg_class_init(ObjectClass *oc, void *data)
{
    acc->cpu_instance_init = toy_tcg_init;
}
"""


def test_properties_that_an_accelerator_adds_in_loops_over_arrays_are_the_cpus() -> None:
    found = model({"target/toy/cpu.c": CPU, "target/toy/tcg/tcg-cpu.c": TCG})
    own = {name for owner, name, _ in found.properties if owner == "toy-cpu"}
    assert own == {"a", "c", "zba", "zbb", "xtheadba"}
    elsewhere = model({"target/toy/cpu.c": CPU, "target/other/tcg-cpu.c": TCG})
    assert not elsewhere.properties


def test_clocks_and_single_properties_that_an_init_adds_are_read() -> None:
    source = """
    static const Property one = DEFINE_PROP_BOOL("single", Dev, single, false);
    static Property several[] = { DEFINE_PROP_BOOL("first", Dev, a, 0), DEFINE_PROP_BOOL("last", Dev, b, 0) };
    static const TypeInfo dev = { .name = "dev", .parent = TYPE_DEVICE, .instance_init = dev_init };
static void dev_init(Object *obj)
{
    Property *prop;
    s->clk = qdev_init_clock_in(DEVICE(obj), "clk", NULL, s, 0);
    s->other = qdev_init_clock_in(DEVICE(&s->child), "not-ours", NULL, s, 0);
    qdev_property_add_static(DEVICE(obj), &one);
    for (prop = several; prop && prop->name; prop++) {
        qdev_property_add_static(DEVICE(obj), prop);
    }
}
"""
    found = model({"hw/misc/dev.c": source})
    assert {(name, type_) for _, name, type_ in found.properties} == {
        ("clk", "child<clock>"),
        ("single", "bool"),
        ("first", "bool"),
        ("last", "bool"),
    }


MODELS = """
#define TYPE_TOY_CPU "toy-cpu"
void toy_cpu_register(const ToyInfo *info)
{
    TypeInfo type_info = { .parent = TYPE_TOY_CPU, };
    type_info.name = g_strdup_printf("%s-" TYPE_TOY_CPU, info->name);
    type_register(&type_info);
}
"""
CALLER = """
static const ToyInfo toy_cpus[] = { { .name = "max" }, { .name = "host", .initfn = host_init }, };
static void toy_cpu_register_types(void)
{
    for (i = 0; i < ARRAY_SIZE(toy_cpus); ++i) {
        toy_cpu_register(&toy_cpus[i]);
    }
}
"""


def test_models_are_named_by_the_arrays_that_callers_hand_over() -> None:
    found = model({"target/toy/cpu.c": MODELS, "target/toy/tcg.c": CALLER})
    assert {"max-toy-cpu", "host-toy-cpu"} <= found.types
    assert ("host-toy-cpu", "toy-cpu") in found.parents
    assert not model({"target/toy/cpu.c": MODELS}).types - {"device"}


def test_a_type_that_is_named_anew_is_both() -> None:
    source = """
#define TYPE_TOY_CPU "toy-cpu"
static int register_host(void)
{
    TypeInfo type_info = { .name = "host-" TYPE_TOY_CPU, .parent = TYPE_TOY_CPU };
    type_register(&type_info);
    type_info.name = g_strdup_printf("%s-" TYPE_TOY_CPU, "family");
    type_register(&type_info);
    return 0;
}
"""
    assert {"host-toy-cpu", "family-toy-cpu"} <= model({"target/toy/kvm.c": source}).types


def test_the_ledger_ends_no_type_or_property_that_debian_still_has() -> None:
    """What the issue named, seen on Debian's 10.0.13 of riscv64, aarch64 and ppc64."""
    ledger = Ledger.read(LEDGER)
    for name in ("host-arm-cpu", "host-powerpc64-cpu", "riscv-cpu.zba", "riscv-cpu.Zfh", "arm-sse.MAINCLK"):
        assert ledger.at(name, parse_release("10.0.0")) is not None, name
    assert ledger.at("host-powerpc64-cpu", parse_release("2.5.0")) is not None


def test_of_two_arrays_of_one_name_the_included_one_is_meant() -> None:
    header = """
#define TYPE_X "x"
static const Init INIT[] = { { .name = "%s" }, };
static inline void f(void) { for (;;) {} }
"""
    source = """
#include "hw/mine.h"
static const TypeInfo dev = { .name = "dev", .parent = TYPE_DEVICE, .instance_init = dev_init };
static void dev_init(Object *obj)
{
    for (i = 0; i < 2; i++) {
        object_initialize_child(obj, INIT[i].name, &s->part[i], TYPE_DEVICE);
    }
}
"""
    files = {"hw/dev.c": source, "include/hw/mine.h": header % "mine", "include/hw/other.h": header % "other"}
    assert {name for _, name, _ in model(files).properties} == {"mine"}
