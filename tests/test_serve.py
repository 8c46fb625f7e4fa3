"""The server: OpenFeature's protocol over sockets, with real clients, and with clients that mean no good."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import virtgate
from outputs import validate
from virtgate.driver import cache
from virtgate.driver.gates import Gates
from virtgate.faces.documents import gates_document
from virtgate.serve.hosts import Hosts
from virtgate.serve.ofrep import evaluation
from virtgate.serve.routes import FLAGS, Routes
from virtgate.serve.server import Server

ROOT = Path(__file__).parent.parent
RECORDINGS = sorted(map(str, ROOT.glob("tests/*hosts/*/host.json*")))
HOST = next(path for path in RECORDINGS if "qemu-7.2.22_x86_64+debian/" in path)
# The hosts of which OpenFeature's clients ask every id; VIRTGATE_EVERY_RECORDING takes all that there are.
NAMES = ("kvm-6.18", "qemu-7.2.22_x86_64+debian/", "xapi-8.2")
ASKED = [path for path in RECORDINGS if any(f"/{name}" in path for name in NAMES)]
if os.environ.get("VIRTGATE_EVERY_RECORDING"):
    ASKED = RECORDINGS
OLD = "qemu=1.2"
COMMAND = [sys.executable, "-m", "virtgate", "serve"]
Require = Callable[[object, str], None]


class Running:
    """A server of its own process, and requests to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        told = process.stderr.readline()
        assert "listening on tcp:127.0.0.1:" in told, told
        self.process = process
        self.port = int(told.partition("tcp:127.0.0.1:")[2].split(",")[0])
        self.base = f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        """Status, headers and what was answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        text = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, path, text, names)
            reply = connection.getresponse()
            data = reply.read().decode()
        is_json = "json" in (reply.getheader("Content-Type") or "") and data
        return reply.status, reply.headers, json.loads(data) if is_json else data

    def flag(self, name: str, **context: Any) -> tuple[int, Any]:
        """One evaluation."""
        status, _, told = self.ask("POST", f"{FLAGS}/{name}", {"context": context})
        return status, told


@contextlib.contextmanager
def serving(*words: str, folder: Path) -> Iterator[Running]:
    """A server with these words, ended afterwards."""
    environment = {**os.environ, "VIRTGATE_CACHE_DIR": str(folder / "cache")}
    process = subprocess.Popen(
        [*COMMAND, "--listen", "tcp:127.0.0.1:0", *words],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, kept_data: Path) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("serve")
    shutil.copytree(kept_data, folder / "cache")
    with serving(HOST, OLD, folder=folder) as running:
        yield running


def test_a_flag_is_a_capability_and_its_variant_the_path(server: Running) -> None:
    gates = virtgate.load(HOST)
    status, told = server.flag("block.mirror", targetingKey=HOST)
    assert status == 200
    assert told == evaluation(gates, "block.mirror")
    assert (told["value"], told["variant"]) == (True, gates.path("block.mirror"))
    assert told["metadata"]["sentence"] == gates.verdict("block.mirror").sentence


def test_the_target_of_a_context_is_stronger_than_its_targeting_key(server: Running) -> None:
    _, told = server.flag("block.mirror", target=OLD, targetingKey=HOST)
    assert (told["value"], told["variant"], told["metadata"]["reason"]) == (False, "disabled", "too-old")


def test_what_is_asked_wrongly_is_told_in_the_protocols_words(server: Running) -> None:
    assert server.flag("block.miror", target=OLD)[1]["errorCode"] == "FLAG_NOT_FOUND"
    assert server.flag("block.miror", target=OLD)[0] == 404
    assert server.flag("block.mirror", target="/bin/sh")[1]["errorCode"] == "INVALID_CONTEXT"
    assert server.flag("block.mirror", target=["x"])[1]["errorCode"] == "INVALID_CONTEXT"
    assert server.flag("block.mirror")[1]["errorCode"] == "TARGETING_KEY_MISSING"
    for body in ("{", "[]", '{"context": 3}', "[" * 30000, '"x"'):
        status, _, told = server.ask("POST", f"{FLAGS}/block.mirror", body)
        assert (status, told["errorCode"]) == (400, "PARSE_ERROR")
    assert server.ask("GET", FLAGS)[0] == 405
    assert server.ask("GET", "/nothing")[0] == 404


def test_all_flags_have_an_entity_tag_and_are_not_sent_twice(server: Running) -> None:
    body = {"context": {"targetingKey": HOST}}
    status, headers, told = server.ask("POST", FLAGS, body)
    gates = virtgate.load(HOST)
    assert status == 200
    assert told == {"flags": [evaluation(gates, name) for name in gates]}
    again = server.ask("POST", FLAGS, body, If_None_Match=headers["ETag"])
    assert (again[0], again[2]) == (304, "")
    assert server.ask("POST", FLAGS, body, If_None_Match='"other"')[0] == 200
    assert server.ask("POST", FLAGS, {"context": {"target": OLD}}, If_None_Match=headers["ETag"])[0] == 200


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: Path(path).parent.name)
def test_every_evaluation_says_what_the_verdict_says(path: str) -> None:
    gates = virtgate.load(path)
    for name in gates:
        told = evaluation(gates, name)
        assert told["value"] is gates.enabled(name)
        assert told["variant"] == (gates.path(name) or gates.verdict(name).state)
        assert all(isinstance(value, str | bool) for value in told["metadata"].values())


def test_the_document_of_gates_is_served(server: Running) -> None:
    status, headers, told = server.ask("GET", f"/gates?target={urllib.parse.quote(HOST)}")
    gates = virtgate.load(HOST)
    assert status == 200
    assert told == gates_document(gates, map(gates.verdict, gates), HOST)
    validate("gates", told)
    again = server.ask("GET", f"/gates?target={urllib.parse.quote(HOST)}", If_None_Match=headers["ETag"])
    assert (again[0], again[2]) == (304, "")
    assert server.ask("GET", f"/gates?target={OLD}")[2]["host"]["source"] == OLD
    assert server.ask("GET", "/gates")[2]["errorCode"] == "TARGETING_KEY_MISSING"
    assert server.ask("GET", "/gates?target=/bin/sh")[2]["errorCode"] == "INVALID_CONTEXT"
    assert server.ask("POST", "/gates", {})[0] == 405


def test_health_and_schemas_are_served(server: Running) -> None:
    assert server.ask("GET", "/healthz")[2]["status"] == "ok"
    status, _, schema = server.ask("GET", "/schema/gates")
    assert (status, schema["$id"]) == (200, "urn:virtgate:output:1:gates")
    assert server.ask("GET", "/schema/../gates")[0] == 404
    assert server.ask("HEAD", "/schema/gates")[2] == ""


def test_metrics_are_what_prometheus_reads(server: Running, require: Require) -> None:
    require(importlib.util.find_spec("prometheus_client"), "prometheus-client is not installed")
    parser = importlib.import_module("prometheus_client.parser")
    status, _, text = server.ask("GET", "/metrics")
    families = {one.name: one for one in parser.text_string_to_metric_families(text)}
    gates = virtgate.load(HOST)
    enabled = {
        one.labels["id"]: one.value
        for one in families["virtgate_gate_enabled"].samples
        if one.labels["target"] == HOST
    }
    assert status == 200
    assert enabled == {name: float(gates.enabled(name)) for name in gates}
    assert {one.value for one in families["virtgate_host_up"].samples} == {1.0}


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of all hosts that OpenFeature's clients are asked about."""
    with serving(*ASKED, folder=tmp_path_factory.mktemp("everywhere")) as running:
        yield running


@pytest.mark.parametrize("path", ASKED, ids=lambda path: Path(path).parent.name)
def test_openfeatures_python_client_gets_every_verdict(
    path: str, everywhere: Running, require: Require
) -> None:
    require(importlib.util.find_spec("openfeature"), "openfeature-provider-ofrep is not installed")
    provider = importlib.import_module("openfeature.contrib.provider.ofrep").OFREPProvider(everywhere.base)
    context = importlib.import_module("openfeature.evaluation_context").EvaluationContext(path)
    gates = virtgate.load(path)
    for name in gates:
        verdict = gates.verdict(name)
        for asked in (name, *verdict.formerly):
            found = provider.resolve_boolean_details(asked, default_value=False, evaluation_context=context)
            assert (found.value, found.variant) == (bool(verdict), verdict.path or verdict.state)
            metadata = [found.flag_metadata[key] for key in ("state", "reason", "sentence")]
            assert metadata == [verdict.state, verdict.reason, verdict.sentence]


@pytest.mark.parametrize("path", ASKED, ids=lambda path: Path(path).parent.name)
def test_openfeatures_javascript_client_gets_every_verdict(
    path: str, everywhere: Running, require: Require
) -> None:
    require(shutil.which("node") and os.environ.get("VIRTGATE_OFREP_JS"), "no node with OpenFeature's client")
    gates = virtgate.load(path)
    script = str(Path(__file__).with_name("ofrep_client.mjs"))
    done = subprocess.run(
        ["node", script, everywhere.base, path, *gates, "block.miror"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told = json.loads(done.stdout)
    assert told.pop("block.miror")["error"] == "FLAG_NOT_FOUND"
    assert list(told) == list(gates)
    for name, one in told.items():
        verdict = gates.verdict(gates.parse(name))
        assert one == {"value": bool(verdict), "variant": verdict.path or verdict.state, "error": None}


HOSTILE = [
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x00\xff\r\n\r\n",
    b"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
    b"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 10000 + b"\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"GET http://x/ HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize("sent", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_request_is_refused_and_its_connection_closed(server: Running, sent: bytes) -> None:
    told = b""
    client = socket.create_connection(("127.0.0.1", server.port), 10)
    # What was not read when the connection is closed resets it, and the answer may be lost with it.
    with client, contextlib.suppress(ConnectionError):
        client.sendall(sent)
        while part := client.recv(65536):
            told += part
    assert not told or (told.startswith(b"HTTP/1.1 4") and b"Connection: close" in told)
    assert server.ask("GET", "/healthz")[0] == 200


@pytest.fixture
def changing(tmp_path: Path) -> tuple[Path, Callable[[str], Gates]]:
    """A host that is a file: it enables a capability while the file says so."""
    path = tmp_path / "host"
    path.write_text("enabled")

    def open_host(text: str) -> Gates:
        if not path.exists():
            raise virtgate.TargetError(text, "is gone")
        state = path.read_text()
        block = f"a.b\t{state}\tupstream\t{'way' if state == 'enabled' else ''}\tnull\ttitle\t\tbecause"
        prints = cache.take_prints([("stat", str(path))])
        return Gates(cache.Answers(host=[("target", text)], gates=[block], fingerprint=prints))

    return path, open_host


class Within:
    """A server in this process, with little patience."""

    def __init__(self, routes: Routes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.server = Server(routes, most=8, patience=0.5)

    async def __aenter__(self) -> Within:
        ready = asyncio.Event()
        self.task = asyncio.create_task(self.server.run([self.listener], ready.set))
        await ready.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.stop()
        await self.task

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, path: str, *headers: str, body: bytes = b"") -> bytes:
        """What one request of a connection of its own is answered."""
        reader, writer = await self.connect()
        lines = (f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}", "Connection: close", *headers)
        writer.write("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body)
        told = await reader.read()
        writer.close()
        return told


def test_a_change_of_a_host_is_seen_by_the_next_request(
    changing: tuple[Path, Callable[[str], Gates]],
) -> None:
    path, open_host = changing

    async def play() -> list[bytes]:
        async with Within(Routes(Hosts(["one"], open_host, fresh=0.0))) as server:
            first = await server.ask(f"{FLAGS}/a.b")
            path.write_text("disabled")
            second = await server.ask(f"{FLAGS}/a.b")
            path.unlink()
            third = await server.ask(f"{FLAGS}/a.b")
            path.write_text("enabled")
            return [first, second, third, await server.ask(f"{FLAGS}/a.b")]

    first, second, third, fourth = asyncio.run(play())
    assert b'"value": true' in first
    assert b'"value": false' in second
    assert third.startswith(b"HTTP/1.1 500")
    assert b"is gone" in third
    assert b'"value": true' in fourth


def test_a_host_is_not_looked_at_again_while_it_is_fresh(
    changing: tuple[Path, Callable[[str], Gates]],
) -> None:
    path, open_host = changing

    async def play() -> list[bytes]:
        async with Within(Routes(Hosts(["one"], open_host, fresh=1.0))) as server:
            told = [await server.ask(f"{FLAGS}/a.b")]
            path.write_text("disabled")
            told.append(await server.ask(f"{FLAGS}/a.b"))
            await asyncio.sleep(1.1)
            return [*told, await server.ask(f"{FLAGS}/a.b")]

    assert [b'"value": true' in one for one in asyncio.run(play())] == [True, True, False]


def test_slow_clients_are_given_up_and_hold_nobody(changing: tuple[Path, Callable[[str], Gates]]) -> None:
    async def play() -> tuple[float, float]:
        async with Within(Routes(Hosts(["one"], changing[1]))) as server:
            slow = [await server.connect() for _ in range(5)]
            for _, writer in slow:
                writer.write(b"POST /ofrep")
            began = time.monotonic()
            assert b"200 OK" in await server.ask(f"{FLAGS}/a.b")
            answered = time.monotonic() - began
            for at in range(4):
                await asyncio.sleep(0.1)
                for _, writer in slow:
                    writer.write(b"x" * (at + 1))  # a byte now and then must not buy more time
            assert [await reader.read() for reader, _ in slow] == [b""] * 5
            ended = time.monotonic() - began
            for _, writer in slow:
                writer.close()
            return answered, ended

    answered, ended = asyncio.run(play())
    assert answered < 0.4
    assert ended < 5


def test_more_connections_than_there_may_be_are_turned_away(
    changing: tuple[Path, Callable[[str], Gates]],
) -> None:
    async def play() -> list[bytes]:
        async with Within(Routes(Hosts(["one"], changing[1]))) as server:
            held = [await server.connect() for _ in range(8)]
            await asyncio.sleep(0.05)
            refused = await server.ask(f"{FLAGS}/a.b")
            await asyncio.sleep(0.8)  # by now the idle ones are given up
            answered = await server.ask(f"{FLAGS}/a.b")
            for _, writer in held:
                writer.close()
            return [refused, answered]

    refused, answered = asyncio.run(play())
    assert refused.startswith(b"HTTP/1.1 503")
    assert answered.startswith(b"HTTP/1.1 200")


def test_with_a_token_only_who_has_it_is_answered(changing: tuple[Path, Callable[[str], Gates]]) -> None:
    async def play() -> list[bytes]:
        routes = Routes(Hosts(["one"], changing[1]), "a-token-of-some-length")
        async with Within(routes) as server:
            given = ("", "Authorization: Bearer wrong", "Authorization: Bearer a-token-of-some-length")
            return [await server.ask(f"{FLAGS}/a.b", *filter(None, [one])) for one in given]

    told = [one.split(b" ")[1] for one in asyncio.run(play())]
    assert told == [b"401", b"401", b"200"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--listen", "tcp:0.0.0.0:0"], "can be reached from elsewhere"),
        (["--listen", "tcp:example.org:1"], "no IP address"),
        (["--listen", "127.0.0.1:1"], "is no address"),
        (["--listen", "unix:/nonexistent/s"], "cannot listen"),
        (["--token-file", "/nonexistent"], "cannot read"),
        (["qemu=99.9"], "no release"),
    ],
)
def test_wrong_usage_is_told_before_anything_listens(
    words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert virtgate_main("serve", *([HOST] if words[0].startswith("--") else []), *words) == 2
    assert problem in capsys.readouterr().err


def virtgate_main(*words: str) -> int:
    """The command line's status."""
    from virtgate.cli import main

    return main(list(words))


def test_a_signal_ends_it_with_nothing_left(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with serving(OLD, folder=tmp_path) as running:
        running.flag("block.mirror")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(20) == 0
    # A socket that nobody answers on any more is in nobody's way.
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()
    with serving(OLD, "--listen", f"unix:{path}", folder=tmp_path) as running:
        pass


ACTIVATE = """
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_socket_that_systemd_hands_over_is_served(kept_data: Path) -> None:
    environment = {**os.environ, "VIRTGATE_CACHE_DIR": str(kept_data)}
    command = [sys.executable, "-c", ACTIVATE, *COMMAND, OLD]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert Running(process).flag("block.mirror")[0] == 200
    finally:
        process.kill()
        process.communicate()
