"""A QEMU binary that nothing is known of, to its verdicts, beside a bare client and beside libvirt."""

from __future__ import annotations

import itertools
import json
import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measure import Place, Row, in_turns, milliseconds, output, timed
from starting import has_virsh, virsh

# What a gate probe asks of this binary, as it went: the questions, and how often QEMU was started.
ASKED = """
import json, sys
from virtgate.driver import system
from virtgate.ask.targets import Target, ask_facts
from virtgate.ask.answering import wanted_questions
from virtgate.ask.opened import open_catalog
from virtgate.hypervisors.qemu.probe import FORMATS, TRIES

starts = 0
spawn = system.spawn_untrusted
def counted(*words, **options):
    global starts
    starts += 1
    return spawn(*words, **options)
system.spawn_untrusted = counted
target = Target.parse(sys.argv[1])
facts = ask_facts(target, wanted_questions(open_catalog(None), "qemu"))
qmp, files = [], []
made = [FORMATS, *TRIES.values()] if "block-formats" in facts.answers else []
for text in [*facts.answers, *made]:
    name, _, rest = text.partition(" ")
    if name.startswith(("query-", "qom-", "device-list-", "human-")):
        qmp.append([name, json.loads(rest) if rest else {}])
    elif name in {"file", "node"}:
        files.append(rest)
    elif name == "os-release":
        files.append("/etc/os-release")
used = facts.returned("accel")
print(json.dumps({"starts": starts, "accel": "kvm:tcg", "qmp": qmp, "files": files, "used": used}))
"""


def measure(place: Place) -> list[Row]:
    environment = place.environment()
    asked = json.loads(output([place.python, "-I", "-c", ASKED, place.binary], environment))
    questions = place.scratch / "questions.json"
    questions.write_text(json.dumps(asked), encoding="utf-8")
    bare = [place.python, "-I", str(Path(__file__).with_name("bare_client.py")), place.binary, str(questions)]
    code = f"import virtgate; virtgate.open({place.binary!r}).enabled('block.mirror')"
    ask = [place.python, "-I", "-c", code]
    kept = place.scratch / "kept"
    timed(ask, place.environment(kept))
    folders = (place.scratch / f"cold{number}" for number in itertools.count())
    runs = {
        "bare client": lambda: timed(bare, environment),
        "host": lambda: _cold(place, ask, kept, [".answers", ".facts"]),
        "all": lambda: _cold(place, ask, next(folders), [""]),
    }
    times = in_turns(runs, place.rounds)
    used = asked["used"]["used"]
    told = used if used == "kvm" else f"{used}, as KVM may not be used here"
    least = statistics.median(times["bare client"])
    beside = f"a bare client: {milliseconds(least)}; {_libvirt(place)}"
    size = f"{len(asked['qmp'])} questions, QEMU starts {asked['starts']} ×"
    return [
        _row(place, f"cold probe with verdicts ({told}; {size})", times, "host", beside, used=used),
        _row(
            place,
            "the same, with an empty cache folder",
            times,
            "all",
            "the same",
            used=used,
            budget=1.6,
        ),
        _many(place),
    ]


def _many(place: Place) -> Row:
    """Every emulator of the machine, beside bare clients of which two run at a time."""
    script = "from virtgate.hypervisors.qemu.target import find_binaries; print(*find_binaries())"
    binaries = output([place.python, "-I", "-c", script], place.environment()).split()
    asked = [place.scratch / f"asked-{at}.json" for at in range(len(binaries))]
    for binary, path in zip(binaries, asked, strict=True):
        told = output([place.python, "-I", "-c", ASKED, binary], place.environment())
        path.write_text(told, encoding="utf-8")
    client = str(Path(__file__).with_name("bare_client.py"))

    def ask(one: tuple[str, Path]) -> float:
        return timed([place.python, "-I", client, one[0], str(one[1])], place.environment())

    def bare() -> float:
        started = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(ask, zip(binaries, asked, strict=True)))
        return time.perf_counter() - started

    kept = place.scratch / "many"
    virtgate = [str(place.own / "bin/virtgate"), "gates", *binaries]
    timed(virtgate, place.environment(kept))
    runs = {"bare": bare, "gates": lambda: _cold(place, virtgate, kept, [".answers", ".facts"])}
    times = in_turns(runs, max(3, place.rounds // 3))
    ratio = statistics.median(a / b for a, b in zip(times["gates"], times["bare"], strict=True))
    return Row(
        what=f"`virtgate gates` of {len(binaries)} QEMU targets, cold",
        ours=f"{statistics.median(times['gates']):.2f} s, {ratio:.2f} ×",
        budget="at most 1.5 ×",
        met=ratio <= 1.5,
        beside=f"bare clients, two at a time: {statistics.median(times['bare']):.2f} s",
        runs=len(times["bare"]),
    )


def _row(
    place: Place,
    what: str,
    times: dict[str, list[float]],
    name: str,
    beside: str,
    *,
    used: str,
    budget: float = 1.3,
) -> Row:
    pairs = zip(times[name], times["bare client"], strict=True)
    ratio = statistics.median(one / other for one, other in pairs)
    return Row(
        what=what,
        ours=f"{milliseconds(statistics.median(times[name]))}, {ratio:.2f} ×",
        budget=f"at most {budget} ×{'' if used == 'kvm' else ' with KVM'}",
        met=ratio <= budget if used == "kvm" else None,
        beside=beside,
        runs=place.rounds,
    )


def _cold(place: Place, argv: list[str], cache: Path, endings: list[str]) -> float:
    """How long it takes when what ends so is gone from the cache folder."""
    for file in cache.glob("*") if cache.is_dir() else ():
        if file.name.endswith(tuple(endings)):
            file.unlink()
    return timed(argv, place.environment(cache))


def _libvirt(place: Place) -> str:
    if not has_virsh():
        return "libvirt: not installed"
    times = []
    for number in range(min(place.rounds, 5)):
        folder = place.scratch / f"libvirt{number}"
        times.append(timed(virsh(str(folder)), place.environment()))
        shutil.rmtree(folder)
    return f"libvirt, cold, KVM and TCG: {milliseconds(statistics.median(times))} of {len(times)} runs"
