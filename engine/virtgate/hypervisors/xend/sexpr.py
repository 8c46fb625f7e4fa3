"""xend's S-expressions to nested lists of text."""

from __future__ import annotations

import re

MOST_CHARACTERS = 1 << 18
MOST_DEPTH = 32

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|'(?P<single>(?:\\.|[^'\\])*)'|"(?P<double>(?:\\.|[^"\\])*)\""""
    r"""|(?P<atom>[^\s()'"]+))\s*""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}


def parse_sexpr(text: str) -> list[object]:
    """The one list that a text is: texts and lists in it. Raises ValueError.

    Written as xen/xend/sxp.py writes it; more than 256 Ki characters or 32 levels are refused.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"more than {MOST_CHARACTERS} characters")
    whole: list[object] = []
    levels = [whole]
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no S-expression: {text[at : at + 20]!r} at {at}")
        at = match.end()
        if match["open"]:
            levels.append([])
            levels[-2].append(levels[-1])
            if len(levels) > MOST_DEPTH:
                raise ValueError(f"nested more than {MOST_DEPTH} deep")
        elif match["close"]:
            levels.pop()
            if not levels:
                raise ValueError(f"a list ends at {at} that never began")
        else:
            levels[-1].append(_read_text(match))
    if len(levels) > 1:
        raise ValueError("a list does not end")
    if len(whole) != 1 or not isinstance(whole[0], list):
        raise ValueError("not one list")
    return whole[0]


def _read_text(match: re.Match[str]) -> str:
    if match["atom"] is not None:
        return match["atom"]
    quoted = match["single"] if match["single"] is not None else match["double"]
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), quoted)


def read_pairs(rows: list[object]) -> dict[str, str]:
    """Lists of a name and a text, by name; nothing of what is nested deeper, nor of rows that are texts."""
    found = {}
    for row in rows:
        if isinstance(row, list) and row and all(isinstance(one, str) for one in row):
            name, *values = row
            found[str(name)] = " ".join(map(str, values))
    return found
