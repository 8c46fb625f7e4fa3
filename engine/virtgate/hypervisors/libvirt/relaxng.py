"""What libvirt's schemas of its XML documents allow: each element, attribute and value by its path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Each document's schema; what they include is read with them. `libvirt.rng` was all there was before 0.5.0.
DOCUMENTS = (
    *("capability", "domain", "domainbackup", "domaincaps", "domaincheckpoint", "domainsnapshot"),
    *("interface", "libvirt", "network", "networkport", "nodedev", "nwfilter", "nwfilterbinding"),
    *("secret", "storagepool", "storagepoolcaps", "storagevol"),
)
_NS = "{http://relaxng.org/ns/structure/1.0}"
_MOST_FILE, _MOST_PATHS, _DEEPEST = 4 << 20, 1 << 16, 64
# What a path may be written with; a value with a blank or a quote in it is left out.
_WORD = re.compile(r"[\w.+:/-]{1,100}")

Reader = Callable[[str], bytes | None]


def read_paths(read: Reader) -> dict[str, str]:
    """Every path of the schemas that `read` finds by file name, with what it is: element, attribute or value.

    `domain/devices/disk` is an element, `domain/devices/disk@type` an attribute and
    `domain/devices/disk@type=file` a value that it may have. An element that can hold itself is given once,
    and a domain in another document not again. Raises ValueError for what is no schema or names too much.
    """
    parsed: dict[str, Element | None] = {}

    def parse(name: str) -> Element | None:
        if name not in parsed:
            data = read(name)
            parsed[name] = None if data is None else parse_document(name, data)
        return parsed[name]

    found: dict[str, str] = {}
    for document in DOCUMENTS:
        grammar = parse(f"{document}.rng")
        if grammar is not None:
            _Walk(dict(_read_defines(grammar, parse, set())), found).start(grammar)
    return found


def parse_document(name: str, data: bytes) -> Element:
    """A document of libvirt's. Raises ValueError.

    None of them has a document type; what declares entities could grow without end.
    """
    if len(data) > _MOST_FILE or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError(f"{name} is no document of libvirt's")
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(data)  # noqa: S314 (no entities, and no more than so many bytes)
    except ElementTree.ParseError as error:
        raise ValueError(f"{name}: {error}") from None


def _read_defines(
    grammar: Element, parse: Callable[[str], Element | None], seen: set[str]
) -> Iterator[tuple[str, list[Element]]]:
    """The named patterns of a grammar and of what it includes; its own win, for they come last."""
    own: dict[str, list[Element]] = {}
    for child in grammar:
        if child.tag == f"{_NS}define":
            own.setdefault(child.get("name", ""), []).append(child)
        elif child.tag == f"{_NS}include":
            name = posixpath.basename(child.get("href", ""))
            included = parse(name) if name not in seen else None
            seen.add(name)
            if included is not None:
                yield from _read_defines(included, parse, seen)
                yield from _read_defines(child, parse, seen)
    # What includes a grammar may define a name of it anew (RELAX NG, 4.7).
    yield from own.items()


class _Walk:
    """One document's grammar, walked from its start."""

    def __init__(self, defines: Mapping[str, list[Element]], found: dict[str, str]) -> None:
        self.defines = defines
        self.found = found
        self.done: set[tuple[str, str]] = set()

    def start(self, grammar: Element) -> None:
        """Walk what a document may be."""
        for child in grammar.iterfind(f"{_NS}start"):
            self._walk(child, "", ())

    def _walk(self, pattern: Element, path: str, within: tuple[str, ...]) -> None:
        for child in pattern:
            match child.tag.removeprefix(_NS):
                case "element":
                    for name in _names(child):
                        self._enter(child, f"{path}/{name}" if path else name, "element", within)
                case "attribute":
                    for name in _names(child):
                        self._enter(child, f"{path}@{name}", "attribute", within)
                case "value":
                    text = (child.text or "").strip()
                    if path and _WORD.fullmatch(text):
                        self._add(f"{path}={text}", "value")
                case "ref":
                    self._follow(child.get("name", ""), path, within)
                case "grammar" | "name" | "anyName" | "except" | "data" | "param":
                    pass
                case _:
                    self._walk(child, path, within)

    def _enter(self, pattern: Element, path: str, kind: str, within: tuple[str, ...]) -> None:
        self._add(path, kind)
        # A snapshot, a checkpoint and a backup hold a whole domain, whose paths are told once.
        if not path.endswith("/domain"):
            self._walk(pattern, path, within)

    def _follow(self, name: str, path: str, within: tuple[str, ...]) -> None:
        # Patterns name themselves, as a disk's backing chain does.
        if name in within or len(within) > _DEEPEST or (name, path) in self.done:
            return
        self.done.add((name, path))
        for define in self.defines.get(name, ()):
            self._walk(define, path, (*within, name))

    def _add(self, path: str, kind: str) -> None:
        self.found.setdefault(path, kind)
        if len(self.found) > _MOST_PATHS:
            raise ValueError(f"schemas of more than {_MOST_PATHS} names")


def _names(pattern: Element) -> Iterator[str]:
    """The names that an element or attribute may have, where they can be counted."""
    name = pattern.get("name")
    told = [name] if name else [one.text or "" for one in pattern.iterfind(f"{_NS}choice/{_NS}name")]
    told = told or [one.text or "" for one in pattern.iterfind(f"{_NS}name")]
    yield from (one.strip() for one in told if _WORD.fullmatch(one.strip()))
