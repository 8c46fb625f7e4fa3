"""Shared libraries made for tests: a soname and symbols, of any class and byte order, and no code."""

from __future__ import annotations

import struct

EXPORTED, INTERNAL, IMPORTED, DATA = "exported", "internal", "imported", "data"
# A section's kind, by the System V gABI: .dynsym, .dynstr, .dynamic.
DYNSYM, STRTAB, DYNAMIC = 11, 3, 6
# What GNU adds: .gnu.version_d, .gnu.version.
VERDEF, VERSYM = 0x6FFFFFFD, 0x6FFFFFFF


def make_library(
    soname: str,
    symbols: dict[str, str],
    *,
    bits: int = 64,
    order: str = "<",
    versions: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a library that has these symbols, each exported, internal (hidden), imported or data.

    `versions` are the symbol versions of some of them.
    """
    nodes = list(dict.fromkeys((versions or {}).values()))
    names = b"\0" + b"".join(name.encode() + b"\0" for name in (soname, *symbols, *nodes))
    rows = [_symbol(0, 0, 0, 0, bits, order)]
    for name, sort in symbols.items():
        info = 0x11 if sort == DATA else 0x12  # STB_GLOBAL with STT_OBJECT or STT_FUNC
        other = 2 if sort == INTERNAL else 0  # STV_HIDDEN or STV_DEFAULT
        rows.append(_symbol(names.index(name.encode() + b"\0"), info, other, sort != IMPORTED, bits, order))
    dynamic = struct.pack(order + ("qQ" if bits == 64 else "iI"), 14, 1)  # DT_SONAME, at offset 1
    contents = [(DYNSYM, b"".join(rows), 2), (STRTAB, names, 0), (DYNAMIC, dynamic, 2)]
    if versions is not None:
        # Number 1 is the library itself, which names no version.
        numbers = [0, *(nodes.index(versions[name]) + 2 if name in versions else 1 for name in symbols)]
        contents += [
            (VERSYM, struct.pack(f"{order}{len(numbers)}H", *numbers), 1),
            (VERDEF, _definitions([soname, *nodes], names, order), 2),
        ]
    header = 64 if bits == 64 else 52
    body, table = b"", [_section(0, 0, 0, 0, bits, order)]
    for kind, content, link in contents:
        table.append(_section(kind, header + len(body), len(content), link, bits, order))
        body += content
    start = header + len(body)
    identity = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    layout = "16sHHIQQQIHHHHHH" if bits == 64 else "16sHHIIIIIHHHHHH"
    fields = (identity, 3, 62, 1, 0, 0, start, 0, header, 0, 0, len(table[0]), len(table), 0)
    return struct.pack(order + layout, *fields) + body + b"".join(table)


def _symbol(name: int, info: int, other: int, section: int, bits: int, order: str) -> bytes:
    if bits == 64:
        return struct.pack(f"{order}IBBHQQ", name, info, other, section, 0, 0)
    return struct.pack(f"{order}IIIBBH", name, 0, 0, info, other, section)


def _definitions(nodes: list[str], names: bytes, order: str) -> bytes:
    found = b""
    for at, node in enumerate(nodes, 1):
        step = 0 if at == len(nodes) else 28
        found += struct.pack(f"{order}HHHHIII", 1, at == 1, at, 1, 0, 20, step)
        found += struct.pack(f"{order}II", names.index(node.encode() + b"\0"), 0)
    return found


def _section(kind: int, offset: int, size: int, link: int, bits: int, order: str) -> bytes:
    layout = "IIQQQQIIQQ" if bits == 64 else "IIIIIIIIII"
    return struct.pack(order + layout, 0, kind, 0, 0, offset, size, link, 0, 0, 0)
