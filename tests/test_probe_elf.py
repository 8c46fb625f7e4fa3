"""What a library exports, read in its file, against what the dynamic linker finds in it."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elfmaker import DATA, EXPORTED, IMPORTED, INTERNAL, make_library
from virtgate.hypervisors.qemu.elf import read_library

SYMBOLS = {"libxl_ctx_alloc": EXPORTED, "libxl__ctx": INTERNAL, "malloc": IMPORTED, "libxl_defbool": DATA}


def own_libc() -> Path:
    """The C library that this interpreter is linked with."""
    maps = Path("/proc/self/maps").read_text(encoding="ascii")
    found = re.search(r"(/\S*/libc(?:\.so\.\d+|-[\d.]+\.so))$", maps, re.MULTILINE)
    if found is None:
        pytest.skip("no C library is mapped here: the interpreter is static")
    return Path(found[1])


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_exported_functions_are_told_from_all_else(bits: int, order: str) -> None:
    library = read_library(make_library("libxenlight.so.4.17", SYMBOLS, bits=bits, order=order))
    assert library.soname == "libxenlight.so.4.17"
    assert library.functions == ("libxl_ctx_alloc",)


def test_the_linker_finds_every_function_that_is_read() -> None:
    path = own_libc()
    library, linked = read_library(path.read_bytes()), ctypes.CDLL(str(path))
    assert library.soname == "libc.so.6"
    assert {"malloc", "printf", "getenv"} <= set(library.functions)
    # A name that has only an old version is not found without it.
    found = [name for name in library.functions if hasattr(linked, name)]
    assert len(found) > 0.9 * len(library.functions)


@pytest.mark.parametrize("cut", [0, 4, 15, 20, 63, 70, 120, 300])
def test_a_library_that_is_cut_short_is_refused(cut: int) -> None:
    whole = make_library("libxenlight.so.4.17", SYMBOLS)
    assert cut < len(whole)
    with pytest.raises(ValueError, match="ELF"):
        read_library(whole[:cut])


def test_a_script_is_no_library() -> None:
    with pytest.raises(ValueError, match="not an ELF file"):
        read_library(b"/* GNU ld script */\nINPUT(libxenlight.so.4.17)\n")


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_one_wrong_byte_gives_names_or_a_value_error(place: int, value: int) -> None:
    image = bytearray(make_library("libxenlight.so.4.17", SYMBOLS))
    image[place % len(image)] = value
    try:
        library = read_library(bytes(image))
    except ValueError:
        return
    assert all(isinstance(name, str) for name in library.functions)
