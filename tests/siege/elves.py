"""Damaged ELF files, read: names or a ValueError, in little time and memory."""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from damage import damage_bytes

from elfmaker import make_library
from virtgate.hypervisors.qemu.elf import read_library
from virtgate.hypervisors.qemu.modules import Modules

NAMES = {
    "libxl_ctx_alloc": "exported",
    "libxl__ctx": "internal",
    "malloc": "imported",
    "libxl_defbool": "data",
}
CONSTANTS = b"\0QEMU_MODULE_DIR\0qemu_stamp_abc\0/usr/lib/qemu\0/usr/lib64/qemu-kvm\0"
FIRST = b"\x7fELF\x02\x01\x01" + b"\xff" * 57


def make_binary(constants: bytes = CONSTANTS) -> bytes:
    """A file with a section .rodata, and no code."""
    names = b"\0.rodata\0.shstrtab\0"
    start = 64 + len(constants) + len(names)
    rows = [
        struct.pack("<IIQQQQ16x", *one)
        for one in (
            (0, 0, 0, 0, 0, 0),
            (1, 1, 0, 0, 64, len(constants)),
            (9, 3, 0, 0, 64 + len(constants), len(names)),
        )
    ]
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 0, start, 0, 64, 0, 0, 64, 3, 2)
    return header + constants + names + b"".join(rows)


def seeds() -> list[bytes]:
    """The files that are damaged."""
    made = [make_library("libxenlight.so.4.17", NAMES, bits=b, order=o) for b in (32, 64) for o in "<>"]
    return [FIRST, make_binary(), *made]


def find_failures(folder: Path, count: int, seed: int = 1, first: int = 0) -> Iterator[str]:
    """What was raised that should not be, for so many damaged files; the first six are whole."""
    random_, whole = random.Random(seed), seeds()
    path = folder / "qemu-system-x"
    for at in range(first, first + count):
        image = whole[at % len(whole)] if first == 0 else random_.choice(whole)
        image = image if at < len(whole) else damage_bytes(image, random_)
        try:
            read_library(image)
        except ValueError:
            pass
        except Exception as error:
            yield f"{image!r}: {error!r}"
        if random_.random() < 0.3 or at < len(whole):
            path.write_bytes(image)
            try:
                Modules(str(path)).installed("7.2")
            except Exception as error:
                yield f"{image!r}: {error!r}"
