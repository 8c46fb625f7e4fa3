"""The files and programs of a recorded Xen host, laid out below a folder to be asked again."""

from __future__ import annotations

import shlex
import socket
import struct
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from elfmaker import EXPORTED, make_library
from virtgate.facts import Facts
from virtgate.facts.recording import read_recording

ROOT = Path(__file__).parent
DEBIAN_12 = ROOT / "hosts" / "xen-4.17.7_x86_64+debian" / "host.json.xz"
BUILD_ID = "/sys/hypervisor/properties/buildid"
_KEPT = ("/sys/hypervisor/", "/sys/bus/xen", "/proc/xen", "/dev/xen")


def recorded() -> Facts:
    """What Debian 12's control domain said."""
    return read_recording(str(DEBIAN_12))


def lay_out(top: Path, facts: Facts) -> None:
    """The files that a host showed, and programs that print what its own printed."""
    for asked, answer in facts.answers.items():
        kind, _, path = asked.partition(" ")
        if "return" not in answer or not path.startswith(_KEPT):
            continue
        if kind == "file":
            text = answer["return"]
            write(top, path, bytes.fromhex(text) if path == BUILD_ID else text.encode())
        elif kind == "folder":
            for name in answer["return"]:
                write(top, f"{path}/{name}", b"")
    if facts.returned("xl info"):
        fields = facts.returned("xl info")
        put_program(top, "usr/lib/xen-4.17/bin/xl", "".join(f"{k:<23}: {v}\n" for k, v in fields.items()))
        put_xenhypfs(top, facts)
        put_library(top, "4.17", facts.returned("libxl functions"))


def write(top: Path, path: str, content: bytes) -> Path:
    """A file below the folder."""
    place = top / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def put_program(top: Path, path: str, prints: str, *, then: str = "exit 0") -> Path:
    """A program that prints a text, and then does something else."""
    place = write(top, path, f"#!/bin/sh\nprintf %s {shlex.quote(prints)}\n{then}\n".encode())
    place.chmod(0o755)
    return place


def put_xenhypfs(top: Path, facts: Facts) -> None:
    """Xen's tool for the hypervisor's file system, with the recorded one behind it."""
    listed = "".join(f"<uint>   rw {name}\n" for name in facts.returned("hypfs /params"))
    cases = {
        "cat /buildinfo/config": facts.returned("hypfs /buildinfo/config"),
        "cat /buildinfo/changeset": facts.returned("hypfs /buildinfo/changeset"),
        "ls /params": listed,
    }
    arms = "".join(f"'{words}') printf %s {shlex.quote(text)};;\n" for words, text in cases.items())
    script = f'#!/bin/sh\ncase "$*" in\n{arms}*) echo usage; exit 1;;\nesac\n'
    write(top, "usr/sbin/xenhypfs", script.encode()).chmod(0o755)


def put_library(top: Path, version: str, functions: Iterable[str]) -> None:
    """A libxenlight as packages install it: the file, and the link that programs name."""
    folder = "usr/lib/x86_64-linux-gnu"
    image = make_library(f"libxenlight.so.{version}", dict.fromkeys(functions, EXPORTED))
    write(top, f"{folder}/libxenlight.so.{version}.0", image)
    (top / folder / f"libxenlight.so.{version}").symlink_to(f"libxenlight.so.{version}.0")


class Store:
    """A xenstored's socket that reads one request and sends one reply, whatever that is."""

    def __init__(self, top: Path, reply: bytes | None) -> None:
        path = top / "run/xenstored/socket"
        path.parent.mkdir(parents=True)
        self.requests: list[bytes] = []
        self._reply = reply
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._done.set()
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        self._listener.settimeout(5)
        connection, _ = self._listener.accept()
        with connection:
            self.requests.append(connection.recv(4096))
            if self._reply is None:
                self._done.wait(10)
            else:
                connection.sendall(self._reply)


def message(kind: int, payload: bytes, *, request: int = 1, length: int | None = None) -> bytes:
    """One message of xenstored's: its header by xs_wire.h, and what follows."""
    return struct.pack("=IIII", kind, request, 0, len(payload) if length is None else length) + payload
