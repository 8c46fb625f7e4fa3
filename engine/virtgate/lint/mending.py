"""Mends in a file what has one right answer: by editing its text, never by writing its values anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..data.yaml import Block, Problem, Row, read
from . import order, quotes, style
from .marked import Marked

MENDERS: Mapping[str, Callable[[Marked], str]] = MappingProxyType(
    {"order": order.mend, "quotes": quotes.mend, "style": style.mend}
)


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """The mended text and the rules that changed it.

    A text that the reader has a problem with stays as it is, and so does what a rule would have to change
    another thing for: whatever is done, the text means the same and has the same comments.
    """
    found: list[Problem] = []
    whole = read(text, "", found)
    if whole is None or found or Marked(text.replace("\r\n", "\n")).root is None:
        return text, ()
    done = []
    for rule, mender in sorted(MENDERS.items(), key=lambda one: one[0] != "style"):
        mended = mender(Marked(text))
        if mended != text and _is_same(whole, text, mended):
            text = mended
            done.append(rule)
    return text, tuple(sorted(done))


def _is_same(whole: Block, before: str, after: str) -> bool:
    found: list[Problem] = []
    again = read(after, "", found)
    if again is None or found or _plain(again) != _plain(whole):
        return False
    return Marked(after).comments() == Marked(before.replace("\r\n", "\n")).comments()


def _plain(value: Any) -> Any:
    """A value as what `==` compares whole: lists in order, mappings in any."""
    if isinstance(value, Block):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, Row) else str(value)
