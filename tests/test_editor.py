"""An editor that follows the first line of a YAML file completes its keys, and marks what is no key.

The editor's half is the real yaml-language-server, spoken to as an editor does (LSP on its standard input).
It is found by `VIRTGATE_YAML_LANGUAGE_SERVER`, else on the PATH; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    str(path.relative_to(ROOT))
    for folder in ("capabilities", "matrix")
    for path in (ROOT / folder).rglob("*.yaml")
    if path.parent.name != "table"
)
# A kind of file, what precedes the cursor in it, and keys that must be offered there.
OFFERED = {
    "capabilities/net.yaml": ("area: net\ncapabilities:\n  net.made:\n    ", {"title", "needs"}),
    "matrix/qemu/net.yaml": (
        "hypervisor: qemu\nsupport:\n  net.made:\n    - path: made\n      ",
        {"when", "uses", "divergent", "since", "broken", "successor"},
    ),
    "matrix/qemu/downstreams.yaml": (
        "hypervisor: qemu\ndownstreams:\n  made:\n    ",
        {"kind", "title", "package", "markers", "machines", "backports"},
    ),
    "matrix/qemu/upstream.yaml": ("hypervisor: qemu\n", {"title", "upstream", "repositories", "accepted"}),
}


class Editor:
    """A client of one yaml-language-server."""

    def __init__(self, server: str) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [server, "--stdio"], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
        self._last = 0
        self.problems: dict[str, list[str]] = {}
        # No store of schemas in the net: only what the file itself names counts.
        self._settings = {"validate": True, "completion": True, "schemaStore": {"enable": False}}
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        changed = {"settings": {"yaml": self._settings}}
        self._send({"method": "workspace/didChangeConfiguration", "params": changed})

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def open(self, path: Path, text: str) -> str:
        """Open a text as if it stood in a file, which need not be there; its name from then on."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def complete(self, uri: str, text: str) -> set[str]:
        """The keys that are offered at the end of an opened text."""
        lines = text.split("\n")
        at = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": at})
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"] for item in items}

    def wait_for_problems(self, uri: str) -> list[str]:
        """What the server marks in an opened text."""
        while uri not in self.problems:
            self._take(self._receive())
        return self.problems[uri]

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """A request's result; what the server asks in between is answered."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._last and "method" not in message:
                return message["result"]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            told = message["params"]
            self.problems[told["uri"]] = [one["message"] for one in told["diagnostics"]]
        elif "id" in message and "method" in message:
            sections = message.get("params", {}).get("items", [])
            answers = [self._settings if one.get("section") == "yaml" else {} for one in sections]
            self._send({"id": message["id"], "result": answers or None})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        output = self._process.stdout
        assert output
        length = 0
        while (line := output.readline()) not in {b"\r\n", b""}:
            name, _, value = line.decode().partition(":")
            length = int(value) if name == "Content-Length" else length
        assert length, "the server ended"
        return json.loads(output.read(length))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def editor(require: Callable[[object, str], None]) -> Iterator[Editor]:
    server = os.environ.get("VIRTGATE_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
    require(server, "there is no yaml-language-server")
    client = Editor(str(server))
    yield client
    client.close()


def modeline_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0]


@pytest.mark.parametrize("name", OFFERED)
def test_an_editor_offers_the_keys_that_a_file_may_have(name: str, editor: Editor) -> None:
    before, expected = OFFERED[name]
    path = ROOT / name
    text = f"{modeline_of(path)}\n{before}"
    offered = editor.complete(editor.open(path.with_stem(f"{path.stem}-made"), text), text)
    assert expected <= offered, sorted(offered)


@pytest.mark.parametrize("name", FILES)
def test_an_editor_marks_nothing_in_a_file_of_ours(name: str, editor: Editor) -> None:
    path = ROOT / name
    assert modeline_of(path).startswith("# yaml-language-server: $schema=")
    uri = editor.open(path, path.read_text(encoding="utf-8"))
    assert editor.wait_for_problems(uri) == []


def test_an_editor_marks_a_key_that_is_none(editor: Editor) -> None:
    path = ROOT / "matrix" / "qemu" / "made-wrong.yaml"
    text = "hypervisor: qemu\nsupport:\n  net.made:\n    - path: made\n      wenn: {command: stop}\n"
    modeline = modeline_of(ROOT / "matrix" / "qemu" / "net.yaml")
    problems = editor.wait_for_problems(editor.open(path, f"{modeline}\n{text}"))
    assert any("wenn" in problem for problem in problems), problems
