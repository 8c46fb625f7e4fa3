"""Command-line options and their parameters: small sources, and the ledger against a real QEMU."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.harvest.git import Repository
from virtgate.hypervisors.qemu import probe as qemu
from virtgate.hypervisors.qemu.harvest import options
from virtgate.hypervisors.qemu.target import find_binaries
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger" / "option.txt"
# How the ledger writes what the query calls boolean.
TYPES = {"boolean": "bool"}

HX = """HXCOMM A comment
DEF("help", 0, QEMU_OPTION_h, "-h", QEMU_ARCH_ALL)
DEF("drive", HAS_ARG, QEMU_OPTION_drive, "-drive", QEMU_ARCH_ALL)
"""
LISTS = """
#define COMMON_OPTS { \\
        .name = "cache" "." "direct", \\
        .type = QEMU_OPT_BOOL, \\
    }
QemuOptsList qemu_common_drive_opts = {
    .name = "drive",
    .desc = {
        { .name = "snapshot", .type = QEMU_OPT_BOOL, .help = "a, b" },
        COMMON_OPTS,
        { /* end of list */ }
    },
};
static QemuOptsList qemu_boot_opts = {
    .name = "boot-opts",
    .desc = {
#ifdef CONFIG_X
        { .name = "order", .type = QEMU_OPT_STRING },
#endif
        { .name = "reboot-timeout", .type = QEMU_OPT_NUMBER },
        { .name = "size", .type = QEMU_OPT_SIZE },
        { .name = "plain" },
        { }
    },
};
static QemuOptsList runtime_opts = { .name = "nobody-registers-this", .desc = { { .name = "x" } } };
void setup(void)
{
    qemu_add_drive_opts(&qemu_common_drive_opts);
    qemu_add_opts(&qemu_boot_opts);
}
"""
MACHINES = """
static CommandLineParameterInfoList *query_all_machine_properties(void)
{
    object_class_property_iter_init(&op_iter, curr_mach->data);
}
static void machine_class_init(ObjectClass *oc, void *data)
{
    object_class_property_add_bool(oc, "usb", get_usb, set_usb);
    object_class_property_add(oc, "size", "size", get, set, NULL, NULL);
    object_class_property_add_str(oc, "told", get_told, NULL);
}
static TypeInfo machine_info = { .name = "machine", .parent = "object", .class_init = machine_class_init };
static void pc_class_init(ObjectClass *oc, void *data)
{
    object_class_property_add(oc, "smm", "OnOffAuto", get, set, NULL, NULL);
}
static TypeInfo pc_info = { .name = "pc-machine", .parent = "machine", .class_init = pc_class_init };
static void other_class_init(ObjectClass *oc, void *data)
{
    object_class_property_add_bool(oc, "not-a-machines", get, set);
}
static TypeInfo other_info = { .name = "other", .parent = "object", .class_init = other_class_init };
"""


def read(folder: Path, version: str, files: dict[str, str]) -> set[tuple[str, str]]:
    """What the reader makes of these files, committed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "x")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment)
    with Repository(str(folder)) as repository:
        return set(options.make_reader()(repository.tree("HEAD"), version))


def test_options_come_from_hx_and_parameters_from_registered_lists(tmp_path: Path) -> None:
    assert read(tmp_path, "2.0.0", {"qemu-options.hx": HX, "util/config.c": LISTS}) == {
        ("help", "option"),
        ("drive", "option"),
        ("drive.snapshot", "bool"),
        ("drive.cache.direct", "bool"),
        ("boot-opts", "option"),
        ("boot-opts.order", "string"),
        ("boot-opts.reboot-timeout", "number"),
        ("boot-opts.size", "size"),
        ("boot-opts.plain", "string"),
    }


def test_a_table_registers_lists_before_there_were_calls(tmp_path: Path) -> None:
    source = """
static QemuOptsList qemu_x_opts = { .name = "x", .desc = { { .name = "a" } } };
static QemuOptsList *vm_config_groups[] = { &qemu_x_opts, NULL };
"""
    assert read(tmp_path, "1.0.0", {"qemu-config.c": source}) == {("x", "option"), ("x.a", "string")}


def test_a_machines_parameters_are_what_its_classes_let_one_set_where_the_query_says_so(
    tmp_path: Path,
) -> None:
    assert read(tmp_path, "8.0.0", {"hw/core/machine.c": MACHINES}) == {
        ("machine", "option"),
        ("machine.type", "string"),
        ("machine.usb", "bool"),
        ("machine.size", "size"),
        ("machine.smm", "bool"),
    }


def test_before_0_11_the_options_are_an_array(tmp_path: Path) -> None:
    source = """
const QEMUOption qemu_options[] = {
    { "h", 0, QEMU_OPTION_h },
#ifdef TARGET_I386
    { "no-acpi", 0, QEMU_OPTION_no_acpi },
#endif
    { "M", HAS_ARG, QEMU_OPTION_M }, { "serial", 1, QEMU_OPTION_serial },
    { NULL },
};
"""
    found = read(tmp_path, "0.9.1", {"vl.c": source.replace("}, {", "},\n{")})
    assert found == {(name, "option") for name in ("h", "no-acpi", "M", "serial")}


def test_what_1_6_looked_into_is_drives_though_nothing_registers_it(tmp_path: Path) -> None:
    source = """
QemuOptsList qemu_old_drive_opts = { .name = "drive", .desc = { { .name = "if" } } };
QemuOptsList qemu_drive_opts = { .name = "drive", .desc = { { } } };
void setup(void) { qemu_add_opts(&qemu_drive_opts); }
"""
    assert read(tmp_path, "1.6.0", {"blockdev.c": source}) == {("drive", "option"), ("drive.if", "string")}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger.read(LEDGER)


def test_the_ledger_is_well_formed(ledger: Ledger) -> None:
    assert ledger.problems() == ()
    assert ledger.kind == "option"
    assert ledger.covers == "superset"


@pytest.mark.parametrize(
    ("name", "ranges"),
    [
        ("sandbox", "1.2.0.."),
        ("sandbox.elevateprivileges", "2.11.0.."),
        ("fsdev.multidevs", "4.2.0.."),
        ("spice.rendernode", "2.9.0.."),
        ("drive.detect-zeroes", "2.1.0.."),
        ("overcommit", "3.0.0.."),
        ("run-with.async-teardown", "8.0.1..8.0 | 8.1.0.."),
        ("machine.hpet", "8.0.0.."),
    ],
)
def test_options_that_drivers_branch_on_are_where_history_has_them(
    ledger: Ledger, name: str, ranges: str
) -> None:
    assert [atom.ranges for atom in ledger.atoms(name)] == [ranges]


def test_a_real_qemu_has_no_option_or_parameter_that_the_ledger_lacks(
    ledger: Ledger, require: Callable[[object, str], None]
) -> None:
    binary = next((path for path in find_binaries() if path.endswith("qemu-system-x86_64")), "")
    require(binary, "no qemu-system-x86_64 on this machine")
    answers = qemu.ask(binary, ["query-version", "query-command-line-options"])
    number = answers["query-version"]["return"]["qemu"]
    release = parse_release(f"{number['major']}.{number['minor']}.0")
    require(ledger.at("drive", release), f"the ledger does not know {release}")
    real = {
        f"{option['option']}.{item['name']}": TYPES.get(item["type"], item["type"])
        for option in answers["query-command-line-options"]["return"]
        for item in option["parameters"]
    }
    assert len(real) > 200
    types = {name: {a.type for a in ledger.atoms(name) if release in a.parsed_ranges} for name in real}
    assert {name: type_ for name, type_ in real.items() if type_ not in types[name]} == {}
