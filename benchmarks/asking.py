"""One answer from gates that are held, beside a set's own answer and OpenFeature's SDK in process."""

from __future__ import annotations

import json
import statistics

from measure import Place, Row, output

PROGRAM = """
import json, sys, time, virtgate
from openfeature import api
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

gates = virtgate.release("qemu", "8.2")
ids = list(gates)[:200]

class Peer:
    def __init__(self, keys):
        self._keys = frozenset(keys)
    def enabled(self, key):
        return key in self._keys

api.set_provider(InMemoryProvider({
    one: InMemoryFlag("on" if gates.enabled(one) else "off", {"on": True, "off": False}) for one in ids
}))
client = api.get_client()
peer = Peer(one for one in ids if gates.enabled(one))
for one in ids:
    assert gates.enabled(one) == peer.enabled(one) == client.get_boolean_value(one, False), one

def ask_gates(times):
    for _ in range(times):
        for one in ids:
            gates.enabled(one)

def ask_set(times):
    for _ in range(times):
        for one in ids:
            peer.enabled(one)

def ask_openfeature(times):
    for _ in range(times):
        for one in ids:
            client.get_boolean_value(one, False)

askers = (("gates", ask_gates, 200), ("set", ask_set, 200), ("openfeature", ask_openfeature, 4))
found = {"gates": [], "set": [], "openfeature": []}
for turn in range(int(sys.argv[1])):
    for name, ask, times in askers:
        started = time.perf_counter_ns()
        ask(times)
        found[name].append((time.perf_counter_ns() - started) / (times * len(ids)))
print(json.dumps(found))
"""


def measure(place: Place) -> list[Row]:
    python = str(place.peers / "bin/python")
    found = json.loads(output([python, "-I", "-c", PROGRAM, str(place.rounds)], place.environment()))
    ours, bare, sdk = (statistics.median(found[name]) for name in ("gates", "set", "openfeature"))
    ratio = statistics.median(one / least for one, least in zip(found["gates"], found["set"], strict=True))
    return [
        Row(
            what="`gates.enabled(id)`",
            ours=f"{ours:.0f} ns, {ratio:.2f} ×",
            budget="at most 1.5 ×",
            met=ratio <= 1.5,
            beside=f"`key in frozenset` in a method: {bare:.0f} ns; "
            f"OpenFeature SDK: {sdk / 1000:.1f} µs, {sdk / ours:.0f} ×",
            runs=place.rounds,
        )
    ]
