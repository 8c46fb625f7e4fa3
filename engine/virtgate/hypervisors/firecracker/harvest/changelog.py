"""What a changelog calls deprecated or removed, in which release, and which elements its words name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

FILE = "CHANGELOG.md"
_HEADING = re.compile(r"(?P<marks>##+) +(?:\\?\[)?(?P<text>[^\]\n]+)")
_BULLET = re.compile(r"^- (?P<text>.+(?:\n  .*|\n(?=\n  ))*)", re.MULTILINE)
_PULL = re.compile(r"\A(?:\[#\d+\]\([^)]*\)(?:,\s*|:\s*|\s+))+")
_LINK = re.compile(r"\[([^\]]{0,400})\]\([^)]{0,400}\)")
_TICKED = re.compile(r"`([^`]+)`")
# The sections are kept by hand: what stands in another one tells itself by its words.
_DEPRECATED = re.compile(r"\A\W*deprecated\b|\b(?:is|are) (?:now )?deprecated\b|\bin deprecated\b", re.I)
_REMOVED = re.compile(r"\A\W*removed?\b", re.I)
# A name that the changelog has for a value of the API.
_SPOKEN = {"MmdsV1": "MmdsConfig.version=V1"}
# What many entries name: a method, a path, and a word that slipped between backticks.
_COMMON = re.compile(r"[A-Z]+s?|/.*|parameter")
_SENTENCE = re.compile(r"\.\s+(?=[A-Z`])")
_LONGEST = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: the release that it stands under, `deprecated` or `removed`, and its text on one line."""

    release: str
    how: str
    text: str

    @property
    def heading(self) -> str:
        """Its first sentence, cut where it is long."""
        first = _SENTENCE.split(self.text)[0].rstrip(" .:?")
        return first if len(first) <= _LONGEST else f"{first[:_LONGEST].rsplit(' ', 1)[0]} …"

    @property
    def told(self) -> str:
        """What it says, as a ledger of what is documented does."""
        return f"{'deprecated since' if self.how == 'deprecated' else 'removed in'} {self.release}"

    @property
    def words(self) -> tuple[str, ...]:
        """What it names, in backticks, where it says what is deprecated or was removed."""
        sentences = [one for one in _SENTENCE.split(self.text) if self.how[:6] in one.lower()]
        told = ". ".join(sentences or [self.text])
        return tuple(word for found in _TICKED.findall(told) for word in found.split())


def read_entries(text: str) -> Iterator[Entry]:
    """The entries about what is deprecated and what was removed, the newest release first."""
    release = section = ""
    parts = re.split(r"(?m)^(?=##)", text)
    for part in parts:
        heading = _HEADING.match(part)
        if heading is None:
            continue
        if heading["marks"] == "##":
            number = re.match(r"v?(\d+\.\d+\.\d+)", heading["text"])
            release, section = (number[1] if number else ""), ""
        else:
            section = heading["text"].strip().lower()
        for bullet in _BULLET.finditer(part) if release else ():
            said = _LINK.sub(r"\1", _PULL.sub("", " ".join(bullet["text"].split())))
            how = _what(said, section)
            if how and said:
                yield Entry(release=release, how=how, text=said)


def drop_ended(entries: Sequence[Entry], elements: Mapping[str, str]) -> Iterator[Entry]:
    """The entries without what was removed since it was deprecated.

    A newer entry says so, or the operation that one names takes no such field any more.
    """
    gone: set[str] = set()
    for one in entries:
        things = {word for word in one.words if not _COMMON.fullmatch(word)}
        if one.how == "removed":
            gone |= things
        is_gone = things & gone or (_takers(one, elements) and not set(find_named(one, elements)))
        if one.how == "removed" or not is_gone:
            yield one


def _what(text: str, section: str) -> str:
    if section in {"deprecated", "removed"}:
        return section
    start = ". ".join(text.split(". ")[:2])
    return "removed" if _REMOVED.search(text) else "deprecated" if _DEPRECATED.search(start) else ""


def find_deprecated(text: str, elements: Mapping[str, str]) -> frozenset[str]:
    """Which of these elements, each with its type, a changelog calls deprecated."""
    told = (one for one in read_entries(text) if one.how == "deprecated") if text else ()
    return frozenset(name for entry in told for name in find_named(entry, elements))


def find_named(entry: Entry, elements: Mapping[str, str]) -> Iterator[str]:
    """The elements that an entry names: a field with the operation that takes it, an option, a value."""
    fields = (f"{type_}.{word}" for type_ in _takers(entry, elements) for word in entry.words)
    yield from (field for field in fields if field in elements)
    yield from (word for word in entry.words if word.startswith("--") and word in elements)
    yield from (name for said, name in _SPOKEN.items() if said in entry.text and name in elements)


def _takers(entry: Entry, elements: Mapping[str, str]) -> tuple[str, ...]:
    """The types that the operations take of which an entry names the path."""
    paths = {word.rstrip("/") for word in entry.words if word.startswith("/") and len(word) > 1}
    taken = ((name.partition(".*")[0], type_) for name, type_ in elements.items() if ".*" in name)
    return tuple(type_ for name, type_ in taken if name.partition(" ")[2].partition("/{")[0] in paths)
