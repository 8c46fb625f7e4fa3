"""Besieges virtgate with damaged input of every kind, and counts what came of it.

`python tests/siege/siege.py` takes a million inputs, `--inputs N` fewer, `--kind NAME` one kind. Each ends in
a result or in an error of virtgate's own, within ten seconds; the exit status is 1 where one did not.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache as once
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from damage import damage_bytes, damage_document
from elves import find_failures as find_in_elves
from monotony import RECORDINGS
from repositories import find_run

from virtgate.ask.answering import open_catalog, open_history
from virtgate.conditions import View
from virtgate.data.yaml import read
from virtgate.decide import Policy, decide
from virtgate.driver import cache, system
from virtgate.driver.errors import VirtgateError
from virtgate.facts.recording import read_json, read_recording, take_recording
from virtgate.hypervisors.qemu.details import read_details
from virtgate.hypervisors.qemu.replies import read_replies
from virtgate.match import match_host
from virtgate.upstream.ledger import Ledger

ROOT = Path(__file__).parents[2]
SLOW = 10.0
# Of a million inputs: the dearest kinds get the fewest.
SHARES = {
    "recordings": 0.02,
    "recording files": 0.02,
    "replies": 0.1,
    "kept answers": 0.26,
    "yaml": 0.2,
    "ledgers": 0.2,
    "elf": 0.2,
    "repositories": 0.00006,
}
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


def try_kept(folder: Path, random_: random.Random) -> None:
    """Kept answers, damaged: none but the whole is believed."""
    key = cache.Key("/usr/bin/qemu", None, None, "", None)
    answers = cache.Answers(host=[("arch", "x86_64")], fingerprint=["kernel\t-\tx"], key=key)
    name = key.answers_name()
    body = cache.render_answers(answers)
    whole = system.seal(name, body)
    damaged = damage_bytes(whole, random_)
    if damaged != whole and system.unseal(name, damaged) is not None:
        message = f"believed: {damaged!r}"
        raise AssertionError(message)


def try_yaml(_: Path, random_: random.Random) -> None:
    """A file of the data."""
    read(damage_bytes(random_.choice(_sources("capabilities/*.yaml")), random_), "f.yaml", [])


def try_ledger(_: Path, random_: random.Random) -> None:
    """A ledger."""
    text = damage_bytes(random_.choice(_sources("matrix/*/ledger/*.txt")), random_).decode("utf-8", "replace")
    Ledger.parse(text, "f.txt").problems("f.txt")


@once
def _sources(pattern: str) -> list[bytes]:
    """The beginnings of files, each short enough to be damaged where it matters."""
    return [path.read_bytes()[:3000] for path in sorted(ROOT.glob(pattern))][:40]


KINDS: dict[str, Try] = {
    "recordings": try_recording,
    "recording files": try_file,
    "replies": try_replies,
    "kept answers": try_kept,
    "yaml": try_yaml,
    "ledgers": try_ledger,
}


def find_failures(kind: str, folder: Path, count: int, seed: int = 1) -> Iterator[str]:
    """What ended otherwise than it should, for so many inputs of a kind."""
    if kind == "elf":
        yield from find_in_elves(folder, count, seed)
        return
    if kind == "repositories":
        shutil.rmtree(folder / "git", ignore_errors=True)
        (folder / "git").mkdir()
        yield from map(str, find_run(folder / "git", max(1, 60 // max(1, count))))
        return
    for at in range(count):
        started = time.monotonic()
        try:
            KINDS[kind](folder, random.Random(seed * 1_000_003 + at))
        except VirtgateError:
            pass
        except Exception as error:
            yield f"{kind} {seed} {at}: {error!r}"
        if time.monotonic() - started > SLOW:
            yield f"{kind} {seed} {at}: slow"


def main() -> int:
    """Besiege, and tell the counts by kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=SHARES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failures: Counter[str] = Counter()
    for kind in [options.kind] if options.kind else SHARES:
        count = options.inputs if options.kind else max(1, round(options.inputs * SHARES[kind]))
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            for failure in find_failures(kind, Path(folder), count, options.seed):
                failures[kind] += 1
                print(failure[:300], file=sys.stderr)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        spent = time.process_time() - started
        print(f"{kind}: {count} inputs, {failures[kind]} failures, {spent:.0f} s, {most} MiB", flush=True)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
