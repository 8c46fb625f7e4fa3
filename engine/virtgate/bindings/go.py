"""Bindings for Go, as gofmt writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .content import Content, Field, Named, Record, each_area
from .identifiers import camel
from .render import align, check_apart, fill_template

_TYPES = {"text": "string", "flag": "bool", "number": "int", "state": "State", "reason": "Reason"}
_MANY = {"": "{}", "list": "[]{}", "map": "map[string][]{}"}


def render_go(content: Content) -> str:
    """The one file of a package `virtgate`."""
    check_apart(name for area, one in each_area(content) for name, _ in _variables(area, one))
    return fill_template(
        "virtgate.go",
        states=_words("State", content.states),
        reasons=_words("Reason", content.reasons),
        records="\n\n".join(map(_record, content.records)),
        areas="\n\n".join(_area(area, mine) for area, mine in content.areas.items()),
    )


def _words(kind: str, words: Iterable[str]) -> str:
    rows = [(f"\t{kind}{camel(word)}", kind, f'= "{word}"') for word in words]
    return "\n".join(align(rows))


def _record(record: Record) -> str:
    lines: list[str] = []
    group: list[tuple[str, str, str]] = []
    for field in record.fields:
        if field.told:  # a comment ends the columns above it
            lines += align(group)
            group = []
            lines.append(f"\t// {field.told}")
        group.append(_field(field))
    lines += align(group)
    return "\n".join([f"// {record.name}: {record.told}.", f"type {record.name} struct {{", *lines, "}"])


def _field(field: Field) -> tuple[str, str, str]:
    name = "ID" if field.name == "id" else camel(field.name)
    pointer = "*" if field.is_optional and not field.many else ""
    kind = _MANY[field.many].format(pointer + _TYPES.get(field.sort, field.sort))
    return f"\t{name}", kind, f'`json:"{field.name}"`'


def _area(area: str, mine: Iterable[Named]) -> str:
    lines = [f"// Capabilities of the area {area}, each with the paths that it may have.", "var ("]
    for one in mine:
        lines.append(f"\t// {one.title}")
        lines += align(list(_variables(area, one)))
    return "\n".join([*lines, ")"])


def _variables(area: str, one: Named) -> Iterator[tuple[str, str]]:
    name = camel(area) + camel(one.within).lstrip("_")
    yield f"\t{name}", f'= ID{{"{one.id}"}}'
    for path in one.paths:
        yield f"\t{name}Via{camel(path).lstrip('_')}", f'= Path{{"{path}"}}'
