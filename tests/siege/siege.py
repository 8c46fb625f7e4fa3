"""Besieges virtgate with input of every kind, and counts what came of it.

`python tests/siege/siege.py` takes a million inputs, `--inputs N` fewer, `--kind NAME` one kind. Each ends in
a result or in an error of virtgate's own, within ten seconds; the exit status is 1 where one did not. Each
kind has a process of its own, so that its memory and the programs that it starts are counted apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache as once
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import expressions
import keeping
import monotony
import peers
import printing
import readers
from damage import damage_bytes, damage_document
from elves import find_failures as find_in_elves
from monotony import RECORDINGS
from repositories import find_run

from virtgate.ask.opened import open_catalog, open_history
from virtgate.conditions import View
from virtgate.decide import Policy, decide
from virtgate.driver import cache, system
from virtgate.driver.errors import VirtgateError
from virtgate.facts.recording import read_json, read_recording, take_recording
from virtgate.hypervisors.qemu.details import read_details
from virtgate.hypervisors.qemu.replies import read_replies
from virtgate.match import match_host

SLOW = 10.0
STARTS = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"})
LENGTH, PATIENCE = 100_000, 5.0
Try = Callable[[Path, random.Random], None]


@once
def _documents() -> list[object]:
    small = sorted(RECORDINGS, key=lambda path: path.stat().st_size)
    return [read_json(str(path)) for path in small[:: max(1, len(small) // 8)]]


def try_recording(_: Path, random_: random.Random) -> None:
    """A recording as a document: matched, decided, described."""
    document = damage_document(random_.choice(_documents()), random_)
    if isinstance(document, dict) and isinstance(answers := document.get("answers"), dict) and answers:
        asked = random_.choice(list(answers))
        document = {**document, "answers": {**answers, asked: damage_document(answers[asked], random_)}}
    facts, catalog = take_recording(document, "host.json"), open_catalog(None)
    history = open_history(catalog, facts.hypervisor)
    host = match_host(facts, catalog, history)
    decide(catalog, host, history, View(facts, host.release), Policy())
    read_details(facts)


def try_file(folder: Path, random_: random.Random) -> None:
    """A recording as bytes, packed or not."""
    path = folder / random_.choice(("host.json", "host.json.xz"))
    whole = random_.choice(RECORDINGS).read_bytes() if path.suffix == ".xz" else _text()
    path.write_bytes(damage_bytes(whole, random_))
    read_recording(str(path))


@once
def _text() -> bytes:
    document = read_json(str(min(RECORDINGS, key=lambda path: path.stat().st_size)))
    return json.dumps(document).encode()


@once
def _replies() -> bytes:
    pairs = (
        ({"execute": "query-version"}, {"return": {"qemu": {"major": 7, "minor": 2, "micro": 0}}}),
        ({"execute": "query-kvm"}, {"return": {"enabled": True, "present": True}}),
        ({"execute": "qom-list-types", "arguments": {"x": 1}}, {"error": {"class": "E", "desc": "d"}}),
    )
    return "\n".join(json.dumps(one, indent=2) for pair in pairs for one in pair).encode()


def try_replies(folder: Path, random_: random.Random) -> None:
    """libvirt's replies as bytes."""
    path = folder / "host.replies"
    path.write_bytes(damage_bytes(_replies(), random_))
    facts, catalog = read_replies(str(path)), open_catalog(None)
    match_host(facts, catalog, open_history(catalog, facts.hypervisor))


def try_kept(_: Path, random_: random.Random) -> None:
    """Kept answers, damaged: none but the whole is believed."""
    key = cache.Key("/usr/bin/qemu", None, None, "", None)
    answers = cache.Answers(host=[("arch", "x86_64")], fingerprint=["kernel\t-\tx"], key=key)
    name = key.answers_name()
    whole = system.seal(name, cache.render_answers(answers))
    damaged = damage_bytes(whole, random_)
    if damaged != whole and system.unseal(name, damaged) is not None:
        message = f"believed: {damaged!r}"
        raise AssertionError(message)


def try_text(_: Path, random_: random.Random) -> None:
    """A text of one of the readers', but of those that look through a driver's source."""
    quick = [one for name, one in sorted(readers.all_readers().items()) if not name.startswith("scan")]
    readers.try_text(random_.choice(quick), random_)


def try_source(_: Path, random_: random.Random) -> None:
    """A driver's source or a patch."""
    of_scan = [
        one for name, one in sorted(readers.all_readers().items()) if name.startswith(("scan", "patch"))
    ]
    readers.try_text(random_.choice(of_scan), random_)


def try_worst(_: Path, random_: random.Random) -> None:
    """A bracket, a quote, a blank again and again, for any reader."""
    name, reader = random_.choice(sorted(readers.all_readers().items()))
    unit = random_.choice(readers.WORST)
    failed = readers.try_worst(reader, unit, LENGTH, PATIENCE)
    assert failed is None, (name, unit, failed)


def try_expression(_: Path, random_: random.Random) -> None:
    """The same for a regular expression."""
    use = random_.choice(expressions.find_uses())
    if random_.random() < 0.5:
        text = expressions.pumped(use.pattern, random_, LENGTH)
        assert expressions.try_text(use, text, PATIENCE), (use, text[:200])
        return
    unit = random_.choice(list(expressions.units(use.pattern)))
    assert expressions.try_use(use, unit, LENGTH, PATIENCE), (use, unit)


@once
def _clients() -> peers.Clients:
    return peers.Clients()


def try_client(_: Path, random_: random.Random) -> None:
    """A client of the server; every five hundredth time there are many that hold their connections."""
    if random_.random() < 0.002:
        peers.try_held(_clients())
    _clients().try_client(random_)


def _elf(folder: Path, random_: random.Random) -> None:
    for failure in find_in_elves(folder, 1, random_.randrange(1 << 30), first=6):
        raise AssertionError(failure)


# Of a million inputs: the dearest kinds get the fewest.
KINDS: dict[str, tuple[int, Try]] = {
    "monotony: answers taken away or spoilt": (4_000, lambda _, random_: monotony.try_one(random_)),
    "documents: recordings, decided": (5_000, try_recording),
    "documents: recordings as bytes": (20_000, try_file),
    "documents: libvirt's replies": (110_000, try_replies),
    "documents: texts of all readers": (400_000, try_text),
    "documents: drivers' sources and patches": (2_000, try_source),
    "documents: ELF files": (100_000, _elf),
    "documents: what is printed of them": (300, printing.try_output),
    "documents: odd files among the data": (100, keeping.try_data),
    "nothing run: repositories": (60, lambda _folder, _random: None),
    "peers: QMP, HTTP, xenstore": (40_000, lambda _, random_: peers.try_peer(random_)),
    "peers: sockets of Cloud Hypervisor and Firecracker": (
        1_000,
        lambda _, random_: peers.try_monitor(random_),
    ),
    "peers: clients of the server": (2_500, try_client),
    "cache: kept answers, torn": (300_000, try_kept),
    "cache: kills, full disks, crowds": (2_000, lambda _, random_: keeping.try_keeping(random_)),
    "parsers: worst texts": (3_000, try_worst),
    "parsers: worst texts of expressions": (10_040, try_expression),
}


def find_failures(kind: str, folder: Path, count: int, seed: int = 1) -> Iterator[str]:
    """What ended otherwise than it should, for so many inputs of a kind."""
    if kind == "nothing run: repositories":
        shutil.rmtree(folder / "git", ignore_errors=True)
        (folder / "git").mkdir()
        yield from map(str, find_run(folder / "git", max(1, 60 // max(1, count))))
        return
    for at in range(count):
        started = time.process_time()
        try:
            KINDS[kind][1](folder, random.Random(seed * 1_000_003 + at))
        except VirtgateError:
            pass
        except Exception as error:
            yield f"{kind} {seed} {at}: {error!r}"
        if time.process_time() - started > SLOW:
            yield f"{kind} {seed} {at}: slow"


def besiege(kind: str, count: int, seed: int) -> dict[str, Any]:
    """The counts of one kind, which has a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _besiege_here(kind, count, seed, write)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        text = told.read()
    _, status, used = os.wait4(child, 0)
    counted = json.loads(text) if status == 0 else {"failures": {f"ended with {status}": 1}, "started": 0}
    return {**counted, "MiB": used.ru_maxrss >> 10, "seconds": round(used.ru_utime + used.ru_stime)}


def _besiege_here(kind: str, count: int, seed: int, write: int) -> None:
    started: Counter[str] = Counter()

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STARTS and Path(str(arguments[0])).name != "git":
            started[event] += 1

    sys.addaudithook(hear)
    failures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIRTGATE_CACHE_DIR"] = f"{folder}/cache"
        for failure in find_failures(kind, Path(folder), count, seed):
            print(failure[:400], file=sys.stderr, flush=True)
            failures["slow" if failure.endswith(": slow") else _sort(failure)] += 1
    os.write(write, json.dumps({"failures": failures, "started": started.total()}).encode())


def _sort(failure: str) -> str:
    return "enabled" if "Enabled(" in failure else "failed"


def main() -> int:
    """Besiege, and tell the counts by kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=sum(count for count, _ in KINDS.values()))
    parser.add_argument("--kind", help=f"those that begin so: {', '.join(KINDS)}", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = [kind for kind in KINDS if kind.startswith(options.kind)]
    whole = sum(KINDS[kind][0] for kind in chosen)
    is_well = True
    print("| kind | inputs | failed | enabled | slow | programs | MiB | CPU s |")
    for kind in chosen:
        count = max(1, round(options.inputs * KINDS[kind][0] / whole))
        found = besiege(kind, count, options.seed)
        failures = found["failures"]
        is_well = is_well and not failures and not found["started"]
        told = (*(failures.get(sort, 0) for sort in ("failed", "enabled", "slow")), found["started"])
        print(
            "|", " | ".join(map(str, (kind, count, *told, found["MiB"], found["seconds"]))), "|", flush=True
        )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
