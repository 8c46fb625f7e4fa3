"""What a driver's process weighs more when it holds the gates of one cached host."""

from __future__ import annotations

import statistics

from measure import Place, Row, output

REPORT = """
with open("/proc/self/status") as status:
    print(*(line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM"))))
"""
TRACED = """
import tracemalloc
tracemalloc.start()
import virtgate
gates = virtgate.open({binary!r})
print(*tracemalloc.get_traced_memory())
"""


def measure(place: Place) -> list[Row]:
    environment = place.environment()
    held = f"import virtgate; gates = virtgate.open({place.binary!r}); gates.enabled('block.mirror')\n"

    def weigh(code: str) -> tuple[int, int]:
        """Resident now, and at most, in kB."""
        highest, resident = map(int, output([place.python, "-I", "-c", code + REPORT], environment).split())
        return resident, highest

    weigh(held)
    pairs = [(weigh(held), weigh("")) for _ in range(place.rounds)]
    resident = statistics.median(ours[0] - bare[0] for ours, bare in pairs) / 1024
    highest = statistics.median(ours[1] - bare[1] for ours, bare in pairs) / 1024
    traced = output([place.python, "-I", "-c", TRACED.format(binary=place.binary)], environment).split()
    now, peak = (int(one) / 2**20 for one in traced)
    return [
        Row(
            what="memory of a driver that holds one host's gates, over the bare interpreter",
            ours=f"{resident:.2f} MiB resident, {highest:.2f} MiB at most",
            budget="at most 2 MB",
            met=resident <= 2e6 / 2**20 and highest <= 2e6 / 2**20,
            beside=f"a bare interpreter: {pairs[0][1][0] / 1024:.1f} MiB; "
            f"Python's own count: {now:.2f} MiB, peak {peak:.2f} MiB",
            runs=place.rounds,
        )
    ]
