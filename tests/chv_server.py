"""A Cloud Hypervisor made of a release's ledger: its OpenAPI file, and a server that answers as that says.

No build of Cloud Hypervisor could be had where these tests were written, so that no answer was recorded from
one. The file is made anew from the ledger's lines; the server answers a GET of /vmm.ping with the fields that
the release gives, keeps what it was asked, and refuses everything else.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from virtgate.upstream.history import History
from virtgate.versions import Version

LEDGER = Path(__file__).parents[1] / "matrix" / "cloud_hypervisor" / "ledger"
HISTORY = History(LEDGER)
TITLE = "Cloud Hypervisor API"


def make_document(release: Version) -> dict[str, Any]:
    """An OpenAPI file that has what the ledger has of a release, and nothing else."""
    ledger = HISTORY.ledger("api")
    assert ledger is not None
    known = [(one.name, one.type, one.optional) for one in ledger if release in one.parsed_ranges]
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for name, type_, _ in known:
        if type_ in {"type", "enum"}:
            schemas[name] = {"type": "string"} if type_ == "enum" else {"type": "object", "properties": {}}
        elif type_ == "operation":
            method, path = name.split(" ")
            paths.setdefault(path, {})[method.lower()] = {"responses": {}}
    for name, type_, optional in known:
        if type_ in {"type", "enum", "operation"}:
            continue
        if found := re.fullmatch(r"([A-Z]+) (\S+?)(\.\*|\(\))", name):
            operation = paths[found[2]][found[1].lower()]
            content = {"application/json": {"schema": _schema(type_)}}
            if found[3] == "()":
                operation["responses"]["200"] = {"content": content}
            else:
                operation["requestBody"] = {"content": content, "required": not optional}
        elif type_ == "value":
            _place(schemas, name.rpartition("=")[0]).setdefault("enum", []).append(name.rpartition("=")[2])
        elif type_ == "flag":
            _place(schemas, name.partition("[")[0])["deprecated"] = True
        else:
            owner, _, field = name.partition(".")
            schemas[owner]["properties"].setdefault(field, {}).update(_schema(type_))
            if not optional:
                schemas[owner].setdefault("required", []).append(field)
    info = {"title": TITLE, "version": "0.3.0"}
    return {"openapi": "3.0.1", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _place(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    owner, _, field = name.partition(".")
    found: dict[str, Any] = schemas[owner]["properties"].setdefault(field, {}) if field else schemas[owner]
    return found


def _schema(type_: str) -> dict[str, Any]:
    if type_.startswith("["):
        return {"type": "array", "items": _schema(type_[1:-1])}
    if type_.startswith("{"):
        return {"type": "object", "additionalProperties": _schema(type_[1:-1])}
    is_named = type_[0].isupper()
    return {"$ref": f"#/components/schemas/{type_}"} if is_named else {"type": type_}


def make_ping(
    release: Version, features: tuple[str, ...] = ("io_uring", "kvm"), extra: str = ""
) -> dict[str, Any]:
    """What a release's /vmm.ping gives; which fields that has, its OpenAPI file says."""
    tag = re.sub(r"\.0$", "", str(release)) if release.release[0] else str(release)
    told = {
        "version": str(release),
        "build_version": f"v{tag}",
        "pid": 4242,
        "features": list(features),
    }
    given = make_document(release)["components"]["schemas"]["VmmPingResponse"]["properties"]
    return {name: value for name, value in told.items() if name in given}


@contextlib.contextmanager
def serving(path: Path, answer: Callable[[socket.socket, str], None]) -> Iterator[list[str]]:
    """A server on a Unix socket; gives the first line of each request that it was sent."""
    asked: list[str] = []
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen()
    path.chmod(0o666)

    def run() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                line = connection.recv(65536).decode("latin-1").partition("\r\n")[0]
                asked.append(line)
                answer(connection, line)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def answering(ping: Any) -> Callable[[socket.socket, str], None]:
    """What answers /vmm.ping, and nothing else."""

    def answer(connection: socket.socket, line: str) -> None:
        if line != "GET /api/v1/vmm.ping HTTP/1.1":
            connection.sendall(b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n")
            return
        body = json.dumps(ping).encode()
        head = f"HTTP/1.1 200 \r\nServer: Cloud Hypervisor API\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    return answer
