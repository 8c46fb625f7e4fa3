"""Print the monitor's command that copies a disk of a running guest, on whatever QEMU this is."""

from __future__ import annotations

import json
import sys
from typing import Any, assert_never

import virtgate_bindings as virtgate
from virtgate_bindings import block


def open_gates(place: str, target: str | None) -> virtgate.Gates:
    """From "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of "gates --json"."""
    if place.startswith(("unix:", "tcp:")):
        return virtgate.fetch(place, target)
    return virtgate.load(place, target)


def copy_disk(gates: virtgate.Gates, disk: str, target: str) -> dict[str, Any]:
    arguments = {"device": disk, "target": target, "sync": "full"}
    match gates.path(block.MIRROR):
        case "blockdev-mirror" as path:
            arguments["job-id"] = "copy"
            if gates.enabled(block.MIRROR_COPY_MODE):
                arguments["copy-mode"] = "write-blocking"
        case "drive-mirror" as path:
            pass
        case None:
            verdict = gates.verdict(block.MIRROR)
            if verdict is None:
                raise SystemExit("the host's data does not know it")
            raise SystemExit(f"{verdict['reason']}: {verdict['sentence']}")
        case other:  # the host's data is newer than this driver
            assert_never(other)
    return {"execute": path, "arguments": arguments}


def main(place: str, target: str | None = None) -> None:
    try:
        gates = open_gates(place, target)
    except (OSError, virtgate.GatesError) as error:
        raise SystemExit(str(error)) from error
    print(json.dumps(copy_disk(gates, "disk0", "copy0")))


if __name__ == "__main__":
    main(*sys.argv[1:3])
