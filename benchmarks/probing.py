"""A QEMU binary that nothing is known of, to its verdicts, beside a bare client and beside libvirt."""

from __future__ import annotations

import itertools
import json
import shutil
import statistics
from pathlib import Path

from measure import Place, Row, in_turns, milliseconds, output, timed
from starting import has_virsh, virsh

# What a gate probe asks of this binary, as it went: the questions, and how often QEMU was started.
ASKED = """
import json, sys
from virtgate.driver import system
from virtgate.ask.targets import Target, ask_facts
from virtgate.ask.answering import open_catalog, wanted_questions
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
            "the same, with an empty cache folder: the YAML is read",
            times,
            "all",
            "the same",
            used=used,
        ),
    ]


def _row(place: Place, what: str, times: dict[str, list[float]], name: str, beside: str, *, used: str) -> Row:
    pairs = zip(times[name], times["bare client"], strict=True)
    ratio = statistics.median(one / other for one, other in pairs)
    return Row(
        what=what,
        ours=f"{milliseconds(statistics.median(times[name]))}, {ratio:.2f} ×",
        budget="at most 1.3 ×" if used == "kvm" else "at most 1.3 × with KVM",
        met=ratio <= 1.3 if used == "kvm" else None,
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
