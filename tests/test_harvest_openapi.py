"""An OpenAPI file to names and types: both versions of the standard, and files that are made to harm."""

from __future__ import annotations

import json
import time
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.harvest.openapi import is_document, list_elements, read_document

THREE = """
openapi: 3.0.1
paths:
  /vm.create:
    put:
      deprecated: true
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/VmConfig'}}}
        required: true
      responses:
        200: {content: {application/json: {schema: {type: array, items: {type: integer}}}}}
        404: {content: {application/json: {schema: {type: string}}}}
components:
  schemas:
    Mode: {type: string, enum: [Off, "Tty"]}
    VmConfig:
      type: object
      required: [cpus]
      properties:
        cpus: {$ref: '#/components/schemas/CpusConfig'}
        mode: {$ref: '#/components/schemas/Mode'}
        old: {type: string, deprecated: true}
        tree: {type: object, additionalProperties: {$ref: '#/components/schemas/CpusConfig'}}
        inner: {type: object, properties: {depth: {type: integer}}}
    CpusConfig: {type: object}
"""
TWO = """
swagger: "2.0"
paths:
  /drives/{drive_id}:
    put:
      parameters:
        - {in: path, name: drive_id, required: true, type: string}
        - {in: body, name: body, required: true, schema: {$ref: '#/definitions/Drive'}}
        - {in: query, name: dry, type: boolean}
      responses: {200: {schema: {$ref: '#/definitions/Drive'}}, default: {schema: {type: string}}}
definitions:
  Drive: {type: object, properties: {io_engine: {type: string, enum: [Sync, Async]}}}
"""


def elements(text: str) -> dict[str, str]:
    return dict(list_elements(read_document(text, "api.yaml")))


def test_version_three_gives_operations_types_fields_and_values() -> None:
    assert elements(THREE) == {
        "PUT /vm.create": "operation",
        "PUT /vm.create[deprecated]": "flag",
        "PUT /vm.create.*": "VmConfig",
        "PUT /vm.create()": "[integer]",
        "Mode": "enum",
        "Mode=Off": "value",
        "Mode=Tty": "value",
        "VmConfig": "type",
        "VmConfig.cpus": "CpusConfig",
        "VmConfig.mode?": "string",
        "VmConfig.mode=Off": "value",
        "VmConfig.mode=Tty": "value",
        "VmConfig.old?": "string",
        "VmConfig.old[deprecated]": "flag",
        "VmConfig.tree?": "{CpusConfig}",
        "VmConfig.inner?": "object",
        "VmConfig.inner.depth?": "integer",
        "CpusConfig": "type",
    }


def test_version_two_gives_the_same_with_its_bodies_among_the_parameters() -> None:
    assert elements(TWO) == {
        "PUT /drives/{drive_id}": "operation",
        "PUT /drives/{drive_id}.*": "Drive",
        "PUT /drives/{drive_id}.dry?": "boolean",
        "PUT /drives/{drive_id}()": "Drive",
        "Drive": "type",
        "Drive.io_engine?": "string",
        "Drive.io_engine=Sync": "value",
        "Drive.io_engine=Async": "value",
    }


def test_a_value_that_is_given_a_name_stays_the_value_of_its_field() -> None:
    """Upstream names a list of values one day; no driver sends anything else for that."""
    without = THREE.replace(
        "mode: {$ref: '#/components/schemas/Mode'}", "mode: {type: string, enum: [Off, Tty]}"
    )
    own = {name: type_ for name, type_ in elements(without).items() if name.startswith("VmConfig")}
    assert own.items() <= elements(THREE).items()


@pytest.mark.parametrize("text", [THREE, TWO])
def test_json_says_the_same_as_yaml(text: str) -> None:
    document = read_document(text, "api.yaml")
    assert is_document(document)
    assert list(list_elements(json.loads(json.dumps(document)))) == list(list_elements(document))


@pytest.mark.parametrize("text", ["a: &x 1", "a: [", "a: !!python/object:os.system {}", "", "a: " + "[" * 40])
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_document(text, "api.yaml")


def test_types_that_name_each_other_without_end_come_to_one() -> None:
    loop = {"$ref": "#/components/schemas/A"}
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(200):
        deep = {"type": "array", "items": deep}
    schemas = {
        "A": {"type": "string", **loop},
        "B": {"properties": {"a": loop, "deep": deep, "b": {"$ref": "#/components/schemas/B"}}},
    }
    found = dict(list_elements({"openapi": "3", "paths": {}, "components": {"schemas": schemas}}))
    assert found["B.b?"] == "B" and found["B.a?"] == "any" and found["B.deep?"].endswith("any" + "]" * 17)


WORDS = (
    "type",
    "$ref",
    "enum",
    "properties",
    "required",
    "allOf",
    "items",
    "additionalProperties",
    "deprecated",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just("#/components/schemas/A"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner)
    ),
    max_leaves=12,
)


@given(
    schemas=st.dictionaries(st.sampled_from("ABC"), VALUES),
    paths=st.dictionaries(st.text(max_size=3), VALUES),
)
def test_no_document_ends_in_an_exception(schemas: dict[str, Any], paths: dict[str, Any]) -> None:
    operations = {path: {"put": item, "get": {"responses": {"200": item}}} for path, item in paths.items()}
    document = {"openapi": "3", "paths": operations, "components": {"schemas": schemas}}
    for name, type_ in list_elements(document):
        assert isinstance(name, str)
        assert isinstance(type_, str)


def test_names_that_each_name_several_do_not_multiply() -> None:
    schemas: dict[str, Any] = {
        f"A{at}": {"enum": ["x"], "allOf": [{"type": "array", "items": {"$ref": f"/A{at + 1}"}}] * 10}
        for at in range(40)
    }
    schemas["B"] = {"properties": {f"f{at}": {"$ref": "/A0"} for at in range(100)}}
    start = time.process_time()
    found = list(
        islice(list_elements({"openapi": "3", "paths": {}, "components": {"schemas": schemas}}), 9999)
    )
    assert found and time.process_time() - start < 5
