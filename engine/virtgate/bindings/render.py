"""What the bindings of every language share: a template with its marks, columns, names that stay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..driver.cache import VERSION
from ..driver.errors import VirtgateError

_FOLDER = Path(__file__).parent / "templates"


def fill_template(name: str, **parts: str) -> str:
    """A template with its parts put in, each where `@NAME@` stands."""
    text = (_FOLDER / f"{name}.in").read_text(encoding="utf-8").replace("@VERSION@", VERSION)
    for key, part in parts.items():
        text = text.replace(f"@{key.upper()}@", part)
    return text


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns, as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "".join(f"{cell:<{width + 1}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def check_apart(names: Iterable[str]) -> None:
    """Raises VirtgateError where two ids, or two paths, would be one identifier."""
    # Two ids may differ in a dash alone, which no identifier has.
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise VirtgateError(f"different names in the data are one identifier here: {', '.join(twice)}")
