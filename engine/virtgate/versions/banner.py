"""What QEMU says of itself: its `--version`, and the package string of `query-version`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .upstream import Version, parse_qemu

_BANNER = (
    r"^QEMU (?:[A-Za-z0-9]+ )?emulator version (v?[0-9][^\s,(]*)[ \t]*"
    r"(\(.*?\)|[A-Za-z][^\s,()]*)?[ \t]*(?:,.*)?\r?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A QEMU's own version and its vendor's package string, None where the vendor gave none."""

    version: Version
    package: str | None
    product: str = "qemu"


def parse_banner(text: str) -> Banner:
    """The banner of any QEMU since 0.9, kvm's and qemu-kvm's included; lines around it are passed over.

    Only the first 4096 characters are looked at. Raises ValueError.
    """
    match = re.search(_BANNER, text[:4096], re.MULTILINE)
    if not match:
        raise ValueError(
            f"{text[:80]!r} is not a QEMU banner: a line 'QEMU emulator version x.y.z (PACKAGE)' is"
        )
    return Banner(version=parse_qemu(match[1]), package=clean_package(match[2] or ""))


def clean_package(text: str) -> str | None:
    """A package string without the blanks and parentheses that some QEMUs put around it; None if empty."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text or None
