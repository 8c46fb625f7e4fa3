"""What an OpenAPI file (2.0 or 3.0) says of an HTTP interface, as names and types for a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..data import yaml

METHODS = ("get", "head", "put", "post", "patch", "delete", "options")
# Deeper than any interface is, and shallow enough for a file made to be deep.
MOST_DEPTH = 16


def read_document(content: bytes | str, name: str) -> Mapping[str, Any]:
    """The mapping that a YAML file holds, every scalar as text. Raises ValueError for what is none."""
    problems: list[yaml.Problem] = []
    document = yaml.read(content, name, problems)
    if document is None or problems:
        told = f"{problems[0].line}: {problems[0].problem}" if problems else "1: nothing in it"
        raise ValueError(f"{name}:{told}")
    return {str(key): value for key, value in document.items()}


def is_document(value: Any) -> bool:
    """Whether something read is an OpenAPI file."""
    return isinstance(value, Mapping) and bool({"openapi", "swagger"} & set(value)) and "paths" in value


def list_elements(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every operation, type, field and value with its type; a name ends in `?` where it may be left out.

    `PUT /vm.create` is an operation, `PUT /vm.create.*` what it takes and `PUT /vm.create()` what it gives;
    `VmConfig` is a type, `VmConfig.cpus` a field, `ConsoleConfig.mode=Tty` a value of one. A field's type is
    what is on the wire: an object by its name, text that has a name as text. What upstream marks deprecated
    has a line `NAME[deprecated]` more.
    """
    schemas = _schemas_of(document)
    for path, item in as_mapping(document.get("paths")).items():
        for method in METHODS:
            if isinstance(item, Mapping) and isinstance(item.get(method), Mapping):
                shared = _rows(item.get("parameters"))
                yield from _operation(f"{method.upper()} {path}", item[method], shared, schemas)
    for name, schema in schemas.items():
        yield name, _kind_of(schema)
        yield from _deprecated(name, schema)
        yield from _inside(name, schema, schemas, 0)


def list_echoes(document: Mapping[str, Any]) -> Iterator[str]:
    """The fields whose values are those of a named type: what that has more or less, each of them has."""
    schemas = _schemas_of(document)
    for name, schema in schemas.items():
        for field, told in as_mapping(schema.get("properties")).items():
            inner = _items_of(as_mapping(told))
            known = schemas.get(_name_of(inner)) if "$ref" in inner else None
            if known is not None and _kind_of(known) == "enum":
                yield f"{name}.{field}"


def _operation(
    name: str, told: Mapping[str, Any], shared: list[Any], schemas: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    yield name, "operation"
    yield from _deprecated(name, told)
    for one in (*shared, *_rows(told.get("parameters"))):
        if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
            continue
        if one.get("in") == "body":
            yield _spell(f"{name}.*", one), type_of(as_mapping(one.get("schema")), schemas)
        elif one.get("in") == "query":
            yield _spell(f"{name}.{one['name']}", one), type_of(as_mapping(one.get("schema") or one), schemas)
    body = as_mapping(told.get("requestBody"))
    for schema in _contents(body):
        yield _spell(f"{name}.*", body), type_of(schema, schemas)
    given = {
        type_of(schema, schemas)
        for status, response in as_mapping(told.get("responses")).items()
        # What an error looks like is the same for every operation, and no driver asks for it.
        if str(status).startswith("2")
        for schema in _contents(as_mapping(response))
    }
    if given:
        yield f"{name}()", " or ".join(sorted(given))


def _contents(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schemas of a body: one a media type, or without any."""
    if isinstance(part.get("schema"), Mapping):
        yield part["schema"]
    for one in as_mapping(part.get("content")).values():
        if isinstance(one, Mapping) and isinstance(one.get("schema"), Mapping):
            yield one["schema"]


def _inside(
    name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int
) -> Iterator[tuple[str, str]]:
    """The fields and values of a type, and what is in those that have no name of their own."""
    for value in _rows(schema.get("enum")):
        yield f"{name}={_text(value)}", "value"
    if depth > MOST_DEPTH:
        return
    # What a named base has is under its own name: here it would be told twice.
    for base in _rows(schema.get("allOf")):
        if isinstance(base, Mapping) and "$ref" not in base:
            yield from _inside(name, base, schemas, depth + 1)
        elif isinstance(base, Mapping):
            yield f"{name}<{_name_of(base)}", "base"
    needed = {_text(one) for one in _rows(schema.get("required"))}
    for field, told in as_mapping(schema.get("properties")).items():
        inner = told if isinstance(told, Mapping) else {}
        yield f"{name}.{field}{'' if field in needed else '?'}", type_of(inner, schemas)
        yield from _deprecated(f"{name}.{field}", inner)
        nested = _items_of(_resolve_values(inner, schemas))
        if "$ref" not in nested:
            yield from _inside(f"{name}.{field}", nested, schemas, depth + 1)


def _resolve_values(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands behind the name of a value, as text or a number; a named object stays a name."""
    known = schemas.get(_name_of(schema)) if "$ref" in schema else None
    return known if isinstance(known, Mapping) and _kind_of(known) == "enum" else schema


def _items_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(MOST_DEPTH):
        if schema.get("type") != "array":
            break
        schema = as_mapping(schema.get("items"))
    return schema


def type_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> str:
    """A type as a ledger writes it: `VmConfig`, `[integer]`, `{string}`, `string`, or `any`."""
    if depth > MOST_DEPTH:
        return "any"
    if "$ref" in schema:
        name = _name_of(schema)
        known = schemas.get(name)
        is_value = isinstance(known, Mapping) and _kind_of(known) in {"enum", "scalar"}
        return type_of(known, schemas, depth + 1) if is_value and known is not None else name
    if schema.get("type") == "array":
        return f"[{type_of(as_mapping(schema.get('items')), schemas, depth + 1)}]"
    values = schema.get("additionalProperties")
    if isinstance(values, Mapping) and "properties" not in schema:
        return f"{{{type_of(values, schemas, depth + 1)}}}"
    several = [one for key in ("allOf", "oneOf", "anyOf") for one in _rows(schema.get(key))]
    if several and "properties" not in schema:
        # What several stand for is followed a step only: names that name several each would multiply.
        inner = depth + 1 if len(several) == 1 else max(depth + 1, MOST_DEPTH - 1)
        named = {type_of(as_mapping(one), schemas, inner) for one in several}
        return " or ".join(sorted(named))
    return _text(schema.get("type") or ("object" if "properties" in schema else "any"))


def _kind_of(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "enum"
    is_scalar = _text(schema.get("type")) in {"string", "integer", "number", "boolean"}
    return "scalar" if is_scalar else "type"


def _schemas_of(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    known = as_mapping(document.get("definitions") or as_mapping(document.get("components")).get("schemas"))
    return {name: told for name, told in known.items() if isinstance(told, Mapping)}


def _deprecated(name: str, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if _is_true(told.get("deprecated")):
        yield f"{name}[deprecated]", "flag"


def _spell(name: str, told: Mapping[str, Any]) -> str:
    return name if _is_true(told.get("required")) else f"{name}?"


def _name_of(schema: Mapping[str, Any]) -> str:
    return _text(schema.get("$ref")).rpartition("/")[2]


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def _text(value: Any) -> str:
    """A scalar as YAML would write it, without two blanks together, which would end a name."""
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return " ".join(said.split())


def as_mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, or an empty one in the place of anything else."""
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
