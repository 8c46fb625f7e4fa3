"""What a shared library exports, read in its file: nothing of it runs here."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_DYNAMIC, _DYNAMIC_SYMBOLS = 6, 11  # SHT_DYNAMIC, SHT_DYNSYM
_DEFINITIONS, _VERSIONS = 0x6FFFFFFD, 0x6FFFFFFF  # SHT_GNU_verdef, SHT_GNU_versym
_SONAME = 14  # DT_SONAME
_BINDINGS, _FUNCTION = {1, 2}, 2  # STB_GLOBAL and STB_WEAK, STT_FUNC
_VISIBLE = {0, 3}  # STV_DEFAULT, STV_PROTECTED
# By e_ident's class, 32 and 64 bits: the file's header, a section's, a symbol, an entry of .dynamic.
_LAYOUTS = {
    1: ("16xHHIIIIIHHHHHH", "IIIIIIIIII", "IIIBBH", "iI"),
    2: ("16xHHIQQQIHHHHHH", "IIQQQQIIQQ", "IBBHQQ", "qQ"),
}
_ORDERS = {1: "<", 2: ">"}
# Strings may overlap, so that few bytes could name much: these hold what is kept of them.
_LONGEST_NAME, _MOST_FUNCTIONS, _MOST_NODES = 512, 1 << 16, 1 << 12
_MARK = 0x7FFF  # of a symbol's version: the bit above hides it from who names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A shared library's own name, and the functions that it has for others."""

    soname: str | None
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    kind: int
    offset: int
    size: int
    link: int
    entry: int


def read_library(image: bytes) -> Library:
    """What a file's bytes say. Raises ValueError for what is no shared library, or was cut short.

    The layout is that of the System V gABI, chapters 4 and 5.
    """
    with _reading(image) as (_, symbol, dynamic, sections):
        symbols = next(one for one in sections if one.kind == _DYNAMIC_SYMBOLS)
        return Library(
            soname=_read_soname(image, sections, dynamic),
            functions=tuple(sorted(set(_read_functions(image, sections, symbols, symbol)))),
        )


def read_versions(image: bytes) -> dict[str, str]:
    """The symbol version of each function and object that a library has for others under one.

    Raises ValueError as `read_library` does, and for a library without symbol versions.
    """
    with _reading(image) as (order, layout, _, sections):
        symbols = next(one for one in sections if one.kind == _DYNAMIC_SYMBOLS)
        nodes = _read_nodes(image, sections, order)
        marks = next((one for one in sections if one.kind == _VERSIONS), None)
        if not nodes or marks is None:
            raise ValueError("an ELF file without symbol versions")
        number = struct.Struct(f"{order}H")
        numbers = (mark for (mark,) in number.iter_unpack(_bytes_of(image, marks, number.size)))
        listed = _read_symbols(image, sections, symbols, layout)
        return {
            name: nodes[mark & _MARK]
            for mark, (name, _) in zip(numbers, listed, strict=False)
            if name and name != nodes.get(mark & _MARK, name)
        }


@contextmanager
def _reading(image: bytes) -> Iterator[tuple[str, struct.Struct, struct.Struct, list[_Section]]]:
    """The order of bytes, the layouts of a symbol and of .dynamic's entries, and the sections of a file."""
    if image[:4] != b"\x7fELF" or len(image) < 16 or image[4] not in _LAYOUTS or image[5] not in _ORDERS:
        raise ValueError("not an ELF file")
    order = _ORDERS[image[5]]
    header, section, symbol, dynamic = (struct.Struct(order + layout) for layout in _LAYOUTS[image[4]])
    try:
        yield order, symbol, dynamic, list(_read_sections(image, header, section))
    except (struct.error, IndexError, OverflowError):
        raise ValueError("an ELF file that is cut short") from None
    except StopIteration:
        raise ValueError("an ELF file without dynamic symbols") from None


def _read_sections(image: bytes, header: struct.Struct, section: struct.Struct) -> Iterator[_Section]:
    fields = header.unpack_from(image)
    start, size, count = fields[5], fields[10], fields[11]
    for place in range(count):
        _, kind, _, _, offset, length, link, _, _, entry = section.unpack_from(image, start + place * size)
        yield _Section(kind=kind, offset=offset, size=length, link=link, entry=entry)


def _read_soname(image: bytes, sections: list[_Section], entry: struct.Struct) -> str | None:
    dynamic = next((one for one in sections if one.kind == _DYNAMIC), None)
    if dynamic is not None:
        for tag, value in entry.iter_unpack(_bytes_of(image, dynamic, entry.size)):
            if tag == _SONAME:
                return _text_at(image, sections[dynamic.link], value)
    return None


def _read_functions(
    image: bytes, sections: list[_Section], symbols: _Section, layout: struct.Struct
) -> Iterator[str]:
    found = (name for name, kind in _read_symbols(image, sections, symbols, layout) if kind == _FUNCTION)
    return (name for name in found if name)


def _read_symbols(
    image: bytes, sections: list[_Section], symbols: _Section, layout: struct.Struct
) -> Iterator[tuple[str, int]]:
    """Every dynamic symbol in its place, with its type; without a name where it is not for others."""
    names, found = sections[symbols.link], 0
    for fields in layout.iter_unpack(_bytes_of(image, symbols, layout.size)):
        # The order is another with 64 bits, name, info, other, section, than with 32, where these come last.
        info, other, section = fields[1:4] if layout.size == 24 else fields[3:6]
        is_exported = section != 0 and info >> 4 in _BINDINGS and other & 3 in _VISIBLE
        found += is_exported
        if found > _MOST_FUNCTIONS:
            raise ValueError(f"an ELF file with more than {_MOST_FUNCTIONS} functions")
        yield (_text_at(image, names, fields[0]) if is_exported else ""), info & 15


def _read_nodes(image: bytes, sections: list[_Section], order: str) -> dict[int, str]:
    """The library's own versions by their numbers: the first auxiliary entry of a definition names it."""
    told = next((one for one in sections if one.kind == _DEFINITIONS), None)
    if told is None:
        return {}
    data, names = _bytes_of(image, told, 1), sections[told.link]
    definition, auxiliary = struct.Struct(f"{order}HHHHIII"), struct.Struct(f"{order}II")
    nodes: dict[int, str] = {}
    at = step = 0
    while len(nodes) <= _MOST_NODES:
        at += step
        _, _, number, _, _, inside, step = definition.unpack_from(data, at)
        nodes[number] = _text_at(image, names, auxiliary.unpack_from(data, at + inside)[0])
        if not step:
            return nodes
    raise ValueError(f"an ELF file with more than {_MOST_NODES} symbol versions")


def _bytes_of(image: bytes, section: _Section, entry: int) -> bytes:
    found = image[section.offset : section.offset + section.size]
    if len(found) != section.size or section.size % entry:
        raise IndexError
    return found


def _text_at(image: bytes, strings: _Section, offset: int) -> str:
    start = strings.offset + offset
    end = min(strings.offset + strings.size, start + _LONGEST_NAME)
    stop = image.find(b"\0", start, end)
    if stop < 0:
        raise IndexError
    return image[start:stop].decode("ascii", "replace")
