"""The JSON Schemas that editors use, made of the same forms that the catalog reads by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..conditions import KINDS, Kind
from .check import NUMBER
from .distributions import DISTRIBUTIONS_FILE
from .downstreams import DOWNSTREAMS_FILE
from .exceptions import EXCEPTIONS_FILE
from .forms import TEXT, TEXTS, Form, schema_of
from .records import CAPABILITIES_FILE, COMMITS, SUPPORT_FILE, UPSTREAM
from .vocabularies import VOCABULARIES_FILE

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
_TITLES = {
    "capabilities": "What a driver may ask for, without any hypervisor",
    "support": "Who has it, through which interface",
    "upstream": "Who may accept, and where acceptance is seen",
    "vocabularies": "What the releases of somebody who names what a host has call it",
    "distributions": "Which release of a hypervisor the releases of distributions ship",
    "downstreams": "Who ships a hypervisor changed, and how a host is known to be theirs",
    "exceptions": "Problems of the data that stay, each with the reason",
}
_FORMS: dict[str, Form] = {
    "capabilities": CAPABILITIES_FILE,
    "support": SUPPORT_FILE,
    "upstream": UPSTREAM,
    "downstreams": DOWNSTREAMS_FILE,
    "vocabularies": VOCABULARIES_FILE,
    "exceptions": EXCEPTIONS_FILE,
    "distributions": DISTRIBUTIONS_FILE,
}
# Where a flag or a number is meant, it may be written as one: the reader takes all for the text it is.
_SPECIAL: dict[str, Mapping[str, Any]] = {
    "is": {"anyOf": [{"type": "boolean"}, *TEXTS["anyOf"]]},
    "at-least": {"anyOf": [{"type": "integer", "minimum": 0}, TEXT]},
    "bits": {"type": "string", "pattern": f"^(?:{NUMBER.pattern})$"},
    "on": {"enum": ["device", "vm"]},
}


_COMPARISON = r"(?:>=|<=|==|!=|>|<)\s*[0-9]+(?:\.[0-9]+){1,3}"
_COMPARISONS = rf"^{_COMPARISON}(?:\s*,\s*{_COMPARISON})*$"
_SPELLINGS = {
    "release": _COMPARISONS,
    "kernel": _COMPARISONS,
    "property": r"^[^\s]+\.[^\s.]+$",
    "machine-property": r"^[^\s]+\.[^\s.]+$",
}
# What one key demands of another, by the place in the schema where both are.
_RULES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "support": {
        "properties/support/additionalProperties/items": [
            {
                "if": {"properties": {"upstream": {"const": "rejected"}}, "required": ["upstream"]},
                "then": {"required": ["evidence"], "properties": {"since": False}},
                "else": {"properties": {"evidence": COMMITS}},
            },
            {"if": {"required": ["marker"]}, "then": {"required": ["since"]}},
            {
                "if": {"required": ["fork"]},
                "then": {"required": ["evidence"], "properties": {"since": False}},
            },
        ],
        # What lint alone demands.
        "properties/support/additionalProperties/items/properties/divergent/items": [
            {"required": ["evidence"]}
        ],
        "properties/support/additionalProperties/items/properties/deprecated": [{"required": ["evidence"]}],
    },
    "downstreams": {
        "properties/downstreams/additionalProperties": [
            {"if": {"properties": {"kind": {"const": "product"}}}, "then": {"required": ["driver"]}},
        ]
    },
}


def make_schemas() -> dict[str, str]:
    """The text of every schema by its file's name; the same forms give the same bytes."""
    return {f"{name}.json": _render(name, form) for name, form in _FORMS.items()}


def write_schemas() -> None:
    """Put the schemas where the files' first lines look for them."""
    from ..driver.system import write_atomic

    for name, text in make_schemas().items():
        write_atomic(str(FOLDER / name), text.encode(), mode=0o644)


def _render(name: str, form: Form) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES[name],
        **schema_of(form),
    }
    if name in {"support", "downstreams"}:
        schema["$defs"] = {"condition": _condition()}
    for place, rules in _RULES.get(name, {}).items():
        inner = schema
        for key in place.split("/"):
            inner = inner[key]
        inner["allOf"] = rules
    return json.dumps(schema, indent=1) + "\n"


def _condition() -> dict[str, Any]:
    itself = {"$ref": "#/$defs/condition"}
    several = {"type": "array", "items": itself, "minItems": 1}
    joints = {"all": several, "any": several, "not": itself}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {**{name: _kind(name, row) for name, row in KINDS.items()}, **joints},
    }


def _kind(name: str, row: Kind) -> dict[str, Any]:
    if row.keys == ("name",) and name in _SPELLINGS:
        one = {"type": "string", "pattern": _SPELLINGS[name]}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    mapping = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _SPECIAL.get(key, TEXTS) for key in (*row.keys, *row.optional)},
        "required": list(row.keys),
    }
    if row.keys in {("name",), ("cap",), ("op",)}:
        return {"anyOf": [TEXT, TEXTS["anyOf"][1], mapping]}
    return mapping


if __name__ == "__main__":
    write_schemas()
