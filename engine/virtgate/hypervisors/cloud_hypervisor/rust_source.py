"""What Cloud Hypervisor's server takes, by its Rust: its routes, and the structures that it reads as JSON.

The OpenAPI file is written by hand and came later than the server in places: `/vm.add-user-device` is in the
server since v18.0 and in the file since v36.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .view import symbol_of

_COMMENT = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_ROUTE = re.compile(
    r'(?P<attributes>(?:#\[cfg\([^\n]*\)\]\s*)?)\br\s*\.routes\s*\.insert\(\s*endpoint!\(\s*"(?P<path>[^"]+)"'
)
_TYPE = re.compile(
    r"(?P<attributes>(?:#\[[^\n]{0,400}\]\s*+){1,16}+)pub (?P<sort>struct|enum) (?P<name>\w+)\s*"
    r"\{(?P<body>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_MEMBER = re.compile(
    r"(?<!\w)(?P<attributes>(?:#\[(?:[^\[\]]|\[[^\]]{0,100}\]){0,400}+\]\s*+){0,16}+)"
    r"(?:pub(?:\([a-z]+\))? )?(?P<name>\w+)\s*:\s*(?P<type>[^,]{1,400}),"
)
_VALUE = re.compile(
    r"(?<!\w)(?:#\[[^\n]{0,400}\]\s*+){0,16}+(?P<name>[A-Z]\w*)\s*+"
    r"(?:\([^)]{0,400}\)|\{[^}]{0,400}\})?\s*+(?:=[^,]{0,400})?(?:,|\Z)"
)
_CONDITION = re.compile(r'feature = "([^"]+)"|target_arch = "([^"]+)"')
_RENAMED = re.compile(r'rename(?:\(deserialize)? = "([^"]+)"')
_ALSO = re.compile(r'alias = "([^"]+)"')

Pairs = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Structure:
    body: str
    sort: str


def read_server(sources: str) -> Pairs:
    """Every route, structure, field and value of the server's sources, and what of the build each needs."""
    code = _COMMENT.sub("", sources)
    for match in _ROUTE.finditer(code):
        yield match["path"], "route"
        yield from _conditions(match["path"], match["attributes"])
    known = {
        match["name"]: _Structure(body=match["body"], sort=match["sort"])
        for match in _TYPE.finditer(code)
        if "Deserialize" in match["attributes"]
    }
    for name, structure in known.items():
        yield name, structure.sort
        if structure.sort == "enum":
            yield from ((f"{name}={value['name']}", "value") for value in _VALUE.finditer(structure.body))
        else:
            yield from _fields(name, structure.body, known, 0)


def _fields(owner: str, body: str, known: Mapping[str, _Structure], depth: int) -> Pairs:
    """The names by which a structure is read: with aliases, and what a flattened one brings."""
    for match in _MEMBER.finditer(body):
        attributes = match["attributes"]
        inner = known.get(re.sub(r"\W", "", match["type"].replace("Option<", "").replace("Box<", "")))
        if re.search(r"\bflatten\b", attributes) and inner is not None and depth < 4:
            yield from _fields(owner, inner.body, known, depth + 1)
            continue
        if re.search(r"serde\([^)]*\bskip(?:_deserializing)?\b(?!_)", attributes):
            continue
        renamed = _RENAMED.search(attributes)
        for name in (renamed[1] if renamed else match["name"], *_ALSO.findall(attributes)):
            yield f"{owner}.{name}", "field"
            yield from _conditions(f"{owner}.{name}", attributes)


def _conditions(name: str, attributes: str) -> Pairs:
    for condition in re.findall(r"#\[cfg\((.*)\)\]", attributes):
        yield from ((f"{name}[if={needed}]", "condition") for needed in list_needed(condition))


def list_needed(condition: str) -> Iterator[str]:
    """What a `cfg` asks for: a feature, by the name cargo gives it in a build script, or a processor."""
    for feature, arch in _CONDITION.findall(condition):
        yield symbol_of(feature) if feature else arch
