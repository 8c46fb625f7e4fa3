"""What a release's documentation says of its deprecations and removals: headings to (name, type) pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ....harvest.git import Source
from ....upstream.ledger import Covers

COVERS: Covers = "superset"
NOTE = (
    "the headings of upstream's lists of deprecated and removed features, since 2.11; a range says which"
    " releases listed it so; names are the headings' own, and are not elements of another ledger"
)

# The reStructuredText is since 5.1, and in its place since 6.0; before that it was Texinfo.
_FILES = (
    *("docs/about/deprecated.rst", "docs/about/removed-features.rst"),
    *("docs/system/deprecated.rst", "docs/system/removed-features.rst"),
    *("qemu-deprecated.texi", "qemu-doc.texi"),
)
_SECTION = "-"
_UNDERLINE = re.compile(r"(['^~-])\1{3,}")
_TOLD = re.compile(r"\((?P<how>since|removed in|deprecated since) v?(?P<release>[0-9]+(?:\.[0-9]+)+)[^)]*\)")
_MARKUP = re.compile(r"@[a-z]+\{([^}]*)\}|``|''")
_TEXINFO = re.compile(r"^@(section|subsection) (.+)$", re.MULTILINE)


class Reader:
    """Reads trees; keeps the pairs of each blob."""

    def __init__(self) -> None:
        self._pairs: dict[str, tuple[tuple[str, str], ...]] = {}

    def __call__(self, tree: Source, _version: str) -> Iterable[tuple[str, str]]:
        for path in _FILES:
            found = tree.read(path)
            if found is None:
                continue
            blob, content = found
            if blob not in self._pairs:
                text = content.decode("utf-8", "replace")
                headings = _texinfo(text) if path.endswith(".texi") else _restructured(text)
                self._pairs[blob] = tuple(_pairs(headings))
            yield from self._pairs[blob]


def _pairs(headings: Iterable[tuple[bool, str]]) -> Iterator[tuple[str, str]]:
    """The items that say since when, each with what is said and the section it stands in."""
    section = ""
    for is_section, text in headings:
        told = _TOLD.search(text)
        if is_section and told is None:
            section = _plain(text)
        if told is not None:
            how = "removed in" if told["how"].startswith("removed") else "deprecated since"
            name = _plain(text[: told.start()] + text[told.end() :]).rstrip("?")
            if name and not name.startswith("#"):
                yield name, f"{how} {told['release']}: {section}"


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(lambda match: match[1] or "", text).split())


def _restructured(text: str) -> Iterator[tuple[bool, str]]:
    """Headings and whether each is a section's: a line over a line of one mark at least as long."""
    lines = text.splitlines()
    for line, under in pairwise(lines):
        if line.strip() and _UNDERLINE.fullmatch(under):
            yield under[0] == _SECTION, line


def _texinfo(text: str) -> Iterator[tuple[bool, str]]:
    """The headings of the appendix on deprecated features."""
    start = text.find("@appendix Deprecated features")
    if start < 0:
        return
    end = text.find("@appendix", start + 1)
    for match in _TEXINFO.finditer(text[start : end if end > 0 else len(text)]):
        yield match[1] == "section", match[2]
