"""Headings of upstream's lists of what is deprecated and removed, where they name an element."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Element

_WORD = r"-?[A-Za-z_][\w.-]*"
_LIST = rf"{_WORD}(?:(?:, | and ){_WORD})*"
_HEADING = re.compile(
    rf"(?P<heads>{_LIST})(?: (?:(?:command )?option|arguments?)(?: (?P<inner>{_LIST}))?)?\Z"
)
_KINDS = (
    ("(QMP) commands", "qmp"),
    ("(QMP) events", "qmp"),
    ("(HMP) commands", "hmp"),
    ("System emulator command line arguments", "option"),
)


def read_heading(heading: str, section: str) -> Iterator[Element]:
    """The elements that a heading of a section names; none where it says it in other words."""
    kind = next((kind for end, kind in _KINDS if section.endswith(end)), None)
    match = _HEADING.match(heading)
    if kind is None or match is None:
        return
    inner = _words(match["inner"] or "")
    for head in _words(match["heads"]):
        for name in [f"{head}.{word}" for word in inner] or [head]:
            yield Element(kind=kind, name=name)


def _words(text: str) -> list[str]:
    return [word.removeprefix("-") for word in re.split(r", | and ", text) if word]
