"""A name of the data as an identifier of a programming language."""

from __future__ import annotations

import re

_PART = re.compile(r"[A-Za-z0-9]+")


def lower(name: str) -> str:
    """`storage-export` as `storage_export`."""
    return _safe("_".join(_PART.findall(name)).lower())


def upper(name: str) -> str:
    """`mirror.copy-mode` as `MIRROR_COPY_MODE`."""
    return lower(name).upper()


def camel(name: str) -> str:
    """`mirror.copy-mode` as `MirrorCopyMode`."""
    return _safe("".join(part[0].upper() + part[1:] for part in _PART.findall(name)))


def _safe(word: str) -> str:
    """An identifier begins with no digit."""
    return f"_{word}" if word[:1].isdigit() else word
