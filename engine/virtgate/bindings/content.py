"""What bindings are made of: ids with their paths, states, reasons, and the records of the documents."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ..ask.release import check_hypervisor
from ..data import Catalog
from ..driver.errors import DataError
from ..faces.contract import schema_text

# What the schema says of a path's name, which a folder that nobody checks need not keep.
_NAME = re.compile(r"[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*")
# The documents that have types, and the names of what they are made of.
DOCUMENTS = ("gates", "check")
_NAMES = {"host": "Host", "gate": "Verdict", "path": "PathVerdict"}
_TOLD = {
    "Host": "Who a host is",
    "Verdict": "The answer for one capability",
    "PathVerdict": "The answer for one path of a capability",
    "GatesTarget": "One host of several, with its verdicts or why it could not be asked",
    "CheckTarget": "One host of several, with its verdict or why it could not be asked",
}
# What a field holds if it is no record: JSON's own sorts, and two lists of words.
TEXT, FLAG, NUMBER, STATE, REASON = "text", "flag", "number", "state", "reason"
_PLAIN = {"string": TEXT, "boolean": FLAG, "integer": NUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A capability as bindings name it, with the paths that any hypervisor has for it."""

    id: str
    title: str
    paths: tuple[str, ...]

    @property
    def within(self) -> str:
        """The id without its area."""
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a record: one `sort`, a `list` of it, or a `map` from a name to a list of it.

    `is_missing` where the key may not be there, `is_null` where it may have null.
    """

    name: str
    sort: str
    many: str = ""
    is_missing: bool = False
    is_null: bool = False
    told: str = ""

    @property
    def is_optional(self) -> bool:
        """Whether there may be no value."""
        return self.is_missing or self.is_null


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One object of a document."""

    name: str
    told: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that bindings of any language say."""

    areas: Mapping[str, tuple[Named, ...]]
    states: tuple[str, ...]
    reasons: tuple[str, ...]
    records: tuple[Record, ...]


def gather_content(catalog: Catalog, hypervisors: Collection[str] = ()) -> Content:
    """What the data and the output schemas say today, of some hypervisors or of all. Raises UsageError."""
    for name in hypervisors:
        check_hypervisor(catalog, name)
    words: dict[str, tuple[str, ...]] = {}
    records: dict[str, Record] = {}
    for name in DOCUMENTS:
        schema = json.loads(schema_text(name))
        words |= {key: tuple(one["enum"]) for key, one in schema["$defs"].items() if "enum" in one}
        _Reader(schema["$defs"], records, name.capitalize()).record(f"{name.capitalize()}Document", schema)
    return Content(
        areas=_name_all(catalog, hypervisors),
        states=words[STATE],
        reasons=words[REASON],
        records=tuple(records.values()),
    )


def ids_by_area(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The ids of each area, sorted."""
    rows = sorted(catalog.capabilities.values(), key=lambda row: (row.area, row.id))
    return {area: tuple(row.id for row in mine) for area, mine in groupby(rows, lambda row: row.area)}


def _name_all(catalog: Catalog, hypervisors: Collection[str]) -> dict[str, tuple[Named, ...]]:
    paths: dict[str, dict[str, None]] = {} if hypervisors else {one: {} for one in catalog.capabilities}
    for hypervisor in hypervisors or catalog.paths:
        for identifier, mine in catalog.paths.get(hypervisor, {}).items():
            paths.setdefault(identifier, {}).update((path.name, None) for path in mine)
    named = {
        area: tuple(
            Named(id=one, title=_phrase(catalog.capabilities[one].title), paths=tuple(paths[one]))
            for one in ids
            if one in paths
        )
        for area, ids in ids_by_area(catalog).items()
    }
    for name in (name for mine in paths.values() for name in mine):
        # It becomes part of a program that somebody compiles: no data can smuggle code into that.
        if not _NAME.fullmatch(name):
            raise DataError((f"a path is words with dashes; {name!r} is not",))
    return {area: mine for area, mine in named.items() if mine}


def _phrase(title: str) -> str:
    """A title that ends no comment that it stands in: what is generated from data has no code of theirs."""
    return " ".join(title.split()).replace("*/", "* /")


class _Reader:
    """Makes records of a schema's objects; those of alternatives are one, with what not all have optional."""

    def __init__(self, definitions: Mapping[str, Any], records: dict[str, Record], prefix: str) -> None:
        self.definitions = definitions
        self.records = records
        self.prefix = prefix

    def record(self, name: str, schema: Mapping[str, Any]) -> str:
        """The record's name, after it has been made."""
        forms = [self._resolve(one) for one in schema.get("anyOf", [schema])]
        known: dict[str, Field] = {}
        for form in forms:
            for key, value in form["properties"].items():
                # A key that one alternative lacks may be missing in any.
                needed = all(key in one.get("required", ()) for one in forms)
                known.setdefault(key, self._field(key, value, is_needed=needed))
        told = str(schema.get("title") or _TOLD[name])
        self.records.setdefault(name, Record(name=name, told=told, fields=tuple(known.values())))
        return name

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = str(schema.get("$ref", "")).rpartition("/")[2]
        return self.definitions[reference] if reference else schema

    def _field(self, key: str, schema: Mapping[str, Any], *, is_needed: bool) -> Field:
        many, inner = "", schema
        if "additionalProperties" in schema:
            # The only maps of the documents are of a list: who calls it so, and the names.
            many, inner = "map", schema["additionalProperties"]["items"]
        elif schema.get("type") == "array":
            many, inner = "list", schema["items"]
        sort, is_null = self._sort(key, inner)
        return Field(
            name=key,
            sort=sort,
            many=many,
            is_missing=not is_needed,
            is_null=is_null,
            told=str(schema.get("description", "")),
        )

    def _sort(self, key: str, schema: Mapping[str, Any]) -> tuple[str, bool]:
        """What a value is, and whether it may be null."""
        reference = str(schema.get("$ref", "")).rpartition("/")[2]
        if reference in {STATE, REASON}:
            return reference, False
        if reference:
            return self.record(_NAMES[reference], self.definitions[reference]), False
        # The number of the format, which is the one constant.
        if "const" in schema:
            return NUMBER, False
        if "anyOf" in schema or "properties" in schema:
            return self.record(f"{self.prefix}{key.removesuffix('s').capitalize()}", schema), False
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return next(_PLAIN[kind] for kind in kinds if kind != "null"), "null" in kinds


def each_area(content: Content) -> Iterator[tuple[str, Named]]:
    """Every capability with its area."""
    return ((area, one) for area, mine in content.areas.items() for one in mine)
