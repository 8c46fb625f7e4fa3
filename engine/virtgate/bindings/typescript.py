"""Bindings for TypeScript, as Prettier writes it."""

from __future__ import annotations

from collections.abc import Sequence

from .content import Content, Field, Record, each_area
from .identifiers import camel
from .render import check_apart, fill_template

_TYPES = {"text": "string", "flag": "boolean", "number": "number", "state": "State", "reason": "Reason"}
_MANY = {"": "{}", "list": "{}[]", "map": "Record<string, {}[]>"}
_WIDTH = 80


def render_typescript(content: Content) -> str:
    """The one file `virtgate.ts`."""
    areas = [f"{camel(area)}Id" for area in content.areas]
    check_apart(areas)
    return fill_template(
        "virtgate.ts",
        states=_union("export type State =", _quote(content.states)),
        reasons=_union("export type Reason =", _quote(content.reasons)),
        records="\n\n".join(map(_record, content.records)),
        areas="\n\n".join(
            f"/** Ids of the area {area}. */\n"
            + _union(f"export type {camel(area)}Id =", _quote([one.id for one in mine]))
            for area, mine in content.areas.items()
        ),
        all=_union("export type Id =", areas),
        paths="\n".join(
            f"  /** {one.title} */\n" + _property(f'  "{one.id}":', _quote(one.paths) or ["never"])
            for _, one in each_area(content)
        ),
    )


def _union(start: str, members: Sequence[str], indent: str = "  ") -> str:
    """A union in one line where it fits."""
    line = f"{start} {' | '.join(members)};"
    return line if len(line) <= _WIDTH else start + "".join(f"\n{indent}| {one}" for one in members) + ";"


def _property(start: str, members: Sequence[str]) -> str:
    """The same for a property, whose union may be in one line below its name."""
    below = f"    {' | '.join(members)};"
    line = f"{start} {below.strip()}"
    if len(line) <= _WIDTH or len(members) == 1:
        return line
    return f"{start}\n{below}" if len(below) <= _WIDTH else _union(start, members, "    ")


def _quote(words: Sequence[str]) -> list[str]:
    return [f'"{word}"' for word in words]


def _record(record: Record) -> str:
    lines = [line for field in record.fields for line in _field(field)]
    return "\n".join([f"/** {record.told}. */", f"export interface {record.name} {{", *lines, "}"])


def _field(field: Field) -> list[str]:
    kind = _MANY[field.many].format(_TYPES.get(field.sort, field.sort))
    mark, null = "?" if field.is_missing else "", " | null" if field.is_null else ""
    told = [f"  /** {field.told} */"] if field.told else []
    return [*told, f"  {field.name}{mark}: {kind}{null};"]
