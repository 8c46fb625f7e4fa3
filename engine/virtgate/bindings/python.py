"""Bindings for Python where virtgate is not installed, as Black and ruff write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .content import Content, Field, Named, Record, each_area
from .identifiers import camel, lower, upper
from .render import check_apart, fill_template

_TYPES = {"text": "str", "flag": "bool", "number": "int", "state": "State", "reason": "Reason"}
_MANY = {"": "{}", "list": "list[{}]", "map": "dict[str, list[{}]]"}
_WIDTH = 88


def render_python(content: Content) -> str:
    """The one module."""
    check_apart(
        f"{lower(area)}.{name}"
        for area, one in each_area(content)
        for name in (upper(one.within), _alias(one))
    )
    return fill_template(
        "virtgate_bindings.py",
        states=_literal("State", content.states),
        reasons=_literal("Reason", content.reasons),
        records="\n\n\n".join(map(_record, content.records)),
        areas="\n\n\n".join(_area(area, mine) for area, mine in content.areas.items()),
    )


def _literal(name: str, words: Sequence[str]) -> str:
    return "\n".join([f"{name}: TypeAlias = Literal[", *(f'    "{word}",' for word in words), "]"])


def _record(record: Record) -> str:
    told = f'    """{record.told}."""'
    return "\n".join([f"class {record.name}(TypedDict):", told, "", *map(_field, record.fields)])


def _field(field: Field) -> str:
    kind = _MANY[field.many].format(_TYPES.get(field.sort, field.sort))
    kind += " | None" if field.is_null else ""
    return f"    {field.name}: {f'NotRequired[{kind}]' if field.is_missing else kind}"


def _alias(one: Named) -> str:
    return f"{camel(one.within)}Path"


def _area(area: str, mine: Sequence[Named]) -> str:
    lines = [f"class {lower(area)}:", f'    """Capabilities of the area {area}."""']
    for one in mine:
        lines += ["", f"    # {one.title}", _paths(one), _capability(one)]
    return "\n".join(lines)


def _paths(one: Named) -> str:
    """The type of its paths, as text: a thousand types that are made cost 40 ms of each start."""
    words = ", ".join(f"'{path}'" for path in one.paths or ("",))
    start, value = f"    {_alias(one)}: TypeAlias =", f'"Literal[{words}]"'
    is_long = len(f"{start} {value}") > _WIDTH
    fits_below = len(value) + 8 <= _WIDTH
    return f"{start} (\n        {value}\n    )" if is_long and fits_below else f"{start} {value}"


def _capability(one: Named) -> str:
    start = f"    {upper(one.within)}: Final[Capability[{_alias(one)}]] ="
    if len(f'{start} Capability("{one.id}")') <= _WIDTH:
        return f'{start} Capability("{one.id}")'
    if len(f"{start} Capability(") <= _WIDTH:
        return f'{start} Capability(\n        "{one.id}"\n    )'
    if len(f"{start} (") <= _WIDTH:
        return f'{start} (\n        Capability("{one.id}")\n    )'
    name, inner, _ = re.split(r"(?<=Final\[)|(?=\] =)", start)
    return f'{name}\n        {inner}\n    ] = Capability("{one.id}")'
