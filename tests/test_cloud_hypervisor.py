"""Cloud Hypervisor: its ledger, its targets, a file taken for a host, who built one."""

from __future__ import annotations

import copy
import json
import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from chv_server import HISTORY, answering, make_document, make_ping, serving
from test_harvest_xen import Sandbox
from virtgate.ask.answering import judge
from virtgate.ask.opened import open_catalog
from virtgate.ask.targets import Target, ask_facts
from virtgate.cli import main
from virtgate.conditions import View, look
from virtgate.driver.errors import TargetError
from virtgate.driver.policy import Policy
from virtgate.facts import Facts, read_recording, write_recording
from virtgate.hypervisors.cloud_hypervisor import harvest as chv
from virtgate.hypervisors.cloud_hypervisor.rust_source import read_server
from virtgate.hypervisors.cloud_hypervisor.view import HELP, PING, VERSION
from virtgate.match import match_host
from virtgate.model import Element, Leaf, leaves
from virtgate.upstream.ledger import Ledger
from virtgate.versions import Version, parse_release

NAME = "cloud_hypervisor"
CATALOG = open_catalog(None)
WITH_FILE = [one for one in HISTORY.versions if HISTORY.has(Element(kind="api", name="VmConfig"), one)]
NEWEST = parse_release("53.0")


def facts(**returned: Any) -> Facts:
    """Facts of a program or a socket, by short names of the questions."""
    named = {"version": VERSION, "help": HELP, "ping": PING}
    answers = {named[name]: {"return": value} for name, value in returned.items()}
    return Facts(hypervisor=NAME, target="made", via="made", answers=answers)


def gates_of(told: Facts) -> dict[str, tuple[str, str]]:
    """State and reason of each gate."""
    return {name: (one.state, one.reason.value) for name, one in judge(told, Policy()).decisions.items()}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command prints as JSON."""
    main([*words, "--json"])
    return json.loads(capsys.readouterr().out)


# The ledger.

OPENAPI = """
openapi: 3.0.1
info: {{title: Cloud Hypervisor API}}
paths:
  /vm.boot: {{put: {{responses: {{}}}}}}
components:
  schemas:
    VmConfig:
      type: object
      required: [cpus]
      properties:
        cpus: {{type: {cpus}}}
{more}
"""
CLAP = """
    let app = App::new("cloud-hypervisor")
        .arg(
            Arg::with_name("cpus")
                .long("cpus") // .long("commented")
                .help("size"),
        );
    #[cfg(feature = "dbus_api")]
    let app = app.arg(
        Arg::new("dbus-service-name")
            .long("dbus-service-name"),
    ).arg(
        Arg::new("dbus-object-path")
            .long("dbus-object-path"),
    );
    let app = app.arg(Arg::new("v").short('v'));
    #[cfg(target_arch = "x86_64")]
    let app = app.arg(Arg::new("sgx-epc").long("sgx-epc"));
"""
CLAP_LIST = """
    [
        Arg::new("cpus").long("cpus").num_args(1),
        #[cfg(feature = "igvm")]
        Arg::new("igvm")
            .long("igvm"),
        Arg::new("tpm").long("tpm"),
        Arg::new("version").short('V').long("version"),
    ]
"""
ARGH = """
    #[argh(option, long = "cpus", default = "default_vcpus()")]
    /// boot=<boot_vcpus>
    cpus: String,
    #[cfg(feature = "guest_debug")]
    #[argh(option, long = "gdb")]
    gdb: Option<String>,
    #[argh(switch, short = 'V', long = "version")]
    version: bool,
"""
SERVER = """
    r.routes.insert(endpoint!("/vm.boot"), Box::new(VmActionHandler::new(VmAction::Boot)));
    #[cfg(all(target_arch = "x86_64", feature = "guest_debug"))]
    r.routes
        .insert(endpoint!("/vm.coredump"), Box::new(Coredump {}));

#[derive(Clone, Deserialize, Serialize)]
pub struct PciCommon {
    #[serde(default)]
    pub id: Option<String>,
    pub pci_segment: u16,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct NetConfig {
    #[serde(flatten)]
    pub pci_common: PciCommon,
    // pub commented: u8,
    #[serde(default, alias = "address")]
    pub mac: Option<MacAddr>,
    #[serde(skip)]
    pub hidden: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u16>,
    #[serde(rename = "fd")]
    pub fds: HashMap<String, Vec<i32>>,
    #[cfg(feature = "tdx")]
    pub tdx: bool,
}

#[derive(Clone, Debug)]
pub struct Internal {
    pub field: u8,
}

#[derive(Clone, Deserialize, Default)]
pub enum Mode {
    #[default]
    Off,
    File(PathBuf),
}

pub struct Empty {}
"""


def test_options_are_read_from_each_way_in_which_they_were_written() -> None:
    assert set(chv.read_options(CLAP)) == {
        ("--cpus", "option"),
        ("--dbus-service-name", "option"),
        ("--dbus-service-name[if=CARGO_FEATURE_DBUS_API]", "condition"),
        ("--dbus-object-path", "option"),
        ("--dbus-object-path[if=CARGO_FEATURE_DBUS_API]", "condition"),
        ("--sgx-epc", "option"),
        ("--sgx-epc[if=x86_64]", "condition"),
    }
    assert set(chv.read_options(CLAP_LIST)) == {
        ("--cpus", "option"),
        ("--igvm", "option"),
        ("--igvm[if=CARGO_FEATURE_IGVM]", "condition"),
        ("--tpm", "option"),
    }
    assert set(chv.read_options(ARGH)) == {
        ("--cpus", "option"),
        ("--gdb", "option"),
        ("--gdb[if=CARGO_FEATURE_GUEST_DEBUG]", "condition"),
    }


def test_the_server_is_read_as_serde_reads_for_it() -> None:
    assert dict(read_server(SERVER)) == {
        "/vm.boot": "route",
        "/vm.coredump": "route",
        "/vm.coredump[if=x86_64]": "condition",
        "/vm.coredump[if=CARGO_FEATURE_GUEST_DEBUG]": "condition",
        "PciCommon": "struct",
        "PciCommon.id": "field",
        "PciCommon.pci_segment": "field",
        "NetConfig": "struct",
        "NetConfig.id": "field",
        "NetConfig.pci_segment": "field",
        "NetConfig.mac": "field",
        "NetConfig.address": "field",
        "NetConfig.mtu": "field",
        "NetConfig.fd": "field",
        "NetConfig.tdx": "field",
        "NetConfig.tdx[if=CARGO_FEATURE_TDX]": "condition",
        "Mode": "enum",
        "Mode=Off": "value",
        "Mode=File": "value",
    }


@pytest.fixture
def history(tmp_path: Path) -> Sandbox:
    """A repository with five releases, one of them on an older line and later than the next."""
    sandbox = Sandbox(tmp_path)
    cargo = {"Cargo.toml": '[features]\ndefault = ["kvm"]\nkvm = []\n'}
    tagged = "v0.1.0", "v0.2.0", "v15.0"
    sandbox.commit({"src/main.rs": CLAP, **cargo}, tagged[0])
    first = OPENAPI.format(cpus="integer", more="        tpm: {type: string}")
    sandbox.commit({chv.OPENAPI: first, "vmm/src/config.rs": SERVER}, tagged[1])
    second = OPENAPI.format(cpus="integer", more="        balloon: {type: integer}")
    sandbox.commit({chv.OPENAPI: second, "cloud-hypervisor/src/main.rs": CLAP_LIST}, tagged[2])
    both = "        tpm: {type: string}\n        balloon: {type: integer}"
    third = OPENAPI.format(cpus="string", more=both)
    sandbox.commit({chv.OPENAPI: third}, "v16.0")
    sandbox.git("checkout", "-q", "v15.0")
    sandbox.commit({chv.OPENAPI: third}, "v15.1")
    return sandbox


def test_a_ledger_has_the_first_and_last_tag_of_each_operation_and_field(history: Sandbox) -> None:
    """Compared with what a second reader, which knows nothing of ledgers, finds in the same tags."""
    chv.harvest([history.path], history.ledger, lambda _text: None)
    found: dict[str, set[str]] = {}
    tags = history.git("tag").split()
    for tag in tags[1:]:
        document = yaml.safe_load(history.git("show", f"{tag}:{chv.OPENAPI}"))
        names = [f"{way.upper()} {path}" for path, item in document["paths"].items() for way in item]
        for name, schema in document["components"]["schemas"].items():
            names += [name, *(f"{name}.{field}" for field in schema["properties"])]
        for name in names:
            found.setdefault(name, set()).add(tag)
    ledger = Ledger.read(history.ledger / "api.txt")
    told = {
        name: {tag for tag in tags if ledger.at(name, parse_release(tag[1:])) is not None}
        for name in {one.name for one in ledger}
    }
    assert told == found and found["VmConfig.tpm"] == {"v0.2.0", "v15.1", "v16.0"}
    features = history.lines("cargo-feature")
    assert features["kvm", "feature"] == features["kvm[default]", "flag"] == "0.1.0.."
    assert history.lines("cli")["--sgx-epc", "option"] == "0.1.0..0.2"
    assert history.lines("server")["NetConfig.mtu", "field"] == "0.2.0.."


def test_a_second_harvest_changes_nothing(history: Sandbox) -> None:
    chv.harvest([history.path], history.ledger, lambda _text: None)
    before = history.files()
    chv.harvest([history.path], history.ledger, lambda _text: None)
    assert history.files() == before


def test_no_path_rests_on_a_file_that_came_later_than_the_server() -> None:
    """The OpenAPI file is written by hand: what it has late would make a false since."""

    def first(kind: str, name: str) -> int:
        mask = HISTORY.mask(Element(kind=kind, name=name)) or 0
        return mask & -mask

    named = {
        leaf.terms["name"]
        for paths in CATALOG.paths[NAME].values()
        for path in paths
        for leaf in leaves(path.when)
        if leaf.kind == "api"
    }
    spelt = {name: re.sub(r"^(?:PUT|GET) ", "", name) for name in named}
    late = {api for api, name in spelt.items() if 0 < first("server", name) < first("api", api)}
    assert late == set()


# A file is a host.


def document_facts(document: Any, release: str) -> Facts:
    return Facts(
        hypervisor=NAME,
        target="made",
        via="openapi",
        answers={"openapi": {"return": document}},
        claims={"release": release, "package": ""},
    )


def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str], document: Any, release: object) -> Any:
    """What diff says of a file: each element with its class."""
    file = tmp_path / "cloud-hypervisor.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    told = run(capsys, "diff", str(file), "--claims", f"{NAME}={release},package=")
    return {one["name"]: one["class"] for one in told["items"]}


@pytest.mark.parametrize("release", WITH_FILE, ids=str)
def test_upstreams_own_file_of_a_release_differs_in_nothing(
    release: Version, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, capsys, make_document(release), release) == {}


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Sets what is at a place of the schemas, or takes it away."""

    def apply(schemas: dict[str, Any]) -> None:
        *way, last = path.split("/")
        for step in way:
            schemas = schemas[step]
        if value is None:
            del schemas[last]
        else:
            schemas[last] = value

    return apply


QOS = {"type": "object", "properties": {"class": {"type": "string", "enum": ["low", "high"]}}}
STATES = ["Created", "Running", "Paused"]
RESERVE = "MemoryConfig/properties/reserve"  # upstream has it since 53.0


@pytest.mark.parametrize(
    ("alter", "found"),
    [
        (change("NetConfig/properties/qos", {"type": "string"}), {"NetConfig.qos": "fork-only"}),
        (change("NetConfig/properties/mtu", {"type": "string"}), {"NetConfig.mtu": "divergent"}),
        (change("NetConfig/required", ["mtu"]), {"NetConfig.mtu": "divergent"}),
        (change("VsockConfig/required", ["socket"]), {"VsockConfig.cid": "fork-only"}),
        (change("NetConfig/properties/mtu", None), {"NetConfig.mtu": "not-built"}),
        (
            change("MemoryConfig/properties/reserve", {"type": "boolean"}),
            {"MemoryConfig.reserve": "backport"},
        ),
        (
            change("MemoryConfig/properties/reserve", {"type": "string"}),
            {"MemoryConfig.reserve": "divergent"},
        ),
        (change("QosConfig", {"type": "object"}), {"QosConfig": "fork-only"}),
        (change("QosConfig", QOS), {"QosConfig": "fork-only"}),
        (change("VmInfo/properties/state", {"type": "integer"}), {"VmInfo.state": "divergent"}),
        (change("VmInfo/properties/state", None), {"VmInfo.state": "not-built"}),
        (
            change("VmInfo/properties/state/enum", ["Created", "Running", "Paused"]),
            {"VmInfo.state=Shutdown": "not-built"},
        ),
    ],
)
def test_one_thing_altered_is_told_and_nothing_else(
    alter: Callable[[dict[str, Any]], None],
    found: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = copy.deepcopy(make_document(parse_release("44.0")))
    alter(document["components"]["schemas"])
    assert compare(tmp_path, capsys, document, "44.0") == found


def test_a_value_of_a_named_type_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three fields have ConsoleMode's values since 52.0, and what it has more they have."""
    document = make_document(parse_release("52.0"))
    schemas = document["components"]["schemas"]
    schemas["ConsoleMode"]["enum"].append("Web")
    for owner in ("ConsoleConfig", "SerialConfig", "DebugConsoleConfig"):
        schemas[owner]["properties"]["mode"] = {"$ref": "#/components/schemas/ConsoleMode"}
    assert compare(tmp_path, capsys, document, "52.0") == {"ConsoleMode=Web": "fork-only"}


def test_what_a_fork_did_before_upstream_and_otherwise_is_refused() -> None:
    """A fork limited a migration by `downtime` and `migration_timeout`; upstream took other names."""
    document = make_document(parse_release("46.0"))
    fields = document["components"]["schemas"]["SendMigrationData"]["properties"]
    fields.update(downtime={"type": "integer"}, migration_timeout={"type": "integer"})
    gates = gates_of(document_facts(document, "46.0"))
    assert gates["migration.downtime"] == ("disabled", "divergent")
    assert gates["migration.timeout"] == ("disabled", "divergent")


def test_what_no_release_had_proves_no_builder(tmp_path: Path) -> None:
    document = make_document(parse_release("46.0"))
    assert match_host(document_facts(document, "46.0"), CATALOG, HISTORY).kind == "upstream"
    document["components"]["schemas"]["NetConfig"]["properties"]["qos"] = {"type": "string"}
    host = match_host(document_facts(document, "46.0"), CATALOG, HISTORY)
    assert (host.kind, host.because) == (
        "unproven",
        "it has api NetConfig.qos, which no release of upstream has",
    )


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ((), "say it with --claims cloud_hypervisor"),
        (("--claims", "qemu=10.0"), "is of another hypervisor"),
        (("--claims", f"{NAME}=new"), "is not a release"),
        (("--claims", "frobvisor=1.0"), "is no claim"),
    ],
)
def test_a_file_is_of_the_release_that_somebody_claims(
    claims: tuple[str, ...], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cloud-hypervisor.yaml"
    file.write_text(yaml.safe_dump(make_document(NEWEST)), encoding="utf-8")
    assert main(["diff", str(file), *claims]) == 2
    assert why in " ".join(capsys.readouterr().err.split())


# Targets.


def test_a_running_monitor_is_asked_one_harmless_question(tmp_path: Path) -> None:
    with serving(tmp_path / "vm.sock", answering(make_ping(NEWEST))) as asked:
        found = ask_facts(Target.parse(f"chv:{tmp_path}/vm.sock"), ())
    assert asked == ["GET /api/v1/vmm.ping HTTP/1.1"]
    told = found.returned(PING)
    assert told == {"version": "53.0.0", "build_version": "v53.0", "features": ["io_uring", "kvm"]}


@pytest.mark.parametrize("release", ["0.4.0", "0.14.1", "20.2", "32.0", "36.0", "51.1", "53.0"])
def test_each_era_says_which_release_it_is(release: str) -> None:
    host = match_host(facts(ping=make_ping(parse_release(release))), CATALOG, HISTORY)
    assert (host.release, host.kind) == (str(parse_release(release)), "upstream")


@pytest.mark.parametrize(
    ("banner", "release", "kind", "downstream", "snapshot"),
    [
        ("cloud-hypervisor 0.5.1", "0.5.1", "upstream", None, False),
        ("cloud-hypervisor v53.0", "53.0.0", "upstream", None, False),
        ("cloud-hypervisor v53.0.0", "53.0.0", "upstream", None, False),
        ("cloud-hypervisor v51.0-45-gdeadbee", "51.0.0", "upstream", None, True),
        ("cloud-hypervisor v51.0-dirty", "51.0.0", "upstream", None, False),
        ("cloud-hypervisor v51.0-acme1", "51.0.0", "unproven", None, False),
        ("cloud-hypervisor v28.5", "28.4.0", "upstream", None, False),
        ("cloud-hypervisor msft/v41.0.79", "41.0.0", "distribution", "microsoft", False),
        ("cloud-hypervisor msft/v38.0.72.3", "38.0.0", "distribution", "microsoft", False),
        ("Cloud Nine 3.0", None, "unproven", None, False),
    ],
)
def test_a_banner_tells_release_and_builder(
    banner: str, release: str | None, kind: str, downstream: str | None, snapshot: bool
) -> None:
    host = match_host(facts(version=banner), CATALOG, HISTORY)
    assert (host.release, host.kind, host.downstream, host.snapshot) == (release, kind, downstream, snapshot)


def test_a_distribution_is_believed_what_it_carried_back() -> None:
    def told(banner: str) -> tuple[str, str]:
        return gates_of(facts(version=f'{banner}\nEnabled features: ["igvm", "mshv", "sev_snp"]'))[
            "confidential.sev-snp.host-data"
        ]

    assert told("cloud-hypervisor msft/v38.0.97") == ("enabled", "declared-backport")
    assert told("cloud-hypervisor v38.0") == ("disabled", "too-old")


def test_features_of_a_build_decide_where_they_are_told() -> None:
    def state(told: Facts) -> str:
        return gates_of(told)["confidential.igvm"][0]

    assert state(facts(ping=make_ping(NEWEST, ("igvm", "mshv")))) == "enabled"
    assert state(facts(ping=make_ping(NEWEST))) == "disabled"
    assert state(facts(version='cloud-hypervisor v53.0\nEnabled features: ["igvm", "kvm"]')) == "enabled"
    assert state(facts(version="cloud-hypervisor v53.0")) == "unknown"


def test_a_feature_that_no_build_tells_is_not_told_as_missing() -> None:
    """The list that a build prints has no pvmemcontrol, with it or without."""
    assert gates_of(facts(ping=make_ping(NEWEST)))["devices.memory-control"] == ("unknown", "unknown")


def test_what_is_recorded_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "host.json.xz"
    write_recording(facts(ping=make_ping(NEWEST)), str(file))
    assert gates_of(read_recording(str(file))) == gates_of(facts(ping=make_ping(NEWEST)))


KINDS = {
    "api: VmConfig.cpus": True,
    "api: VmConfig.frob": False,
    "cargo-feature: kvm": True,
    "cargo-feature: tdx": False,
    "cli: --cpus": True,
    "cli: --tdx": False,
    "server: NetConfig.mtu": None,
}


@pytest.mark.parametrize(("text", "holds"), KINDS.items())
def test_a_condition_is_looked_for_where_it_can_be_seen(text: str, holds: bool | None) -> None:
    kind, name = text.split(": ")
    told = facts(ping=make_ping(NEWEST), help="Options:\n  -v\n      --cpus <cpus>\n")
    shown = replace(told, answers={**told.answers, "openapi": {"return": make_document(NEWEST)}})
    leaf = Leaf(kind=kind, terms={"name": name})
    assert look(leaf, View(shown)) is holds
    assert look(leaf, View(facts())) is None


@pytest.fixture
def program() -> Iterator[Callable[[str], str]]:
    """Makes a program of that name that any user can run and that does what a script says."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)

        def make(script: str) -> str:
            file = Path(place, "cloud-hypervisor")
            file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            file.chmod(0o755)
            return str(file)

        yield make


def test_a_program_is_asked_for_its_version_and_for_no_more_than_a_gate_needs(
    program: Callable[[str], str],
) -> None:
    file = program(
        'case "$*" in\n"--version -v") echo cloud-hypervisor v52.0; echo \'Enabled features: ["kvm"]\' ;;\n'
        "--help) printf '  -v\\n      --seccomp <x>\\n' ;;\n*) echo \"ran $*\" >&2; exit 1 ;;\nesac"
    )
    found = ask_facts(Target.parse(file), (HELP,))
    assert found.returned(VERSION) == 'cloud-hypervisor v52.0\nEnabled features: ["kvm"]'
    assert found.hypervisor == NAME and set(found.answers) == {VERSION, HELP, "uname"}


@pytest.mark.parametrize(
    "script", ["exit 1", "kill -9 $$", "while :; do echo cloud; done", "head -c 9000000 /dev/zero", ""]
)
def test_a_program_that_is_no_good_is_told_as_that(program: Callable[[str], str], script: str) -> None:
    target = Target.parse(program(script))
    try:
        found = ask_facts(target, (HELP,))
    except TargetError:
        return
    assert match_host(found, CATALOG, HISTORY).release is None


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("/usr/bin/cloud-hypervisor", "cloud-hypervisor"),
        ("cloud-hypervisor-static", "cloud-hypervisor"),
        ("chv:/run/vm.sock", "cloud-hypervisor-api"),
        ("cloud-hypervisor.yaml", "recording"),
        ("cloud-hypervisor-53.json.xz", "recording"),
    ],
)
def test_a_text_names_what_it_looks_like(text: str, sort: str) -> None:
    assert Target.parse(text).sort == sort


def say(text: bytes) -> Callable[[socket.socket, str], None]:
    return lambda connection, _line: connection.sendall(text)


def reply(body: bytes) -> Callable[[socket.socket, str], None]:
    return say(b"HTTP/1.1 200 \r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(b"[]"), "no version"),
        (reply(b"{}"), "no version"),
        (reply(b'{"version": 53}'), "no version"),
        (reply(b"{"), "not JSON"),
        (reply(b"[" * 60000), "nested"),
        (reply(b"\xff\xfe"), "not JSON"),
        (say(b"HTTP/1.1 301 \r\nLocation: http://localhost/\r\n\r\n"), "status 301"),
        (say(b"HTTP/1.1 200 \r\nContent-Length: 99999999\r\n\r\n" + b"x" * 200000), "without end"),
        (say(b""), "hangs up"),
    ],
)
def test_a_server_that_is_no_good_is_told_as_that(
    answer: Callable[[socket.socket, str], None], why: str, tmp_path: Path
) -> None:
    with (
        serving(tmp_path / "vm.sock", answer),
        pytest.raises(TargetError, match=why),
    ):
        ask_facts(Target.parse(f"chv:{tmp_path}/vm.sock"), ())


@pytest.mark.parametrize("target", ["chv:", "chv:vm.sock", "chv:/nowhere/vm.sock", "chv:/dev/null"])
def test_what_is_no_socket_is_told_as_that(target: str) -> None:
    with pytest.raises(TargetError):
        ask_facts(Target.parse(target), ())


@pytest.mark.parametrize(
    "ping",
    [
        {"version": "53.0.0", "features": "kvm"},
        {"version": "53.0.0", "features": [1, None]},
        {"version": "53.0.0", "build_version": {}},
        {"version": "x" * 3000},
        {"version": "99999999999999999999.0"},
    ],
)
def test_a_strange_answer_enables_nothing_and_breaks_nothing(ping: Any) -> None:
    gates = gates_of(facts(ping=ping))
    assert all(state != "enabled" for state, _ in gates.values())


# What drivers have in their sources, and what they send.

SOURCES = {
    "driver.go": """package virt
import chclient "example.org/cloud-hypervisor/client"
func plug(cl *chclient.DefaultApiService) {
	net := *chclient.NewNetConfig()
	net.Mtu = &mtu
	net.SetOffloadTso(true)
	net.Unheard = 1
	cl.VmAddNetPut(ctx, net)
	cl.BootVM(ctx)
	cl.ShutdownVMM(ctx)
	disk := chclient.DiskConfig{Path: "a", ImageType: &raw}
	args := []string{"--api-socket", path, "--seccomp", "true", "--unheard"}
	vm.info(ctx) // VmAddVdpaPut(
}
""",
    "driver.rs": """// Drives Cloud Hypervisor.
let done = send(socket, "PUT", "vm.resize", Some(&VmResize { desired_vcpus: Some(2), ..Default::default() }));
client.vm_remove_device_put(config);
send(socket, "GET", "http://localhost/api/v1/vm.frobnicate", None);
""",
    "driver.py": """# cloud-hypervisor
call("PUT", "/api/v1/vm.send-migration", {"destination_url": url, "downtime_ms": 300, "other_key": 1})
""",
    "driver.sh": """#!/bin/sh
/usr/bin/cloud-hypervisor --kernel "$kernel" --landlock \\
    --no-shutdown
ch-remote --api-socket "$socket" add-disk path=disk.img
ch-remote --api-socket "$socket" shutdown-vmm
curl --unix-socket "$socket" -X PUT http://localhost/api/v1/vm.power-button
""",
    "other.py": """vm.info("/vm.create")
config = {"destination_url": url}
VmConfig {cpus: 1}
""",
}
SEEN = {
    "driver.go": {
        ("NetConfig.mtu", 5),
        ("NetConfig.offload_tso", 6),
        ("/vm.add-net", 8),
        ("/vm.boot", 9),
        ("/vmm.shutdown", 10),
        ("DiskConfig.path", 11),
        ("DiskConfig.image_type", 11),
        ("--api-socket", 12),
        ("--seccomp", 12),
    },
    "driver.rs": {
        ("/vm.resize", 2),
        ("VmResize.desired_vcpus", 2),
        ("/vm.remove-device", 3),
        ("/vm.frobnicate", 4),
    },
    "driver.py": {("/vm.send-migration", 2), ("SendMigrationData.downtime_ms", 2)},
    "driver.sh": {
        ("--kernel", 2),
        ("--landlock", 2),
        ("--no-shutdown", 3),
        ("/vm.add-disk", 4),
        ("/vmm.shutdown", 5),
        ("/vm.power-button", 6),
    },
    "other.py": set(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_drivers_source_shows_what_it_uses(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(SOURCES[name], encoding="utf-8")
    told = run(capsys, "scan", str(tmp_path), "--all")
    assert {(one["name"], one["line"]) for one in told["uses"] if one["hypervisor"] == NAME} == SEEN[name]


def test_a_floor_finds_what_came_after_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("driver.sh", "driver.go"):
        (tmp_path / name).write_text(SOURCES[name], encoding="utf-8")
    told = run(capsys, "scan", str(tmp_path), "--floor", f"{NAME}=41.0")
    late = {one["name"] for one in told["uses"] if one["verdict"] == "newer-than-floor"}
    assert late == {"--no-shutdown", "DiskConfig.image_type"}


LOG = """\
> PUT /api/v1/vm.create HTTP/1.1
> Content-Type: application/json
>
{"cpus": {"boot_vcpus": 1, "core_scheduling": "Vm"}, "payload": {"kernel": "/k"},
 "net": [{"tap": "t0", "qos": 1, "offload_tso": true}]}
< HTTP/1.1 204
{"method": "PUT", "path": "/api/v1/vm.add-user-device", "body": {"socket": "/s"}}
GET /api/v1/vm.info HTTP/1.1

PUT /api/v1/vm.frobnicate HTTP/1.1

{"x": 1}
PUT /api/v1/vm.snapshot HTTP/1.1

{"destination_url":
"""


def test_a_log_of_the_socket_is_held_against_the_gates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "socket.log"
    file.write_text(LOG, encoding="utf-8")
    told = run(capsys, "audit", str(file), "--release", f"{NAME}=44.0", "--all")
    verdicts = {one["name"]: (one["reason"], one["line"]) for one in told["findings"]}
    assert verdicts["CpusConfig.core_scheduling"] == ("too-old", 1)
    assert verdicts["NetConfig.qos"] == ("unsupported", 1)
    assert verdicts["PUT /vm.frobnicate"] == ("unsupported", 10)
    assert len(verdicts) == 3 and told["unreadable"] == 1
    assert {"NetConfig.offload_tso", "UserDeviceConfig.socket"} <= {one["name"] for one in told["granted"]}
