"""Harvesting what is harvested, `virtgate diff` on a recording, and what the ledgers weigh.

    python benchmarks/harvest_and_diff.py REPO… [--rounds N]

REPO are the QEMU histories of the shipped ledger. Prints the table of a section of docs/benchmarks.md.
The interpreter is the one that runs this, with virtgate installed; the ledger is worked on as a copy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import in_turns, output, timed

ROOT = Path(__file__).resolve().parents[1]
HOST = ROOT / "tests/hosts/qemu-10.0.13_x86_64+debian/host.json.xz"
REPORT = """
with open("/proc/self/status") as status:
    print(*(line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM"))))
"""
# Every line of every ledger of QEMU, and the newest release's whole graph.
WALK = """
from virtgate.ask.opened import open_catalog, open_history
catalog = open_catalog(None)
history = open_history(catalog, "qemu")
count = sum(1 for kind in ("qmp", "qom", "option", "hmp") for atom in history.ledger(kind))
graph = history.graph(history.versions[-1])
seen, wait = set(), []
for name in graph.roots():
    root = graph.root(name)
    wait += [reference for reference in (root.arguments, root.returns) if reference]
while wait:
    reference = wait.pop()
    if reference not in seen:
        seen.add(reference)
        here = graph.type(reference)
        wait += [member.type for member in here.members.values()]
        wait += [*here.branches.values(), *([here.element] if here.element else [])]
"""
# What diff does once it has the host's answers.
DIFF = """
import sys, time
from virtgate.ask.opened import open_catalog, open_history
from virtgate.ask.targets import Target, read_facts
from virtgate.conditions import View
from virtgate.match import match_host
from virtgate.diff import diff_host
facts = read_facts(Target.parse(sys.argv[1]), None)
started = time.perf_counter()
catalog = open_catalog(None)
history = open_history(catalog, facts.hypervisor)
host = match_host(facts, catalog, history)
against = history.version_of(host.release)
items = list(diff_host(catalog, host, history, View(facts, host.release), against))
print(time.perf_counter() - started, len(items))
"""


def run_harvest(repositories: list[str], data: Path, environment: dict[str, str]) -> float:
    command = [sys.executable, "-I", "-m", "virtgate", "harvest", "qemu", "--quiet", "--data", str(data)]
    return timed([*command, *repositories], environment)


def run_diff(environment: dict[str, str]) -> tuple[float, int]:
    took, items = output([sys.executable, "-I", "-c", DIFF, str(HOST)], environment).split()
    return float(took), int(items)


def weigh(code: str, environment: dict[str, str]) -> tuple[float, float]:
    """MiB resident at the end, and at most."""
    resident, highest = output([sys.executable, "-I", "-c", code + REPORT], environment).split()
    return int(resident) / 1024, int(highest) / 1024


def copy_data(folder: Path) -> Path:
    for name in ("capabilities", "matrix"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def print_table(rows: list[tuple[str, str, str]]) -> None:
    print("| what | measured | budget |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", metavar="REPO", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "VIRTGATE_CACHE_DIR": f"{folder}/cache"}
        data = copy_data(Path(folder) / "data")
        whole = [sys.executable, "-I", "-m", "virtgate", "diff", str(HOST)]
        runs = {
            "harvest": lambda: run_harvest(options.repositories, data, environment),
            "diff": lambda: run_diff(environment)[0],
            "whole": lambda: timed(whole, environment, check=False),
        }
        times = in_turns(runs, options.rounds)
        items = run_diff(environment)[1]
        bare = statistics.median(weigh("", environment)[0] for _ in range(options.rounds))
        weights = [weigh(WALK, environment) for _ in range(options.rounds)]
    middle = {name: statistics.median(took) for name, took in times.items()}
    resident, highest = (statistics.median(one) - bare for one in zip(*weights, strict=True))
    print_table(
        [
            (
                f"`harvest qemu` over what is harvested, {len(options.repositories)} histories",
                f"{middle['harvest']:.2f} s",
                "none",
            ),
            (
                f"`diff` beyond the probe, {HOST.parent.name} ({items} differences)",
                f"{middle['diff']:.2f} s",
                "under 0.5 s",
            ),
            ("the same, a whole process that reads the recording", f"{middle['whole']:.2f} s", "none"),
            (
                "memory of a process that read all ledgers of QEMU and walked the newest release's graph,"
                " over a bare interpreter",
                f"{resident:.1f} MiB resident, {highest:.1f} MiB at most",
                "none",
            ),
        ]
    )
    print(f"\nload {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors, {options.rounds} rounds")


if __name__ == "__main__":
    main()
