"""QEMU's published QMP reference, an HTML page, back to the schema that it was written from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from .qapi import Expression

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
_SINCE = re.compile(r"\bsince:? (\d+\.\d+)", re.IGNORECASE)
_BASE = re.compile(r"The members of (?P<type>[\w-]+)\.")
_BRANCH = re.compile(r"When (?P<tag>[\w-]+) is (?P<value>[\w-]+): The members of (?P<type>[\w-]+)\.")
_MEMBER = re.compile(
    r"(?P<name>[\w.+-]+)(?: \((?P<type>\[?[\w-]+\]?)(?P<optional>, optional)?\))?(?: –|$)(?P<text>.*)"
)
_RETURN = re.compile(r"(\[?[\w-]+\]?)(?: –|$)")
# The flags that the page tells of a definition in a line of its own, too.
_MARKS = ("deprecated", "unstable")
_TYPES = {"string": "str", "boolean": "bool", "value": "any"}
# What the page calls int, whatever its width.
_INTEGERS = re.compile(r"u?int(8|16|32|64)|size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member, value or alternative as the page has it: `*` before an optional one's name."""

    written: str
    type: Any
    since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A definition of the page: what the schema says of it but for conditions and flags of its parts."""

    kind: str
    name: str
    since: str | None
    members: tuple[Member, ...]
    base: str | None
    tag: str | None
    branches: Mapping[str, str]
    returns: Any
    features: tuple[str, ...]
    marks: tuple[str, ...]
    condition: str | None


def parse_page(text: str) -> Element:
    """The elements of an HTML page; a tag that is never closed ends with what it is in."""
    page = _Page()
    page.feed(text)
    return page.root


def text_of(element: Element) -> str:
    """What an element says, blanks as one."""
    return " ".join("".join(element.itertext()).split())


def read_reference(page: Element) -> Iterator[Definition]:
    """The definitions of the reference in the page's order."""
    for entry in page.iter("dl"):
        sort, _, kind = entry.get("class", "").partition(" ")
        title, body = entry.find("dt"), entry.find("dd")
        if sort == "qapi" and title is not None and body is not None:
            yield _read_definition(kind, title, body)


def write_schema(definitions: Iterable[Definition], base: Mapping[str, Expression], *, proven: bool) -> str:
    """The schema as text. What the last source says of the same thing counts beyond what the page shows.

    When `proven`, a part that the source lacks is left out, unless the page says since when it is there.
    """
    definitions = list(definitions)
    dated = {one.name for one in definitions if one.since}
    # A value that chooses a branch came with what the branch holds.
    chosen = {
        value for one in definitions for value, type_ in one.branches.items() if type_ in dated - base.keys()
    }
    lines = []
    for one in definitions:
        known = base.get(one.name)
        parts = _parts_of(known) if known else {}
        is_new = known is None and one.since is not None
        if proven and known is None and not is_new:
            continue
        kept = [
            part
            for part in one.members
            if is_new or part.since or not proven or {part.written.strip("*")} & (parts.keys() | chosen)
        ]
        lines.append(_write(_merge(one, known, kept)) + "\n")
    return "".join(lines)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = SubElement(self._open[-1], tag, {key: value or "" for key, value in attrs})
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), 0)
        if at:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        element = self._open[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + data
        else:
            element.text = (element.text or "") + data


def _read_definition(kind: str, title: Element, body: Element) -> Definition:
    lines = {label: list(items) for label, items in _read_fields(body)}
    parts = [
        line for label in ("Members", "Arguments", "Values", "Alternatives") for line in lines.get(label, ())
    ]
    bases = [found["type"] for line in parts if (found := _BASE.match(line))]
    branches = [found for line in parts if (found := _BRANCH.match(line))]
    returned = _RETURN.match(next(iter(lines.get("Return", ())), ""))
    notes = [text_of(note) for note in body.iter("div") if "qapi-ifcond" in note.get("class", "")]
    name = next(text_of(part) for part in title.iter("span") if "sig-name" in part.get("class", ""))
    return Definition(
        kind=kind,
        name=name,
        since=_since(text_of(title)),
        members=tuple(_read_members(parts)),
        base=bases[0] if bases else None,
        tag=branches[0]["tag"] if branches else None,
        branches={found["value"]: found["type"] for found in branches},
        returns=_read_type(returned[1]) if returned else None,
        features=tuple(line.split(" – ")[0].rstrip(" –") for line in lines.get("Features", ())),
        marks=tuple(mark for mark in _MARKS if f"This {kind} is {mark}" in text_of(body)),
        condition=notes[0].removeprefix("Availability: ") if notes else None,
    )


def _read_fields(body: Element) -> Iterator[tuple[str, Iterable[str]]]:
    """Each label of a definition's lists of fields, with its items as text."""
    for fields in body.findall("dl"):
        label = ""
        for cell in fields:
            if cell.tag == "dt":
                label = text_of(cell).rstrip(":")
            else:
                listed = cell.find("ul")
                yield label, map(text_of, [cell] if listed is None else listed.findall("li"))


def _read_members(lines: Iterable[str]) -> Iterator[Member]:
    for line in lines:
        found = _MEMBER.match(line)
        if found and not _BASE.match(line) and not _BRANCH.match(line):
            written = f"{'*' if found['optional'] else ''}{found['name']}"
            yield Member(written=written, type=_read_type(found["type"] or ""), since=_since(found["text"]))


def _read_type(text: str) -> Any:
    name = text.strip("[]")
    plain = _TYPES.get(name, name)
    return [plain] if text.startswith("[") else plain


def _since(text: str) -> str | None:
    found = _SINCE.search(text)
    return found[1] if found else None


def _merge(one: Definition, base: Expression | None, kept: Iterable[Member]) -> Expression:
    """A definition as an expression of the schema; of a member that is as it was, the source's own words."""
    known = _parts_of(base) if base else {}
    features = _features(one, base)
    told: Expression = {"features": features} if features else {}
    condition = base.get("if") if base else one.condition
    if condition:
        told["if"] = condition
    if one.kind == "enum":
        return {"enum": one.name, "data": [_part(member, known) for member in kept], **told}
    members = {m.written: _part(m, known) for m in kept}
    if one.kind == "alternate":
        return {"alternate": one.name, "data": members, **told}
    if one.kind == "object":
        return {**_write_object(one, base, members), **told}
    for key in ("allow-oob", "boxed"):
        told |= {key: True} if base and base.get(key) else {}
    if one.returns is not None:
        told["returns"] = one.returns
    return {one.kind: one.name, "data": one.base if one.base and not members else members, **told}


def _write_object(one: Definition, base: Expression | None, members: Expression) -> Expression:
    if one.tag is None:
        return {"struct": one.name, "data": members, **({"base": one.base} if one.base else {})}
    known = base.get("data", {}) if base and "union" in base else {}
    branches = {
        value: known[value] if _plain(known.get(value)) == type_ else type_
        for value, type_ in one.branches.items()
    }
    return {"union": one.name, "base": one.base or members, "discriminator": one.tag, "data": branches}


def _parts_of(base: Expression) -> dict[str, Any]:
    """The members or values that the source gives a definition: by name, how it is written and specified."""
    parts = base["base"] if "union" in base and isinstance(base.get("base"), dict) else base.get("data", {})
    if isinstance(parts, dict):
        return {written.strip("*"): (written, spec) for written, spec in parts.items()}
    if isinstance(parts, list):
        return {
            name: (name, spec) for spec in parts if (name := spec["name"] if isinstance(spec, dict) else spec)
        }
    return {}


def _part(member: Member, known: Mapping[str, Any]) -> Any:
    written, spec = known.get(member.written.strip("*"), (None, None))
    fallback = member.type or member.written
    return (
        spec if written == member.written and (not member.type or _plain(spec) == member.type) else fallback
    )


def _plain(spec: Any) -> Any:
    """A type as the page has it."""
    if isinstance(spec, dict):
        return _plain(spec.get("type"))
    if isinstance(spec, list):
        return [_plain(spec[0])]
    return "int" if isinstance(spec, str) and _INTEGERS.fullmatch(spec) else spec


def _features(one: Definition, base: Expression | None) -> list[Any]:
    """The flags of a definition itself; the page lists those of its members among them."""
    told = list(base.get("features", ())) if base else [name for name in one.features if name not in _MARKS]
    names = {spec["name"] if isinstance(spec, dict) else spec for spec in told}
    return [*told, *(mark for mark in one.marks if mark not in names)]


def _write(value: Any) -> str:
    """A value in the schema's own notation."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': {_write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_write, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"
