"""A guest that is really started, under TCG, and moved from one QEMU to another over a Unix socket."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A boot sector that writes to memory and to the serial port for ever (cli; 1: out 'B'; 2: inc [0x8000];
# loop 2; jmp 1). What it prints after the move shows that it runs.
_CODE = "fa 31c0 8ed8 baf803 b042 ee b90010 ff060080 e2fa ebef"
BOOT = bytes.fromhex(_CODE).ljust(510, b"\0") + b"\x55\xaa"
PATIENCE = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a move: the program, its guest's arguments, and the capabilities that are set there."""

    program: str
    arguments: Sequence[str]
    capabilities: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of it: `completed`, or the step that refused it, with QEMU's own words."""

    step: str
    told: str = ""

    def __bool__(self) -> bool:
        return self.step == "completed"


class _Refused(Exception):
    def __init__(self, step: str, told: str) -> None:
        self.moved = Moved(step=step, told=told)


class _Qemu:
    """A started QEMU and its monitor."""

    def __init__(self, end: End, folder: Path, name: str, more: Sequence[str]) -> None:
        self._name = name
        self._log = folder / f"{name}.log"
        self.serial = folder / f"{name}.serial"
        monitor = folder / f"{name}.qmp"
        fixed = [
            *("-display", "none", "-nodefaults", "-m", "32", "-accel", "tcg"),
            *("-serial", f"file:{self.serial}", "-qmp", f"unix:{monitor},server=on,wait=off"),
        ]
        with self._log.open("w", encoding="utf-8") as log:
            command = [end.program, *end.arguments, *fixed, *more]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._monitor = monitor

    def connect(self) -> None:
        """Wait until the monitor answers. Raises _Refused."""
        self._connect(self._monitor)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self.ask("qmp_capabilities")

    def _connect(self, monitor: Path) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError):
                self._socket.connect(str(monitor))
                return
            time.sleep(0.02)
        raise _Refused(f"the {self._name} does not start", self.log())

    def log(self) -> str:
        return " ".join(self._log.read_text(encoding="utf-8", errors="replace").split())

    def ask(self, command: str, **arguments: Any) -> Any:
        """What a command returns. Raises _Refused with what is wrong."""
        try:
            self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
            for line in self._lines:
                reply = json.loads(line)
                if "error" in reply:
                    raise _Refused(f"the {self._name} refuses {command}", reply["error"]["desc"])
                if "return" in reply:
                    return reply["return"]
        except OSError as error:
            raise _Refused(f"the {self._name} ended", self.log()) from error
        raise _Refused(f"the {self._name} ended", self.log())

    def set_capabilities(self, names: Sequence[str]) -> None:
        states = [{"capability": name, "state": True} for name in names]
        if states:
            self.ask("migrate-set-capabilities", capabilities=states)

    def wait_for_output(self) -> None:
        """Until the guest has printed, or has printed again. Raises _Refused."""
        until, before = time.monotonic() + PATIENCE, self._printed()
        while time.monotonic() < until and self.process.poll() is None:
            if self._printed() > before:
                return
            time.sleep(0.02)
        raise _Refused(f"the guest is silent on the {self._name}", self.log())

    def _printed(self) -> int:
        return self.serial.stat().st_size if self.serial.exists() else 0

    def close(self) -> None:
        self._socket.close()
        self.process.kill()
        self.process.wait()


def move(source: End, destination: End, folder: Path) -> Moved:
    """Start a guest on one, and move it to the other; `folder` is a short path for sockets and logs."""
    disk = folder / "boot.img"
    disk.write_bytes(BOOT.ljust(1 << 20, b"\0"))  # SeaBIOS boots no smaller disk
    with ExitStack() as stack:
        try:
            _move(source, destination, folder, stack)
        except _Refused as refused:
            return refused.moved
    return Moved(step="completed")


def _move(source: End, destination: End, folder: Path, stack: ExitStack) -> None:
    here = _Qemu(source, folder, "source", ())
    stack.callback(here.close)
    here.connect()
    there = _Qemu(destination, folder, "destination", ("-incoming", "defer"))
    stack.callback(there.close)
    there.connect()
    here.wait_for_output()
    here.set_capabilities(source.capabilities)
    there.set_capabilities(destination.capabilities)
    uri = f"unix:{folder}/wire"
    there.ask("migrate-incoming", uri=uri)
    here.ask("migrate", uri=uri)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told: Mapping[str, Any] = here.ask("query-migrate")
        if told.get("status") == "pre-switchover":
            here.ask("migrate-continue", state="pre-switchover")
        if told.get("status") in {"completed", "failed", "cancelled"}:
            break
        time.sleep(0.05)
    if told.get("status") != "completed" or there.process.poll() is not None:
        raise _Refused("the migration fails", f"{told.get('error-desc', '')} {there.log()}".strip())
    until = time.monotonic() + PATIENCE
    while there.ask("query-status")["status"] == "inmigrate" and time.monotonic() < until:
        time.sleep(0.02)
    there.wait_for_output()
