"""A synthetic fleet, made from the recorded hosts by what differs between hosts, and what fleets cost.

    python benchmarks/fleets.py make DIR [--hosts 10000] [--builds 400] [--copies]
    python benchmarks/fleets.py collect DIR
    python benchmarks/fleets.py common DIR [--hosts 100000] [--capabilities 1000]

`make` writes recordings: each host has a day, a processor, a kernel, a machine id, sizes of its own; with
`--copies` hosts of one build are the same to the byte. More builds than were recorded are the same ones as
other packages. `collect` measures the time and the memory of all processes; `common` writes a FLEET of so
many hosts, and asks it beside the same question in DuckDB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from virtgate.facts.recording import read_json

ROOT = Path(__file__).resolve().parents[1]
PROCESSORS = ("AMD EPYC 7763", "AMD EPYC 9654", "Intel(R) Xeon(R) Gold 6338", "Intel(R) Xeon(R) Silver 4314")
SAME_QUESTION = """
SELECT hypervisor, id, state, reason, path, release, count(*) AS hosts
FROM read_parquet('{fleet}') GROUP BY ALL
"""


def make_host(document: dict[str, Any], at: int, package: int) -> dict[str, Any]:
    """A recording as it is on one more host, of which only `package` tells that it is another build."""
    dice = random.Random(at)
    host = json.loads(json.dumps(document))
    host["taken"] = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:00:00Z"
    if host["target"].startswith("qmp:"):
        host["target"] = f"qmp:/run/libvirt/qemu/domain-{dice.randint(1, 99999)}/monitor.sock"
    answers = host["answers"]
    answers["cpu"] = {
        "return": {
            "model_name": dice.choice(PROCESSORS),
            "microcode": hex(dice.getrandbits(28)),
            "vendor": "-",
        }
    }
    answers["file /etc/machine-id"] = {"return": f"{dice.getrandbits(128):032x}\n"}
    answers["file /etc/hostname"] = {"return": f"node-{at}\n"}
    answers["file /proc/meminfo"] = {"return": f"MemTotal: {dice.randint(1 << 24, 1 << 31)} kB\n"}
    told = answers.get("uname", {}).get("return")
    if told:
        told["version"] = f"#{dice.randint(1, 99)} SMP"
    for number in (9, 66):  # how many processors a guest should have
        if f"KVM_CHECK_EXTENSION {number} vm" in answers:
            answers[f"KVM_CHECK_EXTENSION {number} vm"] = {"return": dice.choice((32, 64, 128, 256))}
    told = answers.get("xl info", {}).get("return")
    if isinstance(told, dict):
        told |= {"host": f"node-{at}", "free_memory": str(dice.randint(0, 99999)), "nr_cpus": "64"}
    for row in answers.get("query-cpu-definitions", {}).get("return", ()):
        if row["name"] not in {"host", "max"} and row.get("unavailable-features"):
            row["unavailable-features"] = dice.sample(["avx512f", "pku", "svm", "vmx", "la57"], 2)
    if package:
        _repackage(answers, package)
    return host


def _repackage(answers: dict[str, Any], package: int) -> None:
    """Let a hypervisor be another package of the same version, or where none is told, on another machine."""
    told = answers.get("query-version", {}).get("return")
    if isinstance(told, dict) and told.get("package"):
        told["package"] += f"+b{package}"
    elif isinstance(library := answers.get("libvirt library", {}).get("return"), dict):
        library["package"] = f"{library.get('package') or ''}+b{package}"
    elif "--version" in answers:
        answers["--version"]["return"] += f" b{package}"
    elif "return" in answers.get("uname", {}):
        answers["uname"]["return"]["release"] = f"6.18.{package}-custom"


def sources() -> list[Path]:
    """Every recorded host."""
    return sorted((*ROOT.glob("tests/hosts/*/host.json.xz"), *ROOT.glob("tests/old_hosts/*/host.json")))


def make(folder: Path, hosts: int, builds: int, *, copies: bool) -> None:
    """Write a fleet's recordings, a build after the other."""
    with ProcessPoolExecutor() as executor:
        own = [range(build, hosts, builds) for build in range(builds)]
        rest = [[folder] * builds, range(builds), own, [copies] * builds]
        list(executor.map(_make_build, *rest, chunksize=4))


def _make_build(folder: Path, build: int, places: range, copies: bool) -> None:
    known = sources()
    document = read_json(str(known[build % len(known)]))
    data = b""
    for at in places:
        if not data or not copies:
            host = make_host(document, build if copies else at, build // len(known))
            text = json.dumps(host, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
            data = lzma.compress(text.encode(), preset=0)
        rack = folder / f"rack{at % 40:02}"
        rack.mkdir(parents=True, exist_ok=True)
        (rack / f"node-{at}.json.xz").write_bytes(data)


class Watcher:
    """What all processes of a session take together: memory, shared parts once, and time of processors."""

    def __init__(self, session: int) -> None:
        self.most = 0
        self._ticks: dict[str, int] = {}
        self._session = session
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()

    def stop(self) -> str:
        """Stop watching, and tell."""
        self._over.set()
        self._watcher.join()
        seconds = sum(self._ticks.values()) / os.sysconf("SC_CLK_TCK")
        return f"{seconds:.1f} s of processors, {self.most >> 10} MiB"

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, sum(self._sizes()))

    def _sizes(self) -> Iterator[int]:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                stat = (process / "stat").read_text().rpartition(")")[2].split()
                if int(stat[3]) == self._session:
                    self._ticks[process.name] = int(stat[11]) + int(stat[12])
                    text = (process / "smaps_rollup").read_text()
                    yield int(text.partition("Pss:")[2].split()[0])
            except (OSError, IndexError, ValueError):
                continue


def collect(folder: Path) -> None:
    """Measure a collection."""
    fleet = folder.with_suffix(".fleet")
    begun = time.monotonic()
    command = [sys.executable, "-m", "virtgate", "fleet", "collect", str(folder), "-o", str(fleet)]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, text=True) as process:
        watcher = Watcher(process.pid)
        told = process.communicate()[0]
    size = fleet.stat().st_size / (1 << 20)
    print(f"{told.strip()}: {time.monotonic() - begun:.1f} s, {watcher.stop()}, {size:.1f} MB written")


def common(folder: Path, hosts: int, capabilities: int) -> None:
    """Measure `fleet common` beside the same question, typed in DuckDB."""
    import duckdb

    fleet = folder.with_suffix(".large")
    if not fleet.exists():
        multiply(folder.with_suffix(".fleet"), fleet, hosts, capabilities)
    print(f"{hosts} hosts, {capabilities} capabilities: {fleet.stat().st_size >> 20} MB")
    ours = ["-m", "virtgate", "fleet", "common", str(fleet)]
    for name, run in (
        (
            "fleet common",
            lambda: subprocess.run([sys.executable, *ours], stdout=subprocess.DEVNULL, check=True),
        ),
        ("the same question in DuckDB", lambda: duckdb.sql(SAME_QUESTION.format(fleet=fleet)).fetchall()),
    ):
        print(f"{name}: {', '.join(f'{_timed(run):.2f} s' for _ in range(3))}")


def _timed(run: Callable[[], object]) -> float:
    begun = time.monotonic()
    run()
    return time.monotonic() - begun


def multiply(small: Path, large: Path, hosts: int, capabilities: int) -> None:
    """Write a FLEET with the decisions of another and many more hosts."""
    import duckdb
    import pyarrow

    from virtgate.fleet.matching import VERDICT_FIELDS
    from virtgate.fleet.parquet import write_fleet

    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW small AS SELECT * FROM read_parquet('{small}') WHERE first")
    connection.execute(
        f"CREATE TABLE kept AS SELECT * FROM small WHERE id IN "
        f"(SELECT DISTINCT id FROM small ORDER BY id LIMIT {capabilities})"
    )
    verdicts = {
        name: connection.sql(f"SELECT {name} FROM kept ORDER BY decision, id").to_arrow_table()[name]
        for name in ("decision", *VERDICT_FIELDS)
    }
    rows = connection.sql(
        "SELECT DISTINCT ON (decision) * EXCLUDE (id, state, reason, path, since, paths, remedy, first) "
        "FROM kept ORDER BY decision"
    ).to_arrow_table()
    of = pyarrow.array(list(itertools.islice(itertools.cycle(range(len(rows))), hosts)), pyarrow.int64())
    many = rows.take(of)
    names = pyarrow.array([f"rack{at % 40:02}/node-{at}" for at in range(hosts)])
    many = many.set_column(many.schema.get_field_index("host"), "host", names)
    many = many.set_column(many.schema.get_field_index("source"), "source", names)
    write_fleet(str(large), many, verdicts)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("make", "collect", "common"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hosts", type=int)
    parser.add_argument("--builds", type=int, default=400)
    parser.add_argument("--capabilities", type=int, default=1000)
    parser.add_argument("--copies", action="store_true")
    options = parser.parse_args()
    if options.what == "make":
        make(options.folder, options.hosts or 10_000, options.builds, copies=options.copies)
    elif options.what == "collect":
        collect(options.folder)
    else:
        common(options.folder, options.hosts or 100_000, options.capabilities)


if __name__ == "__main__":
    main()
