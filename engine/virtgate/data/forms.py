"""Whether a file has the form that its written schema gives it, and what is wrong with it in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..conditions import KINDS
from .yaml import Block, Problem, Row, Text

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_TEXT = {"type": ["string", "array"], "pattern": r"\S", "minItems": 1}


def find_form_problems(kind: str, block: Block, file: str) -> Iterator[Problem]:
    """Every problem that one of the schemas finds in a file's values; one that another check tells is not.

    A schema says by `x-` keywords what jsonschema has no words for: `x-allowed`, what a pattern or a type
    means; `x-problem` and `x-hint`, why a rule is there; `x-key`, what the keys are; `x-name`, what the value
    is; `x-told-by`, which check has better words for the same.
    """
    hypervisor = dict[Any, Any](block).get("hypervisor")
    for error in make_validator(kind).iter_errors(block):
        schema = error.schema
        assert isinstance(schema, dict)
        if "x-told-by" not in schema:
            what = schema.get("x-name") or _name(kind, block, list(error.absolute_path))
            for value, problem, hint in _explain(what, error, _own_schema(schema, hypervisor)):
                yield Problem(file=file, line=getattr(value, "line", 1), problem=problem, hint=hint)


def _own_schema(schema: Mapping[str, Any], hypervisor: Any) -> Mapping[str, Any]:
    """A schema in which only those conditions are worth naming that a file's hypervisor can be asked."""
    if schema.get("x-key") != "condition":
        return schema
    others = {name for name, one in KINDS.items() if one.hypervisors and hypervisor not in one.hypervisors}
    properties = {
        name: {**one, "deprecated": True} if name in others else one
        for name, one in schema["properties"].items()
    }
    return {**schema, "properties": properties}


@cache
def make_validator(kind: str) -> Draft202012Validator:
    """What holds values against one of the written schemas, and those that it refers to."""
    # Imported here: a driver, and a host that is looked at for the first time, do without.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_read_schemas()[f"{kind}.json"])


@cache
def _read_schemas() -> Mapping[str, Any]:
    """The written schemas by the names of their files, with what they refer to in its place."""
    from importlib.resources import files

    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    found = [one for one in files("virtgate").joinpath("schemas").iterdir() if one.name.endswith(".json")]
    schemas = {one.name: json.loads(one.read_text(encoding="utf-8")) for one in found}
    conditions = schemas["condition.json"]["properties"]
    for name in KINDS.keys() - conditions.keys():
        conditions[name] = _schema_of(KINDS[name].keys, KINDS[name].optional)
    pairs = ((name, DRAFT202012.create_resource(schema)) for name, schema in schemas.items())
    registry: Registry[Any] = Registry().with_resources(pairs)
    done: dict[int, Any] = {}
    return {name: _write_out(one, registry.resolver(name), done) for name, one in schemas.items()}


def _write_out(schema: Any, resolver: Any, done: dict[int, Any]) -> Any:
    """A schema in which no `$ref` is left: jsonschema would follow it anew for each value that it meets."""
    if isinstance(schema, list):
        return [_write_out(one, resolver, done) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if id(schema) in done:
        return done[id(schema)]
    told = resolver.lookup(schema["$ref"]) if "$ref" in schema else None
    if told and len(schema) == 1:
        return _write_out(told.contents, told.resolver, done)
    found = done[id(schema)] = {}
    own = {key: _write_out(one, resolver, done) for key, one in schema.items() if key != "$ref"}
    if told:
        target = _write_out(told.contents, told.resolver, done)
        # What is asked besides has words of its own for a problem; and one in a circle is not whole yet.
        is_one = target and own.keys() == {"description"}
        own = {**target, **own} if is_one else {"allOf": [target], **own}
    found.update(own)
    return found


def _schema_of(keys: Sequence[str], optional: Sequence[str]) -> Mapping[str, Any]:
    """The form of a kind of condition that a hypervisor's folder brings and that no schema has yet."""
    properties = dict.fromkeys((*keys, *optional), _TEXT)
    mapping = {"properties": properties, "required": list(keys), "additionalProperties": False}
    return {**mapping, **_TEXT, "type": ["string", "array", "object"] if len(keys) == 1 else "object"}


def _name(kind: str, block: Block, path: list[Any]) -> str:
    """What a value is called, from inside to outside; where a file's rows have names, those are enough."""
    words: list[str] = []
    value: Any = block
    for at in path:
        value = value[at]
        is_row = kind == "support" and len(words) == 2 and isinstance(value, Block)
        named = value.get("path") if is_row else None
        own = named if isinstance(named, Text) else at
        words.append(f"item {own + 1}" if isinstance(own, int) else f"'{own}'")
    has_names = len(path) > 1 and path[0] == kind and isinstance(path[1], str)
    return " of ".join(reversed(words[1:] if has_names else words)) or "the file"


Told = Iterator[tuple[Any, str, str | None]]


def _explain(what: str, error: ValidationError, schema: Mapping[str, Any]) -> Told:
    """The value that is wrong, the problem, and a hint."""
    value = error.instance
    if "x-problem" in schema:
        yield value, f"{what} {schema['x-problem']}", schema.get("x-hint")
    elif error.validator in _WORDS:
        yield from _WORDS[str(error.validator)](what, value, schema)
    else:
        yield value, f"{what}: {error.message}", None


def _explain_type(what: str, value: Any, schema: Mapping[str, Any]) -> Told:
    types = schema["type"]
    if isinstance(types, list):
        allowed, lacks = "text or a list of texts", "is neither"
    else:
        allowed, lacks = {"string": "text", "array": "a list", "object": "a mapping"}[types], "is not"
    keys = f" with {', '.join(schema['properties'])}" if types == "object" and "required" in schema else ""
    yield value, f"{what} must be {schema.get('x-allowed', allowed + keys)}; {describe(value)} {lacks}", None


def _explain_pattern(what: str, value: Any, schema: Mapping[str, Any]) -> Told:
    if "x-allowed" not in schema:
        yield value, f"{what} must be text; {describe(value)} is not", None
    else:
        yield value, f"{what} is '{value}'; allowed is {schema['x-allowed']}", None


def _explain_choice(what: str, value: Any, schema: Mapping[str, Any]) -> Told:
    *most, last = schema["enum"]
    allowed = f"{', '.join(most)} or {last}" if most else last
    yield value, f"{what} is {describe(value)}; allowed is {allowed}", near(str(value), schema["enum"])


def _explain_keys(what: str, value: Any, schema: Mapping[str, Any]) -> Told:
    valid = [key for key, one in schema["properties"].items() if not one.get("deprecated")]
    for key in value.keys() - schema["properties"].keys():
        if "x-key" in schema:
            told = f"{what} has unknown {schema['x-key']} '{key}'"
            yield key, told, near(key, valid) or f"{schema['x-key']}s are {', '.join(valid)}"
        else:
            yield key, f"{what} has unknown key '{key}'; valid keys are {', '.join(valid)}", near(key, valid)


def _explain_lacking(what: str, value: Any, schema: Mapping[str, Any]) -> Told:
    for key in schema["required"]:
        if key not in value:
            yield value, f"{what} has no key '{key}'", schema["properties"][key].get("description")


def _explain_empty(what: str, value: Any, _schema: Mapping[str, Any]) -> Told:
    yield value, f"{what} is empty; leave it out or fill it", None


_WORDS: Mapping[str, Callable[[str, Any, Mapping[str, Any]], Told]] = {
    "type": _explain_type,
    "pattern": _explain_pattern,
    "enum": _explain_choice,
    "additionalProperties": _explain_keys,
    "required": _explain_lacking,
    "minItems": _explain_empty,
    "minProperties": _explain_empty,
}


def describe(value: Any) -> str:
    """How a value is named in a message."""
    if isinstance(value, Text):
        return f"'{value}'" if value else "empty text"
    return "a mapping" if isinstance(value, Block) else "a list" if isinstance(value, Row) else "nothing"


def near(word: str, words: Iterable[str]) -> str | None:
    """A hint with the nearest allowed words, or None when none is near."""
    import difflib

    known = {one.lower(): one for one in words}
    close = [known[one] for one in difflib.get_close_matches(word.lower(), known, n=3, cutoff=0.6)]
    return f"nearest: {', '.join(close)}" if close else None
