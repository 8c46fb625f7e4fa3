"""The languages that are read, a row each: what is a comment, what is a string, what begins a function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

# Each part begins with a literal character, which lets `re` skip to the next of them, and none looks at
# anything twice, whatever is left open. A string ends with its line, unless lines are usual in it.
_DOUBLE = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
_SINGLE = r"'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
_CHARACTER = r"'(?:[^'\\\n]|\\.[^'\n]{0,8})'"
_BACKTICKS = r"`[^`]*+`?"
_SLASHES = r"/(?P<comment>/[^\n]*+|\*(?:[^*]|\*(?!/))*+(?:\*/)?)"
# Not in $#list, s#a#b# or ${#name}: the mark begins a word.
_HASH = r"#(?<![^\s;,(){}\[\]]#)(?P<comment>[^\n]*+)"
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
_TRIPLE_SINGLE = _TRIPLE.replace('"', "'")
_POD = r"\n(?P<pod>=[a-zA-Z](?:[^\n]|\n(?!=cut\b))*+(?:\n=cut\b[^\n]*+)?|__(?:END|DATA)__\b.*+)"
# After one of these, a string that begins a line is part of an expression and no docstring.
_GOES_ON = frozenset("(,=+[{%\\:|")
_FAR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How one language is read.

    `noise` matches strings and comments, a comment with a group. `function` begins a function: groups `name`
    and, where it names them, `parameters`.
    """

    name: str
    suffixes: tuple[str, ...]
    noise: re.Pattern[str] | None = None
    function: re.Pattern[str] | None = None
    program: str | None = None

    def clean(self, text: str) -> str:
        """The text without its comments, each line where it was."""
        return text if self.noise is None else self.noise.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    if match.lastgroup is None and not (found.startswith(('"""', "'''")) and _is_docstring(match)):
        return found
    return " " + "\n" * found.count("\n")


def _is_docstring(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _FAR) : match.start()].rstrip("rRbBuUfF")
    line = before.rpartition("\n")[2]
    told = before.rstrip()[-1:]
    return not line.strip() and (told not in _GOES_ON or told == ":")


def _noise(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.DOTALL)


def _function(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


LANGUAGES: tuple[Language, ...] = (
    Language(
        name="c",
        suffixes=(".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp"),
        noise=_noise(_SLASHES, _DOUBLE, _CHARACTER),
        function=_function(
            r"^(?:\w[\w \t*]{0,100}[ \t*])?(?P<name>\w{1,100})\((?P<parameters>[^;{}()]{0,2000})\)\s*\{"
        ),
    ),
    Language(
        name="go",
        suffixes=(".go",),
        noise=_noise(_SLASHES, _DOUBLE, _BACKTICKS, _CHARACTER),
        function=_function(
            r"^(?:func[ \t]+(?:\([^)\n]*\)[ \t]*)?|(?P<closure>[ \t]+(?:var[ \t]+)?))(?P<name>\w+)"
            r"(?(closure)[ \t]*:?=[ \t]*func)\((?P<parameters>[^)\n]*)\)"
        ),
    ),
    Language(
        name="python",
        suffixes=(".py",),
        noise=_noise(r"#(?P<comment>[^\n]*+)", _TRIPLE, _TRIPLE_SINGLE, _DOUBLE, _SINGLE),
        function=_function(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(?P<name>\w+)\((?P<parameters>[^)]{0,2000})\)"),
        program="python",
    ),
    Language(
        name="perl",
        suffixes=(".pm", ".pl", ".t"),
        noise=_noise(_HASH, _POD, _DOUBLE, _SINGLE),
        function=_function(
            r"^[ \t]*(?:my[ \t]+)?sub[ \t]+(?P<name>\w+)[^{;\n]*\{"
            r"(?:\s*my[ \t]*\((?P<parameters>[^)]*)\)\s*=\s*@_)?"
        ),
        program="perl",
    ),
    Language(
        name="rust",
        suffixes=(".rs",),
        noise=_noise(_SLASHES, _DOUBLE, _CHARACTER),
        function=_function(
            r"^[ \t]*(?:pub\b[^\n]{0,30}[ \t])?fn[ \t]+(?P<name>\w+)[^({\n]*\((?P<parameters>[^)]{0,2000})\)"
        ),
    ),
    Language(
        name="shell",
        suffixes=(".sh", ".bash"),
        noise=_noise(_HASH, r'"(?:[^"\\]|\\.)*+"?', r"'[^']*+'?"),
        program="sh",
    ),
    Language(
        name="javascript",
        suffixes=(".js", ".mjs", ".cjs", ".ts", ".tsx"),
        noise=_noise(_SLASHES, _DOUBLE, _SINGLE, _BACKTICKS),
        function=_function(
            r"^[ \t]*(?:export[ \t]+)?(?:(?:public|private|protected|static|async)[ \t]+)*"
            r"(?:function[ \t*]+)?(?!if\b|for\b|while\b|switch\b|catch\b)(?P<name>[\w$]+)"
            r"\((?P<parameters>[^;{}()\n]{0,500})\)[^;{}()\n]{0,80}\{"
        ),
    ),
    Language(
        name="swift",
        suffixes=(".swift",),
        noise=_noise(_SLASHES, _TRIPLE, _DOUBLE),
        function=_function(
            r"^[ \t]*(?:\w+[ \t]+){0,4}func[ \t]+(?P<name>\w+)\((?P<parameters>[^)]{0,2000})\)"
        ),
    ),
    Language(
        name="ruby",
        suffixes=(".rb",),
        noise=_noise(_HASH, _DOUBLE, _SINGLE),
        function=_function(r"^[ \t]*def[ \t]+(?:self\.)?(?P<name>\w+)(?:\((?P<parameters>[^)]{0,2000})\))?"),
    ),
    Language(
        name="nix",
        suffixes=(".nix",),
        noise=_noise(_HASH, r"/\*(?P<block>(?:[^*]|\*(?!/))*+(?:\*/)?)", _DOUBLE),
    ),
    Language(name="yaml", suffixes=(".yaml", ".yml"), noise=_noise(_HASH, _DOUBLE, _SINGLE)),
    Language(name="json", suffixes=(".json",)),
)
_BY_SUFFIX: Mapping[str, Language] = MappingProxyType(
    {suffix: one for one in LANGUAGES for suffix in one.suffixes}
)
_SHEBANG = re.compile(r"#![^\n]*?[/ ](?:env +)?(?P<program>perl|python|(?:ba|da|k|z)?sh)[\d.]*(?:\s|$)")
_START = 200


def language_of(file: str, text: str) -> Language | None:
    """The language of a file: by its suffix, without one by the program that its first line names."""
    path = PurePosixPath(file)
    suffix = path.suffix if path.suffix != ".in" else PurePosixPath(path.stem).suffix
    if suffix:
        return _BY_SUFFIX.get(suffix)
    match = _SHEBANG.match(text[:_START])
    if match is None:
        return None
    program = "sh" if match["program"].endswith("sh") else match["program"]
    return next(one for one in LANGUAGES if one.program == program)


def may_be_read(file: str) -> bool:
    """Whether a file's name says that it is worth opening: a known suffix, or none."""
    path = PurePosixPath(file)
    return path.suffix in _BY_SUFFIX or path.suffix in {"", ".in"}
