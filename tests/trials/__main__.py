"""`PYTHONPATH=engine:tests python -m trials QEMU [QEMU…]`: try every path, and write what each showed."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import virtgate

from .lab import Lab
from .results import unexplained, write_result
from .trying import judge, try_paths


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m trials", description=__doc__)
    parser.add_argument("binary", nargs="+", help="a qemu-system-ARCH")
    parser.add_argument("--accel", choices=("tcg", "kvm"), default="tcg")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="try this capability alone")
    given = parser.parse_args()
    return max(try_binary(binary, given.accel, given.only) for binary in given.binary)


def try_binary(binary: str, accel: str, only: list[str]) -> int:
    """Try one QEMU and tell its contradictions; 1 where one is left without an explanation."""
    began = time.monotonic()
    gates = virtgate.open(binary, accel=accel)
    package = gates.host.get("package") or "upstream"
    who = "+debian" if "Debian" in package else ""
    arch = Path(binary).name.removeprefix("qemu-system-")
    host = f"qemu-{gates.host['version']}_{arch}{who}{'+kvm' if accel == 'kvm' else ''}"
    with Lab(binary, accel, arch) as lab:
        outcomes = try_paths(lab, only)
    tried = list(judge(gates, outcomes))
    left = unexplained(host, tried)
    write_result(host, f"{package}, {accel}", outcomes)
    print("\n".join(map(str, tried) if only else left))
    print(
        f"{host}: {lab.starts} starts, {time.monotonic() - began:.0f} s, {len(left)} contradictions",
        file=sys.stderr,
    )
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
