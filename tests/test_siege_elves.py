"""A damaged ELF file, or one that names what is no file, is read in bounds or refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

import elves

from elfmaker import EXPORTED, make_library
from virtgate.hypervisors.qemu.elf import read_library
from virtgate.hypervisors.qemu.modules import Modules


def test_a_damaged_file_gives_names_or_a_value_error(tmp_path: Path) -> None:
    assert list(elves.find_failures(tmp_path, 3000)) == []


@pytest.fixture
def modular(tmp_path: Path) -> Path:
    binary = tmp_path / "qemu-system-x"
    folder = tmp_path / "lib" / "qemu"
    folder.mkdir(parents=True)
    binary.write_bytes(elves.make_binary(elves.CONSTANTS + f"{folder}\0".encode()))
    return binary


def test_only_regular_files_of_a_modules_size_are_read(modular: Path) -> None:
    folder = modular.parent / "lib" / "qemu"
    (folder / "good.so").write_bytes(b"qemu_stamp_abc")
    os.mkfifo(folder / "fifo.so")
    (folder / "endless.so").symlink_to("/dev/zero")
    (folder / "loop.so").symlink_to("loop.so")
    (folder / "folder.so").mkdir()
    with (folder / "sparse.so").open("wb") as file:
        file.truncate(200 << 30)
    assert Modules(str(modular)).installed() == ["good"]


# In a process of its own, which may take 1 GiB and 30 seconds of a processor.
IN_BOUNDS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
from virtgate.hypervisors.qemu.modules import Modules
assert not Modules(sys.argv[1]).is_modular
assert Modules(sys.argv[2]).is_modular
"""


def test_a_huge_binary_is_read_in_bounds(tmp_path: Path) -> None:
    sparse, repeated = tmp_path / "sparse", tmp_path / "repeated"
    with sparse.open("wb") as file:
        file.write(b"\x7fELF\x02\x01\x01")
        file.truncate(20 << 30)
    repeated.write_bytes(b"\x7fELF" + b"QEMU_MODULE_DIR\0" + b"/lib/qemu\0" * 5_000_000)
    done = subprocess.run([sys.executable, "-c", IN_BOUNDS, str(sparse), str(repeated)], check=False)
    assert done.returncode == 0


def test_overlapping_names_are_no_way_to_much_memory() -> None:
    image = make_library("x" * 20_000, {f"f{at}": EXPORTED for at in range(3000)})
    with pytest.raises(ValueError, match="cut short"):
        read_library(image)
