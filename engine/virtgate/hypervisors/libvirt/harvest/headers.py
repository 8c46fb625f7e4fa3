"""The constants of libvirt's headers: flags, states, events, errors, and names of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.git import Source
from ....versions import parse_release
from .between import Between

NOTE = (
    "the enumerators and macros of the installed headers, by the enum that they are of; of a release whose"
    " source nobody read, what the headers of a later one say since when it is there; the ends of enums"
    " (_LAST) are left out"
)
_HEADER = re.compile(r"(?:^|/)include/libvirt?(?:/[\w-]+)?\.h(?:\.in)?$")
_COMMENT = re.compile(r"/\*((?:[^*]|\*(?!/))*+)(?:\*/)?")
_SINCE = re.compile(r"Since:? v?(\d+\.\d+\.\d+)")
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE)
_ENUM = re.compile(r"\benum\s*(\w*)\s*\{([^{}]*)\}\s*(\w*)\s*;")
_TOKEN = re.compile(r"([@<])([\d.]+)@|\b(VIR_[A-Z0-9_]+)\b|(,)")
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(VIR_[A-Z0-9_]+)(?!\()\b", re.MULTILINE)
_MACRO_SINCE = re.compile(r"/\*+\s*\*\s*(VIR_[A-Z0-9_]+):((?:[^*]|\*(?!/))*+)(?:\*/)?")

# Each constant with its enum, and since when the header says that it is there.
Constants = dict[str, tuple[str, str | None]]


class Reader:
    """Reads one release after another, each state of a header once."""

    def __init__(self) -> None:
        self._known: dict[str, Constants] = {}

    def __call__(self, tree: Source, release: str) -> Iterator[tuple[str, str]]:
        """The constants that a release has, each with its enum."""
        if not isinstance(tree, Between):
            yield from ((name, enum) for name, (enum, _) in self.read(tree).items())
            return
        older, version = self.read(tree.older), parse_release(release)
        for name, (enum, since) in self.read(tree.newer).items():
            if name in older or (since is not None and parse_release(since) <= version):
                yield name, enum

    def read(self, tree: Source) -> Constants:
        """The constants of a tree's headers."""
        found: Constants = {}
        for path, blob in tree.list_blobs().items():
            if _HEADER.search(path):
                if blob not in self._known:
                    self._known[blob] = dict(read_header(tree.content(blob).decode(errors="replace")))
                found.update(self._known[blob])
        return found


def read_header(text: str) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """The constants of one header."""
    told = {name: _find_since(words) for name, words in _MACRO_SINCE.findall(text)}
    plain = _COMMENT.sub(_keep_since, text)
    for name in _MACRO.findall(plain):
        if not name.startswith(("VIR_ENUM_", "VIR_DEPRECATED", "VIR_EXPORT_VAR")):
            yield name, ("macro", told.get(name))
    for tag, body, typedef in _ENUM.findall(_DIRECTIVE.sub("", plain)):
        for name, since in _read_enumerators(body):
            if not name.endswith("_LAST"):
                yield name, (typedef or tag or "enum", since)


def _keep_since(comment: re.Match[str]) -> str:
    """A mark of what a comment says, of the name behind it where it has its line to itself."""
    since = _find_since(comment[1])
    line = comment.string[comment.string.rfind("\n", 0, comment.start()) + 1 : comment.start()]
    return f" {'<' if line.strip() else '@'}{since}@ " if since else " "


def _find_since(text: str) -> str | None:
    found = _SINCE.search(text)
    return found[1] if found else None


def _read_enumerators(body: str) -> Iterator[tuple[str, str | None]]:
    """Each name with what the comment beside it says: behind it on its line, or on lines above."""
    found: dict[str, str | None] = {}
    name, above, is_next = "", None, True
    for mark, since, word, _comma in _TOKEN.findall(body):
        if mark == "<" and name:
            found[name] = since
        elif mark:
            above = since
        elif not word:
            is_next = True
        elif is_next:
            name, found[word], above, is_next = word, above, None, False
    yield from found.items()
