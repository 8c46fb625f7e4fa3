"""Firecracker: its targets, what is decided of them, and the verbs that look at its HTTP interface."""

from __future__ import annotations

import json
import random
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import virtgate
from virtgate.ask.opened import open_catalog
from virtgate.audit.reading import Trace, read_trace
from virtgate.cli.program import run as run_program
from virtgate.conditions import View
from virtgate.data import Catalog
from virtgate.diff import diff_host
from virtgate.driver.errors import TargetError
from virtgate.facts import Facts
from virtgate.harvest.openapi import list_elements
from virtgate.hypervisors.firecracker import probe
from virtgate.hypervisors.firecracker.audit import AUDIT
from virtgate.hypervisors.firecracker.hypervisor import HYPERVISOR
from virtgate.hypervisors.firecracker.identify import parse
from virtgate.hypervisors.http_api import reads_api
from virtgate.hypervisors.protocol import Asking
from virtgate.match import match_host
from virtgate.upstream.history import History

ROOT = Path(__file__).parents[1]
LEDGER = ROOT / "matrix" / "firecracker" / "ledger"
BANNER = "Firecracker v{}\n\n2026-01-01T00:00:00 [x:main] Firecracker exiting successfully. exit_code=0"
FAULT = '{"fault_message":"Invalid request method and/or path"}'


@cache
def history() -> History:
    return History(LEDGER)


@cache
def catalog() -> Catalog:
    return open_catalog(None)


def document_of(release: str) -> dict[str, Any]:
    """An API file that has what the ledger says of a release, made anew from its lines."""
    version = history().version_of(release)
    definitions: dict[str, dict[str, Any]] = {}
    paths: dict[str, dict[str, Any]] = {}
    ledger = history().ledger("api")
    assert ledger is not None
    atoms = [one for one in ledger if "[" not in one.name and version in one.parsed_ranges]
    for atom in atoms:
        if atom.type == "operation":
            method, path = atom.name.split()
            paths.setdefault(path, {})[method.lower()] = {"responses": {}}
        elif atom.type in {"type", "enum", "scalar"}:
            definitions[atom.name] = {"type": "object" if atom.type == "type" else "string"}
    for atom in atoms:
        if atom.name.endswith((".*", "()")):
            method, path = atom.name.removesuffix(".*").removesuffix("()").split()
            operation = paths[path][method.lower()]
            if atom.name.endswith("()"):
                operation["responses"]["200"] = {"schema": schema_of(atom.type, definitions)}
            else:
                body = {"name": "body", "in": "body", "required": not atom.optional}
                operation["parameters"] = [{**body, "schema": schema_of(atom.type, definitions)}]
        elif atom.type == "value" and "." not in atom.name.partition("=")[0]:
            owner, _, value = atom.name.partition("=")
            definitions[owner].setdefault("enum", []).append(value)
        elif atom.type not in {"type", "enum", "scalar", "operation", "value"}:
            owner, _, field = atom.name.partition(".")
            properties = definitions[owner].setdefault("properties", {})
            properties[field] = schema_of(atom.type, definitions)
            if not atom.optional:
                definitions[owner].setdefault("required", []).append(field)
    for atom in atoms:
        owner, _, value = atom.name.partition("=")
        if atom.type == "value" and "." in owner:
            type_, _, field = owner.partition(".")
            definitions[type_]["properties"][field].setdefault("enum", []).append(value)
    info = {"title": "Firecracker API", "version": release}
    return {"swagger": "2.0", "info": info, "paths": paths, "definitions": definitions}


def schema_of(type_: str, definitions: Mapping[str, Any]) -> dict[str, Any]:
    if type_.startswith("["):
        return {"type": "array", "items": schema_of(type_[1:-1], definitions)}
    return {"$ref": f"#/definitions/{type_}"} if type_ in definitions else {"type": type_}


def differences(document: Mapping[str, Any]) -> dict[str, str]:
    """The class of each difference between an API file, taken as a host, and the release that it names."""
    facts = reads_api("firecracker")("made.yaml", document, {})
    host = match_host(facts, catalog(), history())
    assert host.release is not None
    against = history().version_of(host.release)
    items = diff_host(catalog(), host, history(), View(facts, host.release), against)
    return {one.name: one.category for one in items}


@pytest.mark.parametrize("release", [one.name for one in History(LEDGER).releases])
def test_a_release_s_own_api_has_nothing_that_differs_from_it(release: str) -> None:
    document = document_of(release)
    made = {name for name, _ in list_elements(document)}
    ledger = history().ledger("api")
    version = history().version_of(release)
    assert ledger is not None
    known = {one.written_name for one in ledger if version in one.parsed_ranges and "[" not in one.name}
    assert made == known
    assert differences(document) == {}


@pytest.mark.parametrize("seed", range(8))
def test_one_field_altered_is_that_difference_and_no_other(seed: int) -> None:
    dice = random.Random(seed)
    document = document_of("1.12.1")
    fields = [
        (owner, field)
        for owner, told in document["definitions"].items()
        for field, schema in told.get("properties", {}).items()
        if schema.get("type") in {"integer", "boolean"} and "enum" not in schema
    ]
    owner, field = dice.choice(fields)
    properties = document["definitions"][owner]["properties"]
    properties[field] = {"type": "string"}
    assert differences(document) == {f"{owner}.{field}": "divergent"}
    properties[field] = {"type": schema_type(owner, field)}
    properties["of_a_fork"] = {"type": "string"}
    assert differences(document) == {f"{owner}.of_a_fork": "fork-only"}


def schema_type(owner: str, field: str) -> str:
    return str(document_of("1.12.1")["definitions"][owner]["properties"][field]["type"])


def test_what_a_later_release_has_is_a_backport() -> None:
    document = document_of("1.12.1")
    document["definitions"]["NetworkInterface"]["properties"]["mtu"] = {"type": "integer"}
    assert differences(document) == {"NetworkInterface.mtu": "backport"}
    facts = reads_api("firecracker")("made.yaml", document, {})
    assert match_host(facts, catalog(), history()).kind == "upstream"
    document["definitions"]["NetworkInterface"]["properties"]["own"] = {"type": "integer"}
    facts = reads_api("firecracker")("made.yaml", document, {})
    assert match_host(facts, catalog(), history()).kind == "unproven"


def test_an_api_file_is_a_target_and_says_its_own_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "firecracker_spec-v1.7.0.yaml"
    path.write_text(json.dumps(document_of("1.7.0")), encoding="utf-8")
    gates = virtgate.load(str(path))
    assert (gates.host["hypervisor"], gates.host["release"]) == ("firecracker", "1.7.0")
    assert gates.verdict("block.vhost-user").reason == "upstream"
    assert gates.verdict("devices.virtio.pci").reason == "too-old"
    assert run_program(["diff", str(path)]) == 0
    assert "no difference" in capsys.readouterr().out


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the user may look into as whom a program is run."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def program(place: Path, banner: str, options: str = "  --no-api   x\n  --id <id>   y\n") -> Path:
    path = place / "firecracker"
    path.write_text(
        f"#!/bin/sh\ncase \"$1\" in\n--version) printf '%s\\n' '{banner}';;\n"
        f"--help) printf 'Firecracker v1\\n\\noptional arguments:\\n%s' '{options}';;\n"
        "--snapshot-version) echo v6.0.0;;\n*) exit 153;;\nesac\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    place.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("banner", "version", "kind"),
    [
        (BANNER.format("1.12.1"), "1.12.1", "upstream"),
        ("firecracker 0.20.0", "0.20.0", "upstream"),
        ("Firecracker v1.13.0-dev", "1.13.0-pre", "upstream"),
        ("Firecracker v0.25.0-12-gabcdef012", "0.25.0", "upstream"),
        ("Firecracker v1.10.1_1fcdaec08", "1.10.1", "unproven"),
        (
            "Firecracker v1.7.0\n\nSupported snapshot data format versions: v0.23.0, v0.24.0",
            "1.7.0",
            "upstream",
        ),
    ],
)
def test_a_program_says_its_release_and_who_built_it(
    place: Path, banner: str, version: str, kind: str
) -> None:
    path = program(place, banner)
    answers = probe.ask_program(Asking(target=str(path), questions=(*probe.PROGRAM_QUESTIONS, "uname")))
    facts = Facts(hypervisor="firecracker", target=str(path), via="firecracker", answers=answers)
    host = match_host(facts, catalog(), history())
    assert (host.version, host.kind) == (version, kind)
    assert "exiting" not in str(answers)


def test_an_option_that_upstream_never_had_is_foreign(place: Path) -> None:
    path = program(place, "Firecracker v1.12.1", "  --of-a-fork   x\n")
    answers = probe.ask_program(Asking(target=str(path), questions=probe.PROGRAM_QUESTIONS))
    facts = Facts(hypervisor="firecracker", target=str(path), via="firecracker", answers=answers)
    host = match_host(facts, catalog(), history())
    assert (host.kind, host.because) == (
        "unproven",
        "it has option --of-a-fork, which no release of upstream has",
    )


def test_a_program_without_a_version_is_none(place: Path) -> None:
    path = program(place, "something else")
    path.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    with pytest.raises(TargetError, match="does not print its version"):
        probe.ask_program(Asking(target=str(path), questions=probe.PROGRAM_QUESTIONS))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("firecracker", True),
        ("/opt/firecracker-v1.12.1-x86_64", True),
        ("/srv/firecracker.json", False),
        ("/run/firecracker.socket", False),
        ("firecracker-1.yaml", False),
        ("/usr/bin/firecrackerd", False),
        ("qemu-system-x86_64", False),
    ],
)
def test_a_program_is_known_by_its_name(text: str, is_one: bool) -> None:
    assert HYPERVISOR.sorts[0].claims(text) is is_one


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], str]]:
    """A server on a Unix socket that answers GETs with these bodies and notes what was asked."""
    places: list[socket.socket] = []

    def start(bodies: Mapping[str, str]) -> str:
        path = tmp_path / f"{len(places)}.sock"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        places.append(listener)

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    asked = connection.recv(65536).decode().split()
                    body = bodies.get(" ".join(asked[:2]))
                    status = "200 OK" if body is not None else "400 Bad Request"
                    told = body if body is not None else FAULT
                    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(told)}\r\n\r\n"
                    connection.sendall(f"{head}{told}".encode())

        threading.Thread(target=answer, daemon=True).start()
        return f"fc:{path}"

    yield start
    for one in places:
        one.close()


def test_a_running_one_is_asked_three_gets_and_keeps_nothing_of_its_guest(
    serve: Callable[[Mapping[str, str]], str],
) -> None:
    target = serve(
        {
            "GET /": '{"id":"customer-7","state":"Running","vmm_version":"1.14.2","app_name":"Firecracker"}',
            "GET /version": '{"firecracker_version":"1.14.2"}',
            "GET /machine-config": '{"vcpu_count":3,"mem_size_mib":777,"smt":false}',
        }
    )
    answers = probe.ask_socket(Asking(target=target, questions=()))
    facts = Facts(hypervisor="firecracker", target=target, via="microvm", answers=answers)
    host = match_host(facts, catalog(), history())
    assert (host.version, host.kind) == ("1.14.2", "upstream")
    assert "customer-7" not in str(answers) and "777" not in str(answers)
    assert answers["GET /machine-config"]["return"] == ["mem_size_mib", "smt", "vcpu_count"]


def test_an_old_one_without_a_version_of_its_own_is_known_by_its_instance(
    serve: Callable[[Mapping[str, str]], str],
) -> None:
    target = serve({"GET /": '{"state":"Uninitialized","vmm_version":"0.19.0"}'})
    answers = probe.ask_socket(Asking(target=target, questions=()))
    facts = Facts(hypervisor="firecracker", target=target, via="microvm", answers=answers)
    assert match_host(facts, catalog(), history()).version == "0.19.0"


@pytest.mark.parametrize("body", ["", "[]", "{}", "nonsense", "null", '{"vmm_version": 7}'])
def test_what_answers_otherwise_is_no_firecracker(
    serve: Callable[[Mapping[str, str]], str], body: str
) -> None:
    target = serve({"GET /": body, "GET /version": body})
    try:
        answers = probe.ask_socket(Asking(target=target, questions=()))
    except TargetError:
        return
    facts = Facts(hypervisor="firecracker", target=target, via="microvm", answers=answers)
    assert match_host(facts, catalog(), history()).release is None


@pytest.mark.parametrize("target", ["fc:", "fc:relative.sock", "fc:/nowhere/at/all.sock"])
def test_a_socket_that_is_none_is_one_error(target: str) -> None:
    with pytest.raises(TargetError):
        probe.ask_socket(Asking(target=target, questions=()))


@pytest.mark.parametrize("text", ["", "1", "1.2.3.4.5", "v1.x.0", "1.2.3 4"])
def test_a_version_is_three_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="not a release"):
        parse(text)


GO = """package models // firecracker
type Drive struct {
\tDriveID *string `json:"drive_id"`
\tIoEngine *string `json:"io_engine,omitempty"`
\tOfAFork string `json:"of_a_fork"`
}
"""
RUST = """// firecracker
let body_vsock: String = json!({"guest_cid": 3, "uds_path": path, "vsock_id": "root"}).to_string();
self.request_with_retry(Method::PUT, "/vsock", body_vsock).await?;
self.request_with_retry(Method::PATCH, &["/drives/", &id].concat(), json!({"drive_id": id, "no": 1}));
"""
PYTHON = """# drives firecracker
session.put("http+unix://socket/machine-config", json={"vcpu_count": 1, "ht_enabled": False})
body = {"mem_file_path": a, "snapshot_path": b, "snapshot_type": "Diff"}
self._request("PUT", "/snapshot/create", body)
"""
SHELL = """#!/bin/sh
curl --unix-socket /run/firecracker.socket -X PUT 'http://localhost/serial' \\
  -d '{"serial_out_path": "/tmp/out"}'
firecracker --api-sock /run/f.sock --enable-pci
"""


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("drive.go", GO, {"Drive.drive_id": "upstream", "Drive.of_a_fork": "never-upstream"}),
        ("fc.rs", RUST, {"PUT /vsock": "upstream", "Vsock.vsock_id": "deprecated"}),
        ("fc.rs", RUST, {"PATCH /drives/{drive_id}": "upstream", "PartialDrive.no": "never-upstream"}),
        ("vm.py", PYTHON, {"PUT /machine-config": "upstream", "MachineConfiguration.ht_enabled": "removed"}),
        ("vm.py", PYTHON, {"SnapshotCreateParams.snapshot_type=Diff": "newer-than-floor"}),
        ("run.sh", SHELL, {"PUT /serial": "newer-than-floor", "--enable-pci": "newer-than-floor"}),
        ("run.sh", SHELL, {"--api-sock": "upstream", "SerialDevice.serial_out_path": "newer-than-floor"}),
    ],
)
def test_scan_finds_the_api_in_drivers_of_four_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, found: Mapping[str, str]
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    run_program(["scan", str(tmp_path), "--json", "--floor", "firecracker=0.23"])
    uses = json.loads(capsys.readouterr().out)["uses"]
    assert {one["hypervisor"] for one in uses} == {"firecracker"}
    told = {one["name"]: one["verdict"] for one in uses}
    assert found.items() <= told.items()


@pytest.mark.parametrize(
    "text",
    [
        'app.get("/version"); app.put("/metrics", json={"of_a_fork": 1})',
        'class Vm:\n    """firecracker"""\n    name: str\n    size: int\n    state: str\n',
        'root = state_dir + "/vm"  # firecracker\nrun("/actions")\n',
        'parser.add_argument("--vcpu-count")  # for firecracker\n',
    ],
)
def test_scan_leaves_what_is_another_s_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "other.py").write_text(text, encoding="utf-8")
    assert run_program(["scan", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["uses"] == []


def log_line(method: str, path: str, body: object = None) -> str:
    told = "" if body is None else f" with body {json.dumps(json.dumps(body))}"
    return f'2026-01-01T00:00:00 [id:fc_api] The API server received a {method} request on "{path}"{told}.'


OWN_LOG = "\n".join(
    (
        log_line("Get", "/"),
        log_line("Put", "/drives/root", {"drive_id": "root", "is_root_device": True, "io_engine": "Async"}),
        log_line("Put", "/pmem/a", {"id": "a"}),
        log_line("Put", "/vm/secret", {"x": 1}),
        log_line("Patch", "/drives/root", {"drive_id": "root", "of_a_fork": 1}),
        log_line("Put", "/vsock", {"guest_cid": 3, "uds_path": "it's \u007f"}),
    )
)
WIRE = (
    "PUT /drives/root HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\n"
    '{"drive_id": "root",\r\n "io_engine": "Async"}PATCH /vm HTTP/1.1\r\n\r\n{"state": "Paused"}\r\n'
    "GET /version HTTP/1.1\r\n\r\n"
)
LINES = '{"method": "put", "path": "/serial", "body": {"serial_out_path": "a"}}\n{"other": 1}\n'


def audited(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, release: str) -> dict[str, str]:
    trace = tmp_path / "trace"
    trace.write_text(text, encoding="utf-8")
    run_program(["audit", str(trace), "--release", f"firecracker={release}", "--json", "--all"])
    document = json.loads(capsys.readouterr().out)
    rows = [*document["findings"], *document["granted"], *document["outside"], *document["harmless"]]
    return {one["name"]: one["reason"] for one in rows}


def test_audit_reads_its_own_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = audited(tmp_path, capsys, OWN_LOG, "1.12.1")
    assert told["Drive.io_engine=Async"] == told["Drive.io_engine"] == told["Vsock.uds_path"] == "granted"
    assert told["PUT /pmem/{id}"] == "too-old" and "Pmem.id" not in told
    assert told["PUT /vm/secret"] == told["PartialDrive.of_a_fork"] == "unsupported"


def test_audit_reads_what_was_on_the_wire_and_lines_of_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = audited(tmp_path, capsys, WIRE, "0.25")
    assert told["Drive.io_engine"] == told["GET /version"] == "too-old"
    assert told["Vm.state=Paused"] == "granted"
    assert audited(tmp_path, capsys, LINES, "1.14")["SerialDevice.serial_out_path"] == "granted"


@pytest.mark.parametrize("seed", range(20))
def test_no_log_ends_in_a_traceback(seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray((OWN_LOG + "\n" + WIRE + LINES).encode())
    for _ in range(dice.randrange(1, 60)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    lines = bytes(content).splitlines(keepends=True)
    trace = Trace(AUDIT.formats)
    assert all(one.command for one in trace.read(lines))
    assert read_trace is not None


def test_floor_counts_no_check_that_every_build_passes(capsys: pytest.CaptureFixture[str]) -> None:
    run_program(["floor", "firecracker=1.7", "--json"])
    always = {one["id"]: one for one in json.loads(capsys.readouterr().out)["always"]}
    assert always["block.vhost-user"]["lacking"] == []
    assert always["accel.hardware"]["lacking"] == ["device-node /dev/kvm"]


def test_what_is_deprecated_says_what_to_use_instead(capsys: pytest.CaptureFixture[str]) -> None:
    run_program(["list", "--deprecated", "--hypervisor", "firecracker"])
    told = capsys.readouterr().out
    assert "mem-file-path" in told and "use mem-backend" in told
    assert "MmdsV1 is now deprecated" in told
    assert "may go" not in told, "QEMU's rule of two releases is not Firecracker's"
