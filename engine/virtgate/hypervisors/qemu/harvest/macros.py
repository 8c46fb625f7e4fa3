"""C macros expanded as a preprocessor would, with memory of what each expansion depended on."""

from __future__ import annotations

import re
from collections.abc import Callable

from ....harvest.csource import QUOTED, Macro, find_close

_TOKEN = re.compile(rf"{QUOTED}|[A-Za-z_]\w*|\d[\w.]*|##|\s+|.", re.S)
_ARGUMENT_END = re.compile(rf"{QUOTED}|[(),]")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PASTE = re.compile(r"(?<!\s)\s*##\s*")
_STRINGIFY = re.compile(r"(?<!#)#[ \t]+(?=\w)")
# Deeper than any macro of upstream's; what is hostile stays unexpanded.
_MAX_DEPTH = 60
_MAX_LENGTH = 400_000

Lookup = Callable[[str], Macro | None]


class Expander:
    """Expands texts; a text met again in the next release costs only a look at what it depends on."""

    def __init__(self) -> None:
        self._known: dict[str, list[tuple[dict[str, Macro | None], str]]] = {}

    def expand(self, text: str, lookup: Lookup) -> str:
        """The text with every macro that `lookup` knows replaced."""
        known = self._known.setdefault(text, [])
        for uses, result in known:
            if all(lookup(name) == macro for name, macro in uses.items()):
                return result
        uses = {}

        def look(name: str) -> Macro | None:
            macro = uses[name] = lookup(name)
            return macro

        result = _expand(text, look, frozenset(), 0)
        known.append((uses, result))
        return result


def _expand(text: str, look: Lookup, hidden: frozenset[str], depth: int) -> str:
    if depth > _MAX_DEPTH or len(text) > _MAX_LENGTH:
        return text
    out: list[str] = []
    position = 0
    while match := _TOKEN.match(text, position):
        token, position = match[0], match.end()
        macro = look(token) if _NAME.match(token) and token not in hidden else None
        if macro is None:
            out.append(token)
            continue
        inside = hidden | {token}
        if macro.parameters is None:
            # The rest of the text may hold the arguments of a function-like name this expands to.
            value = _expand(macro.body, look, inside, depth + 1)
            if _names_function(value, look) and text[position:].lstrip().startswith("("):
                text, position = value + text[position:], 0
                continue
            out.append(value)
            continue
        start = position + len(text[position:]) - len(text[position:].lstrip())
        end = find_close(text, start) if text[start : start + 1] == "(" else -1
        if end < 0:
            out.append(token)
            continue
        value = _expand(
            _substitute(macro, text[start + 1 : end], look, hidden, depth), look, inside, depth + 1
        )
        position = end + 1
        if _names_function(value, look) and text[position:].lstrip().startswith("("):
            text, position = value.strip() + text[position:].lstrip(), 0
            continue
        out.append(value)
    return "".join(out)


def _names_function(value: str, look: Lookup) -> bool:
    name = value.strip()
    if not _NAME.fullmatch(name):
        return False
    macro = look(name)
    return macro is not None and macro.parameters is not None


def _substitute(macro: Macro, arguments: str, look: Lookup, hidden: frozenset[str], depth: int) -> str:
    raw = _bind(macro.parameters or (), arguments)
    expanded: dict[str, str] = {}
    pieces = _TOKEN.findall(_STRINGIFY.sub("#", _PASTE.sub("##", macro.body)))
    out: list[str] = []
    for index, piece in enumerate(pieces):
        if piece == "##":
            continue
        if piece == "#" and index + 1 < len(pieces) and pieces[index + 1] in raw:
            continue
        if piece not in raw:
            out.append(piece)
        elif index and pieces[index - 1] == "#":
            text = re.sub(r"\s+", " ", raw[piece]).replace("\\", "\\\\").replace('"', '\\"')
            out.append(f'"{text}"')
        elif "##" in pieces[max(index - 1, 0) : index] or "##" in pieces[index + 1 : index + 2]:
            out.append(_trim_comma(out, pieces, index, raw[piece]))
        else:
            if piece not in expanded:
                expanded[piece] = _expand(raw[piece], look, hidden, depth + 1)
            out.append(expanded[piece])
    return "".join(out)


def _trim_comma(out: list[str], pieces: list[str], index: int, value: str) -> str:
    """`, ## __VA_ARGS__` drops its comma when there is nothing."""
    if not value and index > 1 and pieces[index - 1] == "##" and out and out[-1] == ",":
        out.pop()
    return value


def _bind(parameters: tuple[str, ...], arguments: str) -> dict[str, str]:
    given = _split_arguments(arguments)
    bound: dict[str, str] = {}
    for index, parameter in enumerate(parameters):
        if parameter.endswith("..."):
            name = parameter[:-3].strip() or "__VA_ARGS__"
            bound[name] = ", ".join(given[index:])
        else:
            bound[parameter] = given[index] if index < len(given) else ""
    return bound


def _split_arguments(text: str) -> list[str]:
    """Macro arguments: unlike list items, an empty one counts; braces do not hold commas together."""
    items, depth, start = [], 0, 0
    for match in _ARGUMENT_END.finditer(text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
        elif match[0] == "," and depth == 0:
            items.append(text[start : match.start()].strip())
            start = match.end()
    items.append(text[start:].strip())
    return items
