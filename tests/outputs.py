"""The schemas of documents, in their strict form: a key that a schema does not know is a mistake here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema

from virtgate.faces.contract import schema_names, schema_text

OUTPUTS: dict[str, dict[str, Any]] = {name: json.loads(schema_text(name)) for name in schema_names()}


def strict_schema(schema: Any) -> Any:
    """The schema with every object closed whose properties it lists."""
    if isinstance(schema, list):
        return [strict_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict_schema(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


_VALID: set[tuple[int, str]] = set()


def _items(validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    """Holds each entry of a list against its schema, and the same entry of another document not again."""
    for at, one in enumerate(instance if isinstance(instance, list) else ()):
        key = (id(items), json.dumps(one))
        if key not in _VALID:
            errors = [*validator.descend(one, items, path=at)]
            yield from errors
            if not errors:
                _VALID.add(key)


_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"items": _items})


@lru_cache
def _validator(name: str) -> Any:
    return _Validator(strict_schema(OUTPUTS[name]))


def validate(name: str, document: Any) -> None:
    """Raises jsonschema.ValidationError for a document that is not as its schema says."""
    error = jsonschema.exceptions.best_match(_validator(name).iter_errors(json.loads(json.dumps(document))))
    if error is not None:
        raise jsonschema.ValidationError(f"{name}: {error.json_path}: {error.message[-300:]}")
