"""All YAML to a catalog, decided and linted, at the size it has and at several times that."""

from __future__ import annotations

import re
import shutil
import statistics
from pathlib import Path

from measure import Place, Row, in_turns, output

CURVE = (1, 2, 5, 10)
# Seconds, at the size that the data have.
LIMITS = {"all shipped YAML to a catalog": 0.2, "all data linted": 2.0}
PROGRAM = """
import sys, time
from virtgate.data import load_catalog
started = time.perf_counter()
catalog = load_catalog(sys.argv[1])
print(time.perf_counter() - started, len(catalog.capabilities))
"""

# The same data linted, and one recorded host decided by them; what is linted twice over has its problems.
WORK = """
import sys, time
from virtgate.ask.answering import judge
from virtgate.ask.opened import open_catalog
from virtgate.facts import read_recording
from virtgate.lint import lint_paths
from virtgate.driver.policy import Policy
facts = read_recording(sys.argv[2])
open_catalog(sys.argv[1])
started = time.perf_counter()
judge(facts, Policy(), data=sys.argv[1])
decided = time.perf_counter()
lint_paths((), sys.argv[1])
print(decided - started, time.perf_counter() - decided)
"""
HOST = "tests/hosts/qemu-10.0.13_x86_64+debian/host.json.xz"


def multiply(root: Path, target: Path, times: int) -> int:
    """A copy of the data with every area `times` over, under other names; how many bytes of YAML it has."""
    texts = [path.read_text(encoding="utf-8") for path in (root / "capabilities").glob("*.yaml")]
    # A former id may be of an area that is no more.
    found = (
        re.findall(r"(?:^area: |formerly: \[|, )([a-z-]+)(?=$|\.)", text, re.MULTILINE) for text in texts
    )
    areas = sorted({area for one in found for area in one}, key=len, reverse=True)
    names = "|".join(map(re.escape, areas))
    identifier = re.compile(rf"(?<![\w.:/@-])({names})\.(?=[a-z])")
    size = 0
    for path in [*root.glob("capabilities/*.yaml"), *root.glob("matrix/*/*.yaml")]:
        single = path.stem in {"upstream", "downstreams", "vocabularies", "distributions", "moves"}
        text = path.read_text(encoding="utf-8")
        for copy in range(1 if single else times):
            changed = text
            if copy:
                changed = identifier.sub(rf"\1x{copy}.", text)
                changed = re.sub(r"^area: (\S+)", rf"area: \1x{copy}", changed, flags=re.MULTILINE)
            name = f"{path.stem}x{copy}.yaml" if copy else path.name
            place = target / path.relative_to(root).with_name(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(changed, encoding="utf-8")
            size += len(changed)
    for folder in root.glob("matrix/*/ledger"):
        shutil.copytree(folder, target / folder.relative_to(root))
    return size


def measure(place: Place) -> list[Row]:
    data = place.scratch / "data"
    sizes = {times: multiply(place.root, data / str(times), times) for times in CURVE}
    counts: dict[int, int] = {}

    def load(times: int) -> float:
        took, count = output([place.python, "-I", "-c", PROGRAM, str(data / str(times))], {}).split()
        counts[times] = int(count)
        return float(took)

    def work(times: int) -> list[float]:
        found = output([place.python, "-I", "-c", WORK, str(data / str(times)), host], {})
        return [float(word) for word in found.split()]

    rounds = max(3, place.rounds // 3)
    host = str(place.root / HOST)
    loaded = in_turns({str(times): lambda times=times: load(times) for times in CURVE}, rounds)
    assert all(counts[times] == times * counts[1] for times in CURVE), counts
    worked = {times: [work(times) for _ in range(rounds)] for times in CURVE}
    curves = {
        f"all shipped YAML to a catalog ({sizes[1] // 1000} kB, {counts[1]} capabilities)": [
            statistics.median(loaded[str(times)]) for times in CURVE
        ],
        **{
            what: [statistics.median(run[at] for run in worked[times]) for times in CURVE]
            for at, what in enumerate(("one recorded host decided", "all data linted"))
        },
    }
    grown = [sizes[times] / sizes[1] for times in CURVE]
    return [curve_row(what, took, grown, rounds) for what, took in curves.items()]


def curve_row(what: str, took: list[float], grown: list[float], rounds: int) -> Row:
    """One curve; straight is no more time than there is more to read, a twentieth aside."""
    limit = LIMITS.get(what.split(" (", maxsplit=1)[0])
    is_straight = all(one / took[0] <= more * 1.05 for one, more in zip(took, grown, strict=True))
    return Row(
        what=f"{what}, at {', '.join(f'{one:.1f} ×' for one in grown)} the bytes",
        ours=", ".join(f"{one:.2f} s" for one in took),
        budget=f"straight{f', the first under {limit} s' if limit else ''}",
        met=is_straight and (limit is None or took[0] <= limit),
        beside="each other",
        runs=rounds,
    )
