"""Our blocking QMP client beside `qemu.qmp` and beside a bare loop, on the same probe of one QEMU binary.

    python benchmarks/bench_qmp_client.py [BINARY] [ROUNDS]

Each starts QEMU alike with TCG (or with the accelerator in ACCEL), asks the same questions and ends it; best
and median of the rounds are printed, and what an interpreter pays to import each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

ACCEL = os.environ.get("ACCEL", "tcg")
QUESTIONS = (
    "query-version",
    "query-target",
    "query-kvm",
    "query-qmp-schema",
    "query-machines",
    "query-cpu-definitions",
    "query-command-line-options",
    "qom-list-types",
)
PROPERTIES = ("virtio-net-pci", "virtio-blk-pci", "pcie-root-port", "qemu-xhci")
ARGUMENTS = (
    "-S -no-user-config -nodefaults -display none -monitor none -serial none "
    f"-machine none,accel={ACCEL} -qmp stdio"
).split()


def requests() -> list[tuple[str, dict[str, str]]]:
    return [(name, {}) for name in QUESTIONS] + [
        ("device-list-properties", {"typename": name}) for name in PROPERTIES
    ]


def with_bare_loop(binary: str) -> int:
    """The least that can be written: a buffered file over a socket pair, all questions ahead, no limits."""
    ours, theirs = socket.socketpair()
    with subprocess.Popen([binary, *ARGUMENTS], stdin=theirs, stdout=theirs) as process, ours:
        theirs.close()
        with ours.makefile("rwb") as file:
            file.readline()
            for name, arguments in [("qmp_capabilities", {}), *requests()]:
                file.write(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
            file.flush()
            answers = [json.loads(file.readline()) for _ in range(len(requests()) + 1)]
        process.kill()
    return len(answers) - 1


def with_ours(binary: str) -> int:
    from virtgate.hypervisors.qemu import probe as qemu
    from virtgate.hypervisors.qemu.qmp_questions import question

    return len(qemu.ask(binary, [question(name, arguments) for name, arguments in requests()], accel=ACCEL))


def with_qemu_qmp(binary: str) -> int:
    from qemu.qmp import QMPClient

    async def probe(path: str) -> int:
        client = QMPClient("bench")
        await client.start_server(path)
        arguments = [*ARGUMENTS[:-1], f"unix:{path}"]
        with subprocess.Popen([binary, *arguments], stdin=subprocess.DEVNULL) as process:
            try:
                await asyncio.wait_for(client.accept(), 10)
                answers = [await asyncio.wait_for(client.execute(*request), 10) for request in requests()]
            finally:
                process.kill()
        with contextlib.suppress(Exception):  # the other side is gone, which is an error to it
            await asyncio.wait_for(client.disconnect(), 10)
        return len(answers)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(probe(f"{folder}/qmp"))


def measure(run: Callable[[str], int], binary: str, rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        assert run(binary) == len(requests())
        times.append(time.perf_counter() - started)
    return times


def import_time(statement: str, rounds: int = 15) -> float:
    def once(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    return min(once(statement) for _ in range(rounds)) - min(once("pass") for _ in range(rounds))


def main() -> None:
    binary = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/qemu-system-x86_64"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    runs = {"bare loop": with_bare_loop, "virtgate.probe": with_ours, "qemu.qmp": with_qemu_qmp}
    for run in runs.values():
        run(binary)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):  # in turns, so that a busy moment hits all alike
        for name, run in runs.items():
            times[name] += measure(run, binary, 1)
    least = statistics.median(times["bare loop"])
    for name, found in times.items():
        median = statistics.median(found)
        told = f"best {min(found) * 1000:7.1f} ms  median {median * 1000:7.1f} ms"
        print(f"{name:15} {told}  {median / least:.2f} x")
    for statement in ("import virtgate.hypervisors.qemu.probe", "from qemu.qmp import QMPClient"):
        print(f"{statement:32} {import_time(statement) * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
