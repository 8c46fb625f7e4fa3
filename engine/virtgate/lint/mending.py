"""Mends what has one right answer in a file, by editing its text; values are never written anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..data.old_keys import RENAMED
from ..data.yaml import Block, Problem, Row, read
from . import order, quotes, renamed, style
from .marked import Marked

MENDERS: Mapping[str, Callable[[Marked], str]] = MappingProxyType(
    {"order": order.mend, "quotes": quotes.mend, "renamed": renamed.mend, "style": style.mend}
)


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """The mended text and the rules that changed it.

    The text still means the same and keeps its comments. A text that cannot be read without a problem stays
    as it is; a rule's edit that would change anything else is not made.
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
    """A value that `==` compares whole: lists in order, mappings in any, keys by their names of today."""
    if isinstance(value, Block):
        return {RENAMED.get(key, str(key)): _plain(inner) for key, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, Row) else str(value)
