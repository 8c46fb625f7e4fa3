"""Every budget of the design beside its peer, in one run, in fresh environments with bytecode written.

    python benchmarks/run.py [--rounds N] [--only NAME] [--binary QEMU] [--no-write]

Writes the table into docs/benchmarks.md. KVM is measured when QEMU's unprivileged user may open /dev/kvm.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import venv
from datetime import UTC, datetime
from pathlib import Path

import asking
import holding
import probing
import reading
import reviewing
import starting
from measure import Place, Row

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- begin: benchmarks/run.py writes this -->", "<!-- end -->"
PARTS = {
    "asking": asking.measure,
    "starting": starting.measure,
    "probing": probing.measure,
    "reading": reading.measure,
    "reviewing": reviewing.measure,
    "holding": holding.measure,
}


def make_environment(folder: Path, extra: str) -> Path:
    """A fresh environment with virtgate installed as a user's pip would; pip writes the bytecode."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", f"{ROOT}{extra}"]
    subprocess.run(pip, check=True)
    return folder


def machine_line(binary: str, begun: float) -> str:
    """What it was measured on, and how busy that was."""
    cpu = next(
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    )
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    load = f"load {begun:.1f} at the begin, {os.getloadavg()[0]:.1f} at the end"
    kernel = platform.release().partition("-")[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {cpu}, {os.cpu_count()} processors, Linux "
        f"{kernel}, Python {platform.python_version()}, {version.splitlines()[0]}; {load}."
    )


def render(rows: list[Row], machine: str) -> str:
    """The table as Markdown."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    lines = [
        BEGIN,
        "",
        machine,
        "",
        "| what | measured | budget | met | beside | runs |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.what} | {row.ours} | {row.budget} | {words[row.met]} | {row.beside} | {row.runs} |"
        for row in rows
    ]
    return "\n".join([*lines, "", END])


def write(table: str) -> None:
    """Put the table in its place in the document."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(before + table + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", choices=tuple(PARTS), help="this part alone, and nothing is written")
    parser.add_argument("--binary", default="/usr/bin/qemu-system-x86_64")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    begun = os.getloadavg()[0]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="virtgate-bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)  # libvirt's and our QEMU run as other users
        place = Place(
            own=make_environment(scratch / "own", ""),
            peers=make_environment(scratch / "peers", "[bench]"),
            root=ROOT,
            scratch=scratch,
            binary=options.binary,
            rounds=options.rounds,
        )
        for name, measure in PARTS.items():
            if options.only in {None, name}:
                found = measure(place)
                rows += found
                for row in found:
                    print(
                        f"{name}: {row.what}: {row.ours} ({row.budget}) beside {row.beside}", file=sys.stderr
                    )
    table = render(rows, machine_line(options.binary, begun))
    print(table)
    if not options.no_write and options.only is None:
        write(table)


if __name__ == "__main__":
    main()
