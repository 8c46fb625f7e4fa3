"""Bindings for Rust, as rustfmt writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .content import Content, Field, Named, Record, each_area
from .identifiers import camel, lower, upper
from .render import check_apart, fill_template

_TYPES = {"text": "String", "flag": "bool", "number": "i64", "state": "State", "reason": "Reason"}
_MANY = {"": "{}", "list": "Vec<{}>", "map": "BTreeMap<String, Vec<{}>>"}


def render_rust(content: Content) -> str:
    """The one module `virtgate.rs`."""
    check_apart(name for area, one in each_area(content) for name in _names(area, one))
    return fill_template(
        "virtgate.rs",
        states="\n".join(_variants(content.states, 8)),
        reasons="\n".join(_variants(content.reasons, 8)),
        records="\n\n".join(map(_record, content.records)),
        areas="\n\n".join(_area(area, mine) for area, mine in content.areas.items()),
    )


def _names(area: str, one: Named) -> Iterator[str]:
    yield f"{area}::{upper(one.within)}"
    yield f"{area}::{camel(one.within)} {{}}"
    # `Unlisted` stands for a path that a newer data may name, and must stay apart from all of them.
    yield from (f"{area}::{one.id}::{camel(path)}" for path in (*one.paths, "unlisted"))


def _variants(words: Iterable[str], indent: int) -> Iterator[str]:
    return (f'{"":{indent}}{camel(word)} = "{word}",' for word in words)


def _record(record: Record) -> str:
    lines = [f"/// {record.told}.", "#[derive(Clone, Debug)]", f"pub struct {record.name} {{"]
    for field in record.fields:
        lines += [f"    /// {field.told}"] if field.told else []
        lines.append(f"    pub {lower(field.name)}: {_type(field)},")
    fill = [f'            {lower(one.name)}: take_field(value, "{one.name}")?,' for one in record.fields]
    return "\n".join(
        [
            *lines,
            "}",
            "",
            f"impl Take for {record.name} {{",
            f"    fn take(value: Option<&Value>) -> Result<{record.name}, Error> {{",
            f"        Ok({record.name} {{",
            *fill,
            "        })",
            "    }",
            "}",
        ]
    )


def _type(field: Field) -> str:
    kind = _MANY[field.many].format(_TYPES.get(field.sort, field.sort))
    return f"Option<{kind}>" if field.is_optional and not field.many else kind


def _area(area: str, mine: Sequence[Named]) -> str:
    lines = [
        f"/// Capabilities of the area {area}.",
        f"pub mod {lower(area)} {{",
        "    use super::Capability;",
    ]
    for one in mine:
        lines += [
            "",
            "    capability! {",
            f"        /// {one.title}",
            f'        {upper(one.within)} = "{one.id}", {camel(one.within)} {{',
            *_variants(one.paths, 12),
            "        }",
            "    }",
        ]
    return "\n".join([*lines, "}"])
