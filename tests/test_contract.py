"""The contract of the JSON: schemas that say what is there, and that every document keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from outputs import OUTPUTS, strict_schema, validate
from virtgate.cli import main
from virtgate.cli.program import VERBS
from virtgate.faces.contract import FOLDER, schema_names
from virtgate.facts.recording import read_json

ROOT = Path(__file__).parent.parent
RECORDINGS = sorted(ROOT.glob("tests/*hosts/*/host.json*"))
WITHOUT_A_DOCUMENT = {"bindings", "fleet", "serve", "site"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))


def test_every_verb_that_prints_json_has_a_schema() -> None:
    assert set(VERBS) - WITHOUT_A_DOCUMENT <= set(schema_names())


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_one_and_says_who_it_is(name: str) -> None:
    schema = OUTPUTS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:virtgate:output:1:{name}"
    assert schema["title"]
    text = json.dumps(schema)
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) == set(schema.get("$defs", {}))


def test_what_several_schemas_define_is_the_same_in_each() -> None:
    seen: dict[str, object] = {}
    for schema in OUTPUTS.values():
        for name, definition in schema.get("$defs", {}).items():
            assert seen.setdefault(name, definition) == definition, name


def test_the_reasons_are_those_of_the_document_for_drivers() -> None:
    told = (ROOT / "docs/drivers.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([a-z-]+)` \| (?:enabled|disabled|unknown|as the other|either) \|", told, re.M)
    assert OUTPUTS["gates"]["$defs"]["reason"]["enum"] == table


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.parent.name)
def test_every_recording_keeps_its_schema(path: Path) -> None:
    validate("recording", read_json(str(path)))


def test_a_document_that_breaks_the_contract_is_seen() -> None:
    document = {
        "format": 1,
        "host": dict.fromkeys(OUTPUTS["gates"]["$defs"]["host"]["properties"]),
        "gates": [],
    }
    validate("gates", document)
    del document["host"]["source"]
    with pytest.raises(jsonschema.ValidationError):
        validate("gates", document)
    with pytest.raises(jsonschema.ValidationError):
        validate("cache", {"format": 1, "folder": "x", "files": [], "more": 1})


def test_a_strict_schema_leaves_maps_open() -> None:
    strict = strict_schema(
        {"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {}}}}
    )
    jsonschema.validate({"a": {"any": 1}}, strict)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"b": 1}, strict)


def test_schema_prints_one_and_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "gates"]) == 0
    assert capsys.readouterr().out == (FOLDER / "gates.json").read_text(encoding="utf-8")
    assert main(["schema"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(schema_names())
    assert main(["schema", "gaets"]) == 2
    assert "nearest: gates" in capsys.readouterr().err


def test_two_recordings_of_one_build_are_told_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    host = next(path for path in RECORDINGS if path.parent.name == "qemu-7.2.22_x86_64+debian")
    other = tmp_path / "other.json.xz"
    other.write_bytes(host.read_bytes())
    for verb in (["gates"], ["common"]):
        assert main([*verb, "--json", str(host), str(other)]) == 0
        document = json.loads(capsys.readouterr().out)
        hosts = document.get("hosts") or [one["host"] for one in document["targets"]]
        assert [one["source"] for one in hosts] == [str(host), str(other)]
        assert len({one["target"] for one in hosts}) == 1
