"""A name of the data as an identifier of a programming language."""

from __future__ import annotations

import keyword
import re

# Python's, and what Rust has besides; of words with capitals there are none but these.
_RESERVED = {
    *(*keyword.kwlist, "Self", "abstract", "become", "box", "const", "crate", "do", "dyn", "enum", "extern"),
    *("final", "fn", "impl", "let", "loop", "macro", "match", "mod", "move", "mut", "override"),
    *("priv", "pub"),
    *("ref", "self", "static", "struct", "super", "trait", "type", "typeof", "unsafe", "unsized", "use"),
    *("virtual", "where"),
}
# Everything else parts words: no language has a dash or a point in a name.
_PART = re.compile(r"[A-Za-z0-9]+")


def lower(name: str) -> str:
    """`storage-export` as `storage_export`."""
    return _safe("_".join(_PART.findall(name)).lower())


def upper(name: str) -> str:
    """`mirror.copy-mode` as `MIRROR_COPY_MODE`."""
    return _safe("_".join(_PART.findall(name)).upper())


def camel(name: str) -> str:
    """`mirror.copy-mode` as `MirrorCopyMode`."""
    return _safe("".join(part[0].upper() + part[1:] for part in _PART.findall(name)))


def _safe(word: str) -> str:
    """An identifier begins with no digit, and is no word of the language."""
    return f"_{word}" if word[:1].isdigit() else f"{word}_" if word in _RESERVED else word
