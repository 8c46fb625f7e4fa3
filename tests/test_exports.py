"""`gates --format`: what other programs load is what the verdicts say."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import virtgate
from outputs import validate
from virtgate.cli import main

ROOT = Path(__file__).parent.parent
HOST, XEN = (
    next(str(path) for path in ROOT.glob(f"tests/hosts/{name}/host.json*"))
    for name in ("qemu-7.2.22_x86_64+debian", "xen-4.17.7_x86_64+debian")
)
MISSING = "/nonexistent/host.json"


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(form: str, *words: str, status: int = 0) -> str:
        assert main(["gates", "--format", form, *words]) == status
        return capsys.readouterr().out

    return run


def enabled(path: str) -> dict[str, bool]:
    gates = virtgate.load(path)
    return {name: gates.enabled(name) for name in gates}


def test_a_line_of_json_is_a_gate_of_a_host(export: Callable[..., str]) -> None:
    lines = [json.loads(line) for line in export("ndjson", HOST, XEN, MISSING, status=1).splitlines()]
    for line in lines:
        validate("ndjson", line)
    assert lines[-1]["source"] == MISSING
    for path in (HOST, XEN):
        found = {one["id"]: one["state"] == "enabled" for one in lines if one["source"] == path}
        assert found == enabled(path)


def test_csv_has_the_same_columns_in_every_row(export: Callable[..., str]) -> None:
    rows = list(csv.DictReader(export("csv", HOST, MISSING, status=1).splitlines(), strict=True))
    assert {one["id"]: one["state"] == "enabled" for one in rows if not one["error"]} == enabled(HOST)
    assert rows[-1]["source"] == MISSING
    assert not any(None in one or None in one.values() for one in rows)


def test_prometheus_reads_its_format(
    export: Callable[..., str], require: Callable[[object, str], None]
) -> None:
    require(importlib.util.find_spec("prometheus_client"), "prometheus-client is not installed")
    parser = importlib.import_module("prometheus_client.parser")
    text = export("prometheus", "--area", "block", HOST, MISSING, status=1)
    samples = [one for family in parser.text_string_to_metric_families(text) for one in family.samples]
    found = {one.labels["id"]: bool(one.value) for one in samples if one.name == "virtgate_gate_enabled"}
    assert found == {name: on for name, on in enabled(HOST).items() if name.startswith("block.")}
    up = {one.labels["target"]: one.value for one in samples if one.name == "virtgate_host_up"}
    assert up == {HOST: 1, MISSING: 0}


def test_a_feature_file_has_labels_that_kubernetes_takes(export: Callable[..., str]) -> None:
    label = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
    lines = [one for one in export("nfd", HOST).splitlines() if not one.startswith("#")]
    pairs = [one.split("=") for one in lines]
    assert all(label.fullmatch(name) and label.fullmatch(value) for name, value in pairs)
    told = {name.removeprefix("virtgate-qemu.x86_64.") for name, _ in pairs}
    assert told == {name for name, on in enabled(HOST).items() if on}


def test_a_file_of_flags_evaluates_to_the_verdicts(export: Callable[..., str]) -> None:
    def value(flag: Any, target: str) -> bool:
        rule = flag.get("targeting")
        variant = flag["defaultVariant"]
        if rule:
            (_, targets), on, off = rule["if"][0]["in"], *rule["if"][1:]
            variant = on if target in targets else off
        return bool(flag["variants"][variant])

    for targets in ([HOST], [HOST, XEN]):
        flags = json.loads(export("flagd", *targets))["flags"]
        for target in targets:
            assert {name: value(flags[name], target) for name in flags} == enabled(target)


def test_two_formats_at_once_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gates", "--json", "--format", "csv", HOST]) == 2
    assert main(["gates", "--alias", "libvirt", "--format", "csv", HOST]) == 2
    assert "--format csv" in capsys.readouterr().err
