"""What is printed for other programs is read by those programs: Prometheus, its exporter, flagd, systemd."""

from __future__ import annotations

import http.client
import importlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import virtgate
from virtgate import Gates
from virtgate.cli import main

ROOT = Path(__file__).parent.parent
HOST = str(next(ROOT.glob("tests/hosts/qemu-7.2.22_x86_64+debian/host.json*")))
RELEASE = "qemu=8.2"
FLAGD = ROOT / "tests" / "flagd_core.cjs"
Require = Callable[[object, str], None]
Export = Callable[..., str]


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Export:
    """What `gates --format` prints of a recording and of a release."""

    def run(form: str) -> str:
        assert main(["gates", "--format", form, HOST, RELEASE]) == 0
        return capsys.readouterr().out

    return run


def _gates() -> dict[str, Gates]:
    return {HOST: virtgate.load(HOST), RELEASE: virtgate.release("qemu", "8.2")}


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _running(words: list[str], port: int, **environment: str) -> Iterator[None]:
    """A program that answers on a port, ended afterwards."""
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, words
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _get(port: int, path: str, body: str | None = None) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST" if body else "GET", path, body)
        reply = connection.getresponse()
        assert reply.status == 200
        return reply.read().decode()


def _read(text: str, require: Require) -> dict[tuple[str, str], float]:
    """The gates' samples as Prometheus' own parser reads them, by host and id."""
    require(importlib.util.find_spec("prometheus_client"), "prometheus-client is not installed")
    parser = importlib.import_module("prometheus_client.parser")
    samples = (one for family in parser.text_string_to_metric_families(text) for one in family.samples)
    found = (one for one in samples if one.name == "virtgate_gate_enabled")
    return {(one.labels["target"], one.labels["id"]): one.value for one in found}


def _expected(*targets: str) -> dict[tuple[str, str], float]:
    gates = _gates()
    return {
        (target, name): float(gates[target].enabled(name)) for target in targets for name in gates[target]
    }


def test_promtool_has_nothing_to_say_of_the_metrics(export: Export, require: Require) -> None:
    require(shutil.which("promtool"), "promtool is not installed")
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=export("prometheus"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_textfile_collector_exports_every_gate(export: Export, tmp_path: Path, require: Require) -> None:
    exporter = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
    require(exporter, "node_exporter is not installed")
    (tmp_path / "virtgate.prom").write_text(export("prometheus"))
    port = _free_port()
    words = [
        *(str(exporter), "--collector.disable-defaults", "--collector.textfile"),
        *(f"--collector.textfile.directory={tmp_path}", f"--web.listen-address=127.0.0.1:{port}"),
    ]
    with _running(words, port):
        text = _get(port, "/metrics")
    assert "node_textfile_scrape_error 0" in text
    assert _read(text, require) == _expected(HOST, RELEASE)


def test_flagd_evaluates_the_flags_to_the_verdicts(export: Export, tmp_path: Path, require: Require) -> None:
    folder = os.environ.get("VIRTGATE_OFREP_JS", "")
    has_core = Path(folder, "node_modules/@openfeature/flagd-core").is_dir()
    require(folder and has_core and shutil.which("node"), "flagd's core for JavaScript is not installed")
    path = tmp_path / "flags.json"
    path.write_text(export("flagd"))
    done = subprocess.run(
        ["node", str(FLAGD), str(path), HOST, RELEASE],
        env={**os.environ, "NODE_PATH": f"{folder}/node_modules"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = {
        (target, name): on for target, flags in json.loads(done.stdout).items() for name, on in flags.items()
    }
    assert told == _expected(HOST, RELEASE)


def test_a_socket_of_systemds_own_activation_is_served(tmp_path: Path, require: Require) -> None:
    require(shutil.which("systemd-socket-activate"), "systemd-socket-activate is not installed")
    port = _free_port()
    serve = [sys.executable, "-m", "virtgate", "serve", RELEASE]
    cache = f"--setenv=VIRTGATE_CACHE_DIR={tmp_path}"
    words = ["systemd-socket-activate", f"--listen=127.0.0.1:{port}", cache, "--setenv=PYTHONPATH", *serve]
    with _running(words, port):
        told = json.loads(_get(port, "/ofrep/v1/evaluate/flags/block.mirror", "{}"))
        metrics = _get(port, "/metrics")
    assert (told["value"], told["variant"]) == (True, virtgate.release("qemu", "8.2").path("block.mirror"))
    assert _read(metrics, require) == _expected(RELEASE)
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=metrics.encode(), check=False)
        assert done.returncode == 0


@pytest.mark.parametrize("unit", ["virtgate.service", "virtgate.socket"])
def test_systemd_knows_every_line_of_the_units(unit: str, tmp_path: Path, require: Require) -> None:
    """The program stands in for the one that a package would install."""
    require(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    for path in (ROOT / "contrib" / "systemd").iterdir():
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", path.read_text(), flags=re.M)
        (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "virtgate" in line]
    assert ours == []
