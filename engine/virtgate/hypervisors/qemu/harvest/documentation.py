"""What a release's documentation says of its deprecations and removals: headings to (name, type) pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from ....harvest.git import Source
from ....harvest.kinds import Kind, Pairs, Reader, read_first

# The reStructuredText is since 5.1, and in its place since 6.0; before that it was Texinfo.
_FILES = (
    *("docs/about/deprecated.rst", "docs/about/removed-features.rst"),
    *("docs/system/deprecated.rst", "docs/system/removed-features.rst"),
    *("qemu-deprecated.texi", "qemu-doc.texi"),
)
_MARKS = "-'^~"  # of headings, from a section's inwards
_UNDERLINE = re.compile(r"(['^~-])\1{3,}")
_RELEASE = r"v?(?P<{}>[0-9]+(?:\.[0-9]+)+)"
# In brackets of its own, or the last of what stands in some.
_TOLD = re.compile(
    rf"(?:\(|, )(?P<how>(?:deprecated )?since|removed(?: in)?) {_RELEASE.format('first')}"
    rf"(?: up to {_RELEASE.format('last')})?[^)]*\)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"@[a-z]+\{([^}]*)\}|``|''")
_TEXINFO = re.compile(r"^@(section|subsection|subsubsection) (.+)$", re.MULTILINE)
_DEPTH = {"section": 0, "subsection": 1, "subsubsection": 2}


def make_reader() -> Reader:
    """What reads the lists of one tree after another, each state of one once."""

    @cache
    def known(text: str, path: str) -> tuple[tuple[str, str], ...]:
        headings = list(_texinfo(text) if path.endswith(".texi") else _restructured(text))
        return tuple(_pairs(headings, "removed" if "removed" in path else "deprecated"))

    def read(tree: Source, _version: str) -> Pairs:
        for path in _FILES:
            if (text := read_first(tree, [path])) is not None:
                yield from known(text, path)

    return read


def _pairs(headings: Sequence[tuple[int, str]], listed: str) -> Iterator[tuple[str, str]]:
    """Each item with what is said of it and the section that it stands in; the last heading is no item.

    What says no release is an item unless others stand under it.
    """
    section = ""
    for (depth, text), (below, _) in pairwise((*headings, (0, ""))):
        told = _TOLD.search(text)
        if told is None and depth == 0:
            section = _plain(text)
        if told is None and (depth == 0 or below > depth):
            continue
        name = _plain(_TOLD.sub(lambda told: "" if told[0][0] == "(" else ")", text)).rstrip("?")
        if name and not name.startswith("#"):
            yield name, f"{_how(told) if told else listed}: {section}"


def _how(told: re.Match[str]) -> str:
    last = f" up to {told['last']}" if told["last"] else ""
    how = "removed in" if told["how"].lower().startswith("removed") else "deprecated since"
    return f"{how} {told['first']}{last}"


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(lambda match: match[1] or "", text).split())


def _restructured(text: str) -> Iterator[tuple[int, str]]:
    """Headings and how deep each is: a line over a line of one mark at least as long."""
    lines = text.splitlines()
    for line, under in pairwise(lines):
        if line.strip() and _UNDERLINE.fullmatch(under):
            yield _MARKS.index(under[0]), line


def _texinfo(text: str) -> Iterator[tuple[int, str]]:
    """The headings of the appendix on deprecated features."""
    start = text.find("@appendix Deprecated features")
    if start < 0:
        return
    end = text.find("@appendix", start + 1)
    for match in _TEXINFO.finditer(text[start : end if end > 0 else len(text)]):
        yield _DEPTH[match[1]], match[2]


KIND = Kind(
    name="documented",
    covers="superset",
    note="the headings of upstream's lists of deprecated and removed features, since 2.11; a range says"
    " which releases listed it so; names are the headings' own, and are not elements of another ledger",
    make_reader=make_reader,
)
