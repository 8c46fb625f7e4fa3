"""One real QEMU with a machine that never runs, and a conversation with it."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

PATIENCE = 20.0


class Ended(Exception):
    """QEMU ended or hangs; `said` is its reason, `crashed` that it gave none of its own accord."""

    def __init__(self, said: str, *, crashed: bool) -> None:
        super().__init__(said)
        self.said = said
        self.crashed = crashed


class Machine:
    """QMP on a socket pair in the place of standard input and output, as any age of QEMU can have it."""

    def __init__(self, argv: list[str], folder: Path) -> None:
        ours, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [*argv, *(() if "-display" in argv else ("-display", "none")), "-qmp", "stdio"],
            stdin=theirs,
            stdout=theirs,
            stderr=self._errors,
            cwd=folder,
        )
        theirs.close()
        self._socket = ours
        self._lines = b""
        self.events: list[dict[str, Any]] = []
        try:
            while "QMP" not in self._read():
                pass
            self.send("qmp_capabilities")
        except Ended:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._socket.close()
        self._errors.close()

    def send(self, command: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        """The reply, with `return` or `error`; events before it are kept. Raises Ended."""
        request = {"execute": command} | ({"arguments": arguments} if arguments else {})
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            raise self._ended() from None
        while True:
            line = self._read()
            if "return" in line or "error" in line:
                return line
            self.events.append(line)

    def await_event(self, name: str, patience: float = 3.0) -> dict[str, Any] | None:
        """The first event of that name, which may have come already."""
        end = time.monotonic() + patience
        while True:
            for event in self.events:
                if event.get("event") == name:
                    return event
            left = end - time.monotonic()
            if left <= 0 or not (self._lines or select.select([self._socket], [], [], left)[0]):
                return None
            self.events.append(self._read())

    def _read(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\n" not in self._lines:
            if not select.select([self._socket], [], [], max(0.0, end - time.monotonic()))[0]:
                raise self._ended()
            try:
                more = self._socket.recv(1 << 16)
            except OSError:
                more = b""
            if not more:
                raise self._ended()
            self._lines += more
        line, _, self._lines = self._lines.partition(b"\n")
        # QEMU prints some things to standard output, which is QMP's here.
        found: dict[str, Any] = json.loads(line) if line.startswith(b"{") else {}
        return found

    def _ended(self) -> Ended:
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return Ended(f"no answer in {PATIENCE:.0f} s", crashed=False)
        self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip() and "warning:" not in line]
        # Hints stand below the error.
        return Ended(lines[0] if lines else f"ended with status {status}", crashed=status < 0)
