"""What code takes on the command line: small sources, and the ledgers that are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from virtgate.hypervisors.qemu.harvest import commandline
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"


class Sources:
    """A tree of these files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> tuple[str, bytes] | None:
        """A blob's id, here the path, and its content."""
        return (path, self._files[path].encode()) if path in self._files else None

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Every file."""
        return {path: path for path in self._files if path.startswith(folder)}


def read(path: str, text: str) -> set[str]:
    return {name for name, _ in commandline.make_reader()(Sources({path: text}), "0.10.0")}


def test_a_parser_is_read_by_what_it_takes_out_and_compares() -> None:
    source = """
int net_client_init(const char *device, const char *p)
{
    if (get_param_value(buf, sizeof(buf), "model", p)) {
        if (!strcmp(buf, "?")) { show(); }
    }
    if (!strcmp(device, "nic") || !strcmp(other, "no")) { }
}
"""
    assert read("net.c", source) == {"net.model", "net.model=?", "net=nic"}


def test_the_main_function_says_whose_argument_it_compares() -> None:
    source = """
int main(int argc, char **argv)
{
    switch (option) {
        case QEMU_OPTION_boot:
            get_param_value(buf, sizeof(buf), "menu", optarg);
            if (!strcmp(buf, "on")) { }
            break;
        case QEMU_OPTION_no_such:
            if (!strcmp(optarg, "auto")) { }
    }
}
"""
    assert read("vl.c", source) == {"boot.menu", "boot.menu=on", "no-such=auto"}


def test_a_function_pointer_among_the_parameters_hides_nothing() -> None:
    source = """
CharDriverState *qemu_chr_open(const char *label, const char *filename, void (*init)(struct S *s))
{
    if (strstart(filename, "unix:", &p)) { }
    else if (!strcmp(filename, "pty")) { }
}
"""
    assert read("qemu-char.c", source) == {"serial=unix", "serial=pty"}


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        (
            "hw/pci.c",
            'static const char * const pci_nic_models[] = { "rtl8139", "virtio", NULL };',
            {"net.model=rtl8139", "net.model=virtio"},
        ),
        ("hw/pci.c", 'if (strcmp(nd->model, "i82551") == 0) ;', {"net.model=i82551"}),
        (
            "vl.c",
            'struct soundhw soundhw[] = { { "sb16", "Creative", 0, 1, { .init_isa = f } }, { "ac97" } };',
            {"soundhw=sb16", "soundhw=ac97"},
        ),
        ("hw/wdt.c", 'static WatchdogTimerModel model = { .wdt_name = "ib700" };', {"watchdog=ib700"}),
        ("audio/a.c", 'struct audio_driver d = { INIT_FIELD (name = ) "alsa" };', {"audio.driver=alsa"}),
        ("audio/a.c", 'static struct audio_driver d = { .name = "pa" };', {"audio.driver=pa"}),
        (
            "qemu-char.c",
            'static const struct { const char *name; } backend_table[] = { { .name = "pty" } };',
            {"chardev.backend=pty"},
        ),
        (
            "vnc.c",
            "int vnc_display_open(const char *display)\n{\n"
            'if (strncmp(options, "websocket=", 10) == 0) ;\n}\n',
            {"vnc.websocket"},
        ),
    ],
)
def test_tables_and_comparisons_give_values(path: str, source: str, names: set[str]) -> None:
    assert read(path, source) == names


def test_what_a_build_may_leave_out_has_its_condition() -> None:
    source = """
struct soundhw soundhw[] = {
#ifdef CONFIG_AC97
    { "ac97" },
#endif
    { "sb16" },
};
"""
    assert read("vl.c", source) == {"soundhw=ac97", "soundhw=ac97[if=CONFIG_AC97]", "soundhw=sb16"}


def test_block_drivers_are_told_by_name_or_by_place() -> None:
    files = {
        "block-raw.c": 'BlockDriver bdrv_raw = { "raw", sizeof(S), raw_probe };',
        "block/nbd.c": 'static BlockDriver bdrv_nbd = { .instance_size = 1, .format_name = "nbd" };',
        "hw/block.c": 'BlockDriver not_here = { "x" };',
    }
    found = commandline.KINDS[1].make_reader()(Sources(files), "0.10.0")
    assert found == {("raw", "driver"), ("nbd", "driver")}


# Looked up by hand in the sources of the release named and of the one before it.
BORN = {
    ("command-line", "net.model=virtio"): "0.10.0",
    ("command-line", "vnc.websocket"): "1.4.0",
    ("command-line", "audio.driver=pa"): "0.10.0",
    ("command-line", "drive.if=virtio"): "0.10.0",
    ("block-driver", "nbd"): "0.10.0",
    ("block-driver", "rbd"): "0.14.0",
    ("block-driver", "gluster"): "1.3.0",
    ("option", "chroot"): "0.10.0",
    ("qom", "virtio-net-pci"): "0.12.0",
    ("qom", "pl011"): "0.12.0",
    ("qom", "virtserialport"): "0.13.0",
}


@pytest.mark.parametrize(("kind", "name"), BORN)
def test_the_ledgers_reach_back_to_where_things_began(kind: str, name: str) -> None:
    atoms = Ledger.read(LEDGER / f"{kind}.txt").atoms(name)
    first = min((atom.parsed_ranges.first for atom in atoms), default=None)
    assert first == parse_release(BORN[kind, name])


@pytest.mark.parametrize("kind", ["hmp", "option", "command-line", "block-driver"])
def test_what_the_oldest_release_has_may_be_older(kind: str) -> None:
    atoms = [one for one in Ledger.read(LEDGER / f"{kind}.txt") if str(one.parsed_ranges.first) == "0.9.0"]
    assert atoms
    assert all(atom.parsed_ranges.is_bounded for atom in atoms)
